//! Refunds on behalf of other stores: who may ask for what, and what was asked. Making them is the [engine](crate::engine)'s.

use contract::{Amount, ChainRefund, ChainRefundView, Code, Language, ModificationStatus};
use till::Refused;

use crate::database::{Change, Database};
use crate::payments::{Refundable, read, rfc3339, to_give_back, written};
use crate::people::KeptPerson;
use crate::refusal::Failure;
use crate::tries::Door;
use crate::{audit, leases, payments, people, random, stores};

/// The most characters of a reason.
const REASON_CHARS_MAX: usize = 100;
/// The most bytes of an idempotency key.
const KEY_BYTES_MAX: usize = 64;
/// How many characters the name of a refund has: as long as an idempotency key of the engine may be.
const ID_CHARS: usize = 26;
/// What a person may give back is counted over so long.
const DAY_MS: i64 = 24 * 3_600 * 1_000;

/// How much may be given back for other stores, in minor units of whatever currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// What one person may give back within 24 hours.
    pub person_and_day: i64,
    /// What one person may give back alone, at a time.
    pub alone: i64,
}

impl Default for Limits {
    /// 10 000.00 a day, and 1 000.00 alone.
    fn default() -> Limits {
        Limits { person_and_day: 1_000_000, alone: 100_000 }
    }
}

/// A refund as it is kept.
#[derive(Clone, Debug)]
pub(crate) struct Kept {
    pub(crate) id: String,
    pub(crate) store: String,
    /// The till that took the payment.
    pub(crate) till: String,
    pub(crate) reference: String,
    pub(crate) currency: String,
    pub(crate) amount: i64,
    pub(crate) reason: String,
    pub(crate) asked_at: i64,
    pub(crate) status: String,
    pub(crate) problem: Option<String>,
}

/// Where refunds are asked for.
#[derive(Debug)]
pub(crate) struct Desk {
    pub(crate) database: Database,
    pub(crate) limits: Limits,
    pub(crate) door: Door,
}

/// Asks for a refund. It is on disk when this returns, and will be made however often it is sent and whatever breaks.
///
/// Gives its name, and whether it had been asked for before under this key.
pub(crate) async fn ask(
    Desk { database, limits, door }: &Desk,
    by: &str,
    key: &str,
    asked: &ChainRefund,
    now: i64,
) -> Result<(String, bool), Failure> {
    check(key, asked)?;
    let digest = digest_of(asked);
    // Looked at before the PIN: a repeated request must find its refund, and is no further try.
    if let Some(known) = known_as(database.reader(), by, key).await? {
        return again(known, &digest);
    }
    let person = people::check(database, door, &asked.person, now).await?;
    let second = match &asked.second {
        Some(second) => Some(people::check(database, door, second, now).await?),
        None => None,
    };
    let store = stores::one(database.reader(), &asked.store).await?;
    let mut change = database.change().await?;
    let payment = to_give_back(&mut change, &store.store.id, &asked.reference).await?;
    // Two of the same till at the same moment: the second waited for the first at the payment.
    if let Some(known) = known_as(&mut *change, by, key).await? {
        return again(known, &digest);
    }
    let amount = amount_of(asked, &payment)?;
    hold(&mut change, *limits, &person, second.as_ref(), amount, now).await?;
    let id = random::text(ID_CHARS)?;
    let row = NewRow { id: &id, by, key, digest: &digest, payment: &payment, amount, asked, now };
    insert(&mut change, &row).await?;
    let with = second.map(|second| format!(" with {}", second.id)).unwrap_or_default();
    let what = format!(
        "{id}: {amount} {} of {} at {} through {by}{with}: {}",
        stores::letters_of(payment.currency),
        asked.reference,
        asked.store,
        asked.reason.trim()
    );
    audit::note(&mut change, now, &person.id, "asked for a refund", &what).await?;
    change.commit().await?;
    Ok((id, false))
}

fn check(key: &str, asked: &ChainRefund) -> Result<(), Failure> {
    let invalid = |detail: String| Err(Failure::refused(Code::RequestInvalid, detail));
    if !(1..=KEY_BYTES_MAX).contains(&key.len()) || !key.bytes().all(|byte| byte.is_ascii_graphic()) {
        return invalid(format!(
            "a refund needs the header Idempotency-Key: 1 to {KEY_BYTES_MAX} characters"
        ));
    }
    let reason = asked.reason.trim();
    if !(1..=REASON_CHARS_MAX).contains(&reason.chars().count()) || reason.chars().any(char::is_control) {
        return invalid(format!("reason must be 1 to {REASON_CHARS_MAX} printable characters"));
    }
    if asked.second.as_ref().is_some_and(|second| second.id == asked.person.id) {
        return Err(Failure::refused(Code::SecondPersonNeeded, "the second person is the first one"));
    }
    Ok(())
}

fn again((id, digest): (String, String), now: &str) -> Result<(String, bool), Failure> {
    if digest == now {
        return Ok((id, true));
    }
    let detail = "the idempotency key was used for another refund";
    Err(Failure::refused(Code::IdempotencyMismatch, detail))
}

async fn known_as<'c>(
    reader: impl sqlx::AnyExecutor<'c>,
    by: &str,
    key: &str,
) -> Result<Option<(String, String)>, Failure> {
    Ok(sqlx::query_as("SELECT id, digest FROM refunds WHERE asked_by = $1 AND request_key = $2")
        .bind(by.to_owned())
        .bind(key.to_owned())
        .fetch_optional(reader)
        .await?)
}

/// What tells one request from another. PINs are no part of it: they are not kept, not even so.
fn digest_of(asked: &ChainRefund) -> String {
    let nothing = |person: &contract::Person| (person.id.clone(), ());
    let told = (
        &asked.store,
        &asked.reference,
        asked.amount,
        asked.refunded_before,
        asked.reason.trim(),
        nothing(&asked.person),
        asked.second.as_ref().map(nothing),
    );
    let bytes = serde_json::to_vec(&told).unwrap_or_default();
    random::digest(&String::from_utf8_lossy(&bytes))
}

/// How much is to be given back, if that much is left and nobody was faster.
fn amount_of(asked: &ChainRefund, payment: &Refundable) -> Result<i64, Failure> {
    let refused =
        |code, detail: String| Err(Failure::Refused(Refused::new(code, detail).because_of(&asked.reference)));
    let currency = stores::letters_of(payment.currency);
    let is_other = |amount: &Amount| written(&amount.currency) != currency;
    if asked.amount.as_ref().is_some_and(is_other) || is_other(&asked.refunded_before) {
        return refused(Code::AmountInvalid, format!("the payment is in {currency}"));
    }
    if !payment.settled || payment.captured <= 0 {
        let detail = "nothing of the payment is kept, or it has not ended".to_owned();
        return refused(Code::NothingToRefund, detail);
    }
    if asked.refunded_before.value != payment.refunded {
        let detail =
            format!("{} minor units have been given back by now, or are about to be", payment.refunded);
        return refused(Code::ChangedMeanwhile, detail);
    }
    let left = payment.captured - payment.refunded;
    if left <= 0 {
        return refused(Code::NothingToRefund, "all of it has been given back".to_owned());
    }
    match asked.amount.map_or(left, |amount| amount.value) {
        amount if amount < 1 => {
            refused(Code::AmountInvalid, "at least 1 minor unit can be given back".to_owned())
        }
        amount if amount > left => {
            refused(Code::RefundAboveCaptured, format!("{left} minor units are left to give back"))
        }
        amount => Ok(amount),
    }
}

/// Whether these people may give back so much more.
async fn hold(
    change: &mut Change,
    limits: Limits,
    person: &KeptPerson,
    second: Option<&KeptPerson>,
    amount: i64,
    now: i64,
) -> Result<(), Failure> {
    // Keeps another refund of the same person, for another payment, waiting until this one counts.
    sqlx::query("UPDATE people SET wrong = wrong WHERE id = $1")
        .bind(person.id.clone())
        .execute(&mut **change)
        .await?;
    let so_far: i64 = sqlx::query_scalar(
        "SELECT coalesce(CAST(sum(amount) AS BIGINT), 0) FROM refunds
         WHERE person = $1 AND asked_at > $2 AND status <> 'refused'",
    )
    .bind(person.id.clone())
    .bind(now.saturating_sub(DAY_MS))
    .fetch_one(&mut **change)
    .await?;
    if so_far.saturating_add(amount) > limits.person_and_day {
        let left = (limits.person_and_day - so_far).max(0);
        let detail = format!("{left} minor units are left to this person within 24 hours");
        return Err(Failure::refused(Code::PersonLimit, detail));
    }
    if amount > limits.alone && !second.is_some_and(|second| second.may_approve) {
        let detail = format!("above {} minor units a second person must agree who may", limits.alone);
        return Err(Failure::refused(Code::SecondPersonNeeded, detail));
    }
    Ok(())
}

struct NewRow<'a> {
    id: &'a str,
    by: &'a str,
    key: &'a str,
    digest: &'a str,
    payment: &'a Refundable,
    amount: i64,
    asked: &'a ChainRefund,
    now: i64,
}

async fn insert(change: &mut Change, row: &NewRow<'_>) -> Result<(), Failure> {
    sqlx::query(
        "INSERT INTO refunds (id, asked_by, request_key, digest, store, till, msn, reference, currency, amount, reason,
           person, second, asked_at, status)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, 'asked')",
    )
    .bind(row.id.to_owned())
    .bind(row.by.to_owned())
    .bind(row.key.to_owned())
    .bind(row.digest.to_owned())
    .bind(row.asked.store.clone())
    .bind(row.payment.till.clone())
    .bind(row.payment.msn.clone())
    .bind(row.asked.reference.clone())
    .bind(stores::letters_of(row.payment.currency).to_owned())
    .bind(row.amount)
    .bind(row.asked.reason.trim().to_owned())
    .bind(row.asked.person.id.clone())
    .bind(row.asked.second.as_ref().map(|second| second.id.clone()))
    .bind(row.now)
    .execute(&mut **change)
    .await?;
    Ok(())
}

const COLUMNS: &str =
    "SELECT id, store, till, reference, currency, amount, reason, asked_at, status, problem FROM refunds";

type Row = (String, String, String, String, String, i64, String, i64, String, Option<String>);

fn kept(row: Row) -> Kept {
    let (id, store, till, reference, currency, amount, reason, asked_at, status, problem) = row;
    Kept { id, store, till, reference, currency, amount, reason, asked_at, status, problem }
}

/// The refunds that are still to be made, oldest first, but for those that another hub than `holder` makes.
pub(crate) async fn to_make(database: &Database, holder: &str) -> Result<Vec<Kept>, Failure> {
    let statement = format!(
        "{COLUMNS} WHERE ended_at IS NULL AND NOT EXISTS (
             SELECT 1 FROM leases WHERE leases.msn = refunds.msn AND leases.holder <> $1 AND leases.until >= {})
         ORDER BY asked_at, id",
        leases::now(database.kind())
    );
    let rows: Vec<Row> = sqlx::query_as(sqlx::AssertSqlSafe(statement))
        .bind(holder.to_owned())
        .fetch_all(database.reader())
        .await?;
    Ok(rows.into_iter().map(kept).collect())
}

/// The refund of this name, if the till `by` asked for it.
pub(crate) async fn view(
    database: &Database,
    language: Language,
    by: &str,
    id: &str,
) -> Result<ChainRefundView, Failure> {
    let statement = format!("{COLUMNS} WHERE id = $1 AND asked_by = $2");
    let row: Option<Row> = sqlx::query_as(sqlx::AssertSqlSafe(statement))
        .bind(id.to_owned())
        .bind(by.to_owned())
        .fetch_optional(database.reader())
        .await?;
    let row =
        row.ok_or_else(|| Failure::refused(Code::NotThere, format!("this till asked for no refund {id}")))?;
    let kept = kept(row);
    let store = stores::one(database.reader(), &kept.store).await?.store;
    let code: Option<Code> = kept.problem.as_deref().map(read).transpose()?;
    Ok(ChainRefundView {
        id: kept.id,
        store,
        reference: kept.reference,
        amount: Amount { value: kept.amount, currency: read(&kept.currency)? },
        reason: kept.reason,
        status: read(&kept.status)?,
        problem: code.map(|code| Refused::new(code, "").problem(language)),
        asked_at: rfc3339(kept.asked_at),
    })
}

/// Writes down what came of a refund, and what has been given back of its payment in all.
pub(crate) async fn close(
    database: &Database,
    refund: &Kept,
    status: ModificationStatus,
    problem: Option<Code>,
    refunded: i64,
    now: i64,
) -> Result<(), Failure> {
    let mut change = database.change().await?;
    let closed = sqlx::query(
        "UPDATE refunds SET status = $1, problem = $2, ended_at = $3 WHERE id = $4 AND ended_at IS NULL",
    )
    .bind(written(&status))
    .bind(problem.as_ref().map(written))
    .bind(now)
    .bind(refund.id.clone())
    .execute(&mut *change)
    .await?;
    if closed.rows_affected() == 1 {
        payments::given_back(&mut change, &refund.till, &refund.reference, refunded).await?;
        let did = if status == ModificationStatus::Made { "gave back" } else { "did not give back" };
        let why = problem.as_ref().map(|code| format!(": {}", written(code))).unwrap_or_default();
        audit::note(&mut change, now, "hub", did, &format!("{}{why}", refund.id)).await?;
    }
    Ok(change.commit().await?)
}
