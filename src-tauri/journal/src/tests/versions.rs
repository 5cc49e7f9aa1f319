//! Journals that older versions of Kvitt have left on disk. They open, are brought up to date, and tell the same
//! stories; an upgrade that is stopped half-way has changed nothing.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::{hint, io};

use payment::{Fact, Reference};
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection};
use tempfile::TempDir;

use crate::contract::samples::numbered;
use crate::{Journal, JournalError, Part, Query, Seq, SqliteJournal, Story, Trouble};

/// See `samples/README.md`.
const VERSION_0_1: &[u8] = include_bytes!("../../samples/journal-0.1.sqlite");
const NEWEST_FIRST: [&str; 6] =
    ["kasse-2-000017", "sale-1004-1", "sale-1003-1", "sale-1002-2", "sale-1002-1", "sale-1001-1"];

fn sample() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.sqlite");
    fs::write(&path, VERSION_0_1).unwrap();
    (folder, path)
}

/// An entry as it lies in the file: seq, reference, number, at, fact.
type Written = (i64, String, i64, i64, String);

async fn connection(path: &Path) -> SqliteConnection {
    SqliteConnectOptions::new().filename(path).connect().await.unwrap()
}

async fn written(path: &Path) -> Vec<Written> {
    let mut connection = connection(path).await;
    let entries = "SELECT seq, reference, number, at, fact FROM entries ORDER BY seq";
    let entries = sqlx::query_as(entries).fetch_all(&mut connection).await.unwrap();
    connection.close().await.unwrap();
    entries
}

async fn change(path: &Path, statements: &[&str]) {
    let mut connection = connection(path).await;
    for statement in statements {
        sqlx::query(AssertSqlSafe(*statement)).execute(&mut connection).await.unwrap();
    }
    connection.close().await.unwrap();
}

async fn version(path: &Path) -> i64 {
    let mut connection = connection(path).await;
    let version = "SELECT max(version) FROM _sqlx_migrations";
    let version = sqlx::query_scalar(version).fetch_one(&mut connection).await.unwrap();
    connection.close().await.unwrap();
    version
}

fn references(stories: &[Story]) -> Vec<&str> {
    stories.iter().map(|story| story.reference.as_str()).collect()
}

#[tokio::test]
async fn the_journal_of_0_1_opens_and_tells_the_same_stories() {
    let (_folder, path) = sample();
    let before = written(&path).await;
    assert_eq!((before.len(), version(&path).await), (43, 1));
    let journal = SqliteJournal::open(&path).await.unwrap();
    let stories = journal.newest(99).await.unwrap();
    assert_eq!(references(&stories), NEWEST_FIRST);
    for (seq, reference, number, at, fact) in &before {
        let story = stories.iter().find(|story| story.reference.as_str() == reference).unwrap();
        let entry = &story.entries[usize::try_from(*number).unwrap() - 1];
        assert_eq!((entry.at.0, serde_json::to_string(&entry.fact).unwrap()), (*at, fact.clone()), "{seq}");
    }
    assert_eq!(references(&journal.unsettled().await.unwrap()), ["sale-1004-1", "kasse-2-000017"]);
    let begun = journal.requested_as("till-1/sale-1002-1").await.unwrap().unwrap();
    assert_eq!(begun.0.as_str(), "sale-1002-1");
    let open = journal.story(&Reference::parse("kasse-2-000017").unwrap()).await.unwrap().unwrap();
    let code = open.entries.iter().find_map(|entry| match &entry.fact {
        Fact::CodeShown { picture, .. } => Some(picture.clone()),
        _ => None,
    });
    assert!(journal.picture(&code.unwrap()).await.unwrap().is_some(), "the code is gone");
    journal.close().await;
    assert_eq!((written(&path).await, version(&path).await), (before, 5));
}

#[tokio::test]
async fn the_journal_of_0_1_is_searched_and_appended_to() {
    let (_folder, path) = sample();
    let journal = SqliteJournal::open(&path).await.unwrap();
    let found = async |query: Query| {
        let stories = journal.search(&Query { limit: 99, ..query }).await.unwrap();
        stories.into_iter().map(|story| story.reference.to_string()).collect::<Vec<_>>()
    };
    // The clock was an hour slow at the first payment of each day.
    let by_moment =
        ["kasse-2-000017", "sale-1004-1", "sale-1002-2", "sale-1002-1", "sale-1003-1", "sale-1001-1"];
    assert_eq!(found(Query::default()).await, by_moment);
    let part = Part::parse("1002");
    assert_eq!(found(Query { part, ..Query::default() }).await, ["sale-1002-2", "sale-1002-1"]);
    let amount = Some(12_900);
    assert_eq!(found(Query { amount, ..Query::default() }).await, ["sale-1002-2"]);

    let open = Reference::parse("kasse-2-000017").unwrap();
    let seen = journal.story(&open).await.unwrap().unwrap().entries.len();
    let seq = journal.append(&open, u32::try_from(seen).unwrap(), &[numbered(1)], false).await.unwrap();
    assert_eq!(seq, Seq(44));
    let next = Reference::parse("sale-1005-1").unwrap();
    let request = crate::contract::samples::requested(&next);
    journal.begin(&next, None, &[request]).await.unwrap();
    let part = Part::parse("1005");
    assert_eq!(found(Query { part, ..Query::default() }).await, ["sale-1005-1"]);
    let again = journal.begin(&open, None, &[crate::contract::samples::requested(&open)]).await;
    assert!(matches!(again, Err(JournalError::ReferenceUsed { .. })), "{again:?}");
}

/// Version 0.1 could live with it, and so must the upgrade.
#[tokio::test]
async fn a_request_that_cannot_be_read_does_not_stop_the_upgrade() {
    let (_folder, path) = sample();
    change(
        &path,
        &[
            "DROP TRIGGER entries_never_change",
            "UPDATE entries SET fact = '{\"fact\":' WHERE reference = 'sale-1001-1' AND number = 1",
            "UPDATE entries SET fact = '[]', at = 9223372036854775807
             WHERE reference = 'sale-1002-1' AND number = 1",
        ],
    )
    .await;
    let journal = SqliteJournal::open(&path).await.unwrap();
    let query = Query { part: Part::parse("1002-2"), limit: 9, ..Query::default() };
    assert_eq!(journal.search(&query).await.unwrap().len(), 1);
    let told = journal.search(&Query { part: Part::parse("1001"), limit: 9, ..Query::default() }).await;
    assert!(
        matches!(&told, Err(JournalError::Corrupt { reference, entry: 1, .. }) if reference == "sale-1001-1"),
        "{told:?}"
    );
}

#[tokio::test]
async fn an_upgrade_that_fails_half_way_has_changed_nothing() {
    let (_folder, path) = sample();
    let before = written(&path).await;
    // The last thing that the upgrade makes is there already.
    let in_the_way = "CREATE TRIGGER requests_never_go BEFORE UPDATE OF at ON entries BEGIN SELECT 1; END";
    change(&path, &[in_the_way]).await;
    match SqliteJournal::open(&path).await {
        Err(JournalError::Storage { trouble: Trouble::Other, .. }) => {}
        other => panic!("{other:?}"),
    }
    assert_eq!((written(&path).await, version(&path).await), (before, 1));
    assert_eq!(tables(&path).await, ["_sqlx_migrations", "entries", "pictures", "stories"]);
    change(&path, &["DROP TRIGGER requests_never_go"]).await;
    let journal = SqliteJournal::open(&path).await.unwrap();
    assert_eq!(journal.search(&Query { limit: 99, ..Query::default() }).await.unwrap().len(), 6);
}

async fn tables(path: &Path) -> Vec<String> {
    let mut connection = connection(path).await;
    let tables = "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name";
    let tables = sqlx::query_scalar(tables).fetch_all(&mut connection).await.unwrap();
    connection.close().await.unwrap();
    tables
}

const UPGRADE: &str = "KVITT_TEST_UPGRADE_JOURNAL";
const BEGINS: &str = "it begins";
const ROUNDS: u64 = 30;
/// How long the killer dawdles in the last round, in turns of an empty loop: longer than an upgrade takes.
const DAWDLE_MAX: u64 = 30_000_000;

/// SIGKILL at any moment of an upgrade leaves the old version or the new one, and the next start makes it the new one.
#[tokio::test]
async fn a_killed_upgrade_is_done_again() {
    if let Some(path) = std::env::var_os(UPGRADE) {
        println!("{BEGINS}");
        SqliteJournal::open(Path::new(&path)).await.unwrap();
        return;
    }
    let (_kept, many) = with_many_payments().await;
    let before = written(&many).await;
    let folder = tempfile::tempdir().unwrap();
    let mut seen = BTreeSet::new();
    for round in 0..ROUNDS {
        let path = folder.path().join(format!("{round}.sqlite"));
        fs::copy(&many, &path).unwrap();
        upgrade_and_be_killed(&path, DAWDLE_MAX * round * round / (ROUNDS * ROUNDS));
        let left = version(&path).await;
        seen.insert(left);
        assert_eq!(tables(&path).await.contains(&"requests".to_owned()), left >= 2, "round {round}");
        assert_eq!(written(&path).await, before, "round {round}");
        let journal = SqliteJournal::open(&path).await.unwrap();
        let query = Query { part: Part::parse("bulk-299"), limit: 99, ..Query::default() };
        assert_eq!(journal.search(&query).await.unwrap().len(), 11);
        journal.close().await;
    }
    println!("versions that were left: {seen:?}");
    assert!(seen.contains(&1), "no round was early enough to say anything");
}

/// The sample, with 3 000 payments more, so that the upgrade takes its time.
async fn with_many_payments() -> (TempDir, PathBuf) {
    let (folder, path) = sample();
    let more = "INSERT INTO stories
            (reference, entries, settled, closed, begun_seq, newest_seq, request_key, request_digest)
        WITH RECURSIVE n (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM n WHERE n < 2999)
        SELECT 'bulk-' || n || '-x', 1, 1, 1, 44 + n, 44 + n, NULL, NULL FROM n";
    let entries = "INSERT INTO entries (seq, reference, number, at, fact)
        SELECT begun_seq, reference, 1, 1790000000000 + begun_seq / 7,
            '{\"fact\":\"requested\",\"order\":{\"amount\":{\"minor\":24900}}}'
        FROM stories WHERE reference LIKE 'bulk-%' ORDER BY begun_seq";
    let whole = "UPDATE entries SET fact = json_set(
            (SELECT fact FROM entries WHERE seq = 1), '$.order.reference', reference)
        WHERE reference LIKE 'bulk-%'";
    let guard = "CREATE TRIGGER entries_never_change BEFORE UPDATE ON entries
        BEGIN SELECT RAISE(ABORT, 'entries are never changed'); END";
    change(&path, &[more, entries, "DROP TRIGGER entries_never_change", whole, guard]).await;
    (folder, path)
}

fn upgrade_and_be_killed(path: &Path, dawdle: u64) {
    let mut upgrade = Command::new(std::env::current_exe().unwrap())
        .args(["tests::versions::a_killed_upgrade_is_done_again", "--exact", "--nocapture"])
        .env(UPGRADE, path)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let out = io::BufReader::new(upgrade.stdout.take().unwrap());
    let begun = io::BufRead::lines(out).map_while(Result::ok).any(|line| line.contains(BEGINS));
    assert!(begun, "it did not begin");
    for _ in 0..dawdle {
        hint::spin_loop();
    }
    upgrade.kill().unwrap();
    upgrade.wait().unwrap();
}
