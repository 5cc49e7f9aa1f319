//! Customers: they scan, approve, are declined, change their minds, walk away, and come back to what is over.

use super::bell::Bell;
use super::chance::Chance;
use super::ledger::Ledger;
use super::register::A_MOMENT;
use super::vipps::Vipps;

/// Those at the till, as one.
pub(crate) struct Customers {
    pub(crate) chance: Chance,
    /// How often they approved something.
    pub(crate) approvals: u64,
}

impl Customers {
    /// Pay, or not, until `over` rings; `approved` rings at the first approval.
    pub(crate) fn pay(&mut self, ledger: &Ledger, vipps: &Vipps, over: &Bell, approved: &Bell) {
        while !over.within(A_MOMENT / 2 + self.chance.up_to_ms(150)) {
            let Some(reference) = self.one_that_was_offered(ledger) else { continue };
            if self.act(&reference, ledger, vipps) {
                self.approvals += 1;
                approved.ring();
            }
        }
    }

    /// Gives whether something was approved.
    fn act(&mut self, reference: &str, ledger: &Ledger, vipps: &Vipps) -> bool {
        match self.chance.below(100) {
            0..15 => drop(vipps.customer(reference, "scan")),
            15..65 => return vipps.customer(reference, "approve"),
            65..75 => drop(vipps.customer(reference, "decline")),
            75..80 => drop(vipps.customer(reference, "authorize")),
            80..87 => drop(vipps.customer(reference, "cancel")),
            87..92 => {
                // Before it is done: whoever compares meanwhile must know.
                let over = ledger.pages().payments.get_mut(reference).is_some_and(|known| {
                    known.late |= known.ended.is_some();
                    known.late
                });
                return over && vipps.customer(reference, "approve?late=true");
            }
            _ => {}
        }
        false
    }

    /// The newest one mostly; now and then one that should be over.
    fn one_that_was_offered(&mut self, ledger: &Ledger) -> Option<String> {
        let pages = ledger.pages();
        let offered = pages.payments.iter().filter(|(_, known)| known.offered);
        let (open, over): (Vec<_>, Vec<_>) = offered.partition(|(_, known)| known.ended.is_none());
        let from = if over.is_empty() || (!open.is_empty() && !self.chance.one_in(6)) { open } else { over };
        if from.is_empty() { None } else { Some(self.chance.pick(&from).0.clone()) }
    }
}
