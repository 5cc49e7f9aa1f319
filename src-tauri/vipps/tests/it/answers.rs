//! What a good answer to each call is.

use serde_json::{Value, json};
use vipps::Call;

use crate::calls::{CUSTOMER_TOKEN, MSISDN, SUB, UUID};
use crate::support::summary_body;

/// Status and body of a good answer; the body is nothing where none is read.
pub(crate) fn good_answer(call: Call) -> (u16, Option<Value>) {
    match call {
        Call::Token => (200, Some(json!({"access_token": "t", "expires_in": "3600"}))),
        Call::Initiate => (200, Some(json!({"orderId": "order-1", "url": "https://api.vipps.no/?token=t"}))),
        Call::Details => (200, Some(details())),
        Call::Capture | Call::Refund | Call::Cancel => {
            (200, Some(json!({"orderId": "order-1", "transactionSummary": summary_body(20_000)})))
        }
        Call::EpaymentCreate => (
            201,
            Some(json!({"reference": "order-0001", "redirectUrl": "https://qr-image.vipps.no/v1?token=t"})),
        ),
        Call::EpaymentGet | Call::EpaymentCapture | Call::EpaymentRefund | Call::EpaymentCancel => {
            (200, Some(payment()))
        }
        Call::EpaymentEvents => (200, Some(json!([event("CREATED", 1), event("AUTHORIZED", 2)]))),
        Call::OneTimeQr => {
            (200, Some(json!({"url": "https://qr.vipps.no/generate/qr.png?a", "expiresIn": 544})))
        }
        Call::RedirectCreate | Call::RedirectGet | Call::RedirectUpdate => (200, Some(redirect())),
        Call::RedirectList => (200, Some(json!([redirect()]))),
        Call::CallbackGet => (200, Some(callback())),
        Call::CallbackList => (200, Some(json!([callback()]))),
        Call::ExchangeCode | Call::ExchangeCustomer => {
            (200, Some(json!({"msisdn": MSISDN, "timestamp": 1_634_025_600, "version": "2.0"})))
        }
        Call::ReceiptAdd => (201, Some(json!(UUID))),
        Call::OrderGet => (200, Some(order())),
        Call::ImageAdd => (200, Some(json!({"imageId": "socks-orange-123"}))),
        Call::CategoryAdd => (201, Some(json!({"categoryId": UUID}))),
        Call::CategoryGet => (200, Some(category())),
        Call::CategoryList => (200, Some(json!({"categories": [category()]}))),
        Call::WebhookRegister => (201, Some(json!({"id": UUID, "secret": CUSTOMER_TOKEN}))),
        Call::WebhookList => (
            200,
            Some(
                json!({"webhooks": [{"id": UUID, "url": "https://example.com/", "events": ["user.checked-in.v1"]}]}),
            ),
        ),
        Call::SalesUnitGet => (200, Some(sales_unit())),
        Call::SalesUnitList | Call::MerchantSalesUnits => (200, Some(json!([sales_unit()]))),
        Call::MerchantGet => (
            200,
            Some(json!({
                "businessIdentifier": {"scheme": "business:NO:ORG", "id": "987654321"}, "businessName": "Acme"
            })),
        ),
        Call::ProductOrderCreate => (
            200,
            Some(json!({"prefilledOrderId": UUID, "prefillUrl": "https://portal.vippsmobilepay.com/x"})),
        ),
        Call::ProductOrderGet => (200, Some(product_order())),
        Call::ProductOrderList => (200, Some(json!([product_order()]))),
        Call::PricePackageList => (200, Some(json!([{"id": UUID, "name": "Small"}]))),
        Call::Userinfo => (200, Some(userinfo())),
        Call::WebhookDelete => (204, None),
        Call::ForceApprove
        | Call::EpaymentForceApprove
        | Call::QrImage
        | Call::RedirectDelete
        | Call::CallbackPut
        | Call::CallbackPutMobilePay
        | Call::CallbackDelete
        | Call::CategorySet
        | Call::CategoryDelete
        | Call::ProductOrderDelete => (200, None),
    }
}

fn details() -> Value {
    let entry = |operation: &str, second: u8| {
        json!({
            "operation": operation, "amount": 20_000, "operationSuccess": true, "transactionId": "5001420062",
            "transactionText": "Socks", "timeStamp": format!("2018-11-14T15:21:0{second}.697Z"), "requestId": "r-1"
        })
    };
    json!({
        "orderId": "order-1", "transactionLogHistory": [entry("RESERVE", 2), entry("INITIATE", 1)],
        "transactionSummary": summary_body(0)
    })
}

fn money(value: u64) -> Value {
    json!({"currency": "NOK", "value": value})
}

fn payment() -> Value {
    json!({
        "aggregate": {
            "authorizedAmount": money(24_900), "cancelledAmount": money(0),
            "capturedAmount": money(24_900), "refundedAmount": money(0)
        },
        "amount": money(24_900), "state": "AUTHORIZED", "paymentMethod": {"type": "WALLET", "cardBin": "540185"},
        "profile": {"sub": "c06c4afe"}, "pspReference": "37c34d8c", "reference": "order-0001",
        "redirectUrl": "https://landing.vipps.no?token=t", "metadata": {"till": "2"},
        "captureGuaranteedUntil": "2026-09-01T07:53:44.812+00:00"
    })
}

fn event(name: &str, second: u8) -> Value {
    json!({
        "reference": "order-0001", "pspReference": "p-1", "name": name, "amount": money(24_900), "success": true,
        "timestamp": format!("2022-12-31T00:00:0{second}Z"), "idempotencyKey": "order-0001-k1"
    })
}

fn redirect() -> Value {
    json!({
        "id": "Blåbær 1", "url": "https://qr.vipps.no/generate/qr.png?a", "redirectUrl": "https://example.com/",
        "expiresIn": 598
    })
}

fn callback() -> Value {
    json!({
        "merchantSerialNumber": "123456", "merchantQrId": "till-2", "locationDescription": "Kasse 1",
        "qrImageUrl": "https://qr.vipps.no/generate/qr.png?a", "qrContent": "https://qr.vipps.no/m/1"
    })
}

fn sales_unit() -> Value {
    json!({
        "msn": "123456", "name": "Acme", "businessIdentifier": {"scheme": "business:NO:ORG", "id": "987654321"},
        "configuration": {
            "paymentAllowed": true, "captureType": "ReserveCapture", "skipLandingPageAllowed": false,
            "partialCaptureAllowed": true
        }
    })
}

fn product_order() -> Value {
    json!({"prefilledOrderId": UUID, "status": "COMPLETED", "salesUnit": {"msn": "123456"}})
}

fn userinfo() -> Value {
    json!({
        "sub": SUB, "name": "Ada Lovelace", "given_name": "Ada", "family_name": "Lovelace",
        "email": "user@example.com", "email_verified": true, "phone_number": MSISDN, "birthdate": "1815-12-10",
        "address": {"street_address": "Suburbia 23", "postal_code": "2101", "region": "Oslo", "country": "NO"}
    })
}

fn category() -> Value {
    json!({
        "categoryId": UUID, "orderId": "order-0001", "paymentType": "ECOM", "type": "RECEIPT",
        "url": "https://example.com/", "imageId": "socks-orange-123"
    })
}

fn order() -> Value {
    json!({
        "category": {"category": "RECEIPT", "orderDetailsUrl": "https://example.com/", "imageId": "socks"},
        "receipt": {
            "orderLines": [{
                "name": "Socks", "id": "socks-1", "totalAmount": 24_900, "totalAmountExcludingTax": 19_920,
                "totalTaxAmount": 4_980, "taxRate": 2500, "discount": 0, "isReturn": false, "isShipping": false,
                "unitInfo": {"unitPrice": 12_450, "quantity": "2", "quantityUnit": "PCS"}
            }],
            "bottomLine": {
                "currency": "NOK", "tipAmount": 0, "posId": "till-2", "receiptNumber": "7",
                "paymentSources": {"giftCard": 0, "card": 0, "voucher": 0, "cash": 0},
                "barcode": {"format": "EAN-13", "data": "7038010000126"}
            }
        }
    })
}
