//! Somebody says that there is news. That wakes the reader, and does nothing else (law 3).

use std::time::Duration;

use contract::{Code, Status};
use payment::Rail;
use simulator::{Call, Fault, FaultKind};
use tokio::time::Instant;

use crate::street::{Shop, Street, asked};

const R: &str = "sale-42-1";

on_both_rails!(
    a_hint_tells_of_a_payment_without_waiting_for_the_next_look,
    many_hints_are_no_more_than_a_few_reads,
    a_hint_wakes_the_watch_over_a_payment_that_was_given_up,
    a_hint_about_what_is_over_or_unknown_does_nothing,
    a_hint_does_not_hurry_what_wants_to_be_left_alone,
    who_is_told_looks_less_often_and_misses_nothing,
    what_is_told_is_looked_at_at_once,
);

/// Waits until the payment has just been read, so that the next look is a second away.
async fn just_read(shop: &Shop) {
    let before = shop.reads(R);
    let began = Instant::now();
    while shop.reads(R) == before {
        assert!(began.elapsed() < Duration::from_secs(10), "it is not read");
        shop.passes(Duration::from_millis(10)).await;
    }
    // The answer arrives.
    shop.passes(Duration::from_millis(210)).await;
}

fn a_hint_tells_of_a_payment_without_waiting_for_the_next_look(rail: Rail) {
    Street::on(rail).day(async |shop: Shop| {
        shop.shows_code(R).await;
        just_read(&shop).await;
        shop.approves(R);
        let began = Instant::now();
        shop.till.refresh(R).await.expect("it is known");
        assert_eq!(shop.until_end(R).await.status, Status::Paid);
        assert!(began.elapsed() < Duration::from_millis(300), "it took {:?}", began.elapsed());
        shop.paid_once(R);
    });
}

fn many_hints_are_no_more_than_a_few_reads(rail: Rail) {
    Street::on(rail).day(async |shop: Shop| {
        shop.shows_code(R).await;
        let before = shop.reads(R);
        for _ in 0..1_000 {
            shop.till.refresh(R).await.expect("it is known");
            shop.passes(Duration::from_millis(1)).await;
        }
        let reads = shop.reads(R) - before;
        assert!((2..=6).contains(&reads), "{reads} reads in a second");
    });
}

fn a_hint_wakes_the_watch_over_a_payment_that_was_given_up(rail: Rail) {
    Street::on(rail).day(async |shop: Shop| {
        // Nobody knows whether it was created, so it is given up and watched.
        shop.faults([Fault::new(Call::Cancel, FaultKind::Silent)]);
        shop.shows_code(R).await;
        let ended = shop.until_end(R).await;
        shop.faults([]);
        if rail == Rail::Epayment {
            // There time itself ends it, with proof.
            assert_eq!(ended.status, Status::Expired);
            return;
        }
        shop.passes(Duration::from_mins(20)).await;
        shop.by_hand(R, "approve?late=true", "").await;
        let began = Instant::now();
        shop.till.refresh(R).await.expect("it is known");
        shop.until_view(R, |_| shop.truth(R).cancelled > 0).await;
        assert!(began.elapsed() < Duration::from_secs(2), "it took {:?}", began.elapsed());
        shop.kept_nothing(R);
    });
}

fn a_hint_about_what_is_over_or_unknown_does_nothing(rail: Rail) {
    Street::on(rail).day(async |shop: Shop| {
        shop.is_paid(R).await;
        let calls = shop.simulator.requests().len();
        shop.till.refresh(R).await.expect("it is known");
        shop.passes(Duration::from_hours(1)).await;
        shop.till.refresh(R).await.expect("it is remembered");
        shop.passes(Duration::from_hours(1)).await;
        assert_eq!(shop.simulator.requests().len(), calls);
        let refused = shop.till.refresh("sale-43-1").await.expect_err("it is not known");
        assert_eq!(refused.code, Code::PaymentUnknown);
    });
}

fn a_hint_does_not_hurry_what_wants_to_be_left_alone(rail: Rail) {
    Street::on(rail).day(async |shop: Shop| {
        shop.till.start(&asked(R), None).await.expect("it can be started");
        shop.until(R, Status::Waiting).await;
        shop.faults([Fault::new(Call::Details, FaultKind::TooMany).delay_ms(20_000)]);
        just_read(&shop).await;
        let before = shop.reads(R);
        for _ in 0..50 {
            shop.till.refresh(R).await.expect("it is known");
            shop.passes(Duration::from_millis(100)).await;
        }
        assert_eq!(shop.reads(R), before, "it was asked again although it was told to wait");
    });
}

fn who_is_told_looks_less_often_and_misses_nothing(rail: Rail) {
    Street::on(rail).day(async |shop: Shop| {
        shop.shows_code(R).await;
        let reads_in_half_a_minute = async || {
            let before = shop.reads(R);
            shop.passes(Duration::from_secs(30)).await;
            shop.reads(R) - before
        };
        let at_full_pace = reads_in_half_a_minute().await;
        assert!(at_full_pace >= 24, "{at_full_pace}");
        shop.till.is_told_of_payments(true);
        let told = reads_in_half_a_minute().await;
        assert!((8..=11).contains(&told), "{told}");
        // Whoever tells is gone.
        shop.till.is_told_of_payments(false);
        let again = reads_in_half_a_minute().await;
        assert!(again >= 24, "{again}");
        // Nothing is told although the line holds: it is found out within a few seconds all the same.
        shop.till.is_told_of_payments(true);
        just_read(&shop).await;
        shop.approves(R);
        let began = Instant::now();
        assert_eq!(shop.until_end(R).await.status, Status::Paid);
        assert!(began.elapsed() < Duration::from_secs(5), "it took {:?}", began.elapsed());
        shop.paid_once(R);
    });
}

/// That nobody else asks so often makes no difference to the one hint that counts.
fn what_is_told_is_looked_at_at_once(rail: Rail) {
    Street::on(rail).day(async |shop: Shop| {
        shop.shows_code(R).await;
        shop.till.is_told_of_payments(true);
        just_read(&shop).await;
        // Right after a read two hints come: the second is kept until reading is allowed again.
        shop.till.refresh(R).await.expect("it is known");
        shop.passes(Duration::from_millis(50)).await;
        shop.approves(R);
        let began = Instant::now();
        shop.till.refresh(R).await.expect("it is known");
        assert_eq!(shop.until_end(R).await.status, Status::Paid);
        assert!(began.elapsed() < Duration::from_millis(600), "it took {:?}", began.elapsed());
    });
}
