//! Looking at a journal, whatever state it is in, finds what is wrong, names it, and changes nothing.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions, Connection};
use tempfile::TempDir;

use super::sqlite;
use crate::contract::samples::{numbered, reference, requested};
use crate::{Inspection, Journal, JournalError, Seq, Trouble, changed_after, inspect};

/// A closed journal of so many payments with three entries each, the first of them settled.
async fn closed(payments: u32) -> (TempDir, PathBuf) {
    let (journal, folder) = sqlite().await;
    for number in 1..=payments {
        let reference = reference(number);
        journal.begin(&reference, None, &[requested(&reference), numbered(1)]).await.unwrap();
        journal.append(&reference, 2, &[numbered(2)], number == 1).await.unwrap();
    }
    journal.close().await;
    let path = folder.path().join("journal.sqlite");
    (folder, path)
}

/// Every file in the folder, with what is in it.
fn files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let files = fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
    files.map(|path| (path.clone(), fs::read(path).unwrap())).collect()
}

async fn untouched(path: &Path) -> Inspection {
    let folder = path.parent().unwrap();
    let before = files(folder);
    let inspection = inspect(path).await.unwrap();
    assert!(files(folder) == before, "something has been touched");
    inspection
}

async fn tamper(path: &Path, statements: &[&str]) {
    let mut connection =
        SqliteConnectOptions::new().filename(path).create_if_missing(true).connect().await.unwrap();
    for statement in statements {
        sqlx::query(AssertSqlSafe(*statement)).execute(&mut connection).await.unwrap();
    }
    connection.close().await.unwrap();
}

#[tokio::test]
async fn a_sound_journal_is_sound() {
    let (_folder, path) = closed(3).await;
    let found = untouched(&path).await;
    assert_eq!((found.payments, found.entries, found.unreadable, found.in_use), (3, 9, 0, false));
    assert!(found.faults.is_empty() && found.version == found.known_version, "{found:?}");
    let mut unsettled: Vec<_> = found.unsettled.iter().map(|story| story.reference.as_str()).collect();
    unsettled.sort_unstable();
    assert_eq!(unsettled, ["sample-2", "sample-3"]);
}

/// Stories are found in order by two numbers that stand beside them, and not by their entries.
#[tokio::test]
async fn where_a_story_begins_and_ends_is_where_its_entries_do() {
    let (_folder, path) = closed(4).await;
    let mut journal = SqliteConnectOptions::new().filename(&path).connect().await.unwrap();
    let beside = "SELECT begun_seq, newest_seq, entries FROM stories ORDER BY reference";
    let within = "SELECT min(seq), max(seq), count(*) FROM entries GROUP BY reference ORDER BY reference";
    let beside: Vec<(i64, i64, i64)> = sqlx::query_as(beside).fetch_all(&mut journal).await.unwrap();
    let within: Vec<(i64, i64, i64)> = sqlx::query_as(within).fetch_all(&mut journal).await.unwrap();
    journal.close().await.unwrap();
    assert_eq!((beside.len(), beside), (4, within));
}

#[tokio::test]
async fn a_journal_that_is_open_is_read_beside_the_one_who_has_it() {
    let (journal, folder) = sqlite().await;
    let path = folder.path().join("journal.sqlite");
    journal.begin(&reference(1), None, &[requested(&reference(1))]).await.unwrap();
    let found = inspect(&path).await.unwrap();
    assert_eq!((found.in_use, found.payments, found.unsettled.len()), (true, 1, 1));
    journal.append(&reference(1), 1, &[numbered(1)], false).await.unwrap();
    assert_eq!(inspect(&path).await.unwrap().entries, 2);
    journal.close().await;
    assert!(!inspect(&path).await.unwrap().in_use);
}

#[tokio::test]
async fn entries_that_can_not_be_read_are_named_and_the_rest_is_told() {
    let (_folder, path) = closed(5).await;
    tamper(
        &path,
        &[
            "DROP TRIGGER entries_never_change",
            "DROP TRIGGER entries_never_go",
            "UPDATE entries SET fact = '{' WHERE reference = 'sample-2' AND number = 3",
            "DELETE FROM entries WHERE reference = 'sample-4' AND number = 2",
        ],
    )
    .await;
    let found = untouched(&path).await;
    assert_eq!((found.payments, found.unreadable, found.unsettled.len()), (5, 2, 2));
    let named = |wanted: &str, number: u32| {
        let is = |fault: &JournalError| matches!(fault, JournalError::Corrupt { reference, entry, .. } if reference == wanted && *entry == number);
        found.faults.iter().any(is)
    };
    assert!(named("sample-2", 3) && named("sample-4", 2), "{:?}", found.faults);
}

#[tokio::test]
async fn a_damaged_file_is_read_as_far_as_it_goes() {
    let (_folder, path) = closed(200).await;
    let mut bytes = fs::read(&path).unwrap();
    // Somewhere in the middle, and far from where the tables begin.
    let middle = bytes.len() / 2 / 4096 * 4096;
    bytes[middle..middle + 4096].fill(0xA5);
    fs::write(&path, &bytes).unwrap();
    let found = untouched(&path).await;
    assert!(!found.faults.is_empty());
    let told = found.unsettled.len();
    assert!(told > 20, "only {told} of 199 could be told: {:?}", found.faults);
}

#[tokio::test]
async fn a_newer_journal_says_so_and_is_not_interpreted() {
    let (_folder, path) = closed(2).await;
    let newer = "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
                 VALUES (7, 'of tomorrow', TRUE, x'00', 0)";
    tamper(&path, &[newer]).await;
    let found = untouched(&path).await;
    assert_eq!((found.version, found.payments, found.unsettled.len()), (7, 2, 0));
    assert!(found.version > found.known_version && found.faults.is_empty());
}

#[tokio::test]
async fn what_is_no_journal_is_said_to_be_none() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.sqlite");
    let none = inspect(&path).await;
    assert!(matches!(none, Err(JournalError::Storage { trouble: Trouble::Unreachable, .. })), "{none:?}");
    fs::write(&path, "A shopping list.\n".repeat(1000)).unwrap();
    let other = inspect(&path).await;
    assert!(matches!(other, Err(JournalError::Storage { trouble: Trouble::NotAJournal, .. })), "{other:?}");
    assert_eq!(files(folder.path()).len(), 1);
    fs::remove_file(&path).unwrap();
    tamper(&path, &["CREATE TABLE songs (title TEXT)", "PRAGMA application_id = 77"]).await;
    let songs = inspect(&path).await;
    assert!(matches!(songs, Err(JournalError::Storage { trouble: Trouble::NotAJournal, .. })), "{songs:?}");
}

#[tokio::test]
async fn what_has_changed_after_a_place_is_counted_and_nothing_touched() {
    let (folder, path) = closed(3).await;
    let before = files(folder.path());
    // Three payments with three entries each, one after the other.
    let counts = changed_after(&path, &[Seq(0), Seq(3), Seq(4), Seq(9), Seq(u64::MAX)]).await.unwrap();
    assert_eq!(counts, [3, 2, 2, 0, 0]);
    assert!(files(folder.path()) == before, "something has been touched");
    assert!(changed_after(&folder.path().join("none"), &[Seq(0)]).await.is_err());
}
