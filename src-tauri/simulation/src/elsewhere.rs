//! A journal in a file, on threads of its own. Whoever asks it stands still, and so does the world's time: tokio's
//! paused clock would jump ahead while it waits for SQLite's thread.

use std::path::PathBuf;
use std::sync::mpsc::sync_channel;
use std::sync::{Arc, LazyLock};

use async_trait::async_trait;
use journal::{Entry, Journal, JournalError, Query, RequestKey, Seq, SqliteJournal, Story, Told, Trouble};
use payment::Reference;
use tempfile::TempDir;
use tokio::runtime::Runtime;

/// Where the files are worked on.
static THREADS: LazyLock<std::io::Result<Runtime>> =
    LazyLock::new(|| tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build());

/// A journal in a file.
pub(crate) struct Elsewhere(Arc<SqliteJournal>);

impl Elsewhere {
    pub(crate) fn open(path: PathBuf) -> Result<Elsewhere, JournalError> {
        done(async move { SqliteJournal::open(&path).await }).map(|journal| Elsewhere(Arc::new(journal)))
    }
}

impl Drop for Elsewhere {
    /// The program that held it is dead; its connections are closed when there is time.
    fn drop(&mut self) {
        let journal = self.0.clone();
        if let Ok(threads) = THREADS.as_ref() {
            threads.spawn(async move { journal.close().await });
        }
    }
}

/// The folder is removed when there is time.
pub(crate) fn put_away(folder: TempDir) {
    if let Ok(threads) = THREADS.as_ref() {
        threads.spawn_blocking(move || drop(folder));
    }
}

fn done<T: Send + 'static>(
    work: impl Future<Output = Result<T, JournalError>> + Send + 'static,
) -> Result<T, JournalError> {
    let closed = |source: journal::Source| JournalError::Storage { trouble: Trouble::Closed, source };
    let threads = THREADS.as_ref().map_err(|error| closed(error.to_string().into()))?;
    let (sender, receiver) = sync_channel(1);
    threads.spawn(async move {
        // Whoever asked has stood still and is there.
        let _ = sender.send(work.await);
    });
    receiver.recv().map_err(|error| closed(error.into()))?
}

#[async_trait]
impl Journal for Elsewhere {
    async fn begin(
        &self,
        reference: &Reference,
        request: Option<&RequestKey>,
        entries: &[Entry],
    ) -> Result<Seq, JournalError> {
        let (journal, reference) = (self.0.clone(), reference.clone());
        let (request, entries) = (request.cloned(), entries.to_vec());
        done(async move { journal.begin(&reference, request.as_ref(), &entries).await })
    }

    async fn append(
        &self,
        reference: &Reference,
        seen: u32,
        entries: &[Entry],
        settled: bool,
    ) -> Result<Seq, JournalError> {
        let (journal, reference, entries) = (self.0.clone(), reference.clone(), entries.to_vec());
        done(async move { journal.append(&reference, seen, &entries, settled).await })
    }

    async fn story(&self, reference: &Reference) -> Result<Option<Story>, JournalError> {
        let (journal, reference) = (self.0.clone(), reference.clone());
        done(async move { journal.story(&reference).await })
    }

    async fn unsettled(&self) -> Result<Vec<Story>, JournalError> {
        let journal = self.0.clone();
        done(async move { journal.unsettled().await })
    }

    async fn newest(&self, limit: u32) -> Result<Vec<Story>, JournalError> {
        let journal = self.0.clone();
        done(async move { journal.newest(limit).await })
    }

    async fn search(&self, query: &Query) -> Result<Vec<Story>, JournalError> {
        let (journal, query) = (self.0.clone(), query.clone());
        done(async move { journal.search(&query).await })
    }

    async fn changed_since(&self, seq: Seq, limit: u32) -> Result<Vec<(Seq, Reference)>, JournalError> {
        let journal = self.0.clone();
        done(async move { journal.changed_since(seq, limit).await })
    }

    async fn entries_after(&self, seq: Seq, limit: u32) -> Result<Vec<Told>, JournalError> {
        let journal = self.0.clone();
        done(async move { journal.entries_after(seq, limit).await })
    }

    async fn last_seq(&self) -> Result<Seq, JournalError> {
        let journal = self.0.clone();
        done(async move { journal.last_seq().await })
    }

    async fn requested_as(&self, key: &str) -> Result<Option<(Reference, String)>, JournalError> {
        let (journal, key) = (self.0.clone(), key.to_owned());
        done(async move { journal.requested_as(&key).await })
    }

    async fn keep_picture(
        &self,
        reference: &Reference,
        name: &str,
        bytes: &[u8],
    ) -> Result<(), JournalError> {
        let (journal, reference) = (self.0.clone(), reference.clone());
        let (name, bytes) = (name.to_owned(), bytes.to_vec());
        done(async move { journal.keep_picture(&reference, &name, &bytes).await })
    }

    async fn picture(&self, name: &str) -> Result<Option<Vec<u8>>, JournalError> {
        let (journal, name) = (self.0.clone(), name.to_owned());
        done(async move { journal.picture(&name).await })
    }
}
