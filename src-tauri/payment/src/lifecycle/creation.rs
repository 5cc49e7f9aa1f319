//! How a payment comes to exist, and what a creation means that was not answered well.

use crate::deadline::{BACK_OFF_MAX, CREATE_PATIENCE, CREATE_TRIES_MAX, LINK_TRIES_MAX, back_off};
use crate::{Ask, CancelledBy, Cause, End, Fact, Flow, Knowledge, Moment, Payment, Rail, Reading, Standing};
use crate::{Trouble, Why};

/// How much older than our first try a payment may claim to be and still be ours: clocks differ.
const CLOCKS_DIFFER_MS: i64 = 120_000;
/// The reference is taken.
const DUPLICATE: &str = "duplicate_order";
/// The sales unit may not send requests to phones.
pub(super) const PUSH_NOT_ALLOWED: &str = "push_not_allowed";
/// Why a request can't be sent to a phone although the customer may well scan a code.
const FALL_BACK: [&str; 4] = [PUSH_NOT_ALLOWED, "number_refused", "number_forgotten", "check_in_refused"];

impl Payment {
    /// The same key until it is spent: only a refusal spends it (contract 1.9).
    pub(super) fn create(&self) -> Ask {
        let next = || self.order.create_key(self.creates.saturating_add(1));
        Ask::Create { key: self.create_key.clone().unwrap_or_else(next), flow: self.flow }
    }

    /// It exists, but the link to its code was lost with the answer. ePayment gives the same answer again under
    /// the same key.
    pub(super) fn lacks_url(&self) -> bool {
        self.exists && self.flow == Flow::Qr && self.url.is_none() && self.order.rail == Rail::Epayment
    }

    /// When the creation may be repeated for its link: the limit is 5 a minute (contract 1.4).
    pub(super) fn create_from(&self, now: Moment) -> Moment {
        let pause = back_off(self.create_tries, BACK_OFF_MAX);
        self.last_create_at.map_or(now, |at| at.plus(pause))
    }

    pub(super) fn create_troubled(&mut self, trouble: Trouble) -> Vec<Fact> {
        if self.exists {
            return self.link_troubled(&trouble);
        }
        if trouble.cause.name() == DUPLICATE {
            // Before a second try, whoever has created it was somebody else, unless a request to a phone went astray.
            let may_be_ours = self.create_tries > 1 || self.strayed;
            return if may_be_ours { self.read_back() } else { self.refused(trouble.cause) };
        }
        match trouble.knowledge {
            Knowledge::Unknown => self.read_back(),
            Knowledge::Refused => self.refused(trouble.cause),
            Knowledge::NotSent | Knowledge::Later => self.not_created(trouble.cause, false),
        }
    }

    /// The repeated creation of a payment that exists moves no money, so it may be asked for again, for a while.
    fn link_troubled(&mut self, trouble: &Trouble) -> Vec<Fact> {
        if trouble.cause.name() == DUPLICATE && self.ending.is_none() {
            // Under this key nothing was ever created: what was found under our reference is somebody else's, however
            // wrong our clock was when we looked at its age.
            let end = End::Failed { cause: trouble.cause.clone() };
            return vec![Fact::Ended { end, proven: true }];
        }
        let enough = trouble.knowledge == Knowledge::Refused || self.create_tries >= LINK_TRIES_MAX;
        if enough && self.ending.is_none() {
            self.fail(Cause::named("answer_lost"))
        } else {
            self.read_back()
        }
    }

    /// It was refused outright. What can't be sent to a phone may still be scanned.
    fn refused(&mut self, cause: Cause) -> Vec<Fact> {
        // Nobody stands there to scan what was sold at a distance.
        let stands_there = matches!(self.flow, Flow::Push | Flow::CallbackQr) && !self.order.distance;
        let may_scan = stands_there && FALL_BACK.contains(&cause.name());
        if may_scan && self.ending.is_none() {
            self.desk.not_before = None;
            self.desk.trouble = None;
            self.desk.support_id = None;
            return vec![Fact::FellBack { cause }];
        }
        self.never_created(cause, false)
    }

    /// We do not know yet whether our creation arrived.
    pub(super) fn read_before_known(&mut self, reading: &Reading, now: Moment) -> Vec<Fact> {
        if reading.standing == Standing::Unknown {
            self.pause(now, back_off(self.create_tries, BACK_OFF_MAX));
            return self.not_created(Cause::named("unreachable"), self.flow.reaches_phone());
        }
        if !self.is_ours(reading) {
            // Somebody else used this reference. It is not ours to touch.
            return self.never_created(Cause::named(DUPLICATE), false);
        }
        let mut facts = vec![Fact::Found];
        facts.extend(self.moved(reading));
        if self.flow == Flow::Qr && (self.order.rail == Rail::Ecom || self.strayed) {
            // Its URL is lost, or it is the request to a phone that had gone astray and has none: take it back
            // (contract 1.9).
            let why = self.ending.clone().unwrap_or(Why::Fault { cause: Cause::named("answer_lost") });
            facts.extend(self.begin_ending(why));
            self.desk.must_read = false;
        } else {
            facts.extend(self.read_open(reading, now));
        }
        facts
    }

    /// What was found under our reference is what we have created: it carries our tag. Where tags are not given back
    /// (eCom) it is not too old, as ordered, and not further than it can have come without a code; that goes wrong
    /// while the till's clock is.
    pub(super) fn is_ours(&self, reading: &Reading) -> bool {
        if let Some(tagged) = reading.tagged.filter(|_| self.order.tagged) {
            return tagged;
        }
        let began = self.first_create_at.unwrap_or(self.requested_at).0;
        let older = reading.created_at.is_some_and(|at| at.0 < began.saturating_sub(CLOCKS_DIFFER_MS));
        let unseen = match self.order.rail {
            Rail::Ecom => reading.standing == Standing::Waiting,
            Rail::Epayment => {
                matches!(reading.standing, Standing::Waiting | Standing::Expired | Standing::Terminated)
            }
        };
        !older && !reading.differs && (unseen || self.flow.reaches_phone() || self.strayed)
    }

    /// It does not exist: try again, unless that is no longer wanted or has been tried enough.
    fn not_created(&mut self, cause: Cause, strayed: bool) -> Vec<Fact> {
        if self.ending.is_some() || self.create_tries >= CREATE_TRIES_MAX {
            self.never_created(cause, strayed)
        } else {
            vec![Fact::NotCreated { strayed }]
        }
    }

    /// A request to a phone that was not found may yet arrive: it is watched.
    fn never_created(&mut self, cause: Cause, strayed: bool) -> Vec<Fact> {
        // Whatever was not answered, nothing is unclear about a payment that nobody can pay.
        let cause = if cause.name() == "unclear" { Cause::named("unreachable") } else { cause };
        let end = match self.ending {
            Some(Why::Shop) => End::Cancelled { by: CancelledBy::Shop },
            _ => End::Failed { cause },
        };
        let proven = !strayed && !self.strayed;
        vec![Fact::NotCreated { strayed }, Fact::Ended { end, proven }]
    }

    /// A read failed. A payment of which nobody can have a code is not waited for long; one that may have reached a
    /// phone is, because it may be paid.
    pub(super) fn not_found_out(&mut self, now: Moment) -> Vec<Fact> {
        let tried_at = self.first_create_at.unwrap_or(self.requested_at);
        let enough = tried_at.until(now) >= CREATE_PATIENCE;
        if enough && !self.exists && !self.flow.reaches_phone() && !self.strayed {
            self.never_created(Cause::named("unreachable"), false)
        } else {
            Vec::new()
        }
    }
}
