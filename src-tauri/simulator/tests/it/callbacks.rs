//! Contract 4.2: what merchants are told.

use std::time::Duration;

use axum::Router;
use axum::extract::Request;
use serde_json::{Value, json};
use simulator::{Direction, Record, Simulator};
use tokio::net::TcpListener;
use tokio::sync::mpsc;

use crate::support::{Shop, options};

/// A merchant that passes on what it is told, and answers with a redirect that nobody should follow.
async fn merchant() -> (String, mpsc::Receiver<(String, String, Value)>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let (told, telling) = mpsc::channel(10);
    let app = Router::new().fallback(move |request: Request| {
        let told = told.clone();
        async move {
            let (parts, body) = request.into_parts();
            let body = axum::body::to_bytes(body, 10_000).await.expect("a body");
            let authorization = parts.headers["authorization"].to_str().expect("text").to_owned();
            let path = format!("{} {}", parts.method, parts.uri.path());
            told.send((path, authorization, serde_json::from_slice(&body).expect("JSON")))
                .await
                .expect("heard");
            axum::response::Redirect::temporary("/elsewhere")
        }
    });
    tokio::spawn(async { axum::serve(listener, app).await });
    (format!("http://{address}/shop"), telling)
}

/// A shop whose simulator also serves, because callbacks are sent by the HTTP face.
async fn serving_shop() -> Shop {
    let simulator = Simulator::new(options());
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let serving = simulator.clone();
    tokio::spawn(async move { serving.serve(listener).await });
    Shop::at(simulator, "654321").await
}

async fn start(shop: &Shop, order_id: &str, prefix: &str) {
    let mut order = shop.order(order_id, 20_000);
    order["merchantInfo"]["callbackPrefix"] = prefix.into();
    order["merchantInfo"]["authToken"] = "our-own-secret".into();
    assert_eq!(shop.post("/ecomm/v2/payments", &order).await.status, 200);
}

async fn within_5_s<T>(what: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(5), what).await.expect("in time")
}

/// The callback of that payment, once it is settled how it went.
async fn settled(simulator: &Simulator, reference: &str) -> Record {
    within_5_s(async {
        loop {
            let mut records = simulator.requests().into_iter();
            let about = |record: &Record| {
                let ours = record.reference.as_deref() == Some(reference);
                ours && record.direction == Direction::Callback
                    && (record.status.is_some() || record.note.is_some())
            };
            match records.find(about) {
                Some(record) => return record,
                None => tokio::task::yield_now().await,
            }
        }
    })
    .await
}

#[tokio::test]
async fn an_approval_is_told_once_and_a_redirect_not_followed() {
    let (prefix, mut telling) = merchant().await;
    let shop = serving_shop().await;
    start(&shop, "order-1", &prefix).await;
    shop.simulator.approve("order-1").expect("approves");
    let (path, authorization, body) = within_5_s(telling.recv()).await.expect("a callback");
    assert_eq!((path.as_str(), authorization.as_str()), ("POST /shop/v2/payments/order-1", "our-own-secret"));
    assert_eq!(
        body,
        json!({
            "merchantSerialNumber": "654321",
            "orderId": "order-1",
            "transactionInfo": {
                "amount": 20_000, "status": "RESERVED", "timeStamp": "2018-11-14T15:21:22.126Z",
                "transactionId": "5001420001",
            },
        })
    );
    let record = settled(&shop.simulator, "order-1").await;
    assert_eq!((record.status, record.note), (Some(307), None));
    assert_eq!(record.headers["authorization"], "our-ow…");

    start(&shop, "order-2", &prefix).await;
    shop.simulator.cancel("order-2").expect("cancels");
    let (path, _, body) = within_5_s(telling.recv()).await.expect("a callback");
    assert_eq!(path, "POST /shop/v2/payments/order-2", "the first was not told a second time, nor elsewhere");
    assert_eq!(body["transactionInfo"]["status"], "CANCELLED");
}

#[tokio::test]
async fn a_time_out_is_told_with_code_45() {
    let (prefix, mut telling) = merchant().await;
    let shop = serving_shop().await;
    start(&shop, "order-1", &prefix).await;
    shop.wait(600);
    let (_, _, body) = within_5_s(telling.recv()).await.expect("a callback");
    assert_eq!(
        body,
        json!({
            "merchantSerialNumber": "654321",
            "orderId": "order-1",
            "transactionInfo": { "amount": 20_000, "status": "REJECTED", "timeStamp": "2018-11-14T15:31:22.126Z" },
            "errorInfo": {
                "errorGroup": "PAYMENTS", "errorCode": "45", "errorMessage": "User has not acted upon the payment",
            },
        })
    );
}

#[tokio::test]
async fn the_world_outside_is_not_called() {
    let shop = serving_shop().await;
    start(&shop, "order-1", "https://example.com/vipps").await;
    shop.simulator.approve("order-1").expect("approves");
    let record = settled(&shop.simulator, "order-1").await;
    assert_eq!(record.path, "https://example.com/vipps/v2/payments/order-1");
    assert_eq!(record.status, None);
    assert!(record.note.is_some_and(|note| note.starts_with("not sent: ")));
}
