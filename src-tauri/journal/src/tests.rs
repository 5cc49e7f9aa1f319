//! What this crate promises, put to the test.

mod backup; // copies made while others write
mod damage; // files that are broken, foreign, newer or out of reach
mod disk; // a real disk that is full or read-only
mod facts; // old journals stay readable
mod inspection; // looking at a journal without touching it
mod kill; // a process that is killed while it writes
mod many; // more than anybody can watch
mod model; // random callers against a simple model
mod stores; // every store keeps the contract
mod versions; // journals of older versions

use tempfile::TempDir;

use crate::{Journal, SqliteJournal};

/// A new journal in a folder of its own, which goes with the second value.
pub(crate) async fn sqlite() -> (SqliteJournal, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let journal = SqliteJournal::open(&folder.path().join("journal.sqlite")).await.unwrap();
    (journal, folder)
}

/// Everything that a journal can be asked, as far as it concerns stories.
async fn everything(journal: &dyn Journal) -> String {
    let stories = journal.newest(u32::MAX).await.unwrap();
    let unsettled: Vec<_> = journal.unsettled().await.unwrap().into_iter().map(|story| story.seq).collect();
    let changes = journal.changed_since(crate::Seq::NONE, u32::MAX).await.unwrap();
    format!("{stories:#?}\n{unsettled:?}\n{changes:?}\n{}", journal.last_seq().await.unwrap())
}
