//! A POS that hangs up, and a journal that refuses: no payment is lost, and none is half-started.

use axum::body::Body;

use crate::hindered::Hindered;
use crate::support::{Shop, asked};

#[tokio::test(start_paused = true)]
async fn who_hangs_up_while_it_is_written_down_has_started_it() {
    let journal = Hindered::new();
    let shop = Shop::over(journal.clone()).await;
    journal.begun.close();
    let request = shop
        .request("POST", "/v1/payments")
        .header("content-type", "application/json")
        .header("idempotency-key", "key-1")
        .body(Body::from(asked("sale-42-1").to_string()))
        .expect("a request");
    tokio::select! {
        biased;
        _ = shop.send(request) => panic!("it can't be answered before it is on disk"),
        () = journal.begun.is_reached() => {}
    }
    // The connection is gone; only then does the disk come back.
    journal.begun.open();
    let again = shop.start_with(asked("sale-42-1").to_string(), Some("key-1")).await;
    assert_eq!(again.status, 200, "{}", again.body);
    let paid = shop.pay("sale-42-1").await;
    assert_eq!(paid.body["captured"]["value"], 24_900);
    assert_eq!(shop.simulator.payments().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_journal_that_refuses_starts_nothing() {
    let journal = Hindered::new();
    let shop = Shop::over(journal.clone()).await;
    journal.refuse(true);
    let refused = shop.start_with(asked("sale-42-1").to_string(), Some("key-1")).await;
    assert_eq!(refused.problem(), (503, "journal_unavailable"));
    assert_eq!(refused.headers["retry-after"], "5");
    assert_eq!(shop.get("/v1/events").await.problem(), (503, "journal_unavailable"));
    journal.refuse(false);
    let good = shop.start_with(asked("sale-42-1").to_string(), Some("key-1")).await;
    assert_eq!(good.status, 201, "neither the key nor the reference has been used up: {}", good.body);
}
