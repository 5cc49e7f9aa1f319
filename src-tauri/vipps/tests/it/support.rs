//! A Vipps MobilePay that answers what a test tells it to.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use http::{Request, Response};
use serde_json::{Value, json};
use vipps::{
    Cancellation, Config, Initiate, Keys, Modification, Msn, RequestId, Reqwest, System, Transport,
    TransportError, Vipps,
};
use wiremock::matchers::{any, method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

pub(crate) const CLIENT_ID: &str = "fb492b5e-7907-4d83-ba20-c7fb60ca35de";
pub(crate) const CLIENT_SECRET: &str = "Y8Kteew6GE2ZmeycEt6egg==";
pub(crate) const SUBSCRIPTION_KEY: &str = "0f14ebcab0ec4b29ae0cb90d91b4a84a";
pub(crate) const TOKEN: &str = "eyJ0eXAi.token-1.c2ln";

pub(crate) fn config(base_url: &str) -> Config {
    Config {
        base_url: base_url.parse().unwrap(),
        msn: Msn::parse("123456").unwrap(),
        keys: Keys::new(CLIENT_ID, CLIENT_SECRET, SUBSCRIPTION_KEY).unwrap(),
        system: System::new("Acme Commerce", "1.7", "acme-pos", "3.2").unwrap(),
    }
}

pub(crate) fn order() -> Initiate {
    Initiate {
        order_id: "order-1".into(),
        amount: 20_000,
        text: "One pair of Vipps socks".into(),
        fall_back: "https://example.com/done".into(),
        callback_prefix: "https://example.com/vipps/".into(),
        auth_token: None,
        mobile_number: None,
        skip_landing_page: false,
    }
}

pub(crate) fn modification() -> Modification {
    Modification { amount: 20_000, text: "Socks".into(), request_id: RequestId::parse("order-1-c1").unwrap() }
}

pub(crate) fn cancellation() -> Cancellation {
    Cancellation { text: "No socks".into(), release_remaining: false }
}

pub(crate) fn token_body(token: &str, life_s: u64) -> Value {
    json!({"token_type": "Bearer", "expires_in": life_s.to_string(), "access_token": token})
}

pub(crate) fn summary_body(captured: u64) -> Value {
    json!({
        "capturedAmount": captured, "refundedAmount": 0,
        "remainingAmountToCapture": 0, "remainingAmountToRefund": captured
    })
}

/// Vipps MobilePay over a socket. What no test has asked for is answered with 500 and fails the test.
pub(crate) struct Api {
    server: MockServer,
    pub(crate) vipps: Vipps,
}

impl Api {
    /// Gives a token once; the client has to keep it.
    pub(crate) async fn start() -> Self {
        let api = Self::start_silent().await;
        let token = ResponseTemplate::new(200).set_body_json(token_body(TOKEN, 3600));
        api.answer("POST", "/accesstoken/get", token).await;
        api
    }

    /// Answers nothing yet.
    pub(crate) async fn start_silent() -> Self {
        let server = MockServer::start().await;
        let loud = ResponseTemplate::new(500).set_body_string("the test expects no such request");
        let catch_all = Mock::given(any()).respond_with(loud).with_priority(255).expect(0);
        catch_all.named("anything else").mount(&server).await;
        let vipps = Vipps::new(Arc::new(Reqwest::new().unwrap()), config(&server.uri()));
        Self { server, vipps }
    }

    /// Answers one request of this method to this path with `answer`.
    pub(crate) async fn answer(&self, verb: &str, at: &str, answer: ResponseTemplate) {
        Mock::given(method(verb))
            .and(path(at))
            .respond_with(answer)
            .up_to_n_times(1)
            .expect(1)
            .named(format!("{verb} {at}"))
            .mount(&self.server)
            .await;
    }

    /// What was sent, as text: request line, headers in order of their names, body. Left out are the host and
    /// the length of a body that is there.
    pub(crate) async fn sent(&self, at: &str) -> String {
        let requests = self.server.received_requests().await.unwrap();
        let mut found = requests.iter().filter(|request| request.url.path() == at);
        let (Some(request), None) = (found.next(), found.next()) else {
            panic!("not exactly one request to {at}")
        };
        let mut headers: Vec<String> = request
            .headers
            .iter()
            .filter(|(name, _)| *name != "host" && (*name != "content-length" || request.body.is_empty()))
            .map(|(name, value)| format!("{name}: {}\n", value.to_str().unwrap()))
            .collect();
        headers.sort();
        let target = &request.url[url::Position::BeforePath..];
        let body = std::str::from_utf8(&request.body).unwrap();
        format!("{} {target}\n{}{body}", request.method, headers.concat())
    }
}

/// Vipps MobilePay in memory, for virtual time and for what no server would do.
pub(crate) struct Fake {
    answer: Box<Answer>,
    /// How long every answer takes.
    delay: Duration,
    asked: Mutex<Vec<String>>,
}

type Answer = dyn Fn(&Request<Bytes>) -> Result<Response<Bytes>, TransportError> + Send + Sync;

impl Fake {
    pub(crate) fn new(
        answer: impl Fn(&Request<Bytes>) -> Result<Response<Bytes>, TransportError> + Send + Sync + 'static,
    ) -> Arc<Self> {
        Self::slow(Duration::ZERO, answer)
    }

    pub(crate) fn slow(
        delay: Duration,
        answer: impl Fn(&Request<Bytes>) -> Result<Response<Bytes>, TransportError> + Send + Sync + 'static,
    ) -> Arc<Self> {
        Arc::new(Self { answer: Box::new(answer), delay, asked: Mutex::default() })
    }

    /// A fake that gives a token to everybody and `answer` to every other request.
    pub(crate) fn with_token(
        answer: impl Fn(&Request<Bytes>) -> Result<Response<Bytes>, TransportError> + Send + Sync + 'static,
    ) -> Arc<Self> {
        Self::new(move |request| {
            if request.uri().path() == "/accesstoken/get" {
                token_answer(TOKEN, 3600)
            } else {
                answer(request)
            }
        })
    }

    pub(crate) fn vipps(self: &Arc<Self>) -> Vipps {
        Vipps::new(self.clone(), config("https://vipps.test"))
    }

    /// The paths that were asked for, with the token they were asked with.
    pub(crate) fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }

    pub(crate) fn count(&self, path: &str) -> usize {
        self.asked().iter().filter(|asked| asked.starts_with(path)).count()
    }
}

#[async_trait]
impl Transport for Fake {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        let token = request.headers().get("authorization").map_or("", |value| value.to_str().unwrap());
        self.asked.lock().unwrap().push(format!("{} {token}", request.uri().path()).trim_end().to_owned());
        if !self.delay.is_zero() {
            tokio::time::sleep(self.delay).await;
        }
        (self.answer)(&request)
    }
}

#[expect(
    clippy::unnecessary_wraps,
    clippy::needless_pass_by_value,
    reason = "made in place, and what a fake answers with"
)]
pub(crate) fn answer(status: u16, body: impl ToString) -> Result<Response<Bytes>, TransportError> {
    Ok(Response::builder().status(status).body(body.to_string().into()).unwrap())
}

pub(crate) fn token_answer(token: &str, life_s: u64) -> Result<Response<Bytes>, TransportError> {
    answer(200, token_body(token, life_s))
}

/// A refusal as eCom writes it.
pub(crate) fn refusal(status: u16, code: &str) -> Result<Response<Bytes>, TransportError> {
    answer(
        status,
        json!([{"errorGroup": "Payment", "errorCode": code, "errorMessage": "no", "contextId": "c-1"}]),
    )
}

/// A refusal as ePayment writes it.
pub(crate) fn problem(status: u16, code: &str) -> Result<Response<Bytes>, TransportError> {
    answer(
        status,
        json!({
            "type": "https://developer.vippsmobilepay.com/docs/knowledge-base/errors",
            "title": "no", "detail": "no", "status": status, "traceId": "00-5f-01",
            "extraDetails": [{"name": "ErrorCode", "reason": code}]
        }),
    )
}
