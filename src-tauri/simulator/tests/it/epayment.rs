//! Contract 1.4 and 2.3: a payment through ePayment, from its making to its refund.

use serde_json::{Value, json};

use crate::support::{Answer, Shop};

fn path(link: &Value) -> &str {
    link.as_str().and_then(|link| link.strip_prefix("http://simulator.invalid")).expect("its own link")
}

fn amounts(payment: &Value) -> [i64; 4] {
    ["authorizedAmount", "capturedAmount", "refundedAmount", "cancelledAmount"]
        .map(|name| payment["aggregate"][name]["value"].as_i64().expect("an amount"))
}

async fn names(shop: &Shop, reference: &str) -> Vec<String> {
    let events = shop.get(&format!("/epayment/v1/payments/{reference}/events")).await.json();
    let name = |event: &Value| event["name"].as_str().expect("a name").to_owned();
    events.as_array().expect("a list").iter().map(name).collect()
}

fn done(answer: &Answer) -> Value {
    assert_eq!(answer.status, 200, "{}", answer.json());
    answer.json()
}

#[tokio::test]
async fn a_payment_is_made_approved_captured_and_refunded() {
    let shop = Shop::open().await;
    let picture = shop.create("order-0001", 20_000).await;
    let drawn = shop.get(path(&picture)).await;
    assert_eq!(drawn.headers["content-type"], "image/png");
    assert_eq!(image::load_from_memory(&drawn.body).expect("a PNG").to_luma8().dimensions(), (300, 300));

    let made = shop.look("order-0001").await;
    assert_eq!((&made["state"], amounts(&made)), (&json!("CREATED"), [0; 4]));
    assert_eq!(made["amount"], json!({ "currency": "NOK", "value": 20_000 }));
    assert_eq!(made["captureGuaranteedUntil"], Value::Null);

    shop.simulator.approve("order-0001").expect("approves");
    let approved = shop.look("order-0001").await;
    assert_eq!((&approved["state"], amounts(&approved)), (&json!("AUTHORIZED"), [20_000, 0, 0, 0]));
    assert_eq!(approved["captureGuaranteedUntil"], "2018-11-21T15:21:22.126Z");

    let captured = done(&shop.modify("order-0001", "capture", "c-1", 15_000).await);
    assert_eq!(amounts(&captured), [20_000, 15_000, 0, 0]);
    assert_eq!(captured["pspReference"], made["pspReference"], "that of CREATED");
    let refunded = done(&shop.modify("order-0001", "refund", "r-1", 5_000).await);
    assert_eq!(amounts(&refunded), [20_000, 15_000, 5_000, 0]);
    let released = done(&shop.write("/order-0001/cancel", "x-1", &json!({})).await);
    assert_eq!(
        (&released["state"], amounts(&released)),
        (&json!("AUTHORIZED"), [20_000, 15_000, 5_000, 5_000])
    );

    let events = shop.get("/epayment/v1/payments/order-0001/events").await.json();
    assert_eq!(
        names(&shop, "order-0001").await,
        ["CREATED", "AUTHORIZED", "CAPTURED", "REFUNDED", "CANCELLED"]
    );
    assert_eq!(events[0]["pspReference"], made["pspReference"]);
    assert_ne!(events[1]["pspReference"], made["pspReference"], "each has its own");
    assert_eq!(
        (&events[0]["idempotencyKey"], &events[2]["idempotencyKey"]),
        (&json!("create-order-0001"), &json!("c-1"))
    );
    assert_eq!(events[4]["idempotencyKey"], Value::Null, "as in the sample");
    let truth = shop.simulator.payment("order-0001").expect("is there");
    assert_eq!(
        (truth.rail.as_str(), truth.flow.as_str(), truth.captures[0].request_id.as_str()),
        ("epayment", "QR", "c-1")
    );
}

#[tokio::test]
async fn it_ends_in_five_states() {
    let shop = Shop::open().await;
    for reference in ["aborted-1", "expired-1", "terminated-1"] {
        shop.create(reference, 20_000).await;
    }
    shop.simulator.cancel("aborted-1").expect("cancels");
    let ended =
        done(&shop.write("/terminated-1/cancel", "x", &json!({ "cancelTransactionOnly": true })).await);
    assert_eq!((&ended["state"], amounts(&ended)), (&json!("TERMINATED"), [0, 0, 0, 20_000]));
    shop.wait(600);
    for (reference, state) in
        [("aborted-1", "ABORTED"), ("expired-1", "EXPIRED"), ("terminated-1", "TERMINATED")]
    {
        assert_eq!(shop.look(reference).await["state"], state);
        assert_eq!(names(&shop, reference).await, ["CREATED", state]);
    }
}

#[tokio::test]
async fn a_declined_card_is_an_event_that_failed() {
    let shop = Shop::open().await;
    shop.create("order-0001", 20_000).await;
    shop.simulator.decline("order-0001").expect("declines");
    assert_eq!(shop.look("order-0001").await["state"], "CREATED", "another card may work");
    shop.simulator.approve("order-0001").expect("approves");
    let events = shop.get("/epayment/v1/payments/order-0001/events").await.json();
    assert_eq!((&events[1]["name"], &events[1]["success"]), (&json!("AUTHORIZED"), &json!(false)));
    assert_eq!((&events[2]["name"], &events[2]["success"]), (&json!("AUTHORIZED"), &json!(true)));
}

#[tokio::test]
async fn the_answer_tells_where_to_send_the_customer() {
    let shop = Shop::at(Shop::open().await.simulator, "654322").await;
    let made = async |reference: &str, changes: Value| {
        let mut wish = shop.wish(reference, 20_000);
        for (name, value) in changes.as_object().expect("an object") {
            wish[name] = value.clone();
        }
        let answer = shop.write("", reference, &wish).await;
        assert_eq!(answer.status, 201, "{}", answer.json());
        answer.json()
    };
    let content = made("target-url", json!({ "qrFormat": { "format": "TEXT/TARGETURL" } })).await;
    let truth = shop.simulator.payment("target-url").expect("is there");
    assert_eq!(content["redirectUrl"], truth.qr_content);
    let svg = made("svg-unless-given", json!({ "qrFormat": null })).await;
    assert_eq!(shop.get(path(&svg["redirectUrl"])).await.headers["content-type"], "image/svg+xml");
    let web = made("web-redirect", json!({ "userFlow": "WEB_REDIRECT", "qrFormat": null })).await;
    assert_eq!(shop.get(path(&web["redirectUrl"])).await.status, 303, "leads to the phone");
    assert_eq!(shop.look("web-redirect").await["redirectUrl"], web["redirectUrl"]);
    let app = made("native-redirect", json!({ "userFlow": "NATIVE_REDIRECT" })).await;
    assert!(app["redirectUrl"].as_str().is_some_and(|url| url.starts_with("vipps://?token=eyJ")));
    let customer = json!({ "phoneNumber": "4791234567" });
    let push = made("push-message", json!({ "userFlow": "PUSH_MESSAGE", "customer": customer })).await;
    assert_eq!(push, json!({ "reference": "push-message" }));

    let personal = shop.simulator.personal_code("4791234567");
    let push = json!({ "userFlow": "PUSH_MESSAGE", "customer": { "personalQr": personal } });
    made("personal-qr-1", push.clone()).await;
    shop.wait(300);
    let mut wish = shop.wish("personal-qr-2", 20_000);
    (wish["userFlow"], wish["customer"]) = (push["userFlow"].clone(), push["customer"].clone());
    assert_eq!(shop.write("", "late", &wish).await.problem(), (400, "4060".into()));
    wish["customer"]["personalQr"] = "https://qr.vipps.no/28/2/01/031/4791234567?v=1".into();
    assert_eq!(shop.write("", "readable", &wish).await.status, 201);
}

#[tokio::test]
async fn one_key_has_one_answer() {
    let shop = Shop::open().await;
    let wish = shop.wish("order-0001", 20_000);
    let first = shop.write("", "key-1", &wish).await;
    assert_eq!(shop.write("", "key-1", &wish).await.both(), first.both(), "its link included");
    assert_eq!(
        shop.write("", "key-1", &shop.wish("order-0001", 30_000)).await.problem(),
        (409, "4020".into())
    );
    assert_eq!(shop.write("", "key-2", &wish).await.problem(), (409, "4150".into()));

    // A refusal sticks to its key; a new key is a new try.
    assert_eq!(shop.modify("order-0001", "capture", "c-1", 20_000).await.problem(), (400, "6080".into()));
    shop.simulator.approve("order-0001").expect("approves");
    assert_eq!(shop.modify("order-0001", "capture", "c-1", 20_000).await.problem(), (400, "6080".into()));
    let captured = done(&shop.modify("order-0001", "capture", "c-2", 20_000).await);
    assert_eq!(done(&shop.modify("order-0001", "capture", "c-2", 20_000).await), captured);
    assert_eq!(shop.modify("order-0001", "capture", "c-2", 1_000).await.problem(), (409, "4010".into()));
    assert_eq!(shop.simulator.payment("order-0001").map(|truth| truth.captures.len()), Some(1));
    assert_eq!(
        shop.modify("order-0001", "refund", "c-2", 5_000).await.status,
        200,
        "another call, another key"
    );
    assert_eq!(shop.modify("order-0001", "refund", "c-2", 6_000).await.problem(), (409, "4150".into()));
}

#[tokio::test]
async fn while_the_customer_authorizes_nobody_else_acts() {
    let shop = Shop::open().await;
    shop.create("order-0001", 20_000).await;
    shop.simulator.authorize("order-0001").expect("confirms");
    assert_eq!(shop.write("/order-0001/cancel", "x", &json!({})).await.problem(), (423, "6250".into()));
    assert_eq!(shop.modify("order-0001", "capture", "c", 20_000).await.problem(), (423, "6250".into()));
    shop.simulator.approve("order-0001").expect("approves");
    // Such a refusal does not stick: the same key may be tried again.
    let only = json!({ "cancelTransactionOnly": true });
    assert_eq!(shop.write("/order-0001/cancel", "y", &only).await.problem(), (400, "6060".into()));
    assert_eq!(shop.modify("order-0001", "capture", "c", 20_000).await.status, 200);
}

#[tokio::test]
async fn what_ecom_made_epayment_can_handle_and_never_the_reverse() {
    let shop = Shop::open().await;
    for order in ["ecom-order-1", "ecom-order-2", "ecom-order-3"] {
        shop.initiate(order, 20_000).await;
    }
    shop.simulator.approve("ecom-order-1").expect("approves");
    assert_eq!(shop.look("ecom-order-1").await["state"], "AUTHORIZED");
    assert_eq!(shop.modify("ecom-order-1", "capture", "c", 20_000).await.status, 200);
    assert_eq!(shop.modify("ecom-order-1", "refund", "r", 20_000).await.status, 200);
    let log = shop.details("ecom-order-1").await["transactionLogHistory"].clone();
    assert_eq!((&log[0]["operation"], &log[1]["operation"]), (&json!("REFUND"), &json!("CAPTURE")));
    assert_eq!(shop.write("/ecom-order-2/cancel", "x", &json!({})).await.json()["state"], "TERMINATED");
    shop.wait(600);
    assert_eq!(names(&shop, "ecom-order-3").await, ["CREATED", "EXPIRED"]);
    assert_eq!(shop.details("ecom-order-3").await["transactionLogHistory"].as_array().map(Vec::len), Some(1));

    shop.create("order-0001", 20_000).await;
    assert_eq!(shop.get("/ecomm/v2/payments/order-0001/details").await.code(), (404, "35".into()));
    assert_eq!(shop.capture("order-0001", None, "1").await.code(), (404, "35".into()));
    assert_eq!(shop.cancel("order-0001", false).await.code(), (404, "35".into()));
    let same = shop.post("/ecomm/v2/payments", &shop.order("order-0001", 20_000)).await;
    assert_eq!(same.code(), (402, "34".into()), "the name is taken");
}

#[tokio::test]
async fn force_approve_needs_a_customer_or_a_token() {
    let shop = Shop::open().await;
    let link = shop.create("order-0001", 151).await;
    let token = link.as_str().and_then(|link| link.split_once("token=")).expect("a token").1;
    let approve = "/epayment/v1/test/payments/order-0001/approve";
    assert_eq!(shop.post(approve, &json!({})).await.problem(), (400, "customer".into()));
    assert_eq!(shop.post(approve, &json!({ "token": "other" })).await.problem(), (400, "7010".into()));
    assert_eq!(shop.post(approve, &json!({ "token": token })).await.status, 200);
    let again = shop.post(approve, &json!({ "token": token })).await;
    assert_eq!(again.problem(), (400, "10020".into()));
    assert_eq!(shop.look("order-0001").await["state"], "AUTHORIZED", "test amounts are not honoured");
    shop.create("order-0002", 20_000).await;
    let customer = json!({ "customer": { "phoneNumber": "4791234567" } });
    assert_eq!(shop.post("/epayment/v1/test/payments/order-0002/approve", &customer).await.status, 200);
}

#[tokio::test]
async fn what_the_customer_shares_comes_with_the_payment() {
    let shop = Shop::open().await;
    let mut wish = shop.wish("order-0001", 20_000);
    wish["profile"] = json!({ "scope": "name phoneNumber" });
    wish["metadata"] = json!({ "table": "7" });
    assert_eq!(shop.write("", "key", &wish).await.status, 201);
    let before = shop.look("order-0001").await;
    assert_eq!((&before["profile"], &before["metadata"]), (&json!({}), &json!({ "table": "7" })));
    shop.simulator.approve("order-0001").expect("approves");
    let after = shop.look("order-0001").await;
    assert!(after["profile"]["sub"].as_str().is_some_and(|sub| sub.len() == 36));
    assert_eq!(after["userDetails"]["firstName"], "Ada");
    assert_eq!(after["userDetails"]["email"], Value::Null, "not asked for");
    shop.wait(169 * 3_600);
    let mut shop = shop;
    shop.log_in().await;
    assert_eq!(shop.look("order-0001").await["userDetails"]["firstName"], "[Expired]");
}
