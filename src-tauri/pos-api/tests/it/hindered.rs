//! A journal that can be made to be slow, to refuse, and to have too much to tell.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use async_trait::async_trait;
use journal::{Entry, Journal, JournalError, MemoryJournal, Query, RequestKey, Seq, Story, Told};
use payment::Reference;
use tokio::sync::watch;

/// A journal in memory with hindrances.
pub(crate) struct Hindered {
    inner: MemoryJournal,
    /// Behind it, a beginning is on disk and nobody has been told.
    pub(crate) begun: Gate,
    /// Behind it, entries are on disk and nobody has been told.
    pub(crate) appended: Gate,
    /// Before it, somebody wants to know what has changed.
    pub(crate) asked_for_changes: Gate,
    refusing: AtomicBool,
    unreadable: AtomicBool,
    missed_max: AtomicU32,
}

/// Where calls are held up.
pub(crate) struct Gate {
    closed: watch::Sender<bool>,
    waiting: watch::Sender<u32>,
}

impl Gate {
    fn opened() -> Gate {
        Gate { closed: watch::Sender::new(false), waiting: watch::Sender::new(0) }
    }

    pub(crate) fn close(&self) {
        self.closed.send_replace(true);
    }

    pub(crate) fn open(&self) {
        self.closed.send_replace(false);
    }

    /// Comes back when somebody waits before the gate.
    pub(crate) async fn is_reached(&self) {
        self.waiting.subscribe().wait_for(|waiting| *waiting > 0).await.expect("the gate stands");
    }

    async fn pass(&self) {
        self.waiting.send_modify(|waiting| *waiting += 1);
        self.closed.subscribe().wait_for(|closed| !closed).await.expect("the gate stands");
        self.waiting.send_modify(|waiting| *waiting -= 1);
    }
}

impl Hindered {
    pub(crate) fn new() -> Arc<Hindered> {
        Arc::new(Hindered {
            inner: MemoryJournal::new(),
            begun: Gate::opened(),
            appended: Gate::opened(),
            asked_for_changes: Gate::opened(),
            refusing: AtomicBool::new(false),
            unreadable: AtomicBool::new(false),
            missed_max: AtomicU32::new(u32::MAX),
        })
    }

    /// From now on it refuses what a listener or a start needs, or works again.
    pub(crate) fn refuse(&self, refusing: bool) {
        self.refusing.store(refusing, Ordering::Relaxed);
    }

    /// From now on no story can be read.
    pub(crate) fn tear_pages(&self) {
        self.unreadable.store(true, Ordering::Relaxed);
    }

    /// It tells of no more changed payments than this at once.
    pub(crate) fn tell_at_most(&self, payments: u32) {
        self.missed_max.store(payments, Ordering::Relaxed);
    }

    fn check(&self) -> Result<(), JournalError> {
        if self.refusing.load(Ordering::Relaxed) {
            return Err(JournalError::TooLarge { what: "bytes", found: 2, limit: 1 });
        }
        Ok(())
    }
}

#[async_trait]
impl Journal for Hindered {
    async fn begin(
        &self,
        reference: &Reference,
        request: Option<&RequestKey>,
        entries: &[Entry],
    ) -> Result<Seq, JournalError> {
        self.check()?;
        let seq = self.inner.begin(reference, request, entries).await?;
        self.begun.pass().await;
        Ok(seq)
    }

    async fn append(
        &self,
        reference: &Reference,
        seen: u32,
        entries: &[Entry],
        settled: bool,
    ) -> Result<Seq, JournalError> {
        let seq = self.inner.append(reference, seen, entries, settled).await?;
        self.appended.pass().await;
        Ok(seq)
    }

    async fn story(&self, reference: &Reference) -> Result<Option<Story>, JournalError> {
        if self.unreadable.load(Ordering::Relaxed) {
            return Ok(None);
        }
        self.inner.story(reference).await
    }

    async fn unsettled(&self) -> Result<Vec<Story>, JournalError> {
        self.inner.unsettled().await
    }

    async fn newest(&self, limit: u32) -> Result<Vec<Story>, JournalError> {
        self.inner.newest(limit).await
    }

    async fn search(&self, query: &Query) -> Result<Vec<Story>, JournalError> {
        self.inner.search(query).await
    }

    async fn changed_since(&self, seq: Seq, limit: u32) -> Result<Vec<(Seq, Reference)>, JournalError> {
        self.asked_for_changes.pass().await;
        self.inner.changed_since(seq, limit.min(self.missed_max.load(Ordering::Relaxed))).await
    }

    async fn entries_after(&self, seq: Seq, limit: u32) -> Result<Vec<Told>, JournalError> {
        self.inner.entries_after(seq, limit).await
    }

    async fn last_seq(&self) -> Result<Seq, JournalError> {
        self.check()?;
        self.inner.last_seq().await
    }

    async fn requested_as(&self, key: &str) -> Result<Option<(Reference, String)>, JournalError> {
        self.inner.requested_as(key).await
    }

    async fn keep_picture(
        &self,
        reference: &Reference,
        name: &str,
        bytes: &[u8],
    ) -> Result<(), JournalError> {
        self.inner.keep_picture(reference, name, bytes).await
    }

    async fn picture(&self, name: &str) -> Result<Option<Vec<u8>>, JournalError> {
        self.inner.picture(name).await
    }
}
