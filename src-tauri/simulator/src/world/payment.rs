//! One payment as Vipps MobilePay knows it.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::epayment::Particulars;

/// Names a payment: an `orderId` or `reference` is unique only within its sales unit (trap 18).
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct Key {
    pub(crate) msn: String,
    pub(crate) reference: String,
}

/// All that is known about one payment. Amounts are in minor units, instants in Unix milliseconds.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Payment {
    pub(crate) key: Key,
    pub(crate) rail: Rail,
    pub(crate) amount: i64,
    pub(crate) currency: String,
    pub(crate) text: String,
    pub(crate) created_at: i64,
    pub(crate) scanned_at: Option<i64>,
    pub(crate) phase: Phase,
    /// Oldest first.
    pub(crate) log: Vec<Entry>,
    pub(crate) reserved_at: Option<i64>,
    pub(crate) reserved: i64,
    pub(crate) captured: i64,
    pub(crate) refunded: i64,
    /// The bank has let the reservation go; nothing more can be captured.
    pub(crate) funds_gone: bool,
    /// Given back to the customer by the merchant without having been captured.
    pub(crate) released: i64,
    /// The `token` of the URL that the merchant got.
    pub(crate) landing_token: String,
    /// What follows `/r/` in the link inside the QR code.
    pub(crate) short_code: String,
    pub(crate) transaction_id: String,
    /// What ePayment calls it; the events have their own, counted up from this one.
    pub(crate) psp_reference: String,
    pub(crate) direct_capture: bool,
    /// Sent straight to a phone (`skipLandingPage`).
    pub(crate) pushed: bool,
    pub(crate) callback: Option<CallbackAddress>,
    /// How many of its events webhooks have been told.
    pub(crate) told: usize,
    /// The answers already given, by operation and `X-Request-Id`, with the body they were given for.
    #[serde(with = "super::state::pairs")]
    pub(crate) answered: HashMap<(Operation, String), (Value, Receipt)>,
}

/// The API that made a payment. ePayment can act upon both kinds, eCom upon its own only (contract 1.4).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) enum Rail {
    Ecom,
    Epayment(Box<Particulars>),
}

/// Where a payment is before and around its approval; what happened to the money stands in the sums.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Phase {
    /// Nobody has opened it.
    Waiting,
    /// A customer has it on the phone.
    Opened,
    /// The customer is proving to the bank who it is (3-D Secure); nobody else can act meanwhile.
    Authorizing,
    /// Approved, but nobody will hear of it before that instant (trigger amount 201).
    Unknown { until: i64 },
    /// Approved.
    Approved,
    /// Cancelled before approval by the customer.
    Aborted,
    /// Cancelled before approval by the merchant.
    Terminated,
    /// Nobody acted in time.
    TimedOut,
}

/// The kinds of `transactionLogHistory` (contract 2.1), and what only ePayment writes down.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) enum Operation {
    Initiate,
    Reserve,
    Sale,
    Capture,
    Refund,
    Cancel,
    Void,
    /// Nobody acted in time; eCom has no line for it.
    Expire,
}

impl Operation {
    /// As the wire and people write it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Initiate => "INITIATE",
            Self::Reserve => "RESERVE",
            Self::Sale => "SALE",
            Self::Capture => "CAPTURE",
            Self::Refund => "REFUND",
            Self::Cancel => "CANCEL",
            Self::Void => "VOID",
            Self::Expire => "EXPIRE",
        }
    }
}

/// One line of the history.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Entry {
    pub(crate) operation: Operation,
    pub(crate) success: bool,
    pub(crate) amount: i64,
    pub(crate) text: String,
    pub(crate) at: i64,
    pub(crate) transaction_id: String,
    pub(crate) request_id: String,
}

/// Where to tell the merchant (contract 4.2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct CallbackAddress {
    pub(crate) prefix: String,
    pub(crate) auth_token: Option<String>,
}

/// What an operation did, and the sums after it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Receipt {
    pub(crate) amount: i64,
    pub(crate) text: String,
    pub(crate) at: i64,
    /// `None` if the customer never opened the payment.
    pub(crate) transaction_id: Option<String>,
    pub(crate) sums: Sums,
}

/// `transactionSummary`, in minor units.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Sums {
    pub(crate) captured: i64,
    pub(crate) refunded: i64,
    pub(crate) left_to_capture: i64,
    pub(crate) left_to_refund: i64,
}

impl Payment {
    pub(crate) fn sums(&self) -> Sums {
        Sums {
            captured: self.captured,
            refunded: self.refunded,
            left_to_capture: self.reserved - self.captured - self.released,
            left_to_refund: self.captured - self.refunded,
        }
    }

    /// Whether the customer or the merchant has done anything that shows in the history.
    pub(crate) fn touched(&self) -> bool {
        self.log.len() > 1
    }

    /// Whether a customer ever had it on a phone.
    pub(crate) fn opened(&self) -> bool {
        self.scanned_at.is_some()
    }

    /// `RESERVE`, or `SALE` where money is taken at once.
    pub(crate) fn approval(&self) -> Operation {
        if self.direct_capture { Operation::Sale } else { Operation::Reserve }
    }

    pub(crate) fn note(&mut self, operation: Operation, success: bool, amount: i64, now: i64) {
        self.note_for("", operation, success, amount, now);
    }

    /// The same, for a request that had a key.
    pub(crate) fn note_for(
        &mut self,
        request_id: &str,
        operation: Operation,
        success: bool,
        amount: i64,
        now: i64,
    ) {
        let (text, transaction_id) = (self.text.clone(), self.transaction_id.clone());
        self.log.push(Entry {
            operation,
            success,
            amount,
            text,
            at: now,
            transaction_id,
            request_id: request_id.to_owned(),
        });
    }

    /// What was agreed on when ePayment made it; `None` for a payment of eCom.
    pub(crate) fn particulars(&self) -> Option<&Particulars> {
        match &self.rail {
            Rail::Ecom => None,
            Rail::Epayment(particulars) => Some(particulars),
        }
    }

    /// One word for a person who looks at it.
    pub(crate) fn state(&self) -> State {
        match self.phase {
            Phase::Waiting => State::Waiting,
            Phase::Opened if self.log.last().is_some_and(|entry| !entry.success) => State::Declined,
            Phase::Opened => State::Opened,
            Phase::Authorizing | Phase::Unknown { .. } => State::Unknown,
            Phase::Aborted | Phase::Terminated => State::Cancelled,
            Phase::TimedOut => State::TimedOut,
            Phase::Approved if self.captured == 0 && self.released > 0 => State::Voided,
            Phase::Approved if self.captured == 0 => State::Approved,
            Phase::Approved if self.refunded == self.captured => State::Refunded,
            Phase::Approved => State::Captured,
        }
    }
}

/// Where a payment is, in one word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum State {
    /// Offered; nobody has scanned it.
    Waiting,
    /// Open on the customer's phone.
    Opened,
    /// The card was declined; the customer may still try another.
    Declined,
    /// The customer has approved and nobody knows the outcome yet (trigger amount 201, or 3-D Secure).
    Unknown,
    /// The money is reserved.
    Approved,
    /// Some or all of it is captured.
    Captured,
    /// All that was captured has been paid back.
    Refunded,
    /// Cancelled before anybody approved.
    Cancelled,
    /// Approved, then released without a capture.
    Voided,
    /// Nobody approved in time.
    TimedOut,
}
