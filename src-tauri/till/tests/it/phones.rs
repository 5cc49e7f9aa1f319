//! Requests go to phones, or can't.

use std::time::Duration;

use contract::{CancelledBy, Code, Flow, Private, ScreenView, StartPayment, Status};
use payment::Rail;
use simulator::{Call, Fault, FaultKind};

use crate::street::{DUE, Shop, Street, asked, asked_by_phone};

const R: &str = "sale-42-1";
const NUMBER: &str = "912 34 567";
/// A number that Vipps MobilePay never sends anything to.
const REFUSED: &str = "40000001";

on_both_rails!(
    a_customer_is_sent_the_request_and_pays,
    a_customer_refuses_the_request,
    nobody_looks_at_the_phone,
    the_cashier_takes_the_request_back_and_shows_a_code,
    a_unit_that_may_not_send_requests_shows_the_code_and_remembers_for_a_day,
    a_refused_number_leads_to_the_code_and_is_not_remembered,
    a_request_whose_answer_was_lost_is_followed,
    a_request_that_never_arrived_is_sent_again,
    while_nobody_knows_whether_it_was_sent_the_screen_is_checking,
    the_power_went_while_the_request_was_on_its_way,
    the_power_went_before_the_request_had_left,
    what_is_no_number_starts_nothing,
);

fn a_customer_is_sent_the_request_and_pays(rail: Rail) {
    Street::with_push(rail).day(async |shop: Shop| {
        shop.till.start(&asked_by_phone(R, NUMBER), None).await.expect("it can be started");
        let sent = shop.until(R, Status::Waiting).await;
        assert_eq!((sent.flow, sent.note), (Flow::Push, None));
        let ScreenView::Sent { amount, left_ms, of_ms } = shop.till.screen().view else {
            panic!("{:?}", shop.till.screen().view);
        };
        assert_eq!(amount.value, DUE);
        assert!((590_000..=600_000).contains(&left_ms) && left_ms <= of_ms, "{left_ms} of {of_ms}");
        shop.approves(R);
        assert_eq!(shop.until_end(R).await.status, Status::Paid);
        shop.paid_once(R);
        assert_eq!((shop.creations(), shop.calls("POST", "/qr/v1")), (1, 0));
    });
}

fn a_customer_refuses_the_request(rail: Rail) {
    Street::with_push(rail).day(async |shop: Shop| {
        shop.till.start(&asked_by_phone(R, NUMBER), None).await.expect("it can be started");
        shop.until(R, Status::Waiting).await;
        shop.simulator.cancel(R).expect("it can be refused");
        let ended = shop.until_end(R).await;
        assert_eq!((ended.status, ended.may_pay_again), (Status::Cancelled, true));
        assert_eq!(shop.till.screen().view, ScreenView::Cancelled { by: CancelledBy::Customer });
    });
}

fn nobody_looks_at_the_phone(rail: Rail) {
    Street::with_push(rail).day(async |shop: Shop| {
        shop.till.start(&asked_by_phone(R, NUMBER), None).await.expect("it can be started");
        let ended = shop.until_end(R).await;
        assert_eq!((ended.status, ended.may_pay_again), (Status::Expired, true));
        shop.kept_nothing(R);
    });
}

fn the_cashier_takes_the_request_back_and_shows_a_code(rail: Rail) {
    Street::with_push(rail).day(async |shop: Shop| {
        shop.till.start(&asked_by_phone(R, NUMBER), None).await.expect("it can be started");
        shop.until(R, Status::Waiting).await;
        shop.till.cancel(R).await.expect("it can be asked for");
        let ended = shop.until_end(R).await;
        assert_eq!((ended.status, ended.may_pay_again), (Status::Cancelled, true));
        shop.kept_nothing(R);
        shop.shows_code("sale-42-2").await;
    });
}

fn a_unit_that_may_not_send_requests_shows_the_code_and_remembers_for_a_day(rail: Rail) {
    let street = Street::on(rail);
    street.day(async |shop: Shop| {
        falls_back(&shop, R, Code::PushNotAllowed, 2).await;
        falls_back(&shop, "sale-42-2", Code::PushNotAllowed, 1).await;
    });
    street.day(async |shop: Shop| {
        falls_back(&shop, "sale-42-3", Code::PushNotAllowed, 1).await;
        shop.passes(Duration::from_hours(25)).await;
        // By now the owner may have ordered the permission.
        falls_back(&shop, "sale-42-4", Code::PushNotAllowed, 2).await;
    });
}

fn a_refused_number_leads_to_the_code_and_is_not_remembered(rail: Rail) {
    Street::with_push(rail).day(async |shop: Shop| {
        for reference in [R, "sale-42-2"] {
            let asked = asked_by_phone(reference, REFUSED);
            falls_back_from(&shop, &asked, Code::NumberRefused, 2).await;
        }
    });
}

async fn falls_back(shop: &Shop, reference: &str, code: Code, creations: usize) {
    falls_back_from(shop, &asked_by_phone(reference, NUMBER), code, creations).await;
}

/// The payment goes on with a code and a word to the cashier, and is paid.
async fn falls_back_from(shop: &Shop, asked: &StartPayment, code: Code, creations: usize) {
    let before = shop.creations();
    let reference = asked.reference.as_deref().expect("it has one");
    shop.till.start(asked, None).await.expect("it can be started");
    let waiting = shop.until(reference, Status::Waiting).await;
    assert_eq!((waiting.flow, waiting.problem), (Flow::Qr, None));
    assert_eq!(waiting.note.expect("the cashier is told").code, code);
    assert!(matches!(shop.till.screen().view, ScreenView::Scan { .. }));
    assert_eq!(shop.creations() - before, creations);
    shop.approves(reference);
    assert_eq!(shop.until_end(reference).await.status, Status::Paid);
    shop.paid_once(reference);
}

fn a_request_whose_answer_was_lost_is_followed(rail: Rail) {
    Street::with_push(rail).day(async |shop: Shop| {
        shop.faults([Fault::new(Call::Initiate, FaultKind::Lost).times(1)]);
        shop.till.start(&asked_by_phone(R, NUMBER), None).await.expect("it can be started");
        shop.until_created(R).await;
        shop.approves(R);
        assert_eq!(shop.until_end(R).await.status, Status::Paid);
        shop.paid_once(R);
        assert_eq!(shop.creations(), 1);
    });
}

fn a_request_that_never_arrived_is_sent_again(rail: Rail) {
    Street::with_push(rail).day(async |shop: Shop| {
        shop.faults([Fault::new(Call::Initiate, FaultKind::Silent).times(1)]);
        shop.till.start(&asked_by_phone(R, NUMBER), None).await.expect("it can be started");
        assert_eq!(shop.until(R, Status::Waiting).await.flow, Flow::Push);
        shop.approves(R);
        assert_eq!(shop.until_end(R).await.status, Status::Paid);
        shop.paid_once(R);
    });
}

fn while_nobody_knows_whether_it_was_sent_the_screen_is_checking(rail: Rail) {
    Street::with_push(rail).day(async |shop: Shop| {
        let lost = |call| Fault::new(call, FaultKind::Lost);
        shop.faults([lost(Call::Initiate), lost(Call::Details)]);
        shop.till.start(&asked_by_phone(R, NUMBER), None).await.expect("it can be started");
        shop.passes(Duration::from_hours(1)).await;
        let view = shop.till.payment(R).await.expect("it exists");
        assert_eq!((view.status, view.is_final, view.may_pay_again), (Status::Checking, false, false));
        assert!(matches!(shop.till.screen().view, ScreenView::Checking { .. }));
        shop.faults([]);
        assert!(shop.until_end(R).await.may_pay_again);
        shop.kept_nothing(R);
    });
}

fn the_power_went_while_the_request_was_on_its_way(rail: Rail) {
    let street = Street::with_push(rail);
    street.day(async |shop: Shop| {
        shop.faults([Fault::new(Call::Initiate, FaultKind::Lost)]);
        shop.till.start(&asked_by_phone(R, NUMBER), None).await.expect("it can be started");
        shop.until_created(R).await;
    });
    street.simulator.set_faults(Vec::new());
    street.simulator.approve(R).expect("it can be approved");
    street.day(async |shop: Shop| {
        assert_eq!(shop.until_end(R).await.status, Status::Paid);
        shop.paid_once(R);
    });
}

fn the_power_went_before_the_request_had_left(rail: Rail) {
    let street = Street::with_push(rail);
    street.day(async |shop: Shop| {
        shop.faults([Fault::new(Call::Initiate, FaultKind::Silent)]);
        shop.till.start(&asked_by_phone(R, NUMBER), None).await.expect("it can be started");
    });
    street.simulator.set_faults(Vec::new());
    street.day(async |shop: Shop| {
        let waiting = shop.until(R, Status::Waiting).await;
        assert_eq!(waiting.flow, Flow::Qr);
        assert_eq!(waiting.note.expect("the cashier is told").code, Code::NumberForgotten);
        shop.approves(R);
        assert_eq!(shop.until_end(R).await.status, Status::Paid);
        shop.paid_once(R);
    });
}

fn what_is_no_number_starts_nothing(rail: Rail) {
    Street::with_push(rail).day(async |shop: Shop| {
        let refusal = async |asked: StartPayment| {
            shop.till.start(&asked, None).await.expect_err("it can't be started").code
        };
        assert_eq!(refusal(asked_by_phone(R, "9123")).await, Code::NumberInvalid);
        let nobody = StartPayment { phone_number: None, ..asked_by_phone(R, NUMBER) };
        assert_eq!(refusal(nobody).await, Code::RequestInvalid);
        let both = StartPayment { personal_qr: Some(Private::new("12345")), ..asked_by_phone(R, NUMBER) };
        assert_eq!(refusal(both).await, Code::RequestInvalid);
        let scanned = StartPayment { phone_number: Some(Private::new(NUMBER)), ..asked(R) };
        assert_eq!(refusal(scanned).await, Code::RequestInvalid);
        assert_eq!(shop.creations(), 0);
        shop.till.payment(R).await.expect_err("nothing was begun");
    });
}
