//! A cash register: a small client of the POS API.

use std::path::Path;
use std::time::Duration;

use serde_json::{Value, json};
use ureq::Agent;
use ureq::http::Response;

/// How long one call may take.
const CALL: Duration = Duration::from_secs(15);

/// A cash register that knows where the till is, and its token.
pub(crate) struct Pos {
    agent: Agent,
    origin: String,
    token: String,
}

/// What the till answered.
#[derive(Debug)]
pub(crate) struct Answer {
    /// The HTTP status.
    pub(crate) status: u16,
    /// The media type.
    pub(crate) media_type: String,
    /// The JSON; `null` if there was no body.
    pub(crate) body: Value,
}

impl Answer {
    /// The code of a refusal.
    pub(crate) fn code(&self) -> &str {
        self.body["code"].as_str().unwrap_or_default()
    }

    /// The body of an answer that must say yes.
    pub(crate) fn good(self) -> Value {
        assert!((200..300).contains(&self.status), "{self:?}");
        self.body
    }
}

impl Pos {
    /// The cash register of the till that printed this line when it was ready.
    pub(crate) fn of(ready: &Value) -> Pos {
        let file = ready["tokenFile"].as_str().expect("it says where the token is");
        let token = std::fs::read_to_string(Path::new(file)).expect("the token is there");
        let config =
            Agent::config_builder().http_status_as_error(false).timeout_global(Some(CALL)).proxy(None);
        Pos {
            agent: config.build().new_agent(),
            origin: ready["pos"].as_str().expect("it says where the API is").to_owned(),
            token: token.trim().to_owned(),
        }
    }

    /// The same register with another token.
    pub(crate) fn with_token(&self, token: &str) -> Pos {
        Pos { agent: self.agent.clone(), origin: self.origin.clone(), token: token.to_owned() }
    }

    /// Its token.
    pub(crate) fn token(&self) -> &str {
        &self.token
    }

    /// Where it calls.
    pub(crate) fn origin(&self) -> &str {
        &self.origin
    }

    /// Asks.
    pub(crate) fn get(&self, path: &str) -> Answer {
        let mut call = self.agent.get(format!("{}{path}", self.origin));
        if !self.token.is_empty() {
            call = call.header("Authorization", format!("Bearer {}", self.token));
        }
        answer(path, call.call())
    }

    /// Asks for something to be done.
    pub(crate) fn post(&self, path: &str) -> Answer {
        answer(path, self.prepared(path, None).send_empty())
    }

    /// The same with a body, under an idempotency key.
    pub(crate) fn post_as(&self, path: &str, key: &str, body: &Value) -> Answer {
        answer(path, self.prepared(path, Some(key)).send_json(body))
    }

    /// Shows a sale as it is rung up.
    pub(crate) fn rings_up(&self, cart: &Value) -> Answer {
        let call = self.agent.put(format!("{}/v1/cart", self.origin));
        answer("ringing up", call.header("Authorization", format!("Bearer {}", self.token)).send_json(cart))
    }

    /// Starts a payment, or tries to.
    pub(crate) fn start(&self, request: &Value) -> Answer {
        self.start_under(None, request)
    }

    /// The same, under an idempotency key.
    pub(crate) fn start_under(&self, key: Option<&str>, request: &Value) -> Answer {
        answer("starting a payment", self.prepared("/v1/payments", key).send_json(request))
    }

    /// Sends a body of any kind, announced as JSON.
    pub(crate) fn start_with_text(&self, body: &[u8]) -> Answer {
        let call = self.prepared("/v1/payments", None).header("Content-Type", "application/json");
        answer("starting a payment", call.send(body))
    }

    fn prepared(&self, path: &str, key: Option<&str>) -> ureq::RequestBuilder<ureq::typestate::WithBody> {
        let mut call = self.agent.post(format!("{}{path}", self.origin));
        if !self.token.is_empty() {
            call = call.header("Authorization", format!("Bearer {}", self.token));
        }
        if let Some(key) = key {
            call = call.header("Idempotency-Key", key);
        }
        call
    }
}

/// A payment request as most tests send it.
pub(crate) fn request(reference: &str, minor: i64) -> Value {
    json!({ "reference": reference, "amount": { "value": minor, "currency": "NOK" } })
}

fn answer(what: &str, outcome: Result<Response<ureq::Body>, ureq::Error>) -> Answer {
    let mut response = outcome.unwrap_or_else(|error| panic!("{what}: {error}"));
    let media_type = response.headers().get("content-type").and_then(|value| value.to_str().ok());
    let media_type = media_type.unwrap_or_default().to_owned();
    let text = response.body_mut().read_to_string().unwrap_or_else(|error| panic!("{what}: {error}"));
    let body = if text.is_empty() { Value::Null } else { serde_json::from_str(&text).expect(&text) };
    Answer { status: response.status().as_u16(), media_type, body }
}
