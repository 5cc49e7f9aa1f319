//! A journal that refuses to write on demand, also after it has written; and to read.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use journal::{
    Entry, Journal, JournalError, MemoryJournal, Query, RequestKey, Seq, Story, Told, Trouble as Storage,
};
use payment::Reference;

pub(crate) type Why = Arc<dyn Fn() -> JournalError + Send + Sync>;

/// A journal that refuses to write on demand, also after it has written; and to read.
#[derive(Default)]
pub(crate) struct Refusing {
    pub(crate) inner: MemoryJournal,
    why: Mutex<Option<Why>>,
    /// It refuses this story alone.
    pub(crate) only: Mutex<Option<Reference>>,
    /// It has written, and says that it has not.
    pub(crate) lies: AtomicBool,
    pub(crate) unreadable: AtomicBool,
    /// There is no room for pictures.
    pub(crate) no_pictures: AtomicBool,
    /// What can't be read will never be readable again.
    pub(crate) damaged: AtomicBool,
    tries: AtomicU32,
}

impl Refusing {
    pub(crate) fn refuse(&self, why: impl Fn() -> JournalError + Send + Sync + 'static) {
        *self.why.lock().expect("nobody panics") = Some(Arc::new(why));
        self.tries.store(0, Ordering::Relaxed);
    }

    pub(crate) fn work(&self) {
        *self.why.lock().expect("nobody panics") = None;
        self.lies.store(false, Ordering::Relaxed);
        self.unreadable.store(false, Ordering::Relaxed);
    }

    pub(crate) fn tries(&self) -> u32 {
        self.tries.load(Ordering::Relaxed)
    }

    fn refusal(&self, reference: &Reference) -> Option<JournalError> {
        let only = self.only.lock().expect("nobody panics").clone();
        if only.is_some_and(|only| only != *reference) {
            return None;
        }
        let why = self.why.lock().expect("nobody panics").clone();
        self.tries.fetch_add(u32::from(why.is_some()), Ordering::Relaxed);
        why.map(|why| why())
    }
}

pub(crate) fn storage(trouble: Storage) -> JournalError {
    JournalError::Storage { trouble, source: "on purpose".into() }
}

#[async_trait]
impl Journal for Refusing {
    async fn begin(
        &self,
        reference: &Reference,
        request: Option<&RequestKey>,
        entries: &[Entry],
    ) -> Result<Seq, JournalError> {
        let refusal = self.refusal(reference);
        if refusal.is_none() || self.lies.load(Ordering::Relaxed) {
            let written = self.inner.begin(reference, request, entries).await;
            return refusal.map_or(written, Err);
        }
        Err(refusal.expect("it refuses"))
    }

    async fn append(
        &self,
        reference: &Reference,
        seen: u32,
        entries: &[Entry],
        settled: bool,
    ) -> Result<Seq, JournalError> {
        let refusal = self.refusal(reference);
        if refusal.is_none() || self.lies.load(Ordering::Relaxed) {
            let written = self.inner.append(reference, seen, entries, settled).await;
            return refusal.map_or(written, Err);
        }
        Err(refusal.expect("it refuses"))
    }

    async fn story(&self, reference: &Reference) -> Result<Option<Story>, JournalError> {
        if self.unreadable.load(Ordering::Relaxed) {
            let damaged = self.damaged.load(Ordering::Relaxed);
            return Err(storage(if damaged { Storage::Damaged } else { Storage::Failing }));
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
        if self.no_pictures.load(Ordering::Relaxed) {
            return Err(storage(Storage::Full));
        }
        self.inner.keep_picture(reference, name, bytes).await
    }

    async fn picture(&self, name: &str) -> Result<Option<Vec<u8>>, JournalError> {
        self.inner.picture(name).await
    }
}
