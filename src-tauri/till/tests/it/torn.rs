//! A journal that takes so many entries, and then the power goes.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use journal::{Entry, Journal, JournalError, MemoryJournal, Query, RequestKey, Seq, Story, Told};
use payment::{Payment, Reference};
use tokio::sync::watch;

/// When, after the last entry that the journal takes, the power goes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Cut {
    /// Before the writer has heard that it is on disk.
    Unheard,
    /// Before the next entry is on disk: what was asked in between has been asked.
    BeforeNext,
}

/// A journal that takes so many entries. Then the power goes.
pub(crate) struct Torn {
    inner: MemoryJournal,
    left: AtomicUsize,
    cut: Cut,
    dark: watch::Sender<bool>,
}

impl Torn {
    pub(crate) fn after(entries: usize, cut: Cut) -> Arc<Torn> {
        let dark = watch::Sender::new(false);
        Arc::new(Torn { inner: MemoryJournal::new(), left: AtomicUsize::new(entries), cut, dark })
    }

    /// The power is back, and does not go any more.
    pub(crate) fn mend(&self) {
        self.left.store(usize::MAX, Ordering::Relaxed);
        self.dark.send_replace(false);
    }

    pub(crate) fn is_dark(&self) -> bool {
        *self.dark.borrow()
    }

    pub(crate) async fn goes_dark(&self) {
        self.dark.subscribe().wait_for(|dark| *dark).await.expect("the sender is here");
    }

    /// The payment as it is on disk.
    pub(crate) fn payment(&self, reference: &str) -> Option<Payment> {
        let reference = Reference::parse(reference).expect("it is one");
        let story = now(self.inner.story(&reference)).expect("memory does not fail")?;
        Payment::replay(story.entries.into_iter().map(|entry| (entry.at, entry.fact))).ok()
    }

    /// How many of these entries are taken.
    fn take(&self, entries: &[Entry]) -> usize {
        let left = self.left.load(Ordering::Relaxed);
        let taken = entries.len().min(left);
        self.left.store(left.saturating_sub(taken), Ordering::Relaxed);
        taken
    }

    /// What the writer hears of entries of which so many were taken: nothing, if the power goes now.
    async fn answer(&self, written: Result<Seq, JournalError>, whole: bool) -> Result<Seq, JournalError> {
        let over = self.left.load(Ordering::Relaxed) == 0;
        if !whole || (over && self.cut == Cut::Unheard) {
            self.dark.send_replace(true);
            return std::future::pending().await;
        }
        written
    }
}

#[async_trait]
impl Journal for Torn {
    async fn begin(
        &self,
        reference: &Reference,
        request: Option<&RequestKey>,
        entries: &[Entry],
    ) -> Result<Seq, JournalError> {
        let taken = self.take(entries);
        let written = self.inner.begin(reference, request, &entries[..taken]).await;
        self.answer(written, taken == entries.len()).await
    }

    async fn append(
        &self,
        reference: &Reference,
        seen: u32,
        entries: &[Entry],
        settled: bool,
    ) -> Result<Seq, JournalError> {
        let taken = self.take(entries);
        let whole = taken == entries.len();
        let written = self.inner.append(reference, seen, &entries[..taken], settled && whole).await;
        self.answer(written, whole).await
    }

    async fn story(&self, reference: &Reference) -> Result<Option<Story>, JournalError> {
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
        self.inner.changed_since(seq, limit).await
    }

    async fn entries_after(&self, seq: Seq, limit: u32) -> Result<Vec<Told>, JournalError> {
        self.inner.entries_after(seq, limit).await
    }

    async fn last_seq(&self) -> Result<Seq, JournalError> {
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

/// What a future that does not wait has to say.
pub(crate) fn now<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("there is a runtime");
    runtime.block_on(future)
}
