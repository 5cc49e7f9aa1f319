//! The shapes in which the live service says that something is wrong (contract 1.2, "Error shapes", and 3.1).

use axum::body::Body;
use axum::response::Response;
use http::{StatusCode, header};
use serde_json::{Value, json};

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
    /// The QR API's own.
    Problem { status: u16, title: &'static str, detail: &'static str, invalid: Option<(String, String)> },
}

impl From<Refusal> for Wrong {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl Wrong {
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
            Self::Problem { status, title, detail, invalid } => {
                let mut body = json!({ "title": title, "detail": detail, "instance": context_id });
                if let Some((name, reason)) = invalid {
                    body["type"] = "https://datatracker.ietf.org/doc/html/rfc7231#section-6.5.1".into();
                    body["invalidParams"] = json!([{ "name": name, "reason": reason }]);
                }
                json(status_code(status), &body)
            }
        }
    }
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
    let mut response = Response::new(Body::from(body.to_string()));
    *response.status_mut() = status;
    let kind = http::HeaderValue::from_static("application/json;charset=UTF-8");
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    response
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
