//! Reads request bodies of the APIs that answer with problems: each field by its name, its type and its limits.
//!
//! A field that is not known is refused, and so is a `null` where the specification has none.

use std::ops::RangeInclusive;

use http::{HeaderMap, header};
use serde_json::{Map, Value};

use crate::world::problem::{Code, Problem};

/// The largest amount, in minor units (contract 1.4).
const AMOUNT_MAX: i64 = 65_000_000;
const CURRENCIES: [&str; 4] = ["NOK", "DKK", "EUR", "SEK"];

/// The JSON that was sent.
pub(super) fn parse(headers: &HeaderMap, body: &[u8]) -> Result<Value, Problem> {
    if !is_json(headers) {
        return Err(Problem::field(header::CONTENT_TYPE.as_str(), "The body must be application/json"));
    }
    serde_json::from_slice(body).map_err(|_| Problem::field("body", "The body is not valid JSON"))
}

/// The same, for calls whose specification has a status of its own for bodies of another type.
pub(super) fn parse_or_415(headers: &HeaderMap, body: &[u8]) -> Result<Value, Problem> {
    if is_json(headers) {
        parse(headers, body)
    } else {
        Err(Problem::plain(415, "The body must be application/json"))
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("");
    kind.split(';').next().unwrap_or("").trim().eq_ignore_ascii_case("application/json")
}

/// One object of a body.
pub(super) struct Form<'a> {
    /// Where it is, with a dot at the end, or nothing.
    path: String,
    fields: &'a Map<String, Value>,
}

impl<'a> Form<'a> {
    /// The whole body, which must hold nothing but these fields. A name that ends in `?` may be `null`.
    pub(super) fn root(body: &'a Value, allowed: &[&str]) -> Result<Self, Problem> {
        Self::of(String::new(), body, allowed)
    }

    fn of(path: String, value: &'a Value, allowed: &[&str]) -> Result<Self, Problem> {
        let whole = if path.is_empty() { "body" } else { path.trim_end_matches('.') };
        let fields = value.as_object().ok_or_else(|| Problem::field(whole, "The field must be an object"))?;
        for (name, value) in fields {
            if name.is_empty() {
                return Err(Problem::field(whole, "A field must have a name"));
            }
            let nullable = allowed.iter().any(|known| known.strip_suffix('?') == Some(name));
            if !nullable && !allowed.contains(&name.as_str()) {
                return Err(Problem::field(format!("{path}{name}"), "The field is not known"));
            }
            if !nullable && value.is_null() {
                return Err(Problem::field(format!("{path}{name}"), "The field must not be null"));
            }
        }
        Ok(Self { path, fields })
    }

    fn get(&self, name: &str) -> Option<&'a Value> {
        self.fields.get(name).filter(|value| !value.is_null())
    }

    /// Refuses if the field is not there; `null` will do.
    pub(super) fn present(&self, name: &str) -> Result<(), Problem> {
        if self.fields.contains_key(name) { Ok(()) } else { Err(self.missing(name)) }
    }

    /// A refusal of that field.
    pub(super) fn wrong(&self, name: &str, reason: impl Into<String>) -> Problem {
        Problem::field(format!("{}{name}", self.path), reason)
    }

    fn missing(&self, name: &str) -> Problem {
        self.wrong(name, format!("The {name} field is required."))
    }

    /// Whether the field is there and not `null`.
    pub(super) fn has(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// The object in a field, if it is there.
    pub(super) fn object(&self, name: &str, allowed: &[&str]) -> Result<Option<Form<'a>>, Problem> {
        self.get(name).map(|value| Self::of(format!("{}{name}.", self.path), value, allowed)).transpose()
    }

    /// The object in a field, which must be there.
    pub(super) fn needed_object(&self, name: &str, allowed: &[&str]) -> Result<Form<'a>, Problem> {
        self.object(name, allowed)?.ok_or_else(|| self.missing(name))
    }

    /// The objects of a list, if it is there.
    pub(super) fn objects(&self, name: &str, allowed: &[&str]) -> Result<Option<Vec<Form<'a>>>, Problem> {
        let Some(list) = self.list(name)? else { return Ok(None) };
        let each = list
            .iter()
            .enumerate()
            .map(|(index, value)| Self::of(format!("{}{name}[{index}].", self.path), value, allowed));
        each.collect::<Result<_, _>>().map(Some)
    }

    /// A list, if it is there.
    pub(super) fn list(&self, name: &str) -> Result<Option<&'a Vec<Value>>, Problem> {
        self.get(name)
            .map(|value| value.as_array().ok_or_else(|| self.wrong(name, "The field must be an array")))
            .transpose()
    }

    /// A list of texts, which must be there.
    pub(super) fn needed_texts(&self, name: &str) -> Result<Vec<String>, Problem> {
        let list = self.list(name)?.ok_or_else(|| self.missing(name))?;
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let texts: Option<Vec<String>> = list.iter().map(text).collect();
        texts.ok_or_else(|| self.wrong(name, "The field must hold texts only"))
    }

    /// Text of so many characters, if it is there.
    pub(super) fn text(&self, name: &str, length: RangeInclusive<usize>) -> Result<Option<&'a str>, Problem> {
        let Some(value) = self.get(name) else { return Ok(None) };
        let text = value.as_str().ok_or_else(|| self.wrong(name, "The field must be a text"))?;
        let (low, high) = (length.start(), length.end());
        if !length.contains(&text.chars().count()) {
            return Err(self.wrong(name, format!("The field must have {low} to {high} characters.")));
        }
        Ok(Some(text))
    }

    /// Text that must be there.
    pub(super) fn needed_text(&self, name: &str, length: RangeInclusive<usize>) -> Result<&'a str, Problem> {
        self.text(name, length)?.ok_or_else(|| self.missing(name))
    }

    /// One of these words, if it is there.
    pub(super) fn choice(&self, name: &str, words: &[&str]) -> Result<Option<&'a str>, Problem> {
        match self.text(name, 0..=usize::MAX)? {
            Some(word) if !words.contains(&word) => {
                Err(self.wrong(name, format!("The field must be one of: {}", words.join(", "))))
            }
            word => Ok(word),
        }
    }

    /// One of these words, which must be there.
    pub(super) fn needed_choice(&self, name: &str, words: &[&str]) -> Result<&'a str, Problem> {
        self.choice(name, words)?.ok_or_else(|| self.missing(name))
    }

    /// `true` or `false`, if it is there.
    pub(super) fn flag(&self, name: &str) -> Result<Option<bool>, Problem> {
        self.get(name)
            .map(|value| value.as_bool().ok_or_else(|| self.wrong(name, "The field must be true or false")))
            .transpose()
    }

    /// A whole number within the range, if it is there.
    pub(super) fn number(&self, name: &str, range: RangeInclusive<i64>) -> Result<Option<i64>, Problem> {
        let Some(value) = self.get(name) else { return Ok(None) };
        let number = whole(value).ok_or_else(|| self.wrong(name, "The field must be a whole number"))?;
        let (low, high) = (range.start(), range.end());
        if !range.contains(&number) {
            return Err(self.wrong(name, format!("The field {name} must be between {low} and {high}.")));
        }
        Ok(Some(number))
    }

    /// A whole number that must be there.
    pub(super) fn needed_number(&self, name: &str, range: RangeInclusive<i64>) -> Result<i64, Problem> {
        self.number(name, range)?.ok_or_else(|| self.missing(name))
    }

    /// An amount of money, which must be there: minor units and currency. A part of a minor unit is trap 9.
    pub(super) fn needed_amount(&self, name: &str) -> Result<(i64, &'a str), Problem> {
        let amount = self.needed_object(name, &["currency", "value"])?;
        let currency = amount.needed_choice("currency", &CURRENCIES)?;
        match amount.get("value") {
            Some(Value::Number(number)) if whole(&Value::Number(number.clone())).is_none() => {
                Err(Code::AmountNotWhole.into())
            }
            _ => Ok((amount.needed_number("value", 0..=AMOUNT_MAX)?, currency)),
        }
    }
}

/// A number that is written without a fraction: `100.0` is none (trap 9).
fn whole(value: &Value) -> Option<i64> {
    value.as_i64()
}
