//! What a link from the customer's app may be, and how that of a payment stands.

use contract::{LinkStatus, OrderLink};
use payment::{Link, LinkEnd, LinkKind, LinkState, Payment, Reference};
use url::{Host, Url};

/// What stands in an address for the reference of the payment.
const REFERENCE: &str = "{reference}";

/// What the till must be told about links from the customer's app to the shop.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ShopLinks {
    /// What every payment is given that is asked for without a link of its own.
    pub every: Option<OrderLink>,
    /// The shop's picture, on every link.
    pub picture: Option<std::sync::Arc<crate::LinkPicture>>,
}

/// The link that `asked` is for the payment `reference`.
///
/// # Errors
/// What is wrong with it, for whoever has written it.
pub fn link_for(asked: &OrderLink, reference: &Reference) -> Result<Link, String> {
    // A reference is letters, digits and `-`: nothing in it would have to be percent-encoded.
    let url = asked.url.replace(REFERENCE, reference.as_str());
    let most = Link::URL_BYTES_MAX;
    if url.len() > most || !url.bytes().all(is_of_url) {
        return Err(format!(
            "must be at most {most} of the characters that a URL may have, others as %C3%A5"
        ));
    }
    let parsed = Url::parse(&url).map_err(|error| error.to_string())?;
    if parsed.scheme() != "https" || !is_elsewhere(&parsed) {
        return Err("must be https, and lead to a server that phones reach".to_owned());
    }
    // What stands before an @ is easily taken for the server.
    if !parsed.username().is_empty() || parsed.password().is_some() {
        return Err("must not have a name or a password in it".to_owned());
    }
    Ok(Link { kind: kind_of(asked.kind), url })
}

/// Unreserved, reserved, or the beginning of what is percent-encoded (RFC 3986, appendix A).
fn is_of_url(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~:/?#[]@!$&'()*+,;=%".contains(&byte)
}

/// Not this machine: a phone would look for it in itself.
fn is_elsewhere(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(host)) => host != "localhost" && !host.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => !address.is_loopback() && !address.is_unspecified(),
        Some(Host::Ipv6(address)) => !address.is_loopback() && !address.is_unspecified(),
        None => false,
    }
}

fn kind_of(kind: contract::LinkKind) -> LinkKind {
    match kind {
        contract::LinkKind::General => LinkKind::General,
        contract::LinkKind::Receipt => LinkKind::Receipt,
        contract::LinkKind::OrderConfirmation => LinkKind::OrderConfirmation,
        contract::LinkKind::Delivery => LinkKind::Delivery,
        contract::LinkKind::Ticket => LinkKind::Ticket,
        contract::LinkKind::Booking => LinkKind::Booking,
    }
}

/// How the link of a payment stands, in the words of the contract.
pub(crate) fn link_status(payment: &Payment) -> LinkStatus {
    match payment.link() {
        LinkState::None => LinkStatus::None,
        LinkState::Waiting => LinkStatus::Waiting,
        LinkState::Ended(LinkEnd::Stored) => LinkStatus::Stored,
        LinkState::Ended(LinkEnd::Refused { .. }) => LinkStatus::Refused,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url_of(url: &str) -> Result<String, String> {
        let reference = Reference::parse("sale-42-1").expect("it is one");
        let asked = OrderLink { kind: contract::LinkKind::Ticket, url: url.to_owned() };
        link_for(&asked, &reference).map(|link| link.url)
    }

    #[test]
    fn the_reference_takes_its_place_wherever_it_is_named() {
        let url = url_of("https://billett.example/{reference}?sale={reference}&lang=nb#top");
        assert_eq!(url, Ok("https://billett.example/sale-42-1?sale=sale-42-1&lang=nb#top".into()));
        assert_eq!(url_of("https://b.example/%C3%A5"), Ok("https://b.example/%C3%A5".into()));
    }

    #[test]
    fn what_no_phone_can_follow_is_refused() {
        let long = format!("https://b.example/{}", "x".repeat(Link::URL_BYTES_MAX));
        for url in [
            "",
            "b.example",
            "http://b.example/",
            "javascript:alert(1)",
            "https://",
            "https://localhost/t",
            "https://till.localhost/t",
            "https://127.0.0.1/t",
            "https://[::1]/t",
            "https://0.0.0.0/t",
            "https://kari@b.example/",
            "https://vipps.no:secret@b.example/",
            "https://b.example/a b",
            "https://b.example/\n",
            "https://b.example/å",
            "https://b.example/{refrence}",
            long.as_str(),
        ] {
            assert!(url_of(url).is_err(), "{url}");
        }
    }
}
