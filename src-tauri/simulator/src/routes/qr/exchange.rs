//! Whose code or token is it? (contract 3.4)

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::response::Response;
use axum::routing::post;
use http::{HeaderMap, Uri};
use serde_json::json;

use crate::routes::caller::caller;
use crate::routes::form::{self, Form};
use crate::routes::wrong::Dress;
use crate::routes::{answer_in, json as ok};
use crate::simulator::Simulator;
use crate::world::people::Customer;
use crate::world::problem::Problem;

/// Characters of a code or a token.
const TEXT_MAX: usize = 4_096;

pub(super) fn routes() -> Router<Simulator> {
    Router::new().route("/qr/v1/exchange", post(code)).route("/qr/v1/exchange/customer", post(token))
}

async fn code(State(simulator): State<Simulator>, uri: Uri, headers: HeaderMap, body: Bytes) -> Response {
    answer_in(Dress::ExtraDetails, &simulator, &uri, |world, now| {
        caller(world, &headers, now)?;
        let body = form::parse(&headers, &body)?;
        let root = Form::root(&body, &["qrCode", "requestedData"])?;
        check_requested(&root)?;
        let code = root.needed_text("qrCode", 1..=TEXT_MAX)?;
        let found = world.who(&Customer::PersonalCode(code.into()), now);
        let found = found
            .ok_or_else(|| root.wrong("qrCode", "The complete data contained in the QR code is required."))?;
        Ok(ok(&match found.given_at {
            Some(at) => json!({ "msisdn": found.msisdn, "timestamp": at / 1_000, "version": "2.0" }),
            None => json!({ "msisdn": found.msisdn, "version": "1.0" }),
        }))
    })
}

async fn token(State(simulator): State<Simulator>, uri: Uri, headers: HeaderMap, body: Bytes) -> Response {
    answer_in(Dress::ExtraDetails, &simulator, &uri, |world, now| {
        caller(world, &headers, now)?;
        let body = form::parse(&headers, &body)?;
        let root = Form::root(&body, &["customer", "requestedData"])?;
        check_requested(&root)?;
        let customer = root.object("customer", &["customerToken"])?;
        let customer = customer.ok_or_else(|| root.wrong("customer", "Customer object is required."))?;
        let token = customer.needed_text("customerToken", 1..=TEXT_MAX)?;
        let found = world.who(&Customer::Token(token.into()), now);
        let found = found.ok_or_else(|| customer.wrong("customerToken", "The token is not valid."))?;
        let given_at = found.given_at.unwrap_or(now);
        Ok(ok(&json!({ "msisdn": found.msisdn, "timestamp": given_at / 1_000 })))
    })
}

/// Required by the specification, which also gives it a default and leaves it out of its example (contract 3.4).
fn check_requested(root: &Form<'_>) -> Result<(), Problem> {
    if root.has("requestedData") {
        let requested = root.needed_texts("requestedData")?;
        if requested.iter().any(|word| word != "MSISDN") {
            return Err(root.wrong("requestedData", "Only MSISDN is supported."));
        }
    }
    Ok(())
}
