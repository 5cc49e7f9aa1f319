//! Merchant redirect codes: they lead to a page of the merchant (contract 3.2).

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::{get, post};
use http::{HeaderMap, StatusCode, Uri};
use serde_json::{Value, json};

use super::{Wanted, link, size, wanted};
use crate::routes::caller::caller;
use crate::routes::form::{self, Form};
use crate::routes::url::is_uri;
use crate::routes::wrong::{Dress, Wrong, json as answer_with};
use crate::routes::{answer_in, json as ok};
use crate::simulator::Simulator;
use crate::world::World;
use crate::world::codes::{NoCodeMade, Redirect};
use crate::world::payment::Key;
use crate::world::problem::Problem;

/// Characters of a URL; the specification names no limit.
const URL_MAX: usize = 2_000;
/// Seconds.
const LIFE: std::ops::RangeInclusive<i64> = 300..=2_147_483_647;

pub(super) fn routes() -> Router<Simulator> {
    Router::new()
        .route("/qr/v1/merchant-redirect", post(add).get(all))
        .route("/qr/v1/merchant-redirect/{id}", get(one).put(change).delete(remove))
}

async fn add(State(simulator): State<Simulator>, uri: Uri, headers: HeaderMap, body: Bytes) -> Response {
    answer_in(Dress::InvalidParams, &simulator, &uri, |world, now| {
        let msn = caller(world, &headers, now)?;
        let (wanted, size) = (wanted(&headers)?, size(&headers)?);
        let body = form::parse_or_415(&headers, &body)?;
        let root = Form::root(&body, &["id", "redirectUrl", "ttl?"])?;
        let id = root.needed_text("id", 1..=128)?;
        if !id
            .chars()
            .all(|letter| letter.is_alphanumeric() || letter.is_whitespace() || "-_+%".contains(letter))
        {
            return Err(root.wrong("id", r"The field must match ^[-_+%æøåÆØÅ\w\s]*$").into());
        }
        let url = redirect_url(&root)?;
        let life_s = root.number("ttl", LIFE)?;
        let key = Key { msn, reference: id.to_owned() };
        match world.add_redirect(key, url, life_s, now) {
            Ok(code) => Ok(ok(&told(world, id, &code, wanted, size, now))),
            Err(NoCodeMade::Taken) => Ok(answer_with(StatusCode::CONFLICT, &json!({ "id": id }))),
            Err(_) => Err(Problem::plain(400, "There are too many codes").into()),
        }
    })
}

async fn all(State(simulator): State<Simulator>, uri: Uri, headers: HeaderMap) -> Response {
    answer_in(Dress::InvalidParams, &simulator, &uri, |world, now| {
        let msn = caller(world, &headers, now)?;
        let (wanted, size) = (wanted(&headers)?, size(&headers)?);
        let codes = world.redirects(&msn, now);
        let told = codes.iter().map(|(key, code)| told(world, &key.reference, code, wanted, size, now));
        Ok(ok(&told.collect()))
    })
}

async fn one(
    State(simulator): State<Simulator>,
    Path(id): Path<String>,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    answer_in(Dress::InvalidParams, &simulator, &uri, |world, now| {
        let key = Key { msn: caller(world, &headers, now)?, reference: id };
        let (wanted, size) = (wanted(&headers)?, size(&headers)?);
        let code = world.redirect_code(&key, now).cloned().ok_or_else(unknown)?;
        Ok(ok(&told(world, &key.reference, &code, wanted, size, now)))
    })
}

/// The picture stays as it is.
async fn change(
    State(simulator): State<Simulator>,
    Path(id): Path<String>,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    answer_in(Dress::InvalidParams, &simulator, &uri, |world, now| {
        let key = Key { msn: caller(world, &headers, now)?, reference: id };
        let (wanted, size) = (wanted(&headers)?, size(&headers)?);
        let body = form::parse_or_415(&headers, &body)?;
        let root = Form::root(&body, &["redirectUrl"])?;
        let url = redirect_url(&root)?;
        let code = world.move_redirect(&key, url, now).ok_or_else(unknown)?;
        Ok(ok(&told(world, &key.reference, &code, wanted, size, now)))
    })
}

async fn remove(
    State(simulator): State<Simulator>,
    Path(id): Path<String>,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    answer_in(Dress::InvalidParams, &simulator, &uri, |world, now| {
        let key = Key { msn: caller(world, &headers, now)?, reference: id };
        if world.remove_redirect(&key) { Ok(Response::new(Body::empty())) } else { Err(unknown()) }
    })
}

fn unknown() -> Wrong {
    Problem::plain(404, "There is no code with this id").into()
}

/// As strict as the published pattern and the format beside it.
fn redirect_url<'a>(root: &Form<'a>) -> Result<&'a str, Problem> {
    let url = root.needed_text("redirectUrl", 1..=URL_MAX)?;
    let word = |letter: char| letter.is_alphanumeric() || letter == '_';
    let fits = url.strip_prefix("https://").is_some_and(|rest| {
        rest.starts_with(|letter| word(letter) || letter == '.')
            && rest.chars().all(|letter| word(letter) || "#!:.?+=&%@-/".contains(letter))
    });
    if fits && is_uri(url) {
        return Ok(url);
    }
    Err(root.wrong("redirectUrl", r"The field must match ^https://[\w\.]+([\w#!:.?+=&%@\-/]+)?$"))
}

fn told(world: &mut World, id: &str, code: &Redirect, wanted: Wanted, size: u32, now: i64) -> Value {
    json!({
        "id": id,
        "url": link(world, wanted, &code.content, size, now),
        "redirectUrl": code.url,
        "expiresIn": code.expires_at.map_or(-1, |at| (at - now) / 1_000),
    })
}
