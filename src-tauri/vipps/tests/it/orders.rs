use serde_json::json;
use vipps::orders::{Kind, Link, PaymentType, Receipt};
use vipps::{Call, Fault, Meaning};
use wiremock::ResponseTemplate;

use crate::calls::{UUID, link, picture, receipt};
use crate::support::{Api, Fake};

#[tokio::test]
async fn a_receipt_is_sent_and_read_back() {
    let api = Api::start().await;
    let path = "/order-management/v2/ECOM/receipts/order-0001";
    api.answer("POST", path, ResponseTemplate::new(201).set_body_json(UUID)).await;

    let id = api.vipps.orders().add_receipt(PaymentType::Single, "order-0001", &receipt()).await.unwrap();

    assert_eq!(id, UUID);
    let sent = api.sent(path).await;
    assert!(sent.contains("\ncontent-type: application/json\n"), "{sent}");
    let body = sent.lines().last().unwrap().to_owned();
    let read_path = "/order-management/v2/ECOM/order-0001";
    let order = json!({"receipt": serde_json::from_str::<serde_json::Value>(&body).unwrap()});
    api.answer("GET", read_path, ResponseTemplate::new(200).set_body_json(order)).await;

    let order = api.vipps.orders().get(PaymentType::Single, "order-0001").await.unwrap();

    assert_eq!((order.link, order.receipt), (None, Some(receipt())));
}

#[tokio::test]
async fn a_link_is_put_in_place_of_the_other() {
    let api = Api::start().await;
    let path = "/order-management/v2/RECURRING/categories/order_1.a";
    api.answer("PUT", path, ResponseTemplate::new(200).set_body_json(UUID)).await;

    api.vipps.orders().set_link(PaymentType::Recurring, "order_1.a", &link()).await.unwrap();

    let sent = api.sent(path).await;
    let body = r#"{"category":"RECEIPT","orderDetailsUrl":"https://example.com/receipt/7","imageId":"socks-orange-123"}"#;
    assert!(sent.ends_with(body), "{sent}");
}

#[tokio::test]
async fn a_picture_is_sent_as_text() {
    let api = Api::start().await;
    let path = "/order-management/v1/images";
    let answer = ResponseTemplate::new(200).set_body_json(json!({"imageId": "socks-orange-123"}));
    api.answer("POST", path, answer).await;

    api.vipps.orders().add_image("socks-orange-123", &picture()).await.unwrap();

    let sent = api.sent(path).await;
    assert!(sent.contains(r#"{"imageId":"socks-orange-123","src":"iVBORw0KGgoAAAANSUhEUg"#), "{sent}");
    assert!(sent.ends_with(r#"","type":"base64"}"#), "{sent}");
}

#[tokio::test]
async fn links_of_version_3_come_and_go() {
    let api = Api::start().await;
    let (base, one) = ("/order-management/v3/categories", format!("/order-management/v3/categories/{UUID}"));
    let stored = json!({
        "categoryId": UUID, "orderId": "order-0001", "paymentType": "ECOM", "type": "RECEIPT",
        "url": "https://example.com/receipt/7", "imageId": "socks-orange-123"
    });
    let answer = ResponseTemplate::new(201).set_body_json(json!({"categoryId": UUID}));
    api.answer("POST", base, answer).await;
    let list =
        json!({"categories": [stored, {"categoryId": "c-2", "type": "NEW", "url": "https://example.com"}]});
    api.answer("GET", base, ResponseTemplate::new(200).set_body_json(list)).await;
    api.answer("GET", &one, ResponseTemplate::new(200).set_body_json(stored)).await;
    api.answer("DELETE", &one, ResponseTemplate::new(200)).await;
    let orders = api.vipps.orders();

    assert_eq!(orders.add_link(PaymentType::Single, "order-0001", &link()).await.unwrap(), UUID);
    let links = orders.links("order-0001").await.unwrap();
    assert_eq!(links[0].link.as_ref(), Some(&link()));
    assert_eq!(links[1].link.as_ref().unwrap().kind, Kind::Other("NEW".into()));
    assert_eq!(orders.link(UUID).await.unwrap(), links[0]);
    orders.delete_link(UUID).await.unwrap();
}

#[tokio::test]
async fn what_breaks_a_rule_never_leaves() {
    let fake = Fake::new(|request| panic!("{} was asked for", request.uri()));
    let vipps = fake.vipps();
    let orders = vipps.orders();
    let single = PaymentType::Single;
    let empty = Receipt { lines: Vec::new(), ..receipt() };
    let unsafe_link = Link { url: "http://example.com".into(), ..link() };
    let errors = [
        (Call::ReceiptAdd, orders.add_receipt(single, "order-0001", &empty).await.unwrap_err()),
        (Call::ReceiptAdd, orders.add_receipt(single, "a/b", &receipt()).await.unwrap_err()),
        (Call::CategorySet, orders.set_link(single, "order-0001", &unsafe_link).await.unwrap_err()),
        (Call::OrderGet, orders.get(single, "..").await.unwrap_err()),
        (Call::ImageAdd, orders.add_image("a b", &picture()).await.unwrap_err()),
        (Call::ImageAdd, orders.add_image("a", b"GIF89a").await.unwrap_err()),
        (Call::CategoryAdd, orders.add_link(single, "", &link()).await.unwrap_err()),
        (Call::CategoryList, orders.links("a&b=c").await.unwrap_err()),
        (Call::CategoryGet, orders.link("").await.unwrap_err()),
        (Call::CategoryDelete, orders.delete_link("a/b").await.unwrap_err()),
    ];
    for (call, error) in errors {
        assert_eq!((error.call(), error.meaning()), (call, Meaning::BadRequest), "{error}");
        assert_eq!(error.fault(), Fault::Ours);
    }
}
