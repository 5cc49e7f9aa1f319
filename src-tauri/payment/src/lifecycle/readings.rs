//! What a fresh read means: contract 2.2, row by row, with what we had in mind ourselves.

use std::time::Duration;

use crate::deadline::{BACK_OFF_MAX, GRACE, POLL, back_off, next_watch};
use crate::{CancelledBy, Cause, End, Fact, Moment, Money, Payment, Reading, Standing, Why};

/// How much older than our first try a payment may claim to be and still be ours: clocks differ.
const CLOCKS_DIFFER_MS: i64 = 120_000;

impl Payment {
    /// The facts that a fresh read adds.
    pub(super) fn read(&mut self, reading: &Reading, now: Moment) -> Vec<Fact> {
        self.desk.must_read = false;
        if !self.exists && self.end.is_none() {
            return self.read_before_known(reading, now);
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

    fn moved(&self, reading: &Reading) -> Vec<Fact> {
        let Money { captured, refunded, .. } = reading.money;
        let news = (captured, refunded) != (self.money.captured, self.money.refunded);
        if news { vec![Fact::Moved { money: reading.money }] } else { Vec::new() }
    }

    fn pause_until_next_poll(&mut self, now: Moment) {
        // A cancel or a capture does not wait for the next poll.
        if self.ending.is_none() && !self.approved {
            self.pause(now, POLL);
        }
    }

    /// We do not know yet whether our create arrived.
    fn read_before_known(&mut self, reading: &Reading, now: Moment) -> Vec<Fact> {
        let began = self.first_create_at.unwrap_or(self.requested_at).0;
        let older = reading.created_at.is_some_and(|at| at.0 < began.saturating_sub(CLOCKS_DIFFER_MS));
        match reading.standing {
            Standing::Unknown => {
                let tries = self.create_tries;
                self.pause(now, back_off(tries, BACK_OFF_MAX));
                self.not_created(Cause::named("unreachable"))
            }
            // Its URL is lost, so nobody can pay it: take it back (contract 1.9).
            Standing::Waiting if !older => {
                let why = self.ending.clone().unwrap_or(Why::Fault { cause: Cause::named("answer_lost") });
                let mut facts = vec![Fact::Found];
                facts.extend(self.begin_ending(why));
                self.desk.must_read = false;
                facts
            }
            // Somebody else used this reference. It is not ours to touch.
            _ => {
                let cause = Cause::named("duplicate_order");
                vec![Fact::NotCreated, Fact::Ended { end: End::Failed { cause }, proven: true }]
            }
        }
    }

    fn read_open(&mut self, reading: &Reading, now: Moment) -> Vec<Fact> {
        match reading.standing {
            Standing::Waiting => self.read_unpaid(Vec::new(), now),
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
            Standing::Approved => self.read_approved(reading.money.reserved, now),
            Standing::Captured => self.read_captured(reading, now),
            Standing::Cancelled => proven(self.end_wanted(CancelledBy::Customer)),
            Standing::Voided => proven(self.end_wanted(CancelledBy::Shop)),
            Standing::Refused => proven(End::Failed { cause: Cause::named("vipps_fault") }),
        }
    }

    /// Nothing is reserved. A cancel that was acknowledged, or a window long over, makes that final.
    fn read_unpaid(&mut self, mut news: Vec<Fact>, now: Moment) -> Vec<Fact> {
        let over = |after| self.window_end().is_some_and(|end| end.plus(after) <= now);
        let acknowledged = self.ending.is_some() && self.cancel_acknowledged;
        if acknowledged || (self.ending.is_some() && over(GRACE)) {
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

    /// The customer has approved. What we wanted to end in the meantime goes on, unless it is wrong in itself.
    fn read_approved(&mut self, reserved: u64, now: Moment) -> Vec<Fact> {
        let mut facts = Vec::new();
        if !self.approved {
            self.desk.not_before = None;
            facts.push(Fact::Approved { reserved });
            if self.ending.is_some() {
                facts.push(Fact::EndingDropped);
            }
            if reserved != self.order.amount.minor() {
                facts.extend(self.fail(Cause::named("mismatch")));
                self.desk.must_read = false;
            }
        } else if self.ending.is_none() && self.is_capture_hopeless() {
            facts.extend(self.fail(Cause::named("capture_failed")));
            self.desk.must_read = false;
        } else if self.ending.is_none() && self.failed_captures() > 0 {
            self.pause(now, back_off(self.failed_captures().saturating_add(1), BACK_OFF_MAX));
        }
        facts
    }

    fn read_captured(&mut self, reading: &Reading, now: Moment) -> Vec<Fact> {
        let due = self.order.amount.minor();
        let captured = reading.money.captured;
        if reading.money.refunded >= captured {
            proven(End::Cancelled { by: CancelledBy::Shop })
        } else if captured == due {
            proven(End::Paid { captured })
        } else if captured > due {
            proven(End::Failed { cause: Cause::named("mismatch") })
        } else {
            // A part was captured by another hand: collect the rest, under a key of its own.
            self.read_approved(due, now)
        }
    }

    /// It has ended for us; what if it has not ended at Vipps MobilePay?
    fn read_after_end(&mut self, reading: &Reading, now: Moment) -> Vec<Fact> {
        let ended_at = self.ended_at().unwrap_or(now);
        self.desk.not_before = next_watch(ended_at, now);
        let watched = self.desk.not_before.is_none();
        match reading.standing {
            Standing::Approved if self.late => {
                self.desk.not_before = None;
                Vec::new()
            }
            Standing::Approved => {
                self.desk.not_before = None;
                vec![Fact::ApprovedLate { reserved: reading.money.reserved }]
            }
            Standing::Captured if reading.money.captured > reading.money.refunded => {
                vec![Fact::PaidLate { captured: reading.money.captured }, Fact::Settled]
            }
            Standing::Voided if self.late => vec![Fact::ReleasedLate, Fact::Settled],
            Standing::Captured | Standing::Voided | Standing::Cancelled | Standing::Refused => {
                vec![Fact::Settled]
            }
            _ if watched => vec![Fact::Settled],
            _ => Vec::new(),
        }
    }
}

/// Vipps MobilePay itself says that it is over.
fn proven(end: End) -> Vec<Fact> {
    vec![Fact::Ended { end, proven: true }]
}
