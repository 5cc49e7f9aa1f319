//! What is tried again, how often, and what is given up in the end.

use std::time::Duration;

use payment::deadline::{
    BACK_OFF_MAX, CANCEL_PAUSE, CAPTURE_REFUSALS_MAX, CAPTURE_TRIES_MAX, CODE_TRIES_MAX, GRACE,
    GRACE_AT_THE_BANK, WINDOW,
};
use payment::{Ask, AskKind, Cause, End, Event, Fact, Flow, Knowledge, Rail, Stage, Standing, Trouble, Why};

use crate::bench::{Bench, DUE, Kind};
use crate::steps::{Fate, Step};
use crate::stories::{ended, run_until, shown};

fn scanned(rail: Rail) -> Bench {
    let mut bench = Bench::new(Kind::on(rail, Flow::Qr));
    run_until(&mut bench, shown);
    bench
}

/// Asks of that kind meet `fate`, everything else is answered, until the payment has ended. Says how often.
fn times_until_end(bench: &mut Bench, kind: AskKind, fate: Fate) -> u32 {
    let mut times = 0;
    while !ended(bench) {
        run_until(bench, |bench| ended(bench) || bench.out.as_ref().is_some_and(|ask| ask.kind() == kind));
        if !ended(bench) {
            times += 1;
            bench.call(fate);
        }
        assert!(times < 100, "it is tried for ever: {:?}", bench.payment);
    }
    times
}

/// Why it was to be ended, each time.
fn begun(bench: &Bench) -> Vec<Why> {
    let facts = bench.journal.iter().map(|(_, fact)| fact.clone());
    facts.filter_map(|fact| if let Fact::EndingBegun { why } = fact { Some(why) } else { None }).collect()
}

#[test]
fn a_capture_that_is_refused_three_times_gives_the_money_back() {
    for rail in [Rail::Ecom, Rail::Epayment] {
        let mut bench = scanned(rail);
        bench.vipps.person(&Step::Approve, bench.now);
        let times = times_until_end(&mut bench, AskKind::Capture, Fate::Refused);
        assert_eq!((times, bench.vipps.standing), (CAPTURE_REFUSALS_MAX, Standing::Voided), "{rail:?}");
        assert!(matches!(bench.payment.end(), Some(End::Failed { .. })));
    }
}

#[test]
fn a_capture_that_is_never_answered_gives_the_money_back_in_the_end() {
    let mut bench = scanned(Rail::Ecom);
    bench.vipps.person(&Step::Approve, bench.now);
    let times = times_until_end(&mut bench, AskKind::Capture, Fate::RequestLost);
    assert_eq!((times, bench.vipps.standing), (CAPTURE_TRIES_MAX, Standing::Voided));
}

/// The pauses between captures had grown by then; a release has its own.
#[test]
fn a_release_that_is_not_answered_is_soon_repeated() {
    let mut bench = scanned(Rail::Ecom);
    bench.vipps.person(&Step::Approve, bench.now);
    for _ in 0..CAPTURE_TRIES_MAX {
        run_until(&mut bench, |bench| matches!(bench.out, Some(Ask::Capture { .. })));
        bench.call(Fate::RequestLost);
    }
    let cancels = |bench: &Bench| matches!(bench.out, Some(Ask::Cancel { .. }));
    run_until(&mut bench, cancels);
    let asked_at = bench.now;
    bench.call(Fate::RequestLost);
    run_until(&mut bench, cancels);
    assert_eq!(asked_at.until(bench.now), CANCEL_PAUSE);
}

/// What has failed may be failing for many; whoever is down is not helped by more calls.
#[test]
fn a_capture_that_is_not_answered_is_repeated_less_and_less_often() {
    let mut bench = scanned(Rail::Ecom);
    bench.vipps.person(&Step::Approve, bench.now);
    let captures = |bench: &Bench| matches!(bench.out, Some(Ask::Capture { .. }));
    run_until(&mut bench, captures);
    let pauses: Vec<Duration> = (1..CAPTURE_TRIES_MAX)
        .map(|_| {
            let asked_at = bench.now;
            bench.call(Fate::RequestLost);
            run_until(&mut bench, captures);
            asked_at.until(bench.now)
        })
        .collect();
    assert!(pauses.is_sorted(), "{pauses:?}");
    assert!(pauses[0] < Duration::from_secs(5), "a customer is standing there: {pauses:?}");
    assert!(pauses[pauses.len() - 1] >= BACK_OFF_MAX, "{pauses:?}");
}

#[test]
fn a_capture_that_comes_too_early_is_made_later() {
    let mut bench = scanned(Rail::Ecom);
    bench.vipps.person(&Step::Approve, bench.now);
    for _ in 0..2 * CAPTURE_TRIES_MAX {
        run_until(&mut bench, |bench| matches!(bench.out, Some(Ask::Capture { .. })));
        bench.call(Fate::ComeLater);
    }
    run_until(&mut bench, ended);
    assert_eq!(bench.payment.end(), Some(&End::Paid { captured: DUE }));
}

/// Another hand has captured a part. That is kept, and before the till says that it failed it asks once to let the rest go.
#[test]
fn a_rest_that_can_not_be_captured_is_released_once_whatever_the_power_does() {
    for power_goes in [false, true] {
        let mut bench = scanned(Rail::Epayment);
        bench.vipps.person(&Step::Approve, bench.now);
        bench.vipps.person(&Step::CaptureInThePortal(900), bench.now);
        for _ in 0..CAPTURE_REFUSALS_MAX {
            run_until(&mut bench, |bench| matches!(bench.out, Some(Ask::Capture { .. })));
            bench.call(Fate::Refused);
        }
        run_until(&mut bench, |bench| !begun(bench).is_empty());
        if power_goes {
            bench.journal.retain(|(_, fact)| !matches!(fact, Fact::CancelIntended { .. }));
            bench.out = None;
            bench.crash();
        }
        assert_eq!(times_until_end(&mut bench, AskKind::Cancel, Fate::Answered), 1);
        assert_eq!(bench.payment.end(), Some(&End::Failed { cause: Cause::named("mismatch") }));
        assert!(bench.payment.is_settled() && !bench.payment.may_pay_again(), "900 are kept");
    }
}

#[test]
fn a_rest_is_collected_although_the_cashier_wanted_to_cancel() {
    let mut bench = scanned(Rail::Epayment);
    bench.say(Event::CancelAsked);
    run_until(&mut bench, |bench| matches!(bench.out, Some(Ask::Cancel { .. })));
    bench.vipps.person(&Step::Approve, bench.now);
    bench.vipps.person(&Step::CaptureInThePortal(900), bench.now);
    run_until(&mut bench, ended);
    assert_eq!(bench.payment.end(), Some(&End::Paid { captured: DUE }));
}

/// The bank has let the reservation go: another key brings nothing back.
#[test]
fn a_reservation_that_is_gone_is_not_captured_again() {
    let mut bench = scanned(Rail::Epayment);
    bench.vipps.person(&Step::Approve, bench.now);
    run_until(&mut bench, |bench| matches!(bench.out, Some(Ask::Capture { .. })));
    bench.out = None;
    let cause = Cause::named("funds_gone");
    let trouble =
        Trouble { cause: cause.clone(), knowledge: Knowledge::Refused, pause: None, support_id: None };
    bench.say(Event::Troubled(trouble));
    assert_eq!(begun(&bench), [Why::Fault { cause: cause.clone() }]);
    run_until(&mut bench, ended);
    assert_eq!(bench.payment.end(), Some(&End::Failed { cause }));
}

#[test]
fn a_code_is_asked_for_again_a_few_times_and_at_once_given_up_when_it_is_refused() {
    for (fate, times) in
        [(Fate::RequestLost, CODE_TRIES_MAX), (Fate::NeverSent, CODE_TRIES_MAX), (Fate::Refused, 1)]
    {
        let mut bench = Bench::new(Kind::on(Rail::Ecom, Flow::Qr));
        assert_eq!(times_until_end(&mut bench, AskKind::Code, fate), times, "{fate:?}");
        assert!(matches!(bench.payment.end(), Some(End::Failed { .. })));
        assert_eq!(bench.vipps.standing, Standing::Cancelled, "nobody can pay what nobody has seen");
    }
}

/// When the window is over the till waits for what it has asked, and then ends the payment for the reason that there is.
#[test]
fn the_end_of_the_window_ends_what_nobody_has_paid() {
    for declined in [false, true] {
        let mut bench = scanned(Rail::Ecom);
        let window_end = bench.payment.window_end().expect("it exists");
        if declined {
            bench.vipps.person(&Step::Decline, bench.now);
            run_until(&mut bench, |bench| bench.payment.stage(bench.now) == Stage::CardDeclined);
        }
        run_until(&mut bench, |bench| bench.out.is_some());
        bench.now = window_end.plus(GRACE / 2);
        bench.say(Event::Woken);
        assert!(begun(&bench).is_empty(), "the answer comes first");
        bench.call(Fate::Answered);
        run_until(&mut bench, |bench| !begun(bench).is_empty());
        let (why, end) =
            if declined { (Why::Declined, End::Declined) } else { (Why::TimedOut, End::Expired) };
        assert_eq!(begun(&bench), [why]);
        run_until(&mut bench, ended);
        assert_eq!(bench.payment.end(), Some(&end));
    }
}

/// A machine that was asleep, or without a network: nobody is to scan a code that is dead.
#[test]
fn a_till_that_wakes_after_the_window_says_at_once_that_it_is_checking() {
    let mut bench = scanned(Rail::Ecom);
    bench.now = bench.payment.window_end().expect("it exists");
    bench.say(Event::Woken);
    assert_eq!(bench.payment.stage(bench.now), Stage::Checking, "before anything is answered");
    assert!(matches!(bench.out, Some(Ask::Read { .. })), "the customer may have paid");
    bench.vipps.person(&Step::Approve, bench.vipps.created_at);
    run_until(&mut bench, ended);
    assert_eq!(bench.payment.end(), Some(&End::Paid { captured: DUE }));
}

/// On eCom nobody but the clock ends what can't be cancelled. Who puts the cancel off may be waiting for a bank, and on
/// ePayment an end is told.
#[test]
fn the_clock_is_given_an_hour_more_where_a_bank_may_still_approve() {
    let whens = [
        (Rail::Ecom, Fate::Refused, GRACE),
        (Rail::Ecom, Fate::ComeLater, GRACE_AT_THE_BANK),
        (Rail::Epayment, Fate::Refused, GRACE_AT_THE_BANK),
    ];
    for (rail, fate, grace) in whens {
        let mut bench = scanned(rail);
        // Opened, so that it does not expire by itself.
        bench.vipps.standing = Standing::Opened;
        let window_end = bench.payment.window_end().expect("it exists");
        bench.now = window_end;
        while !ended(&bench) {
            match &bench.out {
                Some(Ask::Cancel { .. }) => bench.call(fate),
                Some(_) => bench.call(Fate::Answered),
                None => bench.pass(bench.now.until(bench.wake.expect("it waits for something"))),
            }
        }
        let over = window_end.until(bench.now);
        assert!(over >= grace && over < grace + Duration::from_mins(1), "{rail:?} {fate:?}: {over:?}");
        assert!(!bench.payment.is_settled(), "the clock has ended it, and nobody else");
    }
}

#[test]
fn an_approval_just_before_the_end_of_the_window_is_collected_after_it() {
    let mut bench = scanned(Rail::Ecom);
    bench.vipps.person(&Step::Approve, bench.now);
    run_until(&mut bench, |bench| matches!(bench.out, Some(Ask::Capture { .. })));
    bench.call(Fate::NeverSent);
    bench.now = bench.now.plus(WINDOW + GRACE);
    bench.say(Event::Woken);
    assert!(begun(&bench).is_empty(), "what is approved does not time out");
    run_until(&mut bench, ended);
    assert_eq!(bench.payment.end(), Some(&End::Paid { captured: DUE }));
}

#[test]
fn what_hinders_is_told_with_the_id_that_support_asks_for_until_it_is_over() {
    let mut bench = scanned(Rail::Ecom);
    run_until(&mut bench, |bench| bench.out.is_some());
    bench.out = None;
    bench.say(Event::Troubled(Trouble {
        cause: Cause::named("server_failed"),
        knowledge: Knowledge::Unknown,
        pause: None,
        support_id: Some("trace-7".to_owned()),
    }));
    assert_eq!(bench.payment.cause(), Some(&Cause::named("server_failed")));
    assert_eq!(bench.payment.support_id(), Some("trace-7"));
    run_until(&mut bench, |bench| bench.out.is_some());
    bench.call(Fate::Answered);
    assert_eq!(bench.payment.cause(), None);
}
