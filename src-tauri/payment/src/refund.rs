//! A refund: money of a payment on its way back to the customer.

use serde::{Deserialize, Serialize};

use crate::{Cause, Moment};

/// The most refunds that one payment may have: their keys fit the 40 characters of eCom (contract 1.9).
pub const REFUNDS_MAX: u32 = 99;

/// One refund of a payment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refund {
    /// Its number in the payment: 1, 2, 3 …
    pub number: u32,
    /// Minor units.
    pub amount: u64,
    /// Why, in the shop's words.
    pub reason: Option<String>,
    /// Under what name it was asked for.
    pub request: Option<RefundRequest>,
    /// How far it has come.
    pub state: RefundState,
    /// When it came so far.
    pub at: Moment,
    /// How much had been given back in all when it was about to be made, if it was.
    pub(crate) intended_after: Option<u64>,
}

/// How far a refund has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RefundState {
    /// It is wanted, and not known to be made yet.
    Asked,
    /// The money is on its way to the customer.
    Made,
    /// It was not made, and will not be.
    Refused(Cause),
}

/// Under what name somebody asked for a refund: the same name again is the same refund.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefundRequest {
    /// The caller's `Idempotency-Key`.
    pub key: String,
    /// A digest of what was asked: the same key with another request is a mistake of the caller.
    pub digest: String,
}
