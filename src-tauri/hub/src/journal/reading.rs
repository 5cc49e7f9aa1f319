//! Everything that is read from a journal. Each function is one statement, so it sees one moment.

use journal::rows::{self, stories};
use journal::{JournalError, Seq, Story, Told, limits};
use payment::Reference;
use sqlx::AnyExecutor;

// Each finds its rows by an index, however long the journal; see the tests. The sales unit is $1.
pub(super) const STORY: &str = "
    SELECT s.reference, s.entries, s.settled, s.newest_seq, e.number, e.seq, e.at, e.fact
    FROM journal_stories s LEFT JOIN journal_entries e ON e.msn = s.msn AND e.reference = s.reference
    WHERE s.msn = $1 AND s.reference = $2
    ORDER BY e.number";
pub(super) const UNSETTLED: &str = "
    SELECT s.reference, s.entries, s.settled, s.newest_seq, e.number, e.seq, e.at, e.fact
    FROM (SELECT * FROM journal_stories WHERE msn = $1 AND settled = 0 ORDER BY begun_seq LIMIT $2) s
         LEFT JOIN journal_entries e ON e.msn = s.msn AND e.reference = s.reference
    ORDER BY s.begun_seq, e.number";
pub(super) const NEWEST: &str = "
    SELECT s.reference, s.entries, s.settled, s.newest_seq, e.number, e.seq, e.at, e.fact
    FROM (SELECT * FROM journal_stories WHERE msn = $1 ORDER BY begun_seq DESC LIMIT $2) s
         LEFT JOIN journal_entries e ON e.msn = s.msn AND e.reference = s.reference
    ORDER BY s.begun_seq DESC, e.number";
pub(super) const CHANGED_SINCE: &str = "
    SELECT newest_seq, reference FROM journal_stories WHERE msn = $1 AND newest_seq > $2
    ORDER BY newest_seq LIMIT $3";
pub(super) const ENTRIES_AFTER: &str = "
    SELECT reference, seq, number, at, fact FROM journal_entries WHERE msn = $1 AND seq > $2 ORDER BY seq LIMIT $3";
pub(super) const LAST_SEQ: &str = "SELECT coalesce(max(seq), 0) FROM journal_entries WHERE msn = $1";
pub(super) const REQUESTED_AS: &str =
    "SELECT reference, request_digest FROM journal_stories WHERE msn = $1 AND request_key = $2";
pub(super) const PICTURE: &str = "SELECT bytes FROM journal_pictures WHERE msn = $1 AND name = $2";

/// See [`journal::Journal::story`].
pub(super) async fn story(
    reader: impl AnyExecutor<'_>,
    msn: &str,
    reference: &Reference,
) -> Result<Option<Story>, JournalError> {
    let rows: Vec<Row> = sqlx::query_as(STORY)
        .bind(msn.to_owned())
        .bind(reference.as_str().to_owned())
        .fetch_all(reader)
        .await?;
    Ok(told(rows)?.pop())
}

/// See [`journal::Journal::unsettled`].
pub(super) async fn unsettled(reader: impl AnyExecutor<'_>, msn: &str) -> Result<Vec<Story>, JournalError> {
    let rows: Vec<Row> = sqlx::query_as(UNSETTLED)
        .bind(msn.to_owned())
        .bind(count(limits::UNSETTLED_MAX as u64 + 1))
        .fetch_all(reader)
        .await?;
    let stories = told(rows)?;
    limits::hold("unsettled payments", stories.len(), limits::UNSETTLED_MAX)?;
    Ok(stories)
}

/// See [`journal::Journal::newest`].
pub(super) async fn newest(
    reader: impl AnyExecutor<'_>,
    msn: &str,
    limit: u32,
) -> Result<Vec<Story>, JournalError> {
    told(sqlx::query_as(NEWEST).bind(msn.to_owned()).bind(i64::from(limit)).fetch_all(reader).await?)
}

/// See [`journal::Journal::changed_since`].
pub(super) async fn changed_since(
    reader: impl AnyExecutor<'_>,
    msn: &str,
    seq: Seq,
    limit: u32,
) -> Result<Vec<(Seq, Reference)>, JournalError> {
    let rows: Vec<(i64, String)> = sqlx::query_as(CHANGED_SINCE)
        .bind(msn.to_owned())
        .bind(count(seq.0))
        .bind(i64::from(limit))
        .fetch_all(reader)
        .await?;
    rows.into_iter().map(|(seq, text)| Ok((Seq(number(seq)), rows::reference(&text)?))).collect()
}

/// See [`journal::Journal::entries_after`].
pub(super) async fn entries_after(
    reader: impl AnyExecutor<'_>,
    msn: &str,
    after: Seq,
    limit: u32,
) -> Result<Vec<Told>, JournalError> {
    let rows: Vec<(String, i64, i64, i64, String)> = sqlx::query_as(ENTRIES_AFTER)
        .bind(msn.to_owned())
        .bind(count(after.0))
        .bind(i64::from(limit))
        .fetch_all(reader)
        .await?;
    let told = rows.into_iter().map(|(text, seq, nth, at, fact)| {
        rows::told(&text, number(seq), u32::try_from(nth).unwrap_or(u32::MAX), at, &fact)
    });
    told.collect()
}

/// See [`journal::Journal::last_seq`].
pub(super) async fn last_seq(reader: impl AnyExecutor<'_>, msn: &str) -> Result<Seq, JournalError> {
    let last: i64 = sqlx::query_scalar(LAST_SEQ).bind(msn.to_owned()).fetch_one(reader).await?;
    Ok(Seq(number(last)))
}

/// See [`journal::Journal::requested_as`].
pub(super) async fn requested_as(
    reader: impl AnyExecutor<'_>,
    msn: &str,
    key: &str,
) -> Result<Option<(Reference, String)>, JournalError> {
    let row: Option<(String, String)> =
        sqlx::query_as(REQUESTED_AS).bind(msn.to_owned()).bind(key.to_owned()).fetch_optional(reader).await?;
    row.map(|(text, digest)| Ok((rows::reference(&text)?, digest))).transpose()
}

/// See [`journal::Journal::picture`].
pub(super) async fn picture(
    reader: impl AnyExecutor<'_>,
    msn: &str,
    name: &str,
) -> Result<Option<Vec<u8>>, JournalError> {
    let bytes = sqlx::query_scalar(PICTURE).bind(msn.to_owned()).bind(name.to_owned());
    Ok(bytes.fetch_optional(reader).await?)
}

/// Reference, entries, settled and newest entry of a story, and number, place in the journal, moment and fact of an entry.
pub(super) type Row = (String, i64, i64, i64, Option<i64>, Option<i64>, Option<i64>, Option<String>);

/// The stories that these rows tell, in their order.
pub(super) fn told(rows: Vec<Row>) -> Result<Vec<Story>, JournalError> {
    let row = |(reference, entries, settled, newest, nth, seq, at, fact): Row| rows::Row {
        reference,
        entries,
        settled: settled == 1,
        newest: number(newest),
        number: nth,
        seq: seq.map(number),
        at,
        fact,
    };
    stories(&rows.into_iter().map(row).collect::<Vec<_>>())
}

/// A number as databases have it. 2^63 entries are out of reach.
pub(super) fn count(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// A number that is none below zero.
pub(super) fn number(count: i64) -> u64 {
    u64::try_from(count).unwrap_or(0)
}
