//! What has been promised: written down by whoever heard the promise, not by the till that gave it.

use std::collections::{BTreeMap, BTreeSet};

use journal::Entry;
use payment::{Fact, Moment};

/// A payment: the till, and its reference there.
pub(crate) type Key = (usize, String);

/// What has been promised and seen.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    /// What each till has acknowledged to a POS or a cashier.
    pub(crate) promised: BTreeMap<Key, Promise>,
    /// What lies on each disk.
    pub(crate) written: BTreeMap<Key, Vec<Entry>>,
    /// Payments of which somebody can have seen a code or had a request.
    pub(crate) visible: BTreeSet<Key>,
    /// Payments that a screen has called paid.
    pub(crate) shown_paid: BTreeSet<Key>,
    /// Since when money is reserved and neither captured nor released.
    pub(crate) reserved_since: BTreeMap<Key, Moment>,
    /// Payments that another maker's till has made under a name that ours may use.
    pub(crate) strangers: BTreeSet<Key>,
    /// Keys whose request was refused outright, by call; true once the till has taken it in.
    pub(crate) refused: BTreeMap<(Key, &'static str, String), bool>,
    /// Refunds that were asked for: the payment and the caller's key.
    pub(crate) refunds: BTreeSet<(Key, String)>,
    /// Payments that somebody has acted upon in the portal.
    pub(crate) by_hand: BTreeSet<Key>,
    /// Payments that read differently at Vipps MobilePay than they were ordered.
    pub(crate) skewed: BTreeSet<Key>,
}

/// A payment that was acknowledged.
#[derive(Clone, Debug)]
pub(crate) struct Promise {
    pub(crate) amount: i64,
    pub(crate) sale: usize,
}

impl Ledger {
    /// These entries are on the disk.
    pub(crate) fn wrote(&mut self, key: &Key, entries: &[Entry]) {
        self.written.entry(key.clone()).or_default().extend_from_slice(entries);
        // What became of receipt and link is written beside the payment, whatever it has heard.
        let beside = |fact: &Fact| matches!(fact, Fact::ReceiptEnded { .. } | Fact::LinkEnded { .. });
        let by_payment = entries.iter().any(|entry| !beside(&entry.fact));
        for ((payment, ..), taken_in) in &mut self.refused {
            *taken_in |= by_payment && payment == key;
        }
    }

    /// Whether the disk holds a fact of that kind about the payment.
    pub(crate) fn holds(&self, key: &Key, wanted: impl Fn(&Fact) -> bool) -> bool {
        self.written.get(key).is_some_and(|entries| entries.iter().any(|entry| wanted(&entry.fact)))
    }

    /// The power is back: a refusal that the till had not taken in may be asked for once more.
    pub(crate) fn begins_again(&mut self) {
        self.refused.retain(|_, taken_in| *taken_in);
    }
}
