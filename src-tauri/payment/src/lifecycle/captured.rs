//! What a read means that says that money has been captured: all that was due, or a part by another hand. What is left
//! reserved then is collected, or let go before the payment has ended (laws 4 to 7).

use crate::deadline::RELEASE_REFUSALS_MAX;
use crate::lifecycle::readings::proven;
use crate::{CancelledBy, Cause, End, Fact, Moment, Money, Payment, Reading, Why};

impl Payment {
    /// Money has been captured. Nothing that leaves a rest reserved is an end.
    pub(super) fn read_captured(&mut self, reading: &Reading, now: Moment) -> Vec<Fact> {
        let due = self.order.amount.minor();
        match self.end_captured(reading) {
            Some(end) if left_reserved(reading) == 0 => proven(end),
            // The shop decides what becomes of what is reserved for later.
            Some(_) if self.order.capture_later && !self.approved && !self.differs(reading) => {
                self.read_approved(due, false, now)
            }
            Some(_) => self.let_rest_go(reading),
            // A part was captured by another hand: collect the rest, under a key of its own.
            None => self.read_approved(due, false, now),
        }
    }

    /// How it ends when nothing is left reserved; `None` while the rest may be collected.
    fn end_captured(&self, reading: &Reading) -> Option<End> {
        let Money { captured, refunded, .. } = reading.money;
        let given_up = matches!(self.ending, Some(Why::Fault { .. }));
        let hopeless = self.approved && self.ending.is_none() && self.is_capture_hopeless();
        if captured > 0 && refunded >= captured {
            Some(End::Cancelled { by: CancelledBy::Shop })
        } else if self.is_paid_by(reading) {
            Some(End::Paid { captured })
        } else if captured >= self.order.amount.minor() || self.differs(reading) || given_up || hopeless {
            Some(End::Failed { cause: mismatch() })
        } else {
            None
        }
    }

    /// What is kept is all that was due, of a reservation of just that.
    pub(super) fn is_paid_by(&self, reading: &Reading) -> bool {
        let Money { captured, refunded, .. } = reading.money;
        captured == self.order.amount.minor() && refunded < captured && !self.differs(reading)
    }

    /// eCom tells of an amount only by what was reserved; a capture in the portal hides nothing.
    fn differs(&self, reading: &Reading) -> bool {
        let reserved = reading.money.reserved;
        reading.differs || (reserved > 0 && reserved != self.order.amount.minor())
    }

    /// It can't be carried on, and a rest is still reserved: that is let go first, and only a read says that it is.
    fn let_rest_go(&mut self, reading: &Reading) -> Vec<Fact> {
        let reserved = reading.money.reserved;
        let mut facts = Vec::new();
        if !self.approved {
            facts.push(Fact::Approved { reserved });
        }
        if !matches!(self.ending, Some(Why::Fault { .. })) {
            facts.extend(self.fail(mismatch()));
            // This very read was the fresh one.
            self.desk.must_read = false;
        } else if self.cancel_refusals >= RELEASE_REFUSALS_MAX {
            facts.extend(self.not_released(reserved));
        }
        facts
    }
}

/// Minor units that can still be captured.
pub(super) fn left_reserved(reading: &Reading) -> u64 {
    let Money { reserved, captured, .. } = reading.money;
    reserved.saturating_sub(captured).saturating_sub(reading.released)
}

/// Another hand has done something else with the money than was asked for.
fn mismatch() -> Cause {
    Cause::named("mismatch")
}
