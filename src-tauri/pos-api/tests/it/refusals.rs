//! What is not understood is refused, says why, and starts nothing.

use axum::body::Body;
use serde_json::{Value, json};

use crate::support::{Shop, asked};

#[tokio::test(start_paused = true)]
async fn bodies_that_are_not_understood() {
    let shop = Shop::open().await;
    let amount = r#""amount":{"value":24900,"currency":"NOK"}"#;
    let cases: [(&str, &[&str]); 15] = [
        ("", &["EOF", "line 1"]),
        ("{", &["EOF", "line 1"]),
        ("nonsense", &["line 1 column 2"]),
        ("[]", &["a JSON object"]),
        ("{}", &["missing field `amount`"]),
        (&format!("{{{amount}}} x"), &["trailing characters"]),
        (&format!("{{{amount},{amount}}}"), &["duplicate field `amount`"]),
        (&format!("{{{amount},\"tip\":1}}"), &["unknown field `tip`", "expected one of", "column"]),
        (r#"{"amount":{"value":24900,"currency":"NOK","vat":1}}"#, &["unknown field `vat`"]),
        (r#"{"amount":{"value":24900,"currency":"USD"}}"#, &["unknown variant `USD`", "`NOK`"]),
        (r#"{"amount":{"value":24900,"currency":"nok"}}"#, &["unknown variant `nok`"]),
        (r#"{"amount":{"value":"24900","currency":"NOK"}}"#, &["invalid type: string", "column"]),
        (r#"{"amount":{"value":true,"currency":"NOK"}}"#, &["invalid type: boolean"]),
        (r#"{"amount":24900}"#, &["invalid type: integer"]),
        (&format!("{{{amount},\"lines\":[{{\"name\":\"x\",\"unitPrice\":1,\"vat\":2}}]}}"), &["`vat`"]),
    ];
    for (text, hints) in cases {
        let refused = shop.start_with(text.to_owned(), None).await;
        assert_eq!(refused.problem(), (400, "request_invalid"), "{text}");
        for hint in hints {
            assert!(refused.detail().contains(hint), "{text}: {hint:?} is not in {:?}", refused.detail());
        }
    }
    let not_text = shop.start_with(vec![0xff, 0xfe, 0x00], None).await;
    assert_eq!(not_text.problem(), (400, "request_invalid"));
    assert!(shop.simulator.payments().is_empty(), "nothing was started");
}

#[tokio::test(start_paused = true)]
async fn decimals_are_explained() {
    let shop = Shop::open().await;
    for value in ["249.00", "24900.0", "2.49e4", "1e400"] {
        let text = format!(r#"{{"amount":{{"value":{value},"currency":"NOK"}}}}"#);
        let refused = shop.start_with(text, None).await;
        assert_eq!(refused.problem(), (400, "request_invalid"), "{value}");
        let expected = "amount must be a whole number of minor units: 249.00 is 24900";
        // A number that no computer holds is not even JSON to the reader.
        assert!(refused.detail() == expected || value == "1e400", "{value}: {}", refused.detail());
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_understood_but_cannot_be() {
    let shop = Shop::open().await;
    let with = |name: &str, value: Value| {
        let mut asked = asked("sale-42-1");
        asked[name] = value;
        asked
    };
    let nok = |value: i64| with("amount", json!({ "value": value, "currency": "NOK" }));
    let cases = [
        (nok(0), 422, "amount_invalid"),
        (nok(-24_900), 422, "amount_invalid"),
        (nok(99), 422, "amount_invalid"),
        (nok(65_000_001), 422, "amount_invalid"),
        (nok(i64::MAX), 422, "amount_invalid"),
        (with("amount", json!({ "value": 24_900, "currency": "EUR" })), 422, "amount_invalid"),
        (with("lines", json!([{ "name": "Coffee", "unitPrice": 5_000 }])), 422, "amount_invalid"),
        (with("reference", json!("")), 422, "reference_invalid"),
        (with("reference", json!("short")), 422, "reference_invalid"),
        (with("reference", json!("12345678")), 422, "reference_invalid"),
        (with("reference", json!("sale 42 1")), 422, "reference_invalid"),
        (with("reference", json!("x".repeat(51))), 422, "reference_invalid"),
        (with("description", json!("ab")), 400, "request_invalid"),
        (with("lines", json!([{ "name": "", "unitPrice": 24_900 }])), 400, "request_invalid"),
    ];
    for (asked, status, code) in cases {
        let refused = shop.start_with(asked.to_string(), Some("key-1")).await;
        assert_eq!(refused.problem(), (status, code), "{asked}");
    }
    let good = shop.start_with(asked("sale-42-1").to_string(), Some("key-1")).await;
    assert_eq!(good.status, 201, "neither the key nor the reference has been used up");
}

#[tokio::test(start_paused = true)]
async fn keys_that_are_not_keys() {
    let shop = Shop::open().await;
    let long = "k".repeat(129);
    for key in ["", "two words", long.as_str()] {
        let refused = shop.start_with(asked("sale-42-1").to_string(), Some(key)).await;
        assert_eq!(refused.problem(), (400, "request_invalid"), "{key:?}");
    }
    let twice = shop
        .request("POST", "/v1/payments")
        .header("content-type", "application/json")
        .header("idempotency-key", "one")
        .header("idempotency-key", "two")
        .body(Body::from(asked("sale-42-1").to_string()));
    assert_eq!(shop.send(twice.expect("a request")).await.problem(), (400, "request_invalid"));
    assert!(shop.simulator.payments().is_empty());
}

#[tokio::test(start_paused = true)]
async fn other_media_types() {
    let shop = Shop::open().await;
    for kind in [None, Some("text/plain"), Some("application/x-www-form-urlencoded")] {
        let mut request = shop.request("POST", "/v1/payments");
        if let Some(kind) = kind {
            request = request.header("content-type", kind);
        }
        let request = request.body(Body::from(asked("sale-42-1").to_string())).expect("a request");
        let refused = shop.send(request).await;
        assert_eq!(refused.problem(), (415, "request_invalid"), "{kind:?}");
        assert!(refused.detail().contains("application/json"));
    }
}

#[tokio::test(start_paused = true)]
async fn bodies_that_are_too_large() {
    let shop = Shop::open().await;
    let padded = |bytes: usize| {
        let asked = asked("sale-42-1").to_string();
        format!("{asked}{}", " ".repeat(bytes - asked.len()))
    };
    assert_eq!(shop.start_with(padded(65_537), None).await.problem(), (413, "request_too_large"));
    assert_eq!(shop.start_with(padded(65_536), None).await.status, 201);
}

#[tokio::test(start_paused = true)]
async fn what_is_not_there() {
    let shop = Shop::open().await;
    for reference in ["sale-42-1", "short", "12345678", "%FF%FE", "x%2Fy", "..%2f..", &"x".repeat(2_000)] {
        let refused = shop.get(&format!("/v1/payments/{reference}")).await;
        assert_eq!(refused.problem(), (404, "payment_unknown"), "{reference}");
    }
    for path in [
        "/",
        "/v1",
        "/v2/payments",
        "/v1/payments/",
        "/v1/payments/sale-42-1/",
        "/v1/health/x",
        "/index.html",
    ] {
        let refused = shop.get(path).await;
        assert_eq!(refused.problem(), (404, "request_invalid"), "{path}");
        assert!(refused.detail().contains("/v1/openapi.json"), "{path}");
    }
}

#[tokio::test(start_paused = true)]
async fn methods_that_are_not_understood() {
    let shop = Shop::open().await;
    for (method, path, allowed) in [
        ("DELETE", "/v1/payments", "GET,HEAD,POST"),
        ("DELETE", "/v1/payments/sale-42-1", "GET,HEAD"),
        ("GET", "/v1/payments/sale-42-1/cancel", "POST"),
        ("POST", "/v1/events", "GET,HEAD"),
        ("OPTIONS", "/v1/payments", "GET,HEAD,POST"),
    ] {
        let request = shop.request(method, path).body(Body::empty()).expect("a request");
        let refused = shop.send(request).await;
        assert_eq!(refused.problem(), (405, "request_invalid"), "{method} {path}");
        assert_eq!(refused.headers["allow"], allowed, "{method} {path}");
    }
}

#[tokio::test(start_paused = true)]
async fn queries_that_are_not_understood() {
    let shop = Shop::open().await;
    shop.start("sale-42-1").await;
    for (query, hint) in [
        ("wait=61", "0 to 60"),
        ("wait=-1", "wait"),
        ("wait=1.5", "wait"),
        ("wait=soon", "wait"),
        ("wiat=30", "wiat"),
        ("wait=1&wait=2", "wait"),
        ("wait=99999999999999999999", "wait"),
    ] {
        let refused = shop.get(&format!("/v1/payments/sale-42-1?{query}")).await;
        assert_eq!(refused.problem(), (400, "request_invalid"), "{query}");
        assert!(refused.detail().contains(hint), "{query}: {}", refused.detail());
    }
    assert_eq!(shop.get("/v1/events?since=1").await.problem(), (400, "request_invalid"));
}
