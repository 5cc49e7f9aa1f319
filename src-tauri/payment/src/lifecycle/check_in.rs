//! A payment that waits for somebody to scan the code on the counter. Nothing of it exists at Vipps MobilePay until then,
//! so it can be given up at any moment, and the proof that no money moves is that nothing was ever sent.

use crate::deadline::SCAN_PATIENCE;
use crate::{Fact, Flow, Moment, Payment, Refusal};

impl Payment {
    /// Whether somebody is waited for who scans the code on the counter: it has not been created, nor was it to be.
    pub fn awaits_scan(&self) -> bool {
        self.flow == Flow::CallbackQr && self.end.is_none() && self.creates == 0 && !self.desk.checked_in
    }

    /// Until when, if somebody is.
    pub fn scan_until(&self) -> Option<Moment> {
        self.desk.scan_until.filter(|_| self.awaits_scan())
    }

    /// The first who scans is served; the request goes to one phone. Whoever scans after that has nothing to do with it.
    pub(super) fn checked_in(&mut self) -> Result<Vec<Fact>, Refusal> {
        if self.end.is_some() {
            return Err(Refusal::EndedAlready);
        }
        if !self.awaits_scan() {
            return Err(Refusal::NobodyAwaited);
        }
        self.desk.checked_in = true;
        Ok(Vec::new())
    }

    /// Until when there is nothing to do but to wait for somebody. The wait begins when this is first asked.
    pub(super) fn scan_wait(&mut self, now: Moment) -> Option<Moment> {
        if !self.awaits_scan() {
            return None;
        }
        Some(*self.desk.scan_until.get_or_insert(now.plus(SCAN_PATIENCE)))
    }

    /// Nobody has scanned it in time.
    pub(super) fn was_awaited_in_vain(&self, now: Moment) -> bool {
        self.scan_until().is_some_and(|until| until <= now)
    }
}
