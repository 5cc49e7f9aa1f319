//! What Vipps MobilePay tells of its own accord: callbacks of eCom and webhooks of ePayment (contract 4.2, 4.4).
//!
//! Whoever tells must prove who they are. What is told is on disk before it is answered, and then the till is told that
//! there may be news; it reads the truth itself. What comes twice is told on once.

use axum::http::HeaderMap;
use contract::{Code, News, Private};
use subtle::ConstantTimeEq;
use vipps::webhooks::{CheckIn, Delivery, Notice, PaymentNotice, verify};

use crate::database::Database;
use crate::inbox::Row;
use crate::refusal::Failure;
use crate::registrations::{Owner, Proof};
use crate::{codes, random, stores};

/// Something that was told and is believed, and for whom it is.
#[derive(Debug)]
pub(crate) struct Hint {
    /// As it is to be kept.
    pub(crate) row: Row,
    /// The tills that it may concern: all of them are let in.
    pub(crate) tills: Vec<String>,
    pub(crate) news: News,
}

/// Reads a callback of eCom about a payment of `till`.
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
) -> Result<Hint, Failure> {
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
    let row = row("callback", &msn, reference, body, now);
    Ok(Hint { row, tills: vec![till.to_owned()], news: News::Payment { reference: reference.to_owned() } })
}

/// Reads a delivery of the registration of `owner`, which `proof` proves. `None` when it tells of a sales unit that is no
/// store here: a partner has others as well, and they are none of the hub's business.
///
/// # Errors
/// When it is not signed as it should be, tells of what that registration is not for, can't be understood, or tells of a code
/// that no till stands behind.
pub(crate) async fn webhook(
    database: &Database,
    owner: &Owner,
    proof: &Proof,
    headers: &HeaderMap,
    body: &[u8],
    now: i64,
) -> Result<Option<Hint>, Failure> {
    let refused =
        |why: &str| Failure::refused(Code::TokenInvalid, format!("this delivery is not believed: {why}"));
    let delivery = Delivery::of(headers, body).ok_or_else(|| refused("a header is missing"))?;
    verify(&proof.secret, &proof.url, &delivery).map_err(|error| refused(&error.to_string()))?;
    let notice =
        Notice::read(body).map_err(|error| Failure::refused(Code::RequestInvalid, error.to_string()))?;
    let (Notice::Payment(PaymentNotice { msn, .. }) | Notice::CheckedIn(CheckIn { msn, .. })) = &notice;
    match owner {
        // Whoever has the secret of one sales unit must not speak for another.
        Owner::SalesUnit(own) if own != msn => return Err(refused("it tells of another sales unit")),
        Owner::Partner if !stores::sells_through(database.reader(), msn.as_str()).await? => return Ok(None),
        Owner::SalesUnit(_) | Owner::Partner => {}
    }
    match notice {
        Notice::Payment(PaymentNotice { msn, reference, .. }) => {
            let row = row("payment", msn.as_str(), &reference, body, now);
            let tills = tills_with(database, msn.as_str(), &reference).await?;
            Ok(Some(Hint { row, tills, news: News::Payment { reference } }))
        }
        Notice::CheckedIn(CheckIn { msn, merchant_qr_id, customer_token, at }) => {
            // Refused, the customer is told at once that nobody is there, in place of waiting for nothing (contract 3.3).
            let till = codes::till_behind(database, msn.as_str(), &merchant_qr_id).await?;
            let nobody = || Failure::refused(Code::NoCounterCode, "no till stands behind this code");
            let till = till.ok_or_else(nobody)?;
            let row = row("check-in", msn.as_str(), &merchant_qr_id, body, now);
            let news = News::CheckedIn {
                merchant_qr_id,
                customer_token: Private::new(customer_token.expose()),
                initiated_at: at.map(|at| at.to_string()).unwrap_or_default(),
            };
            Ok(Some(Hint { row, tills: vec![till], news }))
        }
    }
}

/// What is kept of it: a digest, so that what comes twice is known, and what it was about. It does not matter how it came: two
/// registrations may tell of one event.
fn row(kind: &'static str, msn: &str, about: &str, body: &[u8], now: i64) -> Row {
    let told = format!("{kind} {msn} {about} {}", String::from_utf8_lossy(body));
    Row { digest: random::digest(&told), at: now, kind, msn: msn.to_owned(), about: about.to_owned() }
}

/// The tills that have told of this payment; all of its sales unit when none has yet: the news may be faster than the till.
async fn tills_with(database: &Database, msn: &str, reference: &str) -> Result<Vec<String>, Failure> {
    let tills: Vec<String> = sqlx::query_scalar(
        "SELECT p.till FROM payments p JOIN tills t ON t.id = p.till
         WHERE p.msn = $1 AND p.reference = $2 AND t.revoked_at IS NULL",
    )
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
