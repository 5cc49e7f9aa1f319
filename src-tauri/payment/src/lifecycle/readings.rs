//! What a fresh read means: contract 2.2 and 2.3, row by row, with what we had in mind ourselves.

use std::time::Duration;

use super::captured::left_reserved;
use crate::deadline::{
    BACK_OFF_MAX, GRACE, GRACE_AT_THE_BANK, POLL, READ_BACK_OFF_MAX, RELEASE_REFUSALS_MAX, back_off,
    next_watch,
};
use crate::{CancelledBy, Cause, End, Fact, Moment, Money, Payment, Rail, Reading, Standing, Why};

impl Payment {
    /// The facts that a fresh read adds.
    pub(super) fn read(&mut self, reading: &Reading, now: Moment) -> Vec<Fact> {
        self.desk.must_read = false;
        if !self.exists && self.end.is_none() {
            return self.read_before_known(reading, now);
        }
        if self.modification_to_make().is_some() {
            return self.read_for_modification(reading, now);
        }
        let mut facts = self.moved(reading);
        facts.extend(if self.end.is_some() {
            self.read_after_end(reading, now)
        } else {
            self.pause_until_next_poll(now);
            self.read_open(reading, now)
        });
        facts
    }

    pub(super) fn moved(&self, reading: &Reading) -> Vec<Fact> {
        let Money { captured, refunded, .. } = reading.money;
        let news = (captured, refunded) != (self.money.captured, self.money.refunded);
        if news { vec![Fact::Moved { money: reading.money }] } else { Vec::new() }
    }

    fn pause_until_next_poll(&mut self, now: Moment) {
        // A cancel or a capture that may be made does not wait for the next poll.
        if self.ending.is_none() && !self.approved {
            self.pause(now, POLL);
        } else if self.is_to_be_cancelled() && self.cancel_from(now) > now {
            self.pause(now, READ_BACK_OFF_MAX.min(now.until(self.cancel_from(now))));
        }
    }

    pub(super) fn read_open(&mut self, reading: &Reading, now: Moment) -> Vec<Fact> {
        let unpaid = matches!(reading.standing, Standing::Waiting | Standing::Opened | Standing::Declined);
        if reading.differs && unpaid && self.ending.is_none() {
            let facts = self.fail(Cause::named("mismatch"));
            self.desk.must_read = false;
            return facts;
        }
        match reading.standing {
            Standing::Waiting => self.read_unpaid(Vec::new(), now),
            Standing::Expired if self.ending.is_none() => proven(End::Expired),
            Standing::Opened => {
                let news = if self.opened { Vec::new() } else { vec![Fact::Opened] };
                self.read_unpaid(news, now)
            }
            Standing::Declined => {
                let news = if self.card_declined { Vec::new() } else { vec![Fact::CardDeclined] };
                self.read_unpaid(news, now)
            }
            Standing::Unknown => {
                self.desk.trouble = Some(Cause::named("unknown_order"));
                self.desk.unanswered_since.get_or_insert(now);
                self.read_unpaid(Vec::new(), now)
            }
            Standing::Approved => self.read_approved(reading.money.reserved, reading.differs, now),
            Standing::Captured => self.read_captured(reading, now),
            Standing::Cancelled => proven(self.end_wanted(CancelledBy::Customer)),
            Standing::Expired | Standing::Terminated | Standing::Voided => {
                proven(self.end_wanted(CancelledBy::Shop))
            }
            Standing::Refused => proven(End::Failed { cause: Cause::named("vipps_fault") }),
        }
    }

    /// Nothing is reserved. A cancel that was acknowledged, or a window long over, makes that final.
    fn read_unpaid(&mut self, mut news: Vec<Fact>, now: Moment) -> Vec<Fact> {
        let over = |after| self.window_end().is_some_and(|end| end.plus(after) <= now);
        let acknowledged = self.ending.is_some() && self.cancel_acknowledged;
        if acknowledged || (self.ending.is_some() && over(self.grace())) {
            news.push(Fact::Ended { end: self.end_wanted(CancelledBy::Shop), proven: false });
        } else if self.ending.is_none() && over(Duration::ZERO) {
            let declined = self.card_declined || news.contains(&Fact::CardDeclined);
            let why = if declined { Why::Declined } else { Why::TimedOut };
            news.extend(self.begin_ending(why));
            // This very read was the fresh one.
            self.desk.must_read = false;
        }
        news
    }

    /// How long after its window the clock alone may end it. ePayment says by itself that a payment has expired; eCom
    /// does not (contract 2.2), but puts a cancel off while the customer is at the bank.
    fn grace(&self) -> Duration {
        if self.order.rail == Rail::Ecom && self.desk.cancel_answered { GRACE } else { GRACE_AT_THE_BANK }
    }

    /// The customer has approved. What we wanted to end in the meantime goes on, unless it is wrong in itself.
    pub(super) fn read_approved(&mut self, reserved: u64, differs: bool, now: Moment) -> Vec<Fact> {
        let mut facts = Vec::new();
        if !self.approved {
            self.desk.not_before = None;
            facts.push(Fact::Approved { reserved });
            if self.ending.is_some() {
                facts.push(Fact::EndingDropped);
            }
            if differs || reserved != self.order.amount.minor() {
                facts.extend(self.fail(Cause::named("mismatch")));
                self.desk.must_read = false;
            } else if self.order.capture_later {
                facts.extend(proven(End::Reserved { reserved }));
            }
        } else if self.ending.is_none() && self.is_capture_hopeless() {
            facts.extend(self.fail(Cause::named("capture_failed")));
            self.desk.must_read = false;
        } else if self.ending.is_some() && self.cancel_refusals >= RELEASE_REFUSALS_MAX {
            facts.extend(self.not_released(reserved));
        } else if self.ending.is_none() && self.failed_captures() > 0 {
            self.pause(now, back_off(self.failed_captures().saturating_add(1), BACK_OFF_MAX));
        }
        facts
    }

    /// The till is wanted for others. The reservation is watched, and its release tried on.
    pub(super) fn not_released(&self, reserved: u64) -> Vec<Fact> {
        let end = self.end_wanted(CancelledBy::Shop);
        vec![Fact::Ended { end, proven: false }, Fact::ApprovedLate { reserved }]
    }

    /// It has ended for us; what if it has not ended at Vipps MobilePay?
    fn read_after_end(&mut self, reading: &Reading, now: Moment) -> Vec<Fact> {
        if !self.exists && reading.standing != Standing::Unknown && !self.is_ours(reading) {
            return vec![Fact::Settled];
        }
        let ended_at = self.ended_at().unwrap_or(now);
        self.desk.not_before = next_watch(ended_at, now);
        let watched = self.desk.not_before.is_none();
        match reading.standing {
            Standing::Approved | Standing::Captured if is_reserved(reading) => {
                self.desk.not_before = None;
                let news = Fact::ApprovedLate { reserved: reading.money.reserved };
                if self.late { Vec::new() } else { vec![news] }
            }
            Standing::Captured if self.is_paid_by(reading) => {
                vec![Fact::PaidLate { captured: reading.money.captured }, Fact::Settled]
            }
            Standing::Captured
            | Standing::Voided
            | Standing::Cancelled
            | Standing::Terminated
            | Standing::Expired
            | Standing::Refused => {
                let mut facts = if self.late { vec![Fact::ReleasedLate] } else { Vec::new() };
                facts.push(Fact::Settled);
                facts
            }
            _ if watched => vec![Fact::Settled],
            _ => Vec::new(),
        }
    }
}

/// Something of it can still be captured.
fn is_reserved(reading: &Reading) -> bool {
    reading.standing == Standing::Approved || left_reserved(reading) > 0
}

/// Vipps MobilePay itself says that it is over.
pub(super) fn proven(end: End) -> Vec<Fact> {
    vec![Fact::Ended { end, proven: true }]
}
