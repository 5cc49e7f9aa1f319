//! What the sales units of the chain may do: read from Vipps MobilePay (contract 1.8), kept, shown, and told to tills.
//!
//! Keys may not be allowed to read it, and it can't be read where there is no Management API, as in the test environment:
//! then it is not known, which is no failure. What was read before is kept with its time; a till stops believing it after a
//! day. Of several hubs on one database the one reads a sales unit that [claims](claim) it first.

mod reading;

use std::time::Duration;

use contract::UnitSettings;

use crate::database::{Database, Kind};
use crate::leases::now;
use crate::refusal::Failure;
use crate::{Hub, random};

use self::reading::Outcome;

/// How often it is looked whether a sales unit is to be read: it may be one of a store that was just added.
const LOOK_TIME: Duration = Duration::from_secs(10);
/// After so long a sales unit is read again, or up to a sixth earlier, so that those of a chain spread out.
const AGAIN_MS: i64 = 60 * 60 * 1_000;
const SPREAD_MS: i64 = AGAIN_MS / 6;
/// After so long it is tried again when nobody answered.
const SOON_MS: i64 = 5 * 60 * 1_000;
/// So long another hub leaves alone what one has begun to read: longer than an answer takes.
const CLAIM_MS: i64 = 2 * 60 * 1_000;
/// A hub that starts reads what was read longer ago than this.
const AT_START_MS: i64 = 60 * 1_000;

/// Which sales units are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    /// Those whose time has come.
    Due,
    /// Those, and what was not read within the last minute: a hub that starts.
    AtStart,
    /// All.
    All,
}

/// A sales unit as the hub knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptUnit {
    /// Its number.
    pub msn: String,
    /// What it may do, as far as that was ever read.
    pub settings: Option<UnitSettings>,
    /// Why it could not be read when it was tried last, by the name of the code.
    pub problem: Option<String>,
}

impl Hub {
    /// Reads what sales units may do: when the hub starts, soon after a store was added, and once an hour. For ever.
    pub async fn keep_units_read(&self) {
        let mut which = Which::AtStart;
        loop {
            match self.read_units(which).await {
                Ok(()) => which = Which::Due,
                Err(error) => tracing::warn!(%error, "it is not read what sales units may do"),
            }
            tokio::time::sleep(LOOK_TIME).await;
        }
    }

    /// The same, once. When Vipps MobilePay does not answer, the rest is left for later.
    ///
    /// # Errors
    /// When the database can't be used. That a sales unit can't be read is none; it is kept as why it is not known.
    pub async fn read_units(&self, which: Which) -> Result<(), Failure> {
        let partner = self.0.engine.has_partner_keys();
        for store in stores_to_read(&self.0.database, which, partner).await? {
            let Some(before) = claim(&self.0.database, &store.msn, which).await? else { continue };
            let outcome = reading::read(&self.0.engine, &store.id, self.now()).await?;
            reading::say(&store.msn, &before, &outcome);
            keep(&self.0.database, &store.msn, &outcome).await?;
            if matches!(outcome, Outcome::NotNow(_)) {
                break;
            }
        }
        Ok(())
    }

    /// All sales units that were ever read, or tried to be.
    pub async fn units(&self) -> Result<Vec<KeptUnit>, Failure> {
        let rows: Vec<(String, Option<String>, Option<String>)> =
            sqlx::query_as("SELECT msn, settings, problem FROM sales_units ORDER BY msn")
                .fetch_all(self.0.database.reader())
                .await?;
        Ok(rows.into_iter().map(|(msn, settings, problem)| kept(msn, settings.as_deref(), problem)).collect())
    }
}

fn kept(msn: String, settings: Option<&str>, problem: Option<String>) -> KeptUnit {
    KeptUnit { msn, settings: settings.and_then(settings_in), problem }
}

/// What was kept of a sales unit; what another version has written and this one can't read is not known.
pub(crate) fn settings_in(text: &str) -> Option<UnitSettings> {
    serde_json::from_str(text).ok()
}

/// A store by whose keys a sales unit is read.
struct By {
    id: String,
    msn: String,
}

/// One store for each sales unit that is to be read: one that has keys of its own, if there is one. Without any keys there
/// is nothing to try.
async fn stores_to_read(database: &Database, which: Which, partner: bool) -> Result<Vec<By>, Failure> {
    let statement = format!(
        "SELECT s.id, s.msn FROM stores s LEFT JOIN sales_units ON sales_units.msn = s.msn
         WHERE (sales_units.msn IS NULL OR {}) {}
         ORDER BY s.msn, CASE WHEN s.keys IS NULL THEN 1 ELSE 0 END, s.id",
        is_due(which, database.kind()),
        if partner { "" } else { "AND s.keys IS NOT NULL" }
    );
    let rows: Vec<(String, String)> =
        sqlx::query_as(sqlx::AssertSqlSafe(statement)).fetch_all(database.reader()).await?;
    let mut stores: Vec<By> = rows.into_iter().map(|(id, msn)| By { id, msn }).collect();
    stores.dedup_by(|next, kept| next.msn == kept.msn);
    Ok(stores)
}

/// Takes it on to read the sales unit `msn`, and gives what is known of it. `None` when another hub has just taken it on.
async fn claim(database: &Database, msn: &str, which: Which) -> Result<Option<KeptUnit>, Failure> {
    let (now, is_due) = (now(database.kind()), is_due(which, database.kind()));
    let statement = format!(
        "INSERT INTO sales_units (msn, asked_at, due_at) VALUES ($1, {now}, {now} + {CLAIM_MS})
         ON CONFLICT (msn) DO UPDATE SET asked_at = {now}, due_at = {now} + {CLAIM_MS}
         WHERE {is_due}
         RETURNING settings, problem"
    );
    let mut change = database.change().await?;
    let row: Option<(Option<String>, Option<String>)> = sqlx::query_as(sqlx::AssertSqlSafe(statement))
        .bind(msn.to_owned())
        .fetch_optional(&mut *change)
        .await?;
    change.commit().await?;
    Ok(row.map(|(settings, problem)| kept(msn.to_owned(), settings.as_deref(), problem)))
}

fn is_due(which: Which, kind: Kind) -> String {
    let now = now(kind);
    match which {
        Which::Due => format!("sales_units.due_at <= {now}"),
        Which::AtStart => {
            format!("(sales_units.due_at <= {now} OR sales_units.asked_at < {now} - {AT_START_MS})")
        }
        Which::All => "1 = 1".to_owned(),
    }
}

/// Keeps what was read. What could not be read leaves what was read before.
async fn keep(database: &Database, msn: &str, outcome: &Outcome) -> Result<(), Failure> {
    let (what, text, wait) = match outcome {
        Outcome::Read(settings) => {
            let text = serde_json::to_string(settings)
                .map_err(|error| Failure::internal("settings can't be written", error))?;
            ("settings = $1, problem = NULL", text, AGAIN_MS - spread()?)
        }
        Outcome::NotKnown(problem) => ("problem = $1", problem.clone(), AGAIN_MS - spread()?),
        Outcome::NotNow(problem) => ("problem = $1", problem.clone(), SOON_MS),
    };
    let now = now(database.kind());
    let statement = format!("UPDATE sales_units SET {what}, due_at = {now} + {wait} WHERE msn = $2");
    let mut change = database.change().await?;
    sqlx::query(sqlx::AssertSqlSafe(statement)).bind(text).bind(msn.to_owned()).execute(&mut *change).await?;
    Ok(change.commit().await?)
}

/// Somewhere between nothing and [`SPREAD_MS`].
fn spread() -> Result<i64, Failure> {
    Ok(i64::from(random::number()?).rem_euclid(SPREAD_MS))
}
