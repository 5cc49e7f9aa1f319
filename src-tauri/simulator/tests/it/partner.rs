//! Contract 5.4 and trap 14: one set of keys for several sales units.

use serde_json::json;
use simulator::SalesUnit;

use crate::support::Shop;

/// A shop of the partner: its own MSN, the partner's keys.
async fn partner_shop(shop: &Shop, msn: &str) -> Shop {
    let mut found = Shop::at(shop.simulator.clone(), msn).await;
    let keys = shop.simulator.partner();
    found.unit = SalesUnit {
        client_id: keys.client_id,
        client_secret: keys.client_secret,
        subscription_key: keys.subscription_key,
        ..found.unit
    };
    found.log_in().await;
    found
}

#[tokio::test]
async fn one_token_serves_all_linked_sales_units() {
    let oslo = partner_shop(&Shop::open().await, "654321").await;
    let copenhagen = partner_shop(&oslo, "754321").await;
    oslo.create("order-0001", 20_000).await;
    copenhagen.create("order-0001", 30_000).await;
    let mut request = oslo.request("GET", "/epayment/v1/payments/order-0001", None);
    request.headers_mut().insert("Merchant-Serial-Number", "754321".parse().expect("a value"));
    assert_eq!(oslo.send(request).await.json()["amount"], json!({ "currency": "DKK", "value": 30_000 }));
    oslo.initiate("ecom-order-1", 20_000).await;
    assert_eq!(oslo.details("ecom-order-1").await["orderId"], "ecom-order-1");
}

#[tokio::test]
async fn the_sales_unit_must_be_named_and_linked() {
    let shop = partner_shop(&Shop::open().await, "654321").await;
    let mut unnamed = shop.request("GET", "/ecomm/v2/payments/order-1/details", None);
    unnamed.headers_mut().remove("Merchant-Serial-Number");
    assert_eq!(shop.send(unnamed).await.both().0, 403);
    for stranger in ["654323", "111111"] {
        let mut request = shop.request("GET", "/epayment/v1/payments/order-0001", None);
        request.headers_mut().insert("Merchant-Serial-Number", stranger.parse().expect("a value"));
        assert_eq!(shop.send(request).await.problem(), (403, String::new()), "{stranger}");
    }
    // The body must name the same one (contract 5.3).
    let bergen = partner_shop(&shop, "654322").await;
    let answer = shop.post("/ecomm/v2/payments", &bergen.order("order-1", 20_000)).await;
    assert_eq!(answer.json()["responseInfo"]["responseMessage"], "Invalid MSN");
}

#[tokio::test]
async fn a_sales_units_token_does_not_fit_the_partners_key() {
    let shop = Shop::open().await;
    let mut request = shop.request("GET", "/epayment/v1/payments/order-0001", None);
    let key = shop.simulator.partner().subscription_key;
    request.headers_mut().insert("Ocp-Apim-Subscription-Key", key.parse().expect("a value"));
    assert_eq!(shop.send(request).await.problem(), (401, String::new()));
}
