//! Reads what a POS sends: JSON, of reasonable size, in reasonable time, and understood to the last member.

use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use axum::http::{HeaderMap, StatusCode};
use contract::Code;
use futures_util::StreamExt;
use http_body_util::LengthLimitError;
use serde::de::DeserializeOwned;
use serde_json::Value;
use tokio::time::timeout;

use crate::limits::{BODY_BYTES_MAX, BODY_TIME, LINGER_TIME};
use crate::problem::Refusal;

/// What `request` says.
pub(crate) async fn read<T: DeserializeOwned>(request: Request) -> Result<T, Refusal> {
    check_media_type(request.headers())?;
    if announced_bytes(request.headers()).is_some_and(|bytes| bytes > BODY_BYTES_MAX as u64) {
        linger(request.into_body());
        return Err(too_large());
    }
    let reading = timeout(BODY_TIME, to_bytes(request.into_body(), BODY_BYTES_MAX));
    let bytes = match reading.await {
        Ok(Ok(bytes)) => bytes,
        Ok(Err(error)) if is_too_long(&error) => return Err(too_large()),
        Ok(Err(_)) => return Err(Refusal::of_request(StatusCode::BAD_REQUEST, "the body broke off")),
        Err(_) => {
            let detail = format!("the body did not arrive within {} s", BODY_TIME.as_secs());
            return Err(Refusal::of_request(StatusCode::REQUEST_TIMEOUT, detail));
        }
    };
    // A list would be taken for the members in their order, and an empty one for a request with none.
    if bytes.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'[') {
        return Err(Refusal::new(Code::RequestInvalid, "send a JSON object, not a list"));
    }
    serde_json::from_slice(&bytes).map_err(|error| {
        let detail = decimal_in(&bytes).unwrap_or_else(|| error.to_string());
        Refusal::new(Code::RequestInvalid, detail)
    })
}

fn check_media_type(headers: &HeaderMap) -> Result<(), Refusal> {
    let said = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let mut parts = said.split(';').map(str::trim);
    let is_json = parts.next().is_some_and(|kind| kind.eq_ignore_ascii_case("application/json"));
    let is_utf8 = parts.all(|parameter| match parameter.split_once('=') {
        Some((name, set)) if name.trim().eq_ignore_ascii_case("charset") => {
            set.trim().trim_matches('"').eq_ignore_ascii_case("utf-8")
        }
        _ => true,
    });
    if is_json && is_utf8 {
        return Ok(());
    }
    let detail = "send JSON in UTF-8, with the header `Content-Type: application/json`";
    Err(Refusal::of_request(StatusCode::UNSUPPORTED_MEDIA_TYPE, detail))
}

fn announced_bytes(headers: &HeaderMap) -> Option<u64> {
    headers.get(CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

fn is_too_long(error: &axum::Error) -> bool {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(this) = cause {
        if this.is::<LengthLimitError>() {
            return true;
        }
        cause = this.source();
    }
    false
}

fn too_large() -> Refusal {
    Refusal::new(Code::RequestTooLarge, format!("the body may have at most {BODY_BYTES_MAX} bytes"))
}

/// Takes in for a while what nobody will read: a caller that is still sending when the connection closes would
/// lose the answer.
fn linger(body: Body) {
    tokio::spawn(async move {
        let mut rest = body.into_data_stream();
        let _ = timeout(LINGER_TIME, async { while let Some(Ok(_)) = rest.next().await {} }).await;
    });
}

/// What to say about a decimal where money must be a whole number: the most common mistake of all.
fn decimal_in(bytes: &[u8]) -> Option<String> {
    let asked: Value = serde_json::from_slice(bytes).ok()?;
    let amount = asked.get("amount").and_then(|amount| amount.get("value"));
    let lines = asked.get("lines").and_then(Value::as_array);
    let prices = lines.into_iter().flatten().enumerate();
    let prices = prices.map(|(at, line)| (format!("lines[{at}].unitPrice"), line.get("unitPrice")));
    let (name, _) = std::iter::once(("amount".to_owned(), amount))
        .chain(prices)
        .find(|(_, value)| value.is_some_and(Value::is_f64))?;
    Some(format!("{name} must be a whole number of minor units: 249.00 is 24900"))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use axum::body::Bytes;
    use futures_util::stream;

    use super::*;

    fn typed(kind: &str) -> Result<(), StatusCode> {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, kind.parse().expect("a header"));
        check_media_type(&headers).map_err(|refusal| refusal.status)
    }

    #[test]
    fn json_in_utf_8_is_understood() {
        for good in
            ["application/json", "Application/JSON; charset=UTF-8", "application/json;charset=\"utf-8\""]
        {
            assert_eq!(typed(good), Ok(()), "{good}");
        }
        for bad in ["", "text/json", "application/jsonx", "application/json; charset=latin1", "text/plain"] {
            assert_eq!(typed(bad), Err(StatusCode::UNSUPPORTED_MEDIA_TYPE), "{bad}");
        }
        assert!(check_media_type(&HeaderMap::new()).is_err());
    }

    #[test]
    fn decimals_are_named() {
        let said = |text: &str| decimal_in(text.as_bytes());
        let amount = r#"{"amount":{"value":249.00,"currency":"NOK"}}"#;
        let expected = "amount must be a whole number of minor units: 249.00 is 24900";
        assert_eq!(said(amount).as_deref(), Some(expected));
        let line = r#"{"amount":{"value":1},"lines":[{"unitPrice":1},{"unitPrice":1e2}]}"#;
        assert!(said(line).expect("a decimal").starts_with("lines[1].unitPrice must be"));
        for whole in ["", "[]", "7.5", r#"{"amount":{"value":24900}}"#, r#"{"lines":7.5}"#] {
            assert_eq!(said(whole), None, "{whole}");
        }
    }

    #[tokio::test]
    async fn a_body_without_announced_length_is_read_to_the_limit_and_no_further() {
        let sent = Arc::new(AtomicUsize::new(0));
        let counting = sent.clone();
        let pieces = stream::iter(0..10_000).map(move |_| {
            counting.fetch_add(1_000, Ordering::Relaxed);
            Ok::<_, std::io::Error>(Bytes::from_static(&[b' '; 1_000]))
        });
        let request = Request::post("/")
            .header(CONTENT_TYPE, "application/json")
            .body(Body::from_stream(pieces))
            .expect("a request");
        let refusal = read::<Value>(request).await.expect_err("too large");
        assert_eq!((refusal.status, refusal.code), (StatusCode::PAYLOAD_TOO_LARGE, Code::RequestTooLarge));
        assert!(sent.load(Ordering::Relaxed) <= BODY_BYTES_MAX + 1_000);
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_that_does_not_arrive_is_not_waited_for() {
        let request = Request::post("/")
            .header(CONTENT_TYPE, "application/json")
            .body(Body::from_stream(stream::pending::<Result<Bytes, std::io::Error>>()))
            .expect("a request");
        let refusal = read::<Value>(request).await.expect_err("too slow");
        assert_eq!(refusal.status, StatusCode::REQUEST_TIMEOUT);
    }

    #[tokio::test]
    async fn a_body_that_breaks_off_is_refused() {
        let broken = stream::iter([Ok(Bytes::from_static(b"{")), Err(std::io::Error::other("gone"))]);
        let request = Request::post("/")
            .header(CONTENT_TYPE, "application/json")
            .body(Body::from_stream(broken))
            .expect("a request");
        let refusal = read::<Value>(request).await.expect_err("broken");
        assert_eq!(refusal.status, StatusCode::BAD_REQUEST);
    }
}
