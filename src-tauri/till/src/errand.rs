//! What is seen to beside a payment: its receipt and its link in the customer's app, each in a task of its own.
//!
//! An errand never holds the payment up: no code and no result waits for it, and what goes wrong is told to the cashier and
//! the POS. Whether it is still to be done is in the journal, so a restart goes on with it.

use std::sync::Arc;
use std::time::Duration;

use payment::deadline::modification_pause;
use payment::{Cause, Event, LinkEnd, Moment, Order, Payment, ReceiptEnd, Reference};
use tokio::task::JoinHandle;
use vipps::{Meaning, Repeat};

use crate::clock::wait_until;
use crate::follow::Said;
use crate::inner::Inner;
use crate::problem::{cause_of, code_of_meaning};
use crate::rail::Rail;

/// How long it is tried, from the creation of the payment on. A till that reaches nobody goes on: its clock may have
/// woken up in the wrong year.
const PATIENCE: Duration = Duration::from_hours(24);
/// How often it is tried at least after each start: a till that was off for a day has tried nothing in it.
const TRIES_MIN: u32 = 20;

/// What came of a try.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Tried {
    /// It is known what became of it: an [`Event`] that says so.
    Ended(Event),
    /// It is not known, or not done: for this reason, and not again before that time.
    NotYet(Cause, Option<Duration>),
}

impl Tried {
    /// Not done, for a reason of Vipps MobilePay's.
    pub(crate) fn not_yet(meaning: Meaning, pause: Option<Duration>) -> Tried {
        Tried::NotYet(cause_of(code_of_meaning(meaning)), pause)
    }
}

/// What is seen to beside a payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Errand {
    /// What was sold stands in the app.
    Receipt,
    /// The app leads to a page of the shop.
    Link,
}

impl Errand {
    const ALL: [Errand; 2] = [Errand::Receipt, Errand::Link];

    fn is_due(self, payment: &Payment) -> bool {
        match self {
            Errand::Receipt => payment.is_receipt_due(),
            Errand::Link => payment.is_link_due(),
        }
    }

    async fn tried(self, till: &Inner, due: &Due, tries: u32) -> Tried {
        let picture = till.settings.links.picture.as_deref();
        match self {
            Errand::Receipt => due.rail.receipt(&due.order, tries).await,
            Errand::Link => due.rail.link(&due.order, tries, picture).await,
        }
    }

    /// It will not be done.
    pub(crate) fn refused(self, cause: Cause) -> Event {
        match self {
            Errand::Receipt => Event::ReceiptEnded(ReceiptEnd::Refused { cause }),
            Errand::Link => Event::LinkEnded(LinkEnd::Refused { cause }),
        }
    }

    /// The order has nothing that could be sent.
    pub(crate) fn impossible(self) -> Tried {
        Tried::Ended(self.refused(cause_of(code_of_meaning(Meaning::BadRequest))))
    }

    /// What a failed call means for it.
    pub(crate) fn failed(self, order: &Order, error: &vipps::Error) -> Tried {
        tracing::debug!(payment.reference = %order.reference, errand = ?self, %error, "an errand was not done at this try");
        if is_refusal(error) {
            Tried::Ended(self.refused(cause_of(code_of_meaning(error.meaning()))))
        } else {
            Tried::not_yet(error.meaning(), error.retry_after())
        }
    }
}

/// Whether the same call will be refused again. Keys are mended, and a token is refused now and then.
pub(crate) fn is_refusal(error: &vipps::Error) -> bool {
    error.repeat() == Repeat::Never && error.meaning() != Meaning::KeysRefused
}

/// Who sees to the errands of one payment.
#[derive(Debug, Default)]
pub(crate) struct Errands([Option<JoinHandle<()>>; Errand::ALL.len()]);

impl Errands {
    /// Has everything seen to that is due of `payment` and that nobody sees to.
    pub(crate) fn see_to(&mut self, till: &Arc<Inner>, payment: &Payment, rail: &Arc<dyn Rail>) {
        let Some(created_at) = payment.created_at() else { return };
        for (errand, runner) in Errand::ALL.into_iter().zip(&mut self.0) {
            let nobody_does = runner.as_ref().is_none_or(JoinHandle::is_finished);
            if nobody_does && errand.is_due(payment) {
                let due = Due { errand, order: payment.order().clone(), created_at, rail: rail.clone() };
                *runner = Some(tokio::spawn(see_to(till.clone(), due)));
            }
        }
    }
}

/// An errand that is to be seen to.
struct Due {
    errand: Errand,
    order: Order,
    /// When the payment was created.
    created_at: Moment,
    rail: Arc<dyn Rail>,
}

/// Tries until it is known what became of it, or nobody wants it any more, and tells the payment's follower.
async fn see_to(till: Arc<Inner>, due: Due) {
    let reference = &due.order.reference;
    let until = due.created_at.plus(PATIENCE);
    let mut tries = 0_u32;
    // By a clock that no server has set, it may be any year.
    let is_enough = |tries| tries >= TRIES_MIN && till.clock.is_told() && till.clock.now() >= until;
    while till.book().payment(reference).is_some_and(|payment| due.errand.is_due(payment)) {
        tries = tries.saturating_add(1);
        match due.errand.tried(&till, &due, tries).await {
            Tried::Ended(event) => return tell(&till, reference, event).await,
            Tried::NotYet(cause, _) if is_enough(tries) => {
                return tell(&till, reference, due.errand.refused(cause)).await;
            }
            Tried::NotYet(_, pause) => {
                let pause = modification_pause(tries).max(pause.unwrap_or_default());
                let now = till.clock.now();
                let next = now.plus(pause);
                // Not later than the end of patience, unless that is over already.
                wait_until(&till.clock, if now < until { next.min(until) } else { next }).await;
            }
        }
    }
}

async fn tell(till: &Inner, reference: &Reference, event: Event) {
    match &event {
        Event::ReceiptEnded(ReceiptEnd::Refused { cause }) => {
            tracing::warn!(payment.reference = %reference, %cause, "the receipt is not stored");
        }
        Event::ReceiptEnded(ReceiptEnd::Different) => {
            tracing::warn!(payment.reference = %reference, "another receipt is stored than was sent");
        }
        Event::LinkEnded(LinkEnd::Refused { cause }) => {
            tracing::warn!(payment.reference = %reference, %cause, "the link is not stored");
        }
        _ => {}
    }
    let inbox = till.book().inbox(reference);
    if let Some(inbox) = inbox {
        // A follower that is gone has stopped the till; the next start looks again.
        let _ = inbox.send(Said::Errand(event)).await;
    }
}
