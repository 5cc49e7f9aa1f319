//! The QR API: one-time payment codes (contract 3.1), codes that stay (3.2, 3.3), customers' own codes (3.4), and the
//! pictures that its answers link to.

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Query, State};
use axum::response::Response;
use axum::routing::{get, post};
use http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use serde::Deserialize;
use serde_json::json;

mod callback;
mod exchange;
mod redirect;

use super::caller::{caller, text};
use super::form::{self, Form};
use super::wrong::{Dress, Wrong};
use super::{answer_in, json as ok};
use crate::pictures;
use crate::simulator::Simulator;
use crate::world::World;
use crate::world::problem::Problem;
use crate::world::qr::{Format, Image, NoCode, Offer};

/// Width and height, in pixels.
const SIZE: std::ops::RangeInclusive<i64> = 100..=2000;
const SIZE_UNLESS_GIVEN: u32 = 1024;
/// White on each side, in pixels.
const WHITE_BORDER: std::ops::RangeInclusive<i64> = 0..=100;
const WHITE_BORDER_UNLESS_GIVEN: u32 = 8;
/// How long the link to a picture of a code that stays can be used: a year. The code itself stays.
const LASTING_LINK_MS: i64 = 365 * 86_400_000;
/// The longest URL that is looked at, in characters.
const URL_MAX: usize = 4_096;

pub(crate) fn routes() -> Router<Simulator> {
    Router::new()
        .route("/qr/v1", post(one_time))
        .route("/qr/v1/", post(one_time))
        .route("/qr-image/v1", get(picture))
        .merge(redirect::routes())
        .merge(callback::routes())
        .merge(exchange::routes())
}

/// What the caller accepts decides what the `url` of the answer is; the answer itself is JSON in every case.
#[derive(Clone, Copy)]
enum Wanted {
    Picture(Format),
    Content,
}

async fn one_time(State(simulator): State<Simulator>, uri: Uri, headers: HeaderMap, body: Bytes) -> Response {
    answer_in(Dress::InvalidParams, &simulator, &uri, |world, now| {
        caller(world, &headers, now)?;
        let wanted = wanted(&headers)?;
        let value = form::parse_or_415(&headers, &body)?;
        let (url, size, white_border) = request(&headers, &value)?;
        let token = token_of(&url).ok_or(NoCode::TokenNotValid).map_err(no_code)?;
        let Offer { reference, content, expires_at } = world.offer_code(token, now).map_err(no_code)?;
        let url = match wanted {
            Wanted::Content => content,
            Wanted::Picture(_) if !pictures::fits(&content, size, white_border) => {
                let reason = "The field whiteBorder leaves no room for the code.";
                return Err(Problem::field("whiteBorder", reason).into());
            }
            Wanted::Picture(format) => {
                let image = Image { reference, content, format, size, white_border, expires_at };
                let token = world.publish(image, now);
                format!("{}/qr-image/v1?token={token}", world.rules.origin)
            }
        };
        Ok(ok(&json!({ "url": url, "expiresIn": (expires_at - now) / 1000 })))
    })
}

#[derive(Deserialize)]
struct Link {
    #[serde(default)]
    token: String,
}

/// Needs no login. Gone when the payment can't be paid any more.
async fn picture(State(simulator): State<Simulator>, Query(link): Query<Link>) -> Response {
    let (image, px_max) =
        simulator.0.within(|world, now| (world.image(&link.token, now).cloned(), world.rules.picture_px_max));
    // Drawing takes a while, so the world is let go first.
    let drawn = image.and_then(|image| match image.format {
        Format::Png => {
            let size = px_max.map_or(image.size, |max| image.size.min(max));
            Some(("image/png", pictures::png(&image.content, size, image.white_border)?))
        }
        Format::Svg => {
            let drawn = pictures::svg(&image.content, image.size, image.white_border)?;
            Some(("image/svg+xml", drawn.into_bytes()))
        }
    });
    let (status, kind, body) = match drawn {
        Some((kind, body)) => (StatusCode::OK, kind, body),
        None => (StatusCode::NOT_FOUND, "text/plain", b"not found".to_vec()),
    };
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    response
}

/// `*/*` and `application/json` are refused although the answer is JSON (trap 37).
fn wanted(headers: &HeaderMap) -> Result<Wanted, Problem> {
    match text(headers, "Accept") {
        Some("image/png") => Ok(Wanted::Picture(Format::Png)),
        Some("image/svg+xml" | "image/*") => Ok(Wanted::Picture(Format::Svg)),
        Some(accept) if accept.eq_ignore_ascii_case("text/targetUrl") => Ok(Wanted::Content),
        _ => Err(Problem::plain(
            415,
            "Supported values of Accept are image/*, image/png, image/svg+xml and text/targetUrl",
        )),
    }
}

/// The URL, the size and the border. The size comes as a header or in the body (contract 0.5); the body wins.
fn request(headers: &HeaderMap, body: &serde_json::Value) -> Result<(String, u32, u32), Problem> {
    let root = Form::root(body, &["url", "size?", "whiteBorder?"])?;
    let url = root.needed_text("url", 1..=URL_MAX)?.trim().to_owned();
    let by_header = size(headers)?;
    let size = root.number("size", SIZE)?.and_then(pixels).unwrap_or(by_header);
    let white_border = root.number("whiteBorder", WHITE_BORDER)?.and_then(pixels);
    Ok((url, size, white_border.unwrap_or(WHITE_BORDER_UNLESS_GIVEN)))
}

/// What the header `Size` says.
fn size(headers: &HeaderMap) -> Result<u32, Problem> {
    let Some(size) = headers.get("Size") else { return Ok(SIZE_UNLESS_GIVEN) };
    let size = size.to_str().ok().and_then(|size| size.parse().ok()).filter(|size| SIZE.contains(size));
    size.and_then(pixels)
        .ok_or_else(|| Problem::field("Size", "The field Size must be between 100 and 2000."))
}

fn pixels(number: i64) -> Option<u32> {
    u32::try_from(number).ok()
}

/// A link to a picture of a code that stays, or what the code says.
fn link(world: &mut World, wanted: Wanted, content: &str, size: u32, now: i64) -> String {
    let Wanted::Picture(format) = wanted else { return content.to_owned() };
    let image = Image {
        reference: String::new(),
        content: content.to_owned(),
        format,
        size,
        white_border: WHITE_BORDER_UNLESS_GIVEN,
        expires_at: now + LASTING_LINK_MS,
    };
    let token = world.publish(image, now);
    format!("{}/qr-image/v1?token={token}", world.rules.origin)
}

/// The `token` in the URL that initiate gave.
pub(crate) fn token_of(url: &str) -> Option<&str> {
    let (_, query) = url.split_once('?')?;
    query.split('&').find_map(|pair| pair.strip_prefix("token="))
}

fn no_code(why: NoCode) -> Wrong {
    let (title, detail) = match why {
        NoCode::TimedOut => ("Order timeout", "Payment has already timed out"),
        NoCode::TokenNotValid => ("Validation error", "Supplied landing page token is not valid"),
    };
    Wrong::Titled { title, detail }
}
