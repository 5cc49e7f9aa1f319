//! A POS is called, over real sockets: in order, at least once, signed, whatever it answers and whenever the till restarts.

#![expect(clippy::expect_used, reason = "a test that expects too much should fail")]

/// A POS that is called.
mod pos;
/// A shop with a till.
mod shop;

use axum::http::StatusCode;
use proptest::prelude::*;

use crate::pos::{Call, Pos};
use crate::shop::Shop;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_payment_is_told_from_beginning_to_end_and_signed() {
    let (shop, pos) = (Shop::new(), Pos::open().await);
    let till = shop.open(&[&pos]).await;
    till.is_paid("sale-42-1").await;
    let told = pos.until(|told| told.iter().any(|call| call.status() == "paid")).await;
    let numbers: Vec<u64> = told.iter().map(Call::number).collect();
    assert!(numbers.is_sorted_by(|before, after| before < after), "{numbers:?}");
    for call in &told {
        assert!(call.is_signed_with(&shop.secret()), "{call:?}");
        assert_eq!(call.body["type"], "payment.changed");
        assert_eq!(call.body["data"]["payment"]["reference"], "sale-42-1");
        assert_eq!(call.header("content-type"), "application/json");
    }
    let statuses: Vec<&str> = told.iter().map(Call::status).collect();
    assert_eq!((statuses.first(), statuses.last()), (Some(&"starting"), Some(&"paid")));
    for pair in told.windows(2) {
        assert_ne!(pair[0].without_time(), pair[1].without_time(), "told twice, and nothing was new");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_pos_that_fails_is_called_again_until_it_has_heard() {
    let (shop, pos) = (Shop::new(), Pos::open().await);
    pos.answers_next([
        StatusCode::INTERNAL_SERVER_ERROR,
        StatusCode::FOUND,
        StatusCode::UNAUTHORIZED,
        StatusCode::NOT_FOUND,
        StatusCode::GONE,
    ]);
    let till = shop.open(&[&pos]).await;
    till.is_paid("sale-42-1").await;
    let told = pos.until(|told| told.last().is_some_and(|call| call.status() == "paid" && call.heard)).await;
    assert_eq!(told.iter().filter(|call| !call.heard).count(), 5);
    assert_eq!(pos.elsewhere(), 0, "a redirect was followed");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_happened_while_nobody_could_be_called_is_told_after_a_restart() {
    let (shop, pos) = (Shop::new(), Pos::open().await);
    pos.is_away(true);
    let till = shop.open(&[&pos]).await;
    till.is_paid("sale-41-1").await;
    till.is_paid("sale-42-1").await;
    drop(till);
    shop.stop().await;
    assert!(pos.told().iter().all(|call| !call.heard));
    pos.is_away(false);
    let _till = shop.open(&[&pos]).await;
    let paid = |told: &[Call], reference: &str| {
        told.iter().any(|call| call.heard && call.reference() == reference && call.status() == "paid")
    };
    let told = pos.until(|told| paid(told, "sale-41-1") && paid(told, "sale-42-1")).await;
    let heard: Vec<&str> = told.iter().filter(|call| call.heard).map(Call::reference).collect();
    assert_eq!(heard, ["sale-41-1", "sale-42-1"], "each payment once, as it is by then");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_heard_is_not_told_again_and_a_new_address_hears_of_what_comes() {
    let (shop, pos, other) = (Shop::new(), Pos::open().await, Pos::open().await);
    let till = shop.open(&[&pos]).await;
    till.is_paid("sale-41-1").await;
    pos.until(|told| told.iter().any(|call| call.status() == "paid")).await;
    shop.until_kept(pos.told().last().expect("it was told").number()).await;
    drop(till);
    shop.stop().await;
    let before = pos.told().len();
    let till = shop.open(&[&pos, &other]).await;
    till.is_paid("sale-42-1").await;
    for pos in [&pos, &other] {
        pos.until(|told| told.iter().any(|call| call.reference() == "sale-42-1" && call.status() == "paid"))
            .await;
    }
    let again = pos.told().split_off(before);
    assert!(again.iter().all(|call| call.reference() == "sale-42-1"), "{again:?}");
    assert!(other.told().iter().all(|call| call.reference() == "sale-42-1"));
    let ids = |pos: &Pos| pos.told().iter().map(|call| call.header("webhook-id")).collect::<Vec<_>>();
    let mut known = ids(&pos);
    known.dedup();
    assert_eq!(known.len(), pos.told().len(), "every change has an id of its own");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_secret_is_good_at_once() {
    let (shop, pos) = (Shop::new(), Pos::open().await);
    let till = shop.open(&[&pos]).await;
    till.is_paid("sale-41-1").await;
    pos.until(|told| told.iter().any(|call| call.status() == "paid")).await;
    let (before, count) = (shop.secret(), pos.told().len());
    shop.renew_secret();
    till.is_paid("sale-42-1").await;
    pos.until(|told| told.iter().any(|call| call.reference() == "sale-42-1" && call.status() == "paid"))
        .await;
    for call in pos.told().split_off(count) {
        assert!(call.is_signed_with(&shop.secret()) && !call.is_signed_with(&before));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_is_called_when_it_is_not_known_what_was_heard() {
    let (shop, pos) = (Shop::new(), Pos::open().await);
    shop.write("webhooks.json", "{");
    let error = shop.try_open(&[&pos]).await.err().expect("it can't be known").to_string();
    assert!(error.contains("webhooks.json") && error.contains("remove it"), "{error}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 6, ..ProptestConfig::default() })]

    /// However the POS answers and however often the till restarts: the newest state of every payment is heard, and
    /// numbers that are heard never go back.
    #[test]
    fn the_newest_is_always_heard_in_the_end(
        days in prop::collection::vec((prop::collection::vec(prop::sample::select(vec![200_u16, 204, 500, 503]), 0..8), 1..3_usize), 1..4)
    ) {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
        runtime.expect("there is a runtime").block_on(async {
            let (shop, pos) = (Shop::new(), Pos::open().await);
            let mut sales = Vec::new();
            for (day, (answers, payments)) in days.iter().enumerate() {
                pos.answers_next(answers.iter().map(|code| StatusCode::from_u16(*code).expect("is one")));
                let till = shop.open(&[&pos]).await;
                for number in 0..*payments {
                    let reference = format!("sale-{day}{number}-1");
                    till.is_paid(&reference).await;
                    sales.push(reference);
                }
                drop(till);
                shop.stop().await;
            }
            pos.answers_next([]);
            let _till = shop.open(&[&pos]).await;
            let heard = |told: &[Call], reference: &String| {
                told.iter().any(|call| call.heard && call.reference() == reference && call.status() == "paid")
            };
            let told = pos.until(|told| sales.iter().all(|reference| heard(told, reference))).await;
            let numbers: Vec<u64> = told.iter().filter(|call| call.heard).map(Call::number).collect();
            assert!(numbers.is_sorted(), "{numbers:?}");
        });
    }
}
