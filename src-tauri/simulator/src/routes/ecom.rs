//! eCom API v2 (contract 1.2 and 2.1).

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::{get, post, put};
use http::HeaderMap;
use serde_json::{Value, json};

mod initiate;

use super::body::{self, Fields};
use super::caller::{caller, text};
use super::wrong::Wrong;
use super::{answer, json as ok};
use crate::simulator::Simulator;
use crate::time::{rfc3339, without_zone};
use crate::world::World;
use crate::world::merchant::Charge;
use crate::world::payment::{Entry, Key, Operation, Payment, Receipt, Sums};
use crate::world::refusal::Refusal;

/// Calls a minute (contract 1.2, "Rate limits").
const INITIATE_PER_MINUTE: usize = 2;
const CHANGE_PER_MINUTE: usize = 5;
const READ_PER_MINUTE: usize = 120;
/// Characters of `X-Request-Id`.
const REQUEST_ID_MAX: usize = 40;
/// Characters of `transactionText`.
const TEXT_MAX: usize = 100;

pub(crate) fn routes() -> Router<Simulator> {
    Router::new()
        .route("/ecomm/v2/payments", post(initiate::initiate))
        .route("/ecomm/v2/payments/{order_id}/details", get(details))
        .route("/ecomm/v2/payments/{order_id}/status", get(status))
        .route("/ecomm/v2/payments/{order_id}/capture", post(capture))
        .route("/ecomm/v2/payments/{order_id}/cancel", put(cancel))
        .route("/ecomm/v2/payments/{order_id}/refund", post(refund))
        .route("/ecomm/v2/integration-test/payments/{order_id}/approve", post(force_approve))
}

async fn details(
    State(simulator): State<Simulator>,
    Path(order_id): Path<String>,
    headers: HeaderMap,
) -> Response {
    answer(&simulator, |world, now| {
        let key = reader(world, &headers, order_id, now)?;
        Ok(ok(&details_of(world.ecom_order(&key)?)))
    })
}

/// Deprecated by the live service too: only the last line of the history (contract 1.2).
async fn status(
    State(simulator): State<Simulator>,
    Path(order_id): Path<String>,
    headers: HeaderMap,
) -> Response {
    answer(&simulator, |world, now| {
        let key = reader(world, &headers, order_id, now)?;
        let payment = world.ecom_order(&key)?;
        let last = payment.log.last().ok_or(Refusal::UnknownOrder)?;
        let mut info = json!({
            "amount": last.amount,
            "status": if last.success { last.operation.name() } else { "FAILED" },
            "timeStamp": rfc3339(last.at),
        });
        if payment.opened() {
            info["transactionId"] = last.transaction_id.clone().into();
        }
        Ok(ok(&json!({ "orderId": key.reference, "transactionInfo": info })))
    })
}

async fn capture(
    State(simulator): State<Simulator>,
    Path(order_id): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    answer(&simulator, |world, now| {
        let (key, charge) = charge(world, &headers, &body, order_id, "capture", now)?;
        let receipt = world.capture(&key, charge, now)?;
        Ok(ok(&json!({
            "orderId": key.reference,
            "paymentInstrument": "Visa",
            "transactionInfo": info(&receipt, "Captured", &rfc3339(receipt.at)),
            "transactionSummary": summary(receipt.sums),
        })))
    })
}

async fn refund(
    State(simulator): State<Simulator>,
    Path(order_id): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    answer(&simulator, |world, now| {
        let (key, charge) = charge(world, &headers, &body, order_id, "refund", now)?;
        let receipt = world.refund(&key, charge, now)?;
        Ok(ok(&json!({
            "orderId": key.reference,
            "transaction": info(&receipt, "Refund", &without_zone(receipt.at)),
            "transactionSummary": summary(receipt.sums),
        })))
    })
}

async fn cancel(
    State(simulator): State<Simulator>,
    Path(order_id): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    answer(&simulator, |world, now| {
        let key = changer(world, &headers, order_id, "cancel", now)?;
        let body = body::parse(&headers, &body)?;
        let root = Fields::root(&body, &["merchantInfo", "transaction", "shouldReleaseRemainingFunds"])?;
        check_merchant(&root, &key.msn)?;
        // The amount is no part of this body in the specification, but guides and plugins send it.
        let transaction = root.object("transaction", &["amount", "transactionText"])?;
        let text = transaction.required("transactionText", TEXT_MAX)?;
        let release_rest = root.flag("shouldReleaseRemainingFunds")?;
        let receipt = world.cancel(&key, text, release_rest, now)?;
        Ok(ok(&json!({
            "orderId": key.reference,
            "transactionInfo": info(&receipt, "Cancelled", &rfc3339(receipt.at)),
            "transactionSummary": summary(receipt.sums),
        })))
    })
}

/// Test environment only: approves without a phone, answers with nothing (contract 7).
async fn force_approve(
    State(simulator): State<Simulator>,
    Path(order_id): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    answer(&simulator, |world, now| {
        let key = changer(world, &headers, order_id, "approve", now)?;
        let body = body::parse(&headers, &body)?;
        let root = Fields::root(&body, &["customerPhoneNumber", "token"])?;
        let number = root.text("customerPhoneNumber", 20)?;
        world.force_approve(&key, number, root.required("token", 4_096)?, now)?;
        Ok(Response::new(Body::empty()))
    })
}

/// Names a payment that is to be read; counts the call by order and subscription key.
fn reader(world: &mut World, headers: &HeaderMap, order_id: String, now: i64) -> Result<Key, Wrong> {
    let msn = caller(world, headers, now)?;
    let bucket = format!("read/{msn}/{order_id}");
    world.count(bucket, READ_PER_MINUTE, now).map_err(Wrong::TooMany)?;
    Ok(Key { msn, reference: order_id })
}

/// Names a payment that is to be changed; counts the call by operation, order and MSN.
fn changer(
    world: &mut World,
    headers: &HeaderMap,
    order_id: String,
    operation: &str,
    now: i64,
) -> Result<Key, Wrong> {
    let msn = caller(world, headers, now)?;
    let bucket = format!("{operation}/{msn}/{order_id}");
    world.count(bucket, CHANGE_PER_MINUTE, now).map_err(Wrong::TooMany)?;
    Ok(Key { msn, reference: order_id })
}

/// Reads what capture and refund have in common.
fn charge(
    world: &mut World,
    headers: &HeaderMap,
    body: &[u8],
    order_id: String,
    operation: &str,
    now: i64,
) -> Result<(Key, Charge), Wrong> {
    let key = changer(world, headers, order_id, operation, now)?;
    let request_id = text(headers, "X-Request-Id").filter(|id| id.len() <= REQUEST_ID_MAX);
    let request_id = request_id
        .ok_or_else(|| Refusal::field("X-Request-Id", "is required, and at most 40 characters"))?
        .to_owned();
    let body = body::parse(headers, body)?;
    let root = Fields::root(&body, &["merchantInfo", "transaction"])?;
    check_merchant(&root, &key.msn)?;
    let transaction = root.object("transaction", &["amount", "transactionText"])?;
    let text = transaction.required("transactionText", TEXT_MAX)?.to_owned();
    // Left out, null or 0: all that is left (contract 1.2).
    let amount = transaction.amount("amount")?.filter(|amount| *amount != 0);
    Ok((key, Charge { amount, text, request_id, body }))
}

/// Whether the body names the sales unit whose keys are used.
fn check_merchant(root: &Fields<'_>, msn: &str) -> Result<(), Wrong> {
    check_serial_number(&root.object("merchantInfo", &["merchantSerialNumber"])?, msn)
}

fn check_serial_number(merchant: &Fields<'_>, msn: &str) -> Result<(), Wrong> {
    let named = merchant.required("merchantSerialNumber", 6)?;
    if named == msn { Ok(()) } else { Err(Wrong::Gateway(401, "Invalid MSN")) }
}

/// Newest first; no `transactionId` before the scan, no summary before anybody reacted (contract 2.1).
fn details_of(payment: &Payment) -> Value {
    let lines: Vec<Value> = payment.log.iter().rev().map(|entry| log_line(payment, entry)).collect();
    let mut details = json!({ "orderId": payment.key.reference, "transactionLogHistory": lines });
    if payment.touched() {
        details["transactionSummary"] = summary(payment.sums());
        if payment.reserved > 0 {
            details["transactionSummary"]["bankIdentificationNumber"] = 492_556.into();
        }
    }
    details
}

fn log_line(payment: &Payment, entry: &Entry) -> Value {
    let mut line = json!({
        "amount": entry.amount,
        "transactionText": entry.text,
        "timeStamp": rfc3339(entry.at),
        "operation": entry.operation.name(),
        "operationSuccess": entry.success,
    });
    if payment.opened() || matches!(entry.operation, Operation::Capture | Operation::Refund) {
        line["transactionId"] = entry.transaction_id.clone().into();
    }
    if payment.touched() {
        line["requestId"] = entry.request_id.clone().into();
    }
    line
}

fn info(receipt: &Receipt, status: &str, at: &str) -> Value {
    let mut info = json!({
        "amount": receipt.amount, "status": status, "timeStamp": at, "transactionText": receipt.text,
    });
    if let Some(id) = &receipt.transaction_id {
        info["transactionId"] = id.clone().into();
    }
    info
}

fn summary(sums: Sums) -> Value {
    json!({
        "capturedAmount": sums.captured,
        "refundedAmount": sums.refunded,
        "remainingAmountToCapture": sums.left_to_capture,
        "remainingAmountToRefund": sums.left_to_refund,
    })
}
