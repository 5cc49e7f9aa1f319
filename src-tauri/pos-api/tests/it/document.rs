//! The contract with the POS: it is what is checked in, and it is what is served.

use std::path::Path;

use axum::body::Body;
use serde_json::Value;

use crate::schema::conforms;
use crate::support::{Shop, asked};

#[test]
fn the_checked_in_contract_is_fresh() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("openapi.json");
    let before = std::fs::read_to_string(&path).unwrap_or_default();
    let now = serde_json::to_string_pretty(&pos_api::openapi()).expect("JSON") + "\n";
    if before != now {
        std::fs::write(&path, &now).expect("it can be written");
    }
    assert!(before == now, "openapi.json was stale and has been written anew: look at it and commit it");
}

#[tokio::test(start_paused = true)]
async fn every_call_of_the_contract_exists_and_says_what_can_go_wrong() {
    let shop = Shop::open().await;
    let served = shop.get("/v1/openapi.json").await.body;
    assert_eq!(served, serde_json::to_value(pos_api::openapi()).expect("JSON"));
    let mut calls = 0;
    for (path, item) in served["paths"].as_object().expect("paths") {
        for (method, call) in item.as_object().expect("methods") {
            calls += 1;
            let name = format!("{method} {path}");
            let request = shop.request(&method.to_uppercase(), &path.replace("{reference}", "sale-42-1"));
            let request = request.header("host", "evil.example").body(Body::empty()).expect("a request");
            let refused = shop.send(request).await;
            assert_eq!(refused.status, 421, "{name}: two hosts are none");
            let request = shop.request(&method.to_uppercase(), &path.replace("{reference}", "sale-42-1"));
            let answer = shop.open_stream(request.body(Body::empty()).expect("a request")).await;
            let status = answer.status();
            assert_ne!(status, 405, "{name}");
            check_call(&name, call);
            assert!(
                !call["responses"][status.as_str()].is_null(),
                "{name} does not say that it answers {status}"
            );
        }
    }
    assert_eq!(calls, 21);
}

/// Every answer says what it means; every refusal is a problem that names its codes.
fn check_call(name: &str, call: &Value) {
    assert!(call["summary"].as_str().is_some_and(|words| !words.is_empty()), "{name} has no summary");
    for (status, response) in call["responses"].as_object().expect("responses") {
        let description = response["description"].as_str().expect("a description");
        assert!(!description.is_empty(), "{name} {status}");
        if status.as_str() >= "400" {
            let problem = &response["content"]["application/problem+json"]["schema"]["$ref"];
            assert_eq!(problem, "#/components/schemas/ApiProblem", "{name} {status}");
            assert!(description.starts_with('`'), "{name} {status} names no code");
        }
    }
}

#[test]
fn every_reference_in_the_contract_leads_somewhere() {
    let document = serde_json::to_value(pos_api::openapi()).expect("JSON");
    let mut left = vec![&document];
    let mut references = 0;
    while let Some(value) = left.pop() {
        if let Some(reference) = value.get("$ref").and_then(Value::as_str) {
            references += 1;
            let pointer = reference.strip_prefix('#').expect("within the document");
            assert!(document.pointer(pointer).is_some(), "{reference}");
        }
        match value {
            Value::Array(items) => left.extend(items),
            Value::Object(members) => left.extend(members.values()),
            _ => {}
        }
    }
    assert!(references > 30, "{references}");
}

#[tokio::test(start_paused = true)]
async fn what_is_answered_is_what_the_contract_says() {
    let shop = Shop::open().await;
    let document = serde_json::to_value(pos_api::openapi()).expect("JSON");
    let check = |schema: &str, value: &Value| {
        let fits = conforms(&document, &document["components"]["schemas"][schema], value);
        assert!(fits, "this is no {schema}: {value:#}");
    };
    check("Health", &shop.get("/v1/health").await.body);
    check("ScreenNow", &shop.get("/v1/screen").await.body);
    let mut asked = asked("sale-42-1");
    asked["lines"] = serde_json::json!([{ "name": "Coffee", "unitPrice": 24_900, "taxRate": 2_500 }]);
    asked["link"] = serde_json::json!({ "kind": "ticket", "url": "https://tickets.example/{reference}" });
    check("StartPayment", &asked);
    check("PaymentView", &shop.start_with(asked.to_string(), None).await.body);
    check("ScreenNow", &shop.get("/v1/screen").await.body);
    shop.wait_for("sale-42-1", "waiting").await;
    check("ScreenNow", &shop.get("/v1/screen").await.body);
    check("ApiProblem", &shop.start("sale-43-1").await.body);
    let (snapshot, _) = shop.till.listen().await.expect("the journal works");
    check("Snapshot", &serde_json::to_value(snapshot).expect("JSON"));
    for change in shop.till.changed_since(0).await.expect("the journal works") {
        check("Change", &serde_json::to_value(change).expect("JSON"));
    }
    shop.simulator.decline("sale-42-1").expect("it can be declined");
    check("PaymentView", &shop.wait_for("sale-42-1", "declined").await.body);
    check("ScreenNow", &shop.get("/v1/screen").await.body);
    shop.simulator.approve("sale-42-1").expect("another card");
    let paid = shop.wait_for("sale-42-1", "paid").await.body;
    check("PaymentView", &paid);
    assert_eq!((&paid["receipt"], &paid["link"]), (&"stored".into(), &"stored".into()), "{paid}");
    let receipt = shop.get("/v1/payments/sale-42-1/receipt").await.body;
    check("ReceiptView", &receipt);
    assert_eq!(
        (&receipt["status"], &receipt["taxes"][0]["tax"]),
        (&"stored".into(), &4_980.into()),
        "{receipt}"
    );
    check("ScreenNow", &shop.get("/v1/screen").await.body);
    let wish = serde_json::json!({ "amount": { "value": 123, "currency": "NOK" }, "reason": "Cold coffee" });
    check("StartRefund", &wish);
    check("PaymentView", &shop.refund("sale-42-1", &wish, None).await.body);
    check("PaymentView", &shop.until_refunded("sale-42-1").await);
    let later =
        serde_json::json!({ "amount": asked["amount"], "reference": "sale-44-1", "capture": "manual" });
    check("StartPayment", &later);
    shop.start_with(later.to_string(), None).await;
    shop.wait_for("sale-44-1", "waiting").await;
    shop.simulator.approve("sale-44-1").expect("it can be approved");
    check("PaymentView", &shop.wait_for("sale-44-1", "approved").await.body);
    let wish = serde_json::json!({ "amount": { "value": 123, "currency": "NOK" } });
    check("StartCapture", &wish);
    check("PaymentView", &shop.post_json("/v1/payments/sale-44-1/capture", &wish, None).await.body);
    check("Health", &shop.get("/v1/health").await.body);
    check("Found", &shop.get("/v1/payments?limit=1").await.body);
}
