//! What must be so of a payment that waits for somebody to scan the code on the counter.

use payment::deadline::{SCAN_PATIENCE, SCAN_STEP};
use payment::{Ask, Cause, End, Event, Fact, Flow, Moment, Payment, Rail, Refusal, Stage};

use crate::bench::{Bench, DUE, Kind};
use crate::steps::{Fate, Step};
use crate::stories::{ended, run_until, shown};
use crate::vipps::Push;

fn waiting() -> Bench {
    waiting_where(Push::Allowed)
}

fn waiting_where(push: Push) -> Bench {
    let bench = Bench::new(Kind { push, ..Kind::on(Rail::Epayment, Flow::CallbackQr) });
    assert!(bench.payment.awaits_scan() && bench.out.is_none(), "nothing is asked before somebody scans");
    assert_eq!(bench.payment.stage(bench.now), Stage::Waiting);
    assert!(!bench.payment.may_be_seen());
    bench
}

fn was_sent_nothing(bench: &Bench) -> bool {
    !bench.journal.iter().any(|(_, fact)| matches!(fact, Fact::CreateIntended { .. }))
}

#[test]
fn who_scans_is_asked_and_pays() {
    let mut bench = waiting();
    bench.check_in();
    assert!(matches!(bench.out, Some(Ask::Create { flow: Flow::CallbackQr, .. })));
    assert!(bench.payment.needs_payer() && !bench.payment.awaits_scan());
    run_until(&mut bench, shown);
    bench.vipps.person(&Step::Approve, bench.now);
    run_until(&mut bench, ended);
    assert_eq!(bench.payment.end(), Some(&End::Paid { captured: DUE }));
    bench.check_rest();
}

#[test]
fn who_has_scanned_before_it_was_asked_for_is_asked_at_once() {
    let order = waiting().payment.order().clone();
    let (payment, effects) = Payment::request_checked_in(order, Moment(1_800_000_000_000));
    assert!(!payment.awaits_scan() && payment.needs_payer());
    assert!(matches!(
        effects.as_slice(),
        [
            payment::Effect::Record(Fact::Requested { .. }),
            payment::Effect::Record(Fact::CreateIntended { .. }),
            payment::Effect::Ask(Ask::Create { flow: Flow::CallbackQr, .. }),
            ..
        ]
    ));
}

#[test]
fn the_second_who_scans_changes_nothing() {
    let mut bench = waiting();
    bench.check_in();
    let before = bench.payment.clone();
    assert_eq!(bench.payment.on(Event::CheckedIn, bench.now), Err(Refusal::NobodyAwaited));
    assert_eq!(bench.payment, before);
    bench.call(Fate::Answered);
    assert_eq!(bench.payment.on(Event::CheckedIn, bench.now), Err(Refusal::NobodyAwaited));
}

#[test]
fn a_payment_that_is_reached_otherwise_waits_for_nobody() {
    for flow in [Flow::Qr, Flow::Push, Flow::PersonalQr] {
        let mut bench = Bench::new(Kind::on(Rail::Epayment, flow));
        assert!(!bench.payment.awaits_scan());
        assert_eq!(bench.payment.on(Event::CheckedIn, bench.now), Err(Refusal::NobodyAwaited));
    }
}

#[test]
fn when_nobody_scans_it_ends_and_nothing_was_sent() {
    let mut bench = waiting();
    assert_eq!(bench.payment.scan_left(bench.now), Some(SCAN_PATIENCE));
    let began = bench.now;
    while bench.payment.awaits_scan() {
        let waited = began.until(bench.now);
        assert_eq!(bench.payment.scan_left(bench.now), SCAN_PATIENCE.checked_sub(waited));
        let wake = bench.wake.expect("it waits");
        bench.pass(bench.now.until(wake));
    }
    assert_eq!(began.until(bench.now), SCAN_PATIENCE);
    assert_eq!(bench.payment.end(), Some(&End::Expired));
    assert!(bench.payment.is_settled() && bench.payment.may_pay_again() && was_sent_nothing(&bench));
    assert_eq!(bench.payment.on(Event::CheckedIn, bench.now), Err(Refusal::EndedAlready));
}

#[test]
fn it_is_cancelled_at_once_while_nobody_has_scanned() {
    let mut bench = waiting();
    bench.ask(Event::CancelAsked);
    assert!(matches!(bench.payment.end(), Some(End::Cancelled { .. })));
    assert!(bench.payment.is_settled() && bench.payment.may_pay_again() && was_sent_nothing(&bench));
}

#[test]
fn a_restart_before_the_scan_waits_on() {
    let mut bench = waiting();
    bench.pass(SCAN_STEP);
    assert_eq!(bench.payment.scan_left(bench.now), SCAN_PATIENCE.checked_sub(SCAN_STEP));
    bench.crash();
    assert!(bench.payment.awaits_scan() && bench.out.is_none());
    assert_eq!(bench.payment.scan_left(bench.now), Some(SCAN_PATIENCE));
    bench.check_in();
    run_until(&mut bench, shown);
    bench.vipps.person(&Step::Approve, bench.now);
    run_until(&mut bench, ended);
    assert_eq!(bench.payment.end(), Some(&End::Paid { captured: DUE }));
}

#[test]
fn a_clock_that_is_set_back_does_not_make_the_wait_longer() {
    let mut bench = waiting();
    bench.now = bench.now.minus(std::time::Duration::from_hours(10));
    bench.say(Event::Hinted);
    assert_eq!(bench.payment.scan_left(bench.now), Some(SCAN_PATIENCE));
}

#[test]
fn a_clock_that_is_set_forward_does_not_end_the_wait() {
    let mut bench = waiting();
    bench.pass(std::time::Duration::from_hours(10));
    assert!(bench.payment.awaits_scan());
    assert_eq!(bench.payment.scan_left(bench.now), SCAN_PATIENCE.checked_sub(SCAN_STEP));
}

/// The power went between the scan and the answer: whom it was for is forgotten, and the request may have gone out. Either
/// it is found, or a code is shown under the same reference: never two payments.
#[test]
fn a_restart_after_the_scan_never_makes_two_of_it() {
    let mut forgotten = waiting();
    forgotten.check_in();
    // It had not left: nobody knows it, and a code on the screen takes its place.
    forgotten.call(Fate::RequestLost);
    forgotten.crash();
    run_until(&mut forgotten, |bench| bench.payment.code().is_some());
    assert_eq!(forgotten.payment.fell_back(), Some(&Cause::named("check_in_refused")));
    assert_eq!(forgotten.payment.flow(), Flow::Qr);

    let mut found = waiting();
    found.check_in();
    found.call(Fate::AnswerLost);
    found.crash();
    run_until(&mut found, shown);
    assert!(found.payment.fell_back().is_none() && found.payment.code().is_none());
    found.vipps.person(&Step::Approve, found.now);
    run_until(&mut found, ended);
    assert_eq!(found.payment.end(), Some(&End::Paid { captured: DUE }));
}

#[test]
fn a_scan_that_is_no_longer_good_leads_to_the_code_on_the_screen() {
    for (push, cause) in [(Push::NumberRefused, "check_in_refused"), (Push::NotAllowed, "push_not_allowed")] {
        let mut bench = waiting_where(push);
        bench.check_in();
        run_until(&mut bench, shown);
        assert_eq!(bench.payment.fell_back(), Some(&Cause::named(cause)));
        assert!(bench.payment.code().is_some() && bench.payment.flow() == Flow::Qr);
        bench.vipps.person(&Step::Approve, bench.now);
        run_until(&mut bench, ended);
        assert_eq!(bench.payment.end(), Some(&End::Paid { captured: DUE }));
    }
}
