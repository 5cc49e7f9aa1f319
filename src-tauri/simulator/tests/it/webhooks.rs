//! Contract 1.6 and 4.4: who is told, how it is signed, and how often it is tried.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::Duration;

use axum::body::Bytes;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderMap, StatusCode};
use serde_json::{Value, json};
use simulator::Simulator;
use tokio::net::TcpListener;
use tokio::sync::mpsc;

use crate::support::{Answer, Shop, options};

/// A merchant that writes down what it is told and answers with the status that is set.
struct Merchant {
    url: String,
    told: mpsc::UnboundedReceiver<(HashMap<String, String>, Value)>,
    status: Arc<AtomicU16>,
}

impl Merchant {
    async fn open() -> Self {
        let (telling, told) = mpsc::unbounded_channel();
        let status = Arc::new(AtomicU16::new(204));
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}/hooks?shop=1", listener.local_addr().expect("an address"));
        let answer = status.clone();
        let app = axum::Router::new().fallback(move |headers: HeaderMap, body: Bytes| async move {
            let text = |value: &http::HeaderValue| value.to_str().expect("text").to_owned();
            let headers = headers.iter().map(|(name, value)| (name.to_string(), text(value))).collect();
            telling.send((headers, serde_json::from_slice(&body).expect("JSON"))).expect("heard");
            StatusCode::from_u16(answer.load(Ordering::SeqCst)).expect("a status")
        });
        tokio::spawn(async { axum::serve(listener, app).await });
        Self { url, told, status }
    }

    fn answers(&self, status: u16) {
        self.status.store(status, Ordering::SeqCst);
    }

    async fn hears(&mut self) -> (HashMap<String, String>, Value) {
        tokio::time::timeout(Duration::from_secs(20), self.told.recv()).await.expect("in time").expect("open")
    }

    async fn hears_names<const N: usize>(&mut self) -> [String; N] {
        let mut names = std::array::from_fn(|_| String::new());
        for name in &mut names {
            self.hears().await.1["name"].as_str().expect("a name").clone_into(name);
        }
        names
    }
}

async fn serving_shop() -> Shop {
    let simulator = Simulator::new(options());
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let serving = simulator.clone();
    tokio::spawn(async move { serving.serve(listener).await });
    Shop::at(simulator, "654321").await
}

async fn register(shop: &Shop, url: &str, events: &[&str]) -> Value {
    let answer = shop.post("/webhooks/v1/webhooks", &json!({ "url": url, "events": events })).await;
    assert_eq!(answer.status, 201, "{}", answer.json());
    answer.json()
}

const CREATED: &str = "epayments.payment.created.v1";
const AUTHORIZED: &str = "epayments.payment.authorized.v1";
const CAPTURED: &str = "epayments.payment.captured.v1";
const REFUNDED: &str = "epayments.payment.refunded.v1";

/// Waits until that many attempts have been written down with their outcome.
async fn attempts(shop: &Shop, count: usize) {
    let settled = async {
        loop {
            let records = shop.simulator.requests();
            let done = records.iter().filter(|record| {
                record.direction == simulator::Direction::Webhook
                    && (record.status.is_some() || record.note.is_some())
            });
            if done.count() >= count {
                return;
            }
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), settled).await.expect("in time");
}

#[tokio::test]
async fn registrations_come_and_go_and_the_secret_is_told_once() {
    let shop = Shop::open().await;
    let made = register(&shop, "https://example.com/hook", &[CREATED, CAPTURED]).await;
    assert_eq!(made["secret"].as_str().map(str::len), Some(88));
    let listed = shop.get("/webhooks/v1/webhooks").await.json();
    let expected =
        json!([{ "id": made["id"], "url": "https://example.com/hook", "events": [CAPTURED, CREATED] }]);
    assert_eq!(listed["webhooks"], expected);
    let bergen = Shop::at(shop.simulator.clone(), "654322").await;
    assert_eq!(bergen.get("/webhooks/v1/webhooks").await.json(), json!({ "webhooks": [] }));
    let path = format!("/webhooks/v1/webhooks/{}", made["id"].as_str().expect("an id"));
    assert_eq!(bergen.send(bergen.request("DELETE", &path, None)).await.problem(), (400, "id".into()));
    assert_eq!(shop.send(shop.request("DELETE", &path, None)).await.status, 204);
    assert_eq!(shop.send(shop.request("DELETE", &path, None)).await.status, 400);
}

#[tokio::test]
async fn what_cannot_be_registered_is_refused() {
    let shop = Shop::open().await;
    for (url, events, what) in [
        ("https://example.com", json!(["epayment.payment.created.v1"]), "events"),
        ("https://example.com", json!([]), "events"),
        ("https://example.com", json!([1]), "events"),
        ("https://localhost/hook", json!([CREATED]), "url"),
        ("http://example.com/hook", json!([CREATED]), "url"),
        ("nowhere", json!([CREATED]), "url"),
    ] {
        let answer = shop.post("/webhooks/v1/webhooks", &json!({ "url": url, "events": events })).await;
        assert_eq!(answer.problem(), (400, what.into()), "{url} {events}");
    }
    register(&shop, "https://example.com/1", &["user.checked-in.v1"]).await;
    let second = json!({ "url": "https://example.com/2", "events": ["user.checked-in.v1"] });
    assert_eq!(shop.post("/webhooks/v1/webhooks", &second).await.problem(), (400, "events".into()));
    for number in 0..25 {
        register(&shop, &format!("https://example.com/{number}"), &[CREATED]).await;
    }
    let one_more = json!({ "url": "https://example.com/x", "events": [CREATED] });
    assert_eq!(shop.post("/webhooks/v1/webhooks", &one_more).await.problem(), (400, "events".into()));
}

#[tokio::test]
async fn events_are_told_in_order_and_signed() {
    let mut merchant = Merchant::open().await;
    let shop = serving_shop().await;
    let made = register(&shop, &merchant.url, &[CREATED, AUTHORIZED, CAPTURED, REFUNDED]).await;
    shop.initiate("ecom-order-1", 20_000).await;
    shop.simulator.approve("ecom-order-1").expect("approves");
    shop.create("order-0001", 20_000).await;
    shop.simulator.approve("order-0001").expect("approves");
    shop.modify("order-0001", "capture", "c-1", 20_000).await;
    // Somebody refunds by hand in the portal (trap 52).
    let by_hand = shop.post("/simulator/payments/order-0001/portal/refund", &json!({ "amount": 500 })).await;
    assert_eq!((by_hand.status.as_u16(), &by_hand.json()["refunded"]), (200, &json!(500)));

    let (headers, body) = merchant.hears().await;
    assert_eq!(
        body,
        json!({
            "msn": "654321", "reference": "order-0001", "pspReference": body["pspReference"], "name": "CREATED",
            "amount": { "currency": "NOK", "value": 20_000 }, "timestamp": "2018-11-14T15:21:22.126Z",
            "success": true, "idempotencyKey": "create-order-0001",
        }),
        "and nothing about the payment of eCom"
    );
    check_signature(&headers, &body, &merchant.url, made["secret"].as_str().expect("a secret"));
    assert_eq!(merchant.hears_names().await, ["AUTHORIZED", "CAPTURED", "REFUNDED"]);
}

/// Step by step as the contract has it, with the secret's text as key.
fn check_signature(headers: &HashMap<String, String>, body: &Value, url: &str, secret: &str) {
    use sha2::{Digest, Sha256};
    let content = STANDARD.encode(Sha256::digest(body.to_string().as_bytes()));
    assert_eq!(headers["x-ms-content-sha256"], content);
    let host = url.strip_prefix("http://").and_then(|rest| rest.split_once('/')).expect("a URL").0;
    assert_eq!(headers["host"], host);
    let text = format!("POST\n/hooks?shop=1\n{};{host};{content}", headers["x-ms-date"]);
    let key: [u8; 32] = Sha256::digest(secret.as_bytes()).into();
    let pad = |with: u8| (0..64).map(|at| key.get(at).copied().unwrap_or(0) ^ with).collect::<Vec<u8>>();
    let inner = Sha256::new().chain_update(pad(0x36)).chain_update(text).finalize();
    let signature = STANDARD.encode(Sha256::new().chain_update(pad(0x5c)).chain_update(inner).finalize());
    let expected =
        format!("HMAC-SHA256 SignedHeaders=x-ms-date;host;x-ms-content-sha256&Signature={signature}");
    assert_eq!(headers["authorization"], expected);
}

#[tokio::test]
async fn a_failing_event_is_tried_again_and_blocks_the_next() {
    let mut merchant = Merchant::open().await;
    merchant.answers(500);
    let shop = serving_shop().await;
    register(&shop, &merchant.url, &[CREATED, AUTHORIZED]).await;
    shop.create("order-0001", 20_000).await;
    assert_eq!(merchant.hears_names().await, ["CREATED"]);
    attempts(&shop, 1).await;
    shop.simulator.approve("order-0001").expect("approves");
    // Another payment of the same registration is not held up.
    shop.create("order-0002", 20_000).await;
    assert_eq!(merchant.hears().await.1["reference"], "order-0002");
    attempts(&shop, 2).await;
    let mut tried = 2;
    for seconds in [2, 2, 2, 2, 60, 120, 3_600, 3_600] {
        shop.wait(seconds);
        for _ in 0..2 {
            assert_eq!(merchant.hears().await.1["name"], "CREATED", "after {seconds} s, and nothing else");
        }
        tried += 2;
        attempts(&shop, tried).await;
    }
    merchant.answers(200);
    shop.wait(3_600);
    let mut heard = merchant.hears_names::<3>().await;
    heard.sort();
    assert_eq!(heard, ["AUTHORIZED", "CREATED", "CREATED"]);
}

#[tokio::test]
async fn a_dead_registration_is_deleted_after_two_weeks() {
    let mut merchant = Merchant::open().await;
    merchant.answers(500);
    let mut shop = serving_shop().await;
    register(&shop, &merchant.url, &[CREATED]).await;
    shop.create("order-0001", 20_000).await;
    merchant.hears().await;
    attempts(&shop, 1).await;
    shop.wait(8 * 86_400);
    shop.log_in().await;
    let listed = shop.get("/simulator/webhooks").await.json();
    assert_eq!(listed[0]["waiting"], 0, "an event is given up after seven days");
    shop.wait(6 * 86_400);
    shop.log_in().await;
    assert_eq!(shop.get("/webhooks/v1/webhooks").await.json(), json!({ "webhooks": [] }));
}

#[tokio::test]
async fn deliveries_can_come_twice_and_out_of_order() {
    let mut merchant = Merchant::open().await;
    let shop = serving_shop().await;
    register(&shop, &merchant.url, &[CREATED, AUTHORIZED]).await;
    let faults = json!([
        { "on": "delivery", "kind": "twice", "times": 1, "reference": "order-0001" },
        { "on": "delivery", "kind": "outOfOrder", "times": 1, "reference": "order-0002" },
    ]);
    assert_eq!(shop.send(shop.request("PUT", "/simulator/faults", Some(&faults))).await.status, 200);
    shop.create("order-0001", 20_000).await;
    assert_eq!(merchant.hears_names().await, ["CREATED", "CREATED"]);
    shop.create("order-0002", 20_000).await;
    shop.simulator.approve("order-0002").expect("approves");
    assert_eq!(merchant.hears_names().await, ["AUTHORIZED", "CREATED"]);
}

/// A shop that calls with the partner's keys.
async fn with_partner_keys(simulator: &Simulator, msn: &str) -> Shop {
    let keys = simulator.partner();
    let mut shop = Shop::at(simulator.clone(), msn).await;
    shop.unit.client_id = keys.client_id;
    shop.unit.client_secret = keys.client_secret;
    shop.unit.subscription_key = keys.subscription_key;
    shop.log_in().await;
    shop
}

/// Asks for all sales units of the partner: none is named.
async fn ask_for_all(partner: &Shop, method: &str, path: &str, body: Option<&Value>) -> Answer {
    let mut request = partner.request(method, path, body);
    request.headers_mut().remove("Merchant-Serial-Number");
    partner.send(request).await
}

const WEBHOOKS: &str = "/webhooks/v1/webhooks";

#[tokio::test]
async fn a_partner_hears_of_all_its_sales_units_and_of_no_other() {
    let mut merchant = Merchant::open().await;
    let shop = serving_shop().await;
    let partner = with_partner_keys(&shop.simulator, "654321").await;
    let body = json!({ "url": merchant.url, "events": [CREATED] });
    let made = ask_for_all(&partner, "POST", WEBHOOKS, Some(&body)).await;
    assert_eq!(made.status, 201);
    // This one is linked to no partner.
    Shop::at(shop.simulator.clone(), "654323").await.create("order-0000", 20_000).await;
    Shop::at(shop.simulator.clone(), "654322").await.create("order-0001", 20_000).await;
    let (headers, told) = merchant.hears().await;
    assert_eq!((&told["msn"], &told["reference"]), (&json!("654322"), &json!("order-0001")));
    check_signature(&headers, &told, &merchant.url, made.json()["secret"].as_str().expect("a secret"));
}

#[tokio::test]
async fn registrations_of_a_partner_and_of_a_sales_unit_are_apart() {
    let mut merchant = Merchant::open().await;
    let shop = serving_shop().await;
    let partner = with_partner_keys(&shop.simulator, "654321").await;
    let scans_too = [CREATED, "user.checked-in.v1"];
    let body = json!({ "url": merchant.url, "events": scans_too });
    let of_all = ask_for_all(&partner, "POST", WEBHOOKS, Some(&body)).await.json();
    // One that is told of scans is allowed for each kind.
    let second = ask_for_all(&partner, "POST", WEBHOOKS, Some(&body)).await;
    assert_eq!(second.problem(), (400, "events".into()));
    let of_one = register(&shop, &merchant.url, &scans_too).await;
    let id = |made: &Value| made["id"].as_str().expect("an id").to_owned();
    let listed = |answer: &Answer| {
        let list = answer.json()["webhooks"].as_array().expect("a list").clone();
        list.iter().map(id).collect::<Vec<_>>()
    };
    assert_eq!(listed(&ask_for_all(&partner, "GET", WEBHOOKS, None).await), [id(&of_all)]);
    // Whoever names the sales unit sees its own, whichever keys they have.
    for of_sales_unit in [&shop, &partner] {
        assert_eq!(listed(&of_sales_unit.get(WEBHOOKS).await), [id(&of_one)]);
        let path = format!("{WEBHOOKS}/{}", id(&of_all));
        let deleted = of_sales_unit.send(of_sales_unit.request("DELETE", &path, None)).await;
        assert_eq!(deleted.problem(), (400, "id".into()));
    }
    // Both are told, each under its own secret.
    shop.create("order-0001", 20_000).await;
    let (one, other) = (merchant.hears().await, merchant.hears().await);
    assert_eq!(one.1, other.1, "it is the same event");
    let signed = |headers: &HashMap<String, String>| headers["authorization"].clone();
    assert_ne!(signed(&one.0), signed(&other.0));
    let path = format!("{WEBHOOKS}/{}", id(&of_all));
    assert_eq!(ask_for_all(&partner, "DELETE", &path, None).await.status, 204);
    assert_eq!(listed(&shop.get(WEBHOOKS).await), [id(&of_one)]);
}
