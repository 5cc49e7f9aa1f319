//! Everything that changes the file. Each function is one immediate transaction: it holds the file from the
//! first look to the last change, and a return by `?` rolls everything back.

use payment::{Moment, Reference};
use sqlx::{Sqlite, SqlitePool, Transaction};

use crate::query::{next_place, places_of};
use crate::{Entry, JournalError, RequestKey, Seq, limits};

use super::reading;

const BEGIN: &str = "BEGIN IMMEDIATE";

/// See [`crate::Journal::begin`]; `facts` are the entries' facts as they are written down.
pub(super) async fn begin(
    writer: &SqlitePool,
    reference: &Reference,
    request: Option<&RequestKey>,
    entries: &[Entry],
    facts: &[String],
) -> Result<Seq, JournalError> {
    let mut change = writer.begin_with(BEGIN).await?;
    if let Some(request) = request
        && let Some((by, _)) = reading::requested_as(&mut *change, &request.key).await?
    {
        return Err(JournalError::RequestKeyUsed { by });
    }
    if standing(&mut change, reference).await?.is_some() {
        return Err(JournalError::ReferenceUsed { reference: reference.clone() });
    }
    let last = reading::last_seq(&mut *change).await?;
    let newest = last.0 + entries.len() as u64;
    sqlx::query(
        "INSERT INTO stories
           (reference, entries, settled, closed, begun_seq, newest_seq, request_key, request_digest)
         VALUES (?1, ?2, 0, ?3, ?4, ?5, ?6, ?7)",
    )
    .bind(reference.as_str())
    .bind(count(entries.len() as u64))
    .bind(limits::closes(entries, false))
    .bind(count(last.0 + 1))
    .bind(count(newest))
    .bind(request.map(|request| &request.key))
    .bind(request.map(|request| &request.digest))
    .execute(&mut *change)
    .await?;
    insert(&mut change, reference, last, 0, entries, facts).await?;
    let amount = limits::amount_of(entries);
    insert_request(&mut change, reference, entries.first().map_or(Moment(0), |entry| entry.at), amount)
        .await?;
    change.commit().await?;
    Ok(Seq(newest))
}

/// See [`crate::Journal::append`]; `facts` are the entries' facts as they are written down.
pub(super) async fn append(
    writer: &SqlitePool,
    reference: &Reference,
    seen: u32,
    entries: &[Entry],
    facts: &[String],
    settled: bool,
) -> Result<Seq, JournalError> {
    let mut change = writer.begin_with(BEGIN).await?;
    let Some(standing) = standing(&mut change, reference).await? else {
        return Err(JournalError::Unknown { reference: reference.clone() });
    };
    if standing.entries != seen {
        let found = standing.entries;
        return Err(JournalError::Conflict { reference: reference.clone(), seen, found });
    }
    let last = reading::last_seq(&mut *change).await?;
    let newest = if entries.is_empty() { standing.newest } else { Seq(last.0 + entries.len() as u64) };
    let closed = standing.closed || limits::closes(entries, settled);
    insert(&mut change, reference, last, seen, entries, facts).await?;
    sqlx::query(
        "UPDATE stories SET entries = ?2, settled = ?3, closed = ?4, newest_seq = ?5 WHERE reference = ?1",
    )
    .bind(reference.as_str())
    .bind(count(u64::from(seen) + entries.len() as u64))
    .bind(settled)
    .bind(closed)
    .bind(count(newest.0))
    .execute(&mut *change)
    .await?;
    if closed {
        sqlx::query("DELETE FROM pictures WHERE reference = ?1")
            .bind(reference.as_str())
            .execute(&mut *change)
            .await?;
    }
    change.commit().await?;
    Ok(newest)
}

/// See [`crate::Journal::keep_picture`].
pub(super) async fn keep_picture(
    writer: &SqlitePool,
    reference: &Reference,
    name: &str,
    bytes: &[u8],
) -> Result<(), JournalError> {
    let mut change = writer.begin_with(BEGIN).await?;
    let Some(standing) = standing(&mut change, reference).await? else {
        return Err(JournalError::Unknown { reference: reference.clone() });
    };
    if standing.closed {
        return Ok(());
    }
    let owner: Option<String> = sqlx::query_scalar("SELECT reference FROM pictures WHERE name = ?1")
        .bind(name)
        .fetch_optional(&mut *change)
        .await?;
    match owner {
        Some(owner) if owner != reference.as_str() => {
            return Err(JournalError::PictureNameUsed { name: name.to_owned() });
        }
        Some(_) => {}
        None => {
            let there: u32 = sqlx::query_scalar("SELECT count(*) FROM pictures WHERE reference = ?1")
                .bind(reference.as_str())
                .fetch_one(&mut *change)
                .await?;
            let found = limits::length(there) + 1;
            limits::hold("pictures of one payment", found, limits::PICTURES_PER_PAYMENT_MAX)?;
        }
    }
    sqlx::query(
        "INSERT INTO pictures (name, reference, bytes) VALUES (?1, ?2, ?3)
         ON CONFLICT (name) DO UPDATE SET bytes = excluded.bytes",
    )
    .bind(name)
    .bind(reference.as_str())
    .bind(bytes)
    .execute(&mut *change)
    .await?;
    Ok(change.commit().await?)
}

/// Where a story stands.
struct Standing {
    entries: u32,
    newest: Seq,
    closed: bool,
}

async fn standing(
    change: &mut Transaction<'static, Sqlite>,
    reference: &Reference,
) -> Result<Option<Standing>, JournalError> {
    let row: Option<(u32, u64, bool)> =
        sqlx::query_as("SELECT entries, newest_seq, closed FROM stories WHERE reference = ?1")
            .bind(reference.as_str())
            .fetch_optional(&mut **change)
            .await?;
    Ok(row.map(|(entries, newest, closed)| Standing { entries, newest: Seq(newest), closed }))
}

/// Writes entries after the `last` of the journal and the `seen` of their story.
async fn insert(
    change: &mut Transaction<'static, Sqlite>,
    reference: &Reference,
    last: Seq,
    seen: u32,
    entries: &[Entry],
    facts: &[String],
) -> Result<(), JournalError> {
    for ((nth, entry), fact) in (1..).zip(entries).zip(facts) {
        sqlx::query("INSERT INTO entries (seq, reference, number, at, fact) VALUES (?1, ?2, ?3, ?4, ?5)")
            .bind(count(last.0 + nth))
            .bind(reference.as_str())
            .bind(count(u64::from(seen) + nth))
            .bind(entry.at.0)
            .bind(fact)
            .execute(&mut **change)
            .await?;
    }
    Ok(())
}

/// Lets the request be found.
async fn insert_request(
    change: &mut Transaction<'static, Sqlite>,
    reference: &Reference,
    at: Moment,
    amount: Option<u64>,
) -> Result<(), JournalError> {
    let places = places_of(at);
    let newest: Option<i64> =
        sqlx::query_scalar("SELECT max(place) FROM requests WHERE place >= ?1 AND place < ?2")
            .bind(places.start)
            .bind(places.end)
            .fetch_one(&mut **change)
            .await?;
    sqlx::query("INSERT INTO requests (place, reference, amount) VALUES (?1, ?2, ?3)")
        .bind(next_place(at, newest)?)
        .bind(reference.as_str())
        .bind(amount.map(count))
        .execute(&mut **change)
        .await?;
    Ok(())
}

/// A number as SQLite has it. 2^63 entries are out of reach, and one too many is refused by the triggers.
fn count(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
