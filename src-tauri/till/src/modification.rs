//! Money is collected that was reserved for later, let go or given back, and hints come in: what can be asked of a
//! payment long after it has ended.

use std::sync::atomic::Ordering;

use contract::{Code, PaymentView, StartCapture, StartRefund};
use journal::{Entry, Seq};
use payment::{Amount, Effect, Event, ModificationRequest, Order, Payment, Rail, Reference, Refusal};
use serde::Serialize;
use tokio::sync::oneshot;

use crate::digest::digest;
use crate::follow::Said;
use crate::problem::Refused;
use crate::record::{Page, record};
use crate::request::{domain, request_key};
use crate::till::{Till, parsed, recorded};

/// The most characters of a reason.
const REASON_CHARS_MAX: usize = 100;

/// A capture or refund that has been asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Modified {
    /// The payment, with its captures and refunds.
    pub view: PaymentView,
    /// True when it had been asked for before, by the same request under the same key.
    pub again: bool,
}

impl Till {
    /// Asks for money of a payment to be collected that is reserved for later. The wish is on disk when this returns;
    /// what came of it is told by the payment's captures.
    ///
    /// `key` is the caller's idempotency key: the same request under the same key gives the same capture of this
    /// payment, for ever.
    pub async fn capture(
        &self,
        reference: &str,
        request: &StartCapture,
        key: Option<&str>,
    ) -> Result<Modified, Refused> {
        let order = self.order_of_ours(reference).await?;
        let amount = request.amount.map(|amount| amount_of(amount, &order)).transpose()?;
        if let Some(part) = amount {
            self.check_part(&order.reference, part, key).await?;
        }
        let wish = Event::CaptureAsked { amount, request: named(request, key)? };
        self.modify(&order.reference, wish).await
    }

    /// Whether so much may be collected by itself. What was asked for before under `key` is not looked at again: it is what
    /// it was.
    async fn check_part(&self, reference: &Reference, part: u64, key: Option<&str>) -> Result<(), Refused> {
        let payment = self.known(reference).await?;
        let named = |request: &ModificationRequest| Some(request.key.as_str()) == key;
        if payment.modifications().iter().any(|known| known.request.as_ref().is_some_and(named)) {
            return Ok(());
        }
        self.0.book().unit.check_part(&payment, part, self.0.clock.now())
    }

    /// Asks for money of a payment to be given back. The wish is on disk when this returns; what came of it is told
    /// by the payment's refunds. It may have been paid long ago.
    ///
    /// `key` is the caller's idempotency key: the same request under the same key gives the same refund of this
    /// payment, for ever.
    pub async fn refund(
        &self,
        reference: &str,
        request: &StartRefund,
        key: Option<&str>,
    ) -> Result<Modified, Refused> {
        let order = self.order_of_ours(reference).await?;
        let wish = Event::RefundAsked {
            amount: request.amount.map(|amount| amount_of(amount, &order)).transpose()?,
            reason: request.reason.as_deref().map(reason_of).transpose()?,
            request: named(request, key)?,
        };
        self.modify(&order.reference, wish).await
    }

    /// Asks for what a payment has reserved for later, and was not collected, to be let go.
    pub(crate) async fn release(&self, reference: &str) -> Result<PaymentView, Refused> {
        let order = self.order_of_ours(reference).await?;
        Ok(self.modify(&order.reference, Event::CancelAsked).await?.view)
    }

    /// What a payment of this till's own sales unit was asked for with.
    async fn order_of_ours(&self, reference: &str) -> Result<Order, Refused> {
        let name = parsed(reference)?;
        self.check_usable()?;
        let order = self.known(&name).await?.order().clone();
        if order.msn != self.0.settings.msn {
            let detail = format!("sales unit {} took the payment, and this till is of another", order.msn);
            return Err(Refused::new(Code::OtherSalesUnit, detail).because_of(reference));
        }
        Ok(order)
    }

    async fn modify(&self, reference: &Reference, wish: Event) -> Result<Modified, Refused> {
        let outcome = {
            let _taking_up = self.0.taking_up.lock().await;
            match self.tell_follower(reference, &wish).await {
                Some(outcome) => outcome,
                None => self.take_up(reference, wish).await?,
            }
        };
        match outcome {
            Ok(again) => Ok(Modified { view: self.payment(reference.as_str()).await?, again }),
            Err(refusal) => Err(self.refused(reference, refusal).await),
        }
    }

    /// Says that there may be news of a payment: a callback, a webhook or the POS has heard something. It only wakes
    /// the reader, and does nothing to a payment of which nothing more is asked.
    ///
    /// # Errors
    /// When there is no such payment.
    pub async fn refresh(&self, reference: &str) -> Result<(), Refused> {
        let reference = parsed(reference)?;
        let inbox = self.0.book().inbox(&reference);
        match inbox {
            // One that has a full inbox is about to look anyway; one that has ended needs no hint.
            Some(inbox) => drop(inbox.try_send(Said::Hint)),
            None => drop(self.remembered(&reference).await?),
        }
        Ok(())
    }

    /// Says whether somebody tells the till, from now on, when something happens to its payments: then it polls every 3 s
    /// and not every second while a customer has not acted. It polls all the same; whoever tells may fail.
    pub fn is_told_of_payments(&self, is_told: bool) {
        self.0.is_told.store(is_told, Ordering::Relaxed);
    }

    /// `None` when nobody follows the payment. A follower drops what it is told only after its last entry is on disk, so
    /// the story is whole then, or after it has stopped the till.
    async fn tell_follower(&self, reference: &Reference, wish: &Event) -> Option<Result<bool, Refusal>> {
        let inbox = self.0.book().inbox(reference)?;
        let (reply, answer) = oneshot::channel();
        inbox.send(Said::Modify(wish.clone(), reply)).await.ok()?;
        answer.await.ok()
    }

    /// Takes up a payment that nobody follows. Whoever calls holds `taking_up`: a payment has one follower.
    async fn take_up(&self, reference: &Reference, wish: Event) -> Result<Result<bool, Refusal>, Refused> {
        // A follower whose wishes do not come on disk has stopped the till.
        self.check_usable()?;
        let (mut payment, seen) = self.remembered(reference).await?;
        let before = payment.modifications().len();
        let now = self.0.clock.now();
        let effects = match payment.on(wish, now) {
            Ok(effects) => effects,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let entries: Vec<Entry> =
            recorded(&effects).map(|fact| Entry { at: now, fact: fact.clone() }).collect();
        let again = payment.modifications().len() == before;
        if payment.is_settled() {
            return Ok(Ok(again));
        }
        let page = Page { reference, seen, entries: &entries, settled: payment.is_at_rest() };
        let seq = if entries.is_empty() { None } else { Some(self.written(&page).await?) };
        let seen = seen.saturating_add(u32::try_from(entries.len()).unwrap_or(u32::MAX));
        let rest = effects.into_iter().filter(|effect| !matches!(effect, Effect::Record(_))).collect();
        self.0.clone().follow_again(payment, seen, rest, seq);
        Ok(Ok(again))
    }

    /// Comes back when the wish is on disk, or can't come there any more.
    async fn written(&self, page: &Page<'_>) -> Result<Seq, Refused> {
        let stopped = || Refused::new(Code::JournalUnavailable, "the journal takes nothing any more");
        record(&self.0, page).await.ok_or_else(stopped)
    }

    async fn refused(&self, reference: &Reference, refusal: Refusal) -> Refused {
        let known = self.known(reference).await.ok();
        let left = |of: fn(&Payment) -> u64| known.as_ref().map_or(0, of);
        let (code, detail) = match refusal {
            Refusal::NothingToCapture => {
                (Code::NothingToCapture, "nothing of the payment is reserved for later (any more)".to_owned())
            }
            Refusal::AboveCapturable => {
                let left = left(Payment::capturable);
                (Code::AboveReserved, format!("{left} minor units are left to collect"))
            }
            Refusal::NothingToRefund => {
                (Code::NothingToRefund, "nothing of the payment is kept, or it has not ended".to_owned())
            }
            Refusal::AboveRefundable => {
                let left = left(Payment::refundable);
                (Code::RefundAboveCaptured, format!("{left} minor units are left to give back"))
            }
            Refusal::RequestDiffers => {
                let detail = "the idempotency key was used for another capture or refund";
                (Code::IdempotencyMismatch, detail.to_owned())
            }
            Refusal::ApprovedAlready | Refusal::EndedAlready => {
                (Code::TooLateToCancel, "nothing of it is reserved any more".to_owned())
            }
            other => (Code::RequestInvalid, other.to_string()),
        };
        Refused::new(code, detail).because_of(reference.as_str())
    }
}

/// Under what name `request` was asked for.
fn named<T: Serialize>(request: &T, key: Option<&str>) -> Result<Option<ModificationRequest>, Refused> {
    let digest = digest(serde_json::to_string(request).unwrap_or_default().as_bytes(), 32);
    let key = key.map(|key| request_key(key, digest)).transpose()?;
    Ok(key.map(|key| ModificationRequest { key: key.key, digest: key.digest }))
}

fn amount_of(asked: contract::Amount, order: &Order) -> Result<u64, Refused> {
    let invalid =
        |detail: String| Refused::new(Code::AmountInvalid, detail).because_of(order.reference.as_str());
    let (due, currency) = (order.amount.currency(), domain(asked.currency));
    if currency != due {
        return Err(invalid(format!("the payment is in {due:?}, not {currency:?}").to_uppercase()));
    }
    // The capture and the refund of eCom take no less than 1.00 either (contract 1.2).
    let least = if order.rail == Rail::Ecom { Amount::MINOR_MIN } else { 1 };
    match u64::try_from(asked.value) {
        Ok(value) if value >= least => Ok(value),
        _ => Err(invalid(format!(
            "at least {least} minor units can be collected or given back; it was {}",
            asked.value
        ))),
    }
}

fn reason_of(reason: &str) -> Result<String, Refused> {
    let reason = reason.trim();
    if (1..=REASON_CHARS_MAX).contains(&reason.chars().count()) && !reason.chars().any(char::is_control) {
        return Ok(reason.to_owned());
    }
    let detail = format!("reason must be 1 to {REASON_CHARS_MAX} printable characters");
    Err(Refused::new(Code::RequestInvalid, detail))
}
