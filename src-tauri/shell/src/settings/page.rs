//! Addresses that a phone or Vipps MobilePay is to open.

use url::Url;

/// A page that the phone or Vipps MobilePay can reach (contract 1.2: https, at most 255; trap 6: not localhost).
pub(super) fn check_page(place: &'static str, text: Option<&str>) -> Result<(), (&'static str, String)> {
    let Some(text) = text else { return Ok(()) };
    let url = Url::parse(text).map_err(|error| (place, error.to_string()))?;
    if url.scheme() != "https" || is_local(&url) || text.len() > 255 {
        return Err((place, "must be a public https address of at most 255 characters".to_owned()));
    }
    Ok(())
}

pub(super) fn is_local(url: &Url) -> bool {
    match url.host() {
        Some(url::Host::Domain(host)) => host == "localhost",
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}
