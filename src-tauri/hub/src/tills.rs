//! The tills of the chain: how one joins, how it is known again, and how it is shut out.

use contract::{Callbacks, Code, Join, Joined, Private, Store};
use sqlx::AnyPool;
use vipps::Url;

use crate::database::{Change, Database};
use crate::refusal::Failure;
use crate::{audit, random, stores};

/// How many characters a code to join with has: 40 bits, of which each may be tried once.
const CODE_CHARS: usize = 8;
/// How long such a code is good.
pub(crate) const CODE_MS: i64 = 15 * 60 * 1_000;
/// That a till lives is true to two minutes: it is written down no more often unless something else has changed.
const LATELY_MS: i64 = 2 * 60 * 1_000;
/// How many characters the name of a till has beside its `t-`.
const ID_CHARS: usize = 10;
/// The most characters of what people call it.
const NAME_CHARS_MAX: usize = 40;

/// A till as the hub knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptTill {
    /// Its name here.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// The store that it stands in, by its short name.
    pub store: String,
    /// The version of Kvitt that it has.
    pub version: String,
    /// When it was last heard of: milliseconds since 1970-01-01 UTC.
    pub heard_at: i64,
    /// The reference of its open payment.
    pub open: Option<String>,
    /// How much of its journal is here.
    pub seq: i64,
    /// Whether its key is good no longer.
    pub revoked: bool,
}

/// A code that lets one till in.
#[derive(Clone, Debug)]
pub struct JoinCode {
    /// What is typed, or shown as a QR.
    pub code: Private,
    /// Until when: milliseconds since 1970-01-01 UTC.
    pub until: i64,
}

/// A new code for a till of `store`, which people will call `name`.
pub(crate) async fn make_code(
    database: &Database,
    store: &str,
    name: &str,
    now: i64,
) -> Result<JoinCode, Failure> {
    let name = name.trim();
    if !(1..=NAME_CHARS_MAX).contains(&name.chars().count()) || name.chars().any(char::is_control) {
        let detail = format!("a till's name is 1 to {NAME_CHARS_MAX} printable characters");
        return Err(Failure::refused(Code::RequestInvalid, detail));
    }
    let store = stores::one(database.reader(), store).await?;
    let code = random::text(CODE_CHARS)?;
    let until = now.saturating_add(CODE_MS);
    let mut change = database.change().await?;
    sqlx::query("DELETE FROM join_codes WHERE until < $1 AND used_by IS NULL")
        .bind(now)
        .execute(&mut *change)
        .await?;
    sqlx::query("INSERT INTO join_codes (digest, store, name, until) VALUES ($1, $2, $3, $4)")
        .bind(random::digest(&code))
        .bind(store.store.id.clone())
        .bind(name.to_owned())
        .bind(until)
        .execute(&mut *change)
        .await?;
    audit::note(
        &mut change,
        now,
        "operator",
        "made a code to join with",
        &format!("{name} of {}", store.store.id),
    )
    .await?;
    change.commit().await?;
    Ok(JoinCode { code: Private::new(code), until })
}

/// Lets in the till that knows `code`.
pub(crate) async fn join(
    database: &Database,
    join: &Join,
    callbacks: Option<&Url>,
    now: i64,
) -> Result<Joined, Failure> {
    let refused = || {
        let detail =
            "the code is wrong, has been used or is older than 15 minutes; ask for a new one at the hub";
        Failure::refused(Code::JoinCodeRefused, detail)
    };
    let digest = random::digest(&typed(join.code.reveal()));
    let (id, key, token) = (format!("t-{}", random::text(ID_CHARS)?), random::key()?, random::key()?);
    let mut change = database.change().await?;
    // Whoever is first to mark it has it.
    let marked = sqlx::query(
        "UPDATE join_codes SET used_by = $1 WHERE digest = $2 AND used_by IS NULL AND until > $3",
    )
    .bind(id.clone())
    .bind(digest.clone())
    .bind(now)
    .execute(&mut *change)
    .await?;
    if marked.rows_affected() != 1 {
        return Err(refused());
    }
    let (store, name): (String, String) =
        sqlx::query_as("SELECT store, name FROM join_codes WHERE digest = $1")
            .bind(digest)
            .fetch_one(&mut *change)
            .await?;
    sqlx::query(
        "INSERT INTO tills (id, store, name, key_digest, joined_at, version, heard_at, seq, callback_digest)
         VALUES ($1, $2, $3, $4, $5, $6, $5, 0, $7)",
    )
    .bind(id.clone())
    .bind(store.clone())
    .bind(name.clone())
    .bind(random::digest(&key))
    .bind(now)
    .bind(join.version.chars().take(NAME_CHARS_MAX).collect::<String>())
    .bind(random::digest(&token))
    .execute(&mut *change)
    .await?;
    audit::note(&mut change, now, &id, "joined", &format!("{name} of {store}")).await?;
    change.commit().await?;
    let store = stores::one(database.reader(), &store).await?.store;
    let callbacks =
        callbacks.map(|address| Callbacks { prefix: format!("{address}/{id}"), token: Private::new(token) });
    Ok(Joined { till: id, key: Private::new(key), store, callbacks })
}

/// A code as it was made, however it was typed.
fn typed(text: &str) -> String {
    let letter = |letter: char| match letter.to_ascii_lowercase() {
        'o' => '0',
        'i' | 'l' => '1',
        other => other,
    };
    text.chars().filter(char::is_ascii_alphanumeric).map(letter).collect()
}

/// Which till it is that has `key`, and the store that it stands in.
pub(crate) async fn by_key(reader: &AnyPool, key: &str) -> Result<(String, Store), Failure> {
    let row: Option<(String, Option<i64>, String, String, String)> = sqlx::query_as(
        "SELECT t.id, t.revoked_at, s.id, s.name, s.msn FROM tills t JOIN stores s ON s.id = t.store
         WHERE t.key_digest = $1",
    )
    .bind(random::digest(key))
    .fetch_optional(reader)
    .await?;
    match row {
        Some((till, None, id, name, msn)) => Ok((till, Store { id, name, msn })),
        Some((_, Some(_), ..)) => Err(revoked()),
        None => Err(Failure::refused(
            Code::TokenInvalid,
            "send the header `Authorization: Bearer …` with the till's key",
        )),
    }
}

pub(crate) fn revoked() -> Failure {
    Failure::refused(
        Code::TillRevoked,
        "this till's key was revoked; let it join anew with a code from the hub",
    )
}

/// Shuts `till` out, from now on.
pub(crate) async fn revoke(database: &Database, till: &str, now: i64) -> Result<(), Failure> {
    let mut change = database.change().await?;
    let revoked = sqlx::query("UPDATE tills SET revoked_at = $1 WHERE id = $2 AND revoked_at IS NULL")
        .bind(now)
        .bind(till.to_owned())
        .execute(&mut *change)
        .await?;
    if revoked.rows_affected() != 1 {
        return Err(Failure::refused(
            Code::NotThere,
            format!("there is no till {till}, or it has been revoked before"),
        ));
    }
    audit::note(&mut change, now, "operator", "revoked a till", till).await?;
    Ok(change.commit().await?)
}

/// How much of the journal of `till` is here, if it is let in, said the same of itself lately, and so has nothing to be
/// written down about it. Ten thousand tills say twice a minute that they live.
pub(crate) async fn heard_lately(
    reader: &AnyPool,
    till: &str,
    version: &str,
    open: Option<&str>,
    now: i64,
) -> Result<Option<i64>, Failure> {
    Ok(sqlx::query_scalar(
        "SELECT seq FROM tills WHERE id = $1 AND revoked_at IS NULL AND version = $2
         AND coalesce(open_reference, '') = $3 AND heard_at > $4 AND heard_at <= $5",
    )
    .bind(till.to_owned())
    .bind(version.chars().take(NAME_CHARS_MAX).collect::<String>())
    .bind(open.unwrap_or_default().to_owned())
    .bind(now.saturating_sub(LATELY_MS))
    .bind(now)
    .fetch_optional(reader)
    .await?)
}

/// Notes that `till` lives. Nobody else tells of it meanwhile, until the change ends.
pub(crate) async fn heard(
    change: &mut Change,
    till: &str,
    version: &str,
    open: Option<&str>,
    now: i64,
) -> Result<i64, Failure> {
    let seq: Option<i64> = sqlx::query_scalar(
        "UPDATE tills SET heard_at = $1, version = $2, open_reference = $3 WHERE id = $4 AND revoked_at IS NULL
         RETURNING seq",
    )
    .bind(now)
    .bind(version.chars().take(NAME_CHARS_MAX).collect::<String>())
    .bind(open.map(ToOwned::to_owned))
    .bind(till.to_owned())
    .fetch_optional(&mut **change)
    .await?;
    seq.ok_or_else(revoked)
}

type TillRow = (String, String, String, String, i64, Option<String>, i64, Option<i64>);

/// All tills, those that are let in first.
pub(crate) async fn all(reader: &AnyPool) -> Result<Vec<KeptTill>, Failure> {
    let rows: Vec<TillRow> = sqlx::query_as(
        "SELECT id, name, store, version, heard_at, open_reference, seq, revoked_at FROM tills
         ORDER BY CASE WHEN revoked_at IS NULL THEN 0 ELSE 1 END, store, name, id",
    )
    .fetch_all(reader)
    .await?;
    let tills = rows.into_iter().map(|(id, name, store, version, heard_at, open, seq, revoked)| KeptTill {
        id,
        name,
        store,
        version,
        heard_at,
        open,
        seq,
        revoked: revoked.is_some(),
    });
    Ok(tills.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_may_be_typed_as_people_type() {
        assert_eq!(typed("AB12-CD34"), "ab12cd34");
        assert_eq!(typed(" abl2 cdo4 "), "ab12cd04");
    }
}
