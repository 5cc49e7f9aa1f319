//! What moved at Vipps MobilePay: checked after every call that arrived and everything that a person did.

use simulator::{State, Truth};

use crate::breach::Law;
use crate::ledger::Key;
use crate::world::World;

/// Something may have moved about that payment.
pub(crate) fn moved(world: &World, till: usize, reference: &str) {
    let Some(truth) = world.truth(till, reference) else { return };
    let payment: Key = (till, reference.to_owned());
    note_reservation(world, &payment, &truth);
    if truth.captured > truth.amount {
        let what = format!("{reference}: {} captured of {}", truth.captured, truth.amount);
        world.breach(Law::KeptOnce, what);
    }
    if truth.refunded > truth.captured {
        let what = format!("{reference}: {} refunded of {} captured", truth.refunded, truth.captured);
        world.breach(Law::RefundedOnce, what);
    }
    let by_us = |movements: &[simulator::Movement]| {
        let mut keys: Vec<String> = movements.iter().map(|movement| movement.request_id.clone()).collect();
        keys.retain(|key| !key.is_empty());
        keys.sort();
        let all = keys.len();
        keys.dedup();
        (all, keys.len())
    };
    let (captures, capture_keys) = by_us(&truth.captures);
    if captures != capture_keys {
        world.breach(Law::KeptOnce, format!("{reference}: {captures} captures under {capture_keys} keys"));
    }
    let (refunds, refund_keys) = by_us(&truth.refunds);
    if refunds != refund_keys {
        world.breach(Law::RefundedOnce, format!("{reference}: {refunds} refunds under {refund_keys} keys"));
    }
    let asked = world.ledger().refunds.iter().filter(|(of, _)| *of == payment).count();
    if refund_keys > asked {
        world.breach(Law::RefundedOnce, format!("{reference}: {refund_keys} refunds, {asked} asked for"));
    }
}

/// Money that is reserved and neither captured nor released, in minor units.
pub(crate) fn outstanding(truth: &Truth) -> i64 {
    match truth.state {
        State::Approved | State::Captured | State::Refunded => {
            (truth.reserved - truth.captured - truth.cancelled).max(0)
        }
        _ => 0,
    }
}

/// Whether a customer may still approve it, late approvals aside.
pub(crate) fn is_open(truth: &Truth) -> bool {
    matches!(truth.state, State::Waiting | State::Opened | State::Declined | State::Unknown)
}

fn note_reservation(world: &World, payment: &Key, truth: &Truth) {
    let now = world.now();
    let mut ledger = world.ledger();
    if outstanding(truth) == 0 {
        ledger.reserved_since.remove(payment);
    } else {
        ledger.reserved_since.entry(payment.clone()).or_insert(now);
    }
}
