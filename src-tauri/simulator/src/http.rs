//! The HTTP face: every call passes through here, is written down, struck by faults, and given the time.

mod strike;

use std::collections::BTreeMap;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use http::request::Parts;
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use serde_json::Value;

pub(crate) use strike::NoAnswer;

use crate::simulator::Simulator;
use crate::world::World;
use crate::world::fault::Call;
use crate::world::record::{Direction, Record, shorten};
use crate::{callback, control, routes, webhook};

/// The largest body that is read, in bytes: Order Management takes pictures of two megabytes in base64.
const REQUEST_BYTES_MAX: usize = 4 * 1024 * 1024;
/// The largest body that is written down, in bytes.
const RECORDED_BYTES_MAX: usize = 16 * 1024;
/// Shortened before they are written down.
const SECRET_HEADERS: [&str; 3] = ["authorization", "client_secret", "ocp-apim-subscription-key"];
/// How long calls that are still running may take after a stop.
const STOP_WITHIN: Duration = Duration::from_secs(1);
/// How often time-outs are looked for when nobody asks.
const TICK: Duration = Duration::from_secs(1);

pub(crate) fn router(simulator: &Simulator) -> Router {
    let vipps = Router::new()
        .merge(routes::token::routes())
        .merge(routes::ecom::routes())
        .merge(routes::epayment::routes())
        .merge(routes::webhooks::routes())
        .merge(routes::qr::routes())
        .merge(routes::orders::routes())
        .merge(routes::userinfo::routes())
        .merge(routes::management::routes())
        .fallback(|| async { StatusCode::NOT_FOUND })
        .layer(from_fn_with_state(simulator.clone(), pass));
    Router::new()
        .merge(control::routes())
        .merge(routes::phone::routes())
        .fallback_service(vipps.with_state(simulator.clone()))
        .layer(from_fn_with_state(simulator.clone(), date))
        .with_state(simulator.clone())
}

pub(crate) async fn serve(simulator: &Simulator, listener: tokio::net::TcpListener) -> std::io::Result<()> {
    let stopped = |simulator: Simulator| async move {
        // It fails only if the sender is gone, and the simulator holds it.
        let _ = simulator.0.stopping.subscribe().wait_for(|stop| *stop).await;
    };
    let serving = axum::serve(listener, router(simulator)).with_graceful_shutdown(stopped(simulator.clone()));
    let out_of_patience = async {
        stopped(simulator.clone()).await;
        tokio::time::sleep(STOP_WITHIN).await;
    };
    tokio::select! {
        served = async { serving.await } => served,
        () = out_of_patience => Ok(()),
        () = keep_merchants_informed(simulator) => Ok(()),
    }
}

/// Sends callbacks and webhooks as they become due. Never ends.
async fn keep_merchants_informed(simulator: &Simulator) {
    loop {
        // Whichever comes first; a tick finds what only time has brought about.
        let _ = tokio::time::timeout(TICK, simulator.0.news.notified()).await;
        let news = simulator.0.take_news();
        for item in news {
            tokio::spawn(callback::deliver(simulator.clone(), item));
        }
        simulator.0.keep().await;
        for delivery in simulator.0.take_deliveries() {
            tokio::spawn(webhook::deliver(simulator.clone(), delivery));
        }
    }
}

/// Kvitt takes the servers' time from this header, so it follows the simulator's clock.
async fn date(State(simulator): State<Simulator>, request: Request, next: Next) -> Response {
    let changes = request.method() != Method::GET;
    let mut response = next.run(request).await;
    if changes {
        // On disk before it is answered: who has been told something finds it again after a restart.
        simulator.0.keep().await;
    }
    if let Ok(date) = HeaderValue::from_str(&crate::time::http_date(simulator.now())) {
        response.headers_mut().insert(header::DATE, date);
    }
    response
}

/// Writes a call down, lets a fault strike it, and writes down what was answered.
async fn pass(State(simulator): State<Simulator>, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, REQUEST_BYTES_MAX).await else {
        return StatusCode::PAYLOAD_TOO_LARGE.into_response();
    };
    let (number, fault) = simulator.0.within(|world, now| {
        let (call, reference) = identify(world, &parts, &body);
        let fault = world.faults.take(call, reference.as_deref());
        let note = fault
            .as_ref()
            .and_then(|fault| Some(serde_json::to_value(fault.kind).ok()?.as_str()?.to_owned()));
        let record = record(&parts, &body, reference, note, now);
        (world.records.add(record), fault)
    });
    let response = match fault {
        None if !routes::is_text(parts.uri.path()) => routes::not_text(&simulator, &parts.uri),
        None => run(&next, &parts, &body).await,
        Some(fault) => {
            strike::strike(&simulator, &fault, parts.uri.path(), || run(&next, &parts, &body)).await
        }
    };
    let status = response.extensions().get::<NoAnswer>().is_none().then(|| response.status().as_u16());
    simulator.0.within(|world, _| world.records.answered(number, status, None));
    response
}

async fn run(next: &Next, parts: &Parts, body: &Bytes) -> Response {
    next.clone().run(Request::from_parts(parts.clone(), Body::from(body.clone()))).await
}

/// Which call it is and which payment it is about, as far as that can be told before it is checked.
fn identify(world: &World, parts: &Parts, body: &[u8]) -> (Call, Option<String>) {
    let field = |pointer: &str| {
        let body: Value = serde_json::from_slice(body).ok()?;
        Some(body.pointer(pointer)?.as_str()?.to_owned())
    };
    let path = parts.uri.path().trim_matches('/');
    match *path.split('/').collect::<Vec<_>>() {
        ["accesstoken", "get"] => (Call::Token, None),
        ["ecomm", "v2", "payments"] => (Call::Initiate, field("/transaction/orderId")),
        ["ecomm", "v2", "payments", order_id, act] => {
            let call = match act {
                "details" | "status" => Call::Details,
                "capture" => Call::Capture,
                "cancel" => Call::Cancel,
                "refund" => Call::Refund,
                _ => Call::Any,
            };
            (call, Some(order_id.to_owned()))
        }
        ["ecomm", "v2", "integration-test", "payments", order_id, _] => {
            (Call::Any, Some(order_id.to_owned()))
        }
        ["epayment", "v1", "payments"] => (Call::Initiate, field("/reference")),
        ["epayment", "v1", "payments", reference] => (Call::Details, Some(reference.to_owned())),
        ["epayment", "v1", "payments", reference, act] => {
            let call = match act {
                "events" => Call::Details,
                "capture" => Call::Capture,
                "cancel" => Call::Cancel,
                "refund" => Call::Refund,
                _ => Call::Any,
            };
            (call, Some(reference.to_owned()))
        }
        ["epayment", "v1", "test", "payments", reference, _] => (Call::Any, Some(reference.to_owned())),
        ["webhooks", ..] => (Call::Webhooks, None),
        ["order-management", "v2", _, _, reference] | ["order-management", "v2", _, reference] => {
            (Call::Orders, Some(reference.to_owned()))
        }
        ["order-management", ..] => (Call::Orders, field("/orderId")),
        ["management", ..] => (Call::Management, None),
        ["vipps-userinfo-api", ..] => (Call::Userinfo, None),
        ["qr", "v1", ..] if path != "qr/v1" => (Call::Qr, None),
        ["qr", "v1"] => {
            let url = field("/url").unwrap_or_default();
            let token = routes::qr::token_of(url.trim());
            let payment = token.and_then(|token| world.by_landing_token(token));
            (Call::Qr, payment.map(|payment| payment.key.reference.clone()))
        }
        ["qr-image", "v1"] => {
            let token = parts.uri.query().and_then(|query| query.strip_prefix("token="));
            (Call::Image, token.and_then(|token| world.image_reference(token)))
        }
        _ => (Call::Any, None),
    }
}

fn record(parts: &Parts, body: &[u8], reference: Option<String>, note: Option<String>, now: i64) -> Record {
    Record {
        number: 0,
        direction: Direction::In,
        at: crate::time::rfc3339(now),
        method: parts.method.to_string(),
        path: parts.uri.path_and_query().map(ToString::to_string).unwrap_or_default(),
        headers: headers(&parts.headers),
        body: recorded_body(body),
        reference,
        status: None,
        note,
    }
}

fn headers(headers: &HeaderMap) -> BTreeMap<String, String> {
    let readable = headers.iter().map(|(name, value)| {
        let value = String::from_utf8_lossy(value.as_bytes());
        let secret = SECRET_HEADERS.contains(&name.as_str());
        (name.to_string(), if secret { shorten(&value) } else { value.into_owned() })
    });
    readable.collect()
}

/// JSON where it is JSON; the merchant's `authToken` shortened.
fn recorded_body(body: &[u8]) -> Value {
    let kept = &body[..body.len().min(RECORDED_BYTES_MAX)];
    let Ok(mut value) = serde_json::from_slice::<Value>(kept) else {
        return String::from_utf8_lossy(kept).into_owned().into();
    };
    if let Some(Value::String(secret)) = value.pointer_mut("/merchantInfo/authToken") {
        *secret = shorten(secret);
    }
    value
}
