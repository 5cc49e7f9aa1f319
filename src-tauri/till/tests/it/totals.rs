//! What a day has brought.

use std::time::Duration;

use contract::{Amount, Code, Currency, ModificationStatus, StartRefund, Totals};
use payment::Rail;
use till::Day;

use crate::street::{DUE, Shop, Street};

/// A day and some more: whatever the zone of the machine, it is another day then.
const NEXT_DAY: Duration = Duration::from_hours(25);

on_both_rails!(
    only_money_that_has_moved_counts_and_on_the_day_it_moved,
    what_somebody_gives_back_in_the_portal_counts_too,
    the_day_is_found_in_a_long_journal,
);

async fn today(shop: &Shop) -> Day {
    shop.till.day(None).await.expect("it can be read")
}

async fn gives_back(shop: &Shop, reference: &str, minor: i64) {
    let amount = Some(Amount { value: minor, currency: Currency::Nok });
    let request = StartRefund { amount, reason: None };
    shop.till.refund(reference, &request, None).await.expect("it can be given back");
    let made =
        |refunds: &[contract::RefundView]| refunds.iter().all(|one| one.status == ModificationStatus::Made);
    shop.until_view(reference, |view| made(&view.refunds)).await;
}

fn totals(payments: u32, refunds: u32, refunded: i64) -> Totals {
    let collected = DUE * i64::from(payments);
    let currency = Currency::Nok;
    Totals { currency, payments, collected, refunds, refunded, net: collected - refunded }
}

fn only_money_that_has_moved_counts_and_on_the_day_it_moved(rail: Rail) {
    Street::on(rail).day(async |shop: Shop| {
        let empty = today(&shop).await;
        assert!(empty.totals.totals.is_empty() && empty.movements.is_empty(), "{empty:?}");
        shop.is_paid("sale-1-1").await;
        shop.is_paid("sale-2-1").await;
        gives_back(&shop, "sale-1-1", 4_900).await;
        shop.shows_code("sale-3-1").await;
        shop.till.cancel("sale-3-1").await.expect("it can be cancelled");
        shop.until_end("sale-3-1").await;
        let first = today(&shop).await;
        assert_eq!(first.totals.totals, [totals(2, 1, 4_900)]);
        let told: Vec<_> = first
            .movements
            .iter()
            .map(|moved| (moved.reference.as_str(), moved.is_refund, moved.amount.value))
            .collect();
        assert_eq!(told, [("sale-1-1", false, DUE), ("sale-2-1", false, DUE), ("sale-1-1", true, 4_900)]);

        shop.passes(NEXT_DAY).await;
        gives_back(&shop, "sale-1-1", 10_000).await;
        let second = today(&shop).await;
        assert_eq!(second.totals.totals, [totals(0, 1, 10_000)]);
        assert_ne!(second.totals.day, first.totals.day);
        let again = shop.till.day(Some(&first.totals.day)).await.expect("it can be read");
        assert_eq!(again.movements, first.movements, "a refund of the next day does not change it");
        assert!(first.totals.is_today && !again.totals.is_today);
        let refused = shop.till.day(Some("yesterday")).await.expect_err("it is no day");
        assert_eq!(refused.code, Code::RequestInvalid);
    });
}

fn what_somebody_gives_back_in_the_portal_counts_too(rail: Rail) {
    Street::on(rail).day(async |shop: Shop| {
        shop.is_paid("sale-1-1").await;
        shop.by_hand("sale-1-1", "portal/refund", r#"{"amount":2000}"#).await;
        gives_back(&shop, "sale-1-1", 3_000).await;
        let day = today(&shop).await;
        assert_eq!(day.totals.totals, [totals(1, 2, 5_000)]);
        let view = shop.till.payment("sale-1-1").await.expect("it is known");
        assert_eq!(view.refunded.value, 5_000);
    });
}

fn the_day_is_found_in_a_long_journal(rail: Rail) {
    Street::on(rail).day(async |shop: Shop| {
        for number in 0..30 {
            shop.is_paid(&format!("sale-old-{number}")).await;
        }
        shop.passes(NEXT_DAY).await;
        for number in 0..30 {
            shop.is_paid(&format!("sale-new-{number}")).await;
        }
        let day = today(&shop).await;
        assert_eq!(day.totals.totals, [totals(30, 0, 0)]);
        assert!(day.movements.iter().all(|moved| moved.reference.starts_with("sale-new-")));
    });
}
