//! A small Vipps MobilePay that knows the truth.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use payment::deadline::WINDOW;
use payment::{Ask, Cause, Event, Flow, Knowledge, Moment, Money, Rail, Reading, Standing, Trouble};

use crate::bench::{DUE, Kind};
use crate::steps::Step;

/// What becomes of requests to a phone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Push {
    Allowed,
    /// The sales unit may not.
    NotAllowed,
    /// This customer can't be reached.
    NumberRefused,
}

/// The truth.
pub(crate) struct Vipps {
    pub(crate) kind: Kind,
    pub(crate) standing: Standing,
    pub(crate) created_at: Moment,
    pub(crate) captured: u64,
    pub(crate) captures: BTreeSet<String>,
    /// What was let go of the reservation.
    pub(crate) released: u64,
    /// The keys that let something go. In eCom they are never sent.
    pub(crate) let_go_as: BTreeSet<String>,
    pub(crate) portal_let_go: bool,
    /// Somebody in the portal has captured something.
    pub(crate) portal_captured: bool,
    pub(crate) refunded: u64,
    /// What was given back under which key.
    pub(crate) refunds: BTreeMap<String, u64>,
    /// A customer has it on the phone without having scanned anything.
    pub(crate) on_phone: bool,
    /// The key that it was created under.
    created_as: Option<String>,
    /// The keys of ePayment that were refused: the refusal stays.
    refused: BTreeSet<String>,
    /// The cancels of ePayment by key, and what was asked.
    cancels: BTreeMap<String, bool>,
}

impl Vipps {
    pub(crate) fn new(kind: Kind, now: Moment) -> Vipps {
        Vipps {
            kind,
            standing: Standing::Unknown,
            created_at: now,
            captured: 0,
            captures: BTreeSet::new(),
            released: 0,
            let_go_as: BTreeSet::new(),
            portal_let_go: false,
            portal_captured: false,
            refunded: 0,
            refunds: BTreeMap::new(),
            on_phone: false,
            created_as: None,
            refused: BTreeSet::new(),
            cancels: BTreeMap::new(),
        }
    }

    fn reserved(&self) -> u64 {
        if self.kind.short { DUE - 100 } else { DUE }
    }

    fn is_epayment(&self) -> bool {
        self.kind.rail == Rail::Epayment
    }

    fn reading(&self, dated: bool) -> Reading {
        let reserved = matches!(self.standing, Standing::Approved | Standing::Captured | Standing::Voided);
        let known = self.standing != Standing::Unknown;
        Reading {
            standing: self.standing,
            money: Money {
                reserved: if reserved { self.reserved() } else { 0 },
                captured: self.captured,
                refunded: self.refunded,
            },
            released: self.released,
            created_at: (known && (dated || !self.is_epayment())).then_some(self.created_at),
            differs: false,
            tagged: self.is_epayment().then_some(self.created_as.is_some()),
        }
    }

    /// In ePayment time itself ends a payment that nobody has approved.
    fn tick(&mut self, now: Moment) {
        if self.is_epayment() && self.standing == Standing::Waiting && now >= self.created_at.plus(WINDOW) {
            self.standing = Standing::Expired;
        }
    }

    /// Refuses what is asked. In ePayment the refusal stays with the key.
    pub(crate) fn refuse(&mut self, ask: &Ask) {
        match ask {
            Ask::Create { key, .. } | Ask::Capture { key, .. } | Ask::Refund { key, .. } => {
                self.refused.insert(key.clone());
            }
            Ask::Cancel { key, unapproved_only, .. } => {
                self.refused.insert(key.clone());
                self.cancels.insert(key.clone(), *unapproved_only);
            }
            Ask::Release { key, .. } => {
                self.refused.insert(key.clone());
                self.cancels.insert(key.clone(), false);
            }
            Ask::Code { .. } | Ask::Read { .. } => {}
        }
    }

    /// Does what is asked, and answers it.
    pub(crate) fn process(&mut self, ask: &Ask, now: Moment) -> Event {
        self.tick(now);
        match ask {
            Ask::Create { key, flow } => self.create(key, *flow, now),
            Ask::Code { .. } if now >= self.created_at.plus(WINDOW) && self.is_epayment() => {
                troubled("unclear", Knowledge::Unknown)
            }
            Ask::Code { .. } if now >= self.created_at.plus(WINDOW) => Event::TimedOutAtVipps,
            Ask::Code { .. } => Event::CodeMade {
                content: "https://qr.example.com/x".into(),
                picture: "x".into(),
                lives: (!self.is_epayment()).then_some(Duration::from_mins(5)),
            },
            Ask::Read { dated } => Event::Read(self.reading(*dated)),
            Ask::Capture { key, amount } => self.capture(key, *amount),
            Ask::Cancel { key, unapproved_only, .. } if self.is_epayment() => {
                self.cancel_by_key(key, *unapproved_only)
            }
            Ask::Cancel { after_capture, .. } => self.cancel(*after_capture),
            Ask::Release { key, after_capture } => self.release(key, *after_capture),
            Ask::Refund { key, amount } => self.refund(key, *amount),
        }
    }

    fn create(&mut self, key: &str, flow: Flow, now: Moment) -> Event {
        let again = self.is_epayment() && self.created_as.as_deref() == Some(key);
        let refusal = match self.kind.push {
            _ if again => None,
            _ if self.is_epayment() && self.refused.contains(key) => Some("bad_request"),
            Push::NotAllowed if matches!(flow, Flow::Push | Flow::CallbackQr) => Some("push_not_allowed"),
            Push::NumberRefused if flow == Flow::Push => Some("number_refused"),
            Push::NumberRefused if flow == Flow::CallbackQr => Some("check_in_refused"),
            _ if self.standing != Standing::Unknown => Some("duplicate_order"),
            _ => None,
        };
        if let Some(name) = refusal {
            self.refused.insert(key.to_owned());
            return troubled(name, Knowledge::Refused);
        }
        if !again {
            self.standing = Standing::Waiting;
            self.created_at = now;
            self.created_as = Some(key.to_owned());
            self.on_phone = flow.reaches_phone();
        }
        Event::Created { url: (flow == Flow::Qr).then(|| "https://example.com/pay".into()) }
    }

    fn capture(&mut self, key: &str, amount: u64) -> Event {
        match self.standing {
            _ if self.is_epayment() && self.refused.contains(key) => {
                troubled("not_allowed", Knowledge::Refused)
            }
            Standing::Approved | Standing::Captured if self.captures.contains(key) => {
                Event::Captured { captured: self.captured }
            }
            Standing::Approved | Standing::Captured if amount <= self.left() => {
                self.captures.insert(key.to_owned());
                self.captured += amount;
                self.standing = Standing::Captured;
                Event::Captured { captured: self.captured }
            }
            _ => {
                self.refused.insert(key.to_owned());
                troubled("not_allowed", Knowledge::Refused)
            }
        }
    }

    /// Minor units that can still be captured.
    pub(crate) fn left(&self) -> u64 {
        match self.standing {
            Standing::Approved | Standing::Captured => self.reserved() - self.captured - self.released,
            _ => 0,
        }
    }

    /// What is left of the reservation is let go. eCom wants to be told that a part of it has been captured (contract
    /// 1.2), and has no keys.
    fn release(&mut self, key: &str, after_capture: bool) -> Event {
        if self.is_epayment() && self.cancels.contains_key(key) {
            let refused = self.refused.contains(key);
            return if refused {
                troubled("not_allowed", Knowledge::Refused)
            } else {
                Event::CancelAcknowledged
            };
        }
        let told = self.is_epayment() || after_capture == (self.captured > 0);
        if self.left() == 0 || !told {
            self.refuse(&Ask::Release { key: key.to_owned(), after_capture });
            return troubled("cancel_failed", Knowledge::Refused);
        }
        self.cancels.insert(key.to_owned(), false);
        self.let_go_as.insert(key.to_owned());
        self.let_go();
        Event::CancelAcknowledged
    }

    fn let_go(&mut self) {
        self.released += self.left();
        if self.captured == 0 {
            self.standing = Standing::Voided;
        }
    }

    /// Nothing is given back twice under one key; in ePayment a refusal stays with its key.
    fn refund(&mut self, key: &str, amount: u64) -> Event {
        let left = self.captured - self.refunded;
        if let Some(before) = self.refunds.get(key) {
            assert_eq!(*before, amount, "another refund under the same key");
            return Event::Refunded { refunded: self.refunded };
        }
        if self.is_epayment() && self.refunded > 0 && left == 0 {
            return troubled("already_processed", Knowledge::Unknown);
        }
        if amount > left || (self.is_epayment() && self.refused.contains(key)) {
            self.refused.insert(key.to_owned());
            return troubled("refund_above_captured", Knowledge::Refused);
        }
        self.refunds.insert(key.to_owned(), amount);
        self.refunded += amount;
        Event::Refunded { refunded: self.refunded }
    }

    /// What eCom is asked must say whether a part has been captured (contract 1.2).
    fn cancel(&mut self, after_capture: bool) -> Event {
        match self.standing {
            Standing::Waiting | Standing::Opened | Standing::Declined => {
                self.standing = Standing::Cancelled;
                Event::CancelAcknowledged
            }
            Standing::Approved | Standing::Captured
                if self.left() > 0 && after_capture == (self.captured > 0) =>
            {
                self.let_go();
                Event::CancelAcknowledged
            }
            Standing::Cancelled | Standing::Voided => Event::CancelAcknowledged,
            _ => troubled("already_captured", Knowledge::Refused),
        }
    }

    fn cancel_by_key(&mut self, key: &str, unapproved_only: bool) -> Event {
        if let Some(before) = self.cancels.get(key) {
            assert_eq!(*before, unapproved_only, "another cancel under the same key");
            let refused = self.refused.contains(key);
            return if refused {
                troubled("not_allowed", Knowledge::Refused)
            } else {
                Event::CancelAcknowledged
            };
        }
        self.cancels.insert(key.to_owned(), unapproved_only);
        match self.standing {
            Standing::Waiting => self.standing = Standing::Terminated,
            Standing::Approved | Standing::Captured if self.left() > 0 && !unapproved_only => self.let_go(),
            _ => {
                self.refused.insert(key.to_owned());
                return troubled("not_allowed", Knowledge::Refused);
            }
        }
        Event::CancelAcknowledged
    }

    pub(crate) fn person(&mut self, step: &Step, now: Moment) {
        self.tick(now);
        if let Step::RefundInThePortal(amount) = step {
            self.refunded += (*amount).min(self.captured - self.refunded);
        }
        let all = self.left();
        match step {
            Step::CancelInThePortal if all > 0 => {
                self.portal_let_go = true;
                return self.let_go();
            }
            Step::CaptureInThePortal(amount) if all > 0 => {
                self.portal_captured = true;
                self.captured += (*amount).min(all);
                self.standing = Standing::Captured;
                return;
            }
            _ => {}
        }
        let alive = now < self.created_at.plus(WINDOW);
        let payable = matches!(self.standing, Standing::Waiting | Standing::Opened | Standing::Declined);
        let by_shop = if self.is_epayment() { Standing::Terminated } else { Standing::Cancelled };
        self.standing = match step {
            // ePayment tells neither of these.
            Step::Scan | Step::Decline if self.is_epayment() => self.standing,
            Step::Scan if alive && self.standing == Standing::Waiting => Standing::Opened,
            Step::Approve if alive && payable => Standing::Approved,
            Step::Decline if alive && payable => Standing::Declined,
            Step::CancelInApp if payable => Standing::Cancelled,
            Step::CancelInThePortal if payable => by_shop,
            _ => self.standing,
        };
    }
}

fn troubled(name: &str, knowledge: Knowledge) -> Event {
    Event::Troubled(Trouble { cause: Cause::named(name), knowledge, pause: None, support_id: None })
}
