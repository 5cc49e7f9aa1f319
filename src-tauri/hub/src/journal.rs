//! The journal of the hub's own refunds: in its database, one for each sales unit, written by whoever has its
//! [lease](crate::leases).

use std::sync::Arc;

use async_trait::async_trait;
use journal::{Entry, Journal, JournalError, Query, RequestKey, Seq, Story, Told, Trouble, limits};
use payment::Reference;
use tokio::time::error::Elapsed;
use tokio::time::timeout;

use crate::database::{Database, PATIENCE};
use crate::leases::Lease;

mod reading;
mod searching;
#[cfg(test)]
mod tests;
mod writing;

/// Remembers in the hub's database.
#[derive(Debug)]
pub(crate) struct DatabaseJournal {
    database: Database,
    /// Whose it is: the sales unit.
    msn: String,
    lease: Arc<Lease>,
}

impl DatabaseJournal {
    /// The journal of the sales unit `msn`. It is written to as long as `lease` lasts; then it says that it was
    /// [taken over](journal::Trouble::TakenOver), and can still be read.
    pub(crate) fn new(database: Database, msn: &str, lease: Arc<Lease>) -> DatabaseJournal {
        DatabaseJournal { database, msn: msn.to_owned(), lease }
    }
}

/// Waits for the database, but not for ever: what breaks between the two may leave no word behind.
async fn patiently<T>(of: impl Future<Output = Result<T, JournalError>>) -> Result<T, JournalError> {
    let silent =
        |source: Elapsed| JournalError::Storage { trouble: Trouble::Unreachable, source: source.into() };
    timeout(PATIENCE, of).await.map_err(silent)?
}

#[async_trait]
impl Journal for DatabaseJournal {
    async fn begin(
        &self,
        reference: &Reference,
        request: Option<&RequestKey>,
        entries: &[Entry],
    ) -> Result<Seq, JournalError> {
        let facts = limits::written_beginning(reference, request, entries)?;
        patiently(self.write_beginning(reference, request, entries, &facts)).await
    }

    async fn append(
        &self,
        reference: &Reference,
        seen: u32,
        entries: &[Entry],
        settled: bool,
    ) -> Result<Seq, JournalError> {
        let facts = limits::written(seen, entries)?;
        patiently(self.write(reference, seen, entries, &facts, settled)).await
    }

    async fn story(&self, reference: &Reference) -> Result<Option<Story>, JournalError> {
        patiently(reading::story(self.database.reader(), &self.msn, reference)).await
    }

    async fn unsettled(&self) -> Result<Vec<Story>, JournalError> {
        patiently(reading::unsettled(self.database.reader(), &self.msn)).await
    }

    async fn newest(&self, limit: u32) -> Result<Vec<Story>, JournalError> {
        patiently(reading::newest(self.database.reader(), &self.msn, limit.min(limits::STORIES_MAX))).await
    }

    async fn search(&self, query: &Query) -> Result<Vec<Story>, JournalError> {
        patiently(searching::search(&self.database, &self.msn, query)).await
    }

    async fn changed_since(&self, seq: Seq, limit: u32) -> Result<Vec<(Seq, Reference)>, JournalError> {
        patiently(reading::changed_since(
            self.database.reader(),
            &self.msn,
            seq,
            limit.min(limits::STORIES_MAX),
        ))
        .await
    }

    async fn entries_after(&self, seq: Seq, limit: u32) -> Result<Vec<Told>, JournalError> {
        patiently(reading::entries_after(self.database.reader(), &self.msn, seq, limit.min(limits::TOLD_MAX)))
            .await
    }

    async fn last_seq(&self) -> Result<Seq, JournalError> {
        patiently(reading::last_seq(self.database.reader(), &self.msn)).await
    }

    async fn requested_as(&self, key: &str) -> Result<Option<(Reference, String)>, JournalError> {
        patiently(reading::requested_as(self.database.reader(), &self.msn, key)).await
    }

    async fn keep_picture(
        &self,
        reference: &Reference,
        name: &str,
        bytes: &[u8],
    ) -> Result<(), JournalError> {
        limits::picture(name, bytes)?;
        patiently(self.write_picture(reference, name, bytes)).await
    }

    async fn picture(&self, name: &str) -> Result<Option<Vec<u8>>, JournalError> {
        patiently(reading::picture(self.database.reader(), &self.msn, name)).await
    }
}
