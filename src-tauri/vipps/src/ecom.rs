//! Payments through eCom v2 (contract 1.2): the calls, and what goes in and comes out of them.

mod refusal;
mod wire;

use std::fmt;

use http::{HeaderName, HeaderValue, Method};
use jiff::Timestamp;
use secrecy::SecretString;
use url::Url;

use crate::answer::{nonsense, refuse};
use crate::personal::Personal;
use crate::plain::{is_digits, is_plain};
use crate::question::Question;
use crate::redacted::Redacted;
use crate::{Call, Error, Meaning, Vipps};

/// The payment calls of a sales unit. Currency is always NOK (contract 0.2), amounts are in øre.
///
/// A request that breaks a rule of the API is refused here and not sent: [`Fault::Ours`](crate::Fault::Ours),
/// [`Certainty::NotDone`](crate::Certainty::NotDone). An answer that names another order than the one that
/// was asked about is [`Meaning::Nonsense`](crate::Meaning::Nonsense).
#[derive(Clone, Copy, Debug)]
pub struct Ecom<'a> {
    vipps: &'a Vipps,
}

impl<'a> Ecom<'a> {
    pub(crate) fn new(vipps: &'a Vipps) -> Self {
        Self { vipps }
    }

    /// Starts a payment. Not idempotent: after an answer that was lost, read the details first (contract
    /// 1.9).
    pub async fn initiate(&self, order: &Initiate) -> Result<Initiated, Error> {
        let call = Call::Initiate;
        refusal::of_initiate(order)
            .map_err(|(meaning, detail)| Error::refused_here(call, meaning, detail))?;
        let body = wire::initiate(self.vipps.msn(), order);
        let question = Question::with_body(call, Method::POST, "/ecomm/v2/payments".to_owned(), &body)?;
        let answer = self.vipps.ask(&question).await?;
        wire::initiated(answer.body(), &order.order_id).map_err(nonsense(call, &answer))
    }

    /// Reads the whole history of a payment, up to 120 times a minute (contract 1.2).
    pub async fn details(&self, order_id: &str) -> Result<Details, Error> {
        let call = Call::Details;
        let question = Question::bare(call, Method::GET, path(call, order_id, "details")?);
        let answer = self.vipps.ask(&question).await?;
        wire::details(answer.body(), order_id).map_err(nonsense(call, &answer))
    }

    /// Collects reserved money. Safe to repeat with the same [`RequestId`] and the same amount and text.
    pub async fn capture(&self, order_id: &str, modification: &Modification) -> Result<Summary, Error> {
        self.modify(Call::Capture, order_id, modification).await
    }

    /// Gives money back. Safe to repeat with the same [`RequestId`] and the same amount and text.
    pub async fn refund(&self, order_id: &str, modification: &Modification) -> Result<Summary, Error> {
        self.modify(Call::Refund, order_id, modification).await
    }

    /// Gives up a payment or what is left of its reservation. Repeatable; fails while the customer is in 3-D
    /// Secure (contract 2.1). The answer does not always hold a summary.
    pub async fn cancel(
        &self,
        order_id: &str,
        cancellation: &Cancellation,
    ) -> Result<Option<Summary>, Error> {
        let call = Call::Cancel;
        let path = path(call, order_id, "cancel")?;
        refusal::of_text(&cancellation.text).map_err(refuse(call))?;
        let question =
            Question::with_body(call, Method::PUT, path, &wire::cancel(self.vipps.msn(), cancellation))?;
        let answer = self.vipps.ask(&question).await?;
        wire::modified(answer.body(), order_id).map_err(nonsense(call, &answer))
    }

    /// Approves a payment as the test user with this number of eight digits would. `payment_url` is that of
    /// [`Initiated`]. For test environments: refused here where money is real. The user must have approved one
    /// payment by hand before (contract 7).
    pub async fn force_approve(
        &self,
        order_id: &str,
        mobile_number: &Personal,
        payment_url: &str,
    ) -> Result<(), Error> {
        let call = Call::ForceApprove;
        if self.vipps.is_production() {
            return Err(refuse(call)("payments are approved by their customers where money is real"));
        }
        refusal::of_order_id(order_id).map_err(refuse(call))?;
        if !is_digits(mobile_number.expose(), 8..=8) {
            let detail = "the number is not eight digits";
            return Err(Error::refused_here(call, Meaning::NumberRefused, detail));
        }
        let token = token_of(payment_url).ok_or_else(|| refuse(call)("the payment URL holds no token"))?;
        let path = format!("/ecomm/v2/integration-test/payments/{order_id}/approve");
        let body = wire::force_approve(mobile_number.expose(), &token);
        self.vipps.ask(&Question::with_body(call, Method::POST, path, &body)?).await.map(drop)
    }

    async fn modify(
        &self,
        call: Call,
        order_id: &str,
        modification: &Modification,
    ) -> Result<Summary, Error> {
        let path = path(call, order_id, if call == Call::Capture { "capture" } else { "refund" })?;
        refusal::of_text(&modification.text).map_err(refuse(call))?;
        refusal::of_amount(modification.amount).map_err(refuse(call))?;
        let mut question =
            Question::with_body(call, Method::POST, path, &wire::modify(self.vipps.msn(), modification))?;
        let request_id = HeaderValue::from_str(modification.request_id.as_str())
            .map_err(|_| refuse(call)("the request id does not fit in a header"))?;
        question.header = Some((HeaderName::from_static("x-request-id"), request_id));
        let answer = self.vipps.ask(&question).await?;
        wire::modified(answer.body(), order_id)
            .and_then(|summary| summary.ok_or("the answer holds no transactionSummary"))
            .map_err(nonsense(call, &answer))
    }
}

/// A payment to be started.
#[derive(Clone)]
pub struct Initiate {
    /// 1 to 50 letters, digits and `-`, unique at the sales unit.
    pub order_id: String,
    /// In øre, 100 at least.
    pub amount: u64,
    /// What the app shows; 100 characters at most, nothing sensitive.
    pub text: String,
    /// Where the customer's phone may be sent afterwards; an `https` URL of 255 characters at most.
    pub fall_back: String,
    /// The start of the URL that is called back; `https`, 255 characters at most. Slashes at its end are
    /// dropped, because what is appended begins with one (contract 4.2).
    pub callback_prefix: String,
    /// What callbacks will carry as `Authorization`; 255 characters at most.
    pub auth_token: Option<SecretString>,
    /// Eight digits, no country code. Needed to skip the landing page.
    pub mobile_number: Option<String>,
    /// Sends the request straight to the phone, which the sales unit must be allowed to do. False for QR
    /// codes.
    pub skip_landing_page: bool,
}

impl fmt::Debug for Initiate {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        // A number is the customer's business and never printed.
        let mobile_number = self.mobile_number.as_ref().map(|_| "…");
        formatter
            .debug_struct("Initiate")
            .field("order_id", &self.order_id)
            .field("amount", &self.amount)
            .field("text", &self.text)
            .field("fall_back", &Redacted(&self.fall_back))
            .field("callback_prefix", &Redacted(&self.callback_prefix))
            .field("auth_token", &self.auth_token)
            .field("mobile_number", &mobile_number)
            .field("skip_landing_page", &self.skip_landing_page)
            .finish()
    }
}

/// A payment that waits for its customer.
#[derive(Clone, PartialEq, Eq)]
pub struct Initiated {
    /// The order it belongs to.
    pub order_id: String,
    /// Where it is paid. Opaque, to be used unchanged; whoever holds it can pay the order.
    pub url: String,
}

impl fmt::Debug for Initiated {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Initiated")
            .field("order_id", &self.order_id)
            .field("url", &Redacted(&self.url))
            .finish()
    }
}

/// A capture or a refund.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Modification {
    /// In øre, 100 at least.
    pub amount: u64,
    /// 100 characters at most.
    pub text: String,
    /// What makes it safe to repeat.
    pub request_id: RequestId,
}

/// The idempotency key of a capture or refund: 1 to 40 letters, digits and `-`, unique for order and kind of
/// call.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct RequestId(String);

impl RequestId {
    /// The id in `text`.
    pub fn parse(text: &str) -> Result<Self, RequestIdError> {
        if is_plain(text, 1..=40) { Ok(Self(text.to_owned())) } else { Err(RequestIdError) }
    }

    /// Its characters.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// It can't be a request id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a request id is 1 to 40 letters, digits and -")]
pub struct RequestIdError;

/// A payment to be given up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cancellation {
    /// 100 characters at most.
    pub text: String,
    /// Needed after a partial capture, to release the rest; wrong otherwise (contract 1.2).
    pub release_remaining: bool,
}

/// Where the money of a payment is, in øre.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Summary {
    /// Collected, refunds not subtracted.
    pub captured: u64,
    /// Given back.
    pub refunded: u64,
    /// Reserved and not collected.
    pub remaining_to_capture: u64,
    /// Collected and not given back.
    pub remaining_to_refund: u64,
}

/// Everything that happened to a payment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Details {
    /// The payment.
    pub order_id: String,
    /// What happened, oldest first.
    pub log: Vec<LogEntry>,
    /// Where the money is; absent until the customer has reacted (contract 2.1).
    pub summary: Option<Summary>,
}

/// Something that happened to a payment, or failed to (contract 2.1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogEntry {
    /// What it was.
    pub operation: Operation,
    /// Of how much, in øre.
    pub amount: u64,
    /// Whether it succeeded. An entry that did not changed nothing.
    pub success: bool,
    /// When, if that was said in a way that can be read.
    pub at: Option<Timestamp>,
    /// Given to an `INITIATE` once the customer has opened the payment.
    pub transaction_id: Option<String>,
    /// The [`RequestId`] it was asked with.
    pub request_id: Option<String>,
}

/// What can happen to a payment (contract 2.1).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Operation {
    /// It was started.
    Initiate,
    /// The customer approved, and the money is reserved.
    Reserve,
    /// The customer approved, and the money was collected at once.
    Sale,
    /// Reserved money was collected.
    Capture,
    /// Money was given back.
    Refund,
    /// It was given up before the customer approved.
    Cancel,
    /// It was given up after the customer approved.
    Void,
    /// Something that is not documented; the text is as it was sent, 64 characters at most.
    Other(String),
}

/// The token in the URL of a payment.
fn token_of(payment_url: &str) -> Option<String> {
    let url = Url::parse(payment_url).ok()?;
    url.query_pairs()
        .find(|(name, value)| name == "token" && !value.is_empty())
        .map(|(_, value)| value.into())
}

/// A call on an existing order.
fn path(call: Call, order_id: &str, action: &str) -> Result<String, Error> {
    refusal::of_order_id(order_id).map_err(refuse(call))?;
    Ok(format!("/ecomm/v2/payments/{order_id}/{action}"))
}
