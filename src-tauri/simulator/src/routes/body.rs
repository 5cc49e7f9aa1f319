//! Reads request bodies as strictly as the live service does: no unknown field, no other type, no wrong case.

use http::{HeaderMap, header};
use serde_json::{Map, Value};

use super::wrong::Wrong;
use crate::world::refusal::Refusal;

/// The largest amount, in minor units. The live eCom API names none; ePayment has this one (contract 1.4).
const AMOUNT_MAX: i64 = 65_000_000;

/// The JSON that was sent.
pub(super) fn parse(headers: &HeaderMap, body: &[u8]) -> Result<Value, Wrong> {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("");
    let kind = kind.split(';').next().unwrap_or("").trim();
    if !kind.eq_ignore_ascii_case("application/json") {
        return Err(Wrong::Gateway(415, "Unsupported Media Type"));
    }
    serde_json::from_slice(body).map_err(|_| Refusal::field("body", "is not valid JSON").into())
}

/// One object of a body.
pub(super) struct Fields<'a>(&'a Map<String, Value>);

impl<'a> Fields<'a> {
    /// The whole body, which must hold nothing but these fields.
    pub(super) fn root(body: &'a Value, allowed: &[&str]) -> Result<Self, Refusal> {
        Self::of("body", body, allowed)
    }

    /// The object in a field, which must be there.
    pub(super) fn object(&self, name: &str, allowed: &[&str]) -> Result<Self, Refusal> {
        Self::of(name, self.0.get(name).ok_or_else(|| Refusal::field(name, "is required"))?, allowed)
    }

    fn of(name: &str, value: &'a Value, allowed: &[&str]) -> Result<Self, Refusal> {
        let map = value.as_object().ok_or_else(|| Refusal::field(name, "must be an object"))?;
        match map.keys().find(|key| !allowed.contains(&key.as_str())) {
            // Trap 7: the live service falls over this one.
            Some(key) if key == "fallback" => Err(Refusal::Malformed),
            Some(key) => Err(Refusal::field(key, "is not a known field")),
            None => Ok(Self(map)),
        }
    }

    /// Text of at most `max` characters, if it is there.
    pub(super) fn text(&self, name: &str, max: usize) -> Result<Option<&'a str>, Refusal> {
        match self.0.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) if text.chars().count() > max => {
                Err(Refusal::field(name, format!("must not be longer than {max} characters")))
            }
            Some(Value::String(text)) => Ok(Some(text)),
            // Trap 8.
            Some(Value::Number(_)) if name == "merchantSerialNumber" => Err(Refusal::Malformed),
            Some(_) => Err(Refusal::field(name, "must be a text")),
        }
    }

    /// Text that must be there.
    pub(super) fn required(&self, name: &str, max: usize) -> Result<&'a str, Refusal> {
        let text = self.text(name, max)?.filter(|text| !text.is_empty());
        text.ok_or_else(|| Refusal::field(name, "is required"))
    }

    /// `false` unless it is there.
    pub(super) fn flag(&self, name: &str) -> Result<bool, Refusal> {
        match self.0.get(name) {
            None | Some(Value::Null) => Ok(false),
            Some(Value::Bool(flag)) => Ok(*flag),
            Some(_) => Err(Refusal::field(name, "must be true or false")),
        }
    }

    /// Minor units, if they are there. Numbers that are not whole, and texts, are trap 9.
    pub(super) fn amount(&self, name: &str) -> Result<Option<i64>, Refusal> {
        match self.0.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(value) => match value.as_i64() {
                Some(amount @ 0..=AMOUNT_MAX) => Ok(Some(amount)),
                Some(_) => Err(Refusal::field(name, "is out of range")),
                None if value.is_number() || value.is_string() => Err(Refusal::Malformed),
                None => Err(Refusal::field(name, "must be a whole number")),
            },
        }
    }
}
