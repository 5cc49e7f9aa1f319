//! Payments through ePayment (contract 1.4, 2.3): the calls, and what goes in and comes out of them.

mod approval;
mod create;
mod event;
mod payment;
mod refusal;
mod wire;

use http::Method as Verb;
use serde::Serialize;

use crate::answer::{nonsense, refuse};
use crate::money::Money;
use crate::question::Question;
use crate::{Call, Error, IdempotencyKey, ServerDate, Vipps};

pub use approval::Approval;
pub use create::{Create, Created, Customer, Flow, Interaction, LegalLinks, Method, QrFormat, Scope};
pub use event::{Event, EventName};
pub use payment::{Adjusted, Aggregate, Payment, State};
pub use refusal::{AMOUNT_MAX, REFERENCE_CHARS_MAX};

/// The payment calls of a sales unit.
///
/// A request that breaks a rule of the API is refused here and not sent: [`Fault::Ours`](crate::Fault::Ours),
/// [`Certainty::NotDone`](crate::Certainty::NotDone). An answer about another payment than the one that was
/// asked about is [`Meaning::Nonsense`](crate::Meaning::Nonsense). Payments that were made through eCom can be read, captured, cancelled
/// and refunded here too (contract 1.4).
#[derive(Clone, Copy, Debug)]
pub struct Epayment<'a> {
    vipps: &'a Vipps,
}

/// How far a cancel goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Extent {
    /// Whatever has not been captured is released, for good (contract 2.3).
    Everything,
    /// Only a payment that the customer has not approved yet is ended; [`Meaning::AlreadyApproved`](crate::Meaning::AlreadyApproved) otherwise.
    Unapproved,
}

impl<'a> Epayment<'a> {
    pub(crate) fn new(vipps: &'a Vipps) -> Self {
        Self { vipps }
    }

    /// Starts a payment. Safe to repeat with the same key and the same payment.
    ///
    /// # Errors
    /// [`Meaning::DuplicateOrder`](crate::Meaning::DuplicateOrder) if the reference is taken, perhaps by an earlier try of this very call.
    pub async fn create(&self, payment: &Create, key: &IdempotencyKey) -> Result<Created, Error> {
        let call = Call::EpaymentCreate;
        let now = self.vipps.server_date().map(ServerDate::now_ms);
        refusal::of_create(payment, now)
            .map_err(|(meaning, detail)| Error::refused_here(call, meaning, detail))?;
        let body = wire::create(payment);
        let question = Question::with_body(call, Verb::POST, "/epayment/v1/payments".to_owned(), &body)?;
        let answer = self.vipps.ask(&question.with_key(key)?).await?;
        wire::created(answer.body(), payment).map_err(nonsense(call, &answer))
    }

    /// Reads a payment, up to 120 times a minute (contract 1.4).
    pub async fn get(&self, reference: &str) -> Result<Payment, Error> {
        let call = Call::EpaymentGet;
        let question = Question::bare(call, Verb::GET, path(call, reference, "")?);
        let answer = self.vipps.ask(&question).await?;
        wire::payment(answer.body(), reference).map_err(nonsense(call, &answer))
    }

    /// Reads everything that happened to a payment, oldest first; up to 120 times a minute (contract 1.4).
    pub async fn events(&self, reference: &str) -> Result<Vec<Event>, Error> {
        let call = Call::EpaymentEvents;
        let question = Question::bare(call, Verb::GET, path(call, reference, "/events")?);
        let answer = self.vipps.ask(&question).await?;
        wire::events(answer.body(), reference).map_err(nonsense(call, &answer))
    }

    /// Collects reserved money, all or a part. Safe to repeat with the same key and the same amount. What
    /// counts is [`Aggregate::captured`] of the answer.
    pub async fn capture(
        &self,
        reference: &str,
        amount: Money,
        key: &IdempotencyKey,
    ) -> Result<Adjusted, Error> {
        self.adjust(Call::EpaymentCapture, reference, amount, key).await
    }

    /// Gives money back, all or a part. Safe to repeat with the same key and the same amount.
    pub async fn refund(
        &self,
        reference: &str,
        amount: Money,
        key: &IdempotencyKey,
    ) -> Result<Adjusted, Error> {
        self.adjust(Call::EpaymentRefund, reference, amount, key).await
    }

    /// Gives up a payment or what is left of its reservation. Fails with [`Meaning::OrderLocked`](crate::Meaning::OrderLocked) while the
    /// customer is approving (contract 2.3).
    pub async fn cancel(
        &self,
        reference: &str,
        extent: Extent,
        key: &IdempotencyKey,
    ) -> Result<Adjusted, Error> {
        let call = Call::EpaymentCancel;
        let path = path(call, reference, "/cancel")?;
        self.change(call, reference, path, &wire::cancel(extent), key).await
    }

    /// Approves a payment in the customer's place. For test environments: refused here where money is real.
    /// Who approves must have approved one payment by hand before (contract 7).
    pub async fn force_approve(&self, reference: &str, approval: &Approval) -> Result<(), Error> {
        let call = Call::EpaymentForceApprove;
        if self.vipps.is_production() {
            return Err(refuse(call)("payments are approved by their customers where money is real"));
        }
        refusal::of_reference(reference).map_err(refuse(call))?;
        refusal::of_approval(approval)
            .map_err(|(meaning, detail)| Error::refused_here(call, meaning, detail))?;
        let path = format!("/epayment/v1/test/payments/{reference}/approve");
        let question = Question::with_body(call, Verb::POST, path, &approval.body())?;
        self.vipps.ask(&question).await.map(drop)
    }

    async fn adjust(
        &self,
        call: Call,
        reference: &str,
        amount: Money,
        key: &IdempotencyKey,
    ) -> Result<Adjusted, Error> {
        let action = if call == Call::EpaymentCapture { "/capture" } else { "/refund" };
        let path = path(call, reference, action)?;
        refusal::of_modification(amount).map_err(refuse(call))?;
        self.change(call, reference, path, &wire::modification(amount), key).await
    }

    async fn change(
        &self,
        call: Call,
        reference: &str,
        path: String,
        body: &impl Serialize,
        key: &IdempotencyKey,
    ) -> Result<Adjusted, Error> {
        let question = Question::with_body(call, Verb::POST, path, body)?.with_key(key)?;
        let answer = self.vipps.ask(&question).await?;
        wire::adjusted(answer.body(), reference).map_err(nonsense(call, &answer))
    }
}

/// A call on an existing payment.
fn path(call: Call, reference: &str, action: &str) -> Result<String, Error> {
    refusal::of_reference(reference).map_err(refuse(call))?;
    Ok(format!("/epayment/v1/payments/{reference}{action}"))
}
