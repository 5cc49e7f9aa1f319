//! Hears callbacks and webhooks on a loopback address, as a relay with a public one would (contract 4.2, 4.4).

use std::time::Duration;

use axum::Router;
use axum::extract::Request;
use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use crate::outcome::Stopped;

/// How long a simulator may take to tell what has happened.
const TOLD_WITHIN: Duration = Duration::from_secs(20);
/// The largest body that is read, in bytes.
const BODY_BYTES_MAX: usize = 64 * 1024;
/// Calls that wait to be looked at, at most.
const CALLS_MAX: usize = 100;

/// An HTTP server that answers 200 to everything.
pub(crate) struct Listener {
    /// Where it is reached.
    pub(crate) origin: String,
    told: mpsc::Receiver<Heard>,
    serving: JoinHandle<()>,
}

/// One call.
pub(crate) struct Heard {
    pub(crate) path: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Heard {
    /// Its body as JSON.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }
}

impl Listener {
    /// Listens on any free port of this machine.
    pub(crate) async fn open() -> Result<Listener, Stopped> {
        let no_port = |error: std::io::Error| {
            Stopped::failed(format!("no port to listen on: {error}"), "close other programs, and try again")
        };
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.map_err(no_port)?;
        let origin = format!("http://{}", listener.local_addr().map_err(no_port)?);
        let (telling, told) = mpsc::channel(CALLS_MAX);
        let answers = Router::new().fallback(move |request: Request| {
            let telling = telling.clone();
            async move {
                let (parts, body) = request.into_parts();
                let Ok(body) = axum::body::to_bytes(body, BODY_BYTES_MAX).await else {
                    return StatusCode::PAYLOAD_TOO_LARGE;
                };
                let path = parts.uri.path().to_owned();
                // Nobody listens any more when the check is over.
                let _ = telling.send(Heard { path, headers: parts.headers, body }).await;
                StatusCode::OK
            }
        });
        let serving = tokio::spawn(async move {
            let _ = axum::serve(listener, answers).await;
        });
        Ok(Listener { origin, told, serving })
    }

    /// The first call that `fits`.
    pub(crate) async fn hears(
        &mut self,
        what: &str,
        fits: impl Fn(&Heard) -> bool + Send,
    ) -> Result<Heard, Stopped> {
        let heard = tokio::time::timeout(TOLD_WITHIN, async {
            loop {
                match self.told.recv().await {
                    Some(heard) if fits(&heard) => return Some(heard),
                    Some(_) => {}
                    None => return None,
                }
            }
        });
        heard.await.ok().flatten().ok_or_else(|| {
            let why = format!("no {what} came within {} s", TOLD_WITHIN.as_secs());
            Stopped::failed(why, "see how it went: GET /simulator/requests of the simulator")
        })
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.serving.abort();
    }
}
