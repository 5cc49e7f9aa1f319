//! Files that are broken, foreign, newer, busy or out of reach: a typed error each time, and nothing lost.

use std::fs;
use std::path::{Path, PathBuf};
use std::task::Poll;

use payment::Fact;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection};
use tempfile::TempDir;

use super::{everything, sqlite};
use crate::contract::samples::{numbered, reference, requested};
use crate::{Entry, Journal, JournalError, Seq, SqliteJournal, Trouble, limits};

fn path_in(folder: &TempDir) -> PathBuf {
    folder.path().join("journal.sqlite")
}

/// Opens a journal that must not open, and says why.
async fn why(path: &Path) -> JournalError {
    match SqliteJournal::open(path).await {
        Ok(_) => panic!("it opened"),
        Err(error) => error,
    }
}

fn assert_trouble<T: std::fmt::Debug>(answer: &Result<T, JournalError>, expected: Trouble) {
    assert!(
        matches!(answer, Err(JournalError::Storage { trouble, .. }) if *trouble == expected),
        "{answer:?}"
    );
}

/// Does something to a file behind the journal's back.
async fn tamper(path: &Path, statements: &[&str]) -> Result<(), sqlx::Error> {
    let options = SqliteConnectOptions::new().filename(path).create_if_missing(true);
    let mut connection: SqliteConnection = options.connect().await?;
    for statement in statements {
        sqlx::query(AssertSqlSafe(*statement)).execute(&mut connection).await?;
    }
    connection.close().await
}

/// A closed journal of two payments with three entries each.
async fn two_payments() -> TempDir {
    let (journal, folder) = sqlite().await;
    for number in [1, 2] {
        let reference = reference(number);
        let entries = [requested(&reference), numbered(1), numbered(2)];
        journal.begin(&reference, None, &entries).await.unwrap();
    }
    journal.close().await;
    folder
}

#[tokio::test]
async fn a_file_that_is_something_else_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = path_in(&folder);
    let text = "A shopping list.\n".repeat(1000);
    fs::write(&path, &text).unwrap();
    assert_trouble(&Err::<(), _>(why(&path).await), Trouble::NotAJournal);
    assert_eq!(fs::read_to_string(&path).unwrap(), text);
}

#[tokio::test]
async fn a_database_of_another_program_is_left_alone() {
    let cases: [&[&str]; 2] = [
        &["CREATE TABLE songs (title TEXT)", "INSERT INTO songs VALUES ('Kvitt')"],
        &["PRAGMA application_id = 77"],
    ];
    for statements in cases {
        let folder = tempfile::tempdir().unwrap();
        let path = path_in(&folder);
        tamper(&path, statements).await.unwrap();
        let before = fs::read(&path).unwrap();
        assert_trouble(&Err::<(), _>(why(&path).await), Trouble::NotAJournal);
        assert!(fs::read(&path).unwrap() == before, "the file has changed");
    }
}

#[tokio::test]
async fn a_newer_journal_is_left_alone() {
    let folder = two_payments().await;
    let path = path_in(&folder);
    let newer = "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
                 VALUES (7, 'of tomorrow', TRUE, x'00', 0)";
    tamper(&path, &[newer]).await.unwrap();
    let before = fs::read(&path).unwrap();
    let why = why(&path).await;
    assert!(matches!(why, JournalError::Newer { found: 7, known: 5 }), "{why:?}");
    assert!(fs::read(&path).unwrap() == before, "the file has changed");
    // It was let go of, so whoever knows the version can open it.
    tamper(&path, &["DELETE FROM _sqlx_migrations WHERE version = 7"]).await.unwrap();
    let journal = SqliteJournal::open(&path).await.unwrap();
    assert_eq!(journal.newest(9).await.unwrap().len(), 2);
}

#[tokio::test]
async fn a_first_start_that_was_cut_off_is_taken_up() {
    let folder = tempfile::tempdir().unwrap();
    let path = path_in(&folder);
    fs::write(&path, "").unwrap();
    SqliteJournal::open(&path).await.unwrap().close().await;

    let folder = tempfile::tempdir().unwrap();
    let path = path_in(&folder);
    let migrations = "CREATE TABLE _sqlx_migrations (version BIGINT PRIMARY KEY, description TEXT NOT NULL,
        installed_on TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP, success BOOLEAN NOT NULL,
        checksum BLOB NOT NULL, execution_time BIGINT NOT NULL)";
    tamper(&path, &[migrations]).await.unwrap();
    let journal = SqliteJournal::open(&path).await.unwrap();
    journal.begin(&reference(1), None, &[requested(&reference(1))]).await.unwrap();
}

#[tokio::test]
async fn an_entry_that_cannot_be_read_is_named_and_the_rest_goes_on() {
    let free = "DROP TRIGGER entries_never_change";
    let free_to_go = "DROP TRIGGER entries_never_go";
    let cases: [(&[&str], u32); 8] = [
        (&[free, "UPDATE entries SET fact = '{\"fact\":' WHERE seq = 2"], 2),
        (&[free, "UPDATE entries SET fact = '{\"fact\":\"of_tomorrow\"}' WHERE seq = 3"], 3),
        (&[free, "UPDATE entries SET fact = (SELECT fact FROM entries WHERE seq = 4) WHERE seq = 1"], 1),
        (&[free_to_go, "DELETE FROM entries WHERE seq = 1"], 1),
        (&[free_to_go, "DELETE FROM entries WHERE seq = 2"], 2),
        (&[free_to_go, "DELETE FROM entries WHERE seq = 3"], 3),
        (&[free_to_go, "DELETE FROM entries WHERE reference = 'sample-1'"], 1),
        (&["UPDATE stories SET newest_seq = 99 WHERE reference = 'sample-1'"], 3),
    ];
    for (statements, number) in cases {
        let folder = two_payments().await;
        let path = path_in(&folder);
        tamper(&path, statements).await.unwrap();
        let journal = SqliteJournal::open(&path).await.unwrap();
        let told = journal.story(&reference(1)).await;
        assert!(
            matches!(&told, Err(JournalError::Corrupt { reference, entry, .. })
                if reference == "sample-1" && *entry == number),
            "{statements:?}: {told:?}"
        );
        assert!(matches!(journal.unsettled().await, Err(JournalError::Corrupt { .. })));
        let other = journal.story(&reference(2)).await.unwrap().unwrap();
        assert_eq!(other.entries.len(), 3);
        journal.append(&reference(2), 3, &[numbered(3)], false).await.unwrap();
    }
}

#[tokio::test]
async fn a_damaged_file_is_said_to_be_damaged() {
    let folder = two_payments().await;
    let path = path_in(&folder);
    let mut bytes = fs::read(&path).unwrap();
    bytes[4096..].fill(0xA5);
    fs::write(&path, &bytes).unwrap();
    assert_trouble(&Err::<(), _>(why(&path).await), Trouble::Damaged);
}

#[tokio::test]
async fn a_place_that_cannot_be_is_said_to_be_out_of_reach() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("file"), "").unwrap();
    let in_a_file = why(&folder.path().join("file/journal.sqlite")).await;
    assert_trouble(&Err::<(), _>(in_a_file), Trouble::Unreachable);
    let a_folder = folder.path().join("folder");
    fs::create_dir(&a_folder).unwrap();
    assert_trouble(&Err::<(), _>(why(&a_folder).await), Trouble::Unreachable);
}

#[tokio::test]
async fn a_journal_belongs_to_one_kvitt_at_a_time() {
    let (journal, folder) = sqlite().await;
    let path = path_in(&folder);
    let why = why(&path).await;
    assert!(matches!(&why, JournalError::InUse { path: used } if *used == path), "{why:?}");
    journal.begin(&reference(1), None, &[requested(&reference(1))]).await.unwrap();
    journal.close().await;
    let next = SqliteJournal::open(&path).await.unwrap();
    assert_eq!(next.newest(9).await.unwrap().len(), 1);
    drop(next);
    SqliteJournal::open(&path).await.unwrap();
}

#[tokio::test]
async fn closing_leaves_one_whole_file_and_answers_nobody() {
    let (journal, folder) = sqlite().await;
    journal.begin(&reference(1), None, &[requested(&reference(1))]).await.unwrap();
    journal.story(&reference(1)).await.unwrap();
    journal.close().await;
    let mut files: Vec<_> =
        fs::read_dir(folder.path()).unwrap().map(|file| file.unwrap().file_name()).collect();
    files.sort();
    assert_eq!(files, ["journal.sqlite", "journal.sqlite.lock"]);
    assert_trouble(&journal.story(&reference(1)).await, Trouble::Closed);
    assert_trouble(&journal.append(&reference(1), 1, &[numbered(1)], false).await, Trouble::Closed);
}

/// So many pages more, and the disk is full.
async fn leave_room(journal: &SqliteJournal, pages: i64) {
    let there: i64 = sqlx::query_scalar("PRAGMA page_count").fetch_one(&journal.writer).await.unwrap();
    let most = AssertSqlSafe(format!("PRAGMA max_page_count = {}", there + pages));
    sqlx::query(most).execute(&journal.writer).await.unwrap();
}

#[tokio::test]
async fn a_full_disk_refuses_whole_and_the_journal_goes_on_when_there_is_room() {
    let (journal, folder) = sqlite().await;
    let reference = reference(1);
    journal.begin(&reference, None, &[requested(&reference)]).await.unwrap();
    let before = everything(&journal).await;

    let large = "k".repeat(limits::FACT_BYTES_MAX / 2);
    let created = Entry { fact: Fact::Created { url: Some(large) }, ..numbered(1) };
    leave_room(&journal, 0).await;
    let refused = journal.append(&reference, 1, &[numbered(1), created.clone()], true).await;
    assert_trouble(&refused, Trouble::Full);
    assert_eq!(everything(&journal).await, before);
    leave_room(&journal, 10_000).await;
    journal.append(&reference, 1, &[numbered(1), created], false).await.unwrap();

    // Here SQLite rolls the transaction back by itself.
    let large_picture = vec![7; 100_000];
    leave_room(&journal, 0).await;
    let refused = journal.keep_picture(&reference, "code", &large_picture).await;
    assert_trouble(&refused, Trouble::Full);
    assert_eq!(journal.picture("code").await.unwrap(), None);
    leave_room(&journal, 10_000).await;
    journal.keep_picture(&reference, "code", &large_picture).await.unwrap();

    journal.close().await;
    let journal = SqliteJournal::open(&path_in(&folder)).await.unwrap();
    assert_eq!(journal.last_seq().await.unwrap(), Seq(3));
}

/// A caller who gives up half-way, wherever that is, leaves all of its entries or none, and nobody waiting.
#[tokio::test]
async fn a_call_that_is_dropped_half_way_writes_all_or_nothing() {
    let (journal, _folder) = sqlite().await;
    let reference = reference(1);
    journal.begin(&reference, None, &[requested(&reference)]).await.unwrap();
    let (mut seen, mut written, mut dropped) = (1, 0, 0);
    for patience in 0..40 {
        let entries = vec![numbered(patience); 5];
        let append = journal.append(&reference, seen, &entries, false);
        let answer = polled_at_most(patience, append).await;
        let story = journal.story(&reference).await.unwrap().unwrap();
        // A roll-back or a commit may still be on its way, but the next writer waits for it.
        let length = u32::try_from(story.entries.len()).unwrap();
        match (answer, length - seen) {
            (Some(answer), 5) => {
                answer.unwrap();
                written += 1;
            }
            (None, 0 | 5) => dropped += 1,
            (answer, more) => panic!("{more} entries after {patience} polls: {answer:?}"),
        }
        seen = match journal.append(&reference, length, &[numbered(patience)], false).await {
            Ok(_) => length + 1,
            Err(JournalError::Conflict { found, .. }) if found == length + 5 => found,
            Err(error) => panic!("{error:?}"),
        };
    }
    assert!(written > 0 && dropped > 0, "{written} written, {dropped} dropped");
}

/// Polls so many times, and then drops.
async fn polled_at_most<T>(times: u32, future: impl Future<Output = T>) -> Option<T> {
    let mut future = Box::pin(future);
    let mut left = times;
    std::future::poll_fn(|context| {
        if left == 0 {
            return Poll::Ready(None);
        }
        left -= 1;
        future.as_mut().poll(context).map(Some)
    })
    .await
}

#[tokio::test]
async fn a_writer_waits_for_another_program_that_is_writing() {
    let (journal, folder) = sqlite().await;
    let reference = reference(1);
    journal.begin(&reference, None, &[requested(&reference)]).await.unwrap();
    let mut other = SqliteConnectOptions::new().filename(path_in(&folder)).connect().await.unwrap();
    let mut change = other.begin_with("BEGIN IMMEDIATE").await.unwrap();
    sqlx::query("UPDATE stories SET settled = 1").execute(&mut *change).await.unwrap();
    let entries = [numbered(1)];
    let append = journal.append(&reference, 1, &entries, false);
    let let_go = async {
        // Long enough for the writer to have begun, if it begins without waiting.
        for _ in 0..10_000 {
            tokio::task::yield_now().await;
        }
        change.commit().await.unwrap();
    };
    let (appended, ()) = tokio::join!(append, let_go);
    assert_eq!(appended.unwrap(), Seq(2));
    assert!(!journal.story(&reference).await.unwrap().unwrap().settled);
    other.close().await.unwrap();
}

/// A disk that has become read-only. The test may run as root, for whom no file is, so SQLite is told.
#[tokio::test]
async fn a_disk_without_writing_can_still_be_read() {
    let (journal, _folder) = sqlite().await;
    let reference = reference(1);
    journal.begin(&reference, None, &[requested(&reference)]).await.unwrap();
    sqlx::query("PRAGMA query_only = ON").execute(&journal.writer).await.unwrap();
    let refused = journal.append(&reference, 1, &[numbered(1)], false).await;
    assert_trouble(&refused, Trouble::ReadOnly);
    assert_eq!(journal.story(&reference).await.unwrap().unwrap().entries.len(), 1);
}

#[tokio::test]
async fn nobody_changes_what_is_written_not_even_behind_our_back() {
    let folder = two_payments().await;
    let path = path_in(&folder);
    for statement in [
        "UPDATE entries SET at = 0",
        "UPDATE entries SET fact = fact WHERE seq = 2",
        "DELETE FROM entries WHERE seq = 6",
        "INSERT OR REPLACE INTO entries (seq, reference, number, at, fact)
         VALUES (6, 'sample-2', 3, 0, '{\"fact\":\"settled\"}')",
        "INSERT OR REPLACE INTO entries (seq, reference, number, at, fact)
         VALUES (7, 'sample-2', 3, 0, '{\"fact\":\"settled\"}')",
        "INSERT INTO entries (seq, reference, number, at, fact)
         VALUES (8, 'sample-2', 4, 0, '{\"fact\":\"settled\"}')",
        "INSERT INTO entries (seq, reference, number, at, fact)
         VALUES (7, 'sample-9', 1, 0, '{\"fact\":\"settled\"}')",
        "DELETE FROM stories WHERE reference = 'sample-1'",
        "UPDATE stories SET reference = 'sample-3' WHERE reference = 'sample-1'",
        "UPDATE stories SET request_key = 'k', request_digest = 'd'",
        "UPDATE requests SET amount = 1 WHERE reference = 'sample-1'",
        "DELETE FROM requests WHERE reference = 'sample-1'",
        "INSERT OR REPLACE INTO requests SELECT place + 9, reference, 1 FROM requests",
        "INSERT OR REPLACE INTO stories VALUES ('sample-1', 0, 0, 0, 9, 9, NULL, NULL)",
    ] {
        assert!(tamper(&path, &[statement]).await.is_err(), "{statement}");
    }
    let journal = SqliteJournal::open(&path).await.unwrap();
    assert_eq!(journal.newest(9).await.unwrap().len(), 2);
}

#[cfg(unix)]
#[tokio::test]
async fn new_files_are_for_their_owner_alone() {
    use std::os::unix::fs::PermissionsExt;

    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data/of/kvitt");
    let journal = SqliteJournal::open(&data.join("journal.sqlite")).await.unwrap();
    journal.begin(&reference(1), None, &[requested(&reference(1))]).await.unwrap();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&data), 0o700);
    let files: Vec<PathBuf> = fs::read_dir(&data).unwrap().map(|file| file.unwrap().path()).collect();
    assert_eq!(files.len(), 4, "{files:?}");
    for file in files {
        assert_eq!(mode(&file), 0o600, "{}", file.display());
    }
}
