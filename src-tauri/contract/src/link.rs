//! The link from the customer's app to a page of the shop, as the POS gives it and sees it.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::ToSchema;

/// A link from the customer's app to a page of the shop.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct OrderLink {
    /// What it leads to.
    pub kind: LinkKind,
    /// Where it leads: `https`, in visible ASCII characters, at most 1000, and not on the till's own machine. `{reference}`
    /// stands for the reference of the payment.
    #[schema(min_length = 9, max_length = 1000)]
    pub url: String,
}

/// What a link leads to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum LinkKind {
    /// Whatever else.
    #[default]
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
}

impl LinkKind {
    /// All of them.
    pub const ALL: [LinkKind; 6] = [
        LinkKind::General,
        LinkKind::Receipt,
        LinkKind::OrderConfirmation,
        LinkKind::Delivery,
        LinkKind::Ticket,
        LinkKind::Booking,
    ];

    /// Its name, as JSON has it.
    pub const fn name(self) -> &'static str {
        match self {
            LinkKind::General => "general",
            LinkKind::Receipt => "receipt",
            LinkKind::OrderConfirmation => "order_confirmation",
            LinkKind::Delivery => "delivery",
            LinkKind::Ticket => "ticket",
            LinkKind::Booking => "booking",
        }
    }
}

/// How the link of a payment stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum LinkStatus {
    /// There is none: nobody gave one, or nothing was paid.
    #[default]
    None,
    /// It is not known to be stored yet; it is tried on by itself.
    Waiting,
    /// It is stored.
    Stored,
    /// It was refused, or could not be stored for a day.
    Refused,
}

impl LinkStatus {
    /// Whether there is no link.
    pub fn is_none(&self) -> bool {
        *self == LinkStatus::None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_called_as_json_has_them() {
        for kind in LinkKind::ALL {
            assert_eq!(serde_json::to_value(kind).ok(), Some(kind.name().into()));
        }
    }
}
