//! The file: one table, one connection, every statement a transaction of its own.
//!
//! It is not in write-ahead mode: a log beside the file would hold numbers until it is emptied, and a reader in another
//! process could prevent that. `secure_delete` wipes what a deleted row leaves behind, but not the copies that are
//! left in a page when rows move to another one. So whoever erases has the whole file written anew (`VACUUM`), which
//! takes milliseconds for the few thousand rows of a shop.

use std::fmt;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use sqlx::sqlite::{SqliteConnectOptions, SqliteRow, SqliteSynchronous};
use sqlx::{ConnectOptions, Connection, Row, SqliteConnection};
use tokio::sync::{Mutex, MutexGuard};

use crate::rule::DAY_MS;
use crate::{Consent, ConsentsError, GivenTo, Number, Rule};

/// The name of the file, beside the journal.
pub const FILE: &str = "consents.db";
/// The most that are kept.
pub const CONSENTS_MAX: i64 = 100_000;

/// How long a statement waits for another program that has the file, before it fails.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);
/// "KvCo": how the file is known.
const APPLICATION_ID: i32 = 0x4B76_436F;
/// The version of the table.
const VERSION: i32 = 1;

const TABLE: &str = "CREATE TABLE IF NOT EXISTS consents (
    id INTEGER PRIMARY KEY,
    number TEXT NOT NULL,
    purpose TEXT NOT NULL,
    given_at INTEGER NOT NULL,
    payment TEXT NOT NULL UNIQUE,
    given_to TEXT NOT NULL,
    erase_at INTEGER NOT NULL
) STRICT";

/// What customers allowed to be kept.
pub struct Consents {
    rule: Option<Rule>,
    connection: Mutex<SqliteConnection>,
    /// Whether the file may hold bytes of what has been erased. The program may have ended between the two steps, so
    /// nobody knows at the opening.
    unclean: AtomicBool,
}

/// How many are kept, and until when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Figures {
    /// How many.
    pub kept: i64,
    /// When the oldest was given, in milliseconds since 1970; none if nothing is kept.
    pub oldest: Option<i64>,
    /// When the next is erased, in milliseconds since 1970; none if nothing is kept.
    pub next_erasure: Option<i64>,
}

impl Consents {
    /// Opens the file `path`, and makes it where there is none, readable by its owner alone. Its folder must be there.
    /// With no `rule` nothing new is kept. What is past its day is still there until the first [`Consents::sweep`].
    ///
    /// # Errors
    /// When the file can't be used, is of a newer Kvitt, or holds something else; it is left as it is then.
    pub async fn open(path: &Path, rule: Option<Rule>) -> Result<Consents, ConsentsError> {
        match private_file::create(path, b"") {
            Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => return Err(error.into()),
            _ => private_file::close_to_others(path)?,
        };
        let mut connection = options().filename(path).connect().await?;
        check(&mut connection, path).await?;
        Self::with(connection, rule).await
    }

    /// Keeps in memory alone, for as long as it lives.
    ///
    /// # Errors
    /// When there is no memory for it.
    pub async fn in_memory(rule: Option<Rule>) -> Result<Consents, ConsentsError> {
        Self::with(options().in_memory(true).connect().await?, rule).await
    }

    async fn with(mut connection: SqliteConnection, rule: Option<Rule>) -> Result<Consents, ConsentsError> {
        // Known by its id before there is anything in it: a power cut in between leaves nothing that is not ours.
        sqlx::query("PRAGMA application_id = 0x4B76436F").execute(&mut connection).await?;
        sqlx::query(TABLE).execute(&mut connection).await?;
        sqlx::query("PRAGMA user_version = 1").execute(&mut connection).await?;
        Ok(Consents { rule, connection: Mutex::new(connection), unclean: AtomicBool::new(true) })
    }

    /// What numbers are kept for, if any may be kept.
    pub fn rule(&self) -> Option<&Rule> {
        self.rule.as_ref()
    }

    /// Keeps `consent`. A payment has one at most: a second is as if it had not been given.
    ///
    /// # Errors
    /// When the file can't be written, or is full.
    pub async fn keep(&self, consent: &Consent) -> Result<(), ConsentsError> {
        let mut connection = self.connection().await;
        if figures(&mut connection).await?.kept >= CONSENTS_MAX {
            return Err(ConsentsError::Full);
        }
        sqlx::query(
            "INSERT OR IGNORE INTO consents (number, purpose, given_at, payment, given_to, erase_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        )
        .bind(consent.number.reveal())
        .bind(&consent.purpose)
        .bind(consent.given_at)
        .bind(&consent.payment)
        .bind(consent.given_to.name())
        .bind(consent.erase_at)
        .execute(&mut *connection)
        .await?;
        Ok(())
    }

    /// Erases what is past its day at `now`, in milliseconds since 1970, and gives how many that were. Nothing stays
    /// longer than the rule allows now, whatever was allowed when it was given.
    ///
    /// # Errors
    /// When the file can't be written. What was not done is done by the next sweep.
    pub async fn sweep(&self, now: i64) -> Result<u64, ConsentsError> {
        let longest = self.rule.as_ref().map_or(i64::from(*Rule::DAYS.end()) * DAY_MS, Rule::ms);
        let mut connection = self.connection().await;
        sqlx::query("UPDATE consents SET erase_at = given_at + ?1 WHERE erase_at > given_at + ?1")
            .bind(longest)
            .execute(&mut *connection)
            .await?;
        let due = sqlx::query("DELETE FROM consents WHERE erase_at <= ?1").bind(now);
        let erased = due.execute(&mut *connection).await?.rows_affected();
        self.wipe(&mut connection, erased).await?;
        Ok(erased)
    }

    /// Erases all that is kept of `number`, and gives how many that were.
    ///
    /// # Errors
    /// When the file can't be written, or bytes may be left: erase again.
    pub async fn erase(&self, number: &Number) -> Result<u64, ConsentsError> {
        let mut connection = self.connection().await;
        let of_it = sqlx::query("DELETE FROM consents WHERE number = ?1").bind(number.reveal());
        let erased = of_it.execute(&mut *connection).await?.rows_affected();
        self.wipe(&mut connection, erased).await?;
        Ok(erased)
    }

    /// Erases everything, and gives how many that were.
    ///
    /// # Errors
    /// When the file can't be written, or bytes may be left: erase again.
    pub async fn erase_all(&self) -> Result<u64, ConsentsError> {
        let mut connection = self.connection().await;
        let erased = sqlx::query("DELETE FROM consents").execute(&mut *connection).await?.rows_affected();
        self.wipe(&mut connection, erased).await?;
        Ok(erased)
    }

    /// What is kept, oldest first: of `number`, or all.
    ///
    /// # Errors
    /// When the file can't be read.
    pub async fn kept(&self, number: Option<&Number>) -> Result<Vec<Consent>, ConsentsError> {
        let mut connection = self.connection().await;
        let found = sqlx::query(
            "SELECT number, purpose, given_at, payment, given_to, erase_at FROM consents
             WHERE ?1 IS NULL OR number = ?1 ORDER BY given_at, id",
        )
        .bind(number.map(Number::reveal))
        .fetch_all(&mut *connection)
        .await?;
        found.iter().map(consent).collect()
    }

    /// What is kept whose payment has `part` in its reference, newest first: `most` at the most.
    ///
    /// # Errors
    /// When the file can't be read.
    pub async fn newest(&self, part: &str, most: u32) -> Result<Vec<Consent>, ConsentsError> {
        let mut connection = self.connection().await;
        let found = sqlx::query(
            "SELECT number, purpose, given_at, payment, given_to, erase_at FROM consents
             WHERE instr(lower(payment), lower(?1)) > 0 ORDER BY given_at DESC, id DESC LIMIT ?2",
        )
        .bind(part)
        .bind(most)
        .fetch_all(&mut *connection)
        .await?;
        found.iter().map(consent).collect()
    }

    /// The number of whoever agreed at the payment with this reference, if it is kept.
    ///
    /// # Errors
    /// When the file can't be read.
    pub async fn number_at(&self, payment: &str) -> Result<Option<Number>, ConsentsError> {
        let mut connection = self.connection().await;
        let found = sqlx::query(
            "SELECT number, purpose, given_at, payment, given_to, erase_at FROM consents WHERE payment = ?1",
        )
        .bind(payment)
        .fetch_optional(&mut *connection)
        .await?;
        Ok(found.as_ref().map(consent).transpose()?.map(|consent| consent.number))
    }

    /// How many are kept, and until when.
    ///
    /// # Errors
    /// When the file can't be read.
    pub async fn figures(&self) -> Result<Figures, ConsentsError> {
        figures(&mut *self.connection().await).await
    }

    /// Lets go of the file.
    ///
    /// # Errors
    /// When what was under way could not be finished.
    pub async fn close(self) -> Result<(), ConsentsError> {
        Ok(self.connection.into_inner().close().await?)
    }

    async fn connection(&self) -> MutexGuard<'_, SqliteConnection> {
        self.connection.lock().await
    }

    /// Writes the file anew, so that nothing is left in it of what was erased.
    async fn wipe(&self, connection: &mut SqliteConnection, erased: u64) -> Result<(), ConsentsError> {
        if erased > 0 {
            self.unclean.store(true, Ordering::Relaxed);
        }
        if self.unclean.load(Ordering::Relaxed) {
            sqlx::query("VACUUM").execute(connection).await?;
            self.unclean.store(false, Ordering::Relaxed);
        }
        Ok(())
    }
}

impl fmt::Debug for Consents {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Consents").field("rule", &self.rule).finish_non_exhaustive()
    }
}

/// The figures of the file `path`, without changing anything; `None` when there is no such file.
///
/// # Errors
/// When it can't be read, is of a newer Kvitt, or holds something else.
pub async fn look(path: &Path) -> Result<Option<Figures>, ConsentsError> {
    if !path.exists() {
        return Ok(None);
    }
    let mut connection = options().filename(path).read_only(true).connect().await?;
    let found = match check(&mut connection, path).await? {
        0 => Figures { kept: 0, oldest: None, next_erasure: None },
        _ => figures(&mut connection).await?,
    };
    connection.close().await?;
    Ok(Some(found))
}

fn options() -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .busy_timeout(BUSY_TIMEOUT)
        .synchronous(SqliteSynchronous::Full)
        .pragma("secure_delete", "ON")
        // Nothing about anybody in files that somebody else would have to erase.
        .pragma("temp_store", "MEMORY")
        .disable_statement_logging()
}

/// The version of a file that is ours, 0 of one that is new. Changes nothing.
async fn check(connection: &mut SqliteConnection, path: &Path) -> Result<i32, ConsentsError> {
    let application: i32 = sqlx::query_scalar("PRAGMA application_id").fetch_one(&mut *connection).await?;
    let version: i32 = sqlx::query_scalar("PRAGMA user_version").fetch_one(&mut *connection).await?;
    let things: i64 =
        sqlx::query_scalar("SELECT count(*) FROM sqlite_schema").fetch_one(&mut *connection).await?;
    match (application, version, things) {
        (0, 0, 0) | (APPLICATION_ID, 0..=VERSION, _) => Ok(if things == 0 { 0 } else { VERSION }),
        (APPLICATION_ID, found, _) => Err(ConsentsError::Newer { found }),
        _ => Err(ConsentsError::Foreign(path.to_owned())),
    }
}

async fn figures(connection: &mut SqliteConnection) -> Result<Figures, ConsentsError> {
    let found = sqlx::query("SELECT count(*), min(given_at), min(erase_at) FROM consents");
    let row = found.fetch_one(connection).await?;
    Ok(Figures { kept: row.try_get(0)?, oldest: row.try_get(1)?, next_erasure: row.try_get(2)? })
}

fn consent(row: &SqliteRow) -> Result<Consent, ConsentsError> {
    let number: String = row.try_get(0)?;
    let given_to: String = row.try_get(4)?;
    // What stands there is not said: an error may be logged.
    let garbled = || sqlx::Error::Decode("a kept phone number can't be understood".into());
    Ok(Consent {
        number: Number::of_digits(&number).map_err(|_| garbled())?,
        purpose: row.try_get(1)?,
        given_at: row.try_get(2)?,
        payment: row.try_get(3)?,
        given_to: GivenTo::of_name(&given_to).ok_or_else(garbled)?,
        erase_at: row.try_get(5)?,
    })
}
