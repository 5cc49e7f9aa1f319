//! `/v1/cart`: what the customer sees while the sale is rung up.

use axum::extract::{Request, State};
use axum::http::StatusCode;
use contract::{ApiProblem, Cart};

use crate::PosApi;
use crate::body;
use crate::problem::Refusal;

/// Shows the sale as it is rung up.
///
/// Send the whole sale whenever it changes; it takes the place of what was shown before. It says nothing about money:
/// nothing is asked for and nothing is kept. A payment and its result are shown first, and a sale that is paid goes by
/// itself, as does one about which nothing was said for 30 minutes.
#[utoipa::path(
    put,
    path = "/v1/cart",
    tag = "till",
    request_body(content = Cart, example = json!({
        "lines": [
            { "name": "Coffee", "quantity": 2, "unitPrice": 4500 },
            { "name": "Bun", "quantity": 1, "unitPrice": 3900 },
        ],
        "total": { "value": 12900, "currency": "NOK" }
    })),
    responses(
        (status = 204, description = "It is shown, or will be when the payment that is shown has gone."),
        (status = 400, description = "`request_invalid`: not JSON, a wrong type, an unknown member, a decimal as \
            price, a line that can't be, more than 200 lines, or neither lines nor a total.",
            body = ApiProblem, content_type = "application/problem+json"),
        (status = 422, description = "`amount_invalid`: the total is not the sum of the lines, in another currency \
            than the sales unit's, or too much.",
            body = ApiProblem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn show(State(api): State<PosApi>, request: Request) -> Result<StatusCode, Refusal> {
    let cart: Cart = body::read(request).await?;
    api.0.till.show_cart(&cart)?;
    Ok(StatusCode::NO_CONTENT)
}

/// Takes the sale off the customer screen.
#[utoipa::path(
    delete,
    path = "/v1/cart",
    tag = "till",
    responses((status = 204, description = "No sale is shown any more.")),
)]
pub(crate) async fn clear(State(api): State<PosApi>) -> StatusCode {
    api.0.till.clear_cart();
    StatusCode::NO_CONTENT
}
