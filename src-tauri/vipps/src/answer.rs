//! What every call does with a wrong request and with an answer.

use bytes::Bytes;
use http::Response;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::{Call, Error, Meaning};

/// Refuses a request here, as one that is wrong.
pub(crate) fn refuse(call: Call) -> impl Fn(&'static str) -> Error {
    move |detail| Error::refused_here(call, Meaning::BadRequest, detail)
}

/// Calls an answer nonsense.
pub(crate) fn nonsense(call: Call, answer: &Response<Bytes>) -> impl Fn(&'static str) -> Error {
    let status = answer.status().as_u16();
    move |detail| Error::nonsense(call, status, detail)
}

/// Reads the body of an answer as a JSON object, whatever content type it claims. A list is not taken for an
/// object whose members have lost their names.
pub(crate) fn read<T: DeserializeOwned>(
    call: Call,
    answer: &Response<Bytes>,
    detail: &'static str,
) -> Result<T, Error> {
    let value = json(answer).filter(Value::is_object);
    let value = value.and_then(|value| serde_json::from_value(value).ok());
    value.ok_or_else(|| nonsense(call, answer)(detail))
}

fn json(answer: &Response<Bytes>) -> Option<Value> {
    serde_json::from_slice(answer.body()).ok()
}

/// Reads a list of objects, which may come as such or as the only list in an object.
pub(crate) fn read_list<T: DeserializeOwned>(
    call: Call,
    answer: &Response<Bytes>,
    detail: &'static str,
) -> Result<Vec<T>, Error> {
    let list = match json(answer) {
        Some(Value::Array(entries)) => Some(entries),
        Some(Value::Object(members)) => {
            let mut lists = members.into_iter().filter_map(|(_, value)| match value {
                Value::Array(entries) => Some(entries),
                _ => None,
            });
            lists.next().filter(|_| lists.next().is_none())
        }
        _ => None,
    };
    let entries = list.ok_or_else(|| nonsense(call, answer)(detail))?;
    let entry = |value: Value| serde_json::from_value(Some(value).filter(Value::is_object)?).ok();
    let entries: Option<Vec<T>> = entries.into_iter().map(entry).collect();
    entries.ok_or_else(|| nonsense(call, answer)(detail))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_comes_bare_or_wrapped() {
        let read = |body: &'static str| {
            read_list::<Value>(Call::Details, &Response::new(Bytes::from(body)), "no list").ok()
        };
        let one = || Some(vec![serde_json::json!({"a": 1})]);
        assert_eq!(read(r#"[{"a": 1}]"#), one());
        assert_eq!(read(r#"{"things": [{"a": 1}], "more": 7}"#), one());
        assert_eq!(read("[]"), Some(Vec::new()));
        for body in ["", "7", "{}", "[7]", "[[]]", "[null]", r#"{"a": [], "b": []}"#, r#"{"a": ["b"]}"#] {
            assert_eq!(read(body), None, "{body}");
        }
    }
}
