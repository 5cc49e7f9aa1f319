//! What tills tell: taken in order, each entry once, and folded into how each payment stands.

use std::collections::BTreeSet;

use contract::{Code, Heard, Language, Newest, Store, Telling, ToldEntry};
use payment::{Fact, Moment, Payment, Reference};
use sqlx::{Any, Executor};

use crate::database::{Change, Database};
use crate::payments::{self, Known};
use crate::refusal::Failure;
use crate::statement::Statement;
use crate::{sales_units, tills};

/// How many entries one statement writes: a payment or two.
const ENTRIES_AT_ONCE: usize = 16;
/// The most bytes of one fact, as in the journal of a till.
const FACT_BYTES_MAX: usize = journal::limits::FACT_BYTES_MAX;

/// Takes what `till` of `store` tells. What is here already is passed over, so a telling may come twice.
///
/// Gives how much of its journal is here then, on disk. When entries are missing before those that it told, nothing is
/// taken, and it is to go on from there.
pub(crate) async fn take(
    database: &Database,
    till: &str,
    store: &Store,
    telling: &Telling,
    now: i64,
) -> Result<Heard, Failure> {
    check(telling)?;
    if telling.entries.is_empty() {
        let (version, open) = (telling.version.as_str(), telling.open.as_deref());
        if let Some(seq) = tills::heard_lately(database.reader(), till, version, open, now).await? {
            return heard(database.reader(), till, store, u64::try_from(seq).unwrap_or(0)).await;
        }
    }
    let mut change = database.change().await?;
    let known = tills::heard(&mut change, till, &telling.version, telling.open.as_deref(), now).await?;
    let known = u64::try_from(known).unwrap_or(0);
    let begins = telling.entries.first().map_or(known + 1, |entry| entry.seq);
    if begins > known + 1 {
        let heard = heard(&mut *change, till, store, known).await?;
        change.commit().await?;
        return Ok(heard);
    }
    let new: Vec<&ToldEntry> = telling.entries.iter().filter(|entry| entry.seq > known).collect();
    for some in new.chunks(ENTRIES_AT_ONCE) {
        write(&mut change, till, some).await?;
    }
    let touched: BTreeSet<&str> = new.iter().map(|entry| entry.reference.as_str()).collect();
    for reference in touched {
        fold(&mut change, till, store, reference).await?;
    }
    let seq = new.last().map_or(known, |entry| entry.seq);
    if seq != known {
        sqlx::query("UPDATE tills SET seq = $1 WHERE id = $2")
            .bind(number(seq))
            .bind(till.to_owned())
            .execute(&mut *change)
            .await?;
    }
    let heard = heard(&mut *change, till, store, seq).await?;
    change.commit().await?;
    Ok(heard)
}

type HeardRow = (i64, Option<String>, Option<String>, Option<i64>, Option<i64>);

async fn heard<'e>(
    reader: impl Executor<'e, Database = Any>,
    till: &str,
    store: &Store,
    seq: u64,
) -> Result<Heard, Failure> {
    // What is not there yet leaves the one row empty.
    let row: HeardRow = sqlx::query_as(
        "SELECT (SELECT COUNT(*) FROM codes WHERE codes.till = $1),
                (SELECT settings FROM sales_units WHERE sales_units.msn = $3),
                told.reference, told.number, told.at
         FROM (SELECT 1) AS one LEFT JOIN told ON told.till = $1 AND told.seq = $2",
    )
    .bind(till.to_owned())
    .bind(number(seq))
    .bind(store.msn.clone())
    .fetch_one(reader)
    .await?;
    let (codes, unit, reference, number_in_story, at) = row;
    let newest = reference.zip(number_in_story).zip(at).map(|((reference, number), at)| Newest {
        reference,
        number: u32::try_from(number).unwrap_or(u32::MAX),
        at,
    });
    let unit = unit.as_deref().and_then(sales_units::settings_in);
    Ok(Heard { seq, newest, counter_code: codes > 0, unit })
}

fn check(telling: &Telling) -> Result<(), Failure> {
    let invalid = |detail: &str| Err(Failure::refused(Code::RequestInvalid, detail));
    if telling.entries.len() > Telling::ENTRIES_MAX {
        return invalid("too many entries in one telling");
    }
    if !telling.entries.iter().zip(telling.entries.iter().skip(1)).all(|(one, next)| next.seq == one.seq + 1)
    {
        return invalid("entries are told one after the other, without gaps");
    }
    let is_good = |entry: &ToldEntry| {
        entry.seq > 0
            && i64::try_from(entry.seq).is_ok()
            && entry.number > 0
            && Reference::parse(entry.reference.as_str()).is_ok()
            && entry.fact.to_string().len() <= FACT_BYTES_MAX
    };
    if telling.entries.iter().all(is_good) { Ok(()) } else { invalid("this is no entry of a till's journal") }
}

async fn write(change: &mut Change, till: &str, entries: &[&ToldEntry]) -> Result<(), Failure> {
    let mut insert = Statement::new("INSERT INTO told (till, seq, reference, number, at, fact) VALUES ");
    for (place, entry) in entries.iter().enumerate() {
        insert.push(if place == 0 { "(" } else { ", (" }).push_bind(till.to_owned());
        insert.push(", ").push_bind(number(entry.seq)).push(", ").push_bind(entry.reference.clone());
        insert.push(", ").push_bind(i64::from(entry.number)).push(", ").push_bind(entry.at);
        insert.push(", ").push_bind(entry.fact.to_string()).push(")");
    }
    Ok(insert.execute(change).await?)
}

/// Works out how the payment `reference` of `till` stands. A story that this version can't read is kept all the same.
async fn fold(change: &mut Change, till: &str, store: &Store, reference: &str) -> Result<(), Failure> {
    match story(change, till, reference).await?.map(Payment::replay) {
        // A till speaks for its own sales unit alone: what it tells of another's can be found by nobody.
        Some(Ok(payment)) if payment.order().msn == store.msn => {
            payments::keep(change, till, &store.id, &Known::of(&payment)).await
        }
        Some(Ok(_)) => {
            tracing::warn!(till, reference, "a till told of a payment of another sales unit");
            Ok(())
        }
        Some(Err(_)) | None => {
            tracing::warn!(till, reference, "a till told a story that can't be read");
            Ok(())
        }
    }
}

/// The story of `reference`, as far as `till` has told it, if all of it can be read.
pub(crate) async fn story(
    change: &mut Change,
    till: &str,
    reference: &str,
) -> Result<Option<Vec<(Moment, Fact)>>, Failure> {
    let rows: Vec<(i64, String)> =
        sqlx::query_as("SELECT at, fact FROM told WHERE till = $1 AND reference = $2 ORDER BY number")
            .bind(till.to_owned())
            .bind(reference.to_owned())
            .fetch_all(&mut **change)
            .await?;
    let facts = rows.into_iter().map(|(at, fact)| Some((Moment(at), serde_json::from_str(&fact).ok()?)));
    Ok(facts.collect())
}

impl Known {
    /// How `payment` stands.
    fn of(payment: &Payment) -> Known {
        let view = till::view(payment, Language::En, payment.changed_at());
        Known {
            reference: view.reference,
            msn: payment.order().msn.clone(),
            status: view.status,
            amount: view.amount,
            captured: view.captured.value,
            refunded: view.refunded.value,
            settled: payment.is_settled(),
            requested_at: payment.requested_at().0,
        }
    }
}

fn number(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
