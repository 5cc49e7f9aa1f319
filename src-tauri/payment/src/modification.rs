//! What is done with the money of a payment after it has ended, because somebody asks for it: a capture or a release
//! of what was reserved for later, or a refund.

use serde::{Deserialize, Serialize};

use crate::{Cause, Moment};

/// The most modifications of one kind that one payment may have: their keys fit the 40 characters of eCom (contract 1.9).
pub const MODIFICATIONS_MAX: u32 = 99;

/// What is done with the money.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ModificationKind {
    /// A part of what was reserved, or all of it, is collected.
    Capture,
    /// What was reserved and not collected is let go. Nothing can be collected after it.
    Release,
    /// A part of what was collected, or all of it, is given back.
    Refund,
}

/// One capture, release or refund that somebody asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Modification {
    /// What it is.
    pub kind: ModificationKind,
    /// Its number among those of its kind: 1, 2, 3 …
    pub number: u32,
    /// Minor units.
    pub amount: u64,
    /// Why, in the shop's words. Only refunds have one.
    pub reason: Option<String>,
    /// Under what name it was asked for.
    pub request: Option<ModificationRequest>,
    /// How far it has come.
    pub state: ModificationState,
    /// When it came so far.
    pub at: Moment,
    /// How much had been moved that way in all when it was about to be made, if it was.
    pub(crate) intended_after: Option<u64>,
}

/// How far a modification has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ModificationState {
    /// It is wanted, and not known to be made yet.
    Asked,
    /// The money has moved.
    Made,
    /// It was not made, and will not be.
    Refused(Cause),
}

/// Under what name somebody asked for it: the same name again is the same modification.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModificationRequest {
    /// The caller's `Idempotency-Key`.
    pub key: String,
    /// A digest of what was asked: the same key with another request is a mistake of the caller.
    pub digest: String,
}
