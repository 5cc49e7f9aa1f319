//! The control API and the pages where a person plays the customer.

use serde_json::json;

use crate::support::Shop;

#[tokio::test]
async fn people_act_through_it() {
    let shop = Shop::open().await;
    shop.initiate("order-1", 20_000).await;
    let act = async |act: &str| shop.post(&format!("/simulator/payments/order-1/{act}"), &json!(null)).await;
    assert_eq!(act("scan").await.json()["state"], "opened");
    assert_eq!(act("decline").await.json()["state"], "declined");
    let approved = act("approve").await;
    assert_eq!(approved.status, 200);
    assert_eq!(approved.json(), shop.get("/simulator/payments/order-1").await.json());
    let truth = approved.json();
    assert_eq!(
        (&truth["state"], &truth["reserved"], &truth["msn"]),
        (&json!("approved"), &json!(20_000), &json!("654321"))
    );
    assert_eq!(truth["log"][0]["operation"], "RESERVE");

    let again = act("cancel").await;
    assert_eq!(again.both(), (409, json!({ "error": "not possible: the customer has approved it already" })));
    assert_eq!(act("dance").await.status, 404);
    let unknown = shop.post("/simulator/payments/none/scan", &json!(null)).await;
    assert_eq!(unknown.both(), (404, json!({ "error": "no such payment" })));
    assert_eq!(shop.get("/simulator/payments/none").await.status, 404);
}

#[tokio::test]
async fn the_truth_names_every_movement() {
    let shop = Shop::open().await;
    shop.initiate("order-1", 20_000).await;
    shop.simulator.approve("order-1").expect("approves");
    shop.capture("order-1", Some(15_000), "capture-1").await;
    shop.refund("order-1", Some(4_000), "refund-1").await;
    shop.cancel("order-1", true).await;
    let truth = shop.get("/simulator/payments/order-1").await.json();
    let at = "2018-11-14T15:21:22.126Z";
    assert_eq!(truth["captures"], json!([{ "requestId": "capture-1", "amount": 15_000, "at": at }]));
    assert_eq!(truth["refunds"], json!([{ "requestId": "refund-1", "amount": 4_000, "at": at }]));
    assert_eq!(
        (&truth["captured"], &truth["refunded"], &truth["cancelled"]),
        (&json!(15_000), &json!(4_000), &json!(5_000))
    );
}

#[tokio::test]
async fn the_sales_unit_tells_equal_references_apart() {
    let oslo = Shop::open().await;
    let bergen = Shop::at(oslo.simulator.clone(), "654322").await;
    bergen.initiate("order-1", 30_000).await;
    oslo.initiate("order-1", 20_000).await;
    oslo.post("/simulator/payments/order-1/approve?msn=654322", &json!(null)).await;
    let amount = |msn: &str| format!("/simulator/payments/order-1{msn}");
    assert_eq!(oslo.get(&amount("?msn=654322")).await.json()["state"], "approved");
    assert_eq!(oslo.get(&amount("")).await.json()["state"], "waiting", "the newest");
    assert_eq!(oslo.get("/simulator/payments").await.json().as_array().map(Vec::len), Some(2));
}

#[tokio::test]
async fn time_moves_when_told() {
    let shop = Shop::open().await;
    shop.initiate("order-1", 20_000).await;
    let moved = shop.post("/simulator/clock", &json!({ "advanceSeconds": 300 })).await;
    assert_eq!(moved.both(), (200, json!({ "now": "2018-11-14T15:26:22.126Z" })));
    let moved = shop.post("/simulator/clock", &json!({ "seconds": 300 })).await;
    assert_eq!(moved.json()["now"], "2018-11-14T15:31:22.126Z");
    assert_eq!(shop.get("/simulator/payments/order-1").await.json()["state"], "timedOut");
    assert_eq!(shop.post("/simulator/clock", &json!({ "minutes": 1 })).await.status, 400);
    // A late approval, for those who must be ready for one (trap 20).
    let late = shop.post("/simulator/payments/order-1/approve?late=true", &json!(null)).await;
    assert_eq!(late.json()["state"], "approved");
}

#[tokio::test]
async fn a_reset_leaves_nothing() {
    let shop = Shop::open().await;
    shop.initiate("order-1", 20_000).await;
    shop.wait(60);
    assert_eq!(shop.post("/simulator/reset", &json!(null)).await.status, 204);
    assert_eq!(shop.get("/simulator/payments").await.json(), json!([]));
    assert_eq!(shop.get("/simulator/requests").await.json(), json!([]));
    assert_eq!(shop.get("/simulator/clock").await.json()["now"], "2018-11-14T15:21:22.126Z");
    assert_eq!(shop.get("/ecomm/v2/payments/order-1/details").await.status, 401, "tokens are gone too");
}

#[tokio::test]
async fn it_remembers_what_it_was_sent_without_secrets() {
    let shop = Shop::open().await;
    let mut order = shop.order("order-1", 20_000);
    order["merchantInfo"]["authToken"] = "a-long-secret-token".into();
    shop.post("/ecomm/v2/payments", &order).await;
    shop.details("order-1").await;
    shop.get("/ecomm/v2/payments/order-2/details").await;

    let records = shop.get("/simulator/requests?reference=order-1").await.json();
    let records = records.as_array().expect("an array");
    assert_eq!(records.len(), 2);
    let first = &records[0];
    assert_eq!(
        (&first["method"], &first["path"], &first["status"]),
        (&json!("POST"), &json!("/ecomm/v2/payments"), &json!(200))
    );
    assert_eq!(first["body"]["transaction"]["orderId"], "order-1");
    assert_eq!(first["body"]["merchantInfo"]["authToken"], "a-long…");
    assert_eq!(first["headers"]["authorization"], "Bearer eyJ0eX…");
    assert_eq!(first["headers"]["ocp-apim-subscription-key"], "51b5c2…");
    assert_eq!(first["headers"]["vipps-system-name"], "Kvitt");
    let all = shop.get("/simulator/requests").await;
    assert_eq!(all.json().as_array().map(Vec::len), Some(4), "the control API is not among them");
    let text = String::from_utf8(all.body).expect("UTF-8");
    assert!(!text.contains(&shop.unit.client_secret) && !text.contains(&shop.unit.subscription_key));
}

#[tokio::test]
async fn a_person_can_be_the_customer() {
    let shop = Shop::open().await;
    let url = shop.initiate("order-1", 20_000).await;
    let landing = shop.get(url.strip_prefix("http://simulator.invalid").expect("its own")).await;
    assert_eq!(landing.status, 303);
    let page = landing.headers["location"].to_str().expect("text").to_owned();
    let phone = String::from_utf8(shop.get(&page).await.body).expect("UTF-8");
    assert!(phone.contains("200.00 NOK") && phone.contains("One pair of Vipps socks"), "{phone}");
    assert_eq!(shop.simulator.payment("order-1").map(|truth| truth.state), Some(simulator::State::Opened));
    assert_eq!(shop.post(&format!("{page}/approve"), &json!(null)).await.status, 303);
    assert_eq!(shop.simulator.payment("order-1").map(|truth| truth.state), Some(simulator::State::Approved));
    assert_eq!(shop.post(&format!("{page}/cancel"), &json!(null)).await.status, 409);
    assert_eq!(shop.get("/r/unknown1").await.status, 404);
    let front = String::from_utf8(shop.get("/").await.body).expect("UTF-8");
    assert!(front.contains("order-1") && front.contains(&page));
}

#[tokio::test]
async fn the_front_page_lists_both_rails_and_the_phone_acts_on_both() {
    let shop = Shop::open().await;
    shop.initiate("order-1", 20_000).await;
    shop.create("order-0002", 30_000).await;
    let front = String::from_utf8(shop.get("/").await.body).expect("UTF-8");
    for word in ["order-1", "order-0002", "ecom WEB_REDIRECT", "epayment QR", "300.00 NOK"] {
        assert!(front.contains(word), "{word}: {front}");
    }
    for (reference, act) in [("order-1", "decline"), ("order-0002", "decline"), ("order-0002", "approve")] {
        let content = shop.simulator.payment(reference).expect("is there").qr_content;
        let page = content.strip_prefix("http://simulator.invalid").expect("its own");
        assert_eq!(shop.get(page).await.status, 200);
        assert_eq!(shop.post(&format!("{page}/{act}"), &json!(null)).await.status, 303);
    }
    assert_eq!(shop.look("order-0002").await["state"], "AUTHORIZED");
}

#[tokio::test]
async fn what_merchants_write_is_shown_as_text() {
    let shop = Shop::open().await;
    let mut order = shop.order("order-1", 20_000);
    order["transaction"]["transactionText"] = "<script>alert(1)</script>".into();
    assert_eq!(shop.post("/ecomm/v2/payments", &order).await.status, 200);
    let code = shop.simulator.payment("order-1").expect("is there").qr_content;
    let page = shop.get(code.strip_prefix("http://simulator.invalid").expect("its own")).await;
    let page = String::from_utf8(page.body).expect("UTF-8");
    assert!(page.contains("&lt;script&gt;") && !page.contains("<script>"));
}
