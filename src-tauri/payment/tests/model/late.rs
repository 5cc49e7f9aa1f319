//! What must be so of a payment that had ended without proof, and of the day on which it is watched.

use payment::deadline::WATCH;
use payment::{Ask, End, Fact, Flow, Rail, Standing};

use crate::bench::{Bench, DUE, Kind};
use crate::steps::{Fate, Step};
use crate::stories::{run_until, shown};

/// The clock has ended it on eCom, and nobody else.
fn expired_without_proof() -> Bench {
    let mut bench = Bench::new(Kind::on(Rail::Ecom, Flow::Qr));
    run_until(&mut bench, shown);
    bench.now = bench.payment.window_end().expect("it exists");
    while bench.payment.end().is_none() {
        match &bench.out {
            Some(Ask::Cancel { .. }) => bench.call(Fate::Refused),
            Some(_) => bench.call(Fate::Answered),
            None => bench.pass(bench.now.until(bench.wake.expect("it waits for something"))),
        }
    }
    assert_eq!(bench.payment.end(), Some(&End::Expired));
    bench
}

fn settled(bench: &Bench) -> bool {
    bench.payment.is_settled()
}

fn wrote(bench: &Bench, wanted: &Fact) -> bool {
    bench.journal.iter().any(|(_, fact)| fact == wanted)
}

/// It had expired, was approved late, and somebody in the portal captured it and gave it back before the till could release
/// it: the till kept that the sale must not be charged again, for ever. What is still reserved of it is released.
#[test]
fn what_came_late_and_was_given_back_by_another_hand_may_be_paid_again() {
    for taken in [DUE, DUE - 1] {
        let mut bench = expired_without_proof();
        bench.vipps.standing = Standing::Approved;
        run_until(&mut bench, |bench| bench.payment.came_late());
        assert!(!bench.payment.may_pay_again());
        bench.vipps.person(&Step::CaptureInThePortal(taken), bench.now);
        bench.vipps.person(&Step::RefundInThePortal(taken), bench.now);
        run_until(&mut bench, settled);
        assert_eq!(bench.vipps.left(), 0, "{taken} taken and given back");
        assert!(bench.payment.may_pay_again() && wrote(&bench, &Fact::ReleasedLate));
    }
}

#[test]
fn what_was_captured_after_the_end_has_been_paid_late() {
    let mut bench = expired_without_proof();
    bench.vipps.standing = Standing::Captured;
    bench.vipps.captured = DUE;
    run_until(&mut bench, settled);
    assert_eq!(bench.payment.end(), Some(&End::Paid { captured: DUE }));
    assert!(bench.payment.came_late() && !bench.payment.may_pay_again());
}

#[test]
fn what_was_cancelled_after_the_end_was_never_late() {
    let mut bench = expired_without_proof();
    bench.vipps.standing = Standing::Cancelled;
    run_until(&mut bench, settled);
    assert_eq!(bench.payment.end(), Some(&End::Expired));
    assert!(bench.payment.may_pay_again() && !wrote(&bench, &Fact::ReleasedLate));
}

/// The till was off for a day, an approval came to light meanwhile, and the first read afterwards failed: the watch was
/// over then, and the reservation was left to itself.
#[test]
fn a_day_in_the_dark_does_not_end_the_watch() {
    let mut bench = expired_without_proof();
    assert!(!bench.payment.is_settled(), "the clock has ended it, and nobody else");
    bench.now = bench.now.plus(WATCH);
    bench.vipps.standing = Standing::Approved;
    bench.crash();
    bench.call(Fate::RequestLost);
    assert!(!bench.payment.is_settled(), "what was not read is not settled");
    run_until(&mut bench, |bench| bench.payment.is_settled());
    assert_eq!(bench.vipps.standing, Standing::Voided);
}
