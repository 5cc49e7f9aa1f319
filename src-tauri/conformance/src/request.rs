//! Requests, held against what was published.

use bytes::Bytes;
use http::Request;
use serde_json::{Map, Value};

use crate::schema::complaints;
use crate::{Finding, Operation, Specification};

impl Specification {
    /// What is not as published about a request: its parameters in path, query and headers, and its body.
    pub fn request_findings(&self, operation: &Operation, request: &Request<Bytes>) -> Vec<Finding> {
        let mut findings = Vec::new();
        let in_path = operation.matches(request.uri().path()).unwrap_or_default();
        let in_query = query(request.uri().query().unwrap_or_default());
        for parameter in &operation.parameters {
            let name = parameter["name"].as_str().unwrap_or_default();
            let given = match parameter["in"].as_str() {
                Some("path") => of_name(&in_path, name),
                Some("query") => of_name(&in_query, name),
                Some("header") => request
                    .headers()
                    .get(name)
                    .map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned()),
                _ => continue,
            };
            self.check_parameter(operation, parameter, given, &mut findings);
        }
        for (name, _) in &in_query {
            if !operation.parameters.iter().any(|known| known["in"] == "query" && known["name"] == **name) {
                findings.push(Finding::new(
                    operation.name(),
                    format!("request query {name}"),
                    "not published",
                ));
            }
        }
        self.check_body(operation, request, &mut findings);
        findings
    }

    fn check_parameter(
        &self,
        operation: &Operation,
        parameter: &Value,
        given: Option<String>,
        findings: &mut Vec<Finding>,
    ) {
        let place = format!(
            "request {} {}",
            parameter["in"].as_str().unwrap_or_default(),
            parameter["name"].as_str().unwrap_or_default()
        );
        let Some(given) = given else {
            if parameter["required"] == true {
                findings.push(Finding::new(operation.name(), place, "required, and not there"));
            }
            return;
        };
        let value = typed(&parameter["schema"], &self.components, given);
        for (_, complaint) in complaints(&parameter["schema"], &self.components, &value) {
            findings.push(Finding::new(operation.name(), place.clone(), complaint));
        }
    }

    fn check_body(&self, operation: &Operation, request: &Request<Bytes>, findings: &mut Vec<Finding>) {
        let body = request.body();
        let Some(published) = &operation.request_body else {
            if !body.is_empty() {
                findings.push(Finding::new(operation.name(), "request body", "none was published"));
            }
            return;
        };
        if body.is_empty() {
            if published["required"] == true {
                findings.push(Finding::new(operation.name(), "request body", "required, and not there"));
            }
            return;
        }
        let kind = content_type(request.headers());
        let content = published["content"].as_object();
        let Some(schema) = content.and_then(|content| of_type(content, &kind)) else {
            findings.push(Finding::new(
                operation.name(),
                "request body",
                format!("{kind} was not published"),
            ));
            return;
        };
        match serde_json::from_slice::<Value>(body) {
            Ok(value) => {
                for (place, complaint) in complaints(schema, &self.components, &value) {
                    let place = format!("request body {place}");
                    findings.push(Finding::new(operation.name(), place.trim_end(), complaint));
                }
            }
            Err(error) => findings.push(Finding::new(operation.name(), "request body", error.to_string())),
        }
    }
}

/// The schema that was published for bodies of this type; some types were published with their parameters.
pub(crate) fn of_type<'a>(content: &'a Map<String, Value>, kind: &str) -> Option<&'a Value> {
    let found = content.iter().find(|(published, _)| without_parameters(published) == kind);
    found.map(|(_, content)| &content["schema"])
}

/// The type of a body, without its parameters.
pub(crate) fn content_type(headers: &http::HeaderMap) -> String {
    let value = headers.get(http::header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    without_parameters(value.unwrap_or_default())
}

fn without_parameters(kind: &str) -> String {
    kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

fn query(text: &str) -> Vec<(String, String)> {
    let pairs = text.split('&').filter(|pair| !pair.is_empty());
    pairs
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .map(|(a, b)| (a.to_owned(), b.to_owned()))
        .collect()
}

fn of_name(pairs: &[(String, String)], wanted: &str) -> Option<String> {
    pairs.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.clone())
}

/// Parameters travel as text; those that are published as numbers or truths are held against their schema as
/// such.
fn typed(schema: &Value, components: &Value, text: String) -> Value {
    let target = schema["$ref"].as_str().and_then(|to| to.strip_prefix("#/components"));
    let schema = target.and_then(|pointer| components.pointer(pointer)).unwrap_or(schema);
    let parsed = match schema["type"].as_str() {
        Some("integer" | "number" | "boolean") => serde_json::from_str(&text).ok(),
        _ => None,
    };
    parsed.unwrap_or(Value::String(text))
}
