//! A link from the customer's app to the shop.

use crate::orders::image;
use crate::plain::cut;

/// A link from the customer's app to the shop.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// What it leads to.
    pub kind: Kind,
    /// Where it leads; `https`.
    pub url: String,
    /// The picture on it, by its [id](super::Orders::add_image).
    pub image_id: Option<String>,
}

/// What a link leads to.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Whatever else.
    General,
    /// A receipt.
    Receipt,
    /// The confirmation of an order.
    OrderConfirmation,
    /// News of a delivery.
    Delivery,
    /// A ticket.
    Ticket,
    /// A booking.
    Booking,
    /// Something that is not documented; 64 characters at most. Never sent.
    Other(String),
}

/// A link as it was stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Category {
    /// By this it is read and deleted.
    pub id: String,
    /// The payment that it belongs to.
    pub reference: Option<String>,
    /// The link; none if it could not be read.
    pub link: Option<Link>,
}

impl Kind {
    const KNOWN: [Kind; 6] =
        [Kind::General, Kind::Receipt, Kind::OrderConfirmation, Kind::Delivery, Kind::Ticket, Kind::Booking];

    pub(super) fn name(&self) -> &str {
        match self {
            Kind::General => "GENERAL",
            Kind::Receipt => "RECEIPT",
            Kind::OrderConfirmation => "ORDER_CONFIRMATION",
            Kind::Delivery => "DELIVERY",
            Kind::Ticket => "TICKET",
            Kind::Booking => "BOOKING",
            Kind::Other(name) => name,
        }
    }

    pub(super) fn read(name: &str) -> Self {
        let known = Self::KNOWN.into_iter().find(|kind| kind.name().eq_ignore_ascii_case(name));
        known.unwrap_or_else(|| Kind::Other(cut(name, 64)))
    }
}

impl Link {
    /// What is wrong with the link.
    pub(super) fn check(&self) -> Result<(), &'static str> {
        if matches!(self.kind, Kind::Other(_)) {
            return Err("a link of a kind that is not known");
        }
        let https = url::Url::parse(&self.url).is_ok_and(|url| url.scheme() == "https" && url.has_host());
        if !https {
            return Err("a link is https");
        }
        self.image_id.as_deref().map_or(Ok(()), image::check_id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_known_or_kept() {
        for kind in Kind::KNOWN {
            assert_eq!(Kind::read(kind.name()), kind);
        }
        assert_eq!(Kind::read("REFUND"), Kind::Other("REFUND".into()));
    }

    #[test]
    fn a_link_leads_somewhere_safe() {
        let link = Link { kind: Kind::Ticket, url: "https://example.com/t/7".into(), image_id: None };
        assert_eq!(link.check(), Ok(()));
        for url in ["", "example.com", "http://example.com", "javascript:alert(1)", "data:text/html,x"] {
            assert!(Link { url: url.into(), ..link.clone() }.check().is_err(), "{url}");
        }
        assert!(Link { kind: Kind::Other("X".into()), ..link.clone() }.check().is_err());
        assert!(Link { image_id: Some("a b".into()), ..link }.check().is_err());
    }
}
