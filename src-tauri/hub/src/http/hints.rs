//! What Vipps MobilePay tells of its own accord, and how tills hear of it.

use std::convert::Infallible;
use std::time::Duration;

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::header::AUTHORIZATION;
use axum::http::{HeaderMap, StatusCode};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use contract::News;
use futures_util::stream;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::watch;
use tokio::time::{Instant, timeout_at};

use super::{Answer, Known, key_in};
use crate::Hub;

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

/// The news for a till, as server-sent events, for as long as it is let in.
pub(super) async fn news(known: Known, State(hub): State<Hub>, headers: HeaderMap) -> Response {
    let listener = Listener {
        news: hub.news(),
        streams: hub.streams().subscribe(),
        hub,
        till: known.till,
        key: key_in(&headers).to_owned(),
        hello: true,
    };
    let events = stream::unfold(listener, async |mut listener| {
        let event = listener.next().await?;
        Some((Ok::<_, Infallible>(event), listener))
    });
    Sse::new(events).keep_alive(KeepAlive::new().interval(KEEP_ALIVE).text("nothing new")).into_response()
}

/// One till that listens.
struct Listener {
    hub: Hub,
    till: String,
    /// What it came with; its key may be revoked meanwhile.
    key: String,
    news: Receiver<(String, News)>,
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
        let mut asked = Instant::now();
        loop {
            let heard = tokio::select! {
                heard = timeout_at(asked + KEEP_ALIVE, self.news.recv()) => heard,
                _ = self.streams.wait_for(|open| !open) => return None,
            };
            match heard {
                Ok(Ok((till, _))) if till != self.till => {}
                Ok(Ok((_, news))) => {
                    self.hub.till_of_key(&self.key).await.ok()?;
                    return Event::default().event("news").json_data(&news).ok();
                }
                // Something was missed: whatever it was, the till is to look.
                Ok(Err(RecvError::Lagged(_))) => return Some(Event::default().event("missed").data("{}")),
                Ok(Err(RecvError::Closed)) => return None,
                Err(_) => {
                    self.hub.till_of_key(&self.key).await.ok()?;
                    asked = Instant::now();
                }
            }
        }
    }
}
