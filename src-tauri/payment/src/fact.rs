//! What the journal holds of a payment: its whole truth, in the order in which we learnt it.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{LinkEnd, ModificationRequest, Moment, Money, Order, ReceiptEnd};

/// One thing that we asked for, were told or decided. Facts are never changed and never taken back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "fact", rename_all = "snake_case")]
pub enum Fact {
    /// Somebody wants to be paid. Always the first.
    Requested {
        /// Everything that is known before it begins.
        order: Order,
    },
    /// We are about to create it at Vipps MobilePay, under this key.
    CreateIntended {
        /// The idempotency key, `Idempotency-Key` in ePayment; eCom has none for this (contract 1.9).
        key: String,
    },
    /// It was not created; it may be tried again, under the same key.
    NotCreated {
        /// It was merely not found: a request to a phone that went out may yet arrive.
        strayed: bool,
    },
    /// The request could not be sent to a phone, so the customer is to scan a code instead.
    FellBack {
        /// Why not.
        cause: Cause,
    },
    /// It exists. Where a code is to be scanned this is the URL to have it from: opaque, to be used unchanged
    /// (contract 1.2).
    Created {
        /// The payment URL in eCom, the link to the picture in ePayment.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        url: Option<String>,
    },
    /// It exists, but the answer to our call, and with it any URL, is lost.
    Found,
    /// Its code is on the screen.
    CodeShown {
        /// What the picture says when it is scanned.
        content: String,
        /// Names the kept picture.
        picture: String,
        /// When the code stops working.
        until: Moment,
    },
    /// A customer has it on a phone.
    Opened,
    /// A card was declined; another may be tried.
    CardDeclined,
    /// The customer has approved.
    Approved {
        /// Minor units reserved.
        reserved: u64,
    },
    /// So much has been captured and given back, by us or by another hand.
    Moved {
        /// In all.
        money: Money,
    },
    /// We are about to capture, under this key.
    CaptureIntended {
        /// The idempotency key, `X-Request-Id` in eCom.
        key: String,
        /// Minor units.
        amount: u64,
    },
    /// The capture under the newest key was refused outright, so that key is spent (contract 1.9).
    CaptureRefused,
    /// We have decided to end it, and why. What comes of it, Vipps MobilePay decides.
    EndingBegun {
        /// Why.
        why: Why,
    },
    /// The customer was faster than our wish to end it: it goes on.
    EndingDropped,
    /// We are about to cancel, under this key.
    CancelIntended {
        /// The idempotency key; eCom has none for this (contract 1.9).
        key: String,
        /// Only if the customer has not approved yet (`cancelTransactionOnly`); eCom can't be told.
        unapproved_only: bool,
    },
    /// Vipps MobilePay answered that it has cancelled.
    CancelAcknowledged,
    /// The cancel under the newest key was refused outright, so that key is spent (contract 1.9).
    CancelRefused,
    /// It has ended.
    Ended {
        /// How.
        end: End,
        /// True when Vipps MobilePay itself has said that no money of it can move any more.
        proven: bool,
    },
    /// It was approved after it had ended: to be released.
    ApprovedLate {
        /// Minor units reserved.
        reserved: u64,
    },
    /// The late approval has been released, or another hand has given back what it had captured of it.
    ReleasedLate,
    /// It was paid after it had ended.
    PaidLate {
        /// Minor units captured.
        captured: u64,
    },
    /// Nothing will be asked about it any more, but for what somebody asks for.
    Settled,
    /// Somebody wants money collected that was reserved for later. Captures that were asked for are numbered 1, 2, 3 …
    CaptureAsked {
        /// Its number in the payment.
        number: u32,
        /// Minor units.
        amount: u64,
        /// Under what name it was asked for.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        request: Option<ModificationRequest>,
    },
    /// What was asked for has been collected.
    CaptureMade {
        /// Its number in the payment.
        number: u32,
        /// Minor units collected of the payment in all, by us and by other hands.
        captured: u64,
    },
    /// What was asked for was not collected, and will not be.
    CaptureDenied {
        /// Its number in the payment.
        number: u32,
        /// Why not.
        cause: Cause,
    },
    /// Somebody wants to let go what is still reserved for later.
    ReleaseAsked {
        /// Its number in the payment.
        number: u32,
        /// Minor units that were still reserved.
        amount: u64,
    },
    /// What was still reserved has been let go.
    ReleaseMade {
        /// Its number in the payment.
        number: u32,
    },
    /// It was not let go.
    ReleaseDenied {
        /// Its number in the payment.
        number: u32,
        /// Why not.
        cause: Cause,
    },
    /// Somebody wants money given back. Refunds of a payment are numbered 1, 2, 3 …
    RefundAsked {
        /// Its number in the payment.
        number: u32,
        /// Minor units.
        amount: u64,
        /// Why, in the shop's words.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
        /// Under what name it was asked for.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        request: Option<ModificationRequest>,
    },
    /// We are about to give it back, under this key: the only one that this refund ever has.
    RefundIntended {
        /// Its number in the payment.
        number: u32,
        /// The idempotency key, `X-Request-Id` in eCom.
        key: String,
    },
    /// It has been given back.
    RefundMade {
        /// Its number in the payment.
        number: u32,
        /// Minor units given back of the payment in all, by us and by other hands.
        refunded: u64,
    },
    /// It was not given back, and will not be.
    RefundRefused {
        /// Its number in the payment.
        number: u32,
        /// Why not.
        cause: Cause,
    },
    /// It is known what became of its receipt.
    ReceiptEnded {
        /// What.
        end: ReceiptEnd,
    },
    /// It is known what became of its link.
    LinkEnded {
        /// What.
        end: LinkEnd,
    },
}

/// Why we want to end a payment that may still be alive.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "why", rename_all = "snake_case")]
pub enum Why {
    /// The cashier or the POS asked for it.
    Shop,
    /// Its time is over.
    TimedOut,
    /// Its time is over after a card was declined.
    Declined,
    /// It cannot be carried on: the code can't be had, the answer was lost, the capture fails, amounts differ.
    Fault {
        /// What failed.
        cause: Cause,
    },
}

/// How a payment ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "end", rename_all = "snake_case")]
pub enum End {
    /// Captured in full; of what was reserved for later, all that was not let go.
    Paid {
        /// Minor units captured.
        captured: u64,
    },
    /// Approved in full, and reserved for the shop to collect later.
    Reserved {
        /// Minor units reserved.
        reserved: u64,
    },
    /// Cancelled; nothing was kept.
    Cancelled {
        /// Who did it.
        by: CancelledBy,
    },
    /// No card was accepted in time.
    Declined,
    /// Nobody paid in time.
    Expired,
    /// Could not be carried on.
    Failed {
        /// What failed.
        cause: Cause,
    },
}

/// Who cancelled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CancelledBy {
    /// The customer, in the app.
    Customer,
    /// The cashier, the POS or somebody in the portal.
    Shop,
}

/// What failed, by name. The names are those of the contract's failure codes, in snake case; kept as text so
/// that a journal stays readable when names come and go.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Cause(String);

impl Cause {
    /// The cause of this name.
    pub fn named(name: &str) -> Cause {
        Cause(name.to_owned())
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cause_is_written_by_its_name() {
        assert_eq!(Cause::named("unreachable").to_string(), "unreachable");
    }
}
