//! `/v1/screen` and `/v1/health`: what the customer sees, and whether the till can be used.

use axum::Json;
use axum::extract::State;
use contract::{Health, ScreenNow};

use crate::PosApi;

/// The customer screen as it is now, and the newest one that a window has really painted (`shown`).
#[utoipa::path(
    get,
    path = "/v1/screen",
    tag = "till",
    responses((status = 200, description = "The customer screen.", body = ScreenNow)),
)]
pub(crate) async fn screen(State(api): State<PosApi>) -> Json<ScreenNow> {
    Json(api.0.till.screen_now())
}

/// Whether the till can be used.
///
/// Answers 200 whenever Kvitt runs; read `ready`, and `problem` for what stops it.
#[utoipa::path(
    get,
    path = "/v1/health",
    tag = "till",
    responses((status = 200, description = "How the till is.", body = Health)),
)]
pub(crate) async fn health(State(api): State<PosApi>) -> Json<Health> {
    Json(api.0.till.health())
}
