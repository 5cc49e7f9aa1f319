//! What must be so in the ordinary course of things.

use std::time::Duration;

use payment::deadline::{DOUBT, WINDOW};
use payment::{Ask, CancelledBy, Cause, End, Event, Fact, Flow, Moment, Rail, Stage, Standing};

use crate::bench::{Bench, DUE, Kind};
use crate::steps::{Fate, Step};

/// Answers everything well until `wanted` holds.
pub(crate) fn run_until(bench: &mut Bench, wanted: impl Fn(&Bench) -> bool) {
    for _ in 0..100 {
        if wanted(bench) {
            return;
        }
        if bench.out.is_some() {
            bench.call(Fate::Answered);
        } else {
            let wake = bench.wake.expect("it waits for something");
            bench.pass(bench.now.until(wake));
        }
    }
    panic!("never came: {:?}", bench.payment);
}

pub(crate) fn shown(bench: &Bench) -> bool {
    bench.payment.stage(bench.now) == Stage::Waiting
}

pub(crate) fn ended(bench: &Bench) -> bool {
    bench.payment.end().is_some()
}

#[test]
fn a_customer_pays() {
    let mut bench = Bench::new(Kind::on(Rail::Ecom, Flow::Qr));
    run_until(&mut bench, shown);
    bench.vipps.person(&Step::Scan, bench.now);
    run_until(&mut bench, |bench| bench.payment.stage(bench.now) == Stage::Opened);
    bench.vipps.person(&Step::Approve, bench.now);
    run_until(&mut bench, ended);
    assert_eq!(bench.payment.end(), Some(&End::Paid { captured: DUE }));
    assert!(bench.payment.is_settled() && !bench.payment.may_pay_again());
}

#[test]
fn a_second_card_is_accepted_after_the_first_was_declined() {
    let mut bench = Bench::new(Kind::on(Rail::Ecom, Flow::Qr));
    run_until(&mut bench, shown);
    bench.vipps.person(&Step::Decline, bench.now);
    run_until(&mut bench, |bench| bench.payment.stage(bench.now) == Stage::CardDeclined);
    assert!(!bench.payment.may_pay_again());
    bench.vipps.person(&Step::Approve, bench.now);
    run_until(&mut bench, ended);
    assert_eq!(bench.payment.end(), Some(&End::Paid { captured: DUE }));
}

#[test]
fn whoever_pays_while_the_cashier_cancels_has_paid() {
    let mut bench = Bench::new(Kind::on(Rail::Ecom, Flow::Qr));
    run_until(&mut bench, shown);
    bench.say(Event::CancelAsked);
    bench.vipps.person(&Step::Approve, bench.now);
    run_until(&mut bench, ended);
    assert_eq!(bench.payment.end(), Some(&End::Paid { captured: DUE }));
}

/// Between two cancels, of which several had been refused, nothing was asked for minutes: a customer who had paid
/// meanwhile stood before a screen that was checking.
#[test]
fn whoever_pays_while_a_refused_cancel_waits_has_soon_paid() {
    let mut bench = Bench::new(Kind::on(Rail::Ecom, Flow::Qr));
    run_until(&mut bench, shown);
    bench.say(Event::CancelAsked);
    for _ in 0..4 {
        run_until(&mut bench, |bench| matches!(bench.out, Some(Ask::Cancel { .. })));
        bench.call(Fate::Refused);
    }
    // The read that follows a refusal comes before the customer.
    run_until(&mut bench, |bench| bench.out.is_some());
    bench.call(Fate::Answered);
    bench.vipps.person(&Step::Approve, bench.now);
    let began = bench.now;
    run_until(&mut bench, ended);
    assert_eq!(bench.payment.end(), Some(&End::Paid { captured: DUE }));
    assert!(began.until(bench.now) < Duration::from_secs(10), "after {:?}", began.until(bench.now));
}

/// The clock of a cheap machine was hours ahead until the first answer set it right, or until it was switched on again:
/// a pause that began in those hours seemed to last until they came.
#[test]
fn a_clock_that_is_set_back_holds_nothing_up() {
    let hours = Duration::from_hours(10);
    for (power_goes, before_the_answer) in [(false, false), (true, false), (false, true)] {
        let mut bench = Bench::new(Kind::on(Rail::Epayment, Flow::Qr));
        if before_the_answer {
            bench.now = bench.now.minus(hours);
        }
        bench.call(Fate::AnswerLost);
        if !before_the_answer {
            bench.now = bench.now.minus(hours);
        }
        if power_goes {
            bench.crash();
        } else {
            bench.say(Event::Woken);
        }
        let began = bench.now;
        run_until(&mut bench, shown);
        assert!(began.until(bench.now) < Duration::from_secs(10), "after {:?}", began.until(bench.now));
        bench.say(Event::CancelAsked);
        run_until(&mut bench, |bench| matches!(bench.out, Some(Ask::Cancel { .. })));
        bench.call(Fate::NeverSent);
        bench.now = bench.now.minus(hours);
        let began = bench.now;
        bench.say(Event::Woken);
        run_until(&mut bench, ended);
        assert!(began.until(bench.now) < Duration::from_mins(1), "after {:?}", began.until(bench.now));
    }
}

#[test]
fn after_six_seconds_without_an_answer_the_screen_says_that_we_are_checking() {
    let mut bench = Bench::new(Kind::on(Rail::Ecom, Flow::Qr));
    run_until(&mut bench, |bench| shown(bench) && bench.out.is_some());
    let asked_at = bench.now;
    assert_eq!(bench.wake, Some(asked_at.plus(DOUBT)), "it wakes when it begins to doubt");
    bench.now = asked_at.plus(DOUBT).minus(Duration::from_millis(1));
    bench.say(Event::Hinted);
    assert_eq!(bench.payment.stage(bench.now), Stage::Waiting);
    assert_eq!(bench.wake, Some(asked_at.plus(DOUBT)));
    bench.pass(Duration::from_millis(1));
    assert_eq!(bench.payment.stage(bench.now), Stage::Checking);
    assert_eq!(bench.wake, None, "there is nothing to do but wait for the answer");
    bench.call(Fate::RequestLost);
    assert_eq!(bench.payment.stage(bench.now), Stage::Checking, "no answer is no answer");
    run_until(&mut bench, |bench| bench.out.is_some());
    bench.call(Fate::Answered);
    assert_eq!(bench.payment.stage(bench.now), Stage::Waiting);
}

#[test]
fn a_pause_is_not_longer_than_the_doubt() {
    let mut bench = Bench::new(Kind::on(Rail::Ecom, Flow::Qr));
    run_until(&mut bench, |bench| shown(bench) && bench.out.is_some());
    let asked_at = bench.now;
    bench.now = bench.now.plus(Duration::from_secs(5));
    bench.call(Fate::RequestLost);
    bench.pass(Duration::from_secs(1));
    assert_eq!(bench.payment.stage(bench.now), Stage::Checking);
    assert_eq!(bench.now, asked_at.plus(DOUBT));
    assert!(bench.out.is_some());
    assert_eq!(bench.wake, None, "it doubts already, and is asked again");
}

#[test]
fn a_capture_that_was_not_answered_is_the_same_capture() {
    let mut bench = Bench::new(Kind::on(Rail::Ecom, Flow::Qr));
    run_until(&mut bench, shown);
    bench.vipps.person(&Step::Approve, bench.now);
    for _ in 0..3 {
        run_until(&mut bench, |bench| matches!(bench.out, Some(Ask::Capture { .. })));
        bench.call(Fate::RequestLost);
    }
    run_until(&mut bench, ended);
    let intended = |fact: &&(Moment, Fact)| matches!(fact.1, Fact::CaptureIntended { .. });
    assert_eq!(bench.journal.iter().filter(intended).count(), 1, "{:?}", bench.journal);
}

#[test]
fn nobody_comes_and_the_code_is_renewed_once_before_the_time_is_over() {
    let mut bench = Bench::new(Kind::on(Rail::Ecom, Flow::Qr));
    run_until(&mut bench, shown);
    let until = bench.payment.code().expect("it is shown").until;
    let began = bench.now;
    while bench.payment.end().is_none() {
        let now = bench.now;
        run_until(&mut bench, |bench| ended(bench) || bench.now > now);
    }
    assert_eq!(bench.payment.end(), Some(&End::Expired));
    assert!(bench.payment.code().expect("it was shown").until > until);
    assert!(bench.now >= began.plus(WINDOW), "ended after {:?}", began.until(bench.now));
    assert!(bench.payment.may_pay_again());
}

/// It has done its work, and another one on the screen invites another customer.
#[test]
fn a_code_that_was_scanned_is_not_renewed() {
    for standing in [Standing::Opened, Standing::Declined] {
        let mut bench = Bench::new(Kind::on(Rail::Ecom, Flow::Qr));
        run_until(&mut bench, shown);
        let code = bench.payment.code().cloned().expect("it is shown");
        bench.vipps.standing = standing;
        run_until(&mut bench, |bench| bench.payment.stage(bench.now) != Stage::Waiting);
        bench.now = code.until.plus(Duration::from_secs(1));
        let began = bench.now;
        run_until(&mut bench, |bench| began.until(bench.now) > Duration::from_secs(10));
        assert_eq!(bench.payment.code(), Some(&code));
    }
}

#[test]
fn another_amount_than_asked_for_is_given_back() {
    let mut bench = Bench::new(Kind { short: true, ..Kind::on(Rail::Ecom, Flow::Qr) });
    run_until(&mut bench, shown);
    bench.vipps.person(&Step::Approve, bench.now);
    run_until(&mut bench, ended);
    assert_eq!(bench.payment.end(), Some(&End::Failed { cause: Cause::named("mismatch") }));
    assert_eq!(bench.vipps.standing, Standing::Voided);
}

#[test]
fn without_a_network_the_screen_says_within_seconds_that_we_are_checking() {
    let mut bench = Bench::new(Kind::on(Rail::Ecom, Flow::Qr));
    run_until(&mut bench, shown);
    run_until(&mut bench, |bench| bench.out.is_some());
    let began = bench.now;
    while bench.payment.stage(bench.now) != Stage::Checking {
        assert!(began.until(bench.now) < Duration::from_secs(10));
        if bench.out.is_some() {
            bench.call(Fate::NeverSent);
        } else {
            let wake = bench.wake.expect("it waits for something");
            bench.pass(bench.now.until(wake));
        }
    }
    run_until(&mut bench, shown);
}

#[test]
fn a_reference_that_somebody_else_used_is_not_touched() {
    let mut bench = Bench::new(Kind::on(Rail::Ecom, Flow::Qr));
    bench.vipps.standing = Standing::Approved;
    bench.vipps.created_at = Moment(bench.now.0 - 3_600_000);
    run_until(&mut bench, ended);
    assert_eq!(bench.payment.end(), Some(&End::Failed { cause: Cause::named("duplicate_order") }));
    assert_eq!(bench.vipps.standing, Standing::Approved);
}

/// In the portal exactly what was due was captured, of a reservation of another amount.
#[test]
fn a_reservation_of_another_amount_is_never_called_paid() {
    let mut bench = Bench::new(Kind { short: true, ..Kind::on(Rail::Ecom, Flow::Qr) });
    run_until(&mut bench, shown);
    bench.vipps.standing = Standing::Captured;
    bench.vipps.captured = DUE;
    run_until(&mut bench, ended);
    assert_eq!(bench.payment.end(), Some(&End::Failed { cause: Cause::named("mismatch") }));
    assert!(!bench.payment.may_pay_again());
}

/// The till's clock was an hour slow when it asked, so the payment of another did not look too old.
#[test]
fn a_payment_without_our_tag_is_not_touched_however_young_it_looks() {
    for flow in [Flow::Qr, Flow::Push] {
        let mut bench = Bench::new(Kind::on(Rail::Epayment, flow));
        bench.call(Fate::RequestLost);
        bench.vipps.standing = Standing::Waiting;
        bench.vipps.created_at = bench.now;
        run_until(&mut bench, ended);
        assert_eq!(bench.payment.end(), Some(&End::Failed { cause: Cause::named("duplicate_order") }));
        assert_eq!(bench.vipps.standing, Standing::Waiting);
    }
}

#[test]
fn when_nobody_answers_at_the_start_the_till_is_soon_free_again() {
    let mut bench = Bench::new(Kind::on(Rail::Ecom, Flow::Qr));
    let began = bench.now;
    while bench.payment.end().is_none() {
        assert!(began.until(bench.now) < Duration::from_secs(30));
        if bench.out.is_some() {
            bench.call(Fate::RequestLost);
        } else {
            let wake = bench.wake.expect("it waits for something");
            bench.pass(bench.now.until(wake));
        }
        bench.check();
    }
    assert!(bench.payment.may_pay_again() && bench.payment.is_settled());
}

/// On ePayment it may be over there while our clock is still running.
#[test]
fn what_expired_before_the_till_thought_so_ends_as_the_till_wanted() {
    for (cancelled, end) in [(false, End::Expired), (true, End::Cancelled { by: CancelledBy::Shop })] {
        let mut bench = Bench::new(Kind::on(Rail::Epayment, Flow::Qr));
        run_until(&mut bench, shown);
        if cancelled {
            bench.say(Event::CancelAsked);
        }
        bench.vipps.standing = Standing::Expired;
        run_until(&mut bench, ended);
        assert_eq!(bench.payment.end(), Some(&end));
        assert!(bench.payment.is_settled());
    }
}

/// The cancel came too late, and the power went just then.
#[test]
fn a_cancel_that_came_too_late_holds_no_capture_up() {
    let mut bench = Bench::new(Kind::on(Rail::Ecom, Flow::Qr));
    run_until(&mut bench, shown);
    bench.say(Event::CancelAsked);
    run_until(&mut bench, |bench| matches!(bench.out, Some(Ask::Cancel { .. })));
    bench.vipps.person(&Step::Approve, bench.now);
    bench.call(Fate::Refused);
    run_until(&mut bench, |bench| matches!(bench.out, Some(Ask::Capture { .. })));
    bench.out = None;
    bench.crash();
    let began = bench.now;
    run_until(&mut bench, ended);
    assert_eq!(bench.payment.end(), Some(&End::Paid { captured: DUE }));
    assert_eq!(began, bench.now, "a customer is waiting");
}

#[test]
fn one_read_that_is_not_answered_does_not_end_what_may_have_been_created() {
    let mut bench = Bench::new(Kind::on(Rail::Epayment, Flow::Qr));
    bench.call(Fate::AnswerLost);
    run_until(&mut bench, |bench| matches!(bench.out, Some(Ask::Read { .. })));
    bench.call(Fate::RequestLost);
    assert!(!ended(&bench));
    run_until(&mut bench, shown);
}
