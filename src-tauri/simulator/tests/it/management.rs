//! Contract 1.8: sales units, merchants, and orders of products.

use std::io::Cursor;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use image::{GrayImage, ImageFormat};
use serde_json::{Value, json};

use crate::support::Shop;

async fn partner() -> Shop {
    let mut shop = Shop::open().await;
    let keys = shop.simulator.partner();
    shop.unit.client_id = keys.client_id;
    shop.unit.client_secret = keys.client_secret;
    shop.unit.subscription_key = keys.subscription_key;
    shop.log_in().await;
    shop
}

#[tokio::test]
async fn a_partner_sees_its_sales_units_and_a_merchant_its_own() {
    let shop = partner().await;
    let units = shop.get("/management/v1/sales-units").await.json();
    let msns: Vec<&Value> = units.as_array().expect("a list").iter().map(|unit| &unit["msn"]).collect();
    assert!(msns.contains(&&json!("754321")) && !msns.contains(&&json!("654323")), "{units}");
    let unit = shop.get("/management/v1/sales-units/654322").await.json();
    assert_eq!(unit["configuration"]["skipLandingPageAllowed"], true);
    assert_eq!(unit["configuration"]["captureType"], "ReserveCapture");
    assert_eq!(shop.get("/management/v1/sales-units/654323").await.problem(), (404, String::new()));
    let theirs = shop.get("/management/v1/merchants/business:DK:CVR/12345678/sales-units").await.json();
    assert_eq!(theirs, json!([{ "msn": "754321", "name": "Kaffebaren København" }]));
    let merchant = shop.get("/management/v1/merchants/business:NO:ORG/987654321").await.json();
    assert_eq!((&merchant["status"], &merchant["countryCode"]), (&json!("ACTIVE"), &json!("NO")));
    assert_eq!(
        shop.get("/management/v1/partners/price-packages").await.json().as_array().map(Vec::len),
        Some(2)
    );

    let own = Shop::at(shop.simulator.clone(), "654323").await;
    let units = own.get("/management/v1/sales-units").await.json();
    assert_eq!(units, json!([{ "msn": "654323", "name": "Kinoen Tromsø" }]));
    let direct = own.get("/management/v1/sales-units/654323").await.json();
    assert_eq!(direct["configuration"]["captureType"], "DirectCapture");
    assert_eq!(own.get("/management/v1/partners/price-packages").await.problem(), (403, String::new()));
}

#[tokio::test]
async fn a_logo_is_looked_at() {
    let shop = partner().await;
    let png = |width: u32, height: u32| {
        let mut file = Cursor::new(Vec::new());
        GrayImage::new(width, height).write_to(&mut file, ImageFormat::Png).expect("it can be drawn");
        file.into_inner()
    };
    let order = async |logo: &str| {
        let body = json!({
            "businessIdentifier": { "scheme": "business:NO:ORG", "id": "987654321" },
            "salesUnitName": "Kaffebaren", "productType": "PAYMENT_INTEGRATION", "salesUnitLogo": logo,
        });
        shop.post("/management/v1/product-orders", &body).await.status
    };
    assert_eq!(order(&STANDARD.encode(png(100, 1_000))).await, 200);
    let torn = &png(300, 300)[..80];
    for bad in [png(99, 100).as_slice(), &png(100, 1_001), torn, b"GIF89a"] {
        assert_eq!(order(&STANDARD.encode(bad)).await, 400, "{} bytes", bad.len());
    }
    assert_eq!(order("no base64!").await, 400);
}

#[tokio::test]
async fn what_a_sales_unit_may_do_can_be_changed() {
    let shop = partner().await;
    let configuration =
        async || shop.get("/management/v1/sales-units/654321").await.json()["configuration"].clone();
    let before = configuration().await;
    let change = async |msn: &str, body: &Value| {
        let path = format!("/simulator/sales-units/{msn}");
        shop.send(shop.request("PATCH", &path, Some(body))).await.status
    };
    let body = json!({ "paymentAllowed": false, "captureType": "DirectCapture", "lateCaptureAllowed": true });
    assert_eq!(change("654321", &body).await, 200);
    let mut expected = before.clone();
    for (name, value) in body.as_object().expect("it is one") {
        expected[name] = value.clone();
    }
    assert_eq!(configuration().await, expected, "what is left out stays");
    let own = Shop::at(shop.simulator.clone(), "654321").await;
    let refused = own.post("/ecomm/v2/payments", &own.order("order-1", 20_000)).await;
    assert_eq!(refused.code(), (402, "97".to_owned()));
    let refused = own.write("", "k-1", &own.wish("order-0001", 20_000)).await;
    assert_eq!(refused.problem(), (403, "5070".to_owned()));
    assert_eq!(change("654321", &json!({ "paymentAllowed": true })).await, 200);
    own.initiate("order-1", 20_000).await;
    assert_eq!(change("654321", &json!({ "recurringAllowed": true })).await, 400);
    assert_eq!(change("123", &json!({})).await, 404);
}

#[tokio::test]
async fn an_order_of_a_product_has_a_life() {
    let shop = partner().await;
    let body = json!({
        "businessIdentifier": { "scheme": "business:NO:ORG", "id": "987654321" },
        "salesUnitName": "Kaffebaren Lillehammer", "productType": "PAYMENT_INTEGRATION",
        "intendedPurpose": "POS integration",
    });
    let order = async || {
        let made = shop.post("/management/v1/product-orders", &body).await.json();
        assert!(made["prefillUrl"].as_str().is_some_and(|url| url.starts_with("https://")));
        made["prefilledOrderId"].as_str().expect("an id").to_owned()
    };
    let status = async |id: &str| {
        shop.get(&format!("/management/v2/product-orders/{id}/details")).await.json()["status"].clone()
    };
    let act = async |id: &str, act: &str| {
        shop.post(&format!("/simulator/product-orders/{id}/{act}"), &json!(null)).await.status.as_u16()
    };
    let remove = async |id: &str| {
        let path = format!("/management/v1/product-orders/{id}");
        shop.send(shop.request("DELETE", &path, None)).await.status.as_u16()
    };

    let id = order().await;
    assert_eq!(status(&id).await, "RECEIVED");
    assert_eq!(act(&id, "complete").await, 409, "not before it is submitted");
    assert_eq!((act(&id, "view").await, status(&id).await), (200, json!("MERCHANT_VIEWED")));
    assert_eq!((act(&id, "submit").await, status(&id).await), (200, json!("ORDER_SUBMITTED")));
    assert_eq!(remove(&id).await, 409);
    assert_eq!((act(&id, "complete").await, status(&id).await), (200, json!("COMPLETED")));
    let details = shop.get(&format!("/management/v2/product-orders/{id}/details")).await.json();
    assert_eq!(details["salesUnit"], json!({ "msn": "700001", "name": "Kaffebaren Lillehammer" }));

    let rejected = order().await;
    act(&rejected, "submit").await;
    assert_eq!((act(&rejected, "reject").await, status(&rejected).await), (200, json!("REJECTED")));
    let removed = order().await;
    assert_eq!((remove(&removed).await, remove(&removed).await), (204, 404));
    let forgotten = order().await;
    shop.wait(14 * 86_400);
    let mut shop = shop;
    shop.log_in().await;
    let all = shop.get("/management/v2/product-orders").await.json();
    assert_eq!(all.as_array().map(Vec::len), Some(3));
    let details = shop.get(&format!("/management/v2/product-orders/{forgotten}/details")).await.json();
    assert_eq!(details["status"], "EXPIRED");

    let nameless = shop.post("/management/v1/product-orders", &json!({ "productType": "X" })).await;
    assert_eq!(nameless.problem(), (400, "businessIdentifier".into()));
}
