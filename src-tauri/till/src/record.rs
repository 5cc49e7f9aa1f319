//! Writes down what a payment wants recorded, and decides what becomes of the till when the journal refuses.

use std::error::Error;
use std::time::Duration;

use contract::Code;
use journal::{Entry, JournalError, Seq};
use payment::Reference;

use crate::inner::Inner;

/// How long a journal that refuses is left alone before it is tried again.
pub(crate) const JOURNAL_PAUSE: Duration = Duration::from_secs(2);

/// What is to be written down of one payment.
pub(crate) struct Page<'a> {
    /// Whose story.
    pub(crate) reference: &'a Reference,
    /// How many entries of it are on disk.
    pub(crate) seen: u32,
    /// What comes after them.
    pub(crate) entries: &'a [Entry],
    /// Whether nothing will be asked about it any more.
    pub(crate) settled: bool,
}

/// Comes back when the page is on disk: a till that can't remember must not go on. While the storage is in trouble
/// that may pass, the till is held up and the page is tried again.
///
/// `None` when it will never be on disk, because the journal is not what it must be: somebody else has written to
/// it, it is corrupt, it takes no more. Then the till is stopped for good. Nothing may be asked about the payment
/// any more: what is on disk is true, and the next start carries on from there.
pub(crate) async fn record(till: &Inner, page: &Page<'_>) -> Option<Seq> {
    let mut said = None;
    loop {
        let error = match written(till, page).await {
            Ok(seq) => {
                till.let_go(page.reference);
                return Some(seq);
            }
            Err(error) => error,
        };
        let detail = error.to_string();
        if said.as_ref() != Some(&detail) {
            // Once for each kind of trouble, however long it lasts.
            let cause = error.source().map(ToString::to_string);
            tracing::error!(payment.reference = %page.reference, %error, cause, "the journal refuses");
        }
        if !error.may_pass() {
            till.stop(Code::JournalUnavailable, &detail);
            return None;
        }
        till.hold_up(page.reference, Code::JournalUnavailable, &detail);
        said = Some(detail);
        tokio::time::sleep(JOURNAL_PAUSE).await;
    }
}

/// A try that failed may have been written all the same, so the story is read before the failure is believed. While
/// it can't be read, nobody knows.
async fn written(till: &Inner, page: &Page<'_>) -> Result<Seq, JournalError> {
    let error = match till.journal.append(page.reference, page.seen, page.entries, page.settled).await {
        Ok(seq) => return Ok(seq),
        Err(error) => error,
    };
    match till.journal.story(page.reference).await? {
        Some(story) if story.entries.get(length(page.seen)..) == Some(page.entries) => Ok(story.seq),
        _ => Err(error),
    }
}

fn length(entries: u32) -> usize {
    usize::try_from(entries).unwrap_or(usize::MAX)
}
