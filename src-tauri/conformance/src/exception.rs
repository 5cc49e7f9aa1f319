//! Where the published text and the living service disagree, and the service was followed.

use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::Finding;

/// The list, as it is written down. The fuzzing of the simulator goes by the same file.
const LIST: &str = include_str!("../exceptions.toml");

/// All deviations from the published text, each with what justifies it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exceptions {
    /// Answers that the service gives and the text does not know.
    #[serde(rename = "answer")]
    pub answers: Vec<AnswerException>,
    /// Requests that the service takes and the text does not know.
    #[serde(rename = "request")]
    pub requests: Vec<RequestException>,
}

/// Answers that the text does not know.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AnswerException {
    /// The titles of the specifications.
    pub apis: Vec<String>,
    /// Parts of "method path", the path without the server's; all calls if there are none.
    #[serde(default)]
    pub calls: Vec<String>,
    /// The statuses.
    pub statuses: Vec<u16>,
    /// The media types; any, or no body, if there are none.
    #[serde(default)]
    pub types: Vec<String>,
    /// How it really is, after the section of the project's summary of the APIs that says so.
    pub why: String,
}

/// Requests that the text does not know.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RequestException {
    /// Parts of "method path", the path with the server's.
    pub calls: Vec<String>,
    /// The start of the place in the request.
    pub place: String,
    /// A part of what the text says of it.
    pub complaint: String,
    /// How it really is, after the section of the project's summary of the APIs that says so.
    pub why: String,
}

impl Exceptions {
    /// The list that is checked in.
    ///
    /// # Errors
    /// If the file is no list of exceptions.
    pub fn listed() -> Result<Self, toml::de::Error> {
        toml::from_str(LIST)
    }

    /// Those of `findings` that no exception justifies.
    pub fn unjustified(&self, findings: impl IntoIterator<Item = Finding>) -> Vec<Finding> {
        let justified =
            |finding: &Finding| self.requests.iter().any(|exception| exception.justifies(finding));
        findings.into_iter().filter(|finding| !justified(finding)).collect()
    }

    /// Adds the answers that the text of `document` does not know.
    pub(crate) fn add_to(&self, document: &mut Value) {
        let title = document["info"]["title"].as_str().unwrap_or_default().to_owned();
        let known = self.answers.iter().filter(|exception| exception.apis.contains(&title));
        for exception in known {
            let Some(paths) = document["paths"].as_object_mut() else { return };
            for (path, item) in paths {
                exception.add_to(path, item);
            }
        }
    }
}

impl AnswerException {
    fn add_to(&self, path: &str, item: &mut Value) {
        let Some(operations) = item.as_object_mut() else { return };
        for (method, operation) in operations {
            if !is_meant(&self.calls, &format!("{method} {path}")) {
                continue;
            }
            let responses = operation.get_mut("responses").and_then(Value::as_object_mut);
            let Some(responses) = responses else { continue };
            for status in &self.statuses {
                responses.entry(status.to_string()).or_insert_with(|| self.response());
            }
        }
    }

    fn response(&self) -> Value {
        let content: Map<String, Value> =
            self.types.iter().map(|kind| (kind.clone(), json!({ "schema": {} }))).collect();
        json!({ "description": self.why, "content": content })
    }
}

impl RequestException {
    /// Whether it justifies `finding`.
    pub fn justifies(&self, finding: &Finding) -> bool {
        is_meant(&self.calls, &finding.operation.to_lowercase())
            && finding.place.starts_with(&self.place)
            && finding.complaint.contains(&self.complaint)
    }
}

fn is_meant(calls: &[String], call: &str) -> bool {
    calls.is_empty() || calls.iter().any(|part| call.contains(&part.to_lowercase()))
}
