//! What whoever looks at a payment is told of it.

use std::time::Duration;

use payment::deadline::WINDOW;
use payment::{Event, Flow, Payment, Rail, Stage};

use crate::bench::{Bench, Kind};
use crate::steps::{Fate, Step};
use crate::stories::{ended, run_until, shown};

#[test]
fn it_may_be_seen_from_when_a_code_is_shown_or_a_phone_may_have_been_reached() {
    let mut bench = Bench::new(Kind::on(Rail::Epayment, Flow::Qr));
    run_until(&mut bench, |bench| bench.payment.created_at().is_some());
    assert!(!bench.payment.may_be_seen(), "its code is yet to come");
    run_until(&mut bench, shown);
    assert!(bench.payment.may_be_seen());

    let bench = Bench::new(Kind::on(Rail::Epayment, Flow::Push));
    assert!(bench.payment.may_be_seen(), "it is on its way to the phone");
    let requested = bench.journal.first().cloned();
    let only_requested = Payment::replay(requested).expect("it is a story");
    assert!(!only_requested.may_be_seen(), "the power went before it was sent");
}

#[test]
fn the_customers_time_begins_when_it_exists() {
    let mut bench = Bench::new(Kind::on(Rail::Epayment, Flow::Qr));
    assert_eq!((bench.payment.created_at(), bench.payment.window_end()), (None, None));
    bench.now = bench.now.plus(Duration::from_secs(2));
    bench.call(Fate::Answered);
    assert_eq!(bench.payment.created_at(), Some(bench.now));
    let window = bench.payment.window_end().map(|end| bench.now.until(end));
    assert_eq!(window, Some(WINDOW));
}

#[test]
fn it_may_be_cancelled_until_it_is_approved_or_about_to_end() {
    let mut bench = Bench::new(Kind::on(Rail::Ecom, Flow::Qr));
    assert!(bench.payment.may_cancel());
    run_until(&mut bench, shown);
    assert!(bench.payment.may_cancel());
    bench.vipps.person(&Step::Approve, bench.now);
    run_until(&mut bench, |bench| bench.payment.stage(bench.now) == Stage::Approved);
    assert!(!bench.payment.may_cancel(), "the customer has approved");
    run_until(&mut bench, ended);
    assert!(!bench.payment.may_cancel(), "it has been paid");

    let mut bench = Bench::new(Kind::on(Rail::Ecom, Flow::Qr));
    run_until(&mut bench, shown);
    bench.say(Event::CancelAsked);
    assert!(!ended(&bench) && !bench.payment.may_cancel(), "it is being cancelled");
    bench.heal();
    assert!(ended(&bench) && !bench.payment.may_cancel());
}
