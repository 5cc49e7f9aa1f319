//! Who may look at the sale log: accounts for auditors, each with what they may see and until when.

pub(crate) mod sessions;

use std::collections::BTreeMap;

use contract::{Code, Private};
use jiff::civil::Date;
use sqlx::AnyPool;

use crate::database::{Change, Database};
use crate::refusal::Failure;
use crate::stores::is_short_name;
use crate::{Hub, audit, random, tries};

/// The most characters of an auditor's short name.
pub(crate) const ID_CHARS_MAX: usize = 32;
/// How many characters a password has that somebody chooses.
const PASSWORD_CHARS: std::ops::RangeInclusive<usize> = 12..=200;
/// How many letters a password has that is made here: 100 bits.
const MADE_CHARS: usize = 20;
/// A hyphen stands after so many of them.
const GROUP_CHARS: usize = 4;
/// The most stores that one account may name; whoever may see more may see all.
const STORES_MAX: usize = 100;

/// Somebody who may look at the sale log.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeptAuditor {
    /// The short name that is typed.
    pub id: String,
    /// The short names of the stores whose sales they may see; of all if there is none here.
    pub stores: Vec<String>,
    /// The first day whose sales they may see.
    pub since: Option<Date>,
    /// The last day whose sales they may see.
    pub until: Option<Date>,
    /// The last day on which they are let in.
    pub expires: Option<Date>,
    /// Whether their programs have a token.
    pub has_token: bool,
}

impl Hub {
    /// Adds an auditor. Without a password one is made; gives the one that is good.
    ///
    /// # Errors
    /// When there is one of this name, when a store is not known, or when the password is too short.
    pub async fn add_auditor(
        &self,
        auditor: &KeptAuditor,
        password: Option<Private>,
    ) -> Result<Private, Failure> {
        let password = password.map_or_else(made_password, Ok)?;
        add(&self.0.database, auditor, &password, self.now()).await?;
        Ok(password)
    }

    /// All auditors.
    pub async fn auditors(&self) -> Result<Vec<KeptAuditor>, Failure> {
        all(self.0.database.reader()).await
    }

    /// Lets an auditor in no more, from now on. What they looked at stays in the audit trail.
    ///
    /// # Errors
    /// When there is no such auditor.
    pub async fn remove_auditor(&self, id: &str) -> Result<(), Failure> {
        remove(&self.0.database, id, self.now()).await
    }

    /// A token for the programs of an auditor. It takes the place of the one before.
    ///
    /// # Errors
    /// When there is no such auditor.
    pub async fn auditor_token(&self, id: &str) -> Result<Private, Failure> {
        let token = random::key()?;
        let mut change = self.0.database.change().await?;
        let kept = sqlx::query("UPDATE auditors SET token_digest = $1 WHERE id = $2")
            .bind(random::digest(&token))
            .bind(id.to_owned())
            .execute(&mut *change)
            .await?;
        if kept.rows_affected() != 1 {
            return Err(unknown(id));
        }
        audit::note(&mut change, self.now(), "operator", "made a token for an auditor", id).await?;
        change.commit().await?;
        Ok(Private::new(token))
    }
}

async fn add(
    database: &Database,
    auditor: &KeptAuditor,
    password: &Private,
    now: i64,
) -> Result<(), Failure> {
    let invalid = |detail: String| Err(Failure::refused(Code::RequestInvalid, detail));
    if !is_short_name(&auditor.id, ID_CHARS_MAX) {
        return invalid(format!("an auditor's short name is 1 to {ID_CHARS_MAX} of a-z, 0-9 and -"));
    }
    let password = password.reveal().trim();
    if !PASSWORD_CHARS.contains(&password.chars().count()) {
        let (least, most) = (PASSWORD_CHARS.start(), PASSWORD_CHARS.end());
        return invalid(format!("a password is {least} to {most} characters"));
    }
    if matches!((auditor.since, auditor.until), (Some(since), Some(until)) if since > until) {
        return invalid("the last day is before the first".to_owned());
    }
    if auditor.stores.len() > STORES_MAX {
        return invalid(format!("an account names at most {STORES_MAX} stores; name none for all of them"));
    }
    let hash = tries::hash_of(password).await?;
    let mut change = database.change().await?;
    audit::note(&mut change, now, "operator", "added an auditor", &told(auditor)).await?;
    insert(&mut change, auditor, &hash, now).await?;
    Ok(change.commit().await?)
}

async fn insert(change: &mut Change, auditor: &KeptAuditor, hash: &str, now: i64) -> Result<(), Failure> {
    let day = |day: Option<Date>| day.map(|day| day.to_string());
    let added = sqlx::query(
        "INSERT INTO auditors (id, password, since, until, expires, added_at, wrong, not_before)
         VALUES ($1, $2, $3, $4, $5, $6, 0, 0) ON CONFLICT (id) DO NOTHING",
    )
    .bind(auditor.id.clone())
    .bind(hash.to_owned())
    .bind(day(auditor.since))
    .bind(day(auditor.until))
    .bind(day(auditor.expires))
    .bind(now)
    .execute(&mut **change)
    .await?;
    if added.rows_affected() != 1 {
        let detail = format!("there is an auditor {} already; remove that one first", auditor.id);
        return Err(Failure::refused(Code::AlreadyThere, detail));
    }
    for store in &auditor.stores {
        let allowed = sqlx::query(
            "INSERT INTO auditor_stores (auditor, store) SELECT $1, id FROM stores WHERE id = $2
             ON CONFLICT (auditor, store) DO NOTHING",
        )
        .bind(auditor.id.clone())
        .bind(store.clone())
        .execute(&mut **change)
        .await?;
        if allowed.rows_affected() != 1 {
            let detail = format!("there is no store {store}, or it is named twice");
            return Err(Failure::refused(Code::StoreUnknown, detail));
        }
    }
    Ok(())
}

/// An auditor and their limits, for the audit trail.
fn told(auditor: &KeptAuditor) -> String {
    let stores = match auditor.stores.as_slice() {
        [] => "all stores".to_owned(),
        stores => stores.join(", "),
    };
    let day = |what: &str, day: Option<Date>| day.map(|day| format!("; {what} {day}")).unwrap_or_default();
    let (since, until) = (day("sales from", auditor.since), day("sales until", auditor.until));
    format!("{}: {stores}{since}{until}{}", auditor.id, day("let in until", auditor.expires))
}

async fn remove(database: &Database, id: &str, now: i64) -> Result<(), Failure> {
    let mut change = database.change().await?;
    for table in ["auditor_sessions", "auditor_stores"] {
        let statement = format!("DELETE FROM {table} WHERE auditor = $1");
        sqlx::query(sqlx::AssertSqlSafe(statement)).bind(id.to_owned()).execute(&mut *change).await?;
    }
    let gone =
        sqlx::query("DELETE FROM auditors WHERE id = $1").bind(id.to_owned()).execute(&mut *change).await?;
    if gone.rows_affected() != 1 {
        return Err(unknown(id));
    }
    audit::note(&mut change, now, "operator", "removed an auditor", id).await?;
    Ok(change.commit().await?)
}

/// Short name, first and last day, last day on which they are let in, digest of the token.
type Row = (String, Option<String>, Option<String>, Option<String>, Option<String>);

async fn all(reader: &AnyPool) -> Result<Vec<KeptAuditor>, Failure> {
    let rows: Vec<Row> =
        sqlx::query_as("SELECT id, since, until, expires, token_digest FROM auditors ORDER BY id")
            .fetch_all(reader)
            .await?;
    let allowed: Vec<(String, String)> =
        sqlx::query_as("SELECT auditor, store FROM auditor_stores ORDER BY auditor, store")
            .fetch_all(reader)
            .await?;
    let mut stores: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (auditor, store) in allowed {
        stores.entry(auditor).or_default().push(store);
    }
    let kept = |row: Row| {
        let stores = stores.remove(&row.0).unwrap_or_default();
        kept(row, stores)
    };
    rows.into_iter().map(kept).collect()
}

fn kept((id, since, until, expires, token): Row, stores: Vec<String>) -> Result<KeptAuditor, Failure> {
    let day = |text: Option<String>| -> Result<Option<Date>, Failure> {
        let day = text.map(|text| text.parse()).transpose();
        // Whoever can't be read is not let in: a limit that is lost would show too much.
        day.map_err(|error| Failure::internal("an auditor has a day that is none", error))
    };
    Ok(KeptAuditor {
        id,
        stores,
        since: day(since)?,
        until: day(until)?,
        expires: day(expires)?,
        has_token: token.is_some(),
    })
}

fn made_password() -> Result<Private, Failure> {
    let letters: Vec<char> = random::text(MADE_CHARS)?.chars().collect();
    let groups: Vec<String> = letters.chunks(GROUP_CHARS).map(|group| group.iter().collect()).collect();
    Ok(Private::new(groups.join("-")))
}

fn unknown(id: &str) -> Failure {
    Failure::refused(Code::NotThere, format!("there is no auditor {id}"))
}
