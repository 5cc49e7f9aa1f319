//! Which call a request is: read off the wire, not from the client that wrote it.

use std::fmt;

use bytes::Bytes;
use http::{Method, Request};
use serde_json::Value;

/// What a call does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Create,
    Capture,
    Cancel,
    Refund,
    Read,
    /// The token, a code, a picture.
    Other,
}

/// A call.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    pub(crate) kind: Kind,
    pub(crate) reference: Option<String>,
    /// `X-Request-Id` or `Idempotency-Key`.
    pub(crate) key: Option<String>,
    /// Minor units, where the body names an amount.
    pub(crate) amount: Option<i64>,
    pub(crate) path: String,
}

impl Kind {
    /// Whether it changes something at Vipps MobilePay.
    pub(crate) fn changes(self) -> bool {
        matches!(self, Kind::Create | Kind::Capture | Kind::Cancel | Kind::Refund)
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Kind::Create => "create",
            Kind::Capture => "capture",
            Kind::Cancel => "cancel",
            Kind::Refund => "refund",
            Kind::Read => "read",
            Kind::Other => "other",
        }
    }
}

impl Call {
    pub(crate) fn of(request: &Request<Bytes>) -> Call {
        let path = request.uri().path().to_owned();
        let body: Value = serde_json::from_slice(request.body()).unwrap_or(Value::Null);
        let header = |name: &str| request.headers().get(name)?.to_str().ok().map(ToOwned::to_owned);
        let rest = path.strip_prefix("/ecomm/v2/payments").or(path.strip_prefix("/epayment/v1/payments"));
        let mut parts = rest.unwrap_or_default().split('/').skip(1);
        let (named, verb) = (parts.next().filter(|name| !name.is_empty()), parts.next());
        let kind = match (rest, named, verb) {
            (None, ..) => Kind::Other,
            (Some(_), None, _) => Kind::Create,
            (_, Some(_), Some("capture")) => Kind::Capture,
            (_, Some(_), Some("cancel")) => Kind::Cancel,
            (_, Some(_), Some("refund")) => Kind::Refund,
            _ if request.method() == Method::GET => Kind::Read,
            _ => Kind::Other,
        };
        let in_body = || {
            let text = body.pointer("/transaction/orderId").or(body.get("reference"))?;
            text.as_str().map(ToOwned::to_owned)
        };
        let amounts = ["/transaction/amount", "/modificationAmount/value", "/amount/value"];
        Call {
            kind,
            reference: named.map(ToOwned::to_owned).or_else(in_body),
            key: header("x-request-id").or(header("idempotency-key")),
            amount: amounts.iter().find_map(|at| body.pointer(at)?.as_i64()),
            path,
        }
    }

    /// Whether it is a call of ePayment, where a refusal stays with its key (contract 1.9).
    pub(crate) fn is_epayment(&self) -> bool {
        self.path.starts_with("/epayment/")
    }
}

impl fmt::Display for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let reference = self.reference.as_deref().unwrap_or("-");
        let key = self.key.as_deref().unwrap_or("-");
        write!(f, "{} {reference} key {key}", self.kind.name())
    }
}
