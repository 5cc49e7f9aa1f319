//! The control API under `/simulator`: play the customer, look behind the API, make things go wrong, move time.
//!
//! Needs no login, and is not struck by faults.

use std::time::Duration;

use axum::extract::rejection::JsonRejection;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use http::StatusCode;
use serde::Deserialize;
use serde_json::json;

use crate::simulator::Simulator;
use crate::time::rfc3339;
use crate::world::fault::{FAULTS_MAX, Fault};
use crate::world::{ActRefused, World};

/// The clock moves at most ten years at once, in seconds.
const ADVANCE_MAX: u64 = 10 * 365 * 86_400;

pub(crate) fn routes() -> Router<Simulator> {
    Router::new()
        .route("/simulator/payments", get(payments))
        .route("/simulator/payments/{reference}", get(payment))
        .route("/simulator/payments/{reference}/{act}", post(act))
        .route("/simulator/faults", get(faults).put(set_faults).delete(clear_faults))
        .route("/simulator/clock", get(clock).post(advance))
        .route("/simulator/reset", post(reset))
        .route("/simulator/requests", get(requests))
        .route("/simulator/sales-units", get(sales_units))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Which {
    msn: Option<String>,
    #[serde(default)]
    late: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct About {
    reference: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Advance {
    #[serde(alias = "seconds")]
    advance_seconds: u64,
}

async fn payments(State(simulator): State<Simulator>) -> Response {
    Json(simulator.payments()).into_response()
}

async fn payment(
    State(simulator): State<Simulator>,
    Path(reference): Path<String>,
    Query(which): Query<Which>,
) -> Response {
    let truth = simulator.0.within(|world, _| {
        let key = world.find(&reference, which.msn.as_deref())?;
        world.payment(&key).map(|payment| world.truth(payment))
    });
    match truth {
        Some(truth) => Json(truth).into_response(),
        None => refused(StatusCode::NOT_FOUND, "no such payment"),
    }
}

async fn act(
    State(simulator): State<Simulator>,
    Path((reference, act)): Path<(String, String)>,
    Query(which): Query<Which>,
) -> Response {
    let msn = which.msn.as_deref();
    let outcome = match act.as_str() {
        "scan" => simulator.act(&reference, msn, World::scan),
        "approve" => simulator.act(&reference, msn, |world, key, now| world.approve(key, which.late, now)),
        "decline" => simulator.act(&reference, msn, World::decline),
        "cancel" => simulator.act(&reference, msn, World::cancel_in_app),
        _ => return refused(StatusCode::NOT_FOUND, "acts are scan, approve, decline and cancel"),
    };
    match outcome {
        Ok(truth) => Json(truth).into_response(),
        Err(why @ ActRefused::Unknown) => refused(StatusCode::NOT_FOUND, &why.to_string()),
        Err(why) => refused(StatusCode::CONFLICT, &why.to_string()),
    }
}

async fn faults(State(simulator): State<Simulator>) -> Response {
    Json(simulator.faults()).into_response()
}

/// Replaces the whole list and gives it back.
async fn set_faults(
    State(simulator): State<Simulator>,
    faults: Result<Json<Vec<Fault>>, JsonRejection>,
) -> Response {
    let faults = match faults {
        Ok(Json(faults)) => faults,
        Err(why) => return refused(StatusCode::BAD_REQUEST, &why.body_text()),
    };
    if faults.len() > FAULTS_MAX {
        return refused(StatusCode::BAD_REQUEST, "at most 100 faults");
    }
    if faults.iter().any(|fault| fault.shape.is_some_and(|shape| !(1..=6).contains(&shape))) {
        return refused(StatusCode::BAD_REQUEST, "shape is 1 to 6");
    }
    if faults.iter().any(|fault| fault.status.is_some_and(|status| !(200..=599).contains(&status))) {
        return refused(StatusCode::BAD_REQUEST, "status is 200 to 599");
    }
    simulator.set_faults(faults);
    Json(simulator.faults()).into_response()
}

async fn clear_faults(State(simulator): State<Simulator>) -> Response {
    simulator.set_faults(Vec::new());
    Json(json!([])).into_response()
}

async fn clock(State(simulator): State<Simulator>) -> Response {
    Json(json!({ "now": rfc3339(simulator.now()) })).into_response()
}

async fn advance(
    State(simulator): State<Simulator>,
    advance: Result<Json<Advance>, JsonRejection>,
) -> Response {
    match advance {
        Ok(Json(advance)) if advance.advance_seconds <= ADVANCE_MAX => {
            simulator.advance(Duration::from_secs(advance.advance_seconds));
            clock(State(simulator)).await
        }
        Ok(_) => refused(StatusCode::BAD_REQUEST, "at most ten years at once"),
        Err(why) => refused(StatusCode::BAD_REQUEST, &why.body_text()),
    }
}

async fn reset(State(simulator): State<Simulator>) -> Response {
    simulator.reset();
    StatusCode::NO_CONTENT.into_response()
}

async fn requests(State(simulator): State<Simulator>, Query(about): Query<About>) -> Response {
    let mut records = simulator.requests();
    if let Some(reference) = &about.reference {
        records.retain(|record| record.reference.as_ref() == Some(reference));
    }
    Json(records).into_response()
}

async fn sales_units(State(simulator): State<Simulator>) -> Response {
    Json(simulator.sales_units()).into_response()
}

fn refused(status: StatusCode, why: &str) -> Response {
    (status, Json(json!({ "error": why }))).into_response()
}
