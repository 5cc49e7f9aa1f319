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

const CREDENTIALS_MISSING: &str = "The client_id and client_secret headers are required";

pub(crate) fn routes() -> Router<Simulator> {
    Router::new().route("/accesstoken/get", post(get)).route("/miami/v1/token", post(other))
}

/// For accounting and donations, which the simulator has no keys for (contract 1.1).
async fn other(State(simulator): State<Simulator>, headers: HeaderMap) -> Response {
    answer(&simulator, |_, _| {
        caller::check_system(&headers)?;
        match (caller::text(&headers, "client_id"), caller::text(&headers, "client_secret")) {
            (Some(_), Some(_)) => {
                Err(Wrong::Token(401, "unauthorized_client", "These keys are for /accesstoken/get"))
            }
            _ => Err(Wrong::Token(400, "invalid_request", CREDENTIALS_MISSING)),
        }
    })
}

/// All numbers arrive as strings.
async fn get(State(simulator): State<Simulator>, headers: HeaderMap) -> Response {
    answer(&simulator, |world, now| {
        let subscriber = caller::subscriber(world, &headers)?;
        let credential = |name| {
            caller::text(&headers, name).ok_or(Wrong::Token(400, "invalid_request", CREDENTIALS_MISSING))
        };
        let bearer = world.keys_of(credential("client_id")?, credential("client_secret")?);
        let bearer = bearer.filter(|bearer| *bearer == subscriber).ok_or(Wrong::Token(
            401,
            "unauthorized_client",
            "No sales unit has these keys",
        ))?;
        caller::msn(world, &headers, &bearer)?;
        caller::check_system(&headers)?;
        let token = world.issue_token(bearer, now);
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
