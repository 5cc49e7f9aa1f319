//! Merchant callback codes: whoever scans one is announced to the merchant (contract 3.3).

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Path, Query, State};
use axum::response::Response;
use axum::routing::{get, put};
use http::{HeaderMap, StatusCode, Uri};
use serde_json::{Value, json};

use super::{SIZE, SIZE_UNLESS_GIVEN, Wanted, link, pixels};
use crate::routes::caller::named_caller;
use crate::routes::form::{self, Form};
use crate::routes::wrong::{Dress, Wrong, json as answer_with};
use crate::routes::{answer_in, json as ok};
use crate::simulator::Simulator;
use crate::world::World;
use crate::world::codes::{Callback, NoCodeMade};
use crate::world::payment::Key;
use crate::world::problem::Problem;
use crate::world::qr::Format;

/// Characters.
const LOCATION_MAX: usize = 36;
/// What a code may be for; newer than the published specification.
const CATEGORIES: [&str; 3] = ["IN_STORE", "VENDING", "AGE_CHECK"];

pub(super) fn routes() -> Router<Simulator> {
    Router::new()
        .route("/qr/v1/merchant-callback", get(all))
        .route("/qr/v1/merchant-callback/{id}", get(one).put(change).delete(remove))
        .route("/qr/v1/merchant-callback/mobilepay/{beacon}", put(adopt))
}

type Wishes = Vec<(String, String)>;

async fn all(
    State(simulator): State<Simulator>,
    Query(wishes): Query<Wishes>,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    answer_in(Dress::InvalidParams, &simulator, &uri, |world, now| {
        let msn = named_caller(world, &headers, now)?;
        let picture = picture(&wishes)?;
        let codes = world.callbacks(&msn);
        Ok(ok(&codes.iter().map(|(key, code)| told(world, key, code, picture, now)).collect()))
    })
}

async fn one(
    State(simulator): State<Simulator>,
    Path(id): Path<String>,
    Query(wishes): Query<Wishes>,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    answer_in(Dress::InvalidParams, &simulator, &uri, |world, now| {
        let key = Key { msn: named_caller(world, &headers, now)?, reference: id };
        let picture = picture(&wishes)?;
        let code = world.callback_code(&key).cloned().ok_or_else(unknown)?;
        Ok(ok(&told(world, &key, &code, picture, now)))
    })
}

/// Answers with nothing: the picture is to be fetched.
async fn change(
    State(simulator): State<Simulator>,
    Path(id): Path<String>,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    answer_in(Dress::InvalidParams, &simulator, &uri, |world, now| {
        let key = Key { msn: named_caller(world, &headers, now)?, reference: id };
        let location = location(&headers, &body)?;
        put_done(&key.clone(), world.put_callback(key, &location))
    })
}

/// A code that MobilePay has printed.
async fn adopt(
    State(simulator): State<Simulator>,
    Path(beacon): Path<String>,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    answer_in(Dress::InvalidParams, &simulator, &uri, |world, now| {
        let key = Key { msn: named_caller(world, &headers, now)?, reference: beacon };
        let location = location(&headers, &body)?;
        put_done(&key.clone(), world.put_beacon(key, &location))
    })
}

async fn remove(
    State(simulator): State<Simulator>,
    Path(id): Path<String>,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    answer_in(Dress::InvalidParams, &simulator, &uri, |world, now| {
        let key = Key { msn: named_caller(world, &headers, now)?, reference: id };
        if world.remove_callback(&key) { Ok(Response::new(Body::empty())) } else { Err(unknown()) }
    })
}

fn put_done(key: &Key, outcome: Result<(), NoCodeMade>) -> Result<Response, Wrong> {
    match outcome {
        Ok(()) => Ok(Response::new(Body::empty())),
        Err(NoCodeMade::Taken) => Ok(answer_with(StatusCode::CONFLICT, &json!({ "id": key.reference }))),
        Err(_) => Err(Problem::plain(400, "There are too many codes").into()),
    }
}

fn unknown() -> Wrong {
    Problem::plain(404, "There is no code with this id").into()
}

fn location(headers: &HeaderMap, body: &[u8]) -> Result<String, Problem> {
    let body = form::parse(headers, body)?;
    let root = Form::root(&body, &["locationDescription", "category"])?;
    root.choice("category", &CATEGORIES)?;
    Ok(root.needed_text("locationDescription", 0..=LOCATION_MAX)?.to_owned())
}

/// The specification writes `QrImageFormat`, the guide `qrImageFormat` (contract 3.3).
fn picture(wishes: &Wishes) -> Result<(Format, u32), Problem> {
    let wish = |name: &str| {
        wishes.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    };
    let format = match wish("QrImageFormat") {
        None | Some("SVG") => Format::Svg,
        Some("PNG") => Format::Png,
        Some(_) => return Err(Problem::field("QrImageFormat", "The field must be PNG or SVG")),
    };
    let Some(size) = wish("QrImageSize") else { return Ok((format, SIZE_UNLESS_GIVEN)) };
    let size = size.parse().ok().filter(|size| SIZE.contains(size)).and_then(pixels);
    let size =
        size.ok_or_else(|| Problem::field("QrImageSize", "The field must be between 100 and 2000."))?;
    Ok((format, size))
}

fn told(world: &mut World, key: &Key, code: &Callback, (format, size): (Format, u32), now: i64) -> Value {
    json!({
        "merchantSerialNumber": key.msn,
        "merchantQrId": key.reference,
        "locationDescription": code.location,
        "qrImageUrl": link(world, Wanted::Picture(format), &code.content, size, now),
        "qrContent": code.content,
    })
}
