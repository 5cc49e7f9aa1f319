//! Contract 1.2 and 2.1: whole answers, along the lives that a payment can have.

use serde_json::{Value, json};

use crate::support::Shop;

const TEXT: &str = "One pair of Vipps socks";

fn line(operation: &str, at: &str) -> Value {
    json!({
        "amount": 20_000, "transactionText": TEXT, "timeStamp": at, "operation": operation,
        "operationSuccess": true, "transactionId": "5001420001", "requestId": "",
    })
}

fn summary(captured: i64, refunded: i64, to_capture: i64, to_refund: i64) -> Value {
    json!({
        "capturedAmount": captured, "refundedAmount": refunded, "remainingAmountToCapture": to_capture,
        "remainingAmountToRefund": to_refund,
    })
}

fn operations(details: &Value) -> Vec<(String, bool)> {
    let history = details["transactionLogHistory"].as_array().expect("an array");
    let name = |line: &Value| line["operation"].as_str().expect("a word").to_owned();
    history.iter().map(|line| (name(line), line["operationSuccess"] == true)).collect()
}

#[tokio::test]
async fn initiate_gives_a_url_on_the_simulators_own_host() {
    let shop = Shop::open().await;
    let answer = shop.post("/ecomm/v2/payments", &shop.order("acme-shop-123-order123abc", 20_000)).await;
    assert_eq!(answer.headers["content-type"], "application/json;charset=UTF-8");
    let answer = answer.json();
    let url = answer["url"].as_str().expect("a URL");
    let prefix = "http://simulator.invalid/dwo-api-application/v1/deeplink/vippsgateway?v=2&token=eyJ";
    assert!(url.starts_with(prefix), "{url}");
    assert_eq!(answer, json!({ "orderId": "acme-shop-123-order123abc", "url": url }));
}

#[tokio::test]
async fn before_and_after_the_scan() {
    let shop = Shop::open().await;
    shop.initiate("order-1", 20_000).await;
    let initiate = json!({
        "amount": 20_000, "transactionText": TEXT, "timeStamp": "2018-11-14T15:21:22.126Z",
        "operation": "INITIATE", "operationSuccess": true,
    });
    let not_opened = json!({ "orderId": "order-1", "transactionLogHistory": [initiate] });
    assert_eq!(shop.details("order-1").await, not_opened);

    shop.simulator.scan("order-1").expect("scans");
    let mut opened = not_opened;
    opened["transactionLogHistory"][0]["transactionId"] = "5001420001".into();
    assert_eq!(shop.details("order-1").await, opened);
}

#[tokio::test]
async fn a_full_life_newest_first() {
    let shop = Shop::open().await;
    shop.initiate("order-1", 20_000).await;
    shop.simulator.approve("order-1").expect("approves");
    shop.wait(1);
    let captured = shop.capture("order-1", None, "capture-1").await;
    assert_eq!(
        captured.both(),
        (
            200,
            json!({
                "orderId": "order-1",
                "paymentInstrument": "Visa",
                "transactionInfo": {
                    "amount": 20_000, "status": "Captured", "timeStamp": "2018-11-14T15:21:23.126Z",
                    "transactionId": "5001420002", "transactionText": TEXT,
                },
                "transactionSummary": summary(20_000, 0, 0, 20_000),
            })
        )
    );
    shop.wait(1);
    let refunded = shop.refund("order-1", Some(5_000), "refund-1").await;
    assert_eq!(
        refunded.both(),
        (
            200,
            json!({
                "orderId": "order-1",
                "transaction": {
                    // Without a zone, as the live service writes it.
                    "amount": 5_000, "status": "Refund", "timeStamp": "2018-11-14T15:21:24.126",
                    "transactionId": "5001420003", "transactionText": TEXT,
                },
                "transactionSummary": summary(20_000, 5_000, 0, 15_000),
            })
        )
    );

    let mut sums = summary(20_000, 5_000, 0, 15_000);
    sums["bankIdentificationNumber"] = 492_556.into();
    let mut capture = line("CAPTURE", "2018-11-14T15:21:23.126Z");
    (capture["requestId"], capture["transactionId"]) = ("capture-1".into(), "5001420002".into());
    let mut refund = line("REFUND", "2018-11-14T15:21:24.126Z");
    (refund["requestId"], refund["transactionId"]) = ("refund-1".into(), "5001420003".into());
    refund["amount"] = 5_000.into();
    let started = "2018-11-14T15:21:22.126Z";
    assert_eq!(
        shop.details("order-1").await,
        json!({
            "orderId": "order-1",
            "transactionLogHistory": [refund, capture, line("RESERVE", started), line("INITIATE", started)],
            "transactionSummary": sums,
        })
    );
}

#[tokio::test]
async fn cancelled_in_the_app_and_voided_by_the_merchant() {
    let shop = Shop::open().await;
    let at = "2018-11-14T15:21:22.126Z";
    shop.initiate("order-1", 20_000).await;
    shop.simulator.cancel("order-1").expect("cancels");
    assert_eq!(
        shop.details("order-1").await,
        json!({
            "orderId": "order-1",
            "transactionLogHistory": [line("CANCEL", at), line("INITIATE", at)],
            "transactionSummary": summary(0, 0, 0, 0),
        })
    );

    shop.initiate("order-2", 20_000).await;
    shop.simulator.approve("order-2").expect("approves");
    assert_eq!(
        shop.cancel("order-2", false).await.both(),
        (
            200,
            json!({
                "orderId": "order-2",
                "transactionInfo": {
                    "amount": 20_000, "status": "Cancelled", "timeStamp": at, "transactionId": "5001420002",
                    "transactionText": TEXT,
                },
                "transactionSummary": summary(0, 0, 0, 0),
            })
        )
    );
    let log = operations(&shop.details("order-2").await);
    assert_eq!(log, [("VOID".into(), true), ("RESERVE".into(), true), ("INITIATE".into(), true)]);

    shop.initiate("order-3", 20_000).await;
    let cancelled = shop.cancel("order-3", false).await.json();
    assert_eq!(cancelled["transactionInfo"].get("transactionId"), None, "nobody ever opened it");
    assert_eq!(
        operations(&shop.details("order-3").await),
        [("CANCEL".into(), true), ("INITIATE".into(), true)]
    );
}

#[tokio::test]
async fn a_declined_card_and_then_another() {
    let shop = Shop::open().await;
    shop.initiate("order-1", 20_000).await;
    shop.simulator.decline("order-1").expect("declines");
    let details = shop.details("order-1").await;
    assert_eq!(operations(&details), [("RESERVE".into(), false), ("INITIATE".into(), true)]);
    assert_eq!(details["transactionSummary"], summary(0, 0, 0, 0));
    shop.simulator.approve("order-1").expect("another card");
    let log = operations(&shop.details("order-1").await);
    assert_eq!(log, [("RESERVE".into(), true), ("RESERVE".into(), false), ("INITIATE".into(), true)]);
}

#[tokio::test]
async fn test_amounts_are_declined() {
    let shop = Shop::open().await;
    for amount in [151, 182, 183, 184, 186, 187, 197, 202] {
        let order_id = format!("amount-{amount}");
        shop.initiate(&order_id, amount).await;
        shop.simulator.approve(&order_id).expect("acts");
        assert_eq!(operations(&shop.details(&order_id).await)[0], ("RESERVE".into(), false), "{amount}");
    }
    shop.initiate("amount-200", 200).await;
    shop.simulator.approve("amount-200").expect("acts");
    assert_eq!(operations(&shop.details("amount-200").await)[0], ("RESERVE".into(), true));
}

#[tokio::test]
async fn nobody_acts_and_the_log_stays_as_it_was() {
    let shop = Shop::open().await;
    shop.initiate("order-1", 20_000).await;
    let before = shop.details("order-1").await;
    shop.wait(600);
    assert_eq!(shop.details("order-1").await, before);
    assert!(shop.simulator.approve("order-1").is_err());
    assert_eq!(shop.capture("order-1", None, "1").await.code(), (402, "62".into()));
}

#[tokio::test]
async fn a_direct_capture_unit_sells_at_once() {
    let shop = Shop::at(Shop::open().await.simulator, "654323").await;
    shop.initiate("order-1", 20_000).await;
    shop.simulator.approve("order-1").expect("approves");
    let details = shop.details("order-1").await;
    assert_eq!(operations(&details)[0], ("SALE".into(), true));
    assert_eq!(details["transactionSummary"]["capturedAmount"], 20_000);
    assert_eq!(shop.cancel("order-1", false).await.code(), (402, "51".into()));
    assert_eq!(shop.refund("order-1", None, "1").await.status, 200);
}

#[tokio::test]
async fn the_old_status_call_tells_the_last_line() {
    let shop = Shop::open().await;
    shop.initiate("order-1", 20_000).await;
    shop.simulator.approve("order-1").expect("approves");
    let answer = shop.get("/ecomm/v2/payments/order-1/status").await;
    assert_eq!(
        answer.both(),
        (
            200,
            json!({
                "orderId": "order-1",
                "transactionInfo": {
                    "amount": 20_000, "status": "RESERVE", "timeStamp": "2018-11-14T15:21:22.126Z",
                    "transactionId": "5001420001",
                },
            })
        )
    );
}

#[tokio::test]
async fn force_approve_needs_the_token_of_the_url() {
    let shop = Shop::open().await;
    let url = shop.initiate("order-1", 151).await;
    let path = "/ecomm/v2/integration-test/payments/order-1/approve";
    let body = |token: &str| json!({ "customerPhoneNumber": "91234567", "token": token });
    assert_eq!(shop.post(path, &body("wrong")).await.code(), (400, "token".into()));
    let (_, token) = url.split_once("token=").expect("a token");
    let answer = shop.post(path, &body(token)).await;
    assert_eq!((answer.status.as_u16(), answer.body.len()), (200, 0));
    // Test amounts are not honoured here (contract 7).
    assert_eq!(operations(&shop.details("order-1").await)[0], ("RESERVE".into(), true));
}
