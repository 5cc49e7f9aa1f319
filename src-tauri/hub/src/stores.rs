//! The stores of the chain, and what each sells through.

use contract::{Code, Store};
use payment::Currency;
use serde::{Deserialize, Serialize};
use sqlx::{AnyExecutor, AnyPool};
use vipps::Msn;

use crate::audit;
use crate::database::Database;
use crate::refusal::Failure;

/// The most characters of a store's short name.
const ID_CHARS_MAX: usize = 16;
/// The most characters of a name that people read.
const NAME_CHARS_MAX: usize = 60;
/// The most characters of what references begin with.
const PREFIX_CHARS_MAX: usize = 16;

/// A store as the hub keeps it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptStore {
    /// What everybody may know.
    pub store: Store,
    /// The currency of its sales unit.
    pub currency: Currency,
    /// With what the references of its payments begin, where several stores share one sales unit.
    pub prefix: Option<String>,
    /// Whether it has keys of its own here.
    pub has_keys: bool,
}

impl KeptStore {
    /// The number of its sales unit.
    pub(crate) fn sales_unit(&self) -> Result<Msn, Failure> {
        Msn::parse(&self.store.msn)
            .map_err(|error| Failure::internal("a store has a sales unit that is none", error))
    }
}

/// A store that is to be added.
#[derive(Clone, Debug)]
pub struct NewStore {
    /// What everybody may know.
    pub store: Store,
    /// The currency of its sales unit.
    pub currency: Currency,
    /// With what the references of its payments begin, where several stores share one sales unit.
    pub prefix: Option<String>,
}

/// The keys of a sales unit, as they are sealed.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SealedKeys {
    pub(crate) client_id: String,
    pub(crate) client_secret: String,
    pub(crate) subscription_key: String,
}

/// All stores, by their short names.
pub(crate) async fn all(reader: impl AnyExecutor<'_>) -> Result<Vec<KeptStore>, Failure> {
    let rows: Vec<StoreRow> =
        sqlx::query_as("SELECT id, name, msn, currency, prefix, keys FROM stores ORDER BY id")
            .fetch_all(reader)
            .await?;
    rows.into_iter().map(kept).collect()
}

/// The store of this short name.
pub(crate) async fn one(reader: &AnyPool, id: &str) -> Result<KeptStore, Failure> {
    let row: Option<StoreRow> =
        sqlx::query_as("SELECT id, name, msn, currency, prefix, keys FROM stores WHERE id = $1")
            .bind(id.to_owned())
            .fetch_optional(reader)
            .await?;
    kept(row.ok_or_else(|| Failure::refused(Code::StoreUnknown, format!("there is no store {id}")))?)
}

/// Whether any store sells through the sales unit `msn`.
pub(crate) async fn sells_through(reader: &AnyPool, msn: &str) -> Result<bool, Failure> {
    let store: Option<String> = sqlx::query_scalar("SELECT id FROM stores WHERE msn = $1 LIMIT 1")
        .bind(msn.to_owned())
        .fetch_optional(reader)
        .await?;
    Ok(store.is_some())
}

type StoreRow = (String, String, String, String, Option<String>, Option<String>);

fn kept((id, name, msn, currency, prefix, keys): StoreRow) -> Result<KeptStore, Failure> {
    let currency = currency_of(&currency)
        .ok_or_else(|| Failure::internal("a store has a currency that is none", currency))?;
    Ok(KeptStore { store: Store { id, name, msn }, currency, prefix, has_keys: keys.is_some() })
}

/// Adds a store.
pub(crate) async fn add(database: &Database, new: &NewStore, now: i64) -> Result<(), Failure> {
    check(new)?;
    let mut change = database.change().await?;
    // Two who add one at the same moment: the second waits here for the first, and sees its store.
    let what = format!("{} ({})", new.store.id, new.store.msn);
    audit::note(&mut change, now, "operator", "added a store", &what).await?;
    let others = all(&mut *change).await?;
    if let Some(other) = others.iter().find(|other| other.store.id == new.store.id) {
        let detail = format!("there is a store {} already: {}", other.store.id, other.store.name);
        return Err(Failure::refused(Code::AlreadyThere, detail));
    }
    if let Some(other) = others.iter().find(|other| clash(new, other)) {
        let detail = format!(
            "{} sells through {} too, and their references could be taken for one another's; give both a prefix, \
             neither of which the other begins with",
            other.store.id, other.store.msn
        );
        return Err(Failure::refused(Code::AlreadyThere, detail));
    }
    sqlx::query("INSERT INTO stores (id, name, msn, currency, prefix) VALUES ($1, $2, $3, $4, $5)")
        .bind(new.store.id.clone())
        .bind(new.store.name.trim().to_owned())
        .bind(new.store.msn.clone())
        .bind(letters_of(new.currency).to_owned())
        .bind(new.prefix.clone())
        .execute(&mut *change)
        .await?;
    Ok(change.commit().await?)
}

/// Keeps sealed keys of a store. Those of a sales unit that is open already are used from the next start.
pub(crate) async fn keep_keys(
    database: &Database,
    store: &str,
    sealed: &str,
    now: i64,
) -> Result<(), Failure> {
    let mut change = database.change().await?;
    let kept = sqlx::query("UPDATE stores SET keys = $1 WHERE id = $2")
        .bind(sealed.to_owned())
        .bind(store.to_owned())
        .execute(&mut *change)
        .await?;
    if kept.rows_affected() != 1 {
        return Err(Failure::refused(Code::StoreUnknown, format!("there is no store {store}")));
    }
    // With other keys there may be more to read.
    sqlx::query("UPDATE sales_units SET due_at = 0 WHERE msn = (SELECT msn FROM stores WHERE id = $1)")
        .bind(store.to_owned())
        .execute(&mut *change)
        .await?;
    audit::note(&mut change, now, "operator", "set the keys of a store", store).await?;
    Ok(change.commit().await?)
}

/// What is wrong with a new store, before the others are looked at.
pub(crate) fn check(new: &NewStore) -> Result<(), Failure> {
    let invalid = |detail: String| Err(Failure::refused(Code::RequestInvalid, detail));
    if !is_short_name(&new.store.id, ID_CHARS_MAX) {
        return invalid(format!("a store's short name is 1 to {ID_CHARS_MAX} of a-z, 0-9 and -"));
    }
    let name = new.store.name.trim();
    if !(1..=NAME_CHARS_MAX).contains(&name.chars().count()) || name.chars().any(char::is_control) {
        return invalid(format!("a store's name is 1 to {NAME_CHARS_MAX} printable characters"));
    }
    if let Err(error) = Msn::parse(&new.store.msn) {
        return invalid(error.to_string());
    }
    let is_prefix = |prefix: &String| {
        (1..=PREFIX_CHARS_MAX).contains(&prefix.len())
            && prefix.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    if new.prefix.as_ref().is_some_and(|prefix| !is_prefix(prefix)) {
        return invalid(format!("a prefix is 1 to {PREFIX_CHARS_MAX} letters, digits and hyphens"));
    }
    Ok(())
}

/// Whether the references of these two could be taken for one another's: they share a sales unit, and one's prefix begins
/// with the other's, or one has none.
pub(crate) fn clash(one: &NewStore, other: &KeptStore) -> bool {
    let begins = |long: &str, short: &str| long.to_ascii_lowercase().starts_with(&short.to_ascii_lowercase());
    match (&one.prefix, &other.prefix) {
        _ if one.store.msn != other.store.msn => false,
        (Some(one), Some(other)) => begins(one, other) || begins(other, one),
        (None, _) | (_, None) => true,
    }
}

/// Whether `text` is a short name of at most so many characters.
pub(crate) fn is_short_name(text: &str, chars_max: usize) -> bool {
    let good = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    (1..=chars_max).contains(&text.len()) && text.bytes().all(good)
}

/// The currency of these three letters.
pub(crate) fn currency_of(text: &str) -> Option<Currency> {
    match text {
        "NOK" => Some(Currency::Nok),
        "DKK" => Some(Currency::Dkk),
        "EUR" => Some(Currency::Eur),
        "SEK" => Some(Currency::Sek),
        _ => None,
    }
}

/// The three letters of a currency.
pub(crate) fn letters_of(currency: Currency) -> &'static str {
    match currency {
        Currency::Nok => "NOK",
        Currency::Dkk => "DKK",
        Currency::Eur => "EUR",
        Currency::Sek => "SEK",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn new(id: &str, msn: &str, prefix: Option<&str>) -> NewStore {
        NewStore {
            store: Store { id: id.to_owned(), name: "Shop".to_owned(), msn: msn.to_owned() },
            currency: Currency::Nok,
            prefix: prefix.map(ToOwned::to_owned),
        }
    }

    fn kept(id: &str, msn: &str, prefix: Option<&str>) -> KeptStore {
        let NewStore { store, currency, prefix } = new(id, msn, prefix);
        KeptStore { store, currency, prefix, has_keys: false }
    }

    #[test]
    fn stores_of_one_sales_unit_are_told_apart_by_their_prefixes() {
        let clashes = |one, other| clash(&new("a", "123456", one), &kept("b", "123456", other));
        assert!(!clashes(Some("OSL-"), Some("BRG-")));
        for (one, other) in [
            (Some("OSL-"), Some("osl-")),
            (Some("OSL"), Some("OSL2-")),
            (Some("OSL2-"), Some("OSL")),
            (None, Some("OSL-")),
            (Some("OSL-"), None),
            (None, None),
        ] {
            assert!(clashes(one, other), "{one:?} {other:?}");
        }
        assert!(!clash(&new("a", "123456", None), &kept("b", "654321", None)));
    }

    #[test]
    fn a_store_is_named_so_that_it_can_be_typed() {
        assert!(check(&new("oslo-1", "123456", Some("OSL-"))).is_ok());
        for bad in [
            new("", "123456", None),
            new("Oslo", "123456", None),
            new("oslo 1", "123456", None),
            new("oslo", "12", None),
            new("oslo", "123456", Some("")),
            new("oslo", "123456", Some("å")),
        ] {
            assert!(check(&bad).is_err(), "{bad:?}");
        }
    }
}
