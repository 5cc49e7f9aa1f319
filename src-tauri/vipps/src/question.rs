//! A call of the API, before it gets its token and its common headers.

use bytes::Bytes;
use http::{HeaderName, HeaderValue, Method};
use serde::Serialize;

use crate::{Call, Error, IdempotencyKey, Meaning};

/// A call of the API.
pub(crate) struct Question {
    pub call: Call,
    pub method: Method,
    /// Begins with a slash; holds only characters that need no escaping.
    pub path: String,
    pub accept: &'static str,
    /// The header that only some calls have.
    pub header: Option<(HeaderName, HeaderValue)>,
    /// JSON, or empty if the call has no body.
    pub body: Bytes,
}

impl Question {
    /// A call without a body.
    pub(crate) fn bare(call: Call, method: Method, path: String) -> Self {
        Self { call, method, path, accept: "application/json", header: None, body: Bytes::new() }
    }

    /// A call with a body.
    pub(crate) fn with_body(
        call: Call,
        method: Method,
        path: String,
        body: &impl Serialize,
    ) -> Result<Self, Error> {
        let body = serde_json::to_vec(body)
            .map_err(|_| Error::refused_here(call, Meaning::BadRequest, "the body could not be written"))?;
        Ok(Self { body: body.into(), ..Self::bare(call, method, path) })
    }

    /// The same call with the key that makes it safe to repeat.
    pub(crate) fn with_key(self, key: &IdempotencyKey) -> Result<Self, Error> {
        let value = HeaderValue::from_str(key.as_str()).map_err(|_| {
            Error::refused_here(self.call, Meaning::BadRequest, "the key does not fit in a header")
        })?;
        Ok(Self { header: Some((HeaderName::from_static("idempotency-key"), value)), ..self })
    }
}
