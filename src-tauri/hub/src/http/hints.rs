//! What Vipps MobilePay tells of its own accord, and how tills hear of it.

use std::convert::Infallible;
use std::time::Duration;

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::header::AUTHORIZATION;
use axum::http::{HeaderMap, StatusCode};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use tokio::sync::watch;

use super::{Answer, Known};
use crate::Hub;
use crate::lines::{Line, Told};

/// A comment comes so often when nothing else does, so that both ends know that the line holds.
const KEEP_ALIVE: Duration = Duration::from_secs(10);

/// A callback of eCom about a payment of a till (contract 4.2). Any 200 will do; there is one attempt.
pub(super) async fn callback(
    State(hub): State<Hub>,
    Path((till, reference)): Path<(String, String)>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<StatusCode, Answer> {
    let token = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let heard = hub.callback(&till, token, &reference, &body).await;
    heard.map(|()| StatusCode::OK).map_err(|failure| Answer::of(&hub, failure))
}

/// A delivery of a webhook of the sales unit `msn` (contract 4.4).
pub(super) async fn webhook(
    State(hub): State<Hub>,
    Path(msn): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<StatusCode, Answer> {
    let taken = hub.webhook(&msn, &headers, &body).await;
    taken.map(|()| StatusCode::OK).map_err(|failure| Answer::of(&hub, failure))
}

/// A delivery of the webhook of the whole partner (contract 1.6, 4.4).
pub(super) async fn partner_webhook(
    State(hub): State<Hub>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<StatusCode, Answer> {
    let taken = hub.partner_webhook(&headers, &body).await;
    taken.map(|()| StatusCode::OK).map_err(|failure| Answer::of(&hub, failure))
}

/// The news for a till, as server-sent events, for as long as it is let in.
pub(super) async fn news(known: Known, State(hub): State<Hub>) -> Response {
    let listener =
        Listener { line: hub.lay_line(&known.till), streams: hub.streams().subscribe(), hello: true };
    let events = stream::unfold(listener, async |mut listener| {
        let event = listener.next().await?;
        Some((Ok::<_, Infallible>(event), listener))
    });
    Sse::new(events).keep_alive(KeepAlive::new().interval(KEEP_ALIVE).text("nothing new")).into_response()
}

/// One till that listens.
struct Listener {
    line: Line,
    /// False once the hub is to stop.
    streams: watch::Receiver<bool>,
    /// It has not been told yet that it is heard.
    hello: bool,
}

impl Listener {
    /// The next event; none once the till is shut out.
    async fn next(&mut self) -> Option<Event> {
        if std::mem::take(&mut self.hello) {
            return Some(Event::default().event("hello").data("{}"));
        }
        let told = tokio::select! {
            told = self.line.next() => told,
            _ = self.streams.wait_for(|open| !open) => return None,
        };
        match told {
            Told::News(news) => Event::default().event("news").json_data(&news).ok(),
            Told::Missed => Some(Event::default().event("missed").data("{}")),
            Told::Goodbye => None,
        }
    }
}
