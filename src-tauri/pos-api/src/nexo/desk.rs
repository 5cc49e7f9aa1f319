//! What is remembered of those who speak nexo, while the program runs. Nothing about money depends on it.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use ::nexo::{MessageId, SaleTransaction};
use tokio::sync::Mutex as AsyncMutex;

use crate::limits::{NEXO_LOGINS_MAX, NEXO_SALES_MAX};

/// What is remembered of those who speak nexo.
#[derive(Default)]
pub(crate) struct Desk {
    /// Held from the look whether a message is known until what it asks for is begun, so that the same message twice
    /// at once begins one payment, and a question about it is answered after that.
    pub(super) beginning: AsyncMutex<()>,
    kept: Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    /// By the reference of the payment, what the register calls its sale.
    sales: VecDeque<(String, SaleTransaction)>,
    /// The payments whose end a register has asked for.
    aborted: VecDeque<String>,
    /// The refunds that messages have asked for.
    reversals: VecDeque<(MessageId, Reversed)>,
    logged_in: VecDeque<String>,
}

/// A refund that a message has asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Reversed {
    /// The payment.
    pub(super) reference: String,
    /// The refund's number among those of the payment.
    pub(super) number: u32,
}

impl Desk {
    pub(super) fn remember(&self, reference: &str, sale: SaleTransaction) {
        let mut kept = self.kept();
        kept.sales.retain(|(known, _)| known != reference);
        kept.sales.push_back((reference.to_owned(), sale));
        while kept.sales.len() > NEXO_SALES_MAX {
            kept.sales.pop_front();
        }
    }

    pub(super) fn sale(&self, reference: &str) -> Option<SaleTransaction> {
        let kept = self.kept();
        let known = kept.sales.iter().find(|(known, _)| known == reference);
        known.map(|(_, sale)| sale.clone())
    }

    pub(super) fn note_aborted(&self, reference: &str) {
        let mut kept = self.kept();
        kept.aborted.push_back(reference.to_owned());
        while kept.aborted.len() > NEXO_SALES_MAX {
            kept.aborted.pop_front();
        }
    }

    pub(super) fn was_not_aborted(&self, reference: &str) {
        self.kept().aborted.retain(|known| known != reference);
    }

    pub(super) fn is_aborted(&self, reference: &str) -> bool {
        self.kept().aborted.iter().any(|known| known == reference)
    }

    /// Which refund the message `id` has asked for. A message that comes again asks for the same.
    pub(super) fn note_reversal(&self, id: &MessageId, reversed: Reversed) {
        let mut kept = self.kept();
        if kept.reversals.iter().any(|(known, _)| known == id) {
            return;
        }
        kept.reversals.push_back((id.clone(), reversed));
        while kept.reversals.len() > NEXO_SALES_MAX {
            kept.reversals.pop_front();
        }
    }

    pub(super) fn reversal(&self, id: &MessageId) -> Option<Reversed> {
        let kept = self.kept();
        kept.reversals.iter().find(|(known, _)| known == id).map(|(_, reversed)| reversed.clone())
    }

    pub(super) fn log_in(&self, sale: String) {
        self.log_out(&sale);
        let mut kept = self.kept();
        kept.logged_in.push_back(sale);
        while kept.logged_in.len() > NEXO_LOGINS_MAX {
            kept.logged_in.pop_front();
        }
    }

    pub(super) fn log_out(&self, sale: &str) {
        self.kept().logged_in.retain(|known| known != sale);
    }

    pub(super) fn logged_in(&self) -> Vec<String> {
        self.kept().logged_in.iter().cloned().collect()
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        // It is whole between any two calls.
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
