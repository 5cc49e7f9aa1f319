//! The network is slow, silent or lies. No answer is no answer: the till reads before it decides.

use std::time::Duration;

use contract::{Code, Contact, ScreenView, Status};
use payment::Rail;
use simulator::{Call, Fault, FaultKind, Record};
use till::QrHosts;
use tokio::time::Instant;

use crate::street::{Shop, Street, asked};

const R: &str = "sale-42-1";

on_both_rails!(
    nobody_answers_at_the_start,
    nobody_knows_whether_it_was_created_and_nobody_answers,
    a_customer_who_has_seen_nothing_yet_is_not_told_that_it_is_being_checked,
    a_creation_that_never_arrived_is_made_good,
    the_answer_to_the_capture_is_lost,
    captures_fail_in_every_way_and_then_one_works_under_the_same_key,
    a_capture_that_never_works_gives_the_customer_the_money_back,
    contact_is_lost_while_the_customer_pays_and_comes_back,
    without_contact_nothing_is_ever_said_to_have_failed,
    a_cancel_that_fails_is_read_back_and_repeated,
    a_picture_that_is_no_code_is_never_shown,
    a_code_that_leads_elsewhere_is_never_shown_nor_asked_for_again,
    too_many_requests_are_answered_with_patience,
    keys_that_are_refused_end_it_with_a_word_to_the_cashier,
);

fn nobody_answers_at_the_start(rail: Rail) {
    Street::on(rail).day(async |shop: Shop| {
        shop.faults([Fault::new(Call::Any, FaultKind::Refused)]);
        let began = Instant::now();
        shop.till.start(&asked(R), None).await.expect("it can be asked for");
        let ended = shop.until_end(R).await;
        assert!(began.elapsed() < Duration::from_secs(15), "it took {:?}", began.elapsed());
        assert_eq!((ended.status, ended.may_pay_again), (Status::Failed, true));
        assert_eq!(ended.problem.expect("it says why").code, Code::Unreachable);
        assert_eq!(shop.till.screen().view, ScreenView::Fault { code: Code::Unreachable });
        assert_eq!(shop.till.counter().contact, Contact::Lost);
        assert!(shop.simulator.payment(R).is_none());
        shop.faults([]);
        shop.shows_code("sale-42-2").await;
    });
}

fn nobody_knows_whether_it_was_created_and_nobody_answers(rail: Rail) {
    Street::on(rail).day(async |shop: Shop| {
        shop.faults([Fault::new(Call::Any, FaultKind::Lost)]);
        let began = Instant::now();
        shop.till.start(&asked(R), None).await.expect("it can be asked for");
        let ended = shop.until_end(R).await;
        assert!(began.elapsed() < Duration::from_secs(30), "it took {:?}", began.elapsed());
        // Nobody has its URL, so nobody can pay it, whatever became of it.
        assert_eq!((ended.status, ended.may_pay_again), (Status::Failed, true));
        assert_eq!(ended.problem.expect("it says why").code, Code::Unreachable);
        shop.faults([]);
        shop.shows_code("sale-42-2").await;
    });
}

fn a_customer_who_has_seen_nothing_yet_is_not_told_that_it_is_being_checked(rail: Rail) {
    Street::on(rail).day(async |shop: Shop| {
        shop.faults([Fault::new(Call::Any, FaultKind::Silent)]);
        shop.till.start(&asked(R), None).await.expect("it can be asked for");
        shop.until_view(R, |view| view.status != Status::Starting).await;
        assert_eq!(shop.till.payment(R).await.expect("it exists").status, Status::Checking);
        let screen = shop.till.screen().view;
        assert!(matches!(screen, ScreenView::Preparing { .. }), "nobody can have paid: {screen:?}");
    });
}

#[test]
fn the_answer_to_the_creation_is_lost() {
    Street::on(Rail::Ecom).day(async |shop: Shop| {
        shop.faults([Fault::new(Call::Initiate, FaultKind::Lost).times(1)]);
        shop.till.start(&asked(R), None).await.expect("it can be asked for");
        let ended = shop.until_end(R).await;
        assert_eq!((ended.status, ended.may_pay_again), (Status::Failed, true));
        assert_eq!(ended.problem.expect("it says why").code, Code::AnswerLost);
        shop.kept_nothing(R);
        assert_eq!(shop.creations(), 1);
    });
}

fn a_creation_that_never_arrived_is_made_good(rail: Rail) {
    Street::on(rail).day(async |shop: Shop| {
        shop.faults([Fault::new(Call::Initiate, FaultKind::Silent).times(1)]);
        shop.shows_code(R).await;
        shop.approves(R);
        assert_eq!(shop.until_end(R).await.status, Status::Paid);
        shop.paid_once(R);
    });
}

fn the_answer_to_the_capture_is_lost(rail: Rail) {
    Street::on(rail).day(async |shop: Shop| {
        shop.shows_code(R).await;
        shop.faults([Fault::new(Call::Capture, FaultKind::Lost)]);
        shop.approves(R);
        assert_eq!(shop.until_end(R).await.status, Status::Paid);
        shop.paid_once(R);
    });
}

fn captures_fail_in_every_way_and_then_one_works_under_the_same_key(rail: Rail) {
    for kind in [FaultKind::Silent, FaultKind::Html, FaultKind::Nonsense, FaultKind::Cut, FaultKind::Azure500]
    {
        Street::on(rail).day(async |shop: Shop| {
            shop.shows_code(R).await;
            shop.faults([Fault::new(Call::Capture, kind).times(3)]);
            shop.approves(R);
            assert_eq!(shop.until_end(R).await.status, Status::Paid, "{kind:?}");
            shop.paid_once(R);
            assert_eq!(shop.truth(R).captures.len(), 1);
            let keys: std::collections::BTreeSet<String> = capture_keys(&shop.simulator.requests());
            assert_eq!(keys.len(), 1, "{kind:?}: {keys:?}");
        });
    }
}

fn capture_keys(records: &[Record]) -> std::collections::BTreeSet<String> {
    let captures = records.iter().filter(|record| record.path.ends_with("/capture"));
    let headers = captures.flat_map(|record| record.headers.clone());
    headers
        .filter(|(name, _)| {
            name.eq_ignore_ascii_case("x-request-id") || name.eq_ignore_ascii_case("idempotency-key")
        })
        .map(|(_, value)| value)
        .collect()
}

fn a_capture_that_never_works_gives_the_customer_the_money_back(rail: Rail) {
    Street::on(rail).day(async |shop: Shop| {
        shop.shows_code(R).await;
        shop.faults([Fault::new(Call::Capture, FaultKind::Azure500)]);
        shop.approves(R);
        let ended = shop.until_end(R).await;
        assert_eq!((ended.status, ended.may_pay_again), (Status::Failed, true));
        assert_eq!(ended.problem.expect("it says why").code, Code::CaptureFailed);
        shop.kept_nothing(R);
    });
}

fn contact_is_lost_while_the_customer_pays_and_comes_back(rail: Rail) {
    Street::on(rail).day(async |shop: Shop| {
        shop.shows_code(R).await;
        shop.faults([Fault::new(Call::Details, FaultKind::Refused)]);
        let began = Instant::now();
        shop.until(R, Status::Checking).await;
        assert!(began.elapsed() < Duration::from_secs(10), "it took {:?}", began.elapsed());
        assert!(matches!(shop.till.screen().view, ScreenView::Checking { .. }));
        assert_eq!(shop.till.counter().contact, Contact::Lost);
        assert!(!shop.till.payment(R).await.expect("it exists").may_pay_again);
        shop.approves(R);
        shop.faults([]);
        assert_eq!(shop.until_end(R).await.status, Status::Paid);
        shop.paid_once(R);
    });
}

fn without_contact_nothing_is_ever_said_to_have_failed(rail: Rail) {
    Street::on(rail).day(async |shop: Shop| {
        shop.shows_code(R).await;
        shop.faults([Fault::new(Call::Any, FaultKind::Refused)]);
        shop.passes(Duration::from_hours(2)).await;
        let view = shop.till.payment(R).await.expect("it exists");
        assert_eq!((view.status, view.is_final, view.may_pay_again), (Status::Checking, false, false));
        shop.faults([]);
        assert!(shop.until_end(R).await.may_pay_again);
    });
}

fn a_cancel_that_fails_is_read_back_and_repeated(rail: Rail) {
    for kind in [FaultKind::Azure500, FaultKind::Locked, FaultKind::Silent, FaultKind::Lost] {
        Street::on(rail).day(async |shop: Shop| {
            shop.shows_code(R).await;
            shop.faults([Fault::new(Call::Cancel, kind).times(1)]);
            shop.till.cancel(R).await.expect("it can be asked for");
            let ended = shop.until_end(R).await;
            assert_eq!((ended.status, ended.may_pay_again), (Status::Cancelled, true), "{kind:?}");
            shop.kept_nothing(R);
        });
    }
}

fn a_picture_that_is_no_code_is_never_shown(rail: Rail) {
    Street::on(rail).day(async |shop: Shop| {
        shop.faults([Fault::new(Call::Image, FaultKind::Html)]);
        shop.till.start(&asked(R), None).await.expect("it can be asked for");
        let ended = shop.until_end(R).await;
        assert_eq!((ended.status, ended.may_pay_again), (Status::Failed, true));
        assert!(matches!(shop.till.screen().view, ScreenView::Fault { .. }));
        shop.kept_nothing(R);
    });
}

/// To this till, that knows the real Vipps MobilePay alone, the simulator is elsewhere.
fn a_code_that_leads_elsewhere_is_never_shown_nor_asked_for_again(rail: Rail) {
    let mut street = Street::on(rail);
    street.qr_hosts = QrHosts::Official;
    street.day(async |shop: Shop| {
        shop.till.start(&asked(R), None).await.expect("it can be asked for");
        let mut screens = shop.till.screens();
        let ended = loop {
            let screen = shop.till.screen().view;
            let asks = matches!(screen, ScreenView::Scan { .. } | ScreenView::Sent { .. });
            assert!(!asks, "nobody can do what is asked: {screen:?}");
            let view = shop.till.payment(R).await.expect("it exists");
            if view.is_final {
                break view;
            }
            screens.changed().await.expect("the till lives");
        };
        assert_eq!((ended.status, ended.may_pay_again), (Status::Failed, true));
        let sent = shop.simulator.requests();
        let pictures = sent.iter().filter(|sent| sent.path.starts_with("/qr-image/")).count();
        assert_eq!(pictures, 1);
        shop.kept_nothing(R);
    });
}

fn too_many_requests_are_answered_with_patience(rail: Rail) {
    Street::on(rail).day(async |shop: Shop| {
        shop.shows_code(R).await;
        shop.faults([Fault::new(Call::Capture, FaultKind::Status).status(429).times(2)]);
        shop.approves(R);
        assert_eq!(shop.until_end(R).await.status, Status::Paid);
        shop.paid_once(R);
    });
}

fn keys_that_are_refused_end_it_with_a_word_to_the_cashier(rail: Rail) {
    Street::on(rail).day(async |shop: Shop| {
        shop.faults([Fault::new(Call::Initiate, FaultKind::Status).status(403)]);
        shop.till.start(&asked(R), None).await.expect("it can be asked for");
        let ended = shop.until_end(R).await;
        assert_eq!((ended.status, ended.may_pay_again), (Status::Failed, true));
        assert_eq!(ended.problem.expect("it says why").code, Code::KeysRefused);
    });
}
