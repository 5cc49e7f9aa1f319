//! Copies are made while others write; each is a whole journal with everything that had been acknowledged.

use std::fs;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use tempfile::TempDir;

use super::{everything, sqlite};
use crate::contract::samples::{numbered, reference, requested};
use crate::{Journal, JournalError, Seq, SqliteJournal, Trouble, backup};

const WRITERS: u32 = 3;
const COPIES: usize = 12;

/// Writes call after call of three entries to a story of its own, until it is told to stop.
async fn write(
    journal: Arc<SqliteJournal>,
    number: u32,
    acknowledged: Arc<AtomicU64>,
    stop: Arc<AtomicBool>,
) {
    let reference = reference(number);
    let begun = journal.begin(&reference, None, &[requested(&reference)]).await.unwrap();
    acknowledged.fetch_max(begun.0, Ordering::SeqCst);
    let mut seen = 1;
    while !stop.load(Ordering::SeqCst) {
        let entries = [numbered(seen), numbered(seen), numbered(seen)];
        let seq = journal.append(&reference, seen, &entries, false).await.unwrap();
        acknowledged.fetch_max(seq.0, Ordering::SeqCst);
        seen += 3;
    }
}

#[cfg(unix)]
fn is_for_its_owner_alone(copy: &std::path::Path) {
    use std::os::unix::fs::PermissionsExt;

    assert_eq!(fs::metadata(copy).unwrap().permissions().mode() & 0o777, 0o600);
}

#[cfg(not(unix))]
fn is_for_its_owner_alone(_: &std::path::Path) {}

/// The journal in a copy, put where a journal is looked for.
async fn restored(copy: &std::path::Path) -> (SqliteJournal, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.sqlite");
    fs::copy(copy, &path).unwrap();
    (SqliteJournal::open(&path).await.unwrap(), folder)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn copies_that_are_made_while_others_write_have_all_that_was_acknowledged() {
    let (journal, folder) = sqlite().await;
    let path = folder.path().join("journal.sqlite");
    let journal = Arc::new(journal);
    let (acknowledged, stop) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicBool::new(false)));
    let writers: Vec<_> = (1..=WRITERS)
        .map(|number| tokio::spawn(write(journal.clone(), number, acknowledged.clone(), stop.clone())))
        .collect();
    let mut copies = Vec::new();
    for number in 0..COPIES {
        let before = acknowledged.load(Ordering::SeqCst);
        let to = folder.path().join(format!("copy-{number}.sqlite"));
        let made = backup(&path, &to).await.unwrap();
        assert!(made.last.0 >= before, "{} of {before}", made.last);
        assert_eq!(made.bytes, fs::metadata(&to).unwrap().len());
        copies.push((to, made));
    }
    let written = acknowledged.load(Ordering::SeqCst);
    stop.store(true, Ordering::SeqCst);
    for writer in writers {
        writer.await.unwrap();
    }
    assert!(written > copies[0].1.last.0, "nobody wrote meanwhile");
    for (copy, made) in &copies {
        is_for_its_owner_alone(copy);
        let (restored, _kept) = restored(copy).await;
        assert_eq!(restored.last_seq().await.unwrap(), made.last);
        for story in restored.newest(99).await.unwrap() {
            assert_eq!(story.entries.len() % 3, 1, "a call is there in part");
            let number = u32::try_from(story.entries.len()).unwrap();
            restored.append(&story.reference, number, &[numbered(0)], true).await.unwrap();
        }
    }
    let left = fs::read_dir(folder.path()).unwrap().map(|file| file.unwrap().file_name());
    let odd: Vec<_> = left.filter(|name| name.to_string_lossy().contains("unfinished")).collect();
    assert!(odd.is_empty(), "{odd:?}");
}

#[tokio::test]
async fn a_copy_tells_what_the_journal_tells_also_after_a_kill() {
    let (journal, folder) = sqlite().await;
    let path = folder.path().join("journal.sqlite");
    for number in [1, 2] {
        journal.begin(&reference(number), None, &[requested(&reference(number))]).await.unwrap();
    }
    journal.keep_picture(&reference(1), "code", b"png").await.unwrap();
    let expected = everything(&journal).await;
    // As a kill leaves it: what was written last is in the log alone.
    let killed = tempfile::tempdir().unwrap();
    for name in ["journal.sqlite", "journal.sqlite-wal", "journal.sqlite-shm"] {
        fs::copy(folder.path().join(name), killed.path().join(name)).unwrap();
    }
    journal.close().await;
    for (nth, path) in [path, killed.path().join("journal.sqlite")].iter().enumerate() {
        let to = folder.path().join(format!("copy-{nth}"));
        assert_eq!(backup(path, &to).await.unwrap().last, Seq(2));
        let (restored, _kept) = restored(&to).await;
        assert_eq!(everything(&restored).await, expected);
        assert_eq!(restored.picture("code").await.unwrap().unwrap(), b"png");
    }
}

#[tokio::test]
async fn a_copy_replaces_nothing_and_a_failed_one_leaves_nothing() {
    let (journal, folder) = sqlite().await;
    journal.begin(&reference(1), None, &[requested(&reference(1))]).await.unwrap();
    let path = folder.path().join("journal.sqlite");
    let there = folder.path().join("there");
    fs::write(&there, "something").unwrap();
    for to in [&there, &path] {
        let made = backup(&path, to).await;
        assert!(matches!(&made, Err(JournalError::Exists { path }) if path == to), "{made:?}");
    }
    assert_eq!(fs::read_to_string(&there).unwrap(), "something");
    let made = backup(&path, &folder.path().join("nowhere/copy")).await;
    assert!(matches!(made, Err(JournalError::Storage { trouble: Trouble::Unreachable, .. })), "{made:?}");
    let made = backup(&there, &folder.path().join("copy")).await;
    assert!(matches!(made, Err(JournalError::Storage { trouble: Trouble::NotAJournal, .. })), "{made:?}");
    let made = backup(&folder.path().join("nothing"), &folder.path().join("copy")).await;
    assert!(matches!(made, Err(JournalError::Storage { trouble: Trouble::Unreachable, .. })), "{made:?}");
    assert!(!folder.path().join("copy").exists() && !folder.path().join("nothing").exists());
    assert_eq!(journal.last_seq().await.unwrap(), Seq(1));
}
