//! Tries to make a payment lie about money: any order of customers, cashiers, lost calls, crashes and time.
//!
//! Beside the payment stands a small Vipps MobilePay that knows the truth. After every step the laws are held
//! against that truth; at the end the network heals and everything must come to rest.

#![expect(clippy::expect_used, reason = "a test that expects too much should fail")]

/// A payment, its journal and the truth beside it.
mod bench;
/// Everything that can happen.
mod steps;
/// What must be so in the ordinary course of things.
mod stories;
/// A small Vipps MobilePay that knows the truth.
mod vipps;

use proptest::prelude::*;
use proptest::test_runner::FileFailurePersistence;

use crate::bench::Bench;
use crate::steps::step;

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 2_000,
        failure_persistence: Some(Box::new(FileFailurePersistence::Direct("tests/model.regressions"))),
        ..ProptestConfig::default()
    })]

    #[test]
    fn money_stays_honest_whatever_happens(short in prop::bool::weighted(0.1), steps in prop::collection::vec(step(), 1..120)) {
        let mut bench = Bench::new(short);
        for step in &steps {
            bench.step(step);
        }
        bench.heal();
        bench.check_rest();
    }
}
