//! The control API under `/simulator`: play the customer, look behind the API, make things go wrong, move time.
//!
//! Needs no login, and is not struck by faults.

use std::time::Duration;

use axum::extract::rejection::JsonRejection;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, patch, post};
use axum::{Json, Router, body::Bytes};
use http::StatusCode;
use serde::Deserialize;
use serde_json::json;

use crate::sales_unit::UnitChange;
use crate::simulator::Simulator;
use crate::time::rfc3339;
use crate::world::fault::{FAULTS_MAX, Fault};
use crate::world::people::{ANYBODY, is_msisdn};
use crate::world::product_orders::Step;
use crate::world::truth::Truth;
use crate::world::{Act, ActRefused};

/// The clock moves at most ten years at once, in seconds.
const ADVANCE_MAX: u64 = 10 * 365 * 86_400;

pub(crate) fn routes() -> Router<Simulator> {
    Router::new()
        .route("/simulator/payments", get(payments))
        .route("/simulator/payments/{reference}", get(payment))
        .route("/simulator/payments/{reference}/{act}", post(act))
        .route("/simulator/payments/{reference}/portal/{act}", post(portal))
        .route("/simulator/personal-codes", post(personal_code))
        .route("/simulator/merchant-callback/{id}/scan", post(check_in))
        .route("/simulator/product-orders/{id}/{act}", post(product_order))
        .route("/simulator/webhooks", get(webhooks))
        .route("/simulator/partner", get(partner))
        .route("/simulator/faults", get(faults).put(set_faults).delete(clear_faults))
        .route("/simulator/clock", get(clock).post(advance))
        .route("/simulator/reset", post(reset))
        .route("/simulator/requests", get(requests))
        .route("/simulator/sales-units", get(sales_units))
        .route("/simulator/sales-units/{msn}", patch(change_sales_unit))
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

/// Minor units; unless given, all that is left.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ByHand {
    amount: Option<i64>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Person {
    phone_number: String,
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
    let act = match act.as_str() {
        "scan" => Act::Scan,
        "approve" if which.late => Act::ApproveLate,
        "approve" => Act::Approve,
        "decline" => Act::Decline,
        "cancel" => Act::Cancel,
        "authorize" => Act::Authorize,
        "bank-releases" => Act::BankReleases,
        _ => {
            let acts = "acts are scan, authorize, approve, decline, cancel and bank-releases";
            return refused(StatusCode::NOT_FOUND, acts);
        }
    };
    told(simulator.perform(&reference, which.msn.as_deref(), act))
}

fn told(outcome: Result<Truth, ActRefused>) -> Response {
    match outcome {
        Ok(truth) => Json(truth).into_response(),
        Err(why @ ActRefused::Unknown) => refused(StatusCode::NOT_FOUND, &why.to_string()),
        Err(why) => refused(StatusCode::CONFLICT, &why.to_string()),
    }
}

/// The merchant does it by hand in the portal, behind the till's back (trap 52).
async fn portal(
    State(simulator): State<Simulator>,
    Path((reference, act)): Path<(String, String)>,
    Query(which): Query<Which>,
    body: Bytes,
) -> Response {
    let amount = match serde_json::from_slice::<ByHand>(if body.is_empty() { b"{}" } else { &body }) {
        Ok(by_hand) => by_hand.amount,
        Err(why) => return refused(StatusCode::BAD_REQUEST, &why.to_string()),
    };
    let act = match act.as_str() {
        "capture" => Act::PortalCapture(amount),
        "refund" => Act::PortalRefund(amount),
        "cancel" => Act::PortalCancel,
        _ => return told(Err(ActRefused::Unknown)),
    };
    told(simulator.perform(&reference, which.msn.as_deref(), act))
}

/// A personal QR code, as a customer's app would show it.
async fn personal_code(
    State(simulator): State<Simulator>,
    person: Result<Json<Person>, JsonRejection>,
) -> Response {
    match person {
        Ok(Json(person)) if is_msisdn(&person.phone_number) => {
            Json(json!({ "qrCode": simulator.personal_code(&person.phone_number) })).into_response()
        }
        Ok(_) => refused(StatusCode::BAD_REQUEST, "phoneNumber is country code and number, digits only"),
        Err(why) => refused(StatusCode::BAD_REQUEST, &why.body_text()),
    }
}

/// A customer scans the code on a counter; the merchant is told by webhook.
async fn check_in(
    State(simulator): State<Simulator>,
    Path(id): Path<String>,
    Query(which): Query<Which>,
    body: Bytes,
) -> Response {
    let number = if body.is_empty() {
        ANYBODY.to_owned()
    } else {
        match serde_json::from_slice::<Person>(&body) {
            Ok(person) => person.phone_number,
            Err(why) => return refused(StatusCode::BAD_REQUEST, &why.to_string()),
        }
    };
    let outcome = simulator.0.within(|world, now| world.check_in(&id, which.msn.as_deref(), &number, now));
    match outcome {
        Ok(token) => Json(json!({ "customerToken": token })).into_response(),
        Err(why @ ActRefused::Unknown) => refused(StatusCode::NOT_FOUND, &why.to_string()),
        Err(why) => refused(StatusCode::CONFLICT, &why.to_string()),
    }
}

/// What the merchant, or Vipps MobilePay, does with an order of a product.
async fn product_order(
    State(simulator): State<Simulator>,
    Path((id, act)): Path<(String, String)>,
) -> Response {
    let step = match act.as_str() {
        "view" => Step::Viewed,
        "submit" => Step::Submitted,
        "complete" => Step::Completed,
        "reject" => Step::Rejected,
        _ => return refused(StatusCode::NOT_FOUND, "acts are view, submit, complete and reject"),
    };
    match simulator.0.within(|world, now| world.advance_order(&id, step, now)) {
        Ok(status) => Json(json!({ "status": status })).into_response(),
        Err(why @ ActRefused::Unknown) => refused(StatusCode::NOT_FOUND, &why.to_string()),
        Err(why) => refused(StatusCode::CONFLICT, &why.to_string()),
    }
}

/// Who has registered, and how many events wait for them; without the secrets.
async fn webhooks(State(simulator): State<Simulator>) -> Response {
    let found = simulator.0.within(|world, _| {
        let registrations = world.all_registrations();
        registrations
            .map(|found| {
                json!({ "id": found.id, "url": found.url, "events": found.events, "waiting": found.waiting() })
            })
            .collect::<Vec<_>>()
    });
    Json(found).into_response()
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
    if faults.iter().any(|fault| fault.shape.is_some_and(|shape| !(1..=8).contains(&shape))) {
        return refused(StatusCode::BAD_REQUEST, "shape is 1 to 8");
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

/// What the sales unit may do from now on; what is left out stays.
async fn change_sales_unit(
    State(simulator): State<Simulator>,
    Path(msn): Path<String>,
    change: Result<Json<UnitChange>, JsonRejection>,
) -> Response {
    let change = match change {
        Ok(Json(change)) => change,
        Err(why) => return refused(StatusCode::BAD_REQUEST, &why.body_text()),
    };
    match simulator.change_sales_unit(&msn, &change) {
        Some(unit) => Json(unit).into_response(),
        None => refused(StatusCode::NOT_FOUND, "no such sales unit"),
    }
}

async fn partner(State(simulator): State<Simulator>) -> Response {
    Json(simulator.partner()).into_response()
}

fn refused(status: StatusCode, why: &str) -> Response {
    (status, Json(json!({ "error": why }))).into_response()
}
