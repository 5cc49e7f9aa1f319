//! The Webhooks API (contract 1.6).

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::{delete, get};
use http::{HeaderMap, StatusCode, Uri};
use serde_json::json;

use super::caller::caller_or_partner;
use super::form::{self, Form};
use super::url::{loopback_http, public_https};
use super::wrong::{Dress, Wrong, of_type};
use super::{answer_in, json as ok};
use crate::simulator::Simulator;
use crate::world::World;
use crate::world::problem::Problem;
use crate::world::webhooks::Owner;

/// Characters of a URL; the specification names no limit.
const URL_MAX: usize = 2_000;
/// Events of one registration, at most.
const EVENTS_MAX: usize = 100;

pub(crate) fn routes() -> Router<Simulator> {
    Router::new()
        .route("/webhooks/v1/webhooks", get(list).post(register))
        .route("/webhooks/v1/webhooks/{id}", delete(remove))
}

async fn register(State(simulator): State<Simulator>, uri: Uri, headers: HeaderMap, body: Bytes) -> Response {
    answer_in(Dress::TraceId, &simulator, &uri, |world, now| {
        let owner = owner(world, &headers, now)?;
        let body = form::parse(&headers, &body)?;
        let root = Form::root(&body, &["url", "events"])?;
        let url = root.needed_text("url", 1..=URL_MAX)?;
        let loopback = world.rules.allow_loopback_callbacks && loopback_http(url);
        if !public_https(url) && !loopback {
            return Err(root.wrong("url", "The URL must be world-reachable and use HTTPS.").into());
        }
        let mut events = root.needed_texts("events")?;
        if events.is_empty() || events.len() > EVENTS_MAX {
            return Err(root.wrong("events", "The property is required and cannot be null or empty.").into());
        }
        events.sort();
        events.dedup();
        let (id, secret) = world.register(owner, url, events)?;
        let body = json!({ "id": id, "secret": secret }).to_string();
        Ok(of_type(StatusCode::CREATED, "application/json", body))
    })
}

/// Without the secrets.
async fn list(State(simulator): State<Simulator>, uri: Uri, headers: HeaderMap) -> Response {
    answer_in(Dress::TraceId, &simulator, &uri, |world, now| {
        let owner = owner(world, &headers, now)?;
        let registrations = world.registrations(&owner);
        let webhooks: Vec<_> = registrations
            .iter()
            .map(|found| json!({ "id": found.id, "url": found.url, "events": found.events }))
            .collect();
        Ok(ok(&json!({ "webhooks": webhooks })))
    })
}

/// What is not there is answered like a mistake: the specification knows no 404 here.
async fn remove(
    State(simulator): State<Simulator>,
    Path(id): Path<String>,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    answer_in(Dress::TraceId, &simulator, &uri, |world, now| {
        let owner = owner(world, &headers, now)?;
        if !world.unregister(&owner, &id) {
            return Err(Problem::field("id", "There is no webhook with this id.").into());
        }
        Ok(of_type(StatusCode::NO_CONTENT, "application/json", Body::empty()))
    })
}

/// One sales unit, or all of the partner who names none.
fn owner(world: &World, headers: &HeaderMap, now: i64) -> Result<Owner, Wrong> {
    Ok(match caller_or_partner(world, headers, now)? {
        Some(msn) => Owner::SalesUnit(msn),
        None => Owner::Partner,
    })
}
