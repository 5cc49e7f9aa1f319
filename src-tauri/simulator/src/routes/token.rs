//! The access token API (contract 1.1).

use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::post;
use http::HeaderMap;
use serde_json::json;

use super::wrong::Wrong;
use super::{answer, caller};
use crate::simulator::Simulator;
use crate::world::TOKEN_LIFE_MS;

pub(crate) fn routes() -> Router<Simulator> {
    Router::new().route("/accesstoken/get", post(get))
}

/// All numbers arrive as strings.
async fn get(State(simulator): State<Simulator>, headers: HeaderMap) -> Response {
    answer(&simulator, |world, now| {
        let subscriber = caller::subscriber(world, &headers)?;
        let credential = |name| {
            let missing = "The client_id and client_secret headers are required";
            caller::text(&headers, name).ok_or(Wrong::Token(400, "invalid_request", missing))
        };
        let unit = world.keys_of(credential("client_id")?, credential("client_secret")?);
        let unit = unit.filter(|unit| unit.msn == subscriber).ok_or(Wrong::Token(
            401,
            "unauthorized_client",
            "No sales unit has these keys",
        ))?;
        caller::check_msn(&headers, &unit.msn)?;
        caller::check_system(&headers)?;
        let token = world.issue_token(&subscriber, now);
        Ok(super::json(&json!({
            "token_type": "Bearer",
            "expires_in": (TOKEN_LIFE_MS / 1000).to_string(),
            "ext_expires_in": "0",
            "expires_on": ((now + TOKEN_LIFE_MS) / 1000).to_string(),
            "not_before": (now / 1000).to_string(),
            "resource": "00000002-0000-0000-c000-000000000000",
            "access_token": token,
        })))
    })
}
