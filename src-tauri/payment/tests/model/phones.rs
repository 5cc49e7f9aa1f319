//! What must be so where a phone is reached, and where answers are given again under their keys.

use payment::deadline::LINK_TRIES_MAX;
use payment::{Ask, Cause, End, Event, Fact, Flow, Money, Rail, Reading, Stage, Standing};

use crate::bench::{Bench, DUE, Kind};
use crate::steps::{Fate, Step};
use crate::stories::{ended, run_until, shown};
use crate::vipps::Push;

const PHONES: [(Rail, Flow); 3] =
    [(Rail::Ecom, Flow::Push), (Rail::Epayment, Flow::Push), (Rail::Epayment, Flow::PersonalQr)];

fn keys(bench: &Bench) -> Vec<&str> {
    let intended = bench.journal.iter().filter_map(|(_, fact)| match fact {
        Fact::CreateIntended { key } => Some(key.as_str()),
        _ => None,
    });
    intended.collect()
}

#[test]
fn a_customer_who_was_sent_the_request_pays_without_a_code() {
    for (rail, flow) in PHONES {
        let mut bench = Bench::new(Kind::on(rail, flow));
        assert!(bench.payment.needs_payer());
        run_until(&mut bench, shown);
        assert!(bench.payment.code().is_none() && !bench.payment.needs_payer());
        bench.vipps.person(&Step::Approve, bench.now);
        run_until(&mut bench, ended);
        assert_eq!(bench.payment.end(), Some(&End::Paid { captured: DUE }), "{rail:?} {flow:?}");
    }
}

#[test]
fn a_request_whose_answer_was_lost_is_waited_for() {
    for (rail, flow) in PHONES {
        let mut bench = Bench::new(Kind::on(rail, flow));
        bench.call(Fate::AnswerLost);
        bench.vipps.person(&Step::Approve, bench.now);
        run_until(&mut bench, ended);
        assert_eq!(bench.payment.end(), Some(&End::Paid { captured: DUE }), "{rail:?} {flow:?}");
        assert_eq!(keys(&bench), ["5eed-n1"]);
    }
}

#[test]
fn while_nobody_knows_whether_a_phone_was_reached_nothing_is_said_to_have_failed() {
    let mut bench = Bench::new(Kind::on(Rail::Epayment, Flow::Push));
    bench.call(Fate::AnswerLost);
    for _ in 0..1_000 {
        if bench.out.is_some() {
            bench.call(Fate::NeverSent);
        } else {
            let wake = bench.wake.expect("it waits for something");
            bench.pass(bench.now.until(wake));
        }
        bench.check();
    }
    assert_eq!(bench.payment.stage(bench.now), Stage::Checking);
    assert!(bench.payment.may_be_seen() && !bench.payment.may_pay_again());
}

#[test]
fn what_can_not_be_sent_is_scanned_instead_under_the_next_key() {
    let refusals =
        [(Push::NotAllowed, "push_not_allowed", true), (Push::NumberRefused, "number_refused", false)];
    for rail in [Rail::Ecom, Rail::Epayment] {
        for (push, cause, remembered) in refusals {
            let mut bench = Bench::new(Kind { push, ..Kind::on(rail, Flow::Push) });
            run_until(&mut bench, shown);
            assert_eq!(bench.payment.fell_back(), Some(&Cause::named(cause)));
            assert_eq!(bench.payment.push_refused_at().is_some(), remembered);
            assert!(bench.payment.code().is_some() && bench.payment.flow() == Flow::Qr);
            assert_eq!(keys(&bench), ["5eed-n1", "5eed-n2"]);
            bench.vipps.person(&Step::Approve, bench.now);
            run_until(&mut bench, ended);
            assert_eq!(bench.payment.end(), Some(&End::Paid { captured: DUE }));
        }
    }
}

#[test]
fn what_is_sold_at_a_distance_is_not_scanned_instead() {
    let refusals = [(Push::NotAllowed, "push_not_allowed"), (Push::NumberRefused, "number_refused")];
    for rail in [Rail::Ecom, Rail::Epayment] {
        for (push, cause) in refusals {
            let mut bench = Bench::new(Kind { push, distance: true, ..Kind::on(rail, Flow::Push) });
            run_until(&mut bench, ended);
            assert_eq!(bench.payment.end(), Some(&End::Failed { cause: Cause::named(cause) }));
            assert!(bench.payment.fell_back().is_none() && bench.payment.may_pay_again());
            assert_eq!(keys(&bench), ["5eed-n1"]);
        }
    }
}

#[test]
fn what_is_known_to_be_refused_is_not_asked_for() {
    let mut bench = Bench::new(Kind { warned: true, ..Kind::on(Rail::Epayment, Flow::Push) });
    assert!(matches!(bench.out, Some(Ask::Create { flow: Flow::Qr, .. })));
    assert!(!bench.payment.needs_payer() && bench.payment.push_refused_at().is_none());
    run_until(&mut bench, shown);
    assert_eq!(bench.payment.fell_back(), Some(&Cause::named("push_not_allowed")));
}

#[test]
fn a_lost_link_comes_back_under_the_same_key() {
    let mut bench = Bench::new(Kind::on(Rail::Epayment, Flow::Qr));
    bench.call(Fate::AnswerLost);
    run_until(&mut bench, shown);
    assert_eq!(keys(&bench), ["5eed-n1", "5eed-n1"]);
    bench.vipps.person(&Step::Approve, bench.now);
    run_until(&mut bench, ended);
    assert_eq!(bench.payment.end(), Some(&End::Paid { captured: DUE }));
}

#[test]
fn a_link_that_does_not_come_back_ends_it_in_time() {
    for fate in [Fate::Refused, Fate::RequestLost, Fate::ComeLater] {
        let mut bench = Bench::new(Kind::on(Rail::Epayment, Flow::Qr));
        bench.call(Fate::AnswerLost);
        let began = bench.now;
        while !ended(&bench) {
            match &bench.out {
                Some(Ask::Create { .. }) => bench.call(fate),
                Some(_) => bench.call(Fate::Answered),
                None => {
                    let wake = bench.wake.expect("it waits for something");
                    bench.pass(bench.now.until(wake));
                }
            }
            bench.check();
        }
        assert!(began.until(bench.now).as_secs() < 60, "{fate:?}: {:?}", began.until(bench.now));
        // The first creation is one of them. What is refused under a key is refused again.
        let tries = if matches!(fate, Fate::Refused) { 2 } else { LINK_TRIES_MAX as usize };
        assert_eq!(keys(&bench), vec!["5eed-n1"; tries], "{fate:?}");
        assert_eq!(bench.payment.end(), Some(&End::Failed { cause: Cause::named("answer_lost") }));
        assert_eq!(bench.vipps.standing, Standing::Terminated);
    }
}

#[test]
fn a_creation_that_was_not_found_is_made_again_under_the_same_key() {
    let mut bench = Bench::new(Kind::on(Rail::Epayment, Flow::Qr));
    bench.call(Fate::RequestLost);
    run_until(&mut bench, shown);
    assert_eq!(keys(&bench), ["5eed-n1", "5eed-n1"]);
}

#[test]
fn another_amount_or_currency_stops_the_sale_before_anybody_pays() {
    let mut bench = Bench::new(Kind::on(Rail::Epayment, Flow::Push));
    run_until(&mut bench, shown);
    run_until(&mut bench, |bench| matches!(bench.out, Some(Ask::Read { .. })));
    bench.out = None;
    let (money, created_at, tagged) = (Money::default(), None, Some(true));
    let standing = Standing::Waiting;
    bench.say(Event::Read(Reading { standing, money, released: 0, created_at, differs: true, tagged }));
    run_until(&mut bench, ended);
    assert_eq!(bench.payment.end(), Some(&End::Failed { cause: Cause::named("mismatch") }));
    assert_eq!(bench.vipps.standing, Standing::Terminated);
}

#[test]
fn a_cancel_spares_the_customer_who_was_faster() {
    let mut bench = Bench::new(Kind::on(Rail::Epayment, Flow::Qr));
    run_until(&mut bench, shown);
    bench.say(Event::CancelAsked);
    run_until(&mut bench, |bench| matches!(bench.out, Some(Ask::Cancel { unapproved_only: true, .. })));
    bench.vipps.person(&Step::Approve, bench.now);
    run_until(&mut bench, ended);
    assert_eq!(bench.payment.end(), Some(&End::Paid { captured: DUE }));
}

#[test]
fn another_cancel_goes_under_another_key_and_the_same_one_under_the_same() {
    let mut bench = Bench::new(Kind { short: true, ..Kind::on(Rail::Epayment, Flow::Qr) });
    run_until(&mut bench, shown);
    bench.say(Event::CancelAsked);
    let cancelling = |bench: &Bench| matches!(bench.out, Some(Ask::Cancel { .. }));
    run_until(&mut bench, cancelling);
    bench.call(Fate::RequestLost);
    run_until(&mut bench, cancelling);
    bench.vipps.person(&Step::Approve, bench.now);
    bench.call(Fate::AnswerLost);
    // Too little was reserved, so that everything is to be released: another cancel.
    run_until(&mut bench, cancelling);
    bench.call(Fate::Refused);
    run_until(&mut bench, ended);
    assert_eq!(bench.vipps.standing, Standing::Voided);
    let cancels = bench.journal.iter().filter_map(|(_, fact)| match fact {
        Fact::CancelIntended { key, unapproved_only } => Some((key.as_str(), *unapproved_only)),
        _ => None,
    });
    let expected = [("5eed-x1", true), ("5eed-x1", true), ("5eed-x2", false), ("5eed-x3", false)];
    assert_eq!(cancels.collect::<Vec<_>>(), expected);
}

#[test]
fn a_request_that_arrives_after_it_was_given_up_is_released_when_it_is_approved() {
    for rail in [Rail::Ecom, Rail::Epayment] {
        let mut bench = Bench::new(Kind::on(rail, Flow::Push));
        let request = bench.out.clone().expect("it is asked for at once");
        while !ended(&bench) {
            match &bench.out {
                Some(Ask::Create { .. }) => bench.call(Fate::RequestLost),
                Some(_) => bench.call(Fate::Answered),
                None => {
                    let wake = bench.wake.expect("it waits for something");
                    bench.pass(bench.now.until(wake));
                }
            }
        }
        assert_eq!(bench.payment.end(), Some(&End::Failed { cause: Cause::named("unreachable") }));
        for _ in 0..3 {
            run_until(&mut bench, |bench| bench.out.is_some());
            bench.call(Fate::Answered);
            assert!(!bench.payment.is_settled(), "what is not found may yet arrive");
        }
        bench.vipps.process(&request, bench.now);
        bench.vipps.person(&Step::Approve, bench.now);
        run_until(&mut bench, |bench| bench.payment.came_late());
        assert!(!bench.payment.may_pay_again());
        run_until(&mut bench, |bench| matches!(bench.out, Some(Ask::Cancel { .. })));
        bench.call(Fate::RequestLost);
        run_until(&mut bench, |bench| bench.payment.is_settled());
        assert_eq!(bench.vipps.standing, Standing::Voided);
        assert!(bench.payment.may_pay_again());
        let late = bench.journal.iter().filter(|(_, fact)| matches!(fact, Fact::ApprovedLate { .. }));
        assert_eq!(late.count(), 1, "it is one approval, however often it is read");
    }
}

#[test]
fn somebody_elses_payment_under_the_reference_of_one_that_was_given_up_is_left_alone() {
    let mut bench = Bench::new(Kind::on(Rail::Epayment, Flow::Push));
    bench.call(Fate::RequestLost);
    bench.say(Event::CancelAsked);
    run_until(&mut bench, ended);
    assert!(!bench.payment.is_settled());
    // It does not carry our tag.
    bench.vipps.standing = Standing::Approved;
    run_until(&mut bench, |bench| bench.payment.is_settled());
    assert_eq!(bench.vipps.standing, Standing::Approved);
    assert!(!bench.payment.came_late() && bench.payment.may_pay_again());
}

/// The second try was refused, and the first was under way all the time.
#[test]
fn a_request_that_went_astray_is_watched_whatever_becomes_of_the_next() {
    for cancelled in [false, true] {
        let mut bench = Bench::new(Kind::on(Rail::Ecom, Flow::Push));
        let request = bench.out.clone().expect("it is asked for at once");
        bench.call(Fate::RequestLost);
        if cancelled {
            bench.say(Event::CancelAsked);
        } else {
            run_until(&mut bench, |bench| matches!(bench.out, Some(Ask::Create { .. })));
            bench.call(Fate::Refused);
        }
        run_until(&mut bench, ended);
        assert!(!bench.payment.is_settled(), "it may yet arrive");
        bench.vipps.process(&request, bench.now);
        bench.vipps.person(&Step::Approve, bench.now);
        run_until(&mut bench, |bench| bench.payment.is_settled());
        assert_eq!(bench.vipps.standing, Standing::Voided);
    }
}

/// The request arrived after it had been given up and its number forgotten; the code that was to take its place was
/// refused because the payment existed, and its creation was then repeated under the refused key.
#[test]
fn a_request_that_arrives_after_all_is_paid_or_taken_back_for_want_of_a_code() {
    for approves in [true, false] {
        let mut bench = Bench::new(Kind::on(Rail::Epayment, Flow::Push));
        let request = bench.out.clone().expect("it is asked for at once");
        bench.call(Fate::RequestLost);
        let not_found = |bench: &Bench| {
            bench.journal.iter().any(|(_, fact)| matches!(fact, Fact::NotCreated { strayed: true }))
        };
        run_until(&mut bench, not_found);
        bench.crash();
        run_until(&mut bench, |bench| matches!(bench.out, Some(Ask::Create { flow: Flow::Qr, .. })));
        bench.vipps.process(&request, bench.now);
        if approves {
            bench.vipps.person(&Step::Approve, bench.now);
        }
        bench.call(Fate::Answered);
        run_until(&mut bench, ended);
        let (end, standing) = if approves {
            (End::Paid { captured: DUE }, Standing::Captured)
        } else {
            (End::Failed { cause: Cause::named("answer_lost") }, Standing::Terminated)
        };
        assert_eq!((bench.payment.end(), bench.vipps.standing), (Some(&end), standing));
    }
}

#[test]
fn what_expired_at_vipps_is_proven_and_not_watched() {
    let mut bench = Bench::new(Kind::on(Rail::Epayment, Flow::Push));
    run_until(&mut bench, shown);
    while !ended(&bench) {
        let now = bench.now;
        run_until(&mut bench, |bench| ended(bench) || bench.now > now);
    }
    assert_eq!(bench.payment.end(), Some(&End::Expired));
    assert!(bench.payment.is_settled() && bench.payment.may_pay_again());
}
