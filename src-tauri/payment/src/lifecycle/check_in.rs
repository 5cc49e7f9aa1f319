//! A payment that waits for somebody to scan the code on the counter. Nothing of it exists at Vipps MobilePay until then,
//! so it can be given up at any moment, and the proof that no money moves is that nothing was ever sent.

use std::time::Duration;

use crate::deadline::{SCAN_STEP, SCAN_STEPS};
use crate::{End, Fact, Flow, Moment, Payment, Refusal};

impl Payment {
    /// Whether somebody is waited for who scans the code on the counter: it has not been created, nor was it to be.
    pub fn awaits_scan(&self) -> bool {
        self.flow == Flow::CallbackQr && self.end.is_none() && self.creates == 0 && !self.desk.scan.checked_in
    }

    /// How much longer, if somebody is.
    pub fn scan_left(&self, now: Moment) -> Option<Duration> {
        let after =
            SCAN_STEP.saturating_mul(SCAN_STEPS.saturating_sub(self.desk.scan.steps).saturating_sub(1));
        let in_step = self.desk.scan.until.map_or(SCAN_STEP, |until| now.until(until).min(SCAN_STEP));
        self.awaits_scan().then(|| after.saturating_add(in_step))
    }

    /// The first who scans is served; the request goes to one phone. Whoever scans after that has nothing to do with it.
    pub(super) fn checked_in(&mut self) -> Result<Vec<Fact>, Refusal> {
        if self.end.is_some() {
            return Err(Refusal::EndedAlready);
        }
        if !self.awaits_scan() {
            return Err(Refusal::NobodyAwaited);
        }
        self.desk.scan.checked_in = true;
        Ok(Vec::new())
    }

    /// Until when there is nothing to do but to wait for somebody. The wait begins when this is first asked. It is made in
    /// steps: a till that was started with a clock behind, which is set right meanwhile, loses one of them and not all.
    pub(super) fn scan_wait(&mut self, now: Moment) -> Option<Moment> {
        if !self.awaits_scan() {
            return None;
        }
        Some(*self.desk.scan.until.get_or_insert(now.plus(SCAN_STEP)))
    }

    /// Ends it when nobody has scanned in time.
    pub(super) fn scan_waited(&mut self, now: Moment) -> Vec<Fact> {
        let due = self.awaits_scan() && self.desk.scan.until.is_some_and(|until| until <= now);
        if due {
            self.desk.scan.until = None;
            self.desk.scan.steps = self.desk.scan.steps.saturating_add(1);
        }
        let over = due && self.desk.scan.steps >= SCAN_STEPS;
        if over { vec![Fact::Ended { end: End::Expired, proven: true }] } else { Vec::new() }
    }
}
