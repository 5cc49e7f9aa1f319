//! The audit trail: who did what to the hub, and over it. Only ever added to.

use sqlx::AnyPool;

use crate::database::Change;
use crate::refusal::Failure;

/// One line of the trail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// 1, 2, 3 … without gaps: one that is missing has been taken out.
    pub number: i64,
    /// When: milliseconds since 1970-01-01 UTC.
    pub at: i64,
    /// Who: a till, a person or the operator.
    pub who: String,
    /// Did what.
    pub did: String,
    /// To what.
    pub what: String,
}

/// Adds a line, as part of the change that it is about.
pub(crate) async fn note(
    change: &mut Change,
    now: i64,
    who: &str,
    did: &str,
    what: &str,
) -> Result<(), Failure> {
    // Whoever takes a number keeps the others waiting until its change has ended, so none is left out.
    let number: i64 = sqlx::query_scalar("UPDATE audit_end SET number = number + 1 RETURNING number")
        .fetch_one(&mut **change)
        .await?;
    sqlx::query("INSERT INTO audit (number, at, who, did, what) VALUES ($1, $2, $3, $4, $5)")
        .bind(number)
        .bind(now)
        .bind(who.to_owned())
        .bind(did.to_owned())
        .bind(what.to_owned())
        .execute(&mut **change)
        .await?;
    Ok(())
}

/// The newest lines, newest first.
pub(crate) async fn newest(reader: &AnyPool, limit: u32) -> Result<Vec<Note>, Failure> {
    let rows: Vec<(i64, i64, String, String, String)> =
        sqlx::query_as("SELECT number, at, who, did, what FROM audit ORDER BY number DESC LIMIT $1")
            .bind(i64::from(limit))
            .fetch_all(reader)
            .await?;
    Ok(rows.into_iter().map(|(number, at, who, did, what)| Note { number, at, who, did, what }).collect())
}
