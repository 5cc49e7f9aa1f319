//! Tries of what people type to prove who they are: counted before they are looked at, whichever hub they reach, so that
//! pulling a plug gives no further one.

use contract::Private;
use tokio::sync::{Mutex, MutexGuard};

use crate::database::Database;
use crate::refusal::Failure;

/// Who types.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Whose {
    /// Somebody who gives money back for other stores.
    Person,
    /// Somebody who may look at the sale log.
    Auditor,
}

impl Whose {
    /// Where `wrong` and `not_before` of each `id` are kept.
    fn table(self) -> &'static str {
        match self {
            Whose::Person => "people",
            Whose::Auditor => "auditors",
        }
    }
}

/// Where secrets are looked at, one after the other: of several at the same moment, none is taken for a guess because the
/// others have not been found right yet.
#[derive(Debug, Default)]
pub(crate) struct Door(Mutex<()>);

impl Door {
    /// Waits until nobody else is looked at.
    pub(crate) async fn alone(&self) -> MutexGuard<'_, ()> {
        self.0.lock().await
    }
}

/// Counts a try of `id`. False when there is nobody of that name, or when it is too soon.
pub(crate) async fn begin(database: &Database, whose: Whose, id: &str, now: i64) -> Result<bool, Failure> {
    let table = whose.table();
    let mut change = database.change().await?;
    let count =
        format!("UPDATE {table} SET wrong = wrong + 1 WHERE id = $1 AND not_before <= $2 RETURNING wrong");
    let wrong: Option<i64> = sqlx::query_scalar(sqlx::AssertSqlSafe(count))
        .bind(id.to_owned())
        .bind(now)
        .fetch_optional(&mut *change)
        .await?;
    let Some(wrong) = wrong else { return Ok(false) };
    // Where nobody has to wait, it is no moment at all: the clock of another hub may be a little behind.
    let not_before = match typed_secret::wait_after(u32::try_from(wrong).unwrap_or(u32::MAX)) {
        None => 0,
        Some(wait) => now.saturating_add(i64::try_from(wait.as_millis()).unwrap_or(i64::MAX)),
    };
    let wait = format!("UPDATE {table} SET not_before = $1 WHERE id = $2");
    sqlx::query(sqlx::AssertSqlSafe(wait)).bind(not_before).bind(id.to_owned()).execute(&mut *change).await?;
    change.commit().await?;
    Ok(true)
}

/// Forgets the tries of `id`: this one was right.
pub(crate) async fn was_right(database: &Database, whose: Whose, id: &str) -> Result<(), Failure> {
    let mut change = database.change().await?;
    let forget = format!("UPDATE {} SET wrong = 0, not_before = 0 WHERE id = $1", whose.table());
    sqlx::query(sqlx::AssertSqlSafe(forget)).bind(id.to_owned()).execute(&mut *change).await?;
    Ok(change.commit().await?)
}

/// What is kept of `typed`, made where nobody waits for it.
pub(crate) async fn hash_of(typed: &str) -> Result<String, Failure> {
    let typed = typed.to_owned();
    let made = tokio::task::spawn_blocking(move || typed_secret::hash_of(&typed)).await;
    let made = made.map_err(|error| Failure::internal("a secret can't be hashed", error))?;
    made.map_err(|error| Failure::internal("a secret can't be hashed", error))
}

/// Whether `hash` is of `typed`; looked at where nobody waits for it.
pub(crate) async fn is_hash_of(hash: String, typed: &Private) -> bool {
    let typed = typed.clone();
    let looked = tokio::task::spawn_blocking(move || typed_secret::is_hash_of(&hash, typed.reveal())).await;
    looked.unwrap_or(false)
}
