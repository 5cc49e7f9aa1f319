//! `/v1/payments`: start one, ask how it goes, cancel it, clear it away.

use std::time::Duration;

use axum::Json;
use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{Path, Query, Request, State};
use axum::http::header::LOCATION;
use axum::http::{HeaderMap, HeaderName, StatusCode};
use axum::response::{IntoResponse, Response};
use contract::{ApiProblem, Code, PaymentView, StartPayment};
use serde::Deserialize;

use crate::PosApi;
use crate::body;
use crate::limits::WAIT_SECONDS_MAX;
use crate::problem::Refusal;

/// Under which name a caller may repeat a request without its being done twice.
const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// Starts a payment.
///
/// The payment is on disk when the answer comes; its code appears on the customer screen a moment later. At most
/// one payment is open at a time.
///
/// Send an `Idempotency-Key` that is new for every payment and the same when you repeat a request whose answer you
/// did not get: the repeated request starts nothing, and answers 200 with the payment as it is by then. A request
/// that was refused has started nothing and used up neither its key nor its reference.
///
/// With `flow` `push` and a `phoneNumber` the request goes to that phone; with `personal_qr` and `personalQr`, to
/// whoever has shown that code; with `callback_qr`, to whoever scans the code on the counter.
/// Where a request can't be sent to a phone, the payment goes on with a code on the customer screen, and its `note` says why. Numbers and codes are passed on and kept nowhere, so two requests that
/// differ in nothing else are the same under the same key.
///
/// When each of the `lines` has a `taxRate`, the customer finds a receipt in the app; the payment's `receipt` says how that
/// stands. With `customerPresent` false the sale was made by telephone or by mail: it goes to a phone or not at all.
///
/// With a `link` the customer's app leads to a page of the shop, to a ticket for example; the payment's `link` says how that
/// stands.
///
/// With `keepPhoneNumber`, and where the shop's settings allow it, the customer has agreed that the number is kept. It
/// is, once the payment has been paid on that phone, and no answer ever has it.
#[utoipa::path(
    post,
    path = "/v1/payments",
    tag = "payments",
    request_body(content = StartPayment, example = json!({
        "amount": { "value": 24900, "currency": "NOK" },
        "reference": "sale-1042-1",
        "description": "Two coffees and a bun"
    })),
    params(("Idempotency-Key" = Option<String>, Header, min_length = 1, max_length = 128,
        description = "1 to 128 visible ASCII characters; new for every payment, the same when it is repeated.")),
    responses(
        (status = 201, description = "Started.", body = PaymentView,
            headers(("Location" = String, description = "Where the payment is asked for."))),
        (status = 200, description = "It was started before, by the same request under the same key.",
            body = PaymentView,
            headers(("Location" = String, description = "Where the payment is asked for."))),
        (status = 400, description = "`request_invalid`: not JSON, a wrong type, an unknown member, a decimal as \
            amount, a description, line or `personalQr` beyond its limits, or a `flow` that does not fit what is \
            given with it. `detail` says which and where.",
            body = ApiProblem, content_type = "application/problem+json"),
        (status = 409, description = "`payment_open`: another payment is open, `reference` says which. \
            `reference_used`: this reference has been used before; take the next one.",
            body = ApiProblem, content_type = "application/problem+json"),
        (status = 422, description = "`amount_invalid`: below 1.00, above 650 000.00, in another currency than the \
            sales unit's, or not the sum of the lines. `reference_invalid`: not 8 to 50 of letters, digits and \
            `-`, or only digits. `number_invalid`: no phone number of a market that the till can reach. \
            `distance_incomplete`: with `customerPresent` false there must be a `phoneNumber`, and a `taxRate` on \
            every line. `captures_at_once`: `capture` `manual` on a sales unit of eCom that is known to collect at \
            approval. `flow_not_on_rail`: a till on eCom knows neither personal codes nor those on counters. \
            `no_counter_code`: the hub has no code on the counter for this till. `keeping_off`: \
            `keepPhoneNumber`, where the settings allow no number to be kept. `idempotency_mismatch`: this key came with \
            another request before.",
            body = ApiProblem, content_type = "application/problem+json"),
        (status = 500, description = "`unclear`: Kvitt failed half-way. Repeat the request under the same key, or \
            ask for the payment, before you charge again.",
            body = ApiProblem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn start(State(api): State<PosApi>, request: Request) -> Result<Response, Refusal> {
    let key = idempotency_key(request.headers())?;
    let asked: StartPayment = body::read(request).await?;
    let till = api.0.till.clone();
    // On its own, because a caller that hangs up must not leave a payment behind that is on disk and yet not
    // followed.
    let starting = tokio::spawn(async move { till.start(&asked, key.as_deref()).await });
    let started = starting.await.map_err(|error| {
        tracing::error!(%error, "starting a payment failed half-way");
        Refusal::new(Code::Unclear, "Kvitt failed half-way; ask for the payment before you charge again")
    })??;
    let status = if started.again { StatusCode::OK } else { StatusCode::CREATED };
    let location = format!("/v1/payments/{}", started.view.reference);
    Ok((status, [(LOCATION, location)], Json(started.view)).into_response())
}

/// How long an answer may wait for a change.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Wait {
    /// In seconds.
    wait: Option<u64>,
}

/// How long to wait, of at most `seconds_max`; zero is not at all.
pub(crate) fn waiting(
    wait: Result<Query<Wait>, QueryRejection>,
    seconds_max: u64,
) -> Result<Duration, Refusal> {
    let Query(Wait { wait }) = wait.map_err(bad_query)?;
    let seconds = wait.unwrap_or(0);
    if seconds > seconds_max {
        let detail = format!("wait must be a whole number of seconds from 0 to {seconds_max}");
        return Err(Refusal::new(Code::RequestInvalid, detail));
    }
    Ok(Duration::from_secs(seconds))
}

/// The truth about a payment now.
///
/// With `wait`, answers as soon as the payment changes, or after so many seconds as it is then. A payment that has
/// ended is answered at once, so a loop over `wait` never misses the end.
#[utoipa::path(
    get,
    path = "/v1/payments/{reference}",
    tag = "payments",
    params(
        ("reference" = String, Path, description = "The payment's reference."),
        ("wait" = Option<u64>, Query, minimum = 0, maximum = 60,
            description = "How many whole seconds to wait for a change. Answers at once if absent."),
    ),
    responses(
        (status = 200, description = "The payment.", body = PaymentView),
        (status = 400, description = "`request_invalid`: `wait` is not a whole number from 0 to 60.",
            body = ApiProblem, content_type = "application/problem+json"),
        (status = 404, description = "`payment_unknown`: there is no such payment.",
            body = ApiProblem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn payment(
    State(api): State<PosApi>,
    reference: Result<Path<String>, PathRejection>,
    wait: Result<Query<Wait>, QueryRejection>,
) -> Result<Json<PaymentView>, Refusal> {
    let reference = known_form(reference)?;
    let wait = waiting(wait, WAIT_SECONDS_MAX)?;
    let till = &api.0.till;
    if wait.is_zero() {
        return Ok(Json(till.payment(&reference).await?));
    }
    let _seat = api.0.waits.try_acquire().map_err(|_| {
        Refusal::too_many(
            "too many requests wait for a change; follow /v1/events instead, or ask without wait",
        )
    })?;
    tokio::select! {
        view = till.payment_after_change(&reference, wait) => Ok(Json(view?)),
        () = api.stopped() => Ok(Json(till.payment(&reference).await?)),
    }
}

/// Asks for a payment to be cancelled.
///
/// Of a payment that is reserved (`capture: manual`), what has not been collected is let go; `releases` tells what
/// became of that.
///
/// A request, not an order: a customer who pays meanwhile has paid. The answer says how the payment is once the wish
/// is on disk; follow it until `final` is true.
#[utoipa::path(
    post,
    path = "/v1/payments/{reference}/cancel",
    tag = "payments",
    params(("reference" = String, Path, description = "The payment's reference.")),
    responses(
        (status = 200, description = "The wish is on disk. The payment, which may not have ended yet.",
            body = PaymentView),
        (status = 404, description = "`payment_unknown`: there is no such payment.",
            body = ApiProblem, content_type = "application/problem+json"),
        (status = 409, description = "`too_late_to_cancel`: the customer has approved, or the payment has ended and nothing of it is \
            reserved. `other_sales_unit`: another sales unit has it reserved.",
            body = ApiProblem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn cancel(
    State(api): State<PosApi>,
    reference: Result<Path<String>, PathRejection>,
) -> Result<Json<PaymentView>, Refusal> {
    let reference = known_form(reference)?;
    Ok(Json(api.0.till.cancel(&reference).await?))
}

/// Clears a payment that has ended from the customer screen, before that happens by itself.
#[utoipa::path(
    post,
    path = "/v1/payments/{reference}/dismiss",
    tag = "payments",
    params(("reference" = String, Path, description = "The payment's reference.")),
    responses(
        (status = 204, description = "It is not on the screen (any more)."),
        (status = 404, description = "`payment_unknown`: there is no such payment.",
            body = ApiProblem, content_type = "application/problem+json"),
        (status = 409, description = "`payment_open`: the payment has not ended.",
            body = ApiProblem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn dismiss(
    State(api): State<PosApi>,
    reference: Result<Path<String>, PathRejection>,
) -> Result<StatusCode, Refusal> {
    let reference = known_form(reference)?;
    if !api.0.till.payment(&reference).await?.is_final {
        let detail = "the payment has not ended; cancel it first";
        return Err(Refusal::new(Code::PaymentOpen, detail).because_of(&reference));
    }
    api.0.till.dismiss(&reference);
    Ok(StatusCode::NO_CONTENT)
}

/// The key, if there is one. What a good key is, the till says.
pub(crate) fn idempotency_key(headers: &HeaderMap) -> Result<Option<String>, Refusal> {
    let mut keys = headers.get_all(IDEMPOTENCY_KEY).iter();
    let Some(key) = keys.next() else { return Ok(None) };
    if let (Ok(key), None) = (key.to_str(), keys.next()) {
        return Ok(Some(key.to_owned()));
    }
    Err(Refusal::new(Code::RequestInvalid, "send one Idempotency-Key, of visible ASCII characters"))
}

pub(crate) fn known_form(reference: Result<Path<String>, PathRejection>) -> Result<String, Refusal> {
    let unknown = |_| Refusal::new(Code::PaymentUnknown, "there is no payment with this reference");
    reference.map(|Path(reference)| reference).map_err(unknown)
}

#[expect(clippy::needless_pass_by_value, reason = "it ends here")]
pub(crate) fn bad_query(rejection: QueryRejection) -> Refusal {
    Refusal::new(Code::RequestInvalid, rejection.body_text())
}
