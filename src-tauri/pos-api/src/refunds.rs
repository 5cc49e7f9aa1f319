//! `/v1/payments/{reference}/refunds` and `/refresh`: give money back, and say that there is news.

use axum::Json;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use contract::{ApiProblem, PaymentView, StartRefund};

use crate::PosApi;
use crate::body;
use crate::captures::asked_for;
use crate::payments::{idempotency_key, known_form};
use crate::problem::Refusal;

/// Gives back what is left of a payment, or a part of it.
///
/// The wish is on disk when the answer comes; what becomes of it is told by the payment's `refunds`. The payment may
/// have been paid long ago. Several refunds are made one after the other, each after a fresh look at what the
/// customer has got back by other hands.
///
/// Send an `Idempotency-Key` that is new for every refund and the same when you repeat a request whose answer you did
/// not get: the repeated request gives back nothing more, and answers 200. The key belongs to this payment. Without
/// one, a repeated request is another refund.
#[utoipa::path(
    post,
    path = "/v1/payments/{reference}/refunds",
    tag = "payments",
    request_body(content = StartRefund, example = json!({
        "amount": { "value": 4900, "currency": "NOK" },
        "reason": "Cold coffee"
    })),
    params(
        ("reference" = String, Path, description = "The payment's reference."),
        ("Idempotency-Key" = Option<String>, Header, min_length = 1, max_length = 128,
            description = "1 to 128 visible ASCII characters; new for every refund, the same when it is repeated."),
    ),
    responses(
        (status = 201, description = "The wish is on disk. The payment, with all its refunds.", body = PaymentView),
        (status = 200, description = "It was asked for before, by the same request under the same key.",
            body = PaymentView),
        (status = 400, description = "`request_invalid`: not JSON, a wrong type, an unknown member, a decimal as \
            amount, a reason that is not 1 to 100 printable characters, or the hundredth refund of a payment.",
            body = ApiProblem, content_type = "application/problem+json"),
        (status = 404, description = "`payment_unknown`: there is no such payment.",
            body = ApiProblem, content_type = "application/problem+json"),
        (status = 409, description = "`nothing_to_refund`: nothing of the payment is kept, or it has not ended. \
            `other_sales_unit`: another sales unit took the payment.",
            body = ApiProblem, content_type = "application/problem+json"),
        (status = 422, description = "`amount_invalid`: less than the least that can be given back, or in another \
            currency than the payment's. `refund_above_captured`: more than what is left. `idempotency_mismatch`: \
            this key came with another refund of the payment before.",
            body = ApiProblem, content_type = "application/problem+json"),
        (status = 500, description = "`unclear`: Kvitt failed half-way. Ask for the payment, or repeat the request \
            under the same key.",
            body = ApiProblem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn refund(
    State(api): State<PosApi>,
    reference: Result<Path<String>, PathRejection>,
    request: Request,
) -> Result<Response, Refusal> {
    let reference = known_form(reference)?;
    let key = idempotency_key(request.headers())?;
    let asked: StartRefund = body::read(request).await?;
    let till = api.0.till.clone();
    asked_for(async move { till.refund(&reference, &asked, key.as_deref()).await }).await
}

/// Says that there may be news of a payment.
///
/// A hint, never believed: it only makes the till look at once, where it would look anyway. It does nothing to a
/// payment of which nothing more is asked, and hurries nothing that Vipps MobilePay wants to be left alone with.
#[utoipa::path(
    post,
    path = "/v1/payments/{reference}/refresh",
    tag = "payments",
    params(("reference" = String, Path, description = "The payment's reference.")),
    responses(
        (status = 202, description = "Heard. The payment as it is known now; what is new comes a moment later.",
            body = PaymentView),
        (status = 404, description = "`payment_unknown`: there is no such payment.",
            body = ApiProblem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn refresh(
    State(api): State<PosApi>,
    reference: Result<Path<String>, PathRejection>,
) -> Result<(StatusCode, Json<PaymentView>), Refusal> {
    let reference = known_form(reference)?;
    api.0.till.refresh(&reference).await?;
    Ok((StatusCode::ACCEPTED, Json(api.0.till.payment(&reference).await?)))
}
