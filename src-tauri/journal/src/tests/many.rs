//! More unsettled stories than a till can watch: that is said, and none of them is silently left out.

use sqlx::{AssertSqlSafe, Connection, SqliteConnection};

use super::sqlite;
use crate::contract::samples::{reference, requested};
use crate::{Journal, JournalError, MemoryJournal, limits};

fn most() -> u32 {
    u32::try_from(limits::UNSETTLED_MAX).unwrap()
}

/// `journal` has as many as there may be: one more is too many, and when one is settled all is well again.
async fn the_next_is_too_many(journal: &dyn Journal) {
    assert_eq!(journal.unsettled().await.unwrap().len(), limits::UNSETTLED_MAX);
    let next = reference(most() + 1);
    journal.begin(&next, None, &[requested(&next)]).await.unwrap();
    let unsettled = journal.unsettled().await;
    assert!(matches!(unsettled, Err(JournalError::TooLarge { .. })), "{:?}", unsettled.map(|all| all.len()));
    journal.append(&next, 1, &[], true).await.unwrap();
    assert_eq!(journal.unsettled().await.unwrap().len(), limits::UNSETTLED_MAX);
}

#[tokio::test]
async fn in_memory() {
    let journal = MemoryJournal::new();
    for number in 1..=most() {
        let reference = reference(number);
        journal.begin(&reference, None, &[requested(&reference)]).await.unwrap();
    }
    the_next_is_too_many(&journal).await;
}

/// Ten thousand calls take as many writes to the disk, so all but the first are copied behind the journal's back.
#[tokio::test]
async fn in_a_file() {
    let (journal, folder) = sqlite().await;
    journal.begin(&reference(1), None, &[requested(&reference(1))]).await.unwrap();
    let path = folder.path().join("journal.sqlite");
    let mut connection = SqliteConnection::connect(&format!("sqlite://{}", path.display())).await.unwrap();
    let others = format!(
        "WITH RECURSIVE others (n) AS (SELECT 2 UNION ALL SELECT n + 1 FROM others WHERE n < {})",
        most()
    );
    let copies = [
        "INSERT INTO stories (reference, entries, settled, closed, begun_seq, newest_seq)
         SELECT 'sample-' || n, 1, 0, 0, n, n FROM others",
        "INSERT INTO entries (seq, reference, number, at, fact)
         SELECT n, 'sample-' || n, 1, at, json_set(fact, '$.order.reference', 'sample-' || n)
         FROM others, (SELECT at, fact FROM entries WHERE seq = 1) ORDER BY n",
    ];
    for copy in copies {
        let statement = AssertSqlSafe(format!("{others} {copy}"));
        sqlx::query(statement).execute(&mut connection).await.unwrap();
    }
    connection.close().await.unwrap();
    the_next_is_too_many(&journal).await;
}
