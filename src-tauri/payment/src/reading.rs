//! What a fresh read of a payment says. Only this decides; callbacks, timers and answers merely wake the reader.

use serde::{Deserialize, Serialize};

use crate::Moment;

/// A fresh read, free of any API's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reading {
    /// Where the payment stands.
    pub standing: Standing,
    /// How much money has moved.
    pub money: Money,
    /// Minor units of the reservation that were let go, and can't be captured any more.
    pub released: u64,
    /// When Vipps MobilePay says that it was created, if it says so.
    pub created_at: Option<Moment>,
    /// Amount or currency are not what was ordered.
    pub differs: bool,
    /// Whether it carries [`Order::tag`](crate::Order::tag), where the API gives back what a payment was created with.
    pub tagged: Option<bool>,
}

/// Where a payment stands at Vipps MobilePay: the outcomes of contract 2.2 and 2.3 without those that only time
/// decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// No such payment at this sales unit.
    Unknown,
    /// Created; nobody has opened it.
    Waiting,
    /// Open on a phone.
    Opened,
    /// The last card was declined; the customer may try another while there is time.
    Declined,
    /// Approved: the money is reserved.
    Approved,
    /// Money has been captured, and perhaps given back.
    Captured,
    /// Cancelled before it was approved: in ePayment by the customer, in eCom by the customer or by us; its log
    /// cannot tell.
    Cancelled,
    /// Cancelled by the shop before it was approved (ePayment).
    Terminated,
    /// Nobody approved it in time (ePayment; eCom leaves that to the clock).
    Expired,
    /// Approved, and then released by the shop.
    Voided,
    /// Vipps MobilePay could not create it.
    Refused,
}

/// How much money of a payment has moved, in minor units.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Money {
    /// Reserved on the customer's account by the approval.
    pub reserved: u64,
    /// Captured for the shop.
    pub captured: u64,
    /// Given back to the customer.
    pub refunded: u64,
}
