//! Contract 1.2: what eCom refuses, and how.

use http::HeaderValue;
use serde_json::{Value, json};

use crate::support::Shop;

#[tokio::test]
async fn an_error_has_the_whole_shape() {
    let shop = Shop::open().await;
    let answer = shop.get("/ecomm/v2/payments/none/details").await;
    let context_id = answer.json()[0]["contextId"].as_str().expect("an id").to_owned();
    assert_eq!((context_id.len(), context_id.matches('-').count()), (36, 4));
    assert_eq!(
        answer.both(),
        (
            404,
            json!([{
                "errorGroup": "Payment",
                "errorCode": "35",
                "errorMessage": "The orderId is unknown for this merchant serial number",
                "contextId": context_id,
            }])
        )
    );
}

#[tokio::test]
async fn initiate_is_strict() {
    let shop = Shop::open().await;
    let cases: [(&str, Value, (u16, &str)); 20] = [
        ("/transaction/amount", json!(99), (400, "amount")),
        ("/transaction/amount", json!(249.5), (500, "99")),
        ("/transaction/amount", json!("20000"), (500, "99")),
        ("/transaction/orderId", json!("with space"), (400, "orderId")),
        ("/transaction/orderId", json!("x".repeat(51)), (400, "orderId")),
        ("/transaction/orderId", json!(""), (400, "orderId")),
        ("/transaction/transactionText", json!("x".repeat(101)), (400, "transactionText")),
        ("/transaction/transactionText", json!(null), (400, "transactionText")),
        ("/transaction/surprise", json!(1), (400, "surprise")),
        ("/surprise", json!(1), (400, "surprise")),
        ("/merchantInfo/merchantSerialNumber", json!(654_321), (500, "99")),
        ("/merchantInfo/fallback", json!("https://example.com"), (500, "99")),
        ("/merchantInfo/fallBack", json!("http://localhost/done"), (400, "callbackUrl")),
        ("/merchantInfo/fallBack", json!("http://example.com/done"), (400, "callbackUrl")),
        ("/merchantInfo/callbackPrefix", json!("http://example.com"), (400, "callbackUrl")),
        ("/merchantInfo/callbackPrefix", json!("https://localhost"), (400, "callbackUrl")),
        ("/merchantInfo/callbackPrefix", json!(null), (400, "callbackPrefix")),
        ("/merchantInfo/authToken", json!("x".repeat(256)), (400, "authToken")),
        ("/customerInfo", json!(null), (400, "customerInfo")),
        ("/transaction/skipLandingPage", json!(true), (400, "mobileNumber")),
    ];
    for (number, (pointer, value, (status, code))) in cases.into_iter().enumerate() {
        let mut order = shop.order(&format!("order-{number}"), 20_000);
        let (parent, name) = pointer.rsplit_once('/').expect("a pointer");
        order.pointer_mut(parent).expect("is there")[name] = value.clone();
        let answer = shop.post("/ecomm/v2/payments", &order).await;
        assert_eq!(answer.code(), (status, code.into()), "{pointer} = {value}");
    }
    assert_eq!(shop.simulator.payments(), []);
}

#[tokio::test]
async fn a_body_must_be_json_and_say_so() {
    let shop = Shop::open().await;
    let mut request = shop.request("POST", "/ecomm/v2/payments", Some(&shop.order("order-1", 20_000)));
    request.headers_mut().insert("Content-Type", HeaderValue::from_static("text/plain"));
    assert_eq!(shop.send(request).await.status, 415);
    let request = shop.request("POST", "/ecomm/v2/payments", Some(&json!("{")));
    assert_eq!(shop.send(request).await.code(), (400, "body".into()));
}

#[tokio::test]
async fn a_path_that_is_no_text_is_refused_in_the_shape_of_its_api() {
    let shop = Shop::open().await;
    let ecom = shop.get("/ecomm/v2/payments/%FF/details").await;
    assert_eq!((ecom.status.as_u16(), &ecom.json()["responseInfo"]["responseCode"]), (400, &json!(400)));
    assert_eq!(shop.get("/epayment/v1/payments/%C3").await.problem(), (400, String::new()));
    let order = shop.get("/order-management/v2/ECOM/%ff").await;
    assert_eq!((order.status.as_u16(), &order.json()["title"]), (400, &json!("Bad Request")));
    assert_eq!(shop.get("/epayment/v1/payments/%C3%A5%2").await.problem(), (404, "5090".into()));
}

#[tokio::test]
async fn loopback_callbacks_are_refused_unless_allowed() {
    let strict = simulator::Options { allow_loopback_callbacks: false, ..crate::support::options() };
    let shop = Shop::at(simulator::Simulator::new(strict), "654321").await;
    let mut order = shop.order("order-1", 20_000);
    order["merchantInfo"]["callbackPrefix"] = "http://127.0.0.1:7650/callback".into();
    assert_eq!(shop.post("/ecomm/v2/payments", &order).await.code(), (400, "callbackUrl".into()));
    assert_eq!(Shop::open().await.post("/ecomm/v2/payments", &order).await.status, 200);
}

#[tokio::test]
async fn an_order_id_is_used_once() {
    let shop = Shop::open().await;
    shop.initiate("order-1", 20_000).await;
    let again = shop.post("/ecomm/v2/payments", &shop.order("order-1", 20_000)).await;
    assert_eq!(again.code(), (402, "34".into()));
    shop.initiate("ORDER-1", 20_000).await;
}

#[tokio::test]
async fn a_push_needs_permission_and_a_number_that_can_pay() {
    let simulator = Shop::open().await.simulator;
    let push = |shop: &Shop, id: &str, number: &str| {
        let mut order = shop.order(id, 20_000);
        order["transaction"]["skipLandingPage"] = true.into();
        order["customerInfo"]["mobileNumber"] = number.into();
        order
    };
    let oslo = Shop::at(simulator.clone(), "654321").await;
    let bergen = Shop::at(simulator, "654322").await;
    let answer = oslo.post("/ecomm/v2/payments", &push(&oslo, "push-1", "91234567")).await;
    assert_eq!(answer.code(), (402, "38".into()));
    for (id, number, status) in [
        ("push-2", "91234567", 200),
        ("push-3", "+47 912 34 567", 200),
        ("push-4", "40000001", 402),
        ("push-5", "12345", 402),
    ] {
        let answer = bergen.post("/ecomm/v2/payments", &push(&bergen, id, number)).await;
        assert_eq!(answer.status, status, "{number}");
        assert!(status == 200 || answer.code().1 == "81");
    }
}

#[tokio::test]
async fn ecom_is_norwegian() {
    let shop = Shop::at(Shop::open().await.simulator, "754321").await;
    let answer = shop.post("/ecomm/v2/payments", &shop.order("order-1", 20_000)).await;
    assert_eq!(answer.code(), (402, "97".into()));
}

#[tokio::test]
async fn captures_and_refunds_keep_to_what_there_is() {
    let shop = Shop::open().await;
    shop.initiate("order-1", 20_000).await;
    let code = |answer: crate::support::Answer| answer.code().1;
    assert_eq!(code(shop.capture("order-1", None, "1").await), "62");
    assert_eq!(code(shop.refund("order-1", None, "1").await), "72");
    shop.simulator.approve("order-1").expect("approves");
    assert_eq!(code(shop.refund("order-1", None, "1").await), "72");
    assert_eq!(code(shop.capture("order-1", Some(20_001), "1").await), "61");
    assert_eq!(shop.capture("order-1", Some(15_000), "1").await.status, 200);
    assert_eq!(code(shop.cancel("order-1", false).await), "51");
    assert_eq!(code(shop.refund("order-1", Some(15_001), "2").await), "71");
    assert_eq!(shop.cancel("order-1", true).await.status, 200);
    assert_eq!(code(shop.capture("order-1", Some(1_000), "2").await), "61");
    assert_eq!(shop.refund("order-1", None, "3").await.status, 200);
    shop.wait(60);
    assert_eq!(code(shop.refund("order-1", None, "4").await), "71");

    shop.initiate("order-2", 20_000).await;
    shop.simulator.cancel("order-2").expect("cancels");
    assert_eq!(code(shop.capture("order-2", None, "1").await), "91");
    assert_eq!(code(shop.refund("order-2", None, "1").await), "73");

    shop.initiate("order-3", 20_000).await;
    shop.simulator.approve("order-3").expect("approves");
    assert_eq!(shop.capture("order-3", None, "1").await.status, 200);
    assert_eq!(code(shop.capture("order-3", None, "2").await), "92");
    assert_eq!(code(shop.refund("order-3", Some(123), "1").await), "74");
    assert_eq!(code(shop.refund("order-3", Some(124), "2").await), "95");
}

#[tokio::test]
async fn the_same_request_id_is_done_once() {
    let shop = Shop::open().await;
    shop.initiate("order-1", 20_000).await;
    shop.simulator.approve("order-1").expect("approves");
    let first = shop.capture("order-1", Some(5_000), "capture-1").await;
    shop.wait(5);
    let again = shop.capture("order-1", Some(5_000), "capture-1").await;
    assert_eq!(again.both(), first.both(), "the same answer, its time included");
    assert_eq!(shop.capture("order-1", Some(6_000), "capture-1").await.code(), (402, "93".into()));
    // The id is unique per endpoint: a refund may use it too.
    assert_eq!(shop.refund("order-1", Some(1_000), "capture-1").await.status, 200);
    let truth = shop.simulator.payment("order-1").expect("is there");
    assert_eq!((truth.captured, truth.refunded, truth.captures.len()), (5_000, 1_000, 1));
}

#[tokio::test]
async fn a_request_id_is_required() {
    let shop = Shop::open().await;
    shop.initiate("order-1", 20_000).await;
    let body = json!({
        "merchantInfo": { "merchantSerialNumber": "654321" },
        "transaction": { "amount": 20_000, "transactionText": "Socks" },
    });
    for what in ["capture", "refund"] {
        let path = format!("/ecomm/v2/payments/order-1/{what}");
        assert_eq!(shop.post(&path, &body).await.code(), (400, "X-Request-Id".into()));
    }
    let long = shop.capture("order-1", None, &"x".repeat(41)).await;
    assert_eq!(long.code(), (400, "X-Request-Id".into()));
}

#[tokio::test]
async fn calls_are_counted_by_the_minute() {
    let shop = Shop::open().await;
    for _ in 0..2 {
        shop.post("/ecomm/v2/payments", &shop.order("order-1", 20_000)).await;
    }
    let third = shop.post("/ecomm/v2/payments", &shop.order("order-1", 20_000)).await;
    assert_eq!(
        third.both(),
        (
            429,
            json!({
                "statusCode": 429, "message": "Rate limit is exceeded. Try again in 60 seconds.",
            })
        )
    );
    assert_eq!(third.headers["retry-after"], "60");
    shop.initiate("order-2", 20_000).await;

    for _ in 0..5 {
        assert_eq!(shop.cancel("order-2", false).await.status, 200);
    }
    assert_eq!(shop.cancel("order-2", false).await.status, 429);
    for _ in 0..120 {
        shop.details("order-2").await;
    }
    let details = "/ecomm/v2/payments/order-2/details";
    assert_eq!(shop.get(details).await.status, 429);
    assert_eq!(shop.get("/ecomm/v2/payments/order-2/status").await.status, 429, "they share a bucket");
    shop.wait(60);
    assert_eq!(shop.get(details).await.status, 200);
}
