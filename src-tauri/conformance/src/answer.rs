//! Answers, held against what was published.

use bytes::Bytes;
use http::Response;
use serde_json::Value;

use crate::request::{content_type, of_type};
use crate::schema::complaints;
use crate::{Finding, Operation, Specification};

impl Specification {
    /// What is not as published about an answer: its status, its content type and its body.
    pub fn answer_findings(&self, operation: &Operation, answer: &Response<Bytes>) -> Vec<Finding> {
        let status = answer.status().as_u16();
        let place = format!("answer {status}");
        let Some(published) = published(&operation.responses, status) else {
            return vec![Finding::new(operation.name(), place, "this status was not published")];
        };
        // Where no content was published, nothing is said about it.
        let Some(content) = published["content"].as_object().filter(|content| !content.is_empty()) else {
            return Vec::new();
        };
        let kind = content_type(answer.headers());
        let Some(schema) = of_type(content, &kind) else {
            let complaint = format!("{kind:?} was not published");
            return vec![Finding::new(operation.name(), format!("{place} content type"), complaint)];
        };
        match serde_json::from_slice::<Value>(answer.body()) {
            Ok(value) => complaints(schema, &self.components, &value)
                .into_iter()
                .map(|(at, complaint)| {
                    let place = format!("{place} body {at}");
                    Finding::new(operation.name(), place.trim_end(), complaint)
                })
                .collect(),
            Err(error) => vec![Finding::new(operation.name(), format!("{place} body"), error.to_string())],
        }
    }
}

/// What was published for a status: by its number, by its hundred, or for all others.
fn published(responses: &Value, status: u16) -> Option<&Value> {
    let hundred = format!("{}XX", status / 100);
    [status.to_string(), hundred, "default".to_owned()].iter().find_map(|name| responses.get(name))
}
