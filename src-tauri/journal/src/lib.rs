//! Remembers: the append-only record of everything asked and answered about payments.
//!
//! One trait, [`Journal`], and its stores: [`MemoryJournal`] for the demo and for tests, [`SqliteJournal`] for
//! a till; a chain's hub has one of its own, in its database. Whatever the store, these are the promises, and `contract.rs` puts every store to the test:
//!
//! - **On disk when it returns.** What was acknowledged survives the loss of power (in memory: the loss of
//!   everything but the process).
//! - **All or nothing.** The entries of one call are there together or not at all, whatever happens, even when
//!   the call failed or was dropped half-way. After [`JournalError::Storage`] nobody knows which: read the
//!   story again.
//! - **In order, without gaps.** Entries are numbered 1, 2, 3 … in their story, and have a [`Seq`] in the whole
//!   journal that grows by one. Nothing is ever changed or deleted.
//! - **Never twice.** A writer says how many entries it has seen; if the story has another length, nothing is
//!   written and the answer is [`JournalError::Conflict`].
//!
//! This crate knows what a fact is, but not what follows from one: it decides nothing about money, asks
//! nothing of anybody and reads no clock. It depends on `payment` only.

use async_trait::async_trait;
use payment::Reference;

#[cfg(any(test, feature = "contract"))]
pub mod contract;
mod error;
mod failure;
pub mod limits;
mod memory;
mod query;
pub mod rows;
mod sqlite;
mod story;
#[cfg(test)]
mod tests;

pub use error::{JournalError, Source, Trouble};
pub use memory::MemoryJournal;
pub use query::{Part, Query, REQUESTS_PER_MOMENT, next_place, places_of};
pub use sqlite::{Backup, Inspection, SqliteJournal, backup, changed_after, inspect};
pub use story::{Entry, RequestKey, Seq, Story, Told};

/// A store of stories. The promises that it keeps are those of the [crate] itself; the limits are in
/// [`limits`], and whatever exceeds one is refused whole with [`JournalError::TooLarge`].
#[async_trait]
pub trait Journal: Send + Sync {
    /// Begins a story. Its first entry is the [`payment::Fact::Requested`] of `reference`. With `request`, the
    /// story is found again by [`Journal::requested_as`].
    ///
    /// Returns the number of its newest entry. Nothing is written when
    /// [the key](JournalError::RequestKeyUsed) (looked at first) or
    /// [the reference](JournalError::ReferenceUsed) has been used, or when the entries are
    /// [no beginning](JournalError::NoBeginning).
    async fn begin(
        &self,
        reference: &Reference,
        request: Option<&RequestKey>,
        entries: &[Entry],
    ) -> Result<Seq, JournalError>;

    /// Appends to a story of which the caller has seen `seen` entries, and says whether it is now `settled`:
    /// nothing will be asked about it any more. A settled story can be taken up again, by a refund for example.
    ///
    /// When it is settled, or one of the entries is [`payment::Fact::Ended`], its pictures are dropped.
    ///
    /// Returns the number of the story's newest entry. Nothing is written when the story has
    /// [another length](JournalError::Conflict) or [does not exist](JournalError::Unknown).
    async fn append(
        &self,
        reference: &Reference,
        seen: u32,
        entries: &[Entry],
        settled: bool,
    ) -> Result<Seq, JournalError>;

    /// The whole story of one payment.
    async fn story(&self, reference: &Reference) -> Result<Option<Story>, JournalError>;

    /// All stories that are not settled, oldest request first. All, because recovery must not forget one:
    /// above [`limits::UNSETTLED_MAX`] this is an error.
    async fn unsettled(&self) -> Result<Vec<Story>, JournalError>;

    /// The newest requests, newest first, at most `limit` and at most [`limits::STORIES_MAX`].
    async fn newest(&self, limit: u32) -> Result<Vec<Story>, JournalError>;

    /// The stories that `query` looks for, newest request first: by the moment at which each was requested, and
    /// those of the same moment by the order in which they came. Whoever goes on with [`Query::before`] gets each
    /// once, however many are requested meanwhile.
    ///
    /// [Unknown](JournalError::Unknown) when there is no story to go on from.
    async fn search(&self, query: &Query) -> Result<Vec<Story>, JournalError>;

    /// Which stories have entries newer than `seq`: each once, with its newest, oldest change first; at most
    /// `limit` and at most [`limits::STORIES_MAX`]. Whoever goes on from the last number that it got misses
    /// nothing.
    async fn changed_since(&self, seq: Seq, limit: u32) -> Result<Vec<(Seq, Reference)>, JournalError>;

    /// The entries that are newer than `seq`, of whatever story, in their order without gaps; at most `limit` and at most
    /// [`limits::TOLD_MAX`]. Whoever copies a journal goes on from the last number that it got, and misses nothing.
    async fn entries_after(&self, seq: Seq, limit: u32) -> Result<Vec<Told>, JournalError>;

    /// The newest entry of the whole journal; [`Seq::NONE`] when it is empty.
    async fn last_seq(&self) -> Result<Seq, JournalError>;

    /// Which story was begun under this key, and the digest of what was asked then.
    async fn requested_as(&self, key: &str) -> Result<Option<(Reference, String)>, JournalError>;

    /// Keeps a picture while its payment is open; it is not part of the story. The same name of the same
    /// payment again replaces the picture; [of another](JournalError::PictureNameUsed), it is refused. A
    /// payment that has ended, or is settled, has no use for pictures: nothing is kept.
    async fn keep_picture(&self, reference: &Reference, name: &str, bytes: &[u8])
    -> Result<(), JournalError>;

    /// A kept picture.
    async fn picture(&self, name: &str) -> Result<Option<Vec<u8>>, JournalError>;
}
