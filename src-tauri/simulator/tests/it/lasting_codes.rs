//! Contract 3.2 to 3.4: codes on posters and counters, and the customers' own.

use axum::body::Body;
use http::{HeaderValue, Request};
use serde_json::{Value, json};
use simulator::Simulator;

use crate::support::{Answer, Shop};

fn path(link: &Value) -> &str {
    link.as_str().and_then(|link| link.strip_prefix("http://simulator.invalid")).expect("its own link")
}

/// A call that accepts PNG.
async fn ask(shop: &Shop, method: &str, path: &str, body: Option<&Value>) -> Answer {
    let mut request = shop.request(method, &format!("/qr/v1/{path}"), body);
    request.headers_mut().insert("Accept", HeaderValue::from_static("image/png"));
    shop.send(request).await
}

#[tokio::test]
async fn a_poster_leads_where_the_merchant_says() {
    let shop = Shop::open().await;
    let body = json!({ "id": "poster 1", "redirectUrl": "https://example.com/a", "ttl": 600 });
    let made = ask(&shop, "POST", "merchant-redirect", Some(&body)).await;
    assert_eq!((made.status.as_u16(), &made.json()["expiresIn"]), (200, &json!(600)));
    assert_eq!(shop.get(path(&made.json()["url"])).await.headers["content-type"], "image/png");
    let again = ask(&shop, "POST", "merchant-redirect", Some(&body)).await;
    assert_eq!(again.both(), (409, json!({ "id": "poster 1" })));

    let content = async || {
        let mut request = shop.request("GET", "/qr/v1/merchant-redirect/poster%201", None);
        request.headers_mut().insert("Accept", HeaderValue::from_static("text/targetUrl"));
        shop.send(request).await.json()
    };
    let before = content().await;
    assert_eq!(shop.get(path(&before["url"])).await.headers["location"], "https://example.com/a");
    let moved = json!({ "redirectUrl": "https://example.com/b" });
    assert_eq!(ask(&shop, "PUT", "merchant-redirect/poster%201", Some(&moved)).await.status, 200);
    let after = content().await;
    assert_eq!((&after["url"], &after["redirectUrl"]), (&before["url"], &json!("https://example.com/b")));
    assert_eq!(ask(&shop, "GET", "merchant-redirect", None).await.json().as_array().map(Vec::len), Some(1));

    assert_eq!(ask(&shop, "DELETE", "merchant-redirect/poster%201", None).await.status, 200);
    assert_eq!(ask(&shop, "DELETE", "merchant-redirect/poster%201", None).await.status, 404);
    assert_eq!(shop.get(path(&before["url"])).await.status, 404, "a deleted code stays dead");
    ask(&shop, "POST", "merchant-redirect", Some(&body)).await;
    assert_ne!(content().await["url"], before["url"], "its name can be used again, its picture can't");
    shop.wait(600);
    assert_eq!(ask(&shop, "GET", "merchant-redirect/poster%201", None).await.status, 404);
}

#[tokio::test]
async fn mistakes_in_a_redirect_are_named() {
    let shop = Shop::open().await;
    for (body, name) in [
        (json!({ "redirectUrl": "https://example.com" }), "id"),
        (json!({ "id": "a/b", "redirectUrl": "https://example.com" }), "id"),
        (json!({ "id": "x".repeat(129), "redirectUrl": "https://example.com" }), "id"),
        (json!({ "id": "a", "redirectUrl": "http://example.com" }), "redirectUrl"),
        (json!({ "id": "a", "redirectUrl": "https://example.com/å b" }), "redirectUrl"),
        (json!({ "id": "a", "redirectUrl": "https://example.com", "ttl": 299 }), "ttl"),
        (json!({ "id": "a", "redirectUrl": "https://example.com", "x": 1 }), "x"),
    ] {
        let answer = ask(&shop, "POST", "merchant-redirect", Some(&body)).await;
        assert_eq!((answer.status.as_u16(), &answer.json()["invalidParams"][0]["name"]), (400, &json!(name)));
    }
    let plain = shop.post("/qr/v1/merchant-redirect", &json!({})).await;
    assert_eq!(plain.status, 415, "Accept is missing");
}

#[tokio::test]
async fn a_counter_announces_who_stands_there_and_the_token_pays() {
    let shop = Shop::at(Simulator::new(crate::support::options()), "654322").await;
    let put = json!({ "locationDescription": "Kasse 1", "category": "IN_STORE" });
    assert_eq!(ask(&shop, "PUT", "merchant-callback/till-1", Some(&put)).await.body, b"");
    let code =
        ask(&shop, "GET", "merchant-callback/till-1?QrImageFormat=PNG&qrImageSize=200", None).await.json();
    assert_eq!(
        (&code["merchantSerialNumber"], &code["locationDescription"]),
        (&json!("654322"), &json!("Kasse 1"))
    );
    let drawn = shop.get(path(&code["qrImageUrl"])).await;
    assert_eq!(image::load_from_memory(&drawn.body).expect("a PNG").to_luma8().dimensions(), (200, 200));
    let page = String::from_utf8(shop.get(path(&code["qrContent"])).await.body).expect("UTF-8");
    assert!(page.contains("Kasse 1"), "{page}");

    // Nobody has registered for it (trap 60).
    let scan = "/simulator/merchant-callback/till-1/scan";
    let lost = shop.post(scan, &json!({ "phoneNumber": "4791234567" })).await;
    assert_eq!(lost.both(), (409, json!({ "error": "not possible: can't connect to store" })));
    let hook = json!({ "url": "https://example.com/hook", "events": ["user.checked-in.v1"] });
    assert_eq!(shop.post("/webhooks/v1/webhooks", &hook).await.status, 201);
    let scanned = shop.post(scan, &json!({ "phoneNumber": "4791234567" })).await.json();
    assert_eq!(shop.get("/simulator/webhooks").await.json()[0]["waiting"], 1);

    let exchange =
        json!({ "customer": { "customerToken": scanned["customerToken"] }, "requestedData": ["MSISDN"] });
    let known = shop.post("/qr/v1/exchange/customer", &exchange).await;
    assert_eq!(known.both(), (200, json!({ "msisdn": "4791234567", "timestamp": 1_542_208_882 })));
    let mut wish = shop.wish("order-0001", 20_000);
    wish["userFlow"] = "PUSH_MESSAGE".into();
    wish["customer"] = json!({ "customerToken": scanned["customerToken"] });
    assert_eq!(shop.write("", "key-1", &wish).await.status, 201);
    shop.wait(900);
    wish["reference"] = "order-0002".into();
    assert_eq!(shop.write("", "key-2", &wish).await.problem(), (400, "4050".into()), "after 15 minutes");

    assert_eq!(ask(&shop, "DELETE", "merchant-callback/till-1", None).await.status, 200);
    assert_eq!(ask(&shop, "GET", "merchant-callback/till-1", None).await.status, 404);
    assert_eq!(ask(&shop, "GET", "merchant-callback", None).await.json(), json!([]));
}

#[tokio::test]
async fn a_beacon_belongs_to_one_sales_unit() {
    let here = Shop::at(Shop::open().await.simulator, "754321").await;
    let there = Shop::at(here.simulator.clone(), "854321").await;
    let put = json!({ "locationDescription": "Kasse 1" });
    let beacon = "merchant-callback/mobilepay/123456";
    assert_eq!(ask(&here, "PUT", beacon, Some(&put)).await.status, 200);
    assert_eq!(ask(&here, "PUT", beacon, Some(&put)).await.status, 200);
    assert_eq!(ask(&there, "PUT", beacon, Some(&put)).await.both(), (409, json!({ "id": "123456" })));
    let long = json!({ "locationDescription": "x".repeat(37) });
    assert_eq!(ask(&here, "PUT", beacon, Some(&long)).await.status, 400);
    assert_eq!(ask(&here, "GET", "merchant-callback/123456", None).await.json()["merchantQrId"], "123456");
    let mut unnamed = here.request("GET", "/qr/v1/merchant-callback", None);
    unnamed.headers_mut().remove("Merchant-Serial-Number");
    assert_eq!(here.send(unnamed).await.json()["invalidParams"][0]["name"], "Merchant-Serial-Number");
}

#[tokio::test]
async fn a_personal_code_is_exchanged_for_a_number() {
    let shop = Shop::open().await;
    let request = Request::post("/simulator/personal-codes")
        .header("Content-Type", "application/json")
        .body(Body::from(json!({ "phoneNumber": "4798765432" }).to_string()))
        .expect("a request");
    let code = shop.send(request).await.json()["qrCode"].clone();
    let known = shop.post("/qr/v1/exchange", &json!({ "qrCode": code, "requestedData": ["MSISDN"] })).await;
    assert_eq!(
        known.both(),
        (200, json!({ "msisdn": "4798765432", "timestamp": 1_542_208_882, "version": "2.0" }))
    );
    let old = json!({ "qrCode": "https://qr.vipps.no/28/2/01/031/4791234567?v=1" });
    let known = shop.post("/qr/v1/exchange", &old).await;
    assert_eq!(known.both(), (200, json!({ "msisdn": "4791234567", "version": "1.0" })));
    let wrong = shop.post("/qr/v1/exchange", &json!({ "qrCode": "https://qr.vipps.no/p/x" })).await;
    assert_eq!(
        wrong.both(),
        (
            400,
            json!({
                "title": "Bad Request", "status": 400, "detail": "One or more validation errors occurred.",
                "extraDetails": [{ "name": "qrCode", "reason": "The complete data contained in the QR code is required." }],
            })
        )
    );
}
