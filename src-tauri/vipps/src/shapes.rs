//! Reads the bodies of refusals. They come in at least seven shapes and several spellings (contract 1.2, 1.4,
//! 3.1).
//!
//! Only what is needed is kept, and only if it looks like what it should be: a body may repeat what was sent
//! to it, keys and numbers of customers included.

use serde_json::Value;

use crate::{Call, Meaning};

/// What a refusal says about itself.
#[derive(Clone, Default, PartialEq, Eq)]
pub(crate) struct Report {
    /// The error code, or the name of the field that is wrong.
    pub code: Option<String>,
    /// What support asks for: `contextId`, `traceId` or `instance`.
    pub support_id: Option<String>,
    /// Lower-case title and detail of a problem. Only searched, never shown.
    pub prose: String,
    /// Whether Vipps MobilePay itself has written it, rather than a gateway before it.
    pub written: bool,
}

/// The longest support id or field name that is kept, in characters. A UUID has 36.
const WORD_CHARS_MAX: usize = 64;

/// The longest number that is kept as a code, in digits. Shorter than a telephone number.
const CODE_DIGITS_MAX: usize = 6;

/// The most entries of a list of errors that are looked at.
const ENTRIES_MAX: usize = 16;

impl Report {
    /// Reads what there is to read; nothing of it is required.
    pub(crate) fn read(body: &[u8]) -> Self {
        match serde_json::from_slice::<Value>(body) {
            Ok(Value::Array(entries)) => Self::of_list(&entries),
            Ok(value) => Self::of_object(&value),
            Err(_) => Self::default(),
        }
    }

    /// Whether title or detail hold `words`, which are in lower case.
    pub(crate) fn says(&self, words: &str) -> bool {
        self.prose.contains(words)
    }

    /// Of several errors the first with a known code counts, or else the first with any code.
    fn of_list(entries: &[Value]) -> Self {
        let reports: Vec<Self> = entries.iter().take(ENTRIES_MAX).map(Self::of_object).collect();
        let known = |report: &&Self| {
            report.code.as_deref().is_some_and(|code| Meaning::of_code(Call::Details, code).is_some())
        };
        let chosen = reports
            .iter()
            .find(known)
            .or_else(|| reports.iter().find(|report| report.code.is_some()))
            .or(reports.first());
        let support_id = reports.iter().find_map(|report| report.support_id.clone());
        let mut report = chosen.cloned().unwrap_or_default();
        report.support_id = report.support_id.or(support_id);
        report
    }

    fn of_object(value: &Value) -> Self {
        let prose = [member(value, "title"), member(value, "detail")]
            .into_iter()
            .filter_map(|text| text.and_then(Value::as_str))
            .map(str::to_lowercase)
            .collect::<Vec<_>>()
            .join("; ");
        let support_id = ["contextId", "traceId", "instance"]
            .into_iter()
            .find_map(|name| member(value, name).and_then(word));
        let code = member(value, "errorCode").and_then(code).or_else(|| listed_code(value));
        let written = code.is_some() || (support_id.is_some() && member(value, "title").is_some());
        let own = Self { code, support_id, prose, written };
        // Shape 4 wraps the error; `error` has been seen as a string and may as well hold an object.
        let inner = ["errorInfo", "error", "errors"].into_iter().find_map(|name| member(value, name));
        match inner {
            Some(Value::Array(entries)) => own.or(Self::of_list(entries)),
            Some(inner @ Value::Object(_)) => own.or(Self::of_object(inner)),
            _ => own,
        }
    }

    fn or(self, other: Self) -> Self {
        Self {
            code: self.code.or(other.code),
            support_id: self.support_id.or(other.support_id),
            prose: if self.prose.is_empty() { other.prose } else { self.prose },
            written: self.written || other.written,
        }
    }
}

/// The code of a problem, or the name of the first field that it complains about (contract 1.4, 1.5, 3.1).
fn listed_code(problem: &Value) -> Option<String> {
    let lists = ["extraDetails", "invalidParams"];
    let entries = lists.into_iter().filter_map(|name| member(problem, name)?.as_array()).flatten();
    let entries: Vec<(&Value, Option<&Value>)> = entries
        .take(ENTRIES_MAX)
        .filter_map(|entry| {
            let name = member(entry, "name").or_else(|| member(entry, "key"))?;
            Some((name, member(entry, "reason").or_else(|| member(entry, "value"))))
        })
        .collect();
    let is_code = |name: &Value| name.as_str().is_some_and(|name| name.eq_ignore_ascii_case("ErrorCode"));
    let coded = entries.iter().find(|(name, _)| is_code(name)).and_then(|(_, reason)| code((*reason)?));
    coded.or_else(|| entries.iter().filter(|(name, _)| !is_code(name)).find_map(|(name, _)| code(name)))
}

/// A member of an object, whatever the case of its name.
fn member<'a>(value: &'a Value, name: &str) -> Option<&'a Value> {
    let members = value.as_object()?;
    members.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value)
}

/// An error code: a short number, or the name of a field.
fn code(value: &Value) -> Option<String> {
    word(value).filter(|word| {
        let number = word.len() <= CODE_DIGITS_MAX && word.bytes().all(|byte| byte.is_ascii_digit());
        number || word.bytes().all(|byte| byte.is_ascii_alphabetic() || byte == b'.')
    })
}

/// A short word such as an id; nothing that could be prose or an address.
fn word(value: &Value) -> Option<String> {
    let word = match value {
        Value::String(text) => text.trim().to_owned(),
        Value::Number(number) => number.to_string(),
        _ => return None,
    };
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.');
    let short = (1..=WORD_CHARS_MAX).contains(&word.len());
    (short && word.bytes().all(plain)).then_some(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(body: &str) -> (Option<String>, Option<String>) {
        let report = Report::read(body.as_bytes());
        (report.code, report.support_id)
    }

    fn some(code: &str, support_id: &str) -> (Option<String>, Option<String>) {
        let given = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        (given(code), given(support_id))
    }

    #[test]
    fn shape_1_is_a_list_of_errors() {
        let body = r#"[{"errorGroup":"Payment","errorCode":"44","errorMessage":"Refused by issuer because of expired card","contextId":"f70b8bf7-c843-4bea-95d9-94725b19895f"}]"#;
        assert_eq!(read(body), some("44", "f70b8bf7-c843-4bea-95d9-94725b19895f"));
        assert_eq!(read(r#"[{"errorCode":44}]"#), some("44", ""));
        assert_eq!(read(r#"[{"ErrorCode":" 44 "}]"#), some("44", ""));
        assert_eq!(read(r#"["Something went wrong"]"#), some("", ""));
        assert_eq!(read(r#"["Something", {"errorCode":"94"}]"#), some("94", ""));
        assert_eq!(read("[]"), some("", ""));
    }

    #[test]
    fn of_several_errors_a_known_code_counts() {
        let body = r#"[{"errorCode":"amount","contextId":"c-1"},{"errorCode":"61"}]"#;
        assert_eq!(read(body), some("61", "c-1"));
        let body = r#"[{"errorCode":"amount"},{"errorCode":"transactionText"}]"#;
        assert_eq!(read(body), some("amount", ""));
    }

    #[test]
    fn shapes_2_and_3_come_from_the_gateway_and_hold_no_code() {
        let bodies = [
            r#"{"statusCode":401,"message":"Access denied due to invalid subscription key. Make sure to provide a valid key for an active subscription."}"#,
            r#"{"responseInfo":{"responseCode":500,"responseMessage":"Something went wrong, please try again later."}}"#,
            r#"{"ResponseInfo":{"ResponseCode":"1000","ResponseMessage":"Something went wrong"}}"#,
            r#"{"responseInfo":{"responseCode":401,"responseMessage":"Unauthorized"},"result":{"message":"(An error from Azure API Management)"}}"#,
        ];
        for body in bodies {
            assert_eq!(read(body), some("", ""), "{body}");
        }
    }

    #[test]
    fn shape_4_wraps_the_error() {
        let body = r#"{"errorInfo":{"errorGroup":"PAYMENTS","errorCode":"45","errorMessage":"User has not acted upon the payment","contextId":"c-2"}}"#;
        assert_eq!(read(body), some("45", "c-2"));
        assert_eq!(read(r#"{"ErrorInfo":[{"errorCode":"45"}]}"#), some("45", ""));
    }

    #[test]
    fn shapes_5_and_6_hold_nothing_that_could_be_used() {
        assert_eq!(read(r#"{"error":"invalid_client"}"#), some("", ""));
        for body in ["", "null", "42", "\"text\"", "<html><body>502 Bad Gateway</body></html>", "\u{0}\u{1}"]
        {
            assert_eq!(read(body), some("", ""), "{body:?}");
        }
        assert!(Report::read(&[0xff, 0xfe]) == Report::default());
    }

    #[test]
    fn problems_of_the_qr_api_are_searched() {
        let body = r#"{"title":"Order timeout","detail":"Payment has already timed out","instance":"3cff3564-4a14-4481-8dbb-431087753eed"}"#;
        let report = Report::read(body.as_bytes());
        assert!(report.says("order timeout"));
        assert!(report.says("already timed out"));
        assert_eq!(report.support_id.as_deref(), Some("3cff3564-4a14-4481-8dbb-431087753eed"));
        let body = r#"{"type":"https://datatracker.ietf.org/doc/html/rfc7231#section-6.5.1","title":"One or more validation errors occurred.","detail":"BadRequest","instance":"00-616e415f5af7584eb4d9369d0fe8d7cc-48b90041faff204c-00","invalidParams":[{"name":"Url","reason":"…"}]}"#;
        let report = Report::read(body.as_bytes());
        assert_eq!(report.code.as_deref(), Some("Url"));
        assert_eq!(
            report.support_id.as_deref(),
            Some("00-616e415f5af7584eb4d9369d0fe8d7cc-48b90041faff204c-00")
        );
    }

    #[test]
    fn problems_of_epayment_hold_their_code_in_a_list() {
        let body = r#"{"type":"https://developer.vippsmobilepay.com/docs/knowledge-base/errors","title":"Payment not authorized","detail":"…","status":400,"traceId":"00-5f-01","extraDetails":[{"name":"Other","reason":"91234567"},{"name":"ErrorCode","reason":"6080"}]}"#;
        assert_eq!(read(body), some("6080", "00-5f-01"));
        let body = r#"{"title":"Bad Request","traceId":"t","extraDetails":[{"name":"amount.value","reason":"too small"}]}"#;
        assert_eq!(read(body), some("amount.value", "t"));
        let body =
            r#"{"title":"Bad Request","instance":"i","invalidParams":[{"name":"RedirectUrl","reason":"…"}]}"#;
        assert_eq!(read(body), some("RedirectUrl", "i"));
        let body = r#"{"extraDetails":[{"key":"ErrorCode","value":9000}]}"#;
        assert_eq!(read(body), some("9000", ""));
        for list in ["null", "7", "[]", "[7]", r#"[{"name":7}]"#, r#"[{"name":"ErrorCode"}]"#] {
            let body = format!(r#"{{"extraDetails":{list}}}"#);
            assert_eq!(read(&body).0.filter(|code| code != "7"), None, "{list}");
        }
    }

    #[test]
    fn what_has_a_title_and_an_id_is_theirs() {
        let written = |body: &str| Report::read(body.as_bytes()).written;
        assert!(written(r#"{"title":"Bad Request","traceId":"t"}"#));
        assert!(written(r#"[{"errorCode":"61"}]"#));
        for body in ["", "[]", r#"{"title":"502"}"#, r#"{"statusCode":401,"message":"Access denied"}"#] {
            assert!(!written(body), "{body}");
        }
    }

    #[test]
    fn what_is_no_plain_word_is_dropped() {
        let long = "x".repeat(WORD_CHARS_MAX + 1);
        for bad in ["two words", "https://example.com/?token=t", "a=b", "", long.as_str()] {
            let body = serde_json::json!([{"errorCode": bad, "contextId": bad}]).to_string();
            assert_eq!(read(&body), some("", ""), "{bad}");
        }
        for bad in ["91234567", "0f14ebcab0ec4b29ae0cb90d91b4a84a", "eyJ0eXAiOiJKV1Qi.eyJhdWQi.c2ln-1"] {
            let body = serde_json::json!([{"errorCode": bad}]).to_string();
            assert_eq!(read(&body), some("", ""), "{bad}");
        }
    }

    #[test]
    fn bottomless_bodies_are_harmless() {
        let deep = "[".repeat(100_000);
        assert!(Report::read(deep.as_bytes()) == Report::default());
        let wrapped = format!("{}{}", r#"{"errorInfo":"#.repeat(100), "}".repeat(100));
        assert!(Report::read(wrapped.as_bytes()) == Report::default());
    }
}
