//! Leases: of several hubs on one database, one makes the refunds of a sales unit at a time.
//!
//! A hub that is not heard of for [`LEASE_TIME`] loses its leases, by the clock of the database, so that those of the machines
//! don't matter. It may not know that: it was paused, or cut off. Therefore whoever writes into the journal of a sales unit
//! [holds](Lease::hold) its lease in the same transaction. One that has lost it writes nothing any more.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use crate::database::{Change, Database, Kind};
use crate::random;
use crate::refusal::Failure;

/// How long a hub may be silent before others take over.
pub(crate) const LEASE_TIME: Duration = Duration::from_secs(10);
/// How long a turn lasts: it is not renewed.
pub(crate) const TURN_TIME: Duration = Duration::from_mins(1);
/// How many characters whoever has a turn is called by.
const NAME_CHARS: usize = 16;
/// How often leases are renewed: two tries may fail.
pub(crate) const RENEWAL_TIME: Duration = Duration::from_secs(3);

/// The right to make the refunds of one sales unit, or to do once what a [`turn`] is taken for.
#[derive(Debug)]
pub(crate) struct Lease {
    /// The sales unit, or what is done in the turn.
    msn: String,
    holder: String,
    /// How often it had changed hands when it was taken.
    term: i64,
    lost: AtomicBool,
}

impl Lease {
    /// Whether it is known to be lost.
    pub(crate) fn is_lost(&self) -> bool {
        self.lost.load(Ordering::Relaxed)
    }

    /// Keeps it until `change` ends, so that nobody takes over in the middle. False when somebody has before.
    ///
    /// What it is held for may be late: as long as nobody else has taken it, nobody else has written.
    pub(crate) async fn hold(&self, change: &mut Change) -> Result<bool, sqlx::Error> {
        let held =
            sqlx::query("UPDATE leases SET until = until WHERE msn = $1 AND holder = $2 AND term = $3")
                .bind(self.msn.clone())
                .bind(self.holder.clone())
                .bind(self.term)
                .execute(&mut **change)
                .await?;
        let is_ours = held.rows_affected() == 1;
        if !is_ours {
            self.lost.store(true, Ordering::Relaxed);
        }
        Ok(is_ours)
    }

    /// Lets the next begin at once. It is worth nothing any more.
    pub(crate) async fn give_back(&self, database: &Database) -> Result<(), sqlx::Error> {
        self.lost.store(true, Ordering::Relaxed);
        let mut change = database.change().await?;
        sqlx::query("UPDATE leases SET until = 0 WHERE msn = $1 AND holder = $2 AND term = $3")
            .bind(self.msn.clone())
            .bind(self.holder.clone())
            .bind(self.term)
            .execute(&mut *change)
            .await?;
        change.commit().await
    }
}

/// Takes the lease of the sales unit `msn` for the hub `holder`. `None` while another hub has it.
pub(crate) async fn take(
    database: &Database,
    holder: &str,
    msn: &str,
) -> Result<Option<Arc<Lease>>, sqlx::Error> {
    // In a file there is one hub: whoever had it before has ended. Of a server, one's own may be taken anew: what is left of
    // the one before can't write any more.
    let is_free = match database.kind() {
        Kind::Sqlite => "1 = 1".to_owned(),
        Kind::Postgres => {
            format!("leases.until < {} OR leases.holder = excluded.holder", now(database.kind()))
        }
    };
    Ok(claim(database, holder, msn, LEASE_TIME, &is_free).await?.map(Arc::new))
}

/// Takes the turn to do `what`, which nobody else is doing on this database; a command beside a hub on a file counts, too.
/// `None` while somebody is. It lasts for [`TURN_TIME`], or until it is [given back](Lease::give_back).
pub(crate) async fn turn(database: &Database, what: &str) -> Result<Option<Lease>, Failure> {
    let is_free = format!("leases.until < {}", now(database.kind()));
    Ok(claim(database, &random::text(NAME_CHARS)?, what, TURN_TIME, &is_free).await?)
}

async fn claim(
    database: &Database,
    holder: &str,
    what: &str,
    time: Duration,
    is_free: &str,
) -> Result<Option<Lease>, sqlx::Error> {
    let until = until(database.kind(), time);
    let statement = format!(
        "INSERT INTO leases (msn, holder, term, until) VALUES ($1, $2, 1, {until})
         ON CONFLICT (msn) DO UPDATE SET holder = excluded.holder, term = leases.term + 1, until = {until}
         WHERE {is_free}
         RETURNING term"
    );
    let mut change = database.change().await?;
    let term: Option<i64> = sqlx::query_scalar(sqlx::AssertSqlSafe(statement))
        .bind(what.to_owned())
        .bind(holder.to_owned())
        .fetch_optional(&mut *change)
        .await?;
    change.commit().await?;
    let (msn, holder) = (what.to_owned(), holder.to_owned());
    Ok(term.map(|term| Lease { msn, holder, term, lost: AtomicBool::new(false) }))
}

/// Renews all leases of the hub `holder`, and marks those of `held` that are its no longer.
pub(crate) async fn renew(database: &Database, holder: &str, held: &[Arc<Lease>]) -> Result<(), sqlx::Error> {
    let statement = format!(
        "UPDATE leases SET until = {} WHERE holder = $1 RETURNING msn, term",
        until(database.kind(), LEASE_TIME)
    );
    let mut change = database.change().await?;
    let ours: Vec<(String, i64)> = sqlx::query_as(sqlx::AssertSqlSafe(statement))
        .bind(holder.to_owned())
        .fetch_all(&mut *change)
        .await?;
    change.commit().await?;
    for lease in held {
        if !ours.iter().any(|(msn, term)| *msn == lease.msn && *term == lease.term) {
            lease.lost.store(true, Ordering::Relaxed);
        }
    }
    Ok(())
}

/// Lets others take over at once: the hub `holder` ends.
pub(crate) async fn let_go(database: &Database, holder: &str) -> Result<(), sqlx::Error> {
    let mut change = database.change().await?;
    sqlx::query("UPDATE leases SET until = 0 WHERE holder = $1")
        .bind(holder.to_owned())
        .execute(&mut *change)
        .await?;
    change.commit().await
}

/// What time it is in milliseconds since 1970-01-01 UTC, by the clock of the database.
pub(crate) fn now(kind: Kind) -> &'static str {
    match kind {
        Kind::Sqlite => "CAST(unixepoch('subsec') * 1000 AS INTEGER)",
        Kind::Postgres => "CAST(extract(epoch FROM clock_timestamp()) * 1000 AS BIGINT)",
    }
}

fn until(kind: Kind, time: Duration) -> String {
    format!("{} + {}", now(kind), time.as_millis())
}
