//! Refusals, and how they are written: RFC 9457, `application/problem+json`, without exception.
//!
//! A handler says what is wrong as a [`Refusal`]; [`written`] is the one place that makes an answer of it, in the
//! language of the till.

use axum::Json;
use axum::http::header::{CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use contract::{ApiProblem, Code, Language, words};
use till::Refused;

use crate::limits::RETRY_AFTER_SECONDS;

/// The media type of every refusal.
pub(crate) const PROBLEM_JSON: &str = "application/problem+json";

/// A request that is not granted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) status: StatusCode,
    pub(crate) code: Code,
    /// What is wrong with this very request, and what to do.
    pub(crate) detail: String,
    /// The payment that stands in the way, if one does.
    pub(crate) reference: Option<String>,
}

impl Refusal {
    /// A refusal with the status that belongs to `code`.
    pub(crate) fn new(code: Code, detail: impl Into<String>) -> Refusal {
        Refusal { status: meaning(code).0, code, detail: detail.into(), reference: None }
    }

    /// The request itself is wrong; `status` says in which way.
    pub(crate) fn of_request(status: StatusCode, detail: impl Into<String>) -> Refusal {
        Refusal { status, ..Refusal::new(Code::RequestInvalid, detail) }
    }

    /// Too much is asked at once.
    pub(crate) fn too_many(detail: impl Into<String>) -> Refusal {
        Refusal::new(Code::Busy, detail)
    }

    pub(crate) fn because_of(mut self, reference: &str) -> Refusal {
        self.reference = Some(reference.to_owned());
        self
    }
}

impl From<Refused> for Refusal {
    fn from(refused: Refused) -> Refusal {
        Refusal { reference: refused.reference, ..Refusal::new(refused.code, refused.detail) }
    }
}

/// Carries the refusal out to [`written`], which knows the language.
impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let mut answer = self.status.into_response();
        answer.extensions_mut().insert(self);
        answer
    }
}

/// The answer, with whatever was refused written out. Other answers pass as they are.
pub(crate) fn written(mut answer: Response, language: Language) -> Response {
    let Some(refusal) = answer.extensions_mut().remove::<Refusal>().or_else(|| unexplained(&answer)) else {
        return answer;
    };
    tracing::debug!(status = refusal.status.as_u16(), code = till::name_of(refusal.code), "refused");
    let status = refusal.status;
    let mut problem = (status, Json(problem_of(refusal, language))).into_response();
    let headers = problem.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(PROBLEM_JSON));
    if status == StatusCode::UNAUTHORIZED {
        headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    if status == StatusCode::SERVICE_UNAVAILABLE {
        headers.insert(RETRY_AFTER, HeaderValue::from(RETRY_AFTER_SECONDS));
    }
    // A 405 says what would be allowed.
    if let Some(allow) = answer.headers_mut().remove(axum::http::header::ALLOW) {
        headers.insert(axum::http::header::ALLOW, allow);
    }
    problem
}

/// No failure leaves without a face, not even one that a library made.
fn unexplained(answer: &Response) -> Option<Refusal> {
    let status = answer.status();
    let failed = status.is_client_error() || status.is_server_error();
    failed.then(|| Refusal::of_request(status, status.canonical_reason().unwrap_or("it can't be done")))
}

fn problem_of(refusal: Refusal, language: Language) -> ApiProblem {
    let said = words::words(refusal.code, language);
    ApiProblem {
        kind: format!("urn:kvitt:problem:{}", till::name_of(refusal.code)),
        status: refusal.status.as_u16(),
        title: meaning(refusal.code).1.to_owned(),
        detail: refusal.detail,
        code: refusal.code,
        cashier: said.cashier.clone(),
        customer: said.customer.clone(),
        reference: refusal.reference,
    }
}

/// The one table from codes to what HTTP and people call them.
pub(crate) fn meaning(code: Code) -> (StatusCode, &'static str) {
    match code {
        Code::RequestInvalid => (StatusCode::BAD_REQUEST, "The request could not be understood"),
        Code::TokenInvalid => (StatusCode::UNAUTHORIZED, "The token is missing or wrong"),
        Code::NoHub => (StatusCode::FORBIDDEN, "The till belongs to no chain"),
        Code::TillRevoked => (StatusCode::FORBIDDEN, "The chain does not let this till in any more"),
        Code::PersonRefused => (StatusCode::FORBIDDEN, "The person is not known by this PIN"),
        Code::SecondPersonNeeded => (StatusCode::FORBIDDEN, "A second person must agree"),
        Code::PersonLimit => (StatusCode::FORBIDDEN, "The person may give back no more today"),
        Code::StoreUnknown => (StatusCode::NOT_FOUND, "There is no such store"),
        Code::NotThere => (StatusCode::NOT_FOUND, "There is no such thing"),
        Code::ChangedMeanwhile => (StatusCode::CONFLICT, "Somebody else was faster"),
        Code::HubUnreachable => (StatusCode::SERVICE_UNAVAILABLE, "The hub of the chain does not answer"),
        Code::HubNotSetUp => {
            (StatusCode::SERVICE_UNAVAILABLE, "The hub of the chain has no keys for the store")
        }
        Code::PaymentUnknown => (StatusCode::NOT_FOUND, "There is no such payment"),
        Code::PaymentOpen => (StatusCode::CONFLICT, "A payment is open"),
        Code::ReferenceUsed => (StatusCode::CONFLICT, "The reference has been used before"),
        Code::TooLateToCancel => (StatusCode::CONFLICT, "The payment can't be cancelled any more"),
        Code::NothingToCapture => (StatusCode::CONFLICT, "There is nothing to collect"),
        Code::NothingToRefund => (StatusCode::CONFLICT, "There is nothing to give back"),
        Code::OtherSalesUnit => (StatusCode::CONFLICT, "Another sales unit took the payment"),
        Code::RequestTooLarge => (StatusCode::PAYLOAD_TOO_LARGE, "The body is too large"),
        Code::AmountInvalid => (StatusCode::UNPROCESSABLE_ENTITY, "The amount can't be used"),
        Code::ReferenceInvalid => (StatusCode::UNPROCESSABLE_ENTITY, "The reference can't be used"),
        Code::NumberInvalid => (StatusCode::UNPROCESSABLE_ENTITY, "The phone number can't be used"),
        Code::KeepingOff => (StatusCode::UNPROCESSABLE_ENTITY, "This till keeps no phone numbers"),
        Code::NoCounterCode => (StatusCode::UNPROCESSABLE_ENTITY, "The till has no code on the counter"),
        Code::DistanceIncomplete => {
            (StatusCode::UNPROCESSABLE_ENTITY, "A sale at a distance needs a phone number and a receipt")
        }
        Code::CapturesAtOnce => {
            (StatusCode::UNPROCESSABLE_ENTITY, "The sales unit reserves nothing for later")
        }
        Code::PartialCaptureRefused => {
            (StatusCode::UNPROCESSABLE_ENTITY, "The sales unit collects the whole or nothing")
        }
        Code::FlowNotOnRail => {
            (StatusCode::UNPROCESSABLE_ENTITY, "The customer can't be reached that way on this till")
        }
        Code::IdempotencyMismatch => {
            (StatusCode::UNPROCESSABLE_ENTITY, "The idempotency key came with another request before")
        }
        Code::AboveReserved => (StatusCode::UNPROCESSABLE_ENTITY, "More than what is left to collect"),
        Code::RefundAboveCaptured => {
            (StatusCode::UNPROCESSABLE_ENTITY, "More than what is left to give back")
        }
        Code::Unclear => (StatusCode::INTERNAL_SERVER_ERROR, "It is not known what became of the request"),
        Code::JournalUnavailable => (StatusCode::SERVICE_UNAVAILABLE, "The journal can't be used"),
        Code::NotSetUp => (StatusCode::SERVICE_UNAVAILABLE, "The till is not set up"),
        Code::Busy => (StatusCode::SERVICE_UNAVAILABLE, "Too much is asked at once"),
        // These tell how a payment went, in its `problem`; none of them refuses a request to the till.
        _ => (StatusCode::BAD_GATEWAY, "Vipps MobilePay did not do it"),
    }
}

#[cfg(test)]
mod tests {
    use axum::body::to_bytes;

    use super::*;

    async fn problem(answer: Response) -> (StatusCode, ApiProblem) {
        assert_eq!(answer.headers()[CONTENT_TYPE], PROBLEM_JSON);
        let status = answer.status();
        let body = to_bytes(answer.into_body(), 10_000).await.expect("a body");
        (status, serde_json::from_slice(&body).expect("a problem"))
    }

    #[tokio::test]
    async fn a_refusal_is_written_in_the_language_of_the_till() {
        let refusal = Refusal::new(Code::PaymentOpen, "sale-41-1 is open").because_of("sale-41-1");
        let (status, norwegian) = problem(written(refusal.clone().into_response(), Language::Nb)).await;
        assert_eq!((status, norwegian.status), (StatusCode::CONFLICT, 409));
        assert_eq!(norwegian.kind, "urn:kvitt:problem:payment_open");
        assert_eq!(norwegian.reference.as_deref(), Some("sale-41-1"));
        let (_, english) = problem(written(refusal.into_response(), Language::En)).await;
        assert_ne!(norwegian.cashier, english.cashier);
        assert_eq!(norwegian.title, english.title);
    }

    #[tokio::test]
    async fn what_a_library_refuses_is_a_problem_too() {
        let bare = (StatusCode::BAD_REQUEST, "plain words").into_response();
        let (status, problem) = problem(written(bare, Language::En)).await;
        assert_eq!((status, problem.code), (StatusCode::BAD_REQUEST, Code::RequestInvalid));
    }

    /// The manual's table of codes is this table.
    #[test]
    fn the_manual_lists_every_code_that_refuses() {
        let manual = include_str!("../../../docs/pos-api.md");
        let refusing = Code::ALL.iter().filter(|code| meaning(**code).0 != StatusCode::BAD_GATEWAY);
        let mut expected: Vec<String> = refusing
            .map(|code| {
                let (status, title) = meaning(*code);
                format!("| {} | `{}` | {title}", status.as_u16(), till::name_of(*code))
            })
            .collect();
        // By status; the codes of one status stay in the order of their declaration.
        expected.sort_by_key(|row| row[..5].to_owned());
        let listed: Vec<String> = manual
            .lines()
            .filter(|line| line.starts_with("| 4") || line.starts_with("| 5"))
            .map(|line| line.split(" | ").take(3).collect::<Vec<_>>().join(" | "))
            .collect();
        assert_eq!(listed, expected);
    }

    #[test]
    fn what_is_no_refusal_passes() {
        let answer = written(StatusCode::NO_CONTENT.into_response(), Language::En);
        assert_eq!(answer.status(), StatusCode::NO_CONTENT);
        assert!(answer.headers().get(CONTENT_TYPE).is_none());
    }
}
