//! The hub's own registrations for webhooks: one for each sales unit, made and renewed by itself (contract 1.6).
//!
//! Registrations that were dead for two weeks are deleted by Vipps MobilePay, and a secret is told once. So the list is
//! read, and what is not there, or has another address, is registered anew; what is there without a secret here is deleted.

use contract::Code;
use vipps::webhooks::Topic;
use vipps::{SecretString, Url, Vipps};

use crate::database::Database;
use crate::refusal::Failure;
use crate::sealing::Seal;

/// Makes sure that the sales unit `msn` tells the hub, at `url`. True when it was registered anew.
pub(crate) async fn ensure(
    database: &Database,
    seal: &Seal,
    vipps: &Vipps,
    msn: &str,
    url: &Url,
) -> Result<bool, Failure> {
    let webhooks = vipps.webhooks();
    let failed = |error: vipps::Error| Failure::internal("webhooks can't be registered", error);
    let known: Option<String> =
        sqlx::query_scalar("SELECT id FROM registrations WHERE msn = $1 AND url = $2")
            .bind(msn.to_owned())
            .bind(url.to_string())
            .fetch_optional(database.reader())
            .await?;
    let there = webhooks.list().await.map_err(failed)?;
    if known.as_ref().is_some_and(|id| there.iter().any(|registration| registration.id == *id)) {
        return Ok(false);
    }
    // Those of this address whose secret is lost.
    for orphan in there.iter().filter(|registration| registration.url == url.as_str()) {
        webhooks.delete(&orphan.id).await.map_err(failed)?;
    }
    let registered = webhooks.register(url, &Topic::all()).await.map_err(failed)?;
    let sealed = seal.seal(&owner(msn), vipps::ExposeSecret::expose_secret(&registered.secret));
    let sealed = sealed
        .ok_or_else(|| Failure::internal("a secret can't be sealed", "the system gives no randomness"))?;
    let mut change = database.change().await?;
    sqlx::query(
        "INSERT INTO registrations (msn, id, url, secret) VALUES ($1, $2, $3, $4)
         ON CONFLICT (msn) DO UPDATE SET id = excluded.id, url = excluded.url, secret = excluded.secret",
    )
    .bind(msn.to_owned())
    .bind(registered.id)
    .bind(url.to_string())
    .bind(sealed)
    .execute(&mut *change)
    .await?;
    change.commit().await?;
    Ok(true)
}

/// The secret and the address that the sales unit `msn` is registered with.
pub(crate) async fn secret(
    database: &Database,
    seal: &Seal,
    msn: &str,
) -> Result<(SecretString, Url), Failure> {
    let unknown = || Failure::refused(Code::TokenInvalid, "nothing is registered for this address");
    let row: Option<(String, String)> =
        sqlx::query_as("SELECT secret, url FROM registrations WHERE msn = $1")
            .bind(msn.to_owned())
            .fetch_optional(database.reader())
            .await?;
    let (sealed, url) = row.ok_or_else(unknown)?;
    let secret = seal.unseal(&owner(msn), &sealed).ok_or_else(unknown)?;
    let url = Url::parse(&url).map_err(|error| Failure::internal("a registration has no address", error))?;
    Ok((SecretString::from(secret), url))
}

/// What a secret is sealed with beside the key.
fn owner(msn: &str) -> String {
    format!("webhooks of {msn}")
}
