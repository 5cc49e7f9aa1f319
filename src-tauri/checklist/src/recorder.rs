//! A transport that sees what the client really sent, and keeps what may be shown of it.
//!
//! What it keeps is chosen by name. Keys, tokens, links, bodies and numbers of telephones are not among it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use bytes::Bytes;
use http::{HeaderMap, Request, Response};
use jiff::Timestamp;
use serde_json::Value;
use url::Url;
use vipps::{Transport, TransportError};

use crate::outcome::Exchange;

/// The headers that name the calling system (contract 1.0).
pub(crate) const SYSTEM: [&str; 4] =
    ["vipps-system-name", "vipps-system-version", "vipps-system-plugin-name", "vipps-system-plugin-version"];
/// The longest id that is shown, in characters.
const ID_CHARS_MAX: usize = 64;
/// Requests that are kept, at most: a day of reading once a second is far more than any run.
const SENT_MAX: usize = 86_400;
/// Where answers have the id of what was done, or of the refusal; and at least say which payment they are about.
const IDS: [&str; 10] = [
    "/transactionInfo/transactionId",
    "/transaction/transactionId",
    "/transactionLogHistory/0/transactionId",
    "/pspReference",
    "/0/pspReference",
    "/traceId",
    "/0/contextId",
    "/instance",
    "/orderId",
    "/reference",
];

/// A transport that sees what was really sent.
pub struct Recorder {
    inner: Arc<dyn Transport>,
    api: Url,
    now: Box<dyn Fn() -> Timestamp + Send + Sync>,
    sent: Mutex<Vec<Sent>>,
}

/// What may be known of one request and its answer.
#[derive(Clone, Debug)]
pub(crate) struct Sent {
    pub(crate) exchange: Exchange,
    pub(crate) headers: Headers,
    /// `customerInteraction` of the body.
    pub(crate) interaction: Option<String>,
}

/// What may be known of the headers of a request.
#[derive(Clone, Debug)]
pub(crate) struct Headers {
    /// Those of [`SYSTEM`].
    pub(crate) system: [Option<String>; 4],
    pub(crate) msn: Option<String>,
    /// Whether there is a subscription key.
    pub(crate) subscription_key: bool,
    /// Whether there is a token, after the word `Bearer`.
    pub(crate) bearer: bool,
    /// Whether a body, if there is one, says that it is JSON.
    pub(crate) json: bool,
}

impl Recorder {
    /// Between the client and `inner`. `now` is asked where an answer does not say what time it is.
    pub fn new(
        inner: Arc<dyn Transport>,
        api: Url,
        now: impl Fn() -> Timestamp + Send + Sync + 'static,
    ) -> Recorder {
        Recorder { inner, api, now: Box::new(now), sent: Mutex::new(Vec::new()) }
    }

    /// How many requests it has seen.
    pub(crate) fn count(&self) -> usize {
        self.list().len()
    }

    /// Those of the API that it has seen since there were `count`.
    pub(crate) fn since(&self, count: usize) -> Vec<Sent> {
        self.list().get(count..).unwrap_or_default().to_vec()
    }

    fn list(&self) -> MutexGuard<'_, Vec<Sent>> {
        self.sent.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn is_of_api(&self, request: &Request<Bytes>) -> bool {
        let uri = request.uri();
        let port = uri.port_u16().or(self.api.port_or_known_default());
        let here = uri.host() == self.api.host_str() && port == self.api.port_or_known_default();
        // A simulator has its pictures on the host of its API.
        let path = uri.path();
        let apis = ["/ecomm/", "/epayment/", "/qr/", "/accesstoken/", "/webhooks/", "/order-management/"];
        here && apis.iter().any(|start| path.starts_with(start))
    }
}

#[async_trait]
impl Transport for Recorder {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        let seen = self.is_of_api(&request).then(|| {
            let call = format!("{} {}", request.method(), request.uri().path());
            let body: Value = serde_json::from_slice(request.body()).unwrap_or_default();
            let key =
                ["x-request-id", "idempotency-key"].iter().find_map(|name| text(request.headers(), name));
            let interaction = body["customerInteraction"].as_str().and_then(shown);
            (call, key, headers_of(&request), interaction)
        });
        let answer = self.inner.send(request).await;
        if let Some((call, key, headers, interaction)) = seen {
            let at = answer.as_ref().ok().and_then(date).unwrap_or_else(&self.now);
            let status = answer.as_ref().ok().map(|answer| answer.status().as_u16());
            let id = answer.as_ref().ok().and_then(|answer| id_in(answer.body()));
            let exchange = Exchange { at, call, status, key, id };
            let mut list = self.list();
            if list.len() < SENT_MAX {
                list.push(Sent { exchange, headers, interaction });
            }
        }
        answer
    }
}

fn headers_of(request: &Request<Bytes>) -> Headers {
    let headers = request.headers();
    let raw = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    Headers {
        system: SYSTEM.map(|name| text(headers, name)),
        msn: text(headers, "merchant-serial-number"),
        subscription_key: !raw("ocp-apim-subscription-key").is_empty(),
        bearer: raw("authorization").strip_prefix("Bearer ").is_some_and(|token| !token.is_empty()),
        json: request.body().is_empty() || raw("content-type").starts_with("application/json"),
    }
}

/// A header of which everything may be seen.
fn text(headers: &HeaderMap, name: &str) -> Option<String> {
    Some(headers.get(name)?.to_str().ok()?.to_owned())
}

fn date(answer: &Response<Bytes>) -> Option<Timestamp> {
    let text = answer.headers().get("date")?.to_str().ok()?;
    Some(jiff::fmt::rfc2822::parse(text).ok()?.timestamp())
}

fn id_in(body: &[u8]) -> Option<String> {
    let body: Value = serde_json::from_slice(body).ok()?;
    IDS.iter().find_map(|place| shown(body.pointer(place)?.as_str()?))
}

/// Only what looks like an id is shown: what else an answer puts in its place may be anything.
fn shown(text: &str) -> Option<String> {
    let plain = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
    (plain && (1..=ID_CHARS_MAX).contains(&text.len())).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Answers what it is given.
    struct Answers(&'static str);

    #[async_trait]
    impl Transport for Answers {
        async fn send(&self, _: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
            let answer = Response::builder().status(201).header("date", "Sun, 06 Nov 1994 08:49:37 GMT");
            Ok(answer.body(Bytes::from_static(self.0.as_bytes())).unwrap())
        }
    }

    async fn recorded(path: &str, body: &'static str, answer: &'static str) -> Vec<Sent> {
        let api = "https://apitest.vipps.no".parse().unwrap();
        let recorder = Recorder::new(Arc::new(Answers(answer)), api, || Timestamp::UNIX_EPOCH);
        let request = Request::post(path)
            .header("authorization", "Bearer eyJ0eXAi.secret")
            .header("ocp-apim-subscription-key", "0f14ebca-secret")
            .header("client_secret", "Y8Kt-secret")
            .header("content-type", "application/json")
            .header("idempotency-key", "check-1-c1")
            .body(Bytes::from_static(body.as_bytes()))
            .unwrap();
        recorder.send(request).await.unwrap();
        recorder.since(0)
    }

    #[tokio::test]
    async fn what_is_kept_gives_nothing_away() {
        let body =
            r#"{"customerInteraction":"CUSTOMER_PRESENT","customer":{"phoneNumber":"4791234567-secret"}}"#;
        let answer = r#"{"reference":"check-1","redirectUrl":"https://qr/secret","pspReference":"psp-1"}"#;
        let url = "https://apitest.vipps.no/epayment/v1/payments?token=secret";
        let sent = recorded(url, body, answer).await;
        let Exchange { at, call, status, key, id } = sent[0].exchange.clone();
        assert_eq!((call.as_str(), status), ("POST /epayment/v1/payments", Some(201)));
        assert_eq!((key.as_deref(), id.as_deref()), (Some("check-1-c1"), Some("psp-1")));
        assert_eq!(at.to_string(), "1994-11-06T08:49:37Z");
        assert!(sent[0].headers.bearer && sent[0].headers.subscription_key && sent[0].headers.json);
        assert_eq!(sent[0].interaction.as_deref(), Some("CUSTOMER_PRESENT"));
        assert!(!format!("{sent:?}").contains("secret"), "{sent:?}");
    }

    #[tokio::test]
    async fn an_id_that_is_none_and_other_hosts_are_left_out() {
        let url = "https://apitest.vipps.no/epayment/v1/payments";
        let sent = recorded(url, "", r#"{"pspReference":"https://pay.here/secret"}"#).await;
        assert_eq!(sent[0].exchange.id, None);
        assert!(recorded("https://qr.vipps.no/generate/qr.png?token=secret", "", "").await.is_empty());
    }
}
