//! Who may ask: this machine, by its own name, with the token.
//!
//! The API listens on loopback alone, but a web page on this machine can send requests there too, under a name of
//! its own that resolves to 127.0.0.1 (DNS rebinding) or across origins. Neither gets as far as a handler.

use axum::extract::{Request, State};
use axum::http::header::{AUTHORIZATION, CACHE_CONTROL, HOST, HeaderName, ORIGIN};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use contract::Code;

use crate::PosApi;
use crate::admission::Admission;
use crate::nexo;
use crate::openapi;
use crate::pages;
use crate::problem::{Refusal, written};

/// The token, as the client libraries of the Terminal API send it.
const X_API_KEY: HeaderName = HeaderName::from_static("x-api-key");

/// Lets in who may come in, and writes out every refusal.
pub(crate) async fn guard(State(api): State<PosApi>, request: Request, next: Next) -> Response {
    let said = one(request.headers(), &ORIGIN);
    let page = said.and_then(|said| pages::named(&api.0.origins, said)).cloned();
    let answer = match admitted(&request, &api.0.admission, page.is_some()) {
        Ok(()) if pages::is_question(request.method(), request.headers()) => pages::answer(request.headers()),
        Ok(()) => {
            // Whoever only reads the contract need not be a POS.
            if request.uri().path() != openapi::PATH {
                api.0.till.pos_asked();
            }
            next.run(request).await
        }
        Err(refusal) => refusal.into_response(),
    };
    let mut answer = written(answer, api.0.till.settings().language);
    if let Some(page) = page {
        pages::let_read(&page, answer.headers_mut());
    }
    // Every answer is true for a moment only.
    answer.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    answer
}

fn admitted(request: &Request, admission: &Admission, from_web_till: bool) -> Result<(), Refusal> {
    let headers = request.headers();
    let named_otherwise = request.uri().authority().is_some_and(|named| !is_this_machine(named.as_str()));
    if named_otherwise || !one(headers, &HOST).is_some_and(is_this_machine) {
        let detail =
            "this API is reached as 127.0.0.1, localhost or [::1] only; the header Host names another";
        return Err(Refusal::of_request(StatusCode::MISDIRECTED_REQUEST, detail));
    }
    let from_here = || one(headers, &ORIGIN).is_some_and(is_from_this_machine);
    if headers.contains_key(ORIGIN) && !from_web_till && !from_here() {
        let detail = "pages from other machines may not use this API unless the setting `pos.origins` names where they \
                      come from; the header Origin names another";
        return Err(Refusal::of_request(StatusCode::FORBIDDEN, detail));
    }
    let asks = from_web_till && pages::is_question(request.method(), headers);
    let path = request.uri().path();
    if asks || path == openapi::PATH || knows(headers, admission) {
        return Ok(());
    }
    if nexo::PATHS.contains(&path) && has_key(headers, admission) {
        return Ok(());
    }
    let detail = "send the header `Authorization: Bearer …` with the text of the token file";
    Err(Refusal::new(Code::TokenInvalid, detail))
}

/// Whether the token in `headers` is the one that is good now.
pub(crate) fn knows(headers: &HeaderMap, admission: &Admission) -> bool {
    let Some((scheme, said)) = one(headers, &AUTHORIZATION).and_then(|text| text.split_once(' ')) else {
        return false;
    };
    let right = scheme.eq_ignore_ascii_case("bearer") && admission.admits(said.trim().as_bytes());
    if !right {
        tracing::warn!("a request came with a wrong token");
    }
    right
}

/// Whether the token is sent as registers that know a terminal send their key.
fn has_key(headers: &HeaderMap, admission: &Admission) -> bool {
    one(headers, &X_API_KEY).is_some_and(|said| admission.admits(said.trim().as_bytes()))
}

/// The header, if there is exactly one and it is text.
fn one<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    let mut all = headers.get_all(name).iter();
    let first = all.next()?.to_str().ok()?;
    all.next().is_none().then_some(first)
}

/// Whether `authority` (a host, and perhaps a port) can only be this machine.
fn is_this_machine(authority: &str) -> bool {
    let host_ends = match authority.strip_prefix('[') {
        Some(_) => authority.find(']').map(|at| at + 1),
        None => Some(authority.find(':').unwrap_or(authority.len())),
    };
    let Some((host, port)) = host_ends.and_then(|at| authority.split_at_checked(at)) else { return false };
    let good_port = port.is_empty() || port.strip_prefix(':').is_some_and(|port| port.parse::<u16>().is_ok());
    let names = ["127.0.0.1", "localhost", "[::1]"];
    good_port && names.iter().any(|name| host.eq_ignore_ascii_case(name))
}

fn is_from_this_machine(origin: &str) -> bool {
    let authority = origin.strip_prefix("http://").or_else(|| origin.strip_prefix("https://"));
    authority.is_some_and(is_this_machine)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_machine_has_three_names() {
        for good in
            ["127.0.0.1", "127.0.0.1:7650", "localhost", "LocalHost:80", "[::1]", "[::1]:7650", "localhost:1"]
        {
            assert!(is_this_machine(good), "{good}");
        }
        for bad in [
            "",
            ":7650",
            "evil.example",
            "evil.example:7650",
            "127.0.0.1.evil.example",
            "localhost.evil.example",
            "localhost@evil.example",
            "user@localhost",
            "localhost.",
            "127.0.0.2",
            "0.0.0.0",
            "::1",
            "[::1",
            "[::1]evil",
            "[::2]",
            "localhost:",
            "localhost:99999",
            "localhost:80:80",
            "2130706433",
            "[",
            "é",
        ] {
            assert!(!is_this_machine(bad), "{bad}");
        }
    }

    #[test]
    fn origins_are_schemes_and_this_machine() {
        for good in ["http://localhost:5173", "https://127.0.0.1", "http://[::1]:80"] {
            assert!(is_from_this_machine(good), "{good}");
        }
        for bad in ["null", "", "localhost", "http://evil.example", "file://localhost", "http://localhost/x"]
        {
            assert!(!is_from_this_machine(bad), "{bad}");
        }
    }

    #[test]
    fn a_header_that_comes_twice_is_none() {
        let mut headers = HeaderMap::new();
        headers.append(HOST, HeaderValue::from_static("localhost"));
        assert_eq!(one(&headers, &HOST), Some("localhost"));
        headers.append(HOST, HeaderValue::from_static("evil.example"));
        assert_eq!(one(&headers, &HOST), None);
    }
}
