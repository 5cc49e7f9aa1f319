//! Contract 1.5 and 1.7: receipts, categories, pictures, and what customers share.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use image::{ExtendedColorType, ImageEncoder};
use serde_json::{Value, json};

use crate::support::Shop;

fn receipt() -> Value {
    json!({
        "orderLines": [{
            "name": "Socks", "id": "1", "totalAmount": 20_000, "totalAmountExcludingTax": 16_000,
            "totalTaxAmount": 4_000, "taxRate": 2_500,
            "unitInfo": { "unitPrice": 10_000, "quantity": "2", "quantityUnit": "PCS" },
        }],
        "bottomLine": { "currency": "NOK", "barcode": { "format": "CODE 39", "data": "SC0527" } },
    })
}

async fn put(shop: &Shop, path: &str, body: &Value) -> crate::support::Answer {
    shop.send(shop.request("PUT", &format!("/order-management{path}"), Some(body))).await
}

#[tokio::test]
async fn a_receipt_is_sent_once() {
    let shop = Shop::open().await;
    let path = "/order-management/v2/ECOM/receipts/order-1";
    let first = shop.post(path, &receipt()).await;
    assert_eq!((first.status.as_u16(), first.json().as_str().map(str::len)), (201, Some(36)));
    let second = shop.post("/order-management/v2/ecom/receipts/order-1", &receipt()).await;
    assert_eq!((second.status.as_u16(), &second.json()["title"]), (409, &json!("Conflict")));
    let read = shop.get("/order-management/v2/ecom/order-1").await;
    assert_eq!(read.both(), (200, json!({ "receipt": receipt() })));
    assert_eq!(shop.get("/order-management/v2/ECOM/order-2").await.status, 404);
    let bergen = Shop::at(shop.simulator.clone(), "654322").await;
    assert_eq!(bergen.get("/order-management/v2/ECOM/order-1").await.status, 404, "each has its own");
}

#[tokio::test]
async fn mistakes_in_a_receipt_are_named() {
    let shop = Shop::open().await;
    for (pointer, value, name) in [
        ("/orderLines/0/totalAmount", json!(200.5), "orderLines[0].totalAmount"),
        ("/orderLines/0/taxRate", json!(10_001), "orderLines[0].taxRate"),
        ("/orderLines/0/taxRate", json!(null), "orderLines[0].taxRate"),
        ("/orderLines/0/unitInfo/quantity", json!("2,5"), "orderLines[0].unitInfo.quantity"),
        ("/orderLines/0/unitInfo/quantityUnit", json!("PAIR"), "orderLines[0].unitInfo.quantityUnit"),
        ("/orderLines/0/colour", json!("red"), "orderLines[0].colour"),
        ("/orderLines", json!([]), "orderLines"),
        ("/bottomLine/currency", json!("USD"), "bottomLine.currency"),
        ("/bottomLine/barcode/format", json!("QR"), "bottomLine.barcode.format"),
    ] {
        let mut body = receipt();
        let (parent, field) = pointer.rsplit_once('/').expect("a pointer");
        body.pointer_mut(parent).expect("is there")[field] = value;
        let answer = shop.post("/order-management/v2/ECOM/receipts/order-1", &body).await;
        assert_eq!((answer.status.as_u16(), &answer.json()["invalidParams"][0]["name"]), (400, &json!(name)));
    }
    let unknown_kind = shop.post("/order-management/v2/CASH/receipts/order-1", &receipt()).await;
    assert_eq!(unknown_kind.json()["invalidParams"][0]["name"], "paymentType");
}

#[tokio::test]
async fn a_receipt_that_came_with_a_payment_can_be_read() {
    let shop = Shop::open().await;
    let mut wish = shop.wish("order-0001", 20_000);
    wish["receipt"] = receipt();
    assert_eq!(shop.write("", "key-1", &wish).await.status, 201);
    assert_eq!(shop.get("/order-management/v2/ecom/order-0001").await.json()["receipt"], receipt());
    let again = shop.post("/order-management/v2/ECOM/receipts/order-0001", &receipt()).await;
    assert_eq!(again.status, 409);
}

#[tokio::test]
async fn the_last_category_stays_and_version_3_keeps_all() {
    let shop = Shop::open().await;
    for name in ["RECEIPT", "TICKET"] {
        let body = json!({ "category": name, "orderDetailsUrl": "https://example.com" });
        assert_eq!(put(&shop, "/v2/ECOM/categories/order-1", &body).await.status, 200);
    }
    let read = shop.get("/order-management/v2/ECOM/order-1").await.json();
    assert_eq!(read["category"]["category"], "TICKET");
    let without_image =
        json!({ "category": "GENERAL", "orderDetailsUrl": "https://example.com", "imageId": "socks" });
    assert_eq!(put(&shop, "/v2/ECOM/categories/order-1", &without_image).await.status, 400);

    let categories = "/order-management/v3/categories";
    let body = json!({ "orderId": "order-1", "paymentType": "ECOM", "type": "RECEIPT", "url": "https://example.com" });
    let made = shop.post(categories, &body).await;
    let id = made.json()["categoryId"].as_str().expect("an id").to_owned();
    shop.post(categories, &json!({ "orderId": "order-2", "paymentType": "ECOM", "type": "TICKET", "url": "https://example.com" })).await;
    let found = shop.get(&format!("{categories}?orderId=order-1")).await.json();
    let mut expected = body.clone();
    expected["categoryId"] = id.clone().into();
    assert_eq!(found, json!({ "categories": [expected] }));
    let one = format!("{categories}/{id}");
    assert_eq!(shop.get(&one).await.json(), expected);
    assert_eq!(shop.send(shop.request("DELETE", &one, None)).await.status, 200);
    assert_eq!(shop.get(&one).await.status, 404);
}

#[tokio::test]
async fn a_picture_has_a_height_and_is_never_overwritten() {
    let shop = Shop::open().await;
    let png = |height: u32| {
        let mut file = Vec::new();
        let encoder = image::codecs::png::PngEncoder::new(&mut file);
        let pixels = vec![0; 200 * height as usize];
        encoder.write_image(&pixels, 200, height, ExtendedColorType::L8).expect("drawn");
        STANDARD.encode(file)
    };
    let add = async |id: &str, src: String| {
        let body = json!({ "imageId": id, "src": src, "type": "base64" });
        shop.post("/order-management/v1/images", &body).await
    };
    assert_eq!(add("socks", png(167)).await.both(), (200, json!({ "imageId": "socks" })));
    assert_eq!(add("socks", png(167)).await.status, 409);
    assert_eq!(add("low", png(166)).await.status, 400);
    assert_eq!(add("no-base64", "!".into()).await.status, 400);
    assert_eq!(add("no-picture", STANDARD.encode("text")).await.status, 400);
    assert_eq!(add("large", STANDARD.encode(vec![0; 2 * 1024 * 1024 + 1])).await.status, 400);
    // The head of a JPEG of 300 by 200, behind a segment that does not matter.
    let jpeg = [0xff, 0xd8, 0xff, 0xe0, 0, 4, 0, 0, 0xff, 0xc0, 0, 11, 8, 0, 200, 1, 44, 1, 1, 0x11, 0];
    assert_eq!(add("jpeg", STANDARD.encode(jpeg)).await.status, 200);
    let with_image =
        json!({ "category": "GENERAL", "orderDetailsUrl": "https://example.com", "imageId": "socks" });
    assert_eq!(put(&shop, "/v2/ECOM/categories/order-1", &with_image).await.status, 200);
}

#[tokio::test]
async fn what_was_shared_can_be_read_for_a_week_by_that_sales_unit() {
    let mut shop = Shop::open().await;
    let mut wish = shop.wish("order-0001", 20_000);
    wish["profile"] = json!({ "scope": "name email" });
    shop.write("", "key-1", &wish).await;
    shop.simulator.approve("order-0001").expect("approves");
    let sub = shop.look("order-0001").await["profile"]["sub"].as_str().expect("a sub").to_owned();
    let path = format!("/vipps-userinfo-api/userinfo/{sub}");
    let info = shop.get(&path).await.json();
    assert_eq!(
        (&info["sub"], &info["given_name"], &info["phone_number"]),
        (&json!(sub), &json!("Ada"), &Value::Null)
    );
    let bergen = Shop::at(shop.simulator.clone(), "654322").await;
    assert_eq!(bergen.get(&path).await.problem(), (404, String::new()));
    shop.wait(169 * 3_600);
    shop.log_in().await;
    assert_eq!(shop.get(&path).await.json()["email"], "[Expired]");
}
