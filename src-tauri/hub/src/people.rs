//! The people who may give money back for other stores, and the PINs that they prove it with.
//!
//! Only a salted, slow hash of a PIN is kept. It has few digits, so what keeps guesses away is the wait after wrong
//! ones ([`tries`]).

use contract::{Code, Person};
use sqlx::AnyPool;

use crate::audit;
use crate::database::Database;
use crate::refusal::Failure;
use crate::stores::is_short_name;
use crate::tries::{self, Door, Whose};

/// The most characters of a person's short name.
const ID_CHARS_MAX: usize = 32;
/// The most characters of a name that people read.
const NAME_CHARS_MAX: usize = 60;
/// How many digits a PIN has.
const DIGITS: std::ops::RangeInclusive<usize> = 4..=12;

/// Somebody who may give money back for other stores.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptPerson {
    /// The short name.
    pub id: String,
    /// The name that people read.
    pub name: String,
    /// Whether they may agree to a refund of another person.
    pub may_approve: bool,
}

/// Adds a person, or gives one who is known another name or PIN.
pub(crate) async fn set(
    database: &Database,
    person: &KeptPerson,
    pin: &str,
    now: i64,
) -> Result<(), Failure> {
    let invalid = |detail: String| Err(Failure::refused(Code::RequestInvalid, detail));
    if !is_short_name(&person.id, ID_CHARS_MAX) {
        return invalid(format!("a person's short name is 1 to {ID_CHARS_MAX} of a-z, 0-9 and -"));
    }
    if !(1..=NAME_CHARS_MAX).contains(&person.name.trim().chars().count()) {
        return invalid(format!("a person's name is 1 to {NAME_CHARS_MAX} characters"));
    }
    if !DIGITS.contains(&pin.len()) || !pin.bytes().all(|byte| byte.is_ascii_digit()) {
        return invalid(format!("a PIN is {} to {} digits", DIGITS.start(), DIGITS.end()));
    }
    let hash = tries::hash_of(pin).await?;
    let mut change = database.change().await?;
    sqlx::query(
        "INSERT INTO people (id, name, pin, may_approve, wrong, not_before) VALUES ($1, $2, $3, $4, 0, 0)
         ON CONFLICT (id) DO UPDATE SET name = excluded.name, pin = excluded.pin, may_approve = excluded.may_approve,
           wrong = 0, not_before = 0",
    )
    .bind(person.id.clone())
    .bind(person.name.trim().to_owned())
    .bind(hash)
    .bind(i64::from(person.may_approve))
    .execute(&mut *change)
    .await?;
    audit::note(&mut change, now, "operator", "set a person", &person.id).await?;
    Ok(change.commit().await?)
}

/// Forgets a person. What they did stays in the audit trail.
pub(crate) async fn remove(database: &Database, id: &str, now: i64) -> Result<(), Failure> {
    let mut change = database.change().await?;
    let gone =
        sqlx::query("DELETE FROM people WHERE id = $1").bind(id.to_owned()).execute(&mut *change).await?;
    if gone.rows_affected() != 1 {
        return Err(Failure::refused(Code::NotThere, format!("there is no person {id}")));
    }
    audit::note(&mut change, now, "operator", "removed a person", id).await?;
    Ok(change.commit().await?)
}

/// All of them.
pub(crate) async fn all(reader: &AnyPool) -> Result<Vec<KeptPerson>, Failure> {
    let rows: Vec<(String, String, i64)> =
        sqlx::query_as("SELECT id, name, may_approve FROM people ORDER BY id").fetch_all(reader).await?;
    Ok(rows.into_iter().map(|(id, name, may)| KeptPerson { id, name, may_approve: may == 1 }).collect())
}

/// Whether they are who they say, and whether they may agree to what others ask for.
pub(crate) async fn check(
    database: &Database,
    door: &Door,
    person: &Person,
    now: i64,
) -> Result<KeptPerson, Failure> {
    let _alone = door.alone().await;
    if !tries::begin(database, Whose::Person, &person.id, now).await? {
        return Err(refused());
    }
    let Some((kept, hash)) = known(database.reader(), &person.id).await? else { return Err(refused()) };
    if !tries::is_hash_of(hash, &person.pin).await {
        tracing::warn!(person = kept.id, "a wrong PIN was typed");
        return Err(refused());
    }
    tries::was_right(database, Whose::Person, &kept.id).await?;
    Ok(kept)
}

/// Who it is, and the hash of the PIN.
async fn known(reader: &AnyPool, id: &str) -> Result<Option<(KeptPerson, String)>, Failure> {
    let row: Option<(String, String, i64)> =
        sqlx::query_as("SELECT name, pin, may_approve FROM people WHERE id = $1")
            .bind(id.to_owned())
            .fetch_optional(reader)
            .await?;
    Ok(row.map(|(name, pin, may)| (KeptPerson { id: id.to_owned(), name, may_approve: may == 1 }, pin)))
}

/// One answer for all of it: whoever guesses learns nothing.
fn refused() -> Failure {
    let detail = "the person is not known, the PIN is another, or it is too soon to try again";
    Failure::refused(Code::PersonRefused, detail)
}
