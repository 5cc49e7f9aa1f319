//! The life of one payment: what it is, what happens to it, what it wants next.

use std::time::Duration;

use crate::deadline::{DOUBT, WINDOW};
use crate::{Ask, AskKind, CancelledBy, Cause, Effect, End, Event, Fact, Moment, Money, Order, Refusal, Why};

mod answers;
mod apply;
mod readings;
mod wants;

/// One attempt to be paid one amount by one customer.
///
/// The first half of its fields is the fold of its facts. The second, [`Desk`], is only how the asking goes at
/// the moment; it starts afresh with the program.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a fact that holds or not, whatever the others say"
)]
pub struct Payment {
    order: Order,
    requested_at: Moment,
    changed_at: Moment,
    create_tries: u32,
    first_create_at: Option<Moment>,
    create_open: bool,
    exists: bool,
    url: Option<String>,
    created_at: Option<Moment>,
    code: Option<Code>,
    opened: bool,
    card_declined: bool,
    approved: bool,
    captures: u32,
    capture_refusals: u32,
    capture_open: Option<(String, u64)>,
    ending: Option<Why>,
    cancelled_at: Option<Moment>,
    cancel_acknowledged: bool,
    end: Option<Ended>,
    late: bool,
    paid_late: bool,
    settled: bool,
    money: Money,
    desk: Desk,
}

/// The code that a customer scans.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Code {
    /// What the picture says.
    pub content: String,
    /// Names the kept picture.
    pub picture: String,
    /// When it was made.
    pub since: Moment,
    /// When it stops working.
    pub until: Moment,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Ended {
    end: End,
    at: Moment,
}

/// How the asking goes at the moment. Nothing here is recorded, and nothing here may decide about money.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Desk {
    /// What is asked and not answered yet.
    out: Option<AskKind>,
    /// Nothing else may be asked before a fresh read.
    must_read: bool,
    /// Nothing may be asked before.
    not_before: Option<Moment>,
    /// Since when nothing has been answered well.
    unanswered_since: Option<Moment>,
    /// How many asks in a row were not answered well.
    failures: u32,
    /// How many captures were not answered well.
    capture_failures: u32,
    /// What the newest trouble was.
    trouble: Option<Cause>,
    /// Under what id Vipps MobilePay's support finds it.
    support_id: Option<String>,
}

/// Where a payment is, for whoever looks at it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Being created.
    Starting,
    /// Its code can be scanned.
    Waiting,
    /// A customer has it on a phone.
    Opened,
    /// A card was declined; the customer may try another.
    CardDeclined,
    /// Approved; the money is being captured.
    Approved,
    /// The truth is not known, or the payment is being ended: money may still move.
    Checking,
    /// It has ended.
    Ended(End),
}

/// Why a list of facts is not the story of a payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReplayError {
    /// The first fact is not that it was requested.
    #[error("the story of a payment does not begin with its request")]
    NoBeginning,
}

impl Payment {
    /// A new payment, and what it wants: to be written down, and then to be created.
    pub fn request(order: Order, now: Moment) -> (Payment, Vec<Effect>) {
        let first = Fact::Requested { order: order.clone() };
        let mut payment = Payment::blank(order, now);
        let mut effects = vec![Effect::Record(first)];
        effects.extend(payment.proceed(now));
        (payment, effects)
    }

    /// The payment that these facts tell of, as it is when the program starts: before anything else is asked, it
    /// is read afresh. Say [`Event::Woken`] to it to carry it on.
    pub fn replay(facts: impl IntoIterator<Item = (Moment, Fact)>) -> Result<Payment, ReplayError> {
        let mut facts = facts.into_iter();
        let Some((at, Fact::Requested { order })) = facts.next() else {
            return Err(ReplayError::NoBeginning);
        };
        let mut payment = Payment::blank(order, at);
        for (at, fact) in facts {
            payment.apply(&fact, at);
        }
        payment.desk = Desk { must_read: payment.exists || payment.create_open, ..Desk::default() };
        Ok(payment)
    }

    /// Takes in what happened and says what to do about it, in order. Never panics and never forgets money.
    ///
    /// # Errors
    /// A [`Refusal`] changes nothing: the event makes no sense now, and whoever sent it should be told.
    pub fn on(&mut self, event: Event, now: Moment) -> Result<Vec<Effect>, Refusal> {
        let facts = self.facts_of(event, now)?;
        let mut effects = self.take(facts, now);
        effects.extend(self.proceed(now));
        Ok(effects)
    }

    /// What it was asked for with.
    pub fn order(&self) -> &Order {
        &self.order
    }

    /// When it was asked for.
    pub fn requested_at(&self) -> Moment {
        self.requested_at
    }

    /// When its newest fact was learnt.
    pub fn changed_at(&self) -> Moment {
        self.changed_at
    }

    /// Where it is.
    pub fn stage(&self, now: Moment) -> Stage {
        if let Some(ended) = &self.end {
            return Stage::Ended(ended.end.clone());
        }
        let doubtful = self.doubt_at().is_some_and(|at| at <= now);
        if doubtful || self.ending.is_some() {
            Stage::Checking
        } else if self.approved {
            Stage::Approved
        } else if self.card_declined {
            Stage::CardDeclined
        } else if self.opened {
            Stage::Opened
        } else if self.code.is_some() {
            Stage::Waiting
        } else {
            Stage::Starting
        }
    }

    /// The code to scan, while there is one.
    pub fn code(&self) -> Option<&Code> {
        self.code.as_ref()
    }

    /// When the customer's time is over, once it has begun.
    pub fn window_end(&self) -> Option<Moment> {
        self.created_at.map(|at| at.plus(WINDOW))
    }

    /// When it began to exist at Vipps MobilePay, as far as we know.
    pub fn created_at(&self) -> Option<Moment> {
        self.created_at
    }

    /// When it ended.
    pub fn ended_at(&self) -> Option<Moment> {
        self.end.as_ref().map(|ended| ended.at)
    }

    /// How much money has moved.
    pub fn money(&self) -> Money {
        self.money
    }

    /// The newest trouble, while it lasts, or what it failed of.
    pub fn cause(&self) -> Option<&Cause> {
        match (&self.end, &self.ending) {
            (Some(Ended { end: End::Failed { cause }, .. }), _) | (None, Some(Why::Fault { cause })) => {
                Some(cause)
            }
            (Some(_), _) => None,
            (None, _) => self.desk.trouble.as_ref(),
        }
    }

    /// Under what id Vipps MobilePay's support finds the newest trouble.
    pub fn support_id(&self) -> Option<&str> {
        self.desk.support_id.as_deref()
    }

    /// Money came in after it had ended, and is (or was) on its way back or kept: the staff must know.
    pub fn came_late(&self) -> bool {
        self.late || self.paid_late
    }

    /// It has ended, and no money of it can move any more, so the sale may be charged again.
    pub fn may_pay_again(&self) -> bool {
        let kept = self.money.captured > self.money.refunded;
        match &self.end {
            None | Some(Ended { end: End::Paid { .. }, .. }) => false,
            Some(_) => !kept && !self.late,
        }
    }

    /// Nothing will be asked about it any more.
    pub fn is_settled(&self) -> bool {
        self.settled
    }

    /// Whether a cancel makes sense now.
    pub fn may_cancel(&self) -> bool {
        self.end.is_none() && !self.approved && self.ending.is_none()
    }

    fn blank(order: Order, at: Moment) -> Payment {
        Payment {
            order,
            requested_at: at,
            changed_at: at,
            create_tries: 0,
            first_create_at: None,
            create_open: false,
            exists: false,
            url: None,
            created_at: None,
            code: None,
            opened: false,
            card_declined: false,
            approved: false,
            captures: 0,
            capture_refusals: 0,
            capture_open: None,
            ending: None,
            cancelled_at: None,
            cancel_acknowledged: false,
            end: None,
            late: false,
            paid_late: false,
            settled: false,
            money: Money::default(),
            desk: Desk::default(),
        }
    }

    /// When the screen must say that we are checking, unless an answer comes first.
    fn doubt_at(&self) -> Option<Moment> {
        self.desk.unanswered_since.map(|at| at.plus(DOUBT))
    }

    /// How it ends when Vipps MobilePay says that it is over: as we wanted it, or by `otherwise`'s will.
    fn end_wanted(&self, otherwise: CancelledBy) -> End {
        match &self.ending {
            None => End::Cancelled { by: otherwise },
            Some(Why::Shop) => End::Cancelled { by: CancelledBy::Shop },
            Some(Why::TimedOut) => End::Expired,
            Some(Why::Declined) => End::Declined,
            Some(Why::Fault { cause }) => End::Failed { cause: cause.clone() },
        }
    }

    fn pause(&mut self, now: Moment, time: Duration) {
        self.desk.not_before = Some(now.plus(time));
    }

    /// What to do next, if nothing is out.
    fn proceed(&mut self, now: Moment) -> Vec<Effect> {
        if self.desk.out.is_some() {
            return self.doubt_at().filter(|at| *at > now).map(Effect::WakeAt).into_iter().collect();
        }
        let Some((ask, at)) = self.wants(now) else { return Vec::new() };
        if at > now {
            let wake = self.doubt_at().filter(|doubt| *doubt > now).map_or(at, |doubt| doubt.min(at));
            return vec![Effect::WakeAt(wake)];
        }
        let mut effects = self.take(self.intent(&ask), now);
        self.desk.out = Some(ask.kind());
        self.desk.unanswered_since.get_or_insert(now);
        effects.push(Effect::Ask(ask));
        effects.extend(self.doubt_at().filter(|at| *at > now).map(Effect::WakeAt));
        effects
    }

    /// What must be on disk before `ask` is asked.
    fn intent(&self, ask: &Ask) -> Vec<Fact> {
        match ask {
            Ask::Create => vec![Fact::CreateIntended],
            Ask::Cancel => vec![Fact::CancelIntended],
            Ask::Capture { key, amount } if self.capture_open.is_none() => {
                vec![Fact::CaptureIntended { key: key.clone(), amount: *amount }]
            }
            Ask::Capture { .. } | Ask::Code { .. } | Ask::Read => Vec::new(),
        }
    }
}
