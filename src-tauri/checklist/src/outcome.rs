//! How the check of an item ended, and what shows it.

use jiff::Timestamp;

/// How the check of an item ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It is as it should be.
    Passed {
        /// What was seen, in plain words.
        saw: String,
        /// The calls that show it.
        evidence: Vec<Exchange>,
    },
    /// It is not.
    Failed {
        /// What was wrong.
        why: String,
        /// What to do about it.
        to_do: String,
        /// The calls up to there.
        evidence: Vec<Exchange>,
    },
    /// Only a person can do it.
    ForAPerson {
        /// What.
        what: String,
    },
}

impl Outcome {
    /// In one word.
    pub const fn word(&self) -> &'static str {
        match self {
            Outcome::Passed { .. } => "passed",
            Outcome::Failed { .. } => "FAILED",
            Outcome::ForAPerson { .. } => "for a person",
        }
    }
}

/// One call and its answer, without anything that would let somebody pay, call or phone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exchange {
    /// When it was answered, in the time of whoever answered.
    pub at: Timestamp,
    /// HTTP method and path, without the query.
    pub call: String,
    /// The HTTP status; none if nobody answered.
    pub status: Option<u16>,
    /// `X-Request-Id` or `Idempotency-Key`, if there was one.
    pub key: Option<String>,
    /// `transactionId` or `pspReference` of the answer, or what support wants to know of a refusal.
    pub id: Option<String>,
}

/// What a check that passed has seen, in plain words.
pub(crate) struct Saw(pub(crate) String);

/// Why a check did not pass.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stopped {
    /// Something is wrong.
    Failed {
        /// What.
        why: String,
        /// What to do about it.
        to_do: String,
    },
    /// Only a person can do what is missing.
    ForAPerson(String),
}

impl Stopped {
    pub(crate) fn failed(why: impl Into<String>, to_do: impl Into<String>) -> Stopped {
        Stopped::Failed { why: why.into(), to_do: to_do.into() }
    }
}

/// Lets the check go on if `holds`.
pub(crate) fn holds(holds: bool, why: impl FnOnce() -> String) -> Result<(), Stopped> {
    let to_do = "look at the payment in the portal, and at the calls beside this item";
    if holds { Ok(()) } else { Err(Stopped::failed(why(), to_do)) }
}
