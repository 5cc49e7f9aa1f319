//! Customers pay, hesitate, decline, cancel and walk away.

use std::time::Duration;

use contract::{CancelledBy, Code, Contact, ScreenView, Status};
use payment::Rail;
use simulator::QrLife;
use till::TillSettings;
use tokio::time::Instant;

use crate::street::{DUE, Shop, Street};

const R: &str = "sale-42-1";

on_both_rails!(
    a_customer_scans_approves_and_has_paid,
    a_customer_cancels_in_the_app,
    the_cashier_cancels,
    whoever_pays_in_the_moment_of_the_cashiers_cancel_has_paid,
    a_cancel_after_the_approval_is_refused_with_what_to_do,
    a_customer_walks_away,
    time_that_jumps_at_vipps_jumps_here,
    each_result_stays_its_time_whatever_came_before_it,
);

fn a_customer_scans_approves_and_has_paid(rail: Rail) {
    Street::on(rail).day(async |shop: Shop| {
        assert_eq!(shop.till.screen().view, ScreenView::Idle);
        shop.shows_code(R).await;
        let ScreenView::Scan { amount, qr, left_ms, of_ms } = shop.till.screen().view else {
            panic!("the code is not on the screen");
        };
        assert_eq!(amount.value, DUE);
        assert!((590_000..=600_000).contains(&left_ms) && left_ms <= of_ms, "{left_ms} of {of_ms}");
        let png = shop.till.picture(&qr).await.expect("the picture is there");
        let content = till::read_qr(&png, till::QrHosts::OfficialAndLoopback).expect("it can be read");
        assert_eq!(content, shop.truth(R).qr_content);

        shop.scans(R);
        // ePayment does not tell that somebody has scanned.
        if rail == Rail::Ecom {
            shop.until(R, Status::Opened).await;
            assert!(matches!(shop.till.screen().view, ScreenView::Opened { .. }));
        }

        let began = Instant::now();
        shop.approves(R);
        let paid = shop.until_end(R).await;
        assert!(began.elapsed() < Duration::from_secs(2), "it took {:?}", began.elapsed());
        assert_eq!((paid.status, paid.captured.value, paid.may_pay_again), (Status::Paid, DUE, false));
        assert!(matches!(shop.till.screen().view, ScreenView::Paid { amount, .. } if amount.value == DUE));
        shop.paid_once(R);
        assert_eq!(shop.till.counter().contact, Contact::Good);

        shop.until_screen(|view| *view == ScreenView::Idle).await;
        assert_eq!(shop.till.counter().recent[0].status, Status::Paid);
        assert_eq!(shop.till.payment(R).await.expect("it is remembered"), paid);
    });
}

#[test]
fn a_declined_card_is_followed_by_one_that_works() {
    Street::on(Rail::Ecom).day(async |shop: Shop| {
        shop.shows_code(R).await;
        shop.declines(R);
        let declined = shop.until(R, Status::Declined).await;
        assert!(!declined.is_final && !declined.may_pay_again);
        assert!(matches!(shop.till.screen().view, ScreenView::Declined { may_retry: true, .. }));
        shop.approves(R);
        assert_eq!(shop.until_end(R).await.status, Status::Paid);
        shop.paid_once(R);
    });
}

#[test]
fn a_card_that_stays_declined_ends_with_the_window() {
    Street::on(Rail::Ecom).day(async |shop: Shop| {
        shop.shows_code(R).await;
        shop.declines(R);
        let ended = shop.until_end(R).await;
        assert_eq!((ended.status, ended.may_pay_again), (Status::Declined, true));
        assert_eq!(ended.problem.expect("it says why").code, Code::Declined);
        assert!(matches!(shop.till.screen().view, ScreenView::Declined { may_retry: false, .. }));
        shop.kept_nothing(R);
    });
}

fn a_customer_cancels_in_the_app(rail: Rail) {
    Street::on(rail).day(async |shop: Shop| {
        shop.shows_code(R).await;
        shop.scans(R);
        shop.simulator.cancel(R).expect("it can be cancelled");
        let ended = shop.until_end(R).await;
        assert_eq!((ended.status, ended.may_pay_again), (Status::Cancelled, true));
        assert_eq!(shop.till.screen().view, ScreenView::Cancelled { by: CancelledBy::Customer });
    });
}

fn the_cashier_cancels(rail: Rail) {
    Street::on(rail).day(async |shop: Shop| {
        shop.shows_code(R).await;
        shop.faults([
            simulator::Fault::new(simulator::Call::Cancel, simulator::FaultKind::Slow).delay_ms(500)
        ]);
        let began = Instant::now();
        let asked = shop.till.cancel(R).await.expect("it can be asked for");
        assert!(!asked.is_final && asked.status == Status::Checking, "a cancel is a request: {asked:?}");
        assert!(matches!(shop.till.screen().view, ScreenView::Checking { .. }));
        let ended = shop.until_end(R).await;
        assert!(began.elapsed() < Duration::from_secs(1), "it took {:?}", began.elapsed());
        assert_eq!((ended.status, ended.may_pay_again), (Status::Cancelled, true));
        assert_eq!(shop.till.screen().view, ScreenView::Cancelled { by: CancelledBy::Shop });
        shop.kept_nothing(R);
        let again = shop.till.cancel(R).await.expect_err("it has ended");
        assert_eq!(again.code, Code::TooLateToCancel);
    });
}

fn whoever_pays_in_the_moment_of_the_cashiers_cancel_has_paid(rail: Rail) {
    Street::on(rail).day(async |shop: Shop| {
        shop.shows_code(R).await;
        shop.approves(R);
        shop.till.cancel(R).await.expect("the till does not know yet");
        assert_eq!(shop.until_end(R).await.status, Status::Paid);
        shop.paid_once(R);
    });
}

fn a_cancel_after_the_approval_is_refused_with_what_to_do(rail: Rail) {
    Street::on(rail).day(async |shop: Shop| {
        shop.shows_code(R).await;
        shop.faults([
            simulator::Fault::new(simulator::Call::Capture, simulator::FaultKind::Slow).delay_ms(3_000)
        ]);
        shop.approves(R);
        shop.until(R, Status::Approved).await;
        assert!(matches!(shop.till.screen().view, ScreenView::OneMoment { .. }));
        let refused = shop.till.cancel(R).await.expect_err("it is too late");
        assert_eq!(refused.code, Code::TooLateToCancel);
        assert_eq!(shop.until_end(R).await.status, Status::Paid);
        shop.paid_once(R);
    });
}

fn a_customer_walks_away(rail: Rail) {
    Street::on(rail).day(async |shop: Shop| {
        let began = Instant::now();
        shop.shows_code(R).await;
        let ended = shop.until_end(R).await;
        let took = began.elapsed();
        assert!((600..662).contains(&took.as_secs()), "it took {took:?}");
        assert_eq!((ended.status, ended.may_pay_again), (Status::Expired, true));
        assert_eq!(shop.till.screen().view, ScreenView::TimedOut);
        shop.kept_nothing(R);
        shop.shows_code("sale-42-2").await;
    });
}

fn time_that_jumps_at_vipps_jumps_here(rail: Rail) {
    Street::on(rail).day(async |shop: Shop| {
        shop.shows_code(R).await;
        let began = Instant::now();
        shop.simulator.advance(Duration::from_secs(601));
        assert_eq!(shop.until_end(R).await.status, Status::Expired);
        assert!(began.elapsed() < Duration::from_secs(5), "it took {:?}", began.elapsed());
    });
}

#[test]
fn a_code_that_lives_five_minutes_is_renewed_or_given_up_as_vipps_says() {
    Street::at(Rail::Ecom, QrLife::FiveAndFive, "654321").day(async |shop: Shop| {
        shop.shows_code(R).await;
        let ended = shop.until_end(R).await;
        assert_eq!((ended.status, ended.may_pay_again), (Status::Expired, true));
        assert!(shop.calls("POST", "/qr/v1") >= 2, "the code was not asked for again");
        shop.kept_nothing(R);
    });
}

#[test]
fn a_late_approval_is_released() {
    Street::on(Rail::Ecom).day(async |shop: Shop| {
        shop.shows_code(R).await;
        // The cancel of the given-up payment never arrives, so the customer can still approve it late.
        shop.faults([simulator::Fault::new(simulator::Call::Cancel, simulator::FaultKind::Silent)]);
        assert_eq!(shop.until_end(R).await.status, Status::Expired);
        shop.faults([]);
        shop.by_hand(R, "approve?late=true", "").await;
        shop.until_view(R, |_| shop.truth(R).cancelled == DUE).await;
        let released = shop.until_view(R, |view| view.may_pay_again).await;
        assert_eq!(released.status, Status::Expired);
        shop.kept_nothing(R);
    });
}

#[test]
fn a_unit_that_captures_at_approval_is_not_captured_again() {
    Street::at(Rail::Ecom, QrLife::default(), "654323").day(async |shop: Shop| {
        shop.shows_code(R).await;
        shop.approves(R);
        assert_eq!(shop.until_end(R).await.status, Status::Paid);
        assert_eq!(shop.calls("POST", "/capture"), 0);
        assert_eq!(shop.truth(R).captured, DUE);
    });
}

/// The second one is paid while the first one's time has not run out.
fn each_result_stays_its_time_whatever_came_before_it(rail: Rail) {
    Street::on(rail).day(async |shop: Shop| {
        shop.is_paid("sale-41-1").await;
        shop.passes(Duration::from_secs(15)).await;
        shop.is_paid(R).await;
        let paid = |view: &ScreenView| matches!(view, ScreenView::Paid { .. });
        shop.passes(TillSettings::RESULT_STAYS.saturating_sub(Duration::from_secs(1))).await;
        assert!(paid(&shop.till.screen().view), "{:?}", shop.till.screen().view);
        shop.passes(Duration::from_secs(3)).await;
        assert_eq!(shop.till.screen().view, ScreenView::Idle);
    });
}
