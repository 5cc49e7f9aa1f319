//! What must be so of money that is reserved for later.

use payment::{
    Ask, CancelledBy, Cause, End, Event, Fact, Flow, ModificationKind, ModificationRequest,
    ModificationState, Rail, Refusal,
};

use crate::bench::{Bench, DUE, Kind};
use crate::refunds::RAILS;
use crate::steps::{Fate, Step};
use crate::stories::{ended, run_until, shown};

/// A payment that a customer has approved, for the shop to collect later.
pub(crate) fn reserved(kind: Kind) -> Bench {
    let mut bench = Bench::new(kind);
    run_until(&mut bench, shown);
    bench.vipps.person(&Step::Approve, bench.now);
    run_until(&mut bench, ended);
    assert_eq!(bench.payment.end(), Some(&End::Reserved { reserved: DUE }));
    bench
}

fn later(rail: Rail) -> Bench {
    reserved(Kind { later: true, ..Kind::on(rail, Flow::Qr) })
}

fn capture(amount: Option<u64>) -> Event {
    Event::CaptureAsked { amount, request: None }
}

fn states(bench: &Bench) -> Vec<ModificationState> {
    bench.payment.modifications().iter().map(|made| made.state.clone()).collect()
}

fn is_out(bench: &Bench) -> bool {
    matches!(bench.out, Some(Ask::Capture { .. } | Ask::Release { .. }))
}

/// How many captures and releases were written down as about to be made.
fn intents(bench: &Bench) -> usize {
    let is_intent = |fact: &Fact| matches!(fact, Fact::CaptureIntended { .. } | Fact::CancelIntended { .. });
    bench.journal.iter().filter(|(_, fact)| is_intent(fact)).count()
}

#[test]
fn it_is_collected_when_the_shop_asks_for_it_and_not_before() {
    for rail in RAILS {
        let mut bench = later(rail);
        assert!(bench.payment.is_settled() && !bench.payment.may_pay_again());
        assert_eq!((bench.vipps.captured, bench.payment.capturable()), (0, DUE));
        let ended_at = bench.payment.ended_at();
        bench.say(capture(None));
        assert!(matches!(bench.out, Some(Ask::Read { .. })), "it is read before money moves");
        assert_eq!(bench.payment.capturable(), 0);
        bench.heal();
        assert_eq!(bench.vipps.captured, DUE);
        assert_eq!(bench.payment.end(), Some(&End::Paid { captured: DUE }));
        assert_eq!(bench.payment.ended_at(), ended_at, "for the customer it has ended long ago");
        assert!(bench.payment.is_settled());
    }
}

#[test]
fn parts_are_collected_the_rest_is_let_go_and_what_was_collected_is_given_back() {
    for rail in RAILS {
        let mut bench = later(rail);
        bench.say(capture(Some(4_900)));
        bench.say(capture(Some(5_000)));
        bench.heal();
        assert_eq!(bench.payment.end(), Some(&End::Reserved { reserved: DUE }));
        assert_eq!((bench.vipps.captured, bench.payment.capturable()), (9_900, DUE - 9_900));
        bench.say(Event::CancelAsked);
        assert_eq!(bench.payment.on(capture(None), bench.now), Err(Refusal::NothingToCapture));
        bench.heal();
        assert_eq!(bench.payment.end(), Some(&End::Paid { captured: 9_900 }));
        assert_eq!((bench.vipps.left(), bench.payment.capturable()), (0, 0));
        bench.say(Event::RefundAsked { amount: None, reason: None, request: None });
        bench.heal();
        assert_eq!((bench.vipps.refunded, bench.payment.money().refunded), (9_900, 9_900));
        assert_eq!(states(&bench), vec![ModificationState::Made; 4]);
    }
}

#[test]
fn all_of_it_is_let_go_once_however_often_that_is_asked_for() {
    for rail in RAILS {
        let mut bench = later(rail);
        bench.ask(Event::CancelAsked);
        bench.ask(Event::CancelAsked);
        bench.heal();
        assert_eq!(bench.payment.end(), Some(&End::Cancelled { by: CancelledBy::Shop }));
        assert!(bench.payment.may_pay_again());
        assert_eq!(states(&bench), [ModificationState::Made]);
        assert_eq!(bench.payment.on(Event::CancelAsked, bench.now), Err(Refusal::EndedAlready));
    }
}

#[test]
fn what_makes_no_sense_is_refused_and_changes_nothing() {
    let mut bench = Bench::new(Kind::on(Rail::Epayment, Flow::Qr));
    run_until(&mut bench, shown);
    assert_eq!(bench.payment.on(capture(None), bench.now), Err(Refusal::NothingToCapture));
    bench.vipps.person(&Step::Approve, bench.now);
    run_until(&mut bench, is_out);
    assert_eq!(
        bench.payment.on(capture(None), bench.now),
        Err(Refusal::NothingToCapture),
        "it is on its way"
    );
    let mut bench = later(Rail::Epayment);
    for amount in [0, DUE + 1, u64::MAX] {
        assert_eq!(bench.payment.on(capture(Some(amount)), bench.now), Err(Refusal::AboveCapturable));
    }
    assert!(states(&bench).is_empty() && bench.payment.is_settled());
}

#[test]
fn the_same_request_is_the_same_capture_even_after_a_restart() {
    let under = |digest: &str| {
        let request = Some(ModificationRequest { key: "pos-1".into(), digest: digest.into() });
        Event::CaptureAsked { amount: Some(1_000), request }
    };
    let mut bench = later(Rail::Epayment);
    bench.ask(under("a"));
    bench.ask(under("a"));
    bench.heal();
    bench.crash();
    bench.ask(under("a"));
    assert_eq!(bench.payment.on(under("b"), bench.now), Err(Refusal::RequestDiffers));
    let request = Some(ModificationRequest { key: "pos-1".into(), digest: "a".into() });
    let refund = Event::RefundAsked { amount: Some(1_000), reason: None, request };
    assert_eq!(bench.payment.on(refund, bench.now), Err(Refusal::RequestDiffers));
    assert_eq!((states(&bench).len(), bench.vipps.captured), (1, 1_000));
}

#[test]
fn an_answer_that_is_lost_is_read_back_and_nothing_is_collected_twice() {
    for rail in RAILS {
        for wish in [capture(Some(5_000)), Event::CancelAsked] {
            let mut bench = later(rail);
            bench.say(wish);
            run_until(&mut bench, is_out);
            bench.call(Fate::AnswerLost);
            bench.crash();
            bench.heal();
            assert_eq!(states(&bench), [ModificationState::Made]);
            assert_eq!(intents(&bench), 1);
        }
    }
}

#[test]
fn one_that_never_arrives_is_repeated_under_its_key_for_as_long_as_it_takes() {
    for wish in [capture(Some(5_000)), Event::CancelAsked] {
        let mut bench = later(Rail::Epayment);
        bench.say(wish);
        for fate in [Fate::NeverSent, Fate::RequestLost, Fate::ComeLater, Fate::NeverSent] {
            run_until(&mut bench, is_out);
            bench.call(fate);
            assert_eq!(states(&bench), [ModificationState::Asked]);
        }
        bench.heal();
        assert_eq!(states(&bench), [ModificationState::Made]);
        assert_eq!(intents(&bench), 1, "what is asked again is not written down again");
        assert_eq!(bench.vipps.captures.len() + bench.vipps.let_go_as.len(), 1);
    }
}

#[test]
fn a_refusal_is_told_and_another_may_be_asked_for() {
    for (wish, kind) in
        [(capture(Some(5_000)), ModificationKind::Capture), (Event::CancelAsked, ModificationKind::Release)]
    {
        let mut bench = later(Rail::Epayment);
        bench.say(wish.clone());
        run_until(&mut bench, is_out);
        bench.call(Fate::Refused);
        assert_eq!(states(&bench), [ModificationState::Refused(Cause::named("keys_refused"))]);
        assert_eq!((bench.payment.capturable(), bench.payment.is_settled()), (DUE, true));
        bench.say(wish);
        bench.heal();
        assert_eq!(states(&bench)[1], ModificationState::Made);
        let numbers: Vec<_> =
            bench.payment.modifications().iter().map(|made| (made.kind, made.number)).collect();
        assert_eq!(numbers, [(kind, 1), (kind, 2)], "a refused key is spent");
    }
}

#[test]
fn more_than_ninety_nine_of_a_kind_are_refused() {
    let mut bench = later(Rail::Epayment);
    for _ in 0..99 {
        bench.say(capture(Some(1)));
    }
    assert_eq!(bench.payment.on(capture(Some(1)), bench.now), Err(Refusal::TooManyModifications));
    bench.heal();
    assert_eq!((bench.vipps.captured, bench.payment.capturable()), (99, DUE - 99));
}

#[test]
fn what_another_hand_has_let_go_or_collected_is_found_out() {
    for rail in RAILS {
        let mut bench = later(rail);
        bench.vipps.person(&Step::CancelInThePortal, bench.now);
        bench.say(capture(None));
        bench.heal();
        assert_eq!(states(&bench), [ModificationState::Refused(Cause::named("above_reserved"))]);
        assert_eq!(bench.payment.end(), Some(&End::Cancelled { by: CancelledBy::Shop }));

        let mut bench = later(rail);
        bench.vipps.person(&Step::CaptureInThePortal(DUE), bench.now);
        bench.say(Event::CancelAsked);
        bench.heal();
        assert_eq!(states(&bench), [ModificationState::Refused(Cause::named("already_captured"))]);
        assert_eq!(bench.payment.end(), Some(&End::Paid { captured: DUE }));

        let mut bench = later(rail);
        bench.vipps.person(&Step::CaptureInThePortal(900), bench.now);
        bench.say(Event::CancelAsked);
        bench.heal();
        assert_eq!(bench.payment.end(), Some(&End::Paid { captured: 900 }));
    }
}

#[test]
fn another_amount_than_was_due_is_never_kept_reserved() {
    let mut bench = Bench::new(Kind { later: true, short: true, ..Kind::on(Rail::Ecom, Flow::Qr) });
    run_until(&mut bench, shown);
    bench.vipps.person(&Step::Approve, bench.now);
    run_until(&mut bench, ended);
    assert_eq!(bench.payment.end(), Some(&End::Failed { cause: Cause::named("mismatch") }));
    assert_eq!(bench.vipps.left(), 0);
}
