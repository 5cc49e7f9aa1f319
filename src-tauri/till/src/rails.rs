//! The rails of a till: new payments run on the first, and each is followed on the one that it began on.

use std::sync::Arc;

use crate::no_rail::NoRail;
use crate::rail::Rail;

/// The rails of a till.
#[derive(Clone)]
pub struct Rails {
    first: Arc<dyn Rail>,
    /// For payments that began before the settings were changed.
    others: Vec<Arc<dyn Rail>>,
}

impl Rails {
    /// New payments run on `rail`.
    pub fn of(rail: Arc<dyn Rail>) -> Rails {
        Rails { first: rail, others: Vec::new() }
    }

    /// Payments that began on `rail` are followed on it.
    #[must_use]
    pub fn and(mut self, rail: Arc<dyn Rail>) -> Rails {
        self.others.push(rail);
        self
    }

    /// What new payments run on.
    pub(crate) fn first(&self) -> &Arc<dyn Rail> {
        &self.first
    }

    /// What a payment that began on `rail` is followed on. Without such a rail nothing is asked: another one would
    /// not know the payment, and that must not be taken for the truth.
    pub(crate) fn for_payment_on(&self, rail: payment::Rail) -> Arc<dyn Rail> {
        let mut all = std::iter::once(&self.first).chain(&self.others);
        all.find(|known| known.kind() == rail).cloned().unwrap_or_else(|| Arc::new(NoRail))
    }
}
