//! The sale as it is rung up.

use axum::body::Body;
use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::support::{Answer, Shop};

async fn put(shop: &Shop, cart: &Value) -> Answer {
    let request = shop.request("PUT", "/v1/cart").header("content-type", "application/json");
    shop.send(request.body(Body::from(cart.to_string())).expect("a request")).await
}

#[tokio::test(start_paused = true)]
async fn the_customer_sees_the_sale_as_it_grows() {
    let shop = Shop::open().await;
    let cart = json!({ "lines": [{ "name": "Coffee", "quantity": 2, "unitPrice": 4500 }] });
    assert_eq!(put(&shop, &cart).await.status, StatusCode::NO_CONTENT);
    let screen = shop.get("/v1/screen").await.body;
    assert_eq!(screen["view"], "cart");
    assert_eq!(screen["amount"], json!({ "value": 9000, "currency": "NOK" }));
    assert_eq!(screen["lines"], cart["lines"]);
    let gone = shop.send(shop.request("DELETE", "/v1/cart").body(Body::empty()).expect("a request")).await;
    assert_eq!(gone.status, StatusCode::NO_CONTENT);
    assert_eq!(shop.get("/v1/screen").await.body["view"], "idle");
}

#[tokio::test(start_paused = true)]
async fn what_is_wrong_with_a_sale_is_said_and_nothing_is_shown() {
    let shop = Shop::open().await;
    let line = json!({ "name": "Coffee", "unitPrice": 4500 });
    for (cart, refusal) in [
        (json!({}), (400, "request_invalid")),
        (json!({ "lines": [line], "sum": 4500 }), (400, "request_invalid")),
        (json!({ "lines": [{ "name": "Coffee", "unitPrice": 45.5 }] }), (400, "request_invalid")),
        (json!({ "lines": [line], "total": { "value": 4501, "currency": "NOK" } }), (422, "amount_invalid")),
        (json!({ "total": { "value": 4500, "currency": "SEK" } }), (422, "amount_invalid")),
    ] {
        assert_eq!(put(&shop, &cart).await.problem(), refusal, "{cart}");
    }
    assert_eq!(shop.get("/v1/screen").await.body["view"], "idle");
}
