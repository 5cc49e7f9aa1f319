//! A payment from its start to its end, as a POS drives it.

use contract::Code;
use serde_json::json;

use crate::support::{Shop, asked};

#[tokio::test(start_paused = true)]
async fn a_payment_from_start_to_paid() {
    let shop = Shop::open().await;
    let request = json!({
        "amount": { "value": 24_900, "currency": "NOK" },
        "reference": "sale-42-1",
        "description": "Two coffees and a bun",
        "lines": [
            { "name": "Coffee", "quantity": 2, "unitPrice": 5_000 },
            { "name": "Bun", "unitPrice": 14_900 },
        ],
    });
    let started = shop.start_with(request.to_string(), Some("key-1")).await;
    assert_eq!(started.status, 201, "{}", started.body);
    assert_eq!(started.headers["location"], "/v1/payments/sale-42-1");
    assert_eq!(started.headers["cache-control"], "no-store");
    assert_eq!(started.body["status"], "starting");
    assert_eq!(started.body["final"], false);
    assert_eq!(started.body["mayPayAgain"], false);
    assert_eq!(started.body["lines"][1]["quantity"], 1);

    let paid = shop.pay("sale-42-1").await;
    assert_eq!(paid.body["final"], true);
    assert_eq!(paid.body["amount"], json!({ "value": 24_900, "currency": "NOK" }));
    assert_eq!(paid.body["captured"], json!({ "value": 24_900, "currency": "NOK" }));
    assert_eq!(paid.body["problem"], json!(null));
    let truth = shop.simulator.payment("sale-42-1").expect("it exists");
    assert_eq!(truth.captured, 24_900);
}

#[tokio::test(start_paused = true)]
async fn a_reference_is_made_if_none_is_sent() {
    let shop = Shop::open().await;
    let started = shop.start_with(r#"{"amount":{"value":100,"currency":"NOK"}}"#, None).await;
    assert_eq!(started.status, 201, "{}", started.body);
    let reference = started.body["reference"].as_str().expect("a reference");
    assert_eq!(started.headers["location"], format!("/v1/payments/{reference}"));
    shop.pay(reference).await;
}

#[tokio::test(start_paused = true)]
async fn the_same_request_under_the_same_key_is_one_payment() {
    let shop = Shop::open().await;
    let text = r#"{"amount":{"value":24900,"currency":"NOK"}}"#;
    let first = shop.start_with(text, Some("key-1")).await;
    let again = shop.start_with(text, Some("key-1")).await;
    assert_eq!((first.status.as_u16(), again.status.as_u16()), (201, 200));
    assert_eq!(first.body["reference"], again.body["reference"]);
    assert_eq!(first.headers["location"], again.headers["location"]);

    shop.pay(first.body["reference"].as_str().expect("a reference")).await;
    let late = shop.start_with(text, Some("key-1")).await;
    assert_eq!((late.status.as_u16(), late.status_of_payment()), (200, "paid"));

    let other = shop.start_with(r#"{"amount":{"value":25000,"currency":"NOK"}}"#, Some("key-1")).await;
    assert_eq!(other.problem(), (422, "idempotency_mismatch"));
    assert_eq!(shop.simulator.payments().len(), 1, "nothing else was started");
}

#[tokio::test(start_paused = true)]
async fn the_second_payment_is_told_of_the_first() {
    let shop = Shop::open().await;
    shop.start("sale-41-1").await;
    let second = shop.start("sale-42-1").await;
    assert_eq!(second.problem(), (409, "payment_open"));
    assert_eq!(second.body["reference"], "sale-41-1");
    shop.pay("sale-41-1").await;
    assert_eq!(shop.start("sale-42-1").await.status, 201, "the refused request has used nothing up");
    shop.pay("sale-42-1").await;
    let again = shop.start("sale-41-1").await;
    assert_eq!(again.problem(), (409, "reference_used"));
    assert_eq!(again.body["reference"], "sale-41-1");
}

#[tokio::test(start_paused = true)]
async fn waiting_ends_with_a_change() {
    let shop = Shop::open().await;
    shop.start("sale-42-1").await;
    shop.wait_for("sale-42-1", "waiting").await;
    let began = tokio::time::Instant::now();
    let (changed, ()) = tokio::join!(shop.get("/v1/payments/sale-42-1?wait=60"), async {
        shop.simulator.scan("sale-42-1").expect("it can be scanned");
    });
    assert_eq!(changed.status_of_payment(), "opened");
    assert!(began.elapsed().as_secs() < 10, "it was seen at the next look, not after {:?}", began.elapsed());
}

#[tokio::test(start_paused = true)]
async fn waiting_ends_after_so_long() {
    let shop = Shop::open().await;
    shop.start("sale-42-1").await;
    shop.wait_for("sale-42-1", "waiting").await;
    let began = tokio::time::Instant::now();
    let same = shop.get("/v1/payments/sale-42-1?wait=7").await;
    assert_eq!(same.status_of_payment(), "waiting");
    assert_eq!(began.elapsed().as_secs(), 7);
    let began = tokio::time::Instant::now();
    shop.get("/v1/payments/sale-42-1?wait=0").await;
    shop.get("/v1/payments/sale-42-1").await;
    assert!(began.elapsed().is_zero(), "who does not wait is answered at once");
}

#[tokio::test(start_paused = true)]
async fn only_so_many_wait_at_once() {
    let shop = Shop::open().await;
    shop.start("sale-42-1").await;
    shop.wait_for("sale-42-1", "waiting").await;
    let waiting = (0..32).map(|_| shop.get("/v1/payments/sale-42-1?wait=60"));
    let mut waiting: Vec<_> = waiting.map(Box::pin).collect();
    for wait in &mut waiting {
        assert!(futures_util::poll!(wait.as_mut()).is_pending());
    }
    let one_more = shop.get("/v1/payments/sale-42-1?wait=60").await;
    assert_eq!(one_more.problem(), (503, "busy"));
    assert_eq!(one_more.headers["retry-after"], "5");
    assert_eq!(shop.get("/v1/payments/sale-42-1").await.status, 200, "asking without waiting still works");
    drop(waiting);
    assert_eq!(shop.get("/v1/payments/sale-42-1?wait=1").await.status, 200, "the seats are free again");
}

#[tokio::test(start_paused = true)]
async fn a_cancelled_payment_ends_and_may_be_paid_again() {
    let shop = Shop::open().await;
    shop.start("sale-42-1").await;
    shop.wait_for("sale-42-1", "waiting").await;
    let asked = shop.post("/v1/payments/sale-42-1/cancel").await;
    assert_eq!(asked.status, 200, "{}", asked.body);
    let cancelled = shop.wait_for("sale-42-1", "cancelled").await;
    assert_eq!(cancelled.body["final"], true);
    assert_eq!(cancelled.body["mayPayAgain"], true);
    assert_eq!(cancelled.body["problem"]["code"], "cancelled");
    let again = shop.post("/v1/payments/sale-42-1/cancel").await;
    assert_eq!(again.problem(), (409, "too_late_to_cancel"));
    assert_eq!(shop.post("/v1/payments/sale-43-1/cancel").await.problem(), (404, "payment_unknown"));
}

#[tokio::test(start_paused = true)]
async fn what_has_ended_can_be_cleared_away() {
    let shop = Shop::open().await;
    shop.start("sale-42-1").await;
    let open = shop.post("/v1/payments/sale-42-1/dismiss").await;
    assert_eq!(open.problem(), (409, "payment_open"));
    assert_eq!(open.body["reference"], "sale-42-1");
    shop.pay("sale-42-1").await;
    assert_eq!(shop.get("/v1/screen").await.body["view"], "paid");
    let cleared = shop.post("/v1/payments/sale-42-1/dismiss").await;
    assert_eq!((cleared.status.as_u16(), cleared.body), (204, json!(null)));
    assert_eq!(shop.get("/v1/screen").await.body["view"], "idle");
    assert_eq!(shop.post("/v1/payments/sale-42-1/dismiss").await.status, 204, "twice is as good as once");
    assert_eq!(shop.post("/v1/payments/sale-43-1/dismiss").await.problem(), (404, "payment_unknown"));
    assert_eq!(shop.get("/v1/payments/sale-42-1").await.status_of_payment(), "paid", "it is not forgotten");
}

#[tokio::test(start_paused = true)]
async fn the_screen_and_how_much_of_it_is_seen() {
    let shop = Shop::open().await;
    assert_eq!(shop.get("/v1/screen").await.body["view"], "idle");
    shop.start("sale-42-1").await;
    shop.wait_for("sale-42-1", "waiting").await;
    let screen = shop.get("/v1/screen").await.body;
    assert_eq!(screen["view"], "scan");
    assert_eq!(screen["shop"], "Kaffebaren Oslo");
    assert_eq!(screen["shown"], json!(null));
    shop.till.shown(screen["number"].as_u64().expect("a number"));
    let seen = shop.get("/v1/screen").await.body;
    assert_eq!(seen["shown"], screen["number"]);
    assert_eq!(shop.get("/v1/health").await.body["display"], true);

    // The page hangs.
    shop.till.unseen();
    assert_eq!(shop.get("/v1/screen").await.body["shown"], json!(null));
    assert_eq!(shop.get("/v1/health").await.body["display"], false);
    shop.till.shown(screen["number"].as_u64().expect("a number"));
    assert_eq!(shop.get("/v1/screen").await.body["shown"], screen["number"]);
    assert_eq!(shop.get("/v1/health").await.body["display"], true);
}

#[tokio::test(start_paused = true)]
async fn health_names_the_open_payment() {
    let shop = Shop::open().await;
    let before = shop.get("/v1/health").await;
    assert_eq!((before.status.as_u16(), &before.body["ready"]), (200, &json!(true)));
    assert_eq!(before.body["open"], json!(null));
    shop.start("sale-42-1").await;
    assert_eq!(shop.get("/v1/health").await.body["open"], "sale-42-1");
}

#[tokio::test]
async fn a_till_that_is_not_set_up_says_so() {
    let shop = Shop::stopped(Code::NotSetUp);
    let refused = shop.start_with(asked("sale-42-1").to_string(), None).await;
    assert_eq!(refused.problem(), (503, "not_set_up"));
    assert_eq!(refused.headers["retry-after"], "5");
    let health = shop.get("/v1/health").await;
    assert_eq!(health.status, 200);
    assert_eq!(health.body["ready"], false);
    assert_eq!(health.body["problem"], "not_set_up");
}
