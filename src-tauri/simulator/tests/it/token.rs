//! Contract 1.1 and 1.0: tokens, keys and the headers that every call needs.

use axum::body::Body;
use http::{HeaderValue, Request};
use serde_json::json;

use crate::support::{MSN, START, Shop};

#[tokio::test]
async fn all_numbers_arrive_as_strings() {
    let shop = Shop::open().await;
    let mut answer = shop.send(shop.token_request()).await.json();
    let token = answer["access_token"].take();
    assert!(token.as_str().is_some_and(|token| token.starts_with("eyJ") && token.split('.').count() == 3));
    let seconds = START / 1000;
    assert_eq!(
        answer,
        json!({
            "token_type": "Bearer",
            "expires_in": "3600",
            "ext_expires_in": "0",
            "expires_on": (seconds + 3600).to_string(),
            "not_before": seconds.to_string(),
            "resource": "00000002-0000-0000-c000-000000000000",
            "access_token": null,
        }),
    );
}

#[tokio::test]
async fn wrong_keys_get_no_token() {
    let shop = Shop::open().await;
    let with = |name: &'static str, value: &'static str| {
        let mut request = shop.token_request();
        request.headers_mut().insert(name, HeaderValue::from_static(value));
        shop.send(request)
    };
    let answer = with("client_secret", "wrong").await;
    assert_eq!(
        answer.both(),
        (
            401,
            json!({
                "error": "unauthorized_client", "error_description": "No sales unit has these keys",
            })
        )
    );
    let answer = with("Ocp-Apim-Subscription-Key", "wrong").await;
    assert_eq!(
        answer.both(),
        (
            401,
            json!({
                "statusCode": 401,
                "message": "Access denied due to invalid subscription key. Make sure to provide a valid key for an active \
                            subscription.",
            })
        )
    );
    // A key that is right, but another sales unit's.
    let other = shop.simulator.sales_units().into_iter().find(|unit| unit.msn != MSN).expect("another");
    let mut request = shop.token_request();
    request
        .headers_mut()
        .insert("Ocp-Apim-Subscription-Key", other.subscription_key.parse().expect("a value"));
    assert_eq!(shop.send(request).await.status, 401);

    let nothing = Request::post("/accesstoken/get").body(Body::empty()).expect("a request");
    assert_eq!(shop.send(nothing).await.json()["statusCode"], 401);
    let mut request = shop.token_request();
    request.headers_mut().remove("client_id");
    assert_eq!(shop.send(request).await.status, 400);
}

#[tokio::test]
async fn a_token_needs_its_word_its_key_and_its_hour() {
    let mut shop = Shop::open().await;
    shop.initiate("order-1", 20_000).await;
    let details = |shop: &Shop| shop.request("GET", "/ecomm/v2/payments/order-1/details", None);
    assert_eq!(shop.send(details(&shop)).await.status, 200);

    let token =
        details(&shop).headers()["Authorization"].to_str().expect("text")["Bearer ".len()..].to_owned();
    for authorization in
        [token.clone(), format!("bearer {token}"), format!("Bearer {token}x"), "Bearer ".into()]
    {
        let mut request = details(&shop);
        request.headers_mut().insert("Authorization", authorization.parse().expect("a value"));
        let answer = shop.send(request).await;
        assert_eq!(answer.json()["responseInfo"]["responseCode"], 401, "{authorization}");
        assert_eq!(answer.status, 401);
    }
    let mut request = details(&shop);
    request.headers_mut().remove("Authorization");
    assert_eq!(shop.send(request).await.status, 401);

    let other = Shop::at(shop.simulator.clone(), "654322").await;
    let mut request = details(&shop);
    request.headers_mut().insert("Authorization", details(&other).headers()["Authorization"].clone());
    assert_eq!(shop.send(request).await.status, 401, "the token of another sales unit");
    assert_eq!(
        other.send(details(&other)).await.code(),
        (404, "35".into()),
        "the payment of another sales unit"
    );

    shop.wait(3_599);
    assert_eq!(shop.send(details(&shop)).await.status, 200);
    shop.wait(1);
    assert_eq!(shop.send(details(&shop)).await.status, 401);
    shop.log_in().await;
    assert_eq!(shop.send(details(&shop)).await.status, 200);
}

#[tokio::test]
async fn headers_are_checked() {
    let shop = Shop::open().await;
    let with = |name: &'static str, value: &str| {
        let mut request = shop.request("GET", "/ecomm/v2/payments/order-1/details", None);
        request.headers_mut().insert(name, value.parse().expect("a value"));
        shop.send(request)
    };
    assert_eq!(with("Merchant-Serial-Number", "654322").await.status, 401);
    let answer = with("Vipps-System-Name", &"x".repeat(31)).await;
    assert_eq!(answer.code(), (400, "Vipps-System-Name".into()));
    assert_eq!(with("Vipps-System-Name", &"x".repeat(30)).await.code(), (404, "35".into()));
}

#[tokio::test]
async fn every_answer_tells_the_simulators_time() {
    let shop = Shop::open().await;
    let date = |answer: crate::support::Answer| answer.headers["date"].to_str().expect("text").to_owned();
    assert_eq!(date(shop.get("/ecomm/v2/payments/none/details").await), "Wed, 14 Nov 2018 15:21:22 GMT");
    shop.wait(60);
    assert_eq!(date(shop.get("/qr-image/v1?token=none").await), "Wed, 14 Nov 2018 15:22:22 GMT");
    assert_eq!(date(shop.get("/simulator/clock").await), "Wed, 14 Nov 2018 15:22:22 GMT");
}
