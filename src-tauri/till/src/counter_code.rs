//! The code on the counter: customers scan it, the hub hears of it and tells the till, and the payment is sent to the phone
//! that scanned (contract 3.3).
//!
//! The token that stands for a customer is in memory alone and never printed. If a payment waits for a scan, the first who
//! scans is served. If none is open, whoever scanned last is kept in mind for [`EARLY`], and the next payment that is started
//! by the code is sent to that phone at once: the last who scanned stands nearest. Whoever scans at any other time is let
//! go again: a request must never go to a phone because its owner scanned during somebody else's sale. Nothing is lost by
//! that, because nothing is charged before the customer approves: the customer scans once more.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use contract::{Code, CounterCode, Private};
use payment::{Effect, Flow, Moment, Order, Payment, Rail};
use tokio::sync::oneshot;

use crate::clock::wait_until;
use crate::follow::Said;
use crate::inner::Inner;
use crate::payer::Payer;
use crate::problem::{Refused, cause_of};
use crate::till::Till;

/// How long somebody is kept in mind who scanned before the payment was started, counted from the scan. The token is good
/// for a quarter of an hour (contract 2.4), but nobody stands at a counter that long.
const EARLY: Duration = Duration::from_mins(3);

/// Whether a till has a code on the counter.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CodeAtCounter {
    /// It belongs to no chain, so nobody could tell it of a scan.
    #[default]
    NoHub,
    /// Its hub does not answer, or is not heard at the moment.
    Unheard,
    /// Its hub has no code for it.
    None,
    /// It has one, and hears of scans.
    Here,
}

/// A customer who has scanned the code on the counter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scan {
    /// Stands for the customer.
    pub token: Private,
    /// When it was scanned, RFC 3339; anything else counts as now.
    pub at: String,
}

/// A payment that is about to begin.
pub(crate) struct New {
    pub(crate) payment: Payment,
    pub(crate) effects: Vec<Effect>,
    pub(crate) payer: Option<Payer>,
}

/// What the till knows of its code on the counter.
#[derive(Default)]
pub(crate) struct AtCounter {
    code: CodeAtCounter,
    /// Whether the rail of new payments can send a request to who scanned.
    on_rail: bool,
    /// Who has scanned it while no payment was open, and until when that counts.
    early: Option<(Private, Moment)>,
}

impl fmt::Debug for AtCounter {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("AtCounter").field("code", &self.code).finish_non_exhaustive()
    }
}

impl AtCounter {
    pub(crate) fn on(rail: Rail) -> AtCounter {
        AtCounter { on_rail: rail.has(Flow::CallbackQr), ..AtCounter::default() }
    }

    pub(crate) fn view(&self) -> CounterCode {
        match self.code {
            CodeAtCounter::Here if !self.on_rail => CounterCode::None,
            CodeAtCounter::Here if self.early.is_some() => CounterCode::Scanned,
            CodeAtCounter::Here => CounterCode::Ready,
            CodeAtCounter::NoHub | CodeAtCounter::Unheard | CodeAtCounter::None => CounterCode::None,
        }
    }

    /// A payment has begun, whoever it is for: nobody is kept in mind any more.
    pub(crate) fn forget(&mut self) {
        self.early = None;
    }

    fn early(&self, now: Moment) -> Option<Private> {
        self.early.as_ref().filter(|(_, until)| *until > now).map(|(token, _)| token.clone())
    }

    /// Why a payment can't be started by it.
    fn refusal(&self) -> Option<Refused> {
        let (code, detail) = match self.code {
            CodeAtCounter::Here => return None,
            CodeAtCounter::NoHub => (
                Code::NoHub,
                "a code on the counter needs a hub that hears who scans it; this till belongs to no chain",
            ),
            CodeAtCounter::Unheard => {
                (Code::HubUnreachable, "the hub is not heard, so nobody would learn who scans the code")
            }
            CodeAtCounter::None => {
                (Code::NoCounterCode, "the hub has no code for this till; `kvitt-hub codes make` makes one")
            }
        };
        Some(Refused::new(code, detail))
    }
}

impl Till {
    /// Whether the till has a code on the counter, for whoever ties it to a hub to say.
    pub fn code_at_counter(&self, code: CodeAtCounter) {
        let changed = std::mem::replace(&mut self.0.book().at_counter.code, code) != code;
        if changed {
            self.0.announce();
        }
    }

    /// A customer has scanned the code on the counter. True when the customer is served by it, or is kept in mind for the
    /// next payment; else the customer has to scan again when it is time.
    pub async fn scanned(&self, scan: &Scan) -> bool {
        // Nobody comes between a payment that is being started and the question which one is open.
        let _starting = self.0.starting.lock().await;
        let now = self.0.clock.now();
        let at = scan.at.parse().map_or(now, |at: jiff::Timestamp| Moment(at.as_millisecond()).min(now));
        let until = at.plus(EARLY);
        if until <= now {
            tracing::info!(
                "somebody scanned the code on the counter long ago, and is not waited for any more"
            );
            return false;
        }
        let open = self.0.book().open().map(|open| open.order().reference.clone());
        let Some(reference) = open else {
            self.0.keep_in_mind(scan.token.clone(), until);
            return true;
        };
        let Some(inbox) = self.0.book().inbox(&reference) else { return false };
        let (reply, answer) = oneshot::channel();
        let said = inbox.send(Said::CheckedIn(scan.token.clone(), reply)).await.is_ok();
        let served = said
            && tokio::select! {
                answer = answer => matches!(answer, Ok(Ok(()))),
                _ = self.0.until_hindered() => false,
            };
        tracing::info!(payment.reference = %reference, served, "somebody scanned the code on the counter");
        served
    }

    /// The payment that `order` begins, with whom it is for.
    ///
    /// # Errors
    /// When it is to be started by a code on the counter that the till does not have.
    pub(crate) fn new_payment(
        &self,
        order: Order,
        payer: Option<Payer>,
        now: Moment,
    ) -> Result<New, Refused> {
        let book = self.0.book();
        let of = |(payment, effects), payer| Ok(New { payment, effects, payer });
        let at_counter = order.flow == Flow::CallbackQr;
        if let Some(refusal) = book.at_counter.refusal().filter(|_| at_counter) {
            return Err(refusal);
        }
        let may_scan = at_counter || (order.flow == Flow::Push && !order.distance);
        if may_scan && book.is_push_refused(order.rail, now) {
            let cause = cause_of(Code::PushNotAllowed);
            return of(Payment::request_without_push(order, cause, now), payer);
        }
        match book.at_counter.early(now).filter(|_| at_counter) {
            Some(token) => of(Payment::request_checked_in(order, now), Some(Payer::CheckedIn(token))),
            None => of(Payment::request(order, now), payer),
        }
    }
}

impl Inner {
    /// Keeps who has scanned in mind until then, and lets everybody else go.
    fn keep_in_mind(self: &Arc<Inner>, token: Private, until: Moment) {
        self.book().at_counter.early = Some((token.clone(), until));
        self.announce();
        let till = self.clone();
        tokio::spawn(async move {
            wait_until(&till.clock, until).await;
            let mut book = till.book();
            let is_it = book.at_counter.early.as_ref().is_some_and(|(kept, _)| *kept == token);
            if is_it {
                book.at_counter.forget();
            }
            drop(book);
            till.announce();
        });
    }
}
