//! Follows one payment to its end: performs what it wants, in order, and tells it what came of it.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use consents::Consent;
use contract::{Code, Private};
use journal::{Entry, Seq};
use payment::{Ask, Effect, Event, Fact, Flow, Knowledge, Moment, Payment, Refusal, Stage, Trouble};
use tokio::sync::{mpsc, oneshot};

use crate::clock::wait_until;
use crate::errand::Errands;
use crate::inner::Inner;
use crate::keeping::keep_if_paid;
use crate::no_rail::NoRail;
use crate::payer::Payer;
use crate::problem::cause_of;
use crate::rail::{Answer, Picture, Rail};
use crate::record::{Page, record};

/// A little less than the usual pause between two looks at a customer who has not acted.
const POLL_USUAL: Duration = Duration::from_millis(900);
/// How often a payment is looked at while somebody tells when something happens to it, and the customer has not acted.
const POLL_WHEN_TOLD: Duration = Duration::from_secs(3);

/// What can be said to a payment from outside.
pub(crate) enum Said {
    /// Cancel it; the answer comes when the wish is on disk.
    Cancel(oneshot::Sender<Result<(), Refusal>>),
    /// Collect money, let it go or give it back: an [`Event`] that asks for that. The answer comes when the wish is on
    /// disk, and says whether it had been there before.
    Modify(Event, oneshot::Sender<Result<bool, Refusal>>),
    /// It is known what became of its receipt or its link: an [`Event`] that says so.
    Errand(Event),
    /// There may be news.
    Hint,
    /// This customer has scanned the code on the counter. The answer says whether the payment is that customer's now.
    CheckedIn(Private, oneshot::Sender<Result<(), Refusal>>),
}

/// How many things may be said to a payment before it listens.
pub(crate) const INBOX_MAX: usize = 16;

/// What is known of the customer: in memory alone, and a restart forgets it.
#[derive(Debug, Default)]
pub(crate) struct Customer {
    /// Whom the payment is for.
    pub(crate) payer: Option<Payer>,
    /// What is kept of that when it has been paid, because the customer agreed.
    pub(crate) consent: Option<Consent>,
}

/// One payment being followed.
pub(crate) struct Follow {
    till: Arc<Inner>,
    payment: Payment,
    /// How many entries of its story are on disk.
    seen: u32,
    /// Whom it is for, while a creation may need to say so.
    payer: Option<Payer>,
    /// What the customer allows to be kept, until the payment has ended.
    consent: Option<Consent>,
    asking: Option<Pin<Box<dyn Future<Output = Answer> + Send>>>,
    wake: Option<Moment>,
    /// Who sees to its receipt and its link.
    errands: Errands,
    /// What it wants to have recorded will never be on disk: it is not followed any further.
    lost: bool,
}

/// What a payment waits for.
enum Next {
    Answered(Answer),
    Said(Said),
    Woken,
}

impl Follow {
    pub(crate) fn new(till: Arc<Inner>, payment: Payment, seen: u32, customer: Customer) -> Follow {
        let Customer { payer, consent } = customer;
        let payer = payer.filter(|_| payment.needs_payer());
        let errands = Errands::default();
        Follow { till, payment, seen, payer, consent, asking: None, wake: None, errands, lost: false }
    }

    /// Follows the payment until nothing will be asked about it any more, or nothing may be.
    pub(crate) async fn run(mut self, first: Vec<Effect>, mut inbox: mpsc::Receiver<Said>) {
        self.perform(first).await;
        while !self.payment.is_at_rest() && !self.lost {
            match self.next(&mut inbox).await {
                Next::Answered(answer) => self.answered(answer).await,
                Next::Said(said) => self.hear(said).await,
                Next::Woken => {
                    let _ = self.say(Event::Woken).await;
                }
            }
        }
    }

    /// Nobody is answered whose wish is not on disk. Whoever asked may have gone by then; the wish stands.
    async fn hear(&mut self, said: Said) {
        match said {
            Said::Cancel(reply) => {
                let outcome = self.say(Event::CancelAsked).await;
                if !self.lost {
                    let _ = reply.send(outcome);
                }
            }
            Said::Modify(wish, reply) => {
                let before = self.payment.modifications().len();
                let outcome = self.say(wish).await;
                if !self.lost {
                    let _ = reply.send(outcome.map(|()| self.payment.modifications().len() == before));
                }
            }
            Said::Errand(ended) => {
                let _ = self.say(ended).await;
            }
            Said::Hint => {
                let _ = self.say(Event::Hinted).await;
            }
            Said::CheckedIn(token, reply) => {
                let outcome = self.check_in(token).await;
                if !self.lost {
                    let _ = reply.send(outcome);
                }
            }
        }
    }

    /// Whoever is awaited is kept in mind before anything is asked; nobody takes the place of another.
    async fn check_in(&mut self, token: Private) -> Result<(), Refusal> {
        if self.payment.awaits_scan() {
            self.payer = Some(Payer::CheckedIn(token));
        }
        self.say(Event::CheckedIn).await
    }

    async fn next(&mut self, inbox: &mut mpsc::Receiver<Said>) -> Next {
        let wake = self.wake.unwrap_or(Moment(i64::MAX));
        let waiting = wait_until(&self.till.clock, wake);
        let answer = async {
            match self.asking.as_mut() {
                Some(asking) => asking.await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            biased;
            answer = answer => Next::Answered(answer),
            Some(said) = inbox.recv() => Next::Said(said),
            () = waiting => Next::Woken,
        }
    }

    async fn answered(&mut self, answer: Answer) {
        self.asking = None;
        if let Some((server, heard)) = self.rail().server_time() {
            self.till.clock.heard(server, heard);
        }
        let lost = matches!(&answer.event, Event::Troubled(trouble) if is_silence(trouble));
        self.till.note_contact(!lost);
        if let Some(picture) = &answer.picture {
            self.keep(picture).await;
        }
        if let Err(refusal) = self.say(answer.event).await {
            tracing::error!(payment.reference = %self.payment.order().reference, %refusal, "an answer was refused");
        }
        self.pace();
    }

    async fn say(&mut self, event: Event) -> Result<(), Refusal> {
        let now = self.till.clock.now();
        let effects = self.payment.on(event, now)?;
        if !self.payment.needs_payer() {
            self.payer = None;
        }
        self.perform(effects).await;
        Ok(())
    }

    /// Everything to be recorded is on disk before anything is asked, shown or acknowledged (law 1).
    async fn perform(&mut self, effects: Vec<Effect>) {
        let now = self.till.clock.now();
        self.wake = None;
        let mut entries = Vec::new();
        let mut ask = None;
        for effect in effects {
            match effect {
                Effect::Record(fact) => entries.push(Entry { at: now, fact }),
                Effect::Ask(wanted) => ask = Some(wanted),
                Effect::WakeAt(at) => self.wake = Some(at),
            }
        }
        let seq = if entries.is_empty() { None } else { self.record(&entries).await };
        if seq.is_none() && !entries.is_empty() {
            self.lost = true;
            return;
        }
        self.till.publish(&self.payment, seq);
        keep_if_paid(self.till.consents.as_ref(), &self.payment, &mut self.consent, now).await;
        if let Some(ask) = ask {
            self.asking = Some(self.ask(ask));
        }
        let rail = self.rail_of_its_unit();
        self.errands.see_to(&self.till, &self.payment, &rail);
    }

    /// The rail of the payment, if the till is of the sales unit that takes it.
    fn rail_of_its_unit(&self) -> Arc<dyn Rail> {
        if self.payment.order().msn != self.till.settings.msn {
            return Arc::new(NoRail);
        }
        self.till.rails.for_payment_on(self.payment.order().rail)
    }

    /// Where somebody tells the till when something happens, a customer who has not acted is looked at less often. What is
    /// due sooner than the usual next look, because of a hint for example, is done when it is due.
    fn pace(&mut self) {
        let now = self.till.clock.now();
        let waits = matches!(self.payment.stage(now), Stage::Waiting | Stage::Opened | Stage::CardDeclined);
        if waits && self.till.is_told.load(Ordering::Relaxed) {
            let usual = now.plus(POLL_USUAL);
            self.wake = self.wake.map(|at| if at < usual { at } else { at.max(now.plus(POLL_WHEN_TOLD)) });
        }
    }

    /// Money is moved through the sales unit that took it, or not at all (law 8): after the settings were changed,
    /// another payment may have this reference there.
    fn rail(&self) -> Arc<dyn Rail> {
        if self.payment.has_open_modification() {
            return self.rail_of_its_unit();
        }
        self.till.rails.for_payment_on(self.payment.order().rail)
    }

    fn ask(&self, ask: Ask) -> Pin<Box<dyn Future<Output = Answer> + Send>> {
        let (rail, order, payer) = (self.rail(), self.payment.order().clone(), self.payer.clone());
        Box::pin(async move {
            match &ask {
                Ask::Create { flow, .. } if flow.reaches_phone() && payer.is_none() => nobody(*flow),
                _ => rail.ask(&order, &ask, payer.as_ref()).await,
            }
        })
    }

    /// Does not come back before the entries are on disk. `None` when they never will be.
    async fn record(&mut self, entries: &[Entry]) -> Option<Seq> {
        let reference = &self.payment.order().reference;
        for entry in entries {
            tracing::info!(payment.reference = %reference, fact = name_of(&entry.fact), "recorded");
        }
        let page = Page { reference, seen: self.seen, entries, settled: self.payment.is_at_rest() };
        let seq = record(&self.till, &page).await?;
        self.seen = self.seen.saturating_add(u32::try_from(entries.len()).unwrap_or(u32::MAX));
        Some(seq)
    }

    async fn keep(&mut self, picture: &Picture) {
        let reference = &self.payment.order().reference;
        self.till.pictures.keep(picture);
        if let Err(error) = self.till.journal.keep_picture(reference, &picture.name, &picture.png).await {
            // It is on the screen all the same; only a restart would have to do without it.
            tracing::warn!(payment.reference = %reference, %error, "the picture of the code was not kept");
        }
    }
}

/// Whom the payment is for was forgotten with a restart, so it can't be created: nothing was sent.
fn nobody(flow: Flow) -> Answer {
    let code = match flow {
        Flow::Push => Code::NumberForgotten,
        Flow::CallbackQr => Code::CheckInRefused,
        Flow::PersonalQr | Flow::Qr => Code::PersonalQrRefused,
    };
    let cause = cause_of(code);
    Event::Troubled(Trouble { cause, knowledge: Knowledge::Refused, pause: None, support_id: None }).into()
}

/// Nobody answered, as far as anyone can tell.
fn is_silence(trouble: &Trouble) -> bool {
    let sent_nowhere = trouble.cause == cause_of(Code::NotSetUp);
    (trouble.knowledge == Knowledge::NotSent && !sent_nowhere)
        || matches!(trouble.cause.name(), "unreachable" | "unclear")
}

/// The name of a fact for the log: what was recorded, without what it says.
fn name_of(fact: &Fact) -> &'static str {
    match fact {
        Fact::Requested { .. } => "requested",
        Fact::CreateIntended { .. } => "create intended",
        Fact::NotCreated { .. } => "not created",
        Fact::FellBack { .. } => "fell back",
        Fact::Created { .. } => "created",
        Fact::Found => "found",
        Fact::CodeShown { .. } => "code shown",
        Fact::Opened => "opened",
        Fact::CardDeclined => "card declined",
        Fact::Approved { .. } => "approved",
        Fact::Moved { .. } => "money moved",
        Fact::CaptureIntended { .. } => "capture intended",
        Fact::CaptureRefused => "capture refused",
        Fact::EndingBegun { .. } => "ending begun",
        Fact::EndingDropped => "ending dropped",
        Fact::CancelIntended { .. } => "cancel intended",
        Fact::CancelAcknowledged => "cancel acknowledged",
        Fact::CancelRefused => "cancel refused",
        Fact::Ended { .. } => "ended",
        Fact::ApprovedLate { .. } => "approved late",
        Fact::ReleasedLate => "released late",
        Fact::PaidLate { .. } => "paid late",
        Fact::Settled => "settled",
        Fact::CaptureAsked { .. } => "capture asked",
        Fact::CaptureMade { .. } => "capture made",
        Fact::CaptureDenied { .. } => "capture denied",
        Fact::ReleaseAsked { .. } => "release asked",
        Fact::ReleaseMade { .. } => "release made",
        Fact::ReleaseDenied { .. } => "release denied",
        Fact::RefundAsked { .. } => "refund asked",
        Fact::RefundIntended { .. } => "refund intended",
        Fact::RefundMade { .. } => "refund made",
        Fact::RefundRefused { .. } => "refund refused",
        Fact::ReceiptEnded { .. } => "receipt ended",
        Fact::LinkEnded { .. } => "link ended",
    }
}

#[cfg(test)]
mod tests {
    use payment::Cause;

    use super::*;

    #[test]
    fn only_what_nobody_answered_is_silence() {
        let silent = |cause: Cause, knowledge| {
            is_silence(&Trouble { cause, knowledge, pause: None, support_id: None })
        };
        for knowledge in [Knowledge::NotSent, Knowledge::Unknown, Knowledge::Later] {
            assert!(silent(Cause::named("unreachable"), knowledge), "{knowledge:?}");
        }
        assert!(silent(Cause::named("unclear"), Knowledge::Unknown));
        // There was no token to send it with.
        assert!(silent(cause_of(Code::KeysRefused), Knowledge::NotSent));
        // It was not even tried.
        assert!(!silent(cause_of(Code::NotSetUp), Knowledge::NotSent));
        for knowledge in [Knowledge::Refused, Knowledge::Later, Knowledge::Unknown] {
            assert!(!silent(Cause::named("bad_request"), knowledge), "{knowledge:?}");
        }
    }
}
