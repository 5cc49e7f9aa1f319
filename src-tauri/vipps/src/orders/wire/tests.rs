use serde_json::{Value, json};

use super::*;
use crate::Currency;
use crate::orders::{
    Barcode, BarcodeFormat, Order, OrderLine, PaymentSources, Quantity, QuantityUnit, Receipt, Role, TaxRate,
    Unit,
};

fn sample() -> Receipt {
    let rate = TaxRate::of_percent(25).unwrap();
    let line = |name: &str, total, role| OrderLine {
        name: name.into(),
        id: format!("{name}-1"),
        total,
        tax: rate.of(total),
        tax_rate: rate,
        unit: None,
        discount: 0,
        product_url: None,
        role,
    };
    let unit = Unit { price: 400, quantity: Quantity::parse("2.5").unwrap(), of: QuantityUnit::Kilograms };
    let socks = OrderLine {
        unit: Some(unit),
        product_url: Some("https://example.com/store/socks".into()),
        ..line("socks", 1000, Role::Goods)
    };
    Receipt {
        lines: vec![socks, line("delivery", 1000, Role::Shipping), line("hat", 500, Role::Return)],
        currency: Currency::Nok,
        tip: Some(100),
        pos_id: Some("pos_122".into()),
        number: Some("0527013501".into()),
        sources: Some(PaymentSources { cash: 100, ..PaymentSources::default() }),
        barcode: Some(Barcode { format: BarcodeFormat::Code39, data: "SC0527013501 ".into() }),
    }
}

#[test]
fn a_receipt_is_written_in_hundredths_of_a_percent_and_nothing_else() {
    let body = serde_json::to_value(receipt(&sample())).unwrap();
    assert_eq!(
        body["orderLines"][0],
        json!({
            "name": "socks", "id": "socks-1", "totalAmount": 1000, "totalAmountExcludingTax": 800,
            "totalTaxAmount": 200, "taxRate": 2500,
            "unitInfo": {"unitPrice": 400, "quantity": "2.5", "quantityUnit": "KG"},
            "discount": 0, "productUrl": "https://example.com/store/socks", "isReturn": false, "isShipping": false
        })
    );
    assert_eq!(
        (&body["orderLines"][1]["isShipping"], &body["orderLines"][2]["isReturn"]),
        (&json!(true), &json!(true))
    );
    assert_eq!(
        body["bottomLine"],
        json!({
            "currency": "NOK", "tipAmount": 100, "posId": "pos_122", "receiptNumber": "0527013501",
            "paymentSources": {"giftCard": 0, "card": 0, "voucher": 0, "cash": 100},
            "barcode": {"format": "CODE 39", "data": "SC0527013501 "}
        })
    );
}

#[test]
fn what_was_written_is_read_back() {
    let category =
        Link { kind: Kind::Receipt, url: "https://example.com".into(), image_id: Some("socks".into()) };
    let body = json!({
        "category": serde_json::to_value(link(&category)).unwrap(),
        "receipt": serde_json::to_value(receipt(&sample())).unwrap()
    });
    let expected = Order { link: Some(category), receipt: Some(sample()) };
    assert_eq!(order(body.to_string().as_bytes()), Ok(expected));
    assert_eq!(order(b"{}"), Ok(Order { link: None, receipt: None }));
    assert_eq!(order(br#"{"category":null,"receipt":null}"#), Ok(Order { link: None, receipt: None }));
}

#[test]
fn receipts_of_others_are_read_with_patience() {
    let mut body = json!({"receipt": {
        "orderLines": [{"name": "socks", "id": 7, "totalAmount": "1000", "totalAmountExcludingTax": 800.0,
            "totalTaxAmount": 200, "taxPercentage": 25, "unitInfo": {"quantity": "many"}, "isReturn": null}],
        "bottomLine": {"currency": "NOK", "barcode": {"format": "QR", "data": "x"}}
    }});
    let read = |body: &Value| order(body.to_string().as_bytes());
    let line = read(&body).unwrap().receipt.unwrap().lines.remove(0);
    assert_eq!((line.tax_rate.hundredths(), line.id.as_str(), line.unit), (2500, "7", None));
    body["receipt"]["orderLines"][0]["totalTaxAmount"] = json!(201);
    assert!(read(&body).is_err(), "it does not add up");
    body["receipt"]["orderLines"][0]["totalTaxAmount"] = json!(200);
    body["receipt"]["bottomLine"]["currency"] = json!("XXX");
    assert!(read(&body).is_err(), "no such currency");
}

#[test]
fn the_id_of_a_receipt_comes_as_json_or_bare() {
    for body in ["\"16328cb8-d769\"", "16328cb8-d769", " 16328cb8-d769\n"] {
        assert_eq!(id(body.as_bytes()).as_deref(), Some("16328cb8-d769"), "{body}");
    }
    for body in ["", "\"\"", "<html></html>", "{}", "null", "two words"] {
        assert_eq!(id(body.as_bytes()), None, "{body}");
    }
}

#[test]
fn links_of_version_3_are_written_and_read() {
    let ticket = Link { kind: Kind::Ticket, url: "https://example.com".into(), image_id: None };
    let body =
        serde_json::to_value(category(super::super::PaymentType::Single, "order-0001", &ticket)).unwrap();
    assert_eq!(
        body,
        json!({"orderId": "order-0001", "paymentType": "ECOM", "type": "TICKET", "url": "https://example.com"})
    );
    let mut answer = body;
    answer["categoryId"] = json!("337f5e5d");
    let read: CategoryAnswer = serde_json::from_value(answer).unwrap();
    let expected =
        Category { id: "337f5e5d".into(), reference: Some("order-0001".into()), link: Some(ticket) };
    assert_eq!(read.read(), Some(expected));
}
