//! Everything that can happen, and what can become of a call.

use payment::{Flow, Rail};
use proptest::prelude::*;

use crate::bench::{DUE, Kind};
use crate::vipps::Push;

/// What becomes of one call.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Fate {
    Answered,
    NeverSent,
    RequestLost,
    AnswerLost,
    Refused,
    ComeLater,
}

#[derive(Clone, Debug)]
pub(crate) enum Step {
    Call(Fate),
    Scan,
    Approve,
    Decline,
    CancelInApp,
    CancelAtTheTill,
    CancelInThePortal,
    /// So much, or all that is left; perhaps under one of a few keys.
    CaptureAtTheTill(Option<u64>, Option<u8>),
    CaptureInThePortal(u64),
    /// So much, or all that is left; perhaps under one of a few keys.
    RefundAtTheTill(Option<u64>, Option<u8>),
    RefundInThePortal(u64),
    Hint,
    /// Somebody scans the code on the counter.
    CheckIn,
    Pass(u64),
    Crash,
}

pub(crate) fn step() -> impl Strategy<Value = Step> {
    let fate = prop_oneof![
        8 => Just(Fate::Answered),
        1 => Just(Fate::NeverSent),
        1 => Just(Fate::RequestLost),
        1 => Just(Fate::AnswerLost),
        1 => Just(Fate::Refused),
        1 => Just(Fate::ComeLater),
    ];
    prop_oneof![
        12 => fate.prop_map(Step::Call),
        2 => Just(Step::Scan),
        2 => Just(Step::Approve),
        1 => Just(Step::Decline),
        1 => Just(Step::CancelInApp),
        1 => Just(Step::CancelAtTheTill),
        1 => Just(Step::CancelInThePortal),
        2 => refund(),
        1 => prop_oneof![1..DUE, Just(DUE)].prop_map(Step::CaptureInThePortal),
        2 => prop_oneof![1..DUE, Just(DUE)].prop_map(Step::RefundInThePortal),
        1 => Just(Step::Hint),
        1 => Just(Step::CheckIn),
        6 => (1_u64..20_000).prop_map(Step::Pass),
        1 => (100_000_u64..700_000).prop_map(Step::Pass),
        1 => Just(Step::Crash),
    ]
}

/// What may happen to a payment that has been paid.
pub(crate) fn refund_step() -> impl Strategy<Value = Step> {
    prop_oneof![
        3 => step(),
        2 => refund(),
        1 => (1_u64..8_000).prop_map(Step::RefundInThePortal),
        1 => (1_u64..7_200_000).prop_map(Step::Pass),
    ]
}

/// What may happen to a payment that is reserved for later.
pub(crate) fn later_step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => step(),
        3 => how_much().prop_map(|(amount, key)| Step::CaptureAtTheTill(amount, key)),
        1 => (1_u64..8_000).prop_map(Step::CaptureInThePortal),
        1 => (1_u64..7_200_000).prop_map(Step::Pass),
    ]
}

fn refund() -> impl Strategy<Value = Step> {
    how_much().prop_map(|(amount, key)| Step::RefundAtTheTill(amount, key))
}

/// Parts, too much, all that is left; new requests and repeated ones.
fn how_much() -> impl Strategy<Value = (Option<u64>, Option<u8>)> {
    let amount = prop_oneof![
        1 => Just(None),
        3 => (0..10_000_u64).prop_map(Some),
        1 => (0..2 * DUE).prop_map(Some),
    ];
    (amount, prop::option::of(0_u8..3))
}

/// Any payment on any rail.
pub(crate) fn kind() -> impl Strategy<Value = Kind> {
    let on = prop_oneof![
        Just((Rail::Ecom, Flow::Qr)),
        Just((Rail::Ecom, Flow::Push)),
        Just((Rail::Epayment, Flow::Qr)),
        Just((Rail::Epayment, Flow::Push)),
        Just((Rail::Epayment, Flow::PersonalQr)),
        Just((Rail::Epayment, Flow::CallbackQr)),
    ];
    let push = prop_oneof![
        3 => Just(Push::Allowed),
        1 => Just(Push::NotAllowed),
        1 => Just(Push::NumberRefused),
    ];
    (on, push, prop::bool::weighted(0.1), prop::bool::weighted(0.1)).prop_map(
        |((rail, flow), push, warned, short)| Kind {
            rail,
            flow,
            push,
            warned,
            later: false,
            short,
            distance: false,
        },
    )
}
