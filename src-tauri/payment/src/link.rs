//! How the link of a payment stands: from the customer's app to a page of the shop (contract 1.5).
//!
//! As a receipt, a link never decides about money. It is seen to beside the payment, as long as the payment may be paid
//! or is.

use serde::{Deserialize, Serialize};

use crate::lifecycle::Payment;
use crate::{Cause, Fact};

/// A link from the customer's app to a page of the shop.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// What it leads to.
    pub kind: LinkKind,
    /// Where it leads: `https`, at most [`Link::URL_BYTES_MAX`].
    pub url: String,
}

impl Link {
    /// The longest address of a link, in bytes. Contract 1.5 names no limit.
    pub const URL_BYTES_MAX: usize = 1_000;
}

/// What a link leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LinkKind {
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
}

/// How the link of a payment stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LinkState {
    /// There is none, and there will be none.
    None,
    /// It is not known to be stored yet.
    Waiting,
    /// It has ended.
    Ended(LinkEnd),
}

/// What became of the link of a payment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "link", rename_all = "snake_case")]
pub enum LinkEnd {
    /// It was taken. Storing it again overwrites it with the same, so it need not be read back.
    Stored,
    /// It was refused, or could not be stored for a day.
    Refused {
        /// Why.
        cause: Cause,
    },
}

impl Payment {
    /// How its link stands.
    pub fn link(&self) -> LinkState {
        match self.link_end() {
            Some(end) => LinkState::Ended(end.clone()),
            None if self.order().link.is_some() && self.may_have_customer() => LinkState::Waiting,
            None => LinkState::None,
        }
    }

    /// Whether its link is to be seen to now: it exists at Vipps MobilePay, and may be paid or is.
    pub fn is_link_due(&self) -> bool {
        self.created_at().is_some() && self.link() == LinkState::Waiting
    }

    /// What is told twice is no news.
    pub(crate) fn link_ended(&self, end: LinkEnd) -> Vec<Fact> {
        if self.link_end().is_some() { Vec::new() } else { vec![Fact::LinkEnded { end }] }
    }
}
