//! The shapes in which the live service says that something is wrong (contract 1.2, "Error shapes", and 1.4).

use axum::body::Body;
use axum::response::Response;
use http::{StatusCode, header};
use serde_json::{Value, json};

use crate::world::problem::Problem;
use crate::world::refusal::Refusal;

/// An error answer that has not got its `contextId` yet.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Wrong {
    /// Shape 1, an array with one error.
    Refused(Refusal),
    /// Shape 2, from the gateway, about the subscription key.
    Subscription(&'static str),
    /// Shape 3, from the gateway, about anything else.
    Gateway(u16, &'static str),
    /// Shape 2 with `Retry-After`, in seconds.
    TooMany(i64),
    /// Shape 5, from the token service.
    Token(u16, &'static str, &'static str),
    /// Of the QR API, with its own title; status 400 (contract 3.1).
    Titled { title: &'static str, detail: &'static str },
    /// Of an API that has its own shape for problems; dressed by [`Wrong::dressed`].
    Told(Problem),
    /// The same in its shape. The text is the path that was called.
    Dressed(Dress, Problem, String),
}

/// The shapes of problems.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dress {
    /// RFC 9457 with `traceId` and `extraDetails`: ePayment, Webhooks, Management (contract 1.4).
    TraceId,
    /// With `invalidParams`: QR, Order Management (contract 1.5 and 3.1).
    InvalidParams,
    /// With `extraDetails` in plain JSON: the exchanges of the QR API (contract 3.4).
    ExtraDetails,
}

impl From<Refusal> for Wrong {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<Problem> for Wrong {
    fn from(problem: Problem) -> Self {
        Self::Told(problem)
    }
}

impl From<crate::world::problem::Code> for Wrong {
    fn from(code: crate::world::problem::Code) -> Self {
        Self::Told(code.into())
    }
}

impl Wrong {
    /// In the shape of the API that was called. What the gateway says before that API hears of it stays as it is.
    pub(crate) fn dressed(self, dress: Dress, path: &str) -> Self {
        let problem = match self {
            Self::Told(problem) => problem,
            Self::Refused(refusal) => {
                let (_, name, reason) = refusal.words();
                Problem::field(name, reason)
            }
            Self::Gateway(status, message) => Problem::plain(status, message),
            other => return other,
        };
        Self::Dressed(dress, problem, path.to_owned())
    }

    pub(crate) fn into_response(self, context_id: &str) -> Response {
        match self {
            Self::Refused(refusal) => {
                let (group, code, message) = refusal.words();
                json(status_of(&refusal), &shape(1, 0, group, code, message, context_id))
            }
            Self::Subscription(message) => {
                json(StatusCode::UNAUTHORIZED, &shape(2, 401, "", "", message, ""))
            }
            Self::Gateway(status, message) => {
                json(status_code(status), &shape(3, status, "", "", message, ""))
            }
            Self::TooMany(seconds) => {
                let message = format!("Rate limit is exceeded. Try again in {seconds} seconds.");
                let mut response = json(StatusCode::TOO_MANY_REQUESTS, &shape(2, 429, "", "", &message, ""));
                response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
                response
            }
            Self::Token(status, error, description) => {
                json(status_code(status), &json!({ "error": error, "error_description": description }))
            }
            Self::Titled { title, detail } => json(
                StatusCode::BAD_REQUEST,
                &json!({ "title": title, "detail": detail, "instance": context_id }),
            ),
            Self::Told(problem) => Dress::TraceId.answer(&problem, "", context_id),
            Self::Dressed(dress, problem, path) => dress.answer(&problem, &path, context_id),
        }
    }
}

impl Dress {
    pub(crate) fn answer(self, problem: &Problem, path: &str, trace_id: &str) -> Response {
        let status = status_code(problem.status);
        let title = status.canonical_reason().unwrap_or("Error");
        let kind = "https://developer.vippsmobilepay.com/docs/knowledge-base/errors";
        let details: Vec<Value> =
            problem.details.iter().map(|(name, reason)| json!({ "name": name, "reason": reason })).collect();
        let mut body = json!({ "title": title, "detail": problem.detail });
        match self {
            Self::TraceId => {
                body["type"] = kind.into();
                body["status"] = problem.status.into();
                body["instance"] = path.into();
                body["traceId"] = trace_id.into();
                if !details.is_empty() {
                    body["extraDetails"] = details.into();
                }
                return of_type(status, "application/problem+json", body.to_string());
            }
            Self::InvalidParams => {
                body["instance"] = trace_id.into();
                if !details.is_empty() {
                    body["type"] = kind.into();
                    body["title"] = problem.detail.clone().into();
                    body["detail"] = title.into();
                    body["invalidParams"] = details.into();
                }
            }
            Self::ExtraDetails => {
                body["status"] = problem.status.into();
                body["extraDetails"] = details.into();
            }
        }
        json(status, &body)
    }
}

/// An answer of that type.
pub(crate) fn of_type(status: StatusCode, kind: &'static str, body: impl Into<Body>) -> Response {
    let mut response = Response::new(body.into());
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, http::HeaderValue::from_static(kind));
    response
}

/// One of the six shapes. Shape 6 is not JSON; it is a JSON text here, for the caller to take out.
pub(crate) fn shape(
    number: u8,
    status: u16,
    group: &str,
    code: &str,
    message: &str,
    context_id: &str,
) -> Value {
    let error = json!({
        "errorGroup": group, "errorCode": code, "errorMessage": message, "contextId": context_id,
    });
    match number {
        1 => json!([error]),
        2 => json!({ "statusCode": status, "message": message }),
        3 => json!({
            "responseInfo": { "responseCode": status, "responseMessage": message },
            "result": { "message": "(An error from Azure API Management)" },
        }),
        4 => json!({ "errorInfo": error }),
        5 => json!({ "error": message }),
        _ => json!(message),
    }
}

/// An answer in JSON. The live service names the character set.
pub(crate) fn json(status: StatusCode, body: &Value) -> Response {
    of_type(status, "application/json;charset=UTF-8", body.to_string())
}

/// 402 is what has been seen live for errors of payments, 404 what we chose for unknown orders (contract 1.2, 2.2).
fn status_of(refusal: &Refusal) -> StatusCode {
    match refusal {
        Refusal::UnknownOrder => StatusCode::NOT_FOUND,
        Refusal::Field { .. } => StatusCode::BAD_REQUEST,
        Refusal::Malformed => StatusCode::INTERNAL_SERVER_ERROR,
        Refusal::Full => StatusCode::TOO_MANY_REQUESTS,
        _ => StatusCode::PAYMENT_REQUIRED,
    }
}

pub(crate) fn status_code(status: u16) -> StatusCode {
    StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}
