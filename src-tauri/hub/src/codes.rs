//! The codes on counters, and which till stands behind each (contract 3.3).

use contract::{Code, Store};

use crate::audit;
use crate::database::Database;
use crate::refusal::Failure;
use crate::stores::is_short_name;

/// The most characters of a code's name. Vipps MobilePay takes 128.
const ID_CHARS_MAX: usize = 64;
/// The most characters of what the app shows about where it is.
const LOCATION_CHARS_MAX: usize = 36;

/// A code on a counter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptCode {
    /// Its name, here and at Vipps MobilePay.
    pub id: String,
    /// The till that hears of whoever scans it.
    pub till: String,
    /// Whether that till is let in.
    pub is_heard: bool,
    /// The store whose sales unit it is of.
    pub store: Store,
    /// What the app shows about where it is.
    pub location: String,
}

/// A code to be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewCode {
    /// Its name: 1 to 64 of `[a-z0-9-]`. That of its till if absent.
    pub id: Option<String>,
    /// The till that is to hear of whoever scans it.
    pub till: String,
    /// What the app shows about where it is: 1 to 36 printable characters.
    pub location: String,
}

/// What is wrong with the name and the place of a code.
pub(crate) fn check(id: &str, location: &str) -> Result<(), Failure> {
    let invalid = |detail: String| Err(Failure::refused(Code::RequestInvalid, detail));
    if !is_short_name(id, ID_CHARS_MAX) {
        return invalid(format!("the name of a code is 1 to {ID_CHARS_MAX} of a-z, 0-9 and -"));
    }
    let chars = location.chars().count();
    if !(1..=LOCATION_CHARS_MAX).contains(&chars) || location.chars().any(char::is_control) {
        return invalid(format!("the location of a code is 1 to {LOCATION_CHARS_MAX} printable characters"));
    }
    Ok(())
}

/// The till that hears of whoever scans the code `id` of the sales unit `msn`; none when nobody would.
pub(crate) async fn till_behind(database: &Database, msn: &str, id: &str) -> Result<Option<String>, Failure> {
    Ok(sqlx::query_scalar(
        "SELECT t.id FROM codes c JOIN tills t ON t.id = c.till
         WHERE c.id = $1 AND c.msn = $2 AND t.revoked_at IS NULL",
    )
    .bind(id.to_owned())
    .bind(msn.to_owned())
    .fetch_optional(database.reader())
    .await?)
}

/// All codes, by store.
pub(crate) async fn all(database: &Database) -> Result<Vec<KeptCode>, Failure> {
    let rows: Vec<(String, String, i64, String, String, String, String)> = sqlx::query_as(
        "SELECT c.id, t.id, CASE WHEN t.revoked_at IS NULL THEN 1 ELSE 0 END, s.id, s.name, s.msn, c.location
         FROM codes c JOIN tills t ON t.id = c.till JOIN stores s ON s.id = t.store ORDER BY s.id, c.id",
    )
    .fetch_all(database.reader())
    .await?;
    let kept = rows.into_iter().map(|(id, till, heard, store, name, msn, location)| KeptCode {
        id,
        till,
        is_heard: heard == 1,
        store: Store { id: store, name, msn },
        location,
    });
    Ok(kept.collect())
}

/// The code `id`.
pub(crate) async fn one(database: &Database, id: &str) -> Result<KeptCode, Failure> {
    let unknown = || Failure::refused(Code::NotThere, format!("there is no code {id}"));
    all(database).await?.into_iter().find(|code| code.id == id).ok_or_else(unknown)
}

/// The store of a till that is let in, by its short name.
pub(crate) async fn store_of(database: &Database, till: &str) -> Result<String, Failure> {
    let store: Option<String> =
        sqlx::query_scalar("SELECT store FROM tills WHERE id = $1 AND revoked_at IS NULL")
            .bind(till.to_owned())
            .fetch_optional(database.reader())
            .await?;
    store.ok_or_else(|| Failure::refused(Code::NotThere, format!("no till {till} is let in")))
}

/// Writes down that the code `id` of the sales unit `msn` is there, and whose it is.
pub(crate) async fn keep(
    database: &Database,
    new: (&str, &NewCode),
    msn: &str,
    now: i64,
) -> Result<(), Failure> {
    let (id, NewCode { till, location, .. }) = new;
    let mut change = database.change().await?;
    sqlx::query(
        "INSERT INTO codes (id, till, msn, location, made_at) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (id) DO UPDATE SET till = excluded.till, location = excluded.location",
    )
    .bind(id.to_owned())
    .bind(till.clone())
    .bind(msn.to_owned())
    .bind(location.clone())
    .bind(now)
    .execute(&mut *change)
    .await?;
    audit::note(&mut change, now, "operator", "put a code on a counter", &format!("{id} of {till}")).await?;
    Ok(change.commit().await?)
}

/// Forgets the code `id`.
pub(crate) async fn forget(database: &Database, id: &str, now: i64) -> Result<(), Failure> {
    let mut change = database.change().await?;
    sqlx::query("DELETE FROM codes WHERE id = $1").bind(id.to_owned()).execute(&mut *change).await?;
    audit::note(&mut change, now, "operator", "took a code from a counter", id).await?;
    Ok(change.commit().await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_named_so_that_it_can_be_typed_and_its_place_fits_the_app() {
        assert!(check("t-0123456789", "Kasse 1").is_ok());
        assert!(check("oslo-1", &"å".repeat(36)).is_ok());
        for (id, location) in
            [("", "Kasse"), ("Oslo", "Kasse"), ("a/b", "Kasse"), ("oslo", ""), ("oslo", "to\nlinjer")]
        {
            assert!(check(id, location).is_err(), "{id} {location}");
        }
        assert!(check("oslo", &"å".repeat(37)).is_err());
        assert!(check(&"a".repeat(65), "Kasse").is_err());
    }
}
