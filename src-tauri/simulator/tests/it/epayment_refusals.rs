//! Contract 1.4: what ePayment refuses, and with which code.

use serde_json::{Value, json};

use crate::support::{MSN, Shop};

/// Asks with one field changed and gives the refusal.
async fn refused(shop: &Shop, number: usize, pointer: &str, value: &Value) -> (u16, String) {
    let mut wish = shop.wish(&format!("order-{number:04}"), 20_000);
    let (parent, name) = pointer.rsplit_once('/').expect("a pointer");
    wish.pointer_mut(parent).expect("is there")[name] = value.clone();
    let answer = shop.write("", &format!("key-{number}"), &wish).await;
    assert_ne!(answer.status, 201, "{pointer} = {value}");
    answer.problem()
}

#[tokio::test]
async fn each_field_has_its_refusal() {
    let shop = Shop::open().await;
    let many: Value = (0..6).map(|number| (number.to_string(), json!("x"))).collect();
    let long = |length: usize| "x".repeat(length);
    let cases = [
        ("/amount/value", json!(99), (400, "6010")),
        ("/amount/value", json!(249.5), (400, "4040")),
        ("/amount/value", json!("20000"), (400, "amount.value")),
        ("/amount/value", json!(65_000_001), (400, "amount.value")),
        ("/amount/currency", json!("DKK"), (403, "5040")),
        ("/amount/currency", json!("USD"), (400, "amount.currency")),
        ("/amount", json!(null), (400, "amount")),
        ("/reference", json!("short"), (400, "reference")),
        ("/reference", json!(long(65)), (400, "reference")),
        ("/reference", json!("with space"), (400, "reference")),
        ("/userFlow", json!("CARRIER_PIGEON"), (400, "userFlow")),
        ("/userFlow", json!("PUSH_MESSAGE"), (400, "4140")),
        ("/paymentMethod", json!({ "type": "CARD" }), (400, "userFlow")),
        ("/paymentMethod", json!({}), (400, "paymentMethod.type")),
        ("/returnUrl", json!("http://example.com"), (400, "4090")),
        ("/customer", json!({ "phoneNumber": "+4791234567" }), (400, "4070")),
        ("/customer", json!({ "phoneNumber": "4740000001" }), (400, "7010")),
        ("/customer", json!({ "personalQr": "https://example.com" }), (400, "4060")),
        ("/customer", json!({ "customerToken": "unknown" }), (400, "4050")),
        ("/customer", json!({ "phoneNumber": "4791234567", "customerToken": "x" }), (400, "customer")),
        ("/customer", json!({}), (400, "customer")),
        ("/paymentDescription", json!("xx"), (400, "paymentDescription")),
        ("/paymentDescription", json!(long(101)), (400, "paymentDescription")),
        ("/metadata", many, (400, "4100")),
        ("/metadata", json!({ long(101): "x" }), (400, "4120")),
        ("/metadata", json!({ "x": long(501) }), (400, "4130")),
        ("/profile", json!({ "scope": "shoeSize" }), (400, "4080")),
        ("/profile", json!({ "scope": "nin" }), (403, "5030")),
        ("/qrFormat", json!({ "size": 300 }), (400, "qrFormat.format")),
        ("/qrFormat", json!({ "format": "IMAGE/PNG", "size": 99 }), (400, "qrFormat.size")),
        ("/expiresAt", json!("2018-11-14T15:25:00Z"), (400, "6120")),
        ("/expiresAt", json!("2019-02-14T15:25:00Z"), (400, "6110")),
        ("/expiresAt", json!("2018-11-15T15:25:00Z"), (400, "6130")),
        ("/expiresAt", json!("tomorrow"), (400, "expiresAt")),
        (
            "/receipt",
            json!({ "orderLines": [], "bottomLine": { "currency": "NOK" } }),
            (400, "receipt.orderLines"),
        ),
        ("/customerInteraction", json!("CUSTOMER_ASLEEP"), (400, "customerInteraction")),
        (
            "/industryData",
            json!({ "airlineData": {} }),
            (400, "industryData.airlineData.agencyInvoiceNumber"),
        ),
        ("/surprise", json!(1), (400, "surprise")),
    ];
    for (number, (pointer, value, (status, what))) in cases.into_iter().enumerate() {
        assert_eq!(
            refused(&shop, number, pointer, &value).await,
            (status, what.into()),
            "{pointer} = {value}"
        );
    }
    assert_eq!(shop.simulator.payments(), []);
}

#[tokio::test]
async fn a_key_that_stands_twice_in_the_metadata_is_seen() {
    let shop = Shop::open().await;
    let wish = shop.wish("order-0001", 20_000).to_string();
    let body = wish.replacen('{', r#"{"metadata":{"table":"7","table":"8"},"#, 1);
    let mut request = shop.request("POST", "/epayment/v1/payments", Some(&json!({})));
    request.headers_mut().insert("Idempotency-Key", "key".parse().expect("a value"));
    *request.body_mut() = body.into();
    assert_eq!(shop.send(request).await.problem(), (400, "4110".into()));
}

#[tokio::test]
async fn permissions_belong_to_the_sales_unit() {
    let oslo = Shop::open().await;
    let mut push = oslo.wish("order-0001", 20_000);
    push["userFlow"] = "PUSH_MESSAGE".into();
    push["customer"] = json!({ "phoneNumber": "4791234567" });
    assert_eq!(oslo.write("", "push", &push).await.problem(), (403, "5080".into()));
    let bergen = Shop::at(oslo.simulator.clone(), "654322").await;
    assert_eq!(bergen.write("", "push", &push).await.status, 201);

    let line = json!({
        "name": "Socks", "id": "1", "totalAmount": 20_000, "totalAmountExcludingTax": 16_000,
        "totalTaxAmount": 4_000, "taxRate": 2_500,
    });
    let mut long = oslo.wish("order-0002", 20_000);
    long["expiresAt"] = "2018-11-20T00:00:00+01:00".into();
    long["receipt"] = json!({ "orderLines": [line], "bottomLine": { "currency": "NOK" } });
    assert_eq!(oslo.write("", "long", &long).await.problem(), (403, "5050".into()));
    assert_eq!(bergen.write("", "long", &long).await.status, 201);
    bergen.wait(3_600 - 60);
    bergen.simulator.approve("order-0002").expect("there is time until the twentieth");

    let tickets = Shop::at(oslo.simulator.clone(), "654324").await;
    tickets.create("order-0003", 20_000).await;
    tickets.simulator.approve("order-0003").expect("approves");
    assert_eq!(tickets.modify("order-0003", "capture", "1", 1_000).await.problem(), (400, "6140".into()));
    assert_eq!(tickets.modify("order-0003", "capture", "2", 20_000).await.status, 200);
}

#[tokio::test]
async fn every_market_has_its_currency() {
    let simulator = Shop::open().await.simulator;
    for (msn, currency, least) in
        [(MSN, "NOK", 100), ("754321", "DKK", 1), ("854321", "EUR", 1), ("954321", "SEK", 1)]
    {
        let shop = Shop::at(simulator.clone(), msn).await;
        assert_eq!(shop.unit.currency, currency);
        shop.create("order-0001", least).await;
        let under = shop.write("", "under", &shop.wish("order-0002", least - 1)).await;
        assert_eq!(under.problem(), (400, "6010".into()), "{currency}");
        let approve = format!("/simulator/payments/order-0001/approve?msn={msn}");
        assert_eq!(shop.post(&approve, &json!(null)).await.status, 200);
        assert_eq!(shop.modify("order-0001", "capture", "c", least).await.status, 200);
    }
}

#[tokio::test]
async fn captures_and_refunds_keep_to_what_there_is() {
    let shop = Shop::open().await;
    let no = async |reference: &str, what: &str, key: &str, value: i64, code: &str| {
        let answer = shop.modify(reference, what, key, value).await;
        assert_eq!(answer.problem(), (400, code.into()), "{what} {value} of {reference}");
    };
    shop.create("order-0001", 20_000).await;
    no("order-0001", "capture", "1", 20_000, "6080").await;
    no("order-0001", "refund", "1", 20_000, "6020").await;
    shop.simulator.approve("order-0001").expect("approves");
    no("order-0001", "capture", "2", 20_001, "6090").await;
    no("order-0001", "capture", "3", 0, "modificationAmount.value").await;
    no("order-0001", "refund", "2", 1, "6150").await;
    assert_eq!(shop.modify("order-0001", "capture", "4", 15_000).await.status, 200);
    shop.wait(60);
    assert_eq!(shop.modify("order-0001", "capture", "5", 5_000).await.status, 200);
    no("order-0001", "capture", "6", 1, "6170").await;
    no("order-0001", "refund", "3", 20_001, "6150").await;
    no("order-0001", "refund", "4", 123, "5100").await;
    no("order-0001", "refund", "5", 124, "6220").await;
    let cancel = shop.write("/order-0001/cancel", "1", &json!({})).await;
    assert_eq!(cancel.problem(), (400, "6040".into()));
    shop.wait(60);
    assert_eq!(shop.modify("order-0001", "refund", "6", 20_000).await.status, 200);
    no("order-0001", "refund", "7", 1, "6180").await;

    shop.create("order-0002", 20_000).await;
    assert_eq!(shop.write("/order-0002/cancel", "1", &json!({})).await.status, 200);
    no("order-0002", "capture", "1", 20_000, "6070").await;
    no("order-0002", "refund", "1", 20_000, "6210").await;
    let cancel = shop.write("/order-0002/cancel", "2", &json!({})).await;
    assert_eq!(cancel.problem(), (400, "6050".into()));

    shop.create("order-0003", 20_000).await;
    shop.simulator.approve("order-0003").expect("approves");
    shop.simulator.bank_releases("order-0003").expect("releases");
    no("order-0003", "capture", "1", 20_000, "6260").await;
    let foreign = json!({ "modificationAmount": { "currency": "DKK", "value": 20_000 } });
    assert_eq!(shop.write("/order-0003/capture", "2", &foreign).await.problem(), (403, "5040".into()));
    let unknown = shop.modify("order-9999", "capture", "1", 1).await;
    assert_eq!(unknown.problem(), (404, "5090".into()));
    assert_eq!(shop.get("/epayment/v1/payments/order-9999").await.problem(), (404, "5090".into()));
}

#[tokio::test]
async fn what_is_too_old_is_refused() {
    let mut shop = Shop::at(Shop::open().await.simulator, "754321").await;
    shop.create("order-0001", 20_000).await;
    shop.simulator.approve("order-0001").expect("approves");
    assert_eq!(shop.modify("order-0001", "capture", "1", 10_000).await.status, 200);
    shop.wait(14 * 86_400 + 1);
    shop.log_in().await;
    assert_eq!(shop.modify("order-0001", "capture", "2", 10_000).await.problem(), (400, "6100".into()));
    assert_eq!(shop.write("/order-0001/cancel", "1", &json!({})).await.problem(), (400, "6030".into()));
    shop.wait(351 * 86_400);
    shop.log_in().await;
    assert_eq!(shop.modify("order-0001", "refund", "1", 10_000).await.problem(), (400, "6220".into()));
}

#[tokio::test]
async fn headers_are_demanded() {
    let shop = Shop::open().await;
    let wish = shop.wish("order-0001", 20_000);
    assert_eq!(shop.post("/epayment/v1/payments", &wish).await.problem(), (400, "Idempotency-Key".into()));
    let long = shop.write("", &"x".repeat(51), &wish).await;
    assert_eq!(long.problem(), (400, "Idempotency-Key".into()));
    let mut request = shop.request("GET", "/epayment/v1/payments/order-0001", None);
    request.headers_mut().remove("Merchant-Serial-Number");
    assert_eq!(shop.send(request).await.problem(), (400, "Merchant-Serial-Number".into()));
    let mut request = shop.request("GET", "/epayment/v1/payments/order-0001", None);
    request.headers_mut().remove("Authorization");
    assert_eq!(shop.send(request).await.problem(), (401, String::new()));
    let mut request = shop.request("POST", "/epayment/v1/payments", Some(&wish));
    request.headers_mut().insert("Idempotency-Key", "x".parse().expect("a value"));
    request.headers_mut().insert("Content-Type", "text/plain".parse().expect("a value"));
    assert_eq!(shop.send(request).await.problem(), (400, "content-type".into()));
}

#[tokio::test]
async fn calls_are_counted_by_the_minute() {
    let shop = Shop::open().await;
    shop.create("order-0001", 20_000).await;
    for _ in 0..120 {
        shop.look("order-0001").await;
    }
    let events = "/epayment/v1/payments/order-0001/events";
    assert_eq!(shop.get(events).await.status, 429, "they share a bucket");
    for _ in 0..5 {
        shop.modify("order-0001", "capture", "1", 1).await;
    }
    let sixth = shop.modify("order-0001", "capture", "1", 1).await;
    assert_eq!(
        (sixth.status.as_u16(), &sixth.headers["retry-after"]),
        (429, &"60".parse().expect("a value"))
    );
    // What has no right reference shares one bucket.
    for number in 0..5 {
        shop.write("", &format!("bad-{number}"), &shop.wish(&format!("bad {number}"), 20_000)).await;
    }
    assert_eq!(shop.write("", "bad-5", &shop.wish("bad 5", 20_000)).await.status, 429);
    shop.wait(60);
    assert_eq!(shop.get(events).await.status, 200);
}

#[tokio::test]
async fn a_locked_payment_and_a_capture_that_fails_are_faults() {
    let shop = Shop::open().await;
    shop.create("order-0001", 20_000).await;
    shop.simulator.approve("order-0001").expect("approves");
    let faults = json!([
        { "on": "capture", "kind": "locked", "times": 1 },
        { "on": "capture", "kind": "status", "status": 500, "shape": 7, "code": "6280", "times": 1 },
        { "on": "capture", "kind": "tooMany", "delayMs": 1500, "times": 1 },
        { "on": "capture", "kind": "wrongType", "times": 1 },
    ]);
    assert_eq!(shop.send(shop.request("PUT", "/simulator/faults", Some(&faults))).await.status, 200);
    let capture = async || shop.modify("order-0001", "capture", "c", 20_000).await;
    assert_eq!(capture().await.problem(), (423, "6160".into()));
    assert_eq!(capture().await.problem(), (500, "6280".into()));
    let limited = capture().await;
    assert_eq!(
        (limited.status.as_u16(), &limited.headers["retry-after"]),
        (429, &"2".parse().expect("a value"))
    );
    let odd = capture().await;
    assert_eq!(
        (odd.status.as_u16(), &odd.headers["content-type"]),
        (200, &"text/html".parse().expect("a value"))
    );
    assert_eq!(capture().await.json()["aggregate"]["capturedAmount"]["value"], 20_000);
}
