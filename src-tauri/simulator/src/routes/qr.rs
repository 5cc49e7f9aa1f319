//! The QR API: one-time payment codes (contract 3.1), and the pictures that its answers link to.

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Query, State};
use axum::response::Response;
use axum::routing::{get, post};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use serde::Deserialize;
use serde_json::json;

use super::body::Fields;
use super::caller::{caller, text};
use super::wrong::Wrong;
use super::{answer, json as ok};
use crate::pictures;
use crate::simulator::Simulator;
use crate::world::qr::{Format, Image, NoCode, Offer};
use crate::world::refusal::Refusal;

/// Width and height, in pixels.
const SIZE: std::ops::RangeInclusive<u32> = 100..=2000;
const SIZE_UNLESS_GIVEN: u32 = 1024;
/// White on each side, in pixels.
const WHITE_BORDER: std::ops::RangeInclusive<u32> = 0..=100;
const WHITE_BORDER_UNLESS_GIVEN: u32 = 8;
/// The longest URL that is looked at, in characters.
const URL_MAX: usize = 4_096;

pub(crate) fn routes() -> Router<Simulator> {
    Router::new()
        .route("/qr/v1", post(one_time))
        .route("/qr/v1/", post(one_time))
        .route("/qr-image/v1", get(picture))
}

/// What the caller accepts decides what the `url` of the answer is; the answer itself is JSON in every case.
enum Wanted {
    Picture(Format),
    Content,
}

async fn one_time(State(simulator): State<Simulator>, headers: HeaderMap, body: Bytes) -> Response {
    answer(&simulator, |world, now| {
        caller(world, &headers, now).map_err(in_this_shape)?;
        let wanted = wanted(&headers)?;
        let value = super::body::parse(&headers, &body).map_err(in_this_shape)?;
        let (url, size, white_border) = request(&headers, &value).map_err(|refusal| invalid(&refusal))?;
        let token = token_of(&url).ok_or(NoCode::TokenNotValid).map_err(no_code)?;
        let Offer { reference, content, expires_at } = world.offer_code(token, now).map_err(no_code)?;
        let url = match wanted {
            Wanted::Content => content,
            Wanted::Picture(_) if !pictures::fits(&content, size, white_border) => {
                let reason = "The field whiteBorder leaves no room for the code.";
                return Err(invalid(&Refusal::field("whiteBorder", reason)));
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
    let image = simulator.0.within(|world, now| world.image(&link.token, now).cloned());
    // Drawing takes a while, so the world is let go first.
    let drawn = image.and_then(|image| match image.format {
        Format::Png => Some(("image/png", pictures::png(&image.content, image.size, image.white_border)?)),
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
fn wanted(headers: &HeaderMap) -> Result<Wanted, Wrong> {
    match text(headers, "Accept") {
        Some("image/png") => Ok(Wanted::Picture(Format::Png)),
        Some("image/svg+xml" | "image/*") => Ok(Wanted::Picture(Format::Svg)),
        Some(accept) if accept.eq_ignore_ascii_case("text/targetUrl") => Ok(Wanted::Content),
        _ => Err(Wrong::Problem {
            status: 415,
            title: "Unsupported Media Type",
            detail: "Supported values of Accept are image/*, image/png, image/svg+xml and text/targetUrl",
            invalid: None,
        }),
    }
}

/// The URL, the size and the border. The size comes as a header or in the body (contract 0.5); the body wins.
fn request(headers: &HeaderMap, body: &serde_json::Value) -> Result<(String, u32, u32), Refusal> {
    let root = Fields::root(body, &["url", "size", "whiteBorder"])?;
    let url = root.required("url", URL_MAX)?.trim().to_owned();
    let by_header = match text(headers, "Size") {
        None => None,
        Some(size) => {
            let size = size.parse().ok().filter(|size| SIZE.contains(size));
            Some(size.ok_or_else(|| Refusal::field("Size", "The field Size must be between 100 and 2000."))?)
        }
    };
    let size = root.number("size", SIZE)?.or(by_header).unwrap_or(SIZE_UNLESS_GIVEN);
    let white_border = root.number("whiteBorder", WHITE_BORDER)?.unwrap_or(WHITE_BORDER_UNLESS_GIVEN);
    Ok((url, size, white_border))
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
    Wrong::Problem { status: 400, title, detail, invalid: None }
}

fn invalid(refusal: &Refusal) -> Wrong {
    let (_, name, reason) = refusal.words();
    Wrong::Problem {
        status: 400,
        title: "One or more validation errors occurred.",
        detail: "BadRequest",
        invalid: Some((name.into(), reason.into())),
    }
}

/// This API has its own words for what eCom says in shape 1.
fn in_this_shape(wrong: Wrong) -> Wrong {
    match wrong {
        Wrong::Refused(refusal) => invalid(&refusal),
        Wrong::Gateway(415, _) => Wrong::Problem {
            status: 415,
            title: "Unsupported Media Type",
            detail: "The body must be application/json",
            invalid: None,
        },
        other => other,
    }
}
