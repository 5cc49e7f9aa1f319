//! Why a call did not give what was asked for.

use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use http::{Response, header};
use jiff::Timestamp;

use crate::shapes::Report;
use crate::verdict::{self, Certainty, Fault, Repeat};
use crate::{Call, Meaning, TransportError};

/// Why a call did not give what was asked for.
///
/// Its text is one line for the log. Neither text nor `Debug` ever hold a body, a token, a key or the query
/// of a URL.
#[derive(Clone, thiserror::Error)]
#[error(transparent)]
pub struct Error(Box<Failure>);

impl Error {
    /// What it means, by name.
    pub fn meaning(&self) -> Meaning {
        self.0.meaning
    }

    /// Whose fault it is.
    pub fn fault(&self) -> Fault {
        self.0.meaning.fault()
    }

    /// Whether the same call may be made again, with the same key and the same body (contract 1.9).
    pub fn repeat(&self) -> Repeat {
        self.0.repeat
    }

    /// What is known about the thing that was asked for.
    pub fn certainty(&self) -> Certainty {
        self.0.certainty
    }

    /// The HTTP status, if there was an answer.
    pub fn status(&self) -> Option<u16> {
        self.0.status
    }

    /// What the support of Vipps MobilePay wants to know: `contextId`, `traceId` or `instance` of the answer.
    pub fn support_id(&self) -> Option<&str> {
        self.0.support_id.as_deref()
    }

    /// The error code of the answer, or the name of the field that it calls wrong (contract 1.2, 1.4).
    pub fn code(&self) -> Option<&str> {
        self.0.code.as_deref()
    }

    /// Which call failed. [`Call::Token`] if no token could be had for the call, which then was not sent.
    pub fn call(&self) -> Call {
        self.0.call
    }

    /// How long the answer asks to wait before the next request; [`RETRY_AFTER_MAX`] at most.
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }

    /// Refused here: nothing was sent. `detail` says what is wrong with the request.
    pub(crate) fn refused_here(call: Call, meaning: Meaning, detail: &'static str) -> Self {
        Self::new(call, meaning, Failure { detail: Some(detail), ..Failure::empty(call, meaning) })
    }

    /// There is no answer.
    pub(crate) fn no_answer(call: Call, cause: TransportError) -> Self {
        let meaning = match cause {
            TransportError::NotSent(_) => Meaning::Unreachable,
            TransportError::NoAnswer(_) => Meaning::NoAnswer,
            TransportError::TooLarge => Meaning::Nonsense,
        };
        Self::new(call, meaning, Failure { cause: Some(cause), ..Failure::empty(call, meaning) })
    }

    /// The answer is a refusal.
    pub(crate) fn refused(call: Call, answer: &Response<Bytes>) -> Self {
        let status = answer.status().as_u16();
        let report = Report::read(answer.body());
        let meaning = Meaning::of_answer(call, status, &report);
        let failure = Failure {
            status: Some(status),
            code: report.code,
            written: report.written,
            support_id: report.support_id,
            retry_after: retry_after(answer),
            ..Failure::empty(call, meaning)
        };
        Self::new(call, meaning, failure)
    }

    /// The answer claims success and is none. `detail` says what is wrong with it.
    pub(crate) fn nonsense(call: Call, status: u16, detail: &'static str) -> Self {
        let meaning = Meaning::Nonsense;
        let failure = Failure { status: Some(status), detail: Some(detail), ..Failure::empty(call, meaning) };
        Self::new(call, meaning, failure)
    }

    fn new(call: Call, meaning: Meaning, failure: Failure) -> Self {
        let certainty = verdict::certainty(call, meaning, failure.status, failure.written);
        let repeat = verdict::repeat(call, meaning, failure.retry_after);
        Self(Box::new(Failure { certainty, repeat, ..failure }))
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

#[derive(Clone, Debug, thiserror::Error)]
#[error("{}", self.line())]
struct Failure {
    call: Call,
    meaning: Meaning,
    certainty: Certainty,
    repeat: Repeat,
    status: Option<u16>,
    code: Option<String>,
    /// Whether the answer is one that Vipps MobilePay itself has written.
    written: bool,
    support_id: Option<String>,
    retry_after: Option<Duration>,
    detail: Option<&'static str>,
    #[source]
    cause: Option<TransportError>,
}

impl Failure {
    fn empty(call: Call, meaning: Meaning) -> Self {
        Self {
            call,
            meaning,
            certainty: Certainty::Unknown,
            repeat: Repeat::Never,
            status: None,
            code: None,
            written: false,
            support_id: None,
            retry_after: None,
            detail: None,
            cause: None,
        }
    }

    fn line(&self) -> String {
        let parts = [
            self.detail.map(str::to_owned),
            self.status.map(|status| format!("HTTP {status}")),
            self.code.as_ref().map(|code| format!("code {code}")),
            self.support_id.as_ref().map(|id| format!("support id {id}")),
        ];
        let parts: Vec<String> = parts.into_iter().flatten().collect();
        let Self { call, meaning, .. } = self;
        if parts.is_empty() {
            format!("{call}: {meaning}")
        } else {
            format!("{call}: {meaning} ({})", parts.join(", "))
        }
    }
}

/// The longest wait that an answer can ask for; more than that is cut to it.
pub const RETRY_AFTER_MAX: Duration = Duration::from_hours(1);

/// `Retry-After` is either a number of seconds or a date, which counts from the date of the answer.
fn retry_after(answer: &Response<Bytes>) -> Option<Duration> {
    let value = answer.headers().get(header::RETRY_AFTER)?.to_str().ok()?.trim();
    let wait = if let Ok(seconds) = value.parse() {
        Duration::from_secs(seconds)
    } else {
        let wait = http_date(value)?.duration_since(date(answer)?);
        Duration::try_from(wait).unwrap_or(Duration::ZERO)
    };
    Some(wait.min(RETRY_AFTER_MAX))
}

/// What time the sender of an answer says it was.
pub(crate) fn date(answer: &Response<Bytes>) -> Option<Timestamp> {
    http_date(answer.headers().get(header::DATE)?.to_str().ok()?)
}

fn http_date(text: &str) -> Option<Timestamp> {
    Some(jiff::fmt::rfc2822::parse(text).ok()?.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, headers: &[(&str, &str)], body: &'static str) -> Response<Bytes> {
        let mut answer = Response::builder().status(status);
        for (name, value) in headers {
            answer = answer.header(*name, *value);
        }
        answer.body(Bytes::from_static(body.as_bytes())).unwrap()
    }

    #[test]
    fn the_line_says_what_support_needs() {
        let body = r#"[{"errorGroup":"Payment","errorCode":"61","errorMessage":"secret","contextId":"c-1"}]"#;
        let error = Error::refused(Call::Capture, &answer(400, &[], body));
        assert_eq!(error.to_string(), "capture: above_reserved (HTTP 400, code 61, support id c-1)");
        let error = Error::no_answer(Call::Capture, TransportError::NoAnswer("timed out".into()));
        assert_eq!(error.to_string(), "capture: no_answer");
        let cause = std::error::Error::source(&error).unwrap();
        assert_eq!(cause.to_string(), "no answer: timed out");
        let error = Error::refused_here(Call::Capture, Meaning::BadRequest, "the amount is below 100");
        assert_eq!(error.to_string(), "capture: bad_request (the amount is below 100)");
    }

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        let wait = |headers: &[_]| retry_after(&answer(429, headers, ""));
        assert_eq!(wait(&[("retry-after", "17")]), Some(Duration::from_secs(17)));
        assert_eq!(wait(&[("retry-after", "999999999999")]), Some(RETRY_AFTER_MAX));
        let (date, later) = ("Sun, 06 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:57 GMT");
        assert_eq!(wait(&[("date", date), ("retry-after", later)]), Some(Duration::from_secs(20)));
        assert_eq!(wait(&[("date", later), ("retry-after", date)]), Some(Duration::ZERO));
        assert_eq!(wait(&[("retry-after", date)]), None);
        assert_eq!(wait(&[("retry-after", "-3")]), None);
        assert_eq!(wait(&[("retry-after", "soon")]), None);
    }
}
