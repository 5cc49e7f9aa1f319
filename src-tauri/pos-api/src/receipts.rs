//! `/v1/payments/{reference}/receipt`: what the customer's app shows of what was bought.

use axum::Json;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use contract::{ApiProblem, ReceiptView};

use crate::PosApi;
use crate::payments::known_form;
use crate::problem::Refusal;

/// The receipt of a payment.
///
/// It is made from the `lines` that the payment was started with, when each of them has a `taxRate`, and goes to the
/// customer's app by itself. The tax is reckoned line by line; discounts have been taken off the lines of their rate.
/// `status` says how it stands at Vipps MobilePay; it can be stored once, and never be changed.
#[utoipa::path(
    get,
    path = "/v1/payments/{reference}/receipt",
    tag = "payments",
    params(("reference" = String, Path, description = "The payment's reference.")),
    responses(
        (status = 200, description = "The receipt; without lines where there is none.", body = ReceiptView),
        (status = 404, description = "`payment_unknown`: there is no such payment.",
            body = ApiProblem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn receipt(
    State(api): State<PosApi>,
    reference: Result<Path<String>, PathRejection>,
) -> Result<Json<ReceiptView>, Refusal> {
    let reference = known_form(reference)?;
    Ok(Json(api.0.till.receipt(&reference).await?))
}
