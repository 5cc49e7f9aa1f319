//! Faults that are planted into a till, to show that the checks bite. Each is a mistake that somebody could make or has
//! made; it sits at a seam of the till, so that the product itself holds no switch.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use bytes::Bytes;
use clap::ValueEnum;
use http::Response;
use journal::Entry;
use payment::{Fact, Reference};
use serde_json::Value;

use crate::world::World;

/// A planted fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub enum Plant {
    /// Whatever was not answered is taken for refused.
    TimeoutIsFailure,
    /// A repeated capture or refund goes out under a key of its own (trap 45).
    NewKeyOnRetry,
    /// A capture goes out without having been written down.
    CaptureUnrecorded,
    /// A payment that nobody has paid after five minutes is taken for expired (contract 2.2, Magento's old rule).
    ExpireAtFive,
    /// What a callback claims is taken for the truth.
    TrustCallback,
    /// What failed counts like what succeeded (trap 22).
    IgnoreOperationSuccess,
    /// A cancel that was sent is taken for a cancelled payment.
    CancelIsAnOrder,
    /// What is approved after the end is not looked at.
    ForgetLateApproval,
    /// What came back is not compared with what was ordered.
    CompareNothing,
    /// Approved is called paid, and captured some other time.
    PaidOnApproval,
    /// A caller's idempotency key is forgotten.
    ForgetCallersKeys,
    /// A write that failed is taken for done.
    SwallowDiskError,
    /// What was refused is tried once more under the same key.
    RepeatRefused,
    /// One of the unsettled payments is overlooked after a restart.
    ForgetAStory,
    /// A reservation that will not be captured is left to itself.
    LeaveReservation,
    /// A refund's own key is forgotten, so that asking twice refunds twice.
    ForgetRefundKeys,
    /// Whoever waits for a change reads once in two minutes.
    ReadSeldom,
}

impl Plant {
    /// All of them.
    pub fn all() -> impl Iterator<Item = Plant> {
        Plant::value_variants().iter().copied()
    }

    /// As the command line writes it.
    pub fn name(self) -> String {
        self.to_possible_value().map_or_else(String::new, |value| value.get_name().to_owned())
    }
}

/// A disk that leaves out what a plant wants forgotten, and keeps the till from noticing.
#[derive(Debug, Default)]
pub(crate) struct Forgetful(Mutex<BTreeMap<Reference, usize>>);

impl Forgetful {
    /// What of `entries` is kept.
    pub(crate) fn keeps(world: &World, entries: &[Entry]) -> Vec<Entry> {
        let mut kept = entries.to_vec();
        match world.choice.plant {
            Some(Plant::CaptureUnrecorded) => {
                kept.retain(|entry| !matches!(entry.fact, Fact::CaptureIntended { .. }));
            }
            Some(Plant::ForgetRefundKeys) => kept.iter_mut().for_each(forget_refund_key),
            _ => {}
        }
        kept
    }

    /// How many entries the disk really has, of which the till believes that there are `seen`.
    pub(crate) fn seen(&self, reference: &Reference, seen: u32) -> u32 {
        let missing = self.missing().get(reference).copied().unwrap_or(0);
        seen.saturating_sub(u32::try_from(missing).unwrap_or(u32::MAX))
    }

    /// Of `given` entries, `kept` are on the disk.
    pub(crate) fn kept(&self, reference: &Reference, given: usize, kept: usize) {
        if given > kept {
            *self.missing().entry(reference.clone()).or_default() += given - kept;
        }
    }

    fn missing(&self) -> std::sync::MutexGuard<'_, BTreeMap<Reference, usize>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn forget_refund_key(entry: &mut Entry) {
    if let Fact::RefundAsked { request, .. } = &mut entry.fact {
        *request = None;
    }
}

/// Makes every entry of eCom's log one that counts.
pub(crate) fn calls_everything_a_success(answer: &mut Response<Bytes>) {
    let Ok(mut body) = serde_json::from_slice::<Value>(answer.body()) else { return };
    let log = body.pointer_mut("/transactionLogHistory").and_then(Value::as_array_mut);
    for entry in log.into_iter().flatten() {
        entry["operationSuccess"] = Value::from(true);
    }
    *answer.body_mut() = Bytes::from(body.to_string());
}
