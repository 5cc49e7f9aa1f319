//! The power goes at the worst moments. The next start carries the same payment on.

use std::time::Duration;

use contract::{ScreenView, Status};
use payment::Rail;
use simulator::{Call, Fault, FaultKind};

use crate::street::{Shop, Street, asked};

const R: &str = "sale-42-1";

on_both_rails!(
    while_the_code_is_up_the_same_code_comes_back_with_the_right_countdown,
    between_approval_and_capture_there_is_one_capture_in_the_end,
    after_the_capture_and_before_its_answer_there_is_no_second_one,
    while_it_was_off_the_customer_paid,
    while_it_was_off_for_a_day_nobody_paid,
    after_a_cancel_was_asked_for,
);

fn while_the_code_is_up_the_same_code_comes_back_with_the_right_countdown(rail: Rail) {
    let street = Street::on(rail);
    let mut before = None;
    street.day(async |shop: Shop| {
        shop.shows_code(R).await;
        shop.passes(Duration::from_secs(100)).await;
        before = Some(shop.till.screen().view);
    });
    let Some(ScreenView::Scan { qr: first_qr, left_ms: first_left, of_ms: first_of, .. }) = before else {
        panic!("the code was not on the screen");
    };
    street.day(async |shop: Shop| {
        let woken = shop.till.screen();
        let ScreenView::Scan { qr, of_ms, .. } = woken.view else {
            panic!("the code is not on the screen at once");
        };
        assert_eq!((&qr, of_ms), (&first_qr, first_of));
        assert!(shop.till.picture(&qr).await.is_some(), "the picture is gone");
        // The machine woke up an hour early; the first answer sets its clock right.
        shop.passes(Duration::from_secs(2)).await;
        let set = shop.till.screen();
        let ScreenView::Scan { left_ms, .. } = set.view else { panic!("the code is gone") };
        assert!(left_ms.abs_diff(first_left.saturating_sub(2_000)) < 4_000, "{left_ms} after {first_left}");
        assert!(
            set.number > woken.number,
            "whoever shows the screen is not told that it said something wrong"
        );
        assert_eq!(shop.creations(), 1, "it was created again");
        shop.approves(R);
        assert_eq!(shop.until_end(R).await.status, Status::Paid);
        shop.paid_once(R);
    });
}

fn between_approval_and_capture_there_is_one_capture_in_the_end(rail: Rail) {
    // The capture is cut off before it arrives, or after it was done.
    for kind in [FaultKind::Silent, FaultKind::Slow] {
        let street = Street::on(rail);
        street.day(async |shop: Shop| {
            shop.shows_code(R).await;
            shop.faults([Fault::new(Call::Capture, kind).delay_ms(60_000)]);
            shop.approves(R);
            shop.until(R, Status::Approved).await;
        });
        street.simulator.set_faults(Vec::new());
        street.day(async |shop: Shop| {
            assert_eq!(shop.until_end(R).await.status, Status::Paid, "{kind:?}");
            shop.paid_once(R);
        });
    }
}

fn after_the_capture_and_before_its_answer_there_is_no_second_one(rail: Rail) {
    let street = Street::on(rail);
    street.day(async |shop: Shop| {
        shop.shows_code(R).await;
        shop.faults([Fault::new(Call::Capture, FaultKind::Lost)]);
        shop.approves(R);
        while shop.truth(R).captured == 0 {
            shop.passes(Duration::from_millis(10)).await;
        }
    });
    street.simulator.set_faults(Vec::new());
    street.day(async |shop: Shop| {
        assert_eq!(shop.until_end(R).await.status, Status::Paid);
        shop.paid_once(R);
        assert_eq!(shop.calls("POST", "/capture"), 1);
    });
}

fn while_it_was_off_the_customer_paid(rail: Rail) {
    let street = Street::on(rail);
    street.day(async |shop: Shop| shop.shows_code(R).await);
    street.simulator.approve(R).expect("it can be approved");
    street.day(async |shop: Shop| {
        assert_eq!(shop.until_end(R).await.status, Status::Paid);
        shop.paid_once(R);
    });
}

fn while_it_was_off_for_a_day_nobody_paid(rail: Rail) {
    let street = Street::on(rail);
    street.day(async |shop: Shop| shop.shows_code(R).await);
    street.simulator.advance(Duration::from_hours(20));
    street.day(async |shop: Shop| {
        let ended = shop.until_end(R).await;
        assert_eq!((ended.status, ended.may_pay_again), (Status::Expired, true));
        shop.kept_nothing(R);
    });
}

#[test]
fn while_it_was_being_created() {
    let street = Street::on(Rail::Ecom);
    street.day(async |shop: Shop| {
        shop.faults([Fault::new(Call::Initiate, FaultKind::Lost)]);
        shop.till.start(&asked(R), None).await.expect("it can be asked for");
        shop.until_created(R).await;
    });
    street.simulator.set_faults(Vec::new());
    street.day(async |shop: Shop| {
        // Its URL is lost with the power, so nobody can pay it: it is taken back.
        assert!(shop.until_end(R).await.may_pay_again);
        shop.kept_nothing(R);
    });
}

fn after_a_cancel_was_asked_for(rail: Rail) {
    let street = Street::on(rail);
    street.day(async |shop: Shop| {
        shop.shows_code(R).await;
        shop.faults([Fault::new(Call::Cancel, FaultKind::Silent)]);
        shop.till.cancel(R).await.expect("it can be asked for");
    });
    street.simulator.set_faults(Vec::new());
    street.day(async |shop: Shop| {
        let ended = shop.until_end(R).await;
        assert_eq!((ended.status, ended.may_pay_again), (Status::Cancelled, true));
        shop.kept_nothing(R);
    });
}
