//! Order Management (contract 1.5).

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{DefaultBodyLimit, Path, Query, State};
use axum::response::Response;
use axum::routing::{get, post, put};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderMap, StatusCode, Uri};
use serde_json::{Map, Value, json};

use super::caller::named_caller;
use super::form::{self, Form};
use super::url::is_uri;
use super::wrong::{Dress, Wrong, json as answer_with};
use super::{answer_in, json as ok, receipt};
use crate::simulator::Simulator;
use crate::world::orders::{NotKept, OrderKey};
use crate::world::problem::Problem;

const CATEGORIES: [&str; 6] = ["GENERAL", "RECEIPT", "ORDER_CONFIRMATION", "DELIVERY", "TICKET", "BOOKING"];
const KINDS: [&str; 2] = ["ECOM", "RECURRING"];
/// Of URLs, in characters; the specification names no limit.
const URL_MAX: usize = 2_000;
/// Of a picture's file, in bytes, and of its picture, in pixels.
const IMAGE_BYTES_MAX: usize = 2 * 1024 * 1024;
const IMAGE_HEIGHT_MIN: u32 = 167;
/// A larger picture is not looked into.
const IMAGE_SIDE_MAX: u32 = 20_000;
/// Two megabytes are a third more in base64.
const REQUEST_BYTES_MAX: usize = 4 * 1024 * 1024;

pub(crate) fn routes() -> Router<Simulator> {
    Router::new()
        .route("/order-management/v2/{kind}/receipts/{order}", post(add_receipt))
        .route("/order-management/v2/{kind}/categories/{order}", put(put_category))
        .route("/order-management/v2/{kind}/{order}", get(read))
        .route("/order-management/v1/images", post(add_image))
        .route("/order-management/v3/categories", post(add_category).get(categories))
        .route("/order-management/v3/categories/{id}", get(category).delete(remove_category))
        .layer(DefaultBodyLimit::max(REQUEST_BYTES_MAX))
}

async fn add_receipt(
    State(simulator): State<Simulator>,
    Path(order): Path<(String, String)>,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    answer_in(Dress::InvalidParams, &simulator, &uri, |world, now| {
        let key = order_key(named_caller(world, &headers, now)?, order)?;
        let body = form::parse(&headers, &body)?;
        receipt::check(&Form::root(&body, &receipt::FIELDS)?)?;
        world.add_receipt(key, body).map_err(not_kept)?;
        Ok(answer_with(StatusCode::CREATED, &world.dice.uuid().into()))
    })
}

async fn put_category(
    State(simulator): State<Simulator>,
    Path(order): Path<(String, String)>,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    answer_in(Dress::InvalidParams, &simulator, &uri, |world, now| {
        let key = order_key(named_caller(world, &headers, now)?, order)?;
        let body = form::parse(&headers, &body)?;
        let root = Form::root(&body, &["category", "orderDetailsUrl", "imageId?"])?;
        root.needed_choice("category", &CATEGORIES)?;
        link(&root, "orderDetailsUrl")?;
        image_id(&root)?;
        world.put_category(key, body).map_err(not_kept)?;
        Ok(ok(&world.dice.uuid().into()))
    })
}

async fn read(
    State(simulator): State<Simulator>,
    Path(order): Path<(String, String)>,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    answer_in(Dress::InvalidParams, &simulator, &uri, |world, now| {
        let key = order_key(named_caller(world, &headers, now)?, order)?;
        let told = world.told(&key).ok_or_else(unknown)?;
        let mut body = Map::new();
        for (name, part) in [("category", &told.category), ("receipt", &told.receipt)] {
            if let Some(part) = part {
                body.insert(name.into(), part.clone());
            }
        }
        Ok(ok(&Value::Object(body)))
    })
}

async fn add_image(
    State(simulator): State<Simulator>,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    answer_in(Dress::InvalidParams, &simulator, &uri, |world, now| {
        let msn = named_caller(world, &headers, now)?;
        let body = form::parse(&headers, &body)?;
        let root = Form::root(&body, &["imageId", "src", "type"])?;
        root.needed_choice("type", &["base64"])?;
        let id = image_id(&root)?.ok_or_else(|| root.wrong("imageId", "The imageId field is required."))?;
        check_picture(root.needed_text("src", 1..=REQUEST_BYTES_MAX)?)
            .map_err(|why| root.wrong("src", why))?;
        world.add_image(&msn, id).map_err(not_kept)?;
        Ok(ok(&json!({ "imageId": id })))
    })
}

async fn add_category(
    State(simulator): State<Simulator>,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    answer_in(Dress::InvalidParams, &simulator, &uri, |world, now| {
        let msn = named_caller(world, &headers, now)?;
        let body = form::parse(&headers, &body)?;
        let root = Form::root(&body, &["orderId", "paymentType", "type", "url", "imageId"])?;
        let order_id = root.needed_text("orderId", 1..=URL_MAX)?;
        if !is_id(order_id) {
            return Err(root.wrong("orderId", r"The field must match ^[0-9A-Za-z-_\.]+$").into());
        }
        root.needed_choice("paymentType", &KINDS)?;
        root.needed_choice("type", &CATEGORIES)?;
        link(&root, "url")?;
        image_id(&root)?;
        let id = world.add_category(&msn, body).map_err(not_kept)?;
        Ok(answer_with(StatusCode::CREATED, &json!({ "categoryId": id })))
    })
}

async fn categories(
    State(simulator): State<Simulator>,
    Query(about): Query<Vec<(String, String)>>,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    answer_in(Dress::InvalidParams, &simulator, &uri, |world, now| {
        let msn = named_caller(world, &headers, now)?;
        let order_id = about.iter().find(|(name, _)| name == "orderId").map(|(_, value)| value.as_str());
        Ok(ok(&json!({ "categories": world.categories(&msn, order_id) })))
    })
}

async fn category(
    State(simulator): State<Simulator>,
    Path(id): Path<String>,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    answer_in(Dress::InvalidParams, &simulator, &uri, |world, now| {
        let msn = named_caller(world, &headers, now)?;
        Ok(ok(world.category(&msn, &id).ok_or_else(unknown)?))
    })
}

async fn remove_category(
    State(simulator): State<Simulator>,
    Path(id): Path<String>,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    answer_in(Dress::InvalidParams, &simulator, &uri, |world, now| {
        let msn = named_caller(world, &headers, now)?;
        if world.remove_category(&msn, &id) { Ok(Response::new(Body::empty())) } else { Err(unknown()) }
    })
}

/// The kind in any case: the specification shouts it, the guide does not (contract 1.5).
fn order_key(msn: String, (kind, order_id): (String, String)) -> Result<OrderKey, Problem> {
    let kind = kind.to_ascii_uppercase();
    if !KINDS.contains(&kind.as_str()) {
        return Err(Problem::field("paymentType", "The field must be ECOM or RECURRING"));
    }
    if !is_id(&order_id) {
        return Err(Problem::field("orderId", r"The field must match ^[0-9A-Za-z-_\.]+$"));
    }
    Ok(OrderKey { msn, kind, order_id })
}

fn is_id(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
}

fn image_id<'a>(root: &Form<'a>) -> Result<Option<&'a str>, Problem> {
    match root.text("imageId", 1..=128)? {
        Some(id) if !is_id(id) => Err(root.wrong("imageId", r"The field must match ^[0-9A-Za-z-_\.]+$")),
        id => Ok(id),
    }
}

fn link(root: &Form<'_>, name: &str) -> Result<(), Problem> {
    let url = root.needed_text(name, 1..=URL_MAX)?;
    if is_uri(url) { Ok(()) } else { Err(root.wrong(name, "The field must be a URL")) }
}

fn check_picture(source: &str) -> Result<(), &'static str> {
    let file = STANDARD.decode(source).map_err(|_| "The field must be base64")?;
    if file.len() > IMAGE_BYTES_MAX {
        return Err("The picture must not be larger than 2 MB");
    }
    let (width, height) = dimensions(&file).ok_or("The picture must be PNG or JPEG")?;
    if height < IMAGE_HEIGHT_MIN {
        return Err("The picture must be at least 167 pixels high");
    }
    if width > IMAGE_SIDE_MAX || height > IMAGE_SIDE_MAX { Err("The picture is too large") } else { Ok(()) }
}

/// Width and height, as the head of the file tells them.
fn dimensions(file: &[u8]) -> Option<(u32, u32)> {
    if file.starts_with(b"\x89PNG\r\n\x1a\n") {
        let word = |at: usize| Some(u32::from_be_bytes(file.get(at..at + 4)?.try_into().ok()?));
        return Some((word(16)?, word(20)?));
    }
    let mut rest = file.strip_prefix(b"\xff\xd8")?;
    // JPEG is a row of segments; the frame's head tells the size.
    loop {
        let [0xff, kind, high, low, ..] = *rest else { return None };
        let length = usize::from(u16::from_be_bytes([high, low]));
        if matches!(kind, 0xc0..=0xcf) && ![0xc4, 0xc8, 0xcc].contains(&kind) {
            let half =
                |at: usize| Some(u32::from(u16::from_be_bytes(rest.get(at..at + 2)?.try_into().ok()?)));
            return Some((half(7)?, half(5)?));
        }
        rest = rest.get(2 + length..)?;
    }
}

fn unknown() -> Wrong {
    Problem::plain(404, "Nothing is known about it").into()
}

fn not_kept(why: NotKept) -> Problem {
    match why {
        NotKept::AlreadyThere => Problem::plain(409, "It is there already and stays as it is"),
        NotKept::TooMany => Problem::plain(400, "There is too much of it"),
        NotKept::UnknownImage => Problem::field("imageId", "There is no image with this id"),
    }
}
