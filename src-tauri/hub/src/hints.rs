//! What Vipps MobilePay tells of its own accord: callbacks of eCom and webhooks of ePayment (contract 4.2, 4.4).
//!
//! Whoever tells must prove who they are. What is told is on disk before it is answered, and then the till is told that
//! there may be news; it reads the truth itself. What comes twice is told on once.

use axum::http::HeaderMap;
use contract::{Code, News, Private};
use subtle::ConstantTimeEq;
use vipps::webhooks::{CheckIn, Delivery, Notice, PaymentNotice, verify};
use vipps::{SecretString, Url};

use crate::database::Database;
use crate::random;
use crate::refusal::Failure;

/// Something that was told, for whom it is.
#[derive(Debug)]
pub(crate) struct Hint {
    /// The tills that it may concern.
    pub(crate) tills: Vec<String>,
    pub(crate) news: News,
}

/// Takes a callback of eCom about a payment of `till`. Nothing when it has been heard before.
///
/// # Errors
/// When there is no such till, or it does not come with that till's token.
pub(crate) async fn callback(
    database: &Database,
    till: &str,
    token: &str,
    reference: &str,
    body: &[u8],
    now: i64,
) -> Result<Option<Hint>, Failure> {
    let kept: Option<(Option<String>, String)> = sqlx::query_as(
        "SELECT t.callback_digest, s.msn FROM tills t JOIN stores s ON s.id = t.store
         WHERE t.id = $1 AND t.revoked_at IS NULL",
    )
    .bind(till.to_owned())
    .fetch_optional(database.reader())
    .await?;
    let said = random::digest(token);
    let known = kept.and_then(|(digest, msn)| Some((digest?, msn)));
    let msn = known.filter(|(digest, _)| digest.as_bytes().ct_eq(said.as_bytes()).into()).map(|(_, msn)| msn);
    let msn = msn.ok_or_else(|| Failure::refused(Code::TokenInvalid, "this callback is not known here"))?;
    payment::Reference::parse(reference)
        .map_err(|error| Failure::refused(Code::ReferenceInvalid, error.to_string()))?;
    if !keep(database, "callback", &msn, reference, body, now).await? {
        return Ok(None);
    }
    Ok(Some(Hint { tills: vec![till.to_owned()], news: News::Payment { reference: reference.to_owned() } }))
}

/// Takes a delivery to `url`, which `secret` was registered for. Nothing when it has been heard before, or is about nothing
/// that a till could have.
///
/// # Errors
/// When it is not signed as it should be, or can't be understood.
pub(crate) async fn webhook(
    database: &Database,
    secret: &SecretString,
    url: &Url,
    headers: &HeaderMap,
    body: &[u8],
    now: i64,
) -> Result<Option<Hint>, Failure> {
    let refused =
        |why: &str| Failure::refused(Code::TokenInvalid, format!("this delivery is not believed: {why}"));
    let delivery = Delivery::of(headers, body).ok_or_else(|| refused("a header is missing"))?;
    verify(secret, url, &delivery).map_err(|error| refused(&error.to_string()))?;
    let notice =
        Notice::read(body).map_err(|error| Failure::refused(Code::RequestInvalid, error.to_string()))?;
    match notice {
        Notice::Payment(PaymentNotice { msn, reference, .. }) => {
            let new = keep(database, "payment", msn.as_str(), &reference, body, now).await?;
            let tills = tills_with(database, msn.as_str(), &reference).await?;
            Ok(new.then_some(Hint { tills, news: News::Payment { reference } }))
        }
        Notice::CheckedIn(CheckIn { msn, merchant_qr_id, customer_token, at }) => {
            let new = keep(database, "check-in", msn.as_str(), &merchant_qr_id, body, now).await?;
            let news = News::CheckedIn {
                merchant_qr_id,
                customer_token: Private::new(customer_token.expose()),
                initiated_at: at.map(|at| at.to_string()).unwrap_or_default(),
            };
            Ok(new.then_some(Hint { tills: tills_of(database, msn.as_str()).await?, news }))
        }
    }
}

/// Writes down that it was told. False when it was there already.
async fn keep(
    database: &Database,
    kind: &str,
    msn: &str,
    about: &str,
    body: &[u8],
    now: i64,
) -> Result<bool, Failure> {
    let told = format!("{kind} {msn} {about} {}", String::from_utf8_lossy(body));
    let mut change = database.change().await?;
    let kept = sqlx::query(
        "INSERT INTO hints (digest, at, kind, msn, about) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (digest) DO NOTHING",
    )
    .bind(random::digest(&told))
    .bind(now)
    .bind(kind.to_owned())
    .bind(msn.to_owned())
    .bind(about.to_owned())
    .execute(&mut *change)
    .await?;
    change.commit().await?;
    Ok(kept.rows_affected() == 1)
}

/// The tills that have told of this payment; all of its sales unit when none has yet: the news may be faster than the till.
async fn tills_with(database: &Database, msn: &str, reference: &str) -> Result<Vec<String>, Failure> {
    let tills: Vec<String> =
        sqlx::query_scalar("SELECT till FROM payments WHERE msn = $1 AND reference = $2")
            .bind(msn.to_owned())
            .bind(reference.to_owned())
            .fetch_all(database.reader())
            .await?;
    if tills.is_empty() { tills_of(database, msn).await } else { Ok(tills) }
}

async fn tills_of(database: &Database, msn: &str) -> Result<Vec<String>, Failure> {
    Ok(sqlx::query_scalar(
        "SELECT t.id FROM tills t JOIN stores s ON s.id = t.store WHERE s.msn = $1 AND t.revoked_at IS NULL",
    )
    .bind(msn.to_owned())
    .fetch_all(database.reader())
    .await?)
}
