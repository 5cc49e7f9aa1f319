//! Captures, releases and refunds whose answers or reads say less than is so, or less than was so before.

use std::time::Duration;

use payment::deadline::{BACK_OFF_MAX, MODIFICATION_PAUSE_MAX, MODIFICATION_READS_MAX};
use payment::{
    Ask, Cause, Event, Fact, Flow, Knowledge, ModificationState, Money, Payment, Rail, Reading, Standing,
    Trouble,
};

use crate::bench::{Bench, DUE, Kind};
use crate::captures::reserved;
use crate::refunds::paid;
use crate::steps::{Fate, Step};
use crate::stories::run_until;

fn refund(amount: u64) -> Event {
    Event::RefundAsked { amount: Some(amount), reason: None, request: None }
}

fn reads(bench: &Bench) -> bool {
    matches!(bench.out, Some(Ask::Read { .. }))
}

fn refunds(bench: &Bench) -> bool {
    matches!(bench.out, Some(Ask::Refund { .. }))
}

fn releases(bench: &Bench) -> bool {
    matches!(bench.out, Some(Ask::Release { .. }))
}

fn newest(bench: &Bench) -> Option<&ModificationState> {
    bench.payment.modifications().last().map(|made| &made.state)
}

fn refused(name: &str) -> ModificationState {
    ModificationState::Refused(Cause::named(name))
}

fn intended_refunds(bench: &Bench) -> usize {
    bench.journal.iter().filter(|(_, fact)| matches!(fact, Fact::RefundIntended { .. })).count()
}

/// A payment of which 1,000 have been given back, and 2,000 are asked back.
fn given_back_in_part() -> Bench {
    let mut bench = paid(Kind::on(Rail::Epayment, Flow::Qr));
    bench.ask(refund(1_000));
    bench.heal();
    bench.ask(refund(2_000));
    bench
}

/// What a read said before the first refund.
fn old(standing: Standing) -> Event {
    let money = Money { reserved: DUE, captured: DUE, refunded: 0 };
    Event::Read(Reading {
        standing,
        money,
        released: 0,
        created_at: None,
        differs: false,
        tagged: Some(true),
    })
}

#[test]
fn a_read_that_has_not_heard_of_the_last_refund_is_not_believed() {
    let mut bench = given_back_in_part();
    assert!(reads(&bench));
    bench.answer(old(Standing::Captured));
    assert_eq!(bench.payment.money().refunded, 1_000, "what was given back stays given back");
    run_until(&mut bench, |bench| bench.out.is_some());
    assert!(reads(&bench), "nothing is sent before a read knows as much as we do");
    bench.heal();
    assert_eq!((newest(&bench), bench.vipps.refunded), (Some(&ModificationState::Made), 3_000));
}

#[test]
fn reads_that_never_catch_up_end_a_refund_that_was_not_sent() {
    for (standing, cause) in
        [(Standing::Captured, "refund_above_captured"), (Standing::Unknown, "unknown_order")]
    {
        let mut bench = given_back_in_part();
        for _ in 0..MODIFICATION_READS_MAX {
            run_until(&mut bench, |bench| bench.out.is_some());
            assert!(reads(&bench));
            assert_eq!(newest(&bench), Some(&ModificationState::Asked));
            bench.answer(old(standing));
        }
        assert_eq!((newest(&bench), intended_refunds(&bench)), (Some(&refused(cause)), 1));
    }
}

#[test]
fn reads_that_never_catch_up_do_not_end_a_refund_that_may_have_been_made() {
    let mut bench = given_back_in_part();
    run_until(&mut bench, refunds);
    bench.call(Fate::AnswerLost);
    for _ in 0..2 * MODIFICATION_READS_MAX {
        run_until(&mut bench, |bench| bench.out.is_some());
        assert!(reads(&bench));
        bench.answer(old(Standing::Captured));
        assert_eq!(newest(&bench), Some(&ModificationState::Asked));
    }
    bench.heal();
    assert_eq!((newest(&bench), bench.vipps.refunded), (Some(&ModificationState::Made), 3_000));
}

/// The first try was under way all the time; the second was refused because the first had been made.
#[test]
fn a_refusal_is_read_back_when_an_earlier_try_may_have_been_made() {
    let mut bench = paid(Kind::on(Rail::Ecom, Flow::Qr));
    bench.ask(refund(DUE));
    run_until(&mut bench, refunds);
    let first = bench.out.clone().expect("it is out");
    bench.call(Fate::RequestLost);
    run_until(&mut bench, refunds);
    bench.vipps.process(&first, bench.now);
    let (cause, knowledge) = (Cause::named("refund_above_captured"), Knowledge::Refused);
    bench.answer(Event::Troubled(Trouble { cause, knowledge, pause: None, support_id: None }));
    assert_eq!(newest(&bench), Some(&ModificationState::Asked));
    bench.heal();
    assert_eq!((newest(&bench), bench.vipps.refunded), (Some(&ModificationState::Made), DUE));
}

/// Nobody stands there any more, and the network may be away for days.
#[test]
fn a_read_for_a_refund_that_fails_and_fails_is_repeated_at_leisure() {
    let mut bench = paid(Kind::on(Rail::Epayment, Flow::Qr));
    bench.ask(refund(1_000));
    let pauses: Vec<Duration> = (0..20)
        .map(|_| {
            bench.call(Fate::NeverSent);
            let began = bench.now;
            run_until(&mut bench, reads);
            began.until(bench.now)
        })
        .collect();
    assert!(pauses.is_sorted() && pauses.last() == Some(&MODIFICATION_PAUSE_MAX), "{pauses:?}");
}

#[test]
fn what_can_no_longer_be_given_back_is_not_sent_even_after_a_restart() {
    let mut bench = paid(Kind::on(Rail::Epayment, Flow::Qr));
    bench.ask(refund(5_000));
    bench.vipps.person(&Step::RefundInThePortal(20_000), bench.now);
    bench.crash();
    bench.heal();
    assert_eq!((newest(&bench), intended_refunds(&bench)), (Some(&refused("refund_above_captured")), 0));
}

/// The answer to a release tells nothing of money, and a read may lag behind it.
#[test]
fn a_release_that_is_acknowledged_is_looked_at_at_once_and_made_again_less_and_less_often() {
    let mut bench = reserved(Kind { later: true, ..Kind::on(Rail::Epayment, Flow::Qr) });
    bench.ask(Event::CancelAsked);
    run_until(&mut bench, releases);
    let pauses: Vec<Duration> = (0..8)
        .map(|_| {
            let began = bench.now;
            bench.answer(Event::CancelAcknowledged);
            assert_eq!(newest(&bench), Some(&ModificationState::Asked), "nothing is let go yet");
            run_until(&mut bench, releases);
            began.until(bench.now)
        })
        .collect();
    assert!(pauses[0].is_zero() && pauses.is_sorted() && pauses[7] >= BACK_OFF_MAX, "{pauses:?}");
    bench.heal();
    assert_eq!((newest(&bench), bench.vipps.left()), (Some(&ModificationState::Made), 0));
}

/// The power went between the two lines of the journal.
#[test]
fn what_has_been_let_go_can_not_be_collected_whatever_was_written_after_it() {
    let mut bench = reserved(Kind { later: true, ..Kind::on(Rail::Epayment, Flow::Qr) });
    bench.ask(Event::CancelAsked);
    bench.heal();
    let made = bench.journal.iter().position(|(_, fact)| matches!(fact, Fact::ReleaseMade { .. }));
    let until_made = bench.journal[..=made.expect("it was let go")].to_vec();
    let payment = Payment::replay(until_made).expect("it is a story");
    assert_eq!(payment.capturable(), 0);
}
