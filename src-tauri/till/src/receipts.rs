//! Sees to the receipts of payments: that what was sold stands in the customer's app, once and right (contract 1.5).
//!
//! It goes on beside the payment and never holds it up: no code and no result waits for it, and what goes wrong is told to
//! the cashier and the POS. Whether it is still to be done is in the journal, so a restart goes on with it.

use std::sync::Arc;
use std::time::Duration;

use contract::ReceiptView;
use payment::deadline::modification_pause;
use payment::{Cause, Event, Moment, Order, ReceiptEnd, Reference};
use vipps::orders::{PaymentType, Receipt};
use vipps::{Meaning, Repeat, Vipps};

use crate::clock::wait_until;
use crate::follow::Said;
use crate::inner::Inner;
use crate::problem::{Refused, cause_of, code_of_meaning};
use crate::rail::Rail;
use crate::receipt::{is_same, receipt_of, receipt_view};
use crate::till::{Till, parsed};

/// How long it is tried to store a receipt, from the creation of the payment on. A till that reaches nobody goes on: its
/// clock may have woken up in the wrong year.
const PATIENCE: Duration = Duration::from_hours(24);
/// How often it is tried at least after each start: a till that was off for a day has tried nothing in it.
const TRIES_MIN: u32 = 20;
/// How often a receipt that went with the creation of its payment is looked for before it is sent by itself: what is
/// read may lag behind.
const LOOKS_MAX: u32 = 4;

/// What came of a try.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Receipted {
    /// It is known what became of it.
    Ended(ReceiptEnd),
    /// It is not known, or not done: for this reason, and not again before that time.
    NotYet(Cause, Option<Duration>),
}

impl Till {
    /// The receipt of a payment: what goes to the customer's app, and how that stands.
    ///
    /// # Errors
    /// When there is no such payment, or the journal can't be read.
    pub async fn receipt(&self, reference: &str) -> Result<ReceiptView, Refused> {
        Ok(receipt_view(&self.known(&parsed(reference)?).await?))
    }
}

/// A receipt that is to be seen to.
pub(crate) struct Due {
    pub(crate) order: Order,
    /// When the payment was created.
    pub(crate) created_at: Moment,
    pub(crate) rail: Arc<dyn Rail>,
}

/// Tries until it is known what became of the receipt, or nobody wants it any more, and tells the payment's follower.
pub(crate) async fn see_to(till: Arc<Inner>, due: Due) {
    let reference = &due.order.reference;
    let until = due.created_at.plus(PATIENCE);
    let mut tries = 0_u32;
    // By a clock that no server has set, it may be any year.
    let is_enough = |tries| tries >= TRIES_MIN && till.clock.is_told() && till.clock.now() >= until;
    while is_due(&till, reference) {
        tries = tries.saturating_add(1);
        match due.rail.receipt(&due.order, tries).await {
            Receipted::Ended(end) => return tell(&till, reference, end).await,
            Receipted::NotYet(cause, _) if is_enough(tries) => {
                return tell(&till, reference, ReceiptEnd::Refused { cause }).await;
            }
            Receipted::NotYet(_, pause) => {
                let pause = modification_pause(tries).max(pause.unwrap_or_default());
                let now = till.clock.now();
                let next = now.plus(pause);
                // Not later than the end of patience, unless that is over already.
                wait_until(&till.clock, if now < until { next.min(until) } else { next }).await;
            }
        }
    }
}

fn is_due(till: &Inner, reference: &Reference) -> bool {
    till.book().payment(reference).is_some_and(payment::Payment::is_receipt_due)
}

async fn tell(till: &Inner, reference: &Reference, end: ReceiptEnd) {
    match &end {
        ReceiptEnd::Stored => {}
        ReceiptEnd::Refused { cause } => {
            tracing::warn!(payment.reference = %reference, %cause, "the receipt is not stored");
        }
        ReceiptEnd::Different => {
            tracing::warn!(payment.reference = %reference, "another receipt is stored than was sent");
        }
    }
    let inbox = till.book().inbox(reference);
    if let Some(inbox) = inbox {
        // A follower that is gone has stopped the till; the next start looks again.
        let _ = inbox.send(Said::Receipt(Event::ReceiptEnded(end))).await;
    }
}

/// One try: looks what is stored, stores what is not, and looks again. `with_creation`: it was sent with the payment,
/// which is the try before the first.
///
/// A receipt can be stored once. An answer that got lost, a repeated try and a till that was started again all come to
/// the same: what is there is read and compared, and nothing is sent that may be there.
pub(crate) async fn tried(vipps: &Vipps, order: &Order, tries: u32, with_creation: bool) -> Receipted {
    let Some(receipt) = receipt_of(order) else {
        return refused(Meaning::BadRequest);
    };
    match looked(vipps, order, &receipt).await {
        Ok(Some(end)) => return Receipted::Ended(end),
        Ok(None) if with_creation && tries < LOOKS_MAX => return not_yet(Meaning::UnknownOrder, None),
        Ok(None) => {}
        Err(error) => return failed(order, &error),
    }
    let sent = vipps.orders().add_receipt(PaymentType::Single, order.reference.as_str(), &receipt).await;
    match sent {
        Ok(_) => {}
        // By an earlier try, or by somebody else.
        Err(error) if error.meaning() == Meaning::AlreadyThere => {}
        Err(error) => return failed(order, &error),
    }
    match looked(vipps, order, &receipt).await {
        Ok(Some(end)) => Receipted::Ended(end),
        Ok(None) => not_yet(Meaning::UnknownOrder, None),
        Err(error) => failed(order, &error),
    }
}

/// What the receipt that is there says of ours; none if none is there.
async fn looked(vipps: &Vipps, order: &Order, ours: &Receipt) -> Result<Option<ReceiptEnd>, vipps::Error> {
    match vipps.orders().get(PaymentType::Single, order.reference.as_str()).await {
        Ok(found) => Ok(found
            .receipt
            .map(|stored| if is_same(ours, &stored) { ReceiptEnd::Stored } else { ReceiptEnd::Different })),
        Err(error) if error.meaning() == Meaning::UnknownOrder => Ok(None),
        Err(error) => Err(error),
    }
}

fn failed(order: &Order, error: &vipps::Error) -> Receipted {
    tracing::debug!(payment.reference = %order.reference, %error, "a receipt was not stored at this try");
    // Keys are mended, and a token is refused now and then.
    if error.repeat() == Repeat::Never && error.meaning() != Meaning::KeysRefused {
        refused(error.meaning())
    } else {
        not_yet(error.meaning(), error.retry_after())
    }
}

fn refused(meaning: Meaning) -> Receipted {
    Receipted::Ended(ReceiptEnd::Refused { cause: cause_of(code_of_meaning(meaning)) })
}

fn not_yet(meaning: Meaning, pause: Option<Duration>) -> Receipted {
    Receipted::NotYet(cause_of(code_of_meaning(meaning)), pause)
}
