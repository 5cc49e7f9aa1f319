//! A journal in one file, for a till.
//!
//! One connection writes, each change in one immediate transaction with `synchronous = FULL`; a few others only
//! read. The file belongs to one Kvitt at a time: a lock file beside it sees to that.

use std::fs::File;
use std::path::Path;

use async_trait::async_trait;
use payment::Reference;
use sqlx::SqlitePool;

use crate::{Entry, Journal, JournalError, Query, RequestKey, Seq, Story, Told, limits};

mod backup;
mod inspection;
mod looking;
mod opening;
mod reading;
mod searching;
mod writing;

pub use backup::{Backup, backup};
pub use inspection::{Inspection, changed_after, inspect};

/// Remembers in a file.
#[derive(Debug)]
pub struct SqliteJournal {
    /// Exactly one connection, so that writers queue up here and not in SQLite.
    pub(crate) writer: SqlitePool,
    pub(crate) readers: SqlitePool,
    /// Held locked as long as the journal is open.
    lock: File,
}

impl SqliteJournal {
    /// Opens the journal at `path`; creates it, and its folder, readable by their owner alone. An older journal
    /// is brought up to date; one by a [newer Kvitt](JournalError::Newer) is left as it is.
    pub async fn open(path: &Path) -> Result<SqliteJournal, JournalError> {
        let lock = opening::hold(path).await?;
        let writer = opening::writer(path).await?;
        if let Err(error) = opening::bring_up_to_date(&writer).await {
            writer.close().await;
            return Err(error);
        }
        Ok(SqliteJournal { writer, readers: opening::readers(path), lock })
    }

    /// Lets what is under way finish, folds the write-ahead log into the file and lets go of it. Whoever asks
    /// afterwards is told that it is [closed](crate::Trouble::Closed).
    pub async fn close(&self) {
        // The writer goes last: only a connection that may write can fold the log into the file.
        self.readers.close().await;
        self.writer.close().await;
        // If it cannot be unlocked now, it is when the file is dropped.
        let _ = self.lock.unlock();
    }
}

#[async_trait]
impl Journal for SqliteJournal {
    async fn begin(
        &self,
        reference: &Reference,
        request: Option<&RequestKey>,
        entries: &[Entry],
    ) -> Result<Seq, JournalError> {
        let facts = limits::written_beginning(reference, request, entries)?;
        writing::begin(&self.writer, reference, request, entries, &facts).await
    }

    async fn append(
        &self,
        reference: &Reference,
        seen: u32,
        entries: &[Entry],
        settled: bool,
    ) -> Result<Seq, JournalError> {
        let facts = limits::written(seen, entries)?;
        writing::append(&self.writer, reference, seen, entries, &facts, settled).await
    }

    async fn story(&self, reference: &Reference) -> Result<Option<Story>, JournalError> {
        reading::story(&self.readers, reference).await
    }

    async fn unsettled(&self) -> Result<Vec<Story>, JournalError> {
        reading::unsettled(&self.readers).await
    }

    async fn newest(&self, limit: u32) -> Result<Vec<Story>, JournalError> {
        reading::newest(&self.readers, limit.min(limits::STORIES_MAX)).await
    }

    async fn search(&self, query: &Query) -> Result<Vec<Story>, JournalError> {
        searching::search(&self.readers, query).await
    }

    async fn changed_since(&self, seq: Seq, limit: u32) -> Result<Vec<(Seq, Reference)>, JournalError> {
        reading::changed_since(&self.readers, seq, limit.min(limits::STORIES_MAX)).await
    }

    async fn entries_after(&self, seq: Seq, limit: u32) -> Result<Vec<Told>, JournalError> {
        reading::entries_after(&self.readers, seq, limit.min(limits::TOLD_MAX)).await
    }

    async fn last_seq(&self) -> Result<Seq, JournalError> {
        reading::last_seq(&self.readers).await
    }

    async fn requested_as(&self, key: &str) -> Result<Option<(Reference, String)>, JournalError> {
        reading::requested_as(&self.readers, key).await
    }

    async fn keep_picture(
        &self,
        reference: &Reference,
        name: &str,
        bytes: &[u8],
    ) -> Result<(), JournalError> {
        limits::picture(name, bytes)?;
        writing::keep_picture(&self.writer, reference, name, bytes).await
    }

    async fn picture(&self, name: &str) -> Result<Option<Vec<u8>>, JournalError> {
        reading::picture(&self.readers, name).await
    }
}
