//! Lets a POS drive the till: HTTP and server-sent events on loopback.
//!
//! [`PosApi`] turns requests into calls of [`till::Till`] and its answers into JSON; it decides nothing about
//! payments. What it does decide is who may ask (`guard`), how much (`limits`) and how a refusal is written
//! (`problem`). The contract with the POS is [`openapi()`], checked in beside this crate; `docs/pos-api.md` is its
//! manual.
//!
//! Web pages may use it from the origins that the shop has named (`pages`), and from no others.

mod admission;
mod body;
mod captures;
mod cart;
mod chain;
mod events;
mod guard;
mod limits;
mod nexo;
mod openapi;
mod pages;
mod payments;
mod problem;
mod receipts;
mod refunds;
mod screen;
mod search;
mod serve;
mod token;
mod totals;

use std::path::Path;
use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::http::{Method, StatusCode, Uri};
use axum::middleware;
use axum::routing::{get, post, put};
use contract::Origin;
use link::Link;
use till::Till;
use tokio::sync::{Semaphore, watch};

pub use crate::openapi::openapi;
pub use crate::serve::bind;
pub use crate::token::{Token, TokenError};

use crate::admission::Admission;
use crate::limits::{STREAMS_MAX, WAITS_MAX};
use crate::problem::Refusal;

/// The local API of one till. Clones are the same API.
#[derive(Clone)]
pub struct PosApi(Arc<Shared>);

struct Shared {
    till: Till,
    admission: Admission,
    /// What it can ask its chain for.
    link: Link,
    /// Which web pages may use it.
    origins: Vec<Origin>,
    /// True once the API is to stop.
    stopping: watch::Sender<bool>,
    /// Seats for event streams.
    streams: Arc<Semaphore>,
    /// Seats for those who wait for a change.
    waits: Semaphore,
    /// What is remembered of those who speak nexo.
    nexo: nexo::Desk,
    document: Bytes,
}

impl PosApi {
    /// An API for `till`, for whoever knows the token in the file `path`: now it is `token`, and may become another.
    /// For web pages only if they are from `origins` too.
    /// A till that belongs to a chain can ask it over `link`.
    pub fn new(till: Till, link: Link, path: &Path, token: Token, origins: Vec<Origin>) -> PosApi {
        PosApi(Arc::new(Shared {
            till,
            link,
            admission: Admission::new(path, token),
            origins,
            stopping: watch::Sender::new(false),
            streams: Arc::new(Semaphore::new(STREAMS_MAX)),
            waits: Semaphore::new(WAITS_MAX),
            nexo: nexo::Desk::default(),
            document: openapi::text().into(),
        }))
    }

    /// All of it as a service that needs no socket. [`PosApi::serve`] adds sockets and their limits.
    pub fn router(&self) -> Router {
        Router::new()
            .route("/v1/payments", get(search::search).post(payments::start))
            .route("/v1/payments/{reference}", get(payments::payment))
            .route("/v1/payments/{reference}/cancel", post(payments::cancel))
            .route("/v1/payments/{reference}/capture", post(captures::capture))
            .route("/v1/payments/{reference}/dismiss", post(payments::dismiss))
            .route("/v1/payments/{reference}/receipt", get(receipts::receipt))
            .route("/v1/payments/{reference}/refunds", post(refunds::refund))
            .route("/v1/payments/{reference}/refresh", post(refunds::refresh))
            .route("/v1/chain/stores", get(chain::stores))
            .route("/v1/chain/payments", get(chain::search))
            .route("/v1/chain/refunds", post(chain::refund))
            .route("/v1/chain/refunds/{id}", get(chain::refund_of))
            .route("/v1/totals", get(totals::totals))
            .route("/v1/cart", put(cart::show).delete(cart::clear))
            .route("/v1/events", get(events::events))
            .route("/v1/screen", get(screen::screen))
            .route("/v1/health", get(screen::health))
            .route("/nexo", post(nexo::message))
            .route("/nexo/", post(nexo::message))
            .route("/nexo/sync", post(nexo::message))
            .route(openapi::PATH, get(openapi::document))
            .fallback(no_such_path)
            .method_not_allowed_fallback(no_such_method)
            .layer(middleware::from_fn_with_state(self.clone(), guard::guard))
            .with_state(self.clone())
    }

    /// Waits until the API is to stop.
    async fn stopped(&self) {
        let mut stopping = self.0.stopping.subscribe();
        // The sender lives as long as `self`.
        let _ = stopping.wait_for(|stopping| *stopping).await;
    }
}

async fn no_such_path(uri: Uri) -> Refusal {
    let detail = format!("there is nothing at {}; see {}", uri.path(), openapi::PATH);
    Refusal::of_request(StatusCode::NOT_FOUND, detail)
}

async fn no_such_method(method: Method, uri: Uri) -> Refusal {
    let detail = format!("{} does not understand {method}; see {}", uri.path(), openapi::PATH);
    Refusal::of_request(StatusCode::METHOD_NOT_ALLOWED, detail)
}
