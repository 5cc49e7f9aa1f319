//! ePayment (contract 1.4 and 2.3).

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::{get, post};
use http::{HeaderMap, StatusCode, Uri};
use serde_json::{Value, json};

mod create;
mod metadata;

use super::caller::{named_caller, text};
use super::form::{self, Form};
use super::wrong::{Dress, Wrong, of_type};
use super::{answer_in, json as ok};
use crate::simulator::Simulator;
use crate::time::rfc3339;
use crate::world::World;
use crate::world::epayment::guaranteed_until;
use crate::world::once::{Call, Outcome};
use crate::world::payment::{Key, Payment, Phase};
use crate::world::people::{Customer, may_pay};
use crate::world::problem::{Code, Problem};

/// Calls a minute (contract 1.4).
const CHANGE_PER_MINUTE: usize = 5;
const READ_PER_MINUTE: usize = 120;
/// Characters of `Idempotency-Key`.
const IDEMPOTENCY_KEY_MAX: usize = 50;
/// The header that makes a repetition safe.
const IDEMPOTENCY_KEY: &str = "Idempotency-Key";

pub(crate) fn routes() -> Router<Simulator> {
    Router::new()
        .route("/epayment/v1/payments", post(create::create))
        .route("/epayment/v1/payments/{reference}", get(one))
        .route("/epayment/v1/payments/{reference}/events", get(events))
        .route("/epayment/v1/payments/{reference}/capture", post(capture))
        .route("/epayment/v1/payments/{reference}/refund", post(refund))
        .route("/epayment/v1/payments/{reference}/cancel", post(cancel))
        .route("/epayment/v1/test/payments/{reference}/approve", post(force_approve))
}

async fn one(
    State(simulator): State<Simulator>,
    Path(reference): Path<String>,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    answer_in(Dress::TraceId, &simulator, &uri, |world, now| {
        let key = reader(world, &headers, reference, now)?;
        let payment = world.payment(&key).ok_or(Code::ReferenceNotFound)?;
        let mut body = whole(payment);
        if let Some(sub) = payment.particulars().and_then(|particulars| particulars.sub.clone()) {
            body["profile"]["sub"] = sub.clone().into();
            if let Some(details) = world.user_details(&sub, now) {
                body["userDetails"] = details;
            }
        }
        Ok(ok(&body))
    })
}

async fn events(
    State(simulator): State<Simulator>,
    Path(reference): Path<String>,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    answer_in(Dress::TraceId, &simulator, &uri, |world, now| {
        let key = reader(world, &headers, reference, now)?;
        let payment = world.payment(&key).ok_or(Code::ReferenceNotFound)?;
        Ok(ok(&world.events_of(payment).iter().map(|event| event_of(payment, event)).collect()))
    })
}

/// What capture and refund do in the world, with the amount and the idempotency key.
type Move = fn(&mut World, &Key, i64, &str, i64) -> Result<(), Problem>;

async fn capture(
    State(simulator): State<Simulator>,
    Path(reference): Path<String>,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    answer_in(Dress::TraceId, &simulator, &uri, |world, now| {
        let asked = ("capture", Code::CaptureBodyChanged, World::capture_part as Move);
        move_money(world, &headers, &body, reference, asked, now)
    })
}

async fn refund(
    State(simulator): State<Simulator>,
    Path(reference): Path<String>,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    answer_in(Dress::TraceId, &simulator, &uri, |world, now| {
        let asked = ("refund", Code::ReferenceTaken, World::refund_part as Move);
        move_money(world, &headers, &body, reference, asked, now)
    })
}

fn move_money(
    world: &mut World,
    headers: &HeaderMap,
    body: &[u8],
    reference: String,
    (what, changed, act): (&str, Code, Move),
    now: i64,
) -> Result<Response, Wrong> {
    let (key, call) = changer(world, headers, reference, what, now)?;
    let body = form::parse(headers, body)?;
    let idempotency_key = call.key.clone();
    let outcome = world.answer_once(call, &body, changed, |world| {
        let root = Form::root(&body, &["modificationAmount"])?;
        let (amount, currency) = root.needed_amount("modificationAmount")?;
        let payment = world.payment(&key).ok_or(Code::ReferenceNotFound)?;
        if currency != payment.currency {
            return Err(Code::CurrencyNotOfMarket.into());
        }
        if amount == 0 {
            return Err(Problem::field("modificationAmount.value", "The amount must be above zero."));
        }
        act(world, &key, amount, &idempotency_key, now)?;
        changed_payment(world, &key)
    });
    adjusted(outcome)
}

async fn cancel(
    State(simulator): State<Simulator>,
    Path(reference): Path<String>,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    answer_in(Dress::TraceId, &simulator, &uri, |world, now| {
        let (key, call) = changer(world, &headers, reference, "cancel", now)?;
        // Some send no body, some an empty one.
        let body = if body.is_empty() { json!({}) } else { form::parse(&headers, &body)? };
        let idempotency_key = call.key.clone();
        let outcome = world.answer_once(call, &body, Code::KeyExists, |world| {
            let only_unapproved =
                Form::root(&body, &["cancelTransactionOnly"])?.flag("cancelTransactionOnly")?;
            world.give_up(&key, only_unapproved.unwrap_or(false), &idempotency_key, now)?;
            changed_payment(world, &key)
        });
        adjusted(outcome)
    })
}

/// Test environment only: approves without a phone, answers with nothing (contract 7).
async fn force_approve(
    State(simulator): State<Simulator>,
    Path(reference): Path<String>,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    answer_in(Dress::TraceId, &simulator, &uri, |world, now| {
        let msn = named_caller(world, &headers, now)?;
        let key = Key { msn, reference };
        let body = form::parse(&headers, &body)?;
        let root = Form::root(&body, &["customer", "token"])?;
        let customer = create::customer(&root)?;
        let token = root.text("token", 1..=4_096)?;
        world.payment(&key).ok_or(Code::ReferenceNotFound)?;
        match (customer, token) {
            (Some(Customer::Number(msisdn)), None) if may_pay(&msisdn, None) => {}
            (None, Some(token)) if world.token_leads_to(token, &key) => {}
            (None, None) => return Err(root.wrong("customer", "A customer or a token is required.").into()),
            _ => return Err(Code::CustomerNotFound.into()),
        }
        world.approve_by_force(&key, now)?;
        Ok(Response::new(Body::empty()))
    })
}

/// Names a payment that is to be read; counts the call by reference and subscription key.
fn reader(world: &mut World, headers: &HeaderMap, reference: String, now: i64) -> Result<Key, Wrong> {
    let msn = named_caller(world, headers, now)?;
    world.count(bucket("read", &msn, &reference), READ_PER_MINUTE, now).map_err(Wrong::TooMany)?;
    Ok(Key { msn, reference })
}

/// Names a payment that is to be changed, and the call by its key; counts it by operation, reference and MSN.
fn changer(
    world: &mut World,
    headers: &HeaderMap,
    reference: String,
    what: &str,
    now: i64,
) -> Result<(Key, Call), Wrong> {
    let msn = named_caller(world, headers, now)?;
    world.count(bucket(what, &msn, &reference), CHANGE_PER_MINUTE, now).map_err(Wrong::TooMany)?;
    let call = Call { msn: msn.clone(), what: format!("{what}/{reference}"), key: idempotency_key(headers)? };
    Ok((Key { msn, reference }, call))
}

fn idempotency_key(headers: &HeaderMap) -> Result<String, Problem> {
    let key = text(headers, IDEMPOTENCY_KEY)
        .ok_or_else(|| Problem::field(IDEMPOTENCY_KEY, "The header is required"))?;
    if key.chars().count() > IDEMPOTENCY_KEY_MAX {
        return Err(Problem::field(IDEMPOTENCY_KEY, "The header must not be longer than 50 characters"));
    }
    Ok(key.to_owned())
}

/// Calls without a reference that could be one share a bucket (contract 1.4).
fn bucket(what: &str, msn: &str, reference: &str) -> String {
    let named = if create::is_reference(reference) { reference } else { "" };
    format!("epayment/{what}/{msn}/{named}")
}

/// The answer to a change. The specification gives even this one the media type of problems (contract 1.4).
fn adjusted(outcome: Outcome) -> Result<Response, Wrong> {
    let (status, body) = outcome?;
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::OK);
    Ok(of_type(status, "application/problem+json", body.to_string()))
}

fn changed_payment(world: &World, key: &Key) -> Outcome {
    let payment = world.payment(key).ok_or(Code::ReferenceNotFound)?;
    Ok((
        200,
        json!({
            "amount": amount(payment, payment.amount),
            "state": payment.state_word(),
            "aggregate": aggregate(payment),
            "pspReference": payment.psp_reference,
            "reference": payment.key.reference,
        }),
    ))
}

fn whole(payment: &Payment) -> Value {
    let mut body = json!({
        "aggregate": aggregate(payment),
        "amount": amount(payment, payment.amount),
        "state": payment.state_word(),
        "paymentMethod": { "type": "WALLET" },
        "profile": {},
        "pspReference": payment.psp_reference,
        "reference": payment.key.reference,
    });
    if payment.reserved > 0 {
        body["paymentMethod"]["cardBin"] = "492556".into();
    }
    if let Some(until) = guaranteed_until(payment) {
        body["captureGuaranteedUntil"] = rfc3339(until).into();
    }
    if let Some(particulars) = payment.particulars() {
        body["paymentMethod"]["type"] = particulars.method.clone().into();
        if let Some(metadata) = &particulars.metadata {
            body["metadata"] = metadata.clone();
        }
        if let Some(url) = particulars.redirect_url.as_ref().filter(|_| payment.phase == Phase::Waiting) {
            body["redirectUrl"] = url.clone().into();
        }
    }
    body
}

fn aggregate(payment: &Payment) -> Value {
    json!({
        "authorizedAmount": amount(payment, payment.reserved),
        "cancelledAmount": amount(payment, payment.given_up()),
        "capturedAmount": amount(payment, payment.captured),
        "refundedAmount": amount(payment, payment.refunded),
    })
}

fn amount(payment: &Payment, value: i64) -> Value {
    json!({ "currency": payment.currency, "value": value })
}

fn event_of(payment: &Payment, event: &crate::world::events::Event) -> Value {
    let mut body = json!({
        "reference": payment.key.reference,
        "pspReference": event.psp_reference,
        "name": event.name.word(),
        // Required by the specification, which nowhere says what it is.
        "paymentAction": event.name.word(),
        "amount": amount(payment, event.amount),
        "timestamp": rfc3339(event.at),
        "success": event.success,
    });
    if let Some(key) = &event.idempotency_key {
        body["idempotencyKey"] = key.clone().into();
    }
    body
}
