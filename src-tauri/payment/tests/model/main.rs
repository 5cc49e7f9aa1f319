//! Tries to make a payment lie about money: any order of customers, cashiers, lost calls, crashes and time.
//!
//! Beside the payment stands a small Vipps MobilePay that knows the truth. After every step the laws are held
//! against that truth; at the end the network heals and everything must come to rest.

#![expect(clippy::expect_used, reason = "a test that expects too much should fail")]

/// A payment, its journal and the truth beside it.
mod bench;
/// What must be so of money that is reserved for later.
mod captures;
/// What must be so of a code on the counter.
mod counter_code;
/// What is not believed at once.
mod doubts;
/// What is tried again, and what is given up in the end.
mod giving_up;
/// What is not believed of a modification.
mod lagging;
/// What comes after the end.
mod late;
/// What must be so of links from the app to the shop.
mod links;
/// What whoever looks at it is told.
mod looks;
/// What must be so when somebody in the portal takes a part of what is reserved.
mod other_hands;
/// What must be so where a phone is reached, and where answers are given again under their keys.
mod phones;
/// What must be so of receipts.
mod receipts;
/// What must be so of money that is given back.
mod refunds;
/// Everything that can happen.
mod steps;
/// What must be so in the ordinary course of things.
mod stories;
/// A small Vipps MobilePay that knows the truth.
mod vipps;

use proptest::prelude::*;
use proptest::test_runner::FileFailurePersistence;

use crate::bench::{Bench, Kind};
use crate::captures::reserved;
use crate::refunds::{kind_of_paid, paid};
use crate::steps::{kind, later_step, refund_step, step};

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 3_000,
        failure_persistence: Some(Box::new(FileFailurePersistence::Direct("tests/model.regressions"))),
        ..ProptestConfig::default()
    })]

    #[test]
    fn money_stays_honest_whatever_happens(kind in kind(), steps in prop::collection::vec(step(), 1..120)) {
        let mut bench = Bench::new(kind);
        for step in &steps {
            bench.step(step);
        }
        bench.heal();
        bench.check_rest();
    }

    #[test]
    fn money_that_was_taken_is_given_back_once_whatever_happens(
        kind in kind_of_paid(),
        steps in prop::collection::vec(refund_step(), 1..60),
    ) {
        let mut bench = paid(kind);
        for step in &steps {
            bench.step(step);
        }
        bench.heal();
        bench.check_rest();
    }

    #[test]
    fn money_that_is_reserved_for_later_is_collected_once_or_let_go_whatever_happens(
        kind in kind_of_paid(),
        steps in prop::collection::vec(later_step(), 1..60),
    ) {
        let mut bench = reserved(Kind { later: true, ..kind });
        for step in &steps {
            bench.step(step);
        }
        bench.heal();
        bench.check_rest_of_later();
    }
}
