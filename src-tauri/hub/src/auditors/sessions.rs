//! How auditors prove who they are: with a password, and then a session that ends by itself; their programs with a token.

use contract::Private;

use super::{KeptAuditor, Row, kept};
use crate::database::Database;
use crate::refusal::Failure;
use crate::sale_log::zone::Zone;
use crate::stores::KeptStore;
use crate::tries::{self, Door, Whose};
use crate::{audit, random, stores};

/// A session ends so long after it has begun.
const SESSION_MS: i64 = 8 * 3_600 * 1_000;
/// And so long after it was used last.
const IDLE_MS: i64 = 30 * 60 * 1_000;
/// The most sessions of one auditor: a further one ends the oldest.
const SESSIONS_MAX: i64 = 10;
/// What is longer than any password, in bytes, is not looked at.
const PASSWORD_BYTES_MAX: usize = 1_000;

/// An auditor who has been let in, with what they may see.
#[derive(Clone, Debug)]
pub(crate) struct Auditor {
    pub(crate) kept: KeptAuditor,
    /// The stores that they may see.
    pub(crate) stores: Vec<KeptStore>,
    /// The time that they are told.
    pub(crate) zone: Zone,
    /// The digest of their session; a program has none.
    session: Option<String>,
}

impl Auditor {
    /// What forms must bring along that change something: whoever made the page knows it, and no other site can.
    pub(crate) fn form_token(&self) -> String {
        random::digest(&format!("form {}", self.session.as_deref().unwrap_or_default()))
    }

    /// The store of this short name, if they may see it.
    pub(crate) fn store(&self, id: &str) -> Option<&KeptStore> {
        self.stores.iter().find(|store| store.store.id == id)
    }
}

/// Lets an auditor in who knows the password. Gives what the session is known by; nothing to whoever is not let in, be it
/// that the name is not known, the password is another, it is too soon to try again, or the account has expired.
pub(crate) async fn log_in(
    database: &Database,
    door: &Door,
    id: &str,
    password: &Private,
    now: i64,
) -> Result<Option<Private>, Failure> {
    if password.reveal().len() > PASSWORD_BYTES_MAX {
        return Ok(None);
    }
    let _alone = door.alone().await;
    let hash: Option<String> = if tries::begin(database, Whose::Auditor, id, now).await? {
        sqlx::query_scalar("SELECT password FROM auditors WHERE id = $1")
            .bind(id.to_owned())
            .fetch_optional(database.reader())
            .await?
    } else {
        None
    };
    let Some(hash) = hash else {
        // As slow as for one who is known: else the time would tell who is.
        tries::hash_of(password.reveal()).await?;
        return Ok(None);
    };
    if !tries::is_hash_of(hash, password).await {
        tracing::warn!(auditor = id, "a wrong password was typed");
        return Ok(None);
    }
    tries::was_right(database, Whose::Auditor, id).await?;
    if by_name(database, id, now, None).await?.is_none() {
        return Ok(None);
    }
    begin(database, id, now).await.map(Some)
}

async fn begin(database: &Database, id: &str, now: i64) -> Result<Private, Failure> {
    let session = random::key()?;
    let mut change = database.change().await?;
    audit::note(&mut change, now, &who(id), "logged in to the sale log", id).await?;
    sqlx::query("DELETE FROM auditor_sessions WHERE begun_at <= $1 OR used_at <= $2")
        .bind(now.saturating_sub(SESSION_MS))
        .bind(now.saturating_sub(IDLE_MS))
        .execute(&mut *change)
        .await?;
    sqlx::query(
        "DELETE FROM auditor_sessions WHERE auditor = $1 AND digest NOT IN (
             SELECT digest FROM auditor_sessions WHERE auditor = $1 ORDER BY begun_at DESC LIMIT $2)",
    )
    .bind(id.to_owned())
    .bind(SESSIONS_MAX - 1)
    .execute(&mut *change)
    .await?;
    sqlx::query("INSERT INTO auditor_sessions (digest, auditor, begun_at, used_at) VALUES ($1, $2, $3, $3)")
        .bind(random::digest(&session))
        .bind(id.to_owned())
        .bind(now)
        .execute(&mut *change)
        .await?;
    change.commit().await?;
    Ok(Private::new(session))
}

/// Whose session this is, if it has not ended.
pub(crate) async fn by_session(
    database: &Database,
    session: &str,
    now: i64,
) -> Result<Option<Auditor>, Failure> {
    let digest = random::digest(session);
    let id: Option<String> = sqlx::query_scalar(
        "SELECT auditor FROM auditor_sessions WHERE digest = $1 AND begun_at > $2 AND used_at > $3",
    )
    .bind(digest.clone())
    .bind(now.saturating_sub(SESSION_MS))
    .bind(now.saturating_sub(IDLE_MS))
    .fetch_optional(database.reader())
    .await?;
    match id {
        Some(id) => by_name(database, &id, now, Some(digest)).await,
        None => Ok(None),
    }
}

/// Whose programs have this token.
pub(crate) async fn by_token(database: &Database, token: &str, now: i64) -> Result<Option<Auditor>, Failure> {
    let id: Option<String> = sqlx::query_scalar("SELECT id FROM auditors WHERE token_digest = $1")
        .bind(random::digest(token))
        .fetch_optional(database.reader())
        .await?;
    match id {
        Some(id) => by_name(database, &id, now, None).await,
        None => Ok(None),
    }
}

/// The auditor of this name, unless the account has expired.
async fn by_name(
    database: &Database,
    id: &str,
    now: i64,
    session: Option<String>,
) -> Result<Option<Auditor>, Failure> {
    let reader = database.reader();
    let row: Option<Row> =
        sqlx::query_as("SELECT id, since, until, expires, token_digest FROM auditors WHERE id = $1")
            .bind(id.to_owned())
            .fetch_optional(reader)
            .await?;
    let Some(row) = row else { return Ok(None) };
    let allowed: Vec<String> =
        sqlx::query_scalar("SELECT store FROM auditor_stores WHERE auditor = $1 ORDER BY store")
            .bind(id.to_owned())
            .fetch_all(reader)
            .await?;
    let kept = kept(row, allowed)?;
    let mut stores = stores::all(reader).await?;
    stores.retain(|store| kept.stores.is_empty() || kept.stores.contains(&store.store.id));
    let zone = Zone::of(&stores);
    if kept.expires.is_some_and(|last| zone.day(now).is_none_or(|today| today > last)) {
        return Ok(None);
    }
    Ok(Some(Auditor { kept, stores, zone, session }))
}

/// Notes in the audit trail what an auditor is about to look at. Whoever looks calls this first: what can't be noted is not
/// shown.
pub(crate) async fn looks(
    database: &Database,
    auditor: &Auditor,
    did: &str,
    what: &str,
    now: i64,
) -> Result<(), Failure> {
    let mut change = database.change().await?;
    audit::note(&mut change, now, &who(&auditor.kept.id), did, what).await?;
    sqlx::query("UPDATE auditor_sessions SET used_at = $1 WHERE digest = $2")
        .bind(now)
        .bind(auditor.session.clone())
        .execute(&mut *change)
        .await?;
    Ok(change.commit().await?)
}

/// Ends the session of an auditor.
pub(crate) async fn log_out(database: &Database, auditor: &Auditor, now: i64) -> Result<(), Failure> {
    let mut change = database.change().await?;
    audit::note(&mut change, now, &who(&auditor.kept.id), "logged out of the sale log", &auditor.kept.id)
        .await?;
    sqlx::query("DELETE FROM auditor_sessions WHERE digest = $1")
        .bind(auditor.session.clone())
        .execute(&mut *change)
        .await?;
    Ok(change.commit().await?)
}

/// An auditor in the audit trail: a till or a person may have the same name.
fn who(id: &str) -> String {
    format!("auditor {id}")
}
