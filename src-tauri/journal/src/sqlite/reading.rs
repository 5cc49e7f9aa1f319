//! Everything that is read from the file. Each function is one statement, so it sees one moment of the journal.

use payment::Reference;
use sqlx::sqlite::SqliteRow;
use sqlx::{FromRow, Row as _, SqliteExecutor};

use crate::rows::{self, Row, stories};
use crate::{JournalError, Seq, Story, Told, limits};

// Each finds its rows by an index, however long the journal; see the test below.
const STORY: &str = "
    SELECT s.reference, s.entries, s.settled, s.newest_seq, e.number, e.seq, e.at, e.fact
    FROM stories s LEFT JOIN entries e ON e.reference = s.reference
    WHERE s.reference = ?1
    ORDER BY e.number";
const UNSETTLED: &str = "
    SELECT s.reference, s.entries, s.settled, s.newest_seq, e.number, e.seq, e.at, e.fact
    FROM (SELECT * FROM stories WHERE settled = 0 ORDER BY begun_seq LIMIT ?1) s
         LEFT JOIN entries e ON e.reference = s.reference
    ORDER BY s.begun_seq, e.number";
const NEWEST: &str = "
    SELECT s.reference, s.entries, s.settled, s.newest_seq, e.number, e.seq, e.at, e.fact
    FROM (SELECT * FROM stories ORDER BY begun_seq DESC LIMIT ?1) s
         LEFT JOIN entries e ON e.reference = s.reference
    ORDER BY s.begun_seq DESC, e.number";
const CHANGED_SINCE: &str = "
    SELECT newest_seq, reference FROM stories WHERE newest_seq > ?1 ORDER BY newest_seq LIMIT ?2";
const ENTRIES_AFTER: &str =
    "SELECT reference, seq, number, at, fact FROM entries WHERE seq > ?1 ORDER BY seq LIMIT ?2";
const LAST_SEQ: &str = "SELECT coalesce(max(seq), 0) FROM entries";
const REQUESTED_AS: &str = "SELECT reference, request_digest FROM stories WHERE request_key = ?1";
const PICTURE: &str = "SELECT bytes FROM pictures WHERE name = ?1";

/// See [`crate::Journal::story`].
pub(super) async fn story(
    readers: impl SqliteExecutor<'_>,
    reference: &Reference,
) -> Result<Option<Story>, JournalError> {
    let rows: Vec<Row> = sqlx::query_as(STORY).bind(reference.as_str()).fetch_all(readers).await?;
    Ok(stories(&rows)?.pop())
}

/// See [`crate::Journal::unsettled`].
pub(super) async fn unsettled(readers: impl SqliteExecutor<'_>) -> Result<Vec<Story>, JournalError> {
    let rows: Vec<Row> = sqlx::query_as(UNSETTLED)
        .bind(i64::try_from(limits::UNSETTLED_MAX + 1).unwrap_or(i64::MAX))
        .fetch_all(readers)
        .await?;
    let stories = stories(&rows)?;
    limits::hold("unsettled payments", stories.len(), limits::UNSETTLED_MAX)?;
    Ok(stories)
}

/// See [`crate::Journal::newest`].
pub(super) async fn newest(readers: impl SqliteExecutor<'_>, limit: u32) -> Result<Vec<Story>, JournalError> {
    let rows: Vec<Row> = sqlx::query_as(NEWEST).bind(limit).fetch_all(readers).await?;
    stories(&rows)
}

/// See [`crate::Journal::changed_since`].
pub(super) async fn changed_since(
    readers: impl SqliteExecutor<'_>,
    seq: Seq,
    limit: u32,
) -> Result<Vec<(Seq, Reference)>, JournalError> {
    let rows: Vec<(u64, String)> = sqlx::query_as(CHANGED_SINCE)
        .bind(i64::try_from(seq.0).unwrap_or(i64::MAX))
        .bind(limit)
        .fetch_all(readers)
        .await?;
    rows.into_iter().map(|(seq, text)| Ok((Seq(seq), rows::reference(&text)?))).collect()
}

/// See [`crate::Journal::entries_after`].
pub(super) async fn entries_after(
    readers: impl SqliteExecutor<'_>,
    after: Seq,
    limit: u32,
) -> Result<Vec<Told>, JournalError> {
    let rows: Vec<(String, u64, u32, i64, String)> = sqlx::query_as(ENTRIES_AFTER)
        .bind(i64::try_from(after.0).unwrap_or(i64::MAX))
        .bind(limit)
        .fetch_all(readers)
        .await?;
    rows.into_iter().map(|(text, seq, number, at, fact)| rows::told(&text, seq, number, at, &fact)).collect()
}

/// See [`crate::Journal::last_seq`].
pub(super) async fn last_seq(readers: impl SqliteExecutor<'_>) -> Result<Seq, JournalError> {
    Ok(Seq(sqlx::query_scalar(LAST_SEQ).fetch_one(readers).await?))
}

/// See [`crate::Journal::requested_as`].
pub(super) async fn requested_as(
    readers: impl SqliteExecutor<'_>,
    key: &str,
) -> Result<Option<(Reference, String)>, JournalError> {
    let row: Option<(String, String)> =
        sqlx::query_as(REQUESTED_AS).bind(key).fetch_optional(readers).await?;
    row.map(|(text, digest)| Ok((rows::reference(&text)?, digest))).transpose()
}

/// See [`crate::Journal::picture`].
pub(super) async fn picture(
    readers: impl SqliteExecutor<'_>,
    name: &str,
) -> Result<Option<Vec<u8>>, JournalError> {
    Ok(sqlx::query_scalar(PICTURE).bind(name).fetch_optional(readers).await?)
}

impl FromRow<'_, SqliteRow> for Row {
    fn from_row(row: &SqliteRow) -> Result<Row, sqlx::Error> {
        Ok(Row {
            reference: row.try_get(0)?,
            entries: row.try_get(1)?,
            settled: row.try_get(2)?,
            newest: row.try_get(3)?,
            number: row.try_get(4)?,
            seq: row.try_get(5)?,
            at: row.try_get(6)?,
            fact: row.try_get(7)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// SQLite's plan names a table that it reads from end to end with SCAN, and without an index. Only the few
    /// stories that an inner SELECT has found, `s`, may be gone through.
    #[tokio::test]
    async fn nothing_is_read_from_end_to_end() {
        let (journal, _folder) = crate::tests::sqlite().await;
        for statement in
            [STORY, UNSETTLED, NEWEST, CHANGED_SINCE, ENTRIES_AFTER, LAST_SEQ, REQUESTED_AS, PICTURE]
        {
            let explain = sqlx::AssertSqlSafe(format!("EXPLAIN QUERY PLAN {statement}"));
            let plan: Vec<(i64, i64, i64, String)> =
                sqlx::query_as(explain).bind(1).bind(1).fetch_all(&journal.readers).await.unwrap();
            assert!(!plan.is_empty());
            for (.., step) in &plan {
                let scans = step.starts_with("SCAN") && step != "SCAN s";
                assert!(!scans || step.contains("INDEX"), "{step} in {statement}: {plan:#?}");
            }
            println!("{statement}\n{plan:#?}");
        }
    }
}
