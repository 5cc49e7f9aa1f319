//! `/v1/payments/{reference}/capture`: collect what is reserved for later.

use std::future::Future;

use axum::Json;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use contract::{ApiProblem, Code, PaymentView, StartCapture};
use till::{Modified, Refused};

use crate::PosApi;
use crate::body;
use crate::payments::{idempotency_key, known_form};
use crate::problem::Refusal;

/// Collects what is reserved of a payment, or a part of it.
///
/// Only a payment that was started with `capture: manual` has something to collect: `capturable` says how much. The wish
/// is on disk when the answer comes; what becomes of it is told by the payment's `captures`. Several captures are made
/// one after the other. What will not be collected is let go with `/cancel`.
///
/// Send an `Idempotency-Key` that is new for every capture and the same when you repeat a request whose answer you did
/// not get: the repeated request collects nothing more, and answers 200. The key belongs to this payment. Without one, a
/// repeated request is another capture.
#[utoipa::path(
    post,
    path = "/v1/payments/{reference}/capture",
    tag = "payments",
    request_body(content = StartCapture, example = json!({ "amount": { "value": 4900, "currency": "NOK" } })),
    params(
        ("reference" = String, Path, description = "The payment's reference."),
        ("Idempotency-Key" = Option<String>, Header, min_length = 1, max_length = 128,
            description = "1 to 128 visible ASCII characters; new for every capture, the same when it is repeated."),
    ),
    responses(
        (status = 201, description = "The wish is on disk. The payment, with all its captures.", body = PaymentView),
        (status = 200, description = "It was asked for before, by the same request under the same key.",
            body = PaymentView),
        (status = 400, description = "`request_invalid`: not JSON, a wrong type, an unknown member, a decimal as \
            amount, or the hundredth capture of a payment.",
            body = ApiProblem, content_type = "application/problem+json"),
        (status = 404, description = "`payment_unknown`: there is no such payment.",
            body = ApiProblem, content_type = "application/problem+json"),
        (status = 409, description = "`nothing_to_capture`: nothing of the payment is reserved for later. \
            `other_sales_unit`: another sales unit took the payment.",
            body = ApiProblem, content_type = "application/problem+json"),
        (status = 422, description = "`amount_invalid`: less than the least that can be collected, or in another \
            currency than the payment's. `above_reserved`: more than what is left. `partial_capture_refused`: a part, \
            on a sales unit that is known to collect the whole or nothing. `idempotency_mismatch`: this key \
            came with another capture or refund of the payment before.",
            body = ApiProblem, content_type = "application/problem+json"),
        (status = 500, description = "`unclear`: Kvitt failed half-way. Ask for the payment, or repeat the request \
            under the same key.",
            body = ApiProblem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn capture(
    State(api): State<PosApi>,
    reference: Result<Path<String>, PathRejection>,
    request: Request,
) -> Result<Response, Refusal> {
    let reference = known_form(reference)?;
    let key = idempotency_key(request.headers())?;
    let asked: StartCapture = body::read(request).await?;
    let till = api.0.till.clone();
    asked_for(async move { till.capture(&reference, &asked, key.as_deref()).await }).await
}

/// Asks the till for a capture or a refund. On its own, because a caller that hangs up must not leave a wish behind that
/// is on disk and yet not followed.
pub(crate) async fn asked_for(
    asking: impl Future<Output = Result<Modified, Refused>> + Send + 'static,
) -> Result<Response, Refusal> {
    let modified = tokio::spawn(asking).await.map_err(|error| {
        tracing::error!(%error, "asking for a capture or refund failed half-way");
        Refusal::new(Code::Unclear, "Kvitt failed half-way; ask for the payment before you ask again")
    })??;
    let status = if modified.again { StatusCode::OK } else { StatusCode::CREATED };
    Ok((status, Json(modified.view)).into_response())
}
