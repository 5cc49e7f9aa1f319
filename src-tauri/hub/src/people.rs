//! The people who may give money back for other stores, and the PINs that they prove it with.
//!
//! Only a salted, slow hash of a PIN is kept. It has few digits, so what keeps guesses away is the wait after wrong ones. A
//! try is written down before it is looked at, whichever hub it reaches.

use argon2::Argon2;
use argon2::password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, SaltString};
use contract::{Code, Person};
use sqlx::AnyPool;
use tokio::sync::Mutex;

use crate::audit;
use crate::database::Database;
use crate::refusal::Failure;
use crate::stores::is_short_name;

/// The most characters of a person's short name.
const ID_CHARS_MAX: usize = 32;
/// The most characters of a name that people read.
const NAME_CHARS_MAX: usize = 60;
/// How many digits a PIN has.
const DIGITS: std::ops::RangeInclusive<usize> = 4..=12;
/// How many random bytes the salt has.
const SALT_BYTES: usize = 16;
/// So many wrong PINs in a row are slips of a finger.
const FREE_TRIES: i64 = 3;
/// The wait after as many; it doubles with each more.
const FIRST_WAIT_MS: i64 = 30_000;
/// And grows no longer than this.
const WAIT_MS_MAX: i64 = 3_600_000;

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
    let pin = pin.to_owned();
    let hash = tokio::task::spawn_blocking(move || hash_of(&pin)).await;
    let hash = hash.map_err(|error| Failure::internal("a PIN can't be hashed", error))??;
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

/// Where PINs are looked at, one after the other: of several at the same moment, none is taken for a guess because the
/// others have not been found right yet.
#[derive(Debug, Default)]
pub(crate) struct Door(Mutex<()>);

/// Whether they are who they say, and whether they may agree to what others ask for.
pub(crate) async fn check(
    database: &Database,
    door: &Door,
    person: &Person,
    now: i64,
) -> Result<KeptPerson, Failure> {
    let _alone = door.0.lock().await;
    let Some((kept, hash)) = try_written_down(database, &person.id, now).await? else {
        return Err(refused());
    };
    let typed = person.pin.clone();
    let looked = tokio::task::spawn_blocking(move || is_hash_of(&hash, typed.reveal())).await;
    if !looked.unwrap_or(false) {
        tracing::warn!(person = kept.id, "a wrong PIN was typed");
        return Err(refused());
    }
    let mut change = database.change().await?;
    sqlx::query("UPDATE people SET wrong = 0, not_before = 0 WHERE id = $1")
        .bind(kept.id.clone())
        .execute(&mut *change)
        .await?;
    change.commit().await?;
    Ok(kept)
}

/// Who it is and the hash to compare with, once a try may be made and has been counted.
async fn try_written_down(
    database: &Database,
    id: &str,
    now: i64,
) -> Result<Option<(KeptPerson, String)>, Failure> {
    let mut change = database.change().await?;
    let counted = sqlx::query("UPDATE people SET wrong = wrong + 1 WHERE id = $1 AND not_before <= $2")
        .bind(id.to_owned())
        .bind(now)
        .execute(&mut *change)
        .await?;
    if counted.rows_affected() != 1 {
        return Ok(None);
    }
    let (name, pin, may, wrong): (String, String, i64, i64) =
        sqlx::query_as("SELECT name, pin, may_approve, wrong FROM people WHERE id = $1")
            .bind(id.to_owned())
            .fetch_one(&mut *change)
            .await?;
    // Where nobody has to wait, it is no moment at all: the clock of another hub may be a little behind.
    let not_before = match wait_after(wrong) {
        0 => 0,
        wait => now.saturating_add(wait),
    };
    sqlx::query("UPDATE people SET not_before = $1 WHERE id = $2")
        .bind(not_before)
        .bind(id.to_owned())
        .execute(&mut *change)
        .await?;
    change.commit().await?;
    Ok(Some((KeptPerson { id: id.to_owned(), name, may_approve: may == 1 }, pin)))
}

/// How long nobody may try after so many wrong PINs in a row, in milliseconds.
fn wait_after(wrong: i64) -> i64 {
    match u32::try_from(wrong - FREE_TRIES) {
        Ok(more) => FIRST_WAIT_MS.saturating_mul(2_i64.saturating_pow(more)).min(WAIT_MS_MAX),
        Err(_) => 0,
    }
}

/// One answer for all of it: whoever guesses learns nothing.
fn refused() -> Failure {
    let detail = "the person is not known, the PIN is another, or it is too soon to try again";
    Failure::refused(Code::PersonRefused, detail)
}

fn hash_of(pin: &str) -> Result<String, Failure> {
    let mut salt = [0_u8; SALT_BYTES];
    getrandom::fill(&mut salt).map_err(|error| Failure::internal("the system gives no randomness", error))?;
    let salt = SaltString::encode_b64(&salt)
        .map_err(|error| Failure::internal("a PIN can't be hashed", error.to_string()))?;
    let hash = Argon2::default().hash_password(pin.as_bytes(), &salt);
    hash.map(|hash| hash.to_string())
        .map_err(|error| Failure::internal("a PIN can't be hashed", error.to_string()))
}

fn is_hash_of(hash: &str, typed: &str) -> bool {
    let hash = PasswordHash::new(hash);
    hash.is_ok_and(|hash| Argon2::default().verify_password(typed.trim().as_bytes(), &hash).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wait_grows_up_to_an_hour() {
        let waits: Vec<i64> = [0, 2, 3, 4, 5, 10, 1_000].map(|wrong| wait_after(wrong) / 1_000).into();
        assert_eq!(waits, [0, 0, 30, 60, 120, 3_600, 3_600]);
    }
}
