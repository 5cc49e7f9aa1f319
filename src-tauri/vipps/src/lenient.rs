//! Reads values that do not always arrive in the type that is documented for them.
//!
//! Numbers have been seen as strings and the reverse (contract 0.19, 1.1), amounts as decimals and time
//! stamps without a zone (contract 1.2). What can't be read without guessing is refused.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use secrecy::SecretString;
use serde::de::{Deserialize, Deserializer, Error};
use serde_json::Value;

/// A number that is whole and not negative: `200`, `200.0`, `"200"`.
pub(crate) fn whole<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
    let value = Value::deserialize(deserializer)?;
    digits(&value)
        .and_then(|digits| digits.parse().ok())
        .ok_or_else(|| D::Error::custom("not a whole number from 0 up"))
}

/// A number that is whole and not negative; none if it is missing or can't be read as one.
pub(crate) fn maybe_whole<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u64>, D::Error> {
    Ok(whole(Value::deserialize(deserializer)?).ok())
}

/// Text, or a number where an id looks like one. Empty text, null and anything else is none.
pub(crate) fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    Ok(match Value::deserialize(deserializer)? {
        Value::String(text) if !text.is_empty() => Some(text),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    })
}

/// Texts by name, numbers and truths among them as they are written; anything else is left out.
pub(crate) fn texts<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<BTreeMap<String, String>, D::Error> {
    let Value::Object(members) = Value::deserialize(deserializer)? else { return Ok(BTreeMap::new()) };
    let text = |value| match value {
        Value::String(text) => Some(text),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(truth) => Some(truth.to_string()),
        _ => None,
    };
    Ok(members.into_iter().filter_map(|(name, value)| Some((name, text(value)?))).collect())
}

/// True or false, as such or as text.
pub(crate) fn truth<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    match Value::deserialize(deserializer)? {
        Value::Bool(truth) => Ok(truth),
        Value::String(text) if text.eq_ignore_ascii_case("true") => Ok(true),
        Value::String(text) if text.eq_ignore_ascii_case("false") => Ok(false),
        _ => Err(D::Error::custom("neither true nor false")),
    }
}

/// True, false, or neither where neither can be read.
pub(crate) fn maybe_truth<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<bool>, D::Error> {
    Ok(truth(Value::deserialize(deserializer)?).ok())
}

/// The texts of a list; anything else in it, or in place of it, is left out.
pub(crate) fn names<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    let Value::Array(entries) = Value::deserialize(deserializer)? else { return Ok(Vec::new()) };
    Ok(entries.iter().filter_map(Value::as_str).map(str::to_owned).collect())
}

/// A secret, which is text.
pub(crate) fn secret<'de, D: Deserializer<'de>>(deserializer: D) -> Result<SecretString, D::Error> {
    String::deserialize(deserializer).map(SecretString::from)
}

/// A point in time; one without a zone is in UTC, as the servers are (contract 1). None if it is not
/// readable.
pub(crate) fn moment<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Timestamp>, D::Error> {
    let value = Value::deserialize(deserializer)?;
    Ok(value.as_str().and_then(|text| {
        text.parse::<Timestamp>().ok().or_else(|| {
            let local: DateTime = text.parse().ok()?;
            local.to_zoned(TimeZone::UTC).ok().map(|zoned| zoned.timestamp())
        })
    }))
}

/// The digits before a decimal point that is followed by nothing but zeros. Works on text because a float
/// can't be turned into an integer without a chance of losing money.
fn digits(value: &Value) -> Option<String> {
    let written = match value {
        Value::Number(number) => number.to_string(),
        Value::String(text) => text.trim().to_owned(),
        _ => return None,
    };
    let (whole, fraction) = written.split_once('.').unwrap_or((&written, "0"));
    let numeric = !whole.is_empty() && whole.bytes().all(|byte| byte.is_ascii_digit());
    let nothing_after = !fraction.is_empty() && fraction.bytes().all(|byte| byte == b'0');
    (numeric && nothing_after).then(|| whole.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_whole_or_refused() {
        let read = |json: &str| whole(&mut serde_json::Deserializer::from_str(json)).ok();
        for (json, expected) in [
            ("200", 200),
            ("0", 0),
            ("200.0", 200),
            ("2e2", 200),
            ("\"200\"", 200),
            ("\" 200.00 \"", 200),
            ("18446744073709551615", u64::MAX),
        ] {
            assert_eq!(read(json), Some(expected), "{json}");
        }
        for json in [
            "-1",
            "-0.0",
            "200.5",
            "200.0000001",
            "\"200,0\"",
            "\"+200\"",
            "\"\"",
            "\".0\"",
            "\"2.\"",
            "null",
            "true",
            "[200]",
            "1e30",
            "18446744073709551616",
            "\"NaN\"",
        ] {
            assert_eq!(read(json), None, "{json}");
        }
    }

    #[test]
    fn text_may_be_a_number_and_may_be_missing() {
        let read = |json: &str| text(&mut serde_json::Deserializer::from_str(json)).unwrap();
        assert_eq!(read("\"5001420062\"").as_deref(), Some("5001420062"));
        assert_eq!(read("5001420062").as_deref(), Some("5001420062"));
        for json in ["\"\"", "null", "{}", "[]", "true"] {
            assert_eq!(read(json), None, "{json}");
        }
    }

    #[test]
    fn truth_may_be_text_and_is_never_guessed() {
        let read = |json: &str| truth(&mut serde_json::Deserializer::from_str(json)).ok();
        assert_eq!(read("true"), Some(true));
        assert_eq!(read("\"False\""), Some(false));
        for json in ["1", "null", "\"yes\"", "\"\""] {
            assert_eq!(read(json), None, "{json}");
        }
    }

    #[test]
    fn time_stamps_without_a_zone_are_utc() {
        let read = |json: &str| moment(&mut serde_json::Deserializer::from_str(json)).unwrap();
        let expected = "2018-11-14T15:23:02.286Z".parse::<Timestamp>().ok();
        for json in [
            "\"2018-11-14T15:23:02.286Z\"",
            "\"2018-11-14T15:23:02.286\"",
            "\"2018-11-14 15:23:02.286\"",
            "\"2018-11-14T16:23:02.286+01:00\"",
            "\"2018-11-14T15:23:02.2860000Z\"",
        ] {
            assert_eq!(read(json), expected, "{json}");
        }
        for json in ["\"\"", "\"yesterday\"", "null", "1542208982"] {
            assert_eq!(read(json), None, "{json}");
        }
    }
}
