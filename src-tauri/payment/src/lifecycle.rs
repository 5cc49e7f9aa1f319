//! The life of one payment: what it is, what happens to it, what it wants next.

use std::time::Duration;

use crate::deadline::DOUBT;
use crate::{
    Ask, AskKind, CancelledBy, Cause, Effect, End, Event, Fact, Flow, LinkEnd, Modification, Moment, Money,
    Order, ReceiptEnd, Refusal, Why,
};

mod answers;
mod apply;
mod captured;
mod check_in;
mod clock;
mod creation;
mod hints;
mod look;
mod modifications;
mod modifying;
mod readings;
mod wants;

/// One attempt to be paid one amount by one customer.
///
/// The first half of its fields is the fold of its facts. The second, its desk, is only how the asking goes at
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
    /// How the customer is reached now: as ordered, or by a code after that was refused.
    flow: Flow,
    fell_back: Option<Cause>,
    push_refused_at: Option<Moment>,
    creates: u32,
    create_key: Option<String>,
    create_tries: u32,
    first_create_at: Option<Moment>,
    last_create_at: Option<Moment>,
    create_open: bool,
    /// A creation that reaches a phone was not found again: it may yet arrive.
    strayed: bool,
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
    cancels: u32,
    cancel_open: Option<(String, bool)>,
    cancel_refusals: u32,
    cancelled_at: Option<Moment>,
    cancel_acknowledged: bool,
    end: Option<Ended>,
    late: bool,
    paid_late: bool,
    settled: bool,
    money: Money,
    modifications: Vec<Modification>,
    /// What was reserved for later and not collected has been let go.
    rest_released: bool,
    receipt_end: Option<ReceiptEnd>,
    link_end: Option<LinkEnd>,
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
    /// A cancel was answered, and not with "later".
    cancel_answered: bool,
    /// What the newest trouble was.
    trouble: Option<Cause>,
    /// Under what id Vipps MobilePay's support finds it.
    support_id: Option<String>,
    /// How the oldest open modification goes.
    modifying: Modifying,
    /// When it was last read.
    read_at: Option<Moment>,
    /// There is said to be news since the ask that is out.
    hinted: bool,
    /// How the code on the counter goes.
    scan: Scan,
    /// What time it was when something happened last.
    noticed_at: Option<Moment>,
}

/// How the code on the counter goes, until the payment is created.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Scan {
    /// Somebody has scanned it. From the creation on, the recorded half knows it.
    checked_in: bool,
    /// How many steps somebody has been waited for who does.
    steps: u32,
    /// When the step is over.
    until: Option<Moment>,
}

/// How the oldest open modification goes at the moment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Modifying {
    /// It may have been made: an answer was lost, or the program has started again.
    doubtful: bool,
    /// It was refused, and a read is to tell whether it has been made all the same.
    refused: Option<Cause>,
    /// How many tries were not answered well.
    failures: u32,
    /// How many reads in a row knew less than we do.
    behind: u32,
    /// What the newest trouble was, and under what id Vipps MobilePay's support finds it.
    trouble: Option<(Cause, Option<String>)>,
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

    /// A new payment that was to be sent to a phone, where it is known beforehand that this will be refused: the
    /// customer scans a code instead, and `cause` says why.
    pub fn request_without_push(order: Order, cause: Cause, now: Moment) -> (Payment, Vec<Effect>) {
        let first = Fact::Requested { order: order.clone() };
        let mut payment = Payment::blank(order, now);
        let mut effects = vec![Effect::Record(first)];
        effects.extend(payment.take(vec![Fact::FellBack { cause }], now));
        effects.extend(payment.proceed(now));
        (payment, effects)
    }

    /// A new payment for somebody who has scanned the code on the counter already.
    pub fn request_checked_in(order: Order, now: Moment) -> (Payment, Vec<Effect>) {
        let first = Fact::Requested { order: order.clone() };
        let mut payment = Payment::blank(order, now);
        payment.desk.scan.checked_in = true;
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
            payment.notice_the_time(at);
            payment.apply(&fact, at);
        }
        let modifying = Modifying { doubtful: payment.is_modification_intended(), ..Modifying::default() };
        let must_read = payment.exists || payment.create_open || payment.has_open_modification();
        let noticed_at = payment.desk.noticed_at;
        payment.desk = Desk { must_read, modifying, noticed_at, ..Desk::default() };
        Ok(payment)
    }

    /// Takes in what happened and says what to do about it, in order. Never panics and never forgets money.
    ///
    /// # Errors
    /// A [`Refusal`] changes nothing: the event makes no sense now, and whoever sent it should be told.
    pub fn on(&mut self, event: Event, now: Moment) -> Result<Vec<Effect>, Refusal> {
        self.notice_the_time(now);
        let facts = self.facts_of(event, now)?;
        let mut effects = self.take(facts, now);
        self.heed_hint(now);
        effects.extend(self.proceed(now));
        Ok(effects)
    }

    fn blank(order: Order, at: Moment) -> Payment {
        Payment {
            flow: order.flow,
            order,
            requested_at: at,
            changed_at: at,
            fell_back: None,
            push_refused_at: None,
            creates: 0,
            create_key: None,
            create_tries: 0,
            first_create_at: None,
            last_create_at: None,
            create_open: false,
            strayed: false,
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
            cancels: 0,
            cancel_open: None,
            cancel_refusals: 0,
            cancelled_at: None,
            cancel_acknowledged: false,
            end: None,
            late: false,
            paid_late: false,
            settled: false,
            money: Money::default(),
            modifications: Vec::new(),
            rest_released: false,
            receipt_end: None,
            link_end: None,
            desk: Desk { noticed_at: Some(at), ..Desk::default() },
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
        if let Some(until) = self.scan_wait(now) {
            return vec![Effect::WakeAt(until)];
        }
        let Some((ask, at)) = self.wants(now) else { return Vec::new() };
        if at > now {
            let wake = self.doubt_at().filter(|doubt| *doubt > now).map_or(at, |doubt| doubt.min(at));
            return vec![Effect::WakeAt(wake)];
        }
        let mut effects = self.take(self.intent(&ask), now);
        self.desk.out = Some(ask.kind());
        if ask.kind() == AskKind::Read {
            self.desk.read_at = Some(now);
        }
        self.desk.unanswered_since.get_or_insert(now);
        effects.push(Effect::Ask(ask));
        effects.extend(self.doubt_at().filter(|at| *at > now).map(Effect::WakeAt));
        effects
    }

    /// What must be on disk before `ask` is asked.
    fn intent(&self, ask: &Ask) -> Vec<Fact> {
        match ask {
            Ask::Create { key, .. } => vec![Fact::CreateIntended { key: key.clone() }],
            Ask::Cancel { key, unapproved_only, .. } => {
                vec![Fact::CancelIntended { key: key.clone(), unapproved_only: *unapproved_only }]
            }
            Ask::Capture { .. } if self.end.is_some() => self.modification_intent(ask),
            Ask::Capture { key, amount } if self.capture_open.is_none() => {
                vec![Fact::CaptureIntended { key: key.clone(), amount: *amount }]
            }
            Ask::Release { .. } | Ask::Refund { .. } => self.modification_intent(ask),
            Ask::Capture { .. } | Ask::Code { .. } | Ask::Read { .. } => Vec::new(),
        }
    }
}
