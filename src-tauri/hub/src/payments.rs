//! How the payments of all stores stand, and how they are found.

use contract::{Amount, ChainFound, ChainPayment, ChainSearch, Code, Currency, Status, Store};
use serde::{Deserialize, Serialize};

use crate::database::{Change, Database, Kind};
use crate::refusal::Failure;
use crate::statement::Statement;
use crate::stores;

/// How many payments one answer has, unless told otherwise.
const LIMIT_DEFAULT: u32 = 20;
/// How many payments one answer may have.
const LIMIT_MAX: u32 = 100;

/// How a payment stands, as its till told it.
pub(crate) struct Known {
    pub(crate) reference: String,
    pub(crate) msn: String,
    pub(crate) status: Status,
    pub(crate) amount: Amount,
    pub(crate) captured: i64,
    pub(crate) refunded: i64,
    pub(crate) settled: bool,
    pub(crate) requested_at: i64,
}

/// Keeps how a payment of `till` stands. What has been given back grows only: a refund that was made here may be news to
/// its till.
pub(crate) async fn keep(change: &mut Change, till: &str, store: &str, known: &Known) -> Result<(), Failure> {
    sqlx::query(
        "INSERT INTO payments
           (till, reference, sought, store, msn, status, currency, amount, captured, refunded, settled, requested_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
         ON CONFLICT (till, reference) DO UPDATE SET
           status = excluded.status,
           captured = CASE WHEN excluded.captured > payments.captured THEN excluded.captured ELSE payments.captured END,
           refunded = CASE WHEN excluded.refunded > payments.refunded THEN excluded.refunded ELSE payments.refunded END,
           settled = excluded.settled",
    )
    .bind(till.to_owned())
    .bind(known.reference.clone())
    .bind(known.reference.to_ascii_lowercase())
    .bind(store.to_owned())
    .bind(known.msn.clone())
    .bind(written(&known.status))
    .bind(written(&known.amount.currency))
    .bind(known.amount.value)
    .bind(known.captured)
    .bind(known.refunded)
    .bind(i64::from(known.settled))
    .bind(known.requested_at)
    .execute(&mut **change)
    .await?;
    Ok(())
}

/// The payments of all stores that were looked for, newest request first.
pub(crate) async fn search(database: &Database, search: &ChainSearch) -> Result<ChainFound, Failure> {
    let limit = search.limit.unwrap_or(LIMIT_DEFAULT);
    if !(1..=LIMIT_MAX).contains(&limit) {
        return Err(invalid(format!("limit must be a whole number from 1 to {LIMIT_MAX}")));
    }
    let mut query = statement(database.kind(), search)?;
    // One more than is asked for tells whether there is another page.
    query.push(" LIMIT ").push_bind(i64::from(limit) + 1);
    let mut rows: Vec<Row> = query.fetch_all(database.reader()).await?;
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let is_more = rows.len() > limit;
    rows.truncate(limit);
    let before = rows.last().filter(|_| is_more).map(|row| format!("{}.{}.{}", row.10, row.9, row.3));
    let payments: Result<Vec<ChainPayment>, Failure> = rows.into_iter().map(payment_of).collect();
    Ok(ChainFound { payments: payments?, before })
}

/// Store id, name and msn, reference, status, currency, amount, captured, refunded with what is about to be, till, and
/// when it was requested.
type Row = (String, String, String, String, String, String, i64, i64, i64, String, i64);

const COLUMNS: &str = "
    SELECT s.id, s.name, s.msn, p.reference, p.status, p.currency, p.amount, p.captured,
           p.refunded + coalesce((SELECT CAST(sum(r.amount) AS BIGINT) FROM refunds r
               WHERE r.till = p.till AND r.reference = p.reference AND r.ended_at IS NULL), 0),
           p.till, p.requested_at
    FROM payments p JOIN stores s ON s.id = p.store";

fn statement(kind: Kind, search: &ChainSearch) -> Result<Statement, Failure> {
    let mut query = Statement::new(COLUMNS);
    query.push(" WHERE 1 = 1");
    if let Some(store) = &search.store {
        query.push(" AND p.store = ").push_bind(store.clone());
    }
    if let Some(since) = &search.since {
        query.push(" AND p.requested_at >= ").push_bind(moment("since", since)?);
    }
    if let Some(until) = &search.until {
        query.push(" AND p.requested_at < ").push_bind(moment("until", until)?);
    }
    if let Some(before) = &search.before {
        let (at, till, reference) = place(before)?;
        query.push(" AND (p.requested_at, p.till, p.reference) < (").push_bind(at);
        query.push(", ").push_bind(till).push(", ").push_bind(reference).push(")");
    }
    if let Some(text) = &search.query {
        let (part, amount) = till::sought(text)?;
        query.push(" AND (1 = 0");
        if let Some(part) = part {
            push_part(&mut query, kind, part.as_str());
        }
        if let Some(amount) = amount {
            query.push(" OR p.amount = ").push_bind(i64::try_from(amount).unwrap_or(i64::MAX));
        }
        query.push(")");
    }
    query.push(" ORDER BY p.requested_at DESC, p.till DESC, p.reference DESC");
    Ok(query)
}

/// `part` is three or more of letters, digits and hyphens, so nothing in it means anything to either database.
fn push_part(query: &mut Statement, kind: Kind, part: &str) {
    match kind {
        Kind::Sqlite => {
            query.push(" OR p.rowid IN (SELECT rowid FROM payments_by_part WHERE sought MATCH ");
            query.push_bind(format!("\"{part}\"")).push(")");
        }
        Kind::Postgres => {
            query.push(" OR p.sought LIKE ").push_bind(format!("%{part}%"));
        }
    }
}

fn payment_of(row: Row) -> Result<ChainPayment, Failure> {
    let (id, name, msn, reference, status, currency, amount, captured, refunded, _, requested_at) = row;
    let currency: Currency = read(&currency)?;
    let money = |value| Amount { value, currency };
    Ok(ChainPayment {
        store: Store { id, name, msn },
        reference,
        status: read(&status)?,
        amount: money(amount),
        captured: money(captured),
        refunded: money(refunded),
        requested_at: rfc3339(requested_at),
    })
}

/// Where a page begins.
fn place(before: &str) -> Result<(i64, String, String), Failure> {
    let mut parts = before.splitn(3, '.');
    match (parts.next().and_then(|at| at.parse().ok()), parts.next(), parts.next()) {
        (Some(at), Some(till), Some(reference)) => Ok((at, till.to_owned(), reference.to_owned())),
        _ => Err(invalid("before must be the `before` of an answer".to_owned())),
    }
}

fn moment(name: &str, text: &str) -> Result<i64, Failure> {
    let parsed: Result<jiff::Timestamp, _> = text.parse();
    parsed.map(jiff::Timestamp::as_millisecond).map_err(|_| {
        invalid(format!("{name} must be a moment with its time zone, such as 2026-11-25T08:00:00+01:00"))
    })
}

fn invalid(detail: String) -> Failure {
    Failure::refused(Code::RequestInvalid, detail)
}

/// A name as the contract writes it.
pub(crate) fn written<T: Serialize>(name: &T) -> String {
    serde_json::to_value(name)
        .ok()
        .and_then(|value| value.as_str().map(ToOwned::to_owned))
        .unwrap_or_default()
}

/// The name that the contract writes so.
pub(crate) fn read<T: for<'de> Deserialize<'de>>(text: &str) -> Result<T, Failure> {
    serde_json::from_value(serde_json::Value::from(text))
        .map_err(|error| Failure::internal("the database holds a name that is none", error))
}

/// A moment as people read it, in UTC.
pub(crate) fn rfc3339(at: i64) -> String {
    jiff::Timestamp::from_millisecond(at).map(|at| at.to_string()).unwrap_or_default()
}

/// The payment `reference` of `store` that is to be given back: how it stands, and which till took it. Nobody else asks
/// for a refund of it until the change ends.
pub(crate) async fn to_give_back(
    change: &mut Change,
    store: &str,
    reference: &str,
) -> Result<Refundable, Failure> {
    let unknown = || {
        Failure::Refused(
            till::Refused::new(
                Code::PaymentUnknown,
                format!("the hub knows no payment {reference} of {store}"),
            )
            .because_of(reference),
        )
    };
    // Of several tales of one reference, the one in which it was paid is true: its sales unit knows it once.
    let row: Option<(String, String, String, i64, i64)> = sqlx::query_as(
        "SELECT till, msn, currency, captured, settled FROM payments WHERE store = $1 AND reference = $2
         ORDER BY captured DESC, requested_at LIMIT 1",
    )
    .bind(store.to_owned())
    .bind(reference.to_owned())
    .fetch_optional(&mut **change)
    .await?;
    let (till, msn, currency, captured, settled) = row.ok_or_else(unknown)?;
    sqlx::query("UPDATE payments SET settled = settled WHERE till = $1 AND reference = $2")
        .bind(till.clone())
        .bind(reference.to_owned())
        .execute(&mut **change)
        .await?;
    let refunded: i64 = sqlx::query_scalar(
        "SELECT p.refunded + coalesce((SELECT CAST(sum(r.amount) AS BIGINT) FROM refunds r
             WHERE r.till = p.till AND r.reference = p.reference AND r.ended_at IS NULL), 0)
         FROM payments p WHERE p.till = $1 AND p.reference = $2",
    )
    .bind(till.clone())
    .bind(reference.to_owned())
    .fetch_one(&mut **change)
    .await?;
    let currency = stores::currency_of(&currency)
        .ok_or_else(|| Failure::internal("a payment has a currency that is none", currency))?;
    Ok(Refundable { till, msn, currency, captured, refunded, settled: settled == 1 })
}

/// A payment that somebody wants to give back.
pub(crate) struct Refundable {
    pub(crate) till: String,
    pub(crate) msn: String,
    pub(crate) currency: payment::Currency,
    pub(crate) captured: i64,
    /// With what is about to be.
    pub(crate) refunded: i64,
    pub(crate) settled: bool,
}

/// Notes that so much of a payment has been given back in all.
pub(crate) async fn given_back(
    change: &mut Change,
    till: &str,
    reference: &str,
    refunded: i64,
) -> Result<(), Failure> {
    sqlx::query("UPDATE payments SET refunded = $1 WHERE till = $2 AND reference = $3 AND refunded < $1")
        .bind(refunded)
        .bind(till.to_owned())
        .bind(reference.to_owned())
        .execute(&mut **change)
        .await?;
    Ok(())
}
