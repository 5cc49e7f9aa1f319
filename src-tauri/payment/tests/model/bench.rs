//! A payment, its journal and the truth beside it: the laws are held after every step.

use std::time::Duration;

use payment::deadline::WINDOW;
use payment::{
    Amount, Ask, Cause, Currency, Effect, End, Event, Fact, Flow, Knowledge, ModificationKind,
    ModificationRequest, ModificationState, Moment, Order, Payment, Rail, Reference, Refusal, Stage,
    Standing, Trouble,
};

use crate::steps::{Fate, Step};
use crate::vipps::{Push, Vipps};

pub(crate) const DUE: u64 = 24_900;

/// What kind of payment it is, and what Vipps MobilePay makes of it.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is drawn by itself")]
pub(crate) struct Kind {
    pub(crate) rail: Rail,
    pub(crate) flow: Flow,
    pub(crate) push: Push,
    /// It is known beforehand that requests to phones are refused.
    pub(crate) warned: bool,
    /// Its money is collected when the shop asks for that.
    pub(crate) later: bool,
    /// What is reserved is less than what was asked for.
    pub(crate) short: bool,
    /// The customer is not in the shop.
    pub(crate) distance: bool,
}

impl Kind {
    pub(crate) fn on(rail: Rail, flow: Flow) -> Kind {
        Kind { rail, flow, push: Push::Allowed, warned: false, later: false, short: false, distance: false }
    }
}

fn order(kind: Kind) -> Order {
    Order {
        reference: Reference::parse("sale-42-1").expect("it is one"),
        amount: Amount::new(24_900, Currency::Nok).expect("it is one"),
        msn: "123456".into(),
        rail: kind.rail,
        flow: kind.flow,
        description: "Kaffe".into(),
        key_seed: "5eed".into(),
        tagged: true,
        capture_later: kind.later,
        distance: kind.distance,
        lines: Vec::new(),
        link: None,
    }
}

fn request(key: Option<u8>, amount: Option<u64>, kind: &str) -> Option<ModificationRequest> {
    key.map(|key| ModificationRequest { key: key.to_string(), digest: format!("{kind} {amount:?}") })
}

pub(crate) struct Bench {
    pub(crate) payment: Payment,
    pub(crate) journal: Vec<(Moment, Fact)>,
    pub(crate) out: Option<Ask>,
    pub(crate) wake: Option<Moment>,
    pub(crate) vipps: Vipps,
    pub(crate) now: Moment,
    /// The number or code of the customer is in memory.
    payer_known: bool,
}

impl Bench {
    pub(crate) fn new(kind: Kind) -> Bench {
        let now = Moment(1_800_000_000_000);
        let (payment, effects) = if kind.warned && kind.flow == Flow::Push {
            Payment::request_without_push(order(kind), Cause::named("push_not_allowed"), now)
        } else {
            Payment::request(order(kind), now)
        };
        let vipps = Vipps::new(kind, now);
        let mut bench =
            Bench { payment, journal: Vec::new(), out: None, wake: None, vipps, now, payer_known: true };
        bench.perform(effects);
        bench
    }

    pub(crate) fn perform(&mut self, effects: Vec<Effect>) {
        self.wake = None;
        for effect in effects {
            match effect {
                Effect::Record(fact) => self.journal.push((self.now, fact)),
                Effect::Ask(ask) => {
                    assert!(self.out.is_none(), "two asks at a time");
                    self.check_intent(&ask);
                    self.out = Some(ask);
                }
                Effect::WakeAt(at) => self.wake = Some(at),
            }
        }
    }

    /// Law 1: what can move money is on disk, with its key, before it is asked.
    pub(crate) fn check_intent(&self, ask: &Ask) {
        let written = |wanted: &Fact| self.journal.iter().any(|(_, fact)| fact == wanted);
        match ask {
            Ask::Create { key, .. } => assert!(written(&Fact::CreateIntended { key: key.clone() })),
            Ask::Cancel { key, unapproved_only, .. } => {
                let (key, unapproved_only) = (key.clone(), *unapproved_only);
                assert!(written(&Fact::CancelIntended { key, unapproved_only }));
            }
            Ask::Capture { key, amount } => {
                assert!(written(&Fact::CaptureIntended { key: key.clone(), amount: *amount }));
            }
            Ask::Release { key, .. } => {
                assert!(written(&Fact::CancelIntended { key: key.clone(), unapproved_only: false }));
            }
            Ask::Refund { key, .. } => {
                let intended = |fact: &Fact| matches!(fact, Fact::RefundIntended { key: k, .. } if k == key);
                assert!(self.journal.iter().any(|(_, fact)| intended(fact)), "{key} was not written down");
            }
            Ask::Code { .. } | Ask::Read { .. } => {}
        }
    }

    pub(crate) fn say(&mut self, event: Event) {
        match self.payment.on(event, self.now) {
            Ok(effects) => self.perform(effects),
            Err(refusal) => assert_ne!(refusal, Refusal::NotAsked, "an answer was not expected"),
        }
    }

    /// Answers what is out with `event`.
    pub(crate) fn answer(&mut self, event: Event) {
        assert!(self.out.take().is_some(), "nothing was asked");
        self.say(event);
    }

    /// Says what makes sense: it is not refused.
    pub(crate) fn ask(&mut self, event: Event) {
        let effects = self.payment.on(event, self.now).expect("it is not refused");
        self.perform(effects);
    }

    pub(crate) fn call(&mut self, fate: Fate) {
        let Some(ask) = self.out.take() else { return };
        let trouble = |name: &str, knowledge| {
            Event::Troubled(Trouble { cause: Cause::named(name), knowledge, pause: None, support_id: None })
        };
        let nobody = matches!(ask, Ask::Create { flow, .. } if flow.reaches_phone() && !self.payer_known);
        let event = match fate {
            // The till does not know any more whom to send it to, and sends nothing.
            _ if nobody && self.payment.flow() == Flow::CallbackQr => {
                trouble("check_in_refused", Knowledge::Refused)
            }
            _ if nobody => trouble("number_forgotten", Knowledge::Refused),
            Fate::Answered => self.vipps.process(&ask, self.now),
            Fate::NeverSent => trouble("unreachable", Knowledge::NotSent),
            Fate::RequestLost => trouble("unclear", Knowledge::Unknown),
            Fate::AnswerLost => {
                self.vipps.process(&ask, self.now);
                trouble("unclear", Knowledge::Unknown)
            }
            Fate::Refused => {
                self.vipps.refuse(&ask);
                trouble("keys_refused", Knowledge::Refused)
            }
            Fate::ComeLater => trouble("too_many_requests", Knowledge::Later),
        };
        self.say(event);
    }

    pub(crate) fn pass(&mut self, time: Duration) {
        self.now = self.now.plus(time);
        if self.wake.is_some_and(|at| at <= self.now) {
            self.say(Event::Woken);
        }
    }

    pub(crate) fn step(&mut self, step: &Step) {
        match step {
            Step::Call(fate) => self.call(*fate),
            Step::CancelAtTheTill => self.say(Event::CancelAsked),
            Step::RefundAtTheTill(amount, key) => self.ask_for_refund(*amount, *key),
            Step::CaptureAtTheTill(amount, key) => {
                let request = request(*key, *amount, "capture");
                self.say(Event::CaptureAsked { amount: *amount, request });
            }
            Step::Hint => self.say(Event::Hinted),
            Step::CheckIn => self.check_in(),
            Step::Pass(ms) => self.pass(Duration::from_millis(*ms)),
            Step::Crash => self.crash(),
            // Nobody can act on what nobody has seen.
            person if self.is_seen() => self.vipps.person(person, self.now),
            _ => {}
        }
        self.check();
    }

    /// Somebody scans the code on the counter. Whoever is not awaited is not kept in mind.
    pub(crate) fn check_in(&mut self) {
        self.payer_known |= self.payment.awaits_scan();
        self.say(Event::CheckedIn);
    }

    /// The same key is always the same request: what is asked under it depends on it alone.
    pub(crate) fn ask_for_refund(&mut self, amount: Option<u64>, key: Option<u8>) {
        let request = request(key, amount, "refund");
        self.say(Event::RefundAsked { amount, reason: None, request });
    }

    pub(crate) fn has_shown_a_code(&self) -> bool {
        self.journal.iter().any(|(_, fact)| matches!(fact, Fact::CodeShown { .. }))
    }

    fn is_seen(&self) -> bool {
        self.has_shown_a_code() || self.vipps.on_phone
    }

    /// What was out when the power went may still arrive.
    pub(crate) fn crash(&mut self) {
        if let Some(ask) = self.out.take().filter(|_| self.now.0 % 2 == 0) {
            self.vipps.process(&ask, self.now);
        }
        self.payer_known = false;
        self.payment = Payment::replay(self.journal.clone()).expect("the journal begins with the request");
        self.say(Event::Woken);
    }

    pub(crate) fn check(&self) {
        let money_may_move = self.vipps.left() > 0
            || (matches!(self.vipps.standing, Standing::Waiting | Standing::Opened | Standing::Declined)
                && self.now < self.vipps.created_at.plus(WINDOW)
                && self.is_seen());
        if let Stage::Ended(End::Paid { captured }) = self.payment.stage(self.now) {
            let due = if self.vipps.kind.later { captured } else { DUE };
            assert_eq!((captured, self.vipps.captured), (due, due), "shown as paid");
        }
        if self.payment.may_pay_again() {
            assert!(!money_may_move, "said that it may be paid again, in {:?}", self.vipps.standing);
            assert_eq!(self.vipps.captured, self.vipps.refunded, "said that it may be paid again");
        }
        self.check_captures();
        assert!(
            self.vipps.kind.later || self.vipps.captures.len() <= 1,
            "captured twice: {:?}",
            self.vipps.captures
        );
        self.check_refunds();
        self.check_replay();
    }

    /// Nothing is collected that nobody asked for, or that is not there.
    fn check_captures(&self) {
        assert!(self.payment.money().captured <= self.vipps.captured, "said to be collected");
        if !self.vipps.kind.later {
            return;
        }
        let of = |wanted| self.payment.modifications().iter().filter(move |made| made.kind == wanted);
        for key in &self.vipps.captures {
            let asked = of(ModificationKind::Capture).any(|asked| *key == format!("5eed-c{}", asked.number));
            assert!(asked, "{key} was collected, and nobody asked for it");
        }
        let releases = || of(ModificationKind::Release);
        if releases().any(|release| release.state == ModificationState::Made) {
            assert_eq!(self.vipps.left(), 0, "said to be let go");
        }
        let letting_go = releases().count() > 0;
        assert!(letting_go || self.vipps.released == 0 || self.vipps.portal_let_go, "let go unasked");
    }

    /// Law 8: never above what was captured, never twice for one request.
    fn check_refunds(&self) {
        assert!(self.vipps.refunded <= self.vipps.captured, "more was given back than taken");
        let refunds = || self.payment.refunds();
        assert!(self.vipps.refunds.len() <= refunds().count(), "a refund was made twice");
        let mut names: Vec<&ModificationRequest> =
            refunds().filter_map(|refund| refund.request.as_ref()).collect();
        let all = names.len();
        names.sort_by_key(|name| &name.key);
        names.dedup_by_key(|name| &name.key);
        assert_eq!(names.len(), all, "one request made two refunds");
        for refund in refunds().filter(|refund| refund.state == ModificationState::Made) {
            let by_us = self.vipps.refunds.contains_key(&format!("5eed-r{}", refund.number));
            let by_another = self.vipps.refunded > self.vipps.refunds.values().sum();
            assert!(by_us || by_another, "said to be made: {refund:?}");
        }
    }

    /// The journal alone tells the same story.
    pub(crate) fn check_replay(&self) {
        let replayed = Payment::replay(self.journal.clone()).expect("the journal begins with the request");
        assert_eq!(replayed.end(), self.payment.end());
        assert_eq!(replayed.money(), self.payment.money());
        assert_eq!(replayed.may_pay_again(), self.payment.may_pay_again());
        assert_eq!(replayed.is_settled(), self.payment.is_settled());
        assert_eq!(replayed.code(), self.payment.code());
        assert_eq!(replayed.modifications(), self.payment.modifications());
        assert_eq!(replayed.capturable(), self.payment.capturable());
        assert_eq!(replayed.flow(), self.payment.flow());
        assert_eq!(replayed.fell_back(), self.payment.fell_back());
    }

    /// The network is well again and the customer has left: everything comes to rest within a day and a bit.
    pub(crate) fn heal(&mut self) {
        for _ in 0..2_000 {
            if self.payment.is_settled() {
                return;
            }
            if self.out.is_some() {
                self.call(Fate::Answered);
            } else {
                let wake = self.wake.expect("an unsettled payment waits for something");
                self.pass(self.now.until(wake).max(Duration::from_millis(1)));
            }
            self.check();
        }
        panic!("it does not come to rest: {:?}", self.payment);
    }

    /// What was reserved for later stays so until it is collected or let go, and nothing that was asked for is left open.
    pub(crate) fn check_rest_of_later(&self) {
        for made in self.payment.modifications() {
            assert_ne!(made.state, ModificationState::Asked, "it never came to rest");
            let ours = match made.kind {
                ModificationKind::Capture => self.vipps.captures.contains(&format!("5eed-c{}", made.number)),
                ModificationKind::Release => self.vipps.let_go_as.contains(&format!("5eed-v{}", made.number)),
                ModificationKind::Refund => {
                    self.vipps.refunds.contains_key(&format!("5eed-r{}", made.number))
                }
            };
            assert!(!ours || made.state == ModificationState::Made, "said to be refused: {made:?}");
        }
        if !matches!(self.payment.end(), Some(End::Reserved { .. })) {
            assert_eq!(self.vipps.left(), 0, "a reservation is left behind: {:?}", self.payment.end());
        }
        assert!(self.vipps.left() == 0 || !self.payment.may_pay_again(), "said that it may be paid again");
    }

    pub(crate) fn check_rest(&self) {
        let vipps = self.vipps.standing;
        assert_eq!(self.vipps.left(), 0, "a reservation is left behind: {:?}", self.payment.end());
        let paid = matches!(self.payment.end(), Some(End::Paid { .. }));
        let kept = self.vipps.captured > self.vipps.refunded;
        let by_hand = self.vipps.portal_captured;
        assert!(paid || !kept || by_hand, "{:?} but at Vipps {vipps:?}", self.payment.end());
        assert!(!paid || vipps == Standing::Captured, "{:?} but at Vipps {vipps:?}", self.payment.end());
        // What is given back by hand after the end is not looked for.
        let known = self.payment.money();
        assert_eq!(self.payment.may_pay_again(), !paid && known.captured == known.refunded);
        for refund in self.payment.refunds() {
            let made = self.vipps.refunds.contains_key(&format!("5eed-r{}", refund.number));
            assert_ne!(refund.state, ModificationState::Asked, "it never came to rest");
            assert!(!made || refund.state == ModificationState::Made, "said to be refused: {refund:?}");
        }
    }
}
