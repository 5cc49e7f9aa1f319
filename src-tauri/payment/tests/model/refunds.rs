//! What must be so of money that is given back, and of hints.

use std::time::Duration;

use payment::{
    Ask, Cause, End, Event, Fact, Flow, ModificationRequest, ModificationState, Money, Payment, Rail, Refusal,
};
use proptest::prelude::*;

use crate::bench::{Bench, DUE, Kind};
use crate::steps::{Fate, Step};
use crate::stories::{ended, run_until, shown};

pub(crate) const RAILS: [Rail; 2] = [Rail::Ecom, Rail::Epayment];

pub(crate) fn kind_of_paid() -> impl Strategy<Value = Kind> {
    prop::sample::select(RAILS.to_vec()).prop_map(|rail| Kind::on(rail, Flow::Qr))
}

/// A payment that a customer has paid.
pub(crate) fn paid(kind: Kind) -> Bench {
    let mut bench = Bench::new(kind);
    run_until(&mut bench, shown);
    bench.vipps.person(&Step::Approve, bench.now);
    run_until(&mut bench, ended);
    assert_eq!(bench.vipps.captured, DUE);
    bench
}

fn asked(amount: Option<u64>) -> Event {
    Event::RefundAsked { amount, reason: None, request: None }
}

fn under(key: &str, digest: &str) -> Event {
    let request = Some(ModificationRequest { key: key.into(), digest: digest.into() });
    Event::RefundAsked { amount: Some(1_000), reason: None, request }
}

fn states(bench: &Bench) -> Vec<ModificationState> {
    bench.payment.refunds().map(|refund| refund.state.clone()).collect()
}

/// Waits for its turn and lets what is out be answered like this.
fn next_call(bench: &mut Bench, fate: Fate) {
    if bench.out.is_none() {
        let wake = bench.wake.expect("it waits for something");
        bench.pass(bench.now.until(wake));
    }
    bench.call(fate);
    bench.check();
}

fn refund_is_out(bench: &Bench) -> bool {
    matches!(bench.out, Some(Ask::Refund { .. }))
}

#[test]
fn all_of_it_or_parts_of_it_are_given_back_one_after_the_other() {
    for rail in RAILS {
        let mut bench = paid(Kind::on(rail, Flow::Qr));
        assert!(bench.payment.is_settled());
        bench.say(asked(Some(4_900)));
        bench.say(asked(None));
        assert_eq!(bench.payment.modifications()[1].amount, DUE - 4_900);
        assert!(!bench.payment.is_settled() && !bench.payment.may_pay_again());
        assert!(matches!(bench.out, Some(Ask::Read { .. })), "it is read before money moves");
        bench.heal();
        assert_eq!(states(&bench), [ModificationState::Made, ModificationState::Made]);
        assert_eq!((bench.vipps.refunded, bench.payment.money().refunded), (DUE, DUE));
        assert_eq!(bench.vipps.refunds.keys().collect::<Vec<_>>(), ["5eed-r1", "5eed-r2"]);
        assert!(bench.payment.is_settled() && !bench.payment.may_pay_again());
    }
}

#[test]
fn what_makes_no_sense_is_refused_and_changes_nothing() {
    let mut bench = Bench::new(Kind::on(Rail::Ecom, Flow::Qr));
    run_until(&mut bench, shown);
    assert_eq!(bench.payment.on(asked(None), bench.now), Err(Refusal::NothingToRefund));
    let mut bench = paid(Kind::on(Rail::Ecom, Flow::Qr));
    for amount in [0, DUE + 1, u64::MAX] {
        assert_eq!(bench.payment.on(asked(Some(amount)), bench.now), Err(Refusal::AboveRefundable));
    }
    bench.say(asked(Some(DUE)));
    assert_eq!(bench.payment.on(asked(Some(1)), bench.now), Err(Refusal::NothingToRefund));
    assert_eq!(bench.payment.refunds().count(), 1);
}

#[test]
fn the_same_request_is_the_same_refund_even_after_a_restart() {
    let mut bench = paid(Kind::on(Rail::Epayment, Flow::Qr));
    bench.ask(under("pos-1", "a"));
    bench.ask(under("pos-1", "a"));
    bench.heal();
    bench.crash();
    bench.ask(under("pos-1", "a"));
    assert_eq!(bench.payment.on(under("pos-1", "b"), bench.now), Err(Refusal::RequestDiffers));
    assert_eq!((bench.payment.refunds().count(), bench.vipps.refunded), (1, 1_000));
}

#[test]
fn an_answer_that_is_lost_is_read_back_and_nothing_is_sent_again() {
    for rail in RAILS {
        let mut bench = paid(Kind::on(rail, Flow::Qr));
        bench.say(asked(Some(5_000)));
        run_until(&mut bench, refund_is_out);
        next_call(&mut bench, Fate::AnswerLost);
        next_call(&mut bench, Fate::Answered);
        assert_eq!(states(&bench), [ModificationState::Made]);
        assert_eq!(bench.vipps.refunded, 5_000);
    }
}

#[test]
fn one_that_never_arrives_is_repeated_under_its_key_for_as_long_as_it_takes() {
    for fate in [Fate::RequestLost, Fate::NeverSent, Fate::ComeLater] {
        let mut bench = paid(Kind::on(Rail::Epayment, Flow::Qr));
        bench.say(asked(Some(5_000)));
        let began = bench.now;
        for _ in 0..20 {
            run_until(&mut bench, refund_is_out);
            next_call(&mut bench, fate);
        }
        assert!(began.until(bench.now) > Duration::from_hours(4), "it was hurried");
        assert_eq!(states(&bench), [ModificationState::Asked]);
        bench.heal();
        assert_eq!(states(&bench), [ModificationState::Made]);
        let keys: Vec<&String> = bench.vipps.refunds.keys().collect();
        assert_eq!(keys, ["5eed-r1"]);
        let intents = bench.journal.iter().filter(|(_, fact)| matches!(fact, Fact::RefundIntended { .. }));
        assert_eq!(intents.count(), 1);
    }
}

#[test]
fn a_refusal_is_final_unless_an_earlier_try_was_made() {
    let mut bench = paid(Kind::on(Rail::Ecom, Flow::Qr));
    bench.say(asked(Some(5_000)));
    run_until(&mut bench, refund_is_out);
    next_call(&mut bench, Fate::Refused);
    assert_eq!(states(&bench), [ModificationState::Refused(Cause::named("keys_refused"))]);
    assert!(bench.payment.is_settled());

    bench.say(asked(Some(6_000)));
    run_until(&mut bench, refund_is_out);
    next_call(&mut bench, Fate::RequestLost);
    run_until(&mut bench, refund_is_out);
    next_call(&mut bench, Fate::AnswerLost);
    bench.crash();
    bench.heal();
    assert_eq!(states(&bench)[1], ModificationState::Made);
    assert_eq!(bench.vipps.refunded, 6_000);
}

#[test]
fn what_the_portal_has_given_back_is_not_given_back_again() {
    for rail in RAILS {
        let mut bench = paid(Kind::on(rail, Flow::Qr));
        bench.vipps.person(&Step::RefundInThePortal(20_000), bench.now);
        bench.say(asked(Some(5_000)));
        bench.heal();
        assert_eq!(states(&bench), [ModificationState::Refused(Cause::named("refund_above_captured"))]);
        assert_eq!((bench.vipps.refunded, bench.payment.money().refunded), (20_000, 20_000));
        bench.say(asked(None));
        bench.heal();
        assert_eq!(bench.vipps.refunded, DUE);
    }
}

#[test]
fn what_was_taken_wrongly_or_late_is_given_back_too() {
    let money = Money { reserved: DUE, captured: DUE, refunded: 0 };
    let mismatch = End::Failed { cause: Cause::named("mismatch") };
    let wrongly = [Fact::Moved { money }, Fact::Ended { end: mismatch, proven: true }];
    let expired = Fact::Ended { end: End::Expired, proven: false };
    let late = [expired, Fact::PaidLate { captured: DUE }, Fact::Settled];
    for (facts, may_pay_again) in [(wrongly.to_vec(), true), (late.to_vec(), false)] {
        let mut bench = paid(Kind::on(Rail::Ecom, Flow::Qr));
        bench.journal.retain(|(_, fact)| !matches!(fact, Fact::Ended { .. }));
        bench.journal.extend(facts.into_iter().map(|fact| (bench.now, fact)));
        bench.payment = Payment::replay(bench.journal.clone()).expect("it is a story");
        assert!(!bench.payment.may_pay_again());
        let ended_at = bench.payment.ended_at();
        bench.say(asked(None));
        bench.heal();
        assert_eq!((bench.vipps.refunded, bench.payment.ended_at()), (DUE, ended_at));
        assert_eq!(bench.payment.may_pay_again(), may_pay_again);
    }
}

#[test]
fn a_hint_hurries_the_next_read_but_not_the_one_after() {
    let mut bench = Bench::new(Kind::on(Rail::Ecom, Flow::Qr));
    run_until(&mut bench, shown);
    run_until(&mut bench, |bench| bench.out.is_some());
    bench.say(Event::Hinted);
    bench.call(Fate::Answered);
    let wake = bench.wake.expect("it is read once more");
    assert_eq!(bench.now.until(wake), Duration::from_millis(200));
    for _ in 0..50 {
        bench.say(Event::Hinted);
        assert!(bench.out.is_none() && bench.wake == Some(wake), "hints flood Vipps MobilePay");
    }
    bench.pass(Duration::from_millis(200));
    bench.call(Fate::NeverSent);
    let later = bench.wake;
    bench.say(Event::Hinted);
    assert!(bench.out.is_none() && bench.wake == later, "what failed keeps its pause");
}
