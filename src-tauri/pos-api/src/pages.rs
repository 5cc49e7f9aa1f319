//! Which web pages may use the API: tills that run in a browser on this machine, from the origins that the shop has
//! named. Every other page is refused, and its browser is told nothing.

use axum::http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_METHOD, HeaderName, ORIGIN,
    VARY,
};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use contract::Origin;

/// A browser asks before a page from elsewhere may reach this machine at all, and is answered.
const REQUEST_PRIVATE_NETWORK: HeaderName = HeaderName::from_static("access-control-request-private-network");
const ALLOW_PRIVATE_NETWORK: HeaderName = HeaderName::from_static("access-control-allow-private-network");
/// How long a browser may remember what it was told, in seconds.
const REMEMBERED: HeaderValue = HeaderValue::from_static("600");

/// The origin of `origins` that is the one that was `said`.
pub(crate) fn named<'a>(origins: &'a [Origin], said: &str) -> Option<&'a Origin> {
    origins.iter().find(|origin| origin.as_str() == said)
}

/// Whether a browser asks what a page may do. It sends no token with that.
pub(crate) fn is_question(method: &Method, headers: &HeaderMap) -> bool {
    method == Method::OPTIONS
        && headers.contains_key(ORIGIN)
        && headers.contains_key(ACCESS_CONTROL_REQUEST_METHOD)
}

/// What a page that has been named may do.
pub(crate) fn answer(asked: &HeaderMap) -> Response {
    let mut answer = StatusCode::NO_CONTENT.into_response();
    let headers = answer.headers_mut();
    headers.insert(ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static("GET, POST, PUT, DELETE"));
    let may_send = "authorization, content-type, idempotency-key, last-event-id";
    headers.insert(ACCESS_CONTROL_ALLOW_HEADERS, HeaderValue::from_static(may_send));
    headers.insert(ACCESS_CONTROL_MAX_AGE, REMEMBERED);
    if asked.contains_key(REQUEST_PRIVATE_NETWORK) {
        headers.insert(ALLOW_PRIVATE_NETWORK, HeaderValue::from_static("true"));
    }
    answer
}

/// Lets the page of `origin` read an answer.
pub(crate) fn let_read(origin: &Origin, headers: &mut HeaderMap) {
    // An origin is printable ASCII.
    if let Ok(origin) = HeaderValue::from_str(origin.as_str()) {
        headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static("retry-after"));
    }
    headers.append(VARY, HeaderValue::from_static("origin"));
}
