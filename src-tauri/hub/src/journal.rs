//! The journal of the hub's own refunds: in its database, one for each sales unit, written by whoever has its
//! [lease](crate::leases).

use std::sync::Arc;

use async_trait::async_trait;
use journal::{Entry, Journal, JournalError, Query, RequestKey, Seq, Story, Told, limits};
use payment::Reference;

use crate::database::Database;
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

#[async_trait]
impl Journal for DatabaseJournal {
    async fn begin(
        &self,
        reference: &Reference,
        request: Option<&RequestKey>,
        entries: &[Entry],
    ) -> Result<Seq, JournalError> {
        let facts = limits::written_beginning(reference, request, entries)?;
        self.write_beginning(reference, request, entries, &facts).await
    }

    async fn append(
        &self,
        reference: &Reference,
        seen: u32,
        entries: &[Entry],
        settled: bool,
    ) -> Result<Seq, JournalError> {
        let facts = limits::written(seen, entries)?;
        self.write(reference, seen, entries, &facts, settled).await
    }

    async fn story(&self, reference: &Reference) -> Result<Option<Story>, JournalError> {
        reading::story(self.database.reader(), &self.msn, reference).await
    }

    async fn unsettled(&self) -> Result<Vec<Story>, JournalError> {
        reading::unsettled(self.database.reader(), &self.msn).await
    }

    async fn newest(&self, limit: u32) -> Result<Vec<Story>, JournalError> {
        reading::newest(self.database.reader(), &self.msn, limit.min(limits::STORIES_MAX)).await
    }

    async fn search(&self, query: &Query) -> Result<Vec<Story>, JournalError> {
        searching::search(&self.database, &self.msn, query).await
    }

    async fn changed_since(&self, seq: Seq, limit: u32) -> Result<Vec<(Seq, Reference)>, JournalError> {
        reading::changed_since(self.database.reader(), &self.msn, seq, limit.min(limits::STORIES_MAX)).await
    }

    async fn entries_after(&self, seq: Seq, limit: u32) -> Result<Vec<Told>, JournalError> {
        reading::entries_after(self.database.reader(), &self.msn, seq, limit.min(limits::TOLD_MAX)).await
    }

    async fn last_seq(&self) -> Result<Seq, JournalError> {
        reading::last_seq(self.database.reader(), &self.msn).await
    }

    async fn requested_as(&self, key: &str) -> Result<Option<(Reference, String)>, JournalError> {
        reading::requested_as(self.database.reader(), &self.msn, key).await
    }

    async fn keep_picture(
        &self,
        reference: &Reference,
        name: &str,
        bytes: &[u8],
    ) -> Result<(), JournalError> {
        limits::picture(name, bytes)?;
        self.write_picture(reference, name, bytes).await
    }

    async fn picture(&self, name: &str) -> Result<Option<Vec<u8>>, JournalError> {
        reading::picture(self.database.reader(), &self.msn, name).await
    }
}
