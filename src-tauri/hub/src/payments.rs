//! How the payments of all stores stand. How they are found is in `payments/searching.rs`.

use contract::{Amount, Code, Status};
use serde::{Deserialize, Serialize};

use crate::database::Change;
use crate::refusal::Failure;
use crate::stores;

mod searching;

pub(crate) use searching::{rarest, search};

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
