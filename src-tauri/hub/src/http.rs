//! What tills ask, over HTTP: JSON in camelCase, problems as RFC 9457 has them, and a till's key as bearer token. The sale log
//! beside it is for people.

mod hints;
mod log;

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use axum::extract::rejection::{JsonRejection, QueryRejection};
use axum::extract::{DefaultBodyLimit, FromRequestParts, Path, Query, State};
use axum::http::header::{AUTHORIZATION, CACHE_CONTROL, CONTENT_TYPE, WWW_AUTHENTICATE};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::middleware::map_response;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use contract::{
    ApiProblem, ChainFound, ChainRefund, ChainRefundView, ChainSearch, Code, Heard, Join, Joined, Store,
    Telling,
};
use serde::Deserialize;
use till::Refused;
use tokio::time::Instant;

use crate::refusal::Failure;
use crate::{Hints, Hub};

/// The most bytes of a body: a telling of many large entries.
const BODY_BYTES_MAX: usize = 4 * 1024 * 1024;
/// The longest that a refund is waited for, in seconds.
const WAIT_S_MAX: u64 = 30;
/// So many codes, or passwords, are looked at in a minute; with 40 bits in a code, guessing is hopeless then.
const GUESSES_MAX: u32 = 30;
const GUESSES_TIME: Duration = Duration::from_mins(1);

const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// How often somebody tried to come in within this minute: with a code to join with, or to the sale log.
#[derive(Debug, Default)]
pub(crate) struct Guesses(Mutex<Option<(Instant, u32)>>);

impl Guesses {
    /// Whether another code may be looked at; it is counted.
    fn may_guess(&self) -> bool {
        let mut guesses = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match &mut *guesses {
            Some((since, count)) if since.elapsed() < GUESSES_TIME => {
                *count += 1;
                *count <= GUESSES_MAX
            }
            other => {
                *other = Some((Instant::now(), 1));
                true
            }
        }
    }
}

/// All that can be asked of `hub`.
pub(crate) fn router(hub: Hub) -> Router {
    Router::new()
        .route("/v1/health", get(health))
        .route("/v1/join", post(join))
        .route("/v1/entries", post(entries))
        .route("/v1/stores", get(stores))
        .route("/v1/payments", get(payments))
        .route("/v1/refunds", post(refund))
        .route("/v1/refunds/{id}", get(refund_of))
        .route("/v1/news", get(hints::news))
        .route("/callbacks/{till}/v2/payments/{reference}", post(hints::callback))
        .route("/webhooks/{msn}", post(hints::webhook))
        .route("/partner/webhooks", post(hints::partner_webhook))
        .route("/log", get(log::list))
        .route("/log/in", get(log::door).post(log::log_in))
        .route("/log/out", post(log::log_out))
        .route("/log/style.css", get(log::style))
        .route("/log/sales/{till}/{reference}", get(log::sale))
        .route("/log.csv", get(log::csv))
        .route("/log.json", get(log::json))
        .fallback(nothing)
        .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
        .layer(map_response(private))
        .with_state(hub)
}

/// Every answer is true for a moment only, and for whoever asked.
async fn private(mut answer: Response) -> Response {
    answer.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    answer
}

/// A till that has shown its key.
struct Known {
    till: String,
    store: Store,
}

impl FromRequestParts<Hub> for Known {
    type Rejection = Answer;

    async fn from_request_parts(parts: &mut Parts, hub: &Hub) -> Result<Known, Answer> {
        let (till, store) =
            hub.till_of_key(key_in(&parts.headers)).await.map_err(|failure| Answer::of(hub, failure))?;
        Ok(Known { till, store })
    }
}

/// The bearer token in `headers`.
fn key_in(headers: &HeaderMap) -> &str {
    let said = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let key = said.split_once(' ').filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
    key.map_or("", |(_, key)| key.trim())
}

async fn health(State(hub): State<Hub>) -> Result<Json<serde_json::Value>, Answer> {
    // A hub that can't reach its database is none.
    hub.stores().await.map_err(|failure| Answer::of(&hub, failure))?;
    let Hints { taken, twice, unknown, refused } = hub.hints();
    let hints = serde_json::json!({ "taken": taken, "twice": twice, "unknown": unknown, "refused": refused });
    Ok(Json(serde_json::json!({ "ready": true, "version": env!("CARGO_PKG_VERSION"), "hints": hints })))
}

async fn join(
    State(hub): State<Hub>,
    body: Result<Json<Join>, JsonRejection>,
) -> Result<Json<Joined>, Answer> {
    let Json(asked) = body.map_err(|rejection| bad_body(&hub, &rejection))?;
    if !hub.guesses().may_guess() {
        let failure = Failure::refused(Code::Busy, "too many codes were tried; try again in a minute");
        return Err(Answer::of(&hub, failure));
    }
    hub.join(&asked).await.map(Json).map_err(|failure| Answer::of(&hub, failure))
}

async fn entries(
    known: Known,
    State(hub): State<Hub>,
    body: Result<Json<Telling>, JsonRejection>,
) -> Result<Json<Heard>, Answer> {
    let Json(telling) = body.map_err(|rejection| bad_body(&hub, &rejection))?;
    hub.take(&known.till, &known.store, &telling).await.map(Json).map_err(|failure| Answer::of(&hub, failure))
}

async fn stores(_: Known, State(hub): State<Hub>) -> Result<Json<Vec<Store>>, Answer> {
    let stores = hub.stores().await.map_err(|failure| Answer::of(&hub, failure))?;
    Ok(Json(stores.into_iter().map(|kept| kept.store).collect()))
}

async fn payments(
    _: Known,
    State(hub): State<Hub>,
    search: Result<Query<ChainSearch>, QueryRejection>,
) -> Result<Json<ChainFound>, Answer> {
    let Query(search) = search.map_err(|rejection| bad_query(&hub, &rejection))?;
    hub.search(&search).await.map(Json).map_err(|failure| Answer::of(&hub, failure))
}

async fn refund(
    known: Known,
    State(hub): State<Hub>,
    headers: HeaderMap,
    body: Result<Json<ChainRefund>, JsonRejection>,
) -> Result<(StatusCode, Json<ChainRefundView>), Answer> {
    let Json(asked) = body.map_err(|rejection| bad_body(&hub, &rejection))?;
    let key = headers.get(IDEMPOTENCY_KEY).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let asked = hub.refund(&known.till, key, &asked).await.map_err(|failure| Answer::of(&hub, failure))?;
    let (view, again) = asked;
    Ok((if again { StatusCode::OK } else { StatusCode::CREATED }, Json(view)))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Waiting {
    wait: Option<u64>,
}

async fn refund_of(
    known: Known,
    State(hub): State<Hub>,
    Path(id): Path<String>,
    waiting: Result<Query<Waiting>, QueryRejection>,
) -> Result<Json<ChainRefundView>, Answer> {
    let Query(waiting) = waiting.map_err(|rejection| bad_query(&hub, &rejection))?;
    let wait = Duration::from_secs(waiting.wait.unwrap_or(0).min(WAIT_S_MAX));
    let view = hub.refund_when_ended(&known.till, &id, wait).await;
    view.map(Json).map_err(|failure| Answer::of(&hub, failure))
}

async fn nothing(State(hub): State<Hub>) -> Answer {
    Answer::of(&hub, Failure::refused(Code::NotThere, "there is nothing at this address"))
}

fn bad_body(hub: &Hub, rejection: &JsonRejection) -> Answer {
    if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE {
        let detail = format!("a body has at most {BODY_BYTES_MAX} bytes");
        return Answer::of(hub, Failure::refused(Code::RequestTooLarge, detail));
    }
    Answer::of(hub, Failure::refused(Code::RequestInvalid, rejection.body_text()))
}

fn bad_query(hub: &Hub, rejection: &QueryRejection) -> Answer {
    Answer::of(hub, Failure::refused(Code::RequestInvalid, rejection.body_text()))
}

/// A refusal, as it is written.
struct Answer(Box<ApiProblem>);

impl Answer {
    fn of(hub: &Hub, failure: Failure) -> Answer {
        let refused = match failure {
            Failure::Refused(refused) => refused,
            Failure::Internal { .. } => {
                tracing::error!(%failure, "a request could not be answered");
                Refused::new(Code::Unclear, "the hub could not do it; nothing is known to be lost, try again")
            }
        };
        let problem = refused.problem(hub.language());
        let (status, title) = meaning(refused.code);
        Answer(Box::new(ApiProblem {
            kind: format!("urn:kvitt:problem:{}", till::name_of(refused.code)),
            status: status.as_u16(),
            title: title.to_owned(),
            detail: refused.detail,
            code: refused.code,
            cashier: problem.cashier,
            customer: problem.customer,
            reference: refused.reference,
        }))
    }
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.0.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut answer = (status, Json(self.0)).into_response();
        answer.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if status == StatusCode::UNAUTHORIZED {
            answer.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        answer
    }
}

fn meaning(code: Code) -> (StatusCode, &'static str) {
    match code {
        Code::RequestInvalid => (StatusCode::BAD_REQUEST, "The request could not be understood"),
        Code::TokenInvalid => (StatusCode::UNAUTHORIZED, "The key is missing or wrong"),
        Code::TillRevoked => (StatusCode::FORBIDDEN, "The till is not let in any more"),
        Code::JoinCodeRefused => (StatusCode::FORBIDDEN, "The code is not good"),
        Code::PersonRefused => (StatusCode::FORBIDDEN, "The person is not known by this PIN"),
        Code::SecondPersonNeeded => (StatusCode::FORBIDDEN, "A second person must agree"),
        Code::PersonLimit => (StatusCode::FORBIDDEN, "The person may give back no more today"),
        Code::PaymentUnknown => (StatusCode::NOT_FOUND, "There is no such payment"),
        Code::NoCounterCode => (StatusCode::NOT_FOUND, "No till stands behind this code"),
        Code::StoreUnknown => (StatusCode::NOT_FOUND, "There is no such store"),
        Code::NotThere => (StatusCode::NOT_FOUND, "There is no such thing"),
        Code::NothingToRefund => (StatusCode::CONFLICT, "There is nothing to give back"),
        Code::ChangedMeanwhile => (StatusCode::CONFLICT, "Somebody else was faster"),
        Code::RequestTooLarge => (StatusCode::PAYLOAD_TOO_LARGE, "The body is too large"),
        Code::AmountInvalid => (StatusCode::UNPROCESSABLE_ENTITY, "The amount can't be used"),
        Code::IdempotencyMismatch => {
            (StatusCode::UNPROCESSABLE_ENTITY, "The idempotency key came with another request before")
        }
        Code::RefundAboveCaptured => {
            (StatusCode::UNPROCESSABLE_ENTITY, "More than what is left to give back")
        }
        Code::Busy => (StatusCode::SERVICE_UNAVAILABLE, "Too much is asked at once"),
        _ => (StatusCode::SERVICE_UNAVAILABLE, "The hub could not do it"),
    }
}
