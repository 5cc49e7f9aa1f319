//! What the simulator was sent, and what it answered.

use std::collections::{BTreeMap, VecDeque};

use serde::Serialize;
use serde_json::Value;

/// Requests kept at most; the oldest gives way.
pub(crate) const RECORDS_MAX: usize = 10_000;

/// One request, either to the simulator or from it to a merchant.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Record {
    /// Counts up from 1.
    pub number: u64,
    /// `in`, or `callback` and `webhook` for what the simulator sent to a merchant.
    pub direction: Direction,
    /// When, on the simulator's clock (RFC 3339).
    pub at: String,
    /// HTTP method.
    pub method: String,
    /// Path and query, or for what was sent to a merchant the whole URL.
    pub path: String,
    /// Names in lower case; secrets shortened.
    pub headers: BTreeMap<String, String>,
    /// JSON if it is JSON, else text; at most 16 KiB of it.
    pub body: Value,
    /// The payment that it was about, if that could be told.
    pub reference: Option<String>,
    /// The status answered; `null` if nothing was, or not yet.
    pub status: Option<u16>,
    /// The fault that struck it, or why it was not sent.
    pub note: Option<String>,
}

/// Who sent it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Direction {
    /// A merchant, to the simulator.
    In,
    /// The simulator, to a merchant, for a payment of eCom.
    Callback,
    /// The simulator, to a merchant who registered for it.
    Webhook,
}

/// The last requests, oldest first.
#[derive(Debug, Default)]
pub(crate) struct Records {
    kept: VecDeque<Record>,
    last: u64,
}

impl Records {
    /// Keeps it under a new number, which it returns.
    pub(crate) fn add(&mut self, record: Record) -> u64 {
        if self.kept.len() >= RECORDS_MAX {
            self.kept.pop_front();
        }
        self.last += 1;
        self.kept.push_back(Record { number: self.last, ..record });
        self.last
    }

    /// Adds what became of it, if it is still kept.
    pub(crate) fn answered(&mut self, number: u64, status: Option<u16>, note: Option<String>) {
        if let Some(record) = self.kept.iter_mut().rev().find(|record| record.number == number) {
            record.status = status;
            record.note = note.or(record.note.take());
        }
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Record> {
        self.kept.iter()
    }
}

/// Shortens what should not stand in a log whole: enough is left to tell two values apart.
pub(crate) fn shorten(value: &str) -> String {
    let (scheme, secret) = value.split_once(' ').map_or(("", value), |(scheme, rest)| (scheme, rest));
    let head: String = secret.chars().take(6).collect();
    let gap = if scheme.is_empty() { "" } else { " " };
    if secret.chars().count() > 6 { format!("{scheme}{gap}{head}…") } else { value.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_shortened_and_the_scheme_stays() {
        assert_eq!(shorten("Bearer eyJ0eXAiOiJKV1Qi"), "Bearer eyJ0eX…");
        assert_eq!(shorten("51b5c21b0000000000"), "51b5c2…");
        assert_eq!(shorten("short"), "short");
    }
}
