//! What is remembered of one payment.

use std::fmt;

use payment::{Fact, Moment, Reference};

/// Everything remembered of one payment, oldest first. [`payment::Payment::replay`] brings it back to life.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Story {
    /// Whose story it is.
    pub reference: Reference,
    /// What happened, in the order in which we learnt it. Never empty; the first is its request.
    pub entries: Vec<Entry>,
    /// The number of its newest entry in the whole journal.
    pub seq: Seq,
    /// Nothing will be asked about it any more.
    pub settled: bool,
}

/// A fact, and when we learnt it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// When we learnt it.
    pub at: Moment,
    /// What we learnt.
    pub fact: Fact,
}

/// An entry with its place: in the whole journal, and in its story.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// Its number in the whole journal.
    pub seq: Seq,
    /// Whose story it belongs to.
    pub reference: Reference,
    /// Its number in that story: 1, 2, 3 … without gaps.
    pub number: u32,
    /// What was learnt, and when.
    pub entry: Entry,
}

/// The number of an entry in the whole journal: 1, 2, 3 … without gaps.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Seq(pub u64);

impl Seq {
    /// Before the first entry.
    pub const NONE: Seq = Seq(0);
}

impl fmt::Display for Seq {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Under what name somebody asked for a payment, so that asking again does not make another one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestKey {
    /// The caller's `Idempotency-Key`, at most [`crate::limits::KEY_BYTES_MAX`].
    pub key: String,
    /// A digest of what was asked, at most [`crate::limits::DIGEST_BYTES_MAX`]: the same key with another
    /// request is a mistake of the caller.
    pub digest: String,
}
