//! What is not believed at once, and whose payment it is that is found under our reference.

use std::time::Duration;

use payment::{
    Ask, CancelledBy, Cause, End, Event, Fact, Flow, Knowledge, Moment, Money, Rail, Reading, Standing,
    Trouble,
};

use crate::bench::{Bench, DUE, Kind};
use crate::refunds::paid;
use crate::steps::{Fate, Step};
use crate::stories::{ended, run_until, shown};

/// How much older than our first try a payment may be and still be ours.
const CLOCKS_DIFFER: Duration = Duration::from_mins(2);

fn failed(name: &str) -> End {
    End::Failed { cause: Cause::named(name) }
}

fn refused(name: &str) -> Event {
    let (cause, knowledge) = (Cause::named(name), Knowledge::Refused);
    Event::Troubled(Trouble { cause, knowledge, pause: None, support_id: None })
}

fn reads(bench: &Bench) -> bool {
    matches!(bench.out, Some(Ask::Read { .. }))
}

fn captures(bench: &Bench) -> bool {
    matches!(bench.out, Some(Ask::Capture { .. }))
}

fn wrote(bench: &Bench, wanted: &Fact) -> bool {
    bench.journal.iter().any(|(_, fact)| fact == wanted)
}

#[test]
fn a_capture_that_says_less_than_was_due_is_read_before_it_is_believed() {
    let mut bench = Bench::new(Kind::on(Rail::Ecom, Flow::Qr));
    run_until(&mut bench, shown);
    bench.vipps.person(&Step::Approve, bench.now);
    run_until(&mut bench, captures);
    bench.answer(Event::Captured { captured: DUE - 100 });
    assert!(!ended(&bench) && reads(&bench));
}

#[test]
fn what_another_hand_has_captured_is_not_asked_for_once_more() {
    let mut bench = Bench::new(Kind::on(Rail::Epayment, Flow::Qr));
    run_until(&mut bench, shown);
    bench.vipps.person(&Step::Approve, bench.now);
    run_until(&mut bench, captures);
    bench.call(Fate::RequestLost);
    bench.vipps.person(&Step::CaptureInThePortal(900), bench.now);
    run_until(&mut bench, ended);
    assert_eq!(bench.payment.end(), Some(&End::Paid { captured: DUE }));
    let rest = Fact::CaptureIntended { key: "5eed-c2".into(), amount: DUE - 900 };
    assert!(wrote(&bench, &rest) && !wrote(&bench, &Fact::CaptureRefused));
}

/// A sales unit that captures at the approval reserves nothing, and what it has not reserved tells of no amount.
#[test]
fn what_was_captured_without_a_reservation_is_paid_if_it_is_just_what_was_due() {
    for (captured, end) in [(DUE, End::Paid { captured: DUE }), (DUE + 100, failed("mismatch"))] {
        let mut bench = Bench::new(Kind::on(Rail::Ecom, Flow::Qr));
        run_until(&mut bench, shown);
        run_until(&mut bench, reads);
        let (standing, money) = (Standing::Captured, Money { reserved: 0, captured, refunded: 0 });
        let (created_at, tagged) = (None, None);
        let reading = Reading { standing, money, released: 0, created_at, differs: false, tagged };
        bench.answer(Event::Read(reading));
        assert_eq!(bench.payment.end(), Some(&end));
    }
}

/// Another key would collect again what the lost request may yet collect.
#[test]
fn what_another_hand_gives_back_does_not_spend_the_key_of_a_capture() {
    let mut bench = Bench::new(Kind::on(Rail::Epayment, Flow::Qr));
    run_until(&mut bench, shown);
    bench.vipps.person(&Step::Approve, bench.now);
    bench.vipps.person(&Step::CaptureInThePortal(900), bench.now);
    run_until(&mut bench, captures);
    bench.call(Fate::RequestLost);
    bench.vipps.person(&Step::RefundInThePortal(100), bench.now);
    run_until(&mut bench, ended);
    assert_eq!(bench.payment.end(), Some(&End::Paid { captured: DUE }));
    let intents = bench.journal.iter().filter(|(_, fact)| matches!(fact, Fact::CaptureIntended { .. }));
    assert_eq!(intents.count(), 1, "{:?}", bench.journal);
}

/// A creation on eCom whose answer was lost, and what a read found then: so much older than our first try.
fn found(older: Duration, standing: Standing, differs: bool) -> Bench {
    let mut bench = Bench::new(Kind::on(Rail::Ecom, Flow::Qr));
    let began = bench.now;
    bench.call(Fate::RequestLost);
    run_until(&mut bench, reads);
    let created_at = Some(Moment(began.minus(older).0));
    let (money, tagged) = (Money::default(), None);
    bench.answer(Event::Read(Reading { standing, money, released: 0, created_at, differs, tagged }));
    bench
}

#[test]
fn what_is_too_old_or_too_far_or_different_is_somebody_elses() {
    let just = found(CLOCKS_DIFFER, Standing::Waiting, false);
    assert!(wrote(&just, &Fact::Found), "clocks differ by so much");
    let too_old = found(CLOCKS_DIFFER + Duration::from_millis(1), Standing::Waiting, false);
    let too_far = found(Duration::ZERO, Standing::Opened, false);
    let different = found(Duration::ZERO, Standing::Waiting, true);
    for bench in [too_old, too_far, different] {
        assert_eq!(bench.payment.end(), Some(&failed("duplicate_order")));
        assert!(!wrote(&bench, &Fact::Found));
    }
}

/// Of what is known to be ours nobody needs to know how old it is; on ePayment that takes another call.
#[test]
fn only_what_may_be_somebody_elses_is_asked_for_its_age() {
    let mut bench = Bench::new(Kind::on(Rail::Epayment, Flow::Qr));
    bench.call(Fate::AnswerLost);
    run_until(&mut bench, |bench| bench.out.is_some());
    assert_eq!(bench.out, Some(Ask::Read { dated: true }));
    run_until(&mut bench, shown);
    run_until(&mut bench, reads);
    assert_eq!(bench.out, Some(Ask::Read { dated: false }));
}

/// eCom does not give the link to the code a second time (contract 1.9).
#[test]
fn what_was_created_on_ecom_and_lost_its_code_is_taken_back_at_once() {
    let mut bench = Bench::new(Kind::on(Rail::Ecom, Flow::Qr));
    let began = bench.now;
    bench.call(Fate::AnswerLost);
    run_until(&mut bench, ended);
    assert_eq!(bench.payment.end(), Some(&failed("answer_lost")));
    assert_eq!(bench.vipps.standing, Standing::Cancelled);
    assert!(began.until(bench.now) < Duration::from_secs(10), "after {:?}", began.until(bench.now));
}

#[test]
fn a_reference_that_is_taken_at_the_first_try_is_not_ours_and_at_the_second_it_may_be() {
    let mut bench = Bench::new(Kind::on(Rail::Ecom, Flow::Qr));
    bench.answer(refused("duplicate_order"));
    assert_eq!(bench.payment.end(), Some(&failed("duplicate_order")));

    let mut bench = Bench::new(Kind::on(Rail::Ecom, Flow::Qr));
    bench.call(Fate::RequestLost);
    run_until(&mut bench, |bench| matches!(bench.out, Some(Ask::Create { .. })));
    bench.answer(refused("duplicate_order"));
    run_until(&mut bench, |bench| ended(bench) || reads(bench));
    assert!(!ended(&bench));
}

#[test]
fn only_what_can_not_be_sent_to_a_phone_falls_back_to_a_code() {
    let mut bench = Bench::new(Kind::on(Rail::Epayment, Flow::Push));
    bench.answer(refused("merchant_blocked"));
    assert_eq!(bench.payment.end(), Some(&failed("merchant_blocked")));
    assert_eq!(bench.payment.fell_back(), None);
}

#[test]
fn what_the_shop_gave_up_and_was_never_created_is_cancelled_by_the_shop() {
    let mut bench = Bench::new(Kind::on(Rail::Epayment, Flow::Qr));
    bench.say(Event::CancelAsked);
    bench.answer(refused("merchant_blocked"));
    assert_eq!(bench.payment.end(), Some(&End::Cancelled { by: CancelledBy::Shop }));
}

/// The watch over an ended payment is leisurely; somebody who waits for a refund is not.
#[test]
fn a_read_for_a_refund_that_failed_is_repeated_soon() {
    let mut bench = paid(Kind::on(Rail::Epayment, Flow::Qr));
    bench.say(Event::RefundAsked { amount: Some(1_000), reason: None, request: None });
    assert!(reads(&bench));
    bench.call(Fate::NeverSent);
    let wake = bench.wake.expect("it is read again");
    assert!(bench.now.until(wake) <= Duration::from_secs(5), "after {:?}", bench.now.until(wake));
    assert_eq!(bench.payment.cause(), None, "the trouble of a refund is not that of the payment");
    assert!(bench.payment.modification_trouble().is_some());
}
