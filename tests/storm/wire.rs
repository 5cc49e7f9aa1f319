//! Calls that may come to nothing: the other end is killed now and then.

use std::io::{BufReader, Read};
use std::time::Duration;

use serde_json::Value;
use ureq::Agent;
use ureq::http::Response;

use crate::support::pos::Answer;

/// How long one call may take, also one that waits for a change.
const CALL: Duration = Duration::from_secs(15);
/// How long a stream of events is listened to before it is opened again.
const STREAM: Duration = Duration::from_mins(1);

/// Where somebody is called, and with what token.
#[derive(Clone)]
pub(crate) struct Wire {
    agent: Agent,
    origin: String,
    token: String,
}

impl Wire {
    pub(crate) fn to(origin: &str, token: &str) -> Wire {
        let agent = Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(CALL))
            .proxy(None)
            // A connection from before a kill leads nowhere.
            .max_idle_connections(0)
            .build()
            .new_agent();
        Wire { agent, origin: origin.to_owned(), token: token.to_owned() }
    }

    pub(crate) fn with_token(&self, token: &str) -> Wire {
        Wire { token: token.to_owned(), ..self.clone() }
    }

    /// Asks; `None` when no whole answer came.
    pub(crate) fn get(&self, path: &str) -> Option<Answer> {
        let call = self.agent.get(format!("{}{path}", self.origin));
        answer(call.header("Authorization", format!("Bearer {}", self.token)).call())
    }

    /// Asks for something to be done; `None` when no whole answer came, and nobody knows whether it was done.
    pub(crate) fn post(&self, path: &str, key: Option<&str>, body: &str) -> Option<Answer> {
        let mut call = self.agent.post(format!("{}{path}", self.origin));
        if let Some(key) = key {
            call = call.header("Idempotency-Key", key);
        }
        call = call.header("Authorization", format!("Bearer {}", self.token));
        answer(if body.is_empty() {
            call.send_empty()
        } else {
            call.header("Content-Type", "application/json").send(body)
        })
    }

    pub(crate) fn put(&self, path: &str, body: &Value) -> Option<Answer> {
        answer(self.agent.put(format!("{}{path}", self.origin)).send_json(body))
    }

    /// Opens the stream of events where it was left.
    pub(crate) fn events(&self, heard: Option<u64>) -> Option<BufReader<impl Read + use<>>> {
        let mut call = self.agent.get(format!("{}/v1/events", self.origin));
        if let Some(heard) = heard {
            call = call.header("Last-Event-ID", heard.to_string());
        }
        call = call.header("Authorization", format!("Bearer {}", self.token));
        let response = call.config().timeout_global(Some(STREAM)).build().call().ok()?;
        (response.status() == 200).then(|| BufReader::new(response.into_body().into_reader()))
    }
}

fn answer(outcome: Result<Response<ureq::Body>, ureq::Error>) -> Option<Answer> {
    let mut response = outcome.ok()?;
    let media_type = response.headers().get("content-type").and_then(|value| value.to_str().ok());
    let media_type = media_type.unwrap_or_default().to_owned();
    let text = response.body_mut().read_to_string().ok()?;
    let body = if text.is_empty() { Value::Null } else { serde_json::from_str(&text).ok()? };
    Some(Answer { status: response.status().as_u16(), media_type, body })
}
