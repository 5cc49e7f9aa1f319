//! How a fault looks to the caller.

use std::io;
use std::time::Duration;

use axum::body::{Body, Bytes, to_bytes};
use axum::response::Response;
use futures_util::{StreamExt, stream};
use http::{HeaderValue, StatusCode, header};
use serde_json::json;

use super::REQUEST_BYTES_MAX;
use crate::routes::wrong::{Dress, Wrong, json, shape, status_code};
use crate::simulator::Simulator;
use crate::world::fault::{Fault, FaultKind};
use crate::world::problem::{Code, Problem};
use crate::world::refusal::Refusal;

/// In the extensions of a response that must not be seen: the caller gets none.
///
/// Its body fails at the first read. Over a socket that ends the connection before a byte has been written; without
/// one, [`crate::InMemory`] looks for this mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NoAnswer {
    /// The request arrived, or may have.
    Lost,
    /// The request never left.
    Refused,
}

/// Does what the fault says, with `run` to have the call done.
pub(super) async fn strike<F>(
    simulator: &Simulator,
    fault: &Fault,
    path: &str,
    run: impl Fn() -> F,
) -> Response
where
    F: Future<Output = Response>,
{
    match fault.kind {
        FaultKind::Slow => {
            let response = run().await;
            wait(simulator, fault.delay()).await;
            response
        }
        FaultKind::Silent => {
            wait(simulator, fault.delay()).await;
            no_answer(NoAnswer::Lost)
        }
        FaultKind::Lost => {
            run().await;
            wait(simulator, fault.delay()).await;
            no_answer(NoAnswer::Lost)
        }
        FaultKind::Refused => no_answer(NoAnswer::Refused),
        FaultKind::Twice => {
            run().await;
            run().await
        }
        FaultKind::Cut => cut(run().await).await,
        FaultKind::Empty => with_body(run().await, ""),
        FaultKind::Nonsense => with_body(run().await, r#"{"nonsense":[1,2,3]}"#),
        FaultKind::WrongType => {
            let mut response = run().await;
            response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html"));
            response
        }
        FaultKind::TooMany => {
            let seconds = fault.delay_ms.map_or(2, |delay| i64::try_from(delay.div_ceil(1000)).unwrap_or(2));
            Wrong::TooMany(seconds).into_response("")
        }
        // Means something for deliveries only.
        FaultKind::OutOfOrder => run().await,
        FaultKind::Status => status(simulator, fault, path),
        FaultKind::Html => html(fault),
        FaultKind::Azure500 => {
            let message = "Something went wrong, please try again later.";
            json(
                StatusCode::INTERNAL_SERVER_ERROR,
                &json!({
                    "responseInfo": { "responseCode": 500, "responseMessage": message },
                }),
            )
        }
        FaultKind::Locked if path.starts_with("/epayment/") => {
            let trace_id = simulator.0.within(|world, _| world.dice.uuid());
            Dress::TraceId.answer(&Code::Processing.into(), path, &trace_id)
        }
        FaultKind::Locked => {
            let (group, code, message) = Refusal::Locked.words();
            let context_id = simulator.0.within(|world, _| world.dice.uuid());
            json(StatusCode::PAYMENT_REQUIRED, &shape(1, 0, group, code, message, &context_id))
        }
    }
}

/// Waits, unless the simulator is stopped meanwhile.
async fn wait(simulator: &Simulator, delay: Duration) {
    let mut stopping = simulator.0.stopping.subscribe();
    let _ = tokio::time::timeout(delay, stopping.wait_for(|stop| *stop)).await;
}

fn no_answer(how: NoAnswer) -> Response {
    let broken = stream::once(async { Err::<Bytes, _>(io::Error::other("the answer is lost on purpose")) });
    let mut response = Response::new(Body::from_stream(broken));
    *response.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
    response.extensions_mut().insert(how);
    response
}

/// The first half of the body, under the length of the whole.
async fn cut(response: Response) -> Response {
    let (mut parts, body) = response.into_parts();
    let whole = to_bytes(body, REQUEST_BYTES_MAX).await.unwrap_or_default();
    let half = whole.slice(..whole.len() / 2);
    let rest = stream::once(async {
        // Lets the first half be sent before the connection ends.
        tokio::task::yield_now().await;
        Err(io::Error::other("the answer is cut on purpose"))
    });
    parts.headers.insert(header::CONTENT_LENGTH, whole.len().into());
    Response::from_parts(parts, Body::from_stream(stream::once(async { Ok(half) }).chain(rest)))
}

fn with_body(response: Response, body: &'static str) -> Response {
    let (mut parts, _) = response.into_parts();
    parts.headers.remove(header::CONTENT_LENGTH);
    Response::from_parts(parts, Body::from(body))
}

fn status(simulator: &Simulator, fault: &Fault, path: &str) -> Response {
    let status = fault.status.unwrap_or(503);
    if let Some(shape @ 7..=8) = fault.shape.filter(|_| fault.body.is_none()) {
        let code = fault.code.as_deref().and_then(|code| code.parse().ok());
        let problem = match code {
            Some(code) => Problem::coded(status, code, "Told to fail"),
            None => Problem::plain(status, "Told to fail"),
        };
        let trace_id = simulator.0.within(|world, _| world.dice.uuid());
        let dress = if shape == 7 { Dress::TraceId } else { Dress::InvalidParams };
        return dress.answer(&problem, path, &trace_id);
    }
    let code = fault.code.as_deref().unwrap_or("99");
    let message =
        StatusCode::from_u16(status).ok().and_then(|status| status.canonical_reason()).unwrap_or("Error");
    let context_id = simulator.0.within(|world, _| world.dice.uuid());
    let group = if fault.code.is_some() { "Payment" } else { "VippsError" };
    let shaped = fault.shape.map(|number| shape(number, status, group, code, message, &context_id));
    match fault.body.clone().or(shaped) {
        // Text is sent as text: shape 6 is the one that is not JSON.
        Some(serde_json::Value::String(text)) => plain(status, "text/plain", text),
        Some(body) => json(status_code(status), &body),
        None => plain(status, "text/plain", String::new()),
    }
}

fn html(fault: &Fault) -> Response {
    let page =
        "<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>";
    plain(fault.status.unwrap_or(502), "text/html", page.into())
}

fn plain(status: u16, kind: &'static str, body: String) -> Response {
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status_code(status);
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    response
}
