//! The samples of contract 1.2 and 2.1, and what has been seen to differ from them.

use serde_json::{Value, json};

use super::*;
use crate::RequestId;

fn msn() -> Msn {
    Msn::parse("123456").unwrap()
}

fn written(body: &impl Serialize) -> Value {
    serde_json::to_value(body).unwrap()
}

fn log_of(entries: &Value) -> Vec<LogEntry> {
    let body = json!({"orderId": "order-1", "transactionLogHistory": entries}).to_string();
    details(body.as_bytes(), "order-1").unwrap().log
}

fn operations(entries: &Value) -> Vec<Operation> {
    log_of(entries).into_iter().map(|entry| entry.operation).collect()
}

#[test]
fn a_minimal_initiate_is_the_sample_of_the_contract() {
    let order = Initiate {
        order_id: "acme-shop-123-order123abc".into(),
        amount: 20_000,
        text: "One pair of Vipps socks".into(),
        fall_back: "https://example.com/done/acme-shop-123-order123abc".into(),
        callback_prefix: "https://example.com/vipps/callbacks//".into(),
        auth_token: None,
        mobile_number: None,
        skip_landing_page: false,
    };
    let expected = json!({
        "customerInfo": {},
        "merchantInfo": {
            "merchantSerialNumber": "123456",
            "callbackPrefix": "https://example.com/vipps/callbacks",
            "fallBack": "https://example.com/done/acme-shop-123-order123abc"
        },
        "transaction": {
            "orderId": "acme-shop-123-order123abc",
            "amount": 20000,
            "transactionText": "One pair of Vipps socks",
            "skipLandingPage": false
        }
    });
    assert_eq!(written(&initiate(&msn(), &order)), expected);
    let push = Initiate {
        auth_token: Some("iOiJKV1Qi".into()),
        mobile_number: Some("91234567".into()),
        skip_landing_page: true,
        ..order
    };
    let body = written(&initiate(&msn(), &push));
    assert_eq!(body["merchantInfo"]["authToken"], "iOiJKV1Qi");
    assert_eq!(body["customerInfo"], json!({"mobileNumber": "91234567"}));
    assert_eq!(body["transaction"]["skipLandingPage"], true);
}

#[test]
fn changes_name_the_sales_unit_as_text() {
    let modification =
        Modification { amount: 20_000, text: "Socks".into(), request_id: RequestId::parse("r-1").unwrap() };
    assert_eq!(
        written(&modify(&msn(), &modification)),
        json!({
            "merchantInfo": {"merchantSerialNumber": "123456"},
            "transaction": {"amount": 20000, "transactionText": "Socks"}
        })
    );
    let cancellation = Cancellation { text: "No socks".into(), release_remaining: true };
    assert_eq!(
        written(&cancel(&msn(), &cancellation)),
        json!({
            "merchantInfo": {"merchantSerialNumber": "123456"},
            "transaction": {"transactionText": "No socks"},
            "shouldReleaseRemainingFunds": true
        })
    );
}

#[test]
fn a_started_payment_has_a_url_and_the_right_id() {
    let body = br#"{"orderId":"order-1","url":"https://api.vipps.no/dwo-api-application/v1/deeplink/vippsgateway?v=2&token=eyJraWQ","new":1}"#;
    let read = initiated(body, "order-1").unwrap();
    assert_eq!(
        read.url,
        "https://api.vipps.no/dwo-api-application/v1/deeplink/vippsgateway?v=2&token=eyJraWQ"
    );
    assert!(initiated(body, "ORDER-1").is_err());
    for body in [
        r#"{"orderId":"order-1"}"#,
        r#"{"orderId":"order-1","url":""}"#,
        r#"{"orderId":"order-1","url":null}"#,
        r#"{"url":"https://example.com"}"#,
        r#"[{"errorCode":"99"}]"#,
        "null",
        "",
        "<html></html>",
    ] {
        assert!(initiated(body.as_bytes(), "order-1").is_err(), "{body}");
    }
}

#[test]
fn capture_refund_and_cancel_answers_differ_only_in_what_is_not_needed() {
    let summary = r#""transactionSummary":{"capturedAmount":20000,"refundedAmount":"0","remainingAmountToCapture":0.0,"remainingAmountToRefund":20000}"#;
    let expected =
        Summary { captured: 20_000, refunded: 0, remaining_to_capture: 0, remaining_to_refund: 20_000 };
    let transactions = [
        r#""paymentInstrument":"Mastercard","transactionInfo":{"amount":20000,"status":"Captured","timeStamp":"2018-12-12T11:18:38.246Z","transactionId":"5001420062","transactionText":"Socks"}"#,
        r#""transaction":{"amount":20000,"status":"Refund","timeStamp":"2018-11-14T15:23:02.286","transactionId":"1001","transactionText":"Socks"}"#,
        r#""transactionInfo":{"amount":20000,"status":"Cancelled"}"#,
    ];
    for transaction in transactions {
        let body = format!(r#"{{"orderId":"order-1",{transaction},{summary}}}"#);
        assert_eq!(modified(body.as_bytes(), "order-1"), Ok(Some(expected)), "{transaction}");
    }
    assert_eq!(modified(br#"{"orderId":"order-1"}"#, "order-1"), Ok(None));
    assert_eq!(modified(br#"{"orderId":"order-1","transactionSummary":null}"#, "order-1"), Ok(None));
    for body in [
        r#"{"orderId":"order-2"}"#,
        "{}",
        r#"{"orderId":"order-1","transactionSummary":{"capturedAmount":20000}}"#,
        r#"{"orderId":"order-1","transactionSummary":{"capturedAmount":200.5,"refundedAmount":0,"remainingAmountToCapture":0,"remainingAmountToRefund":0}}"#,
        r#"{"orderId":"order-1","transactionSummary":{"capturedAmount":-1,"refundedAmount":0,"remainingAmountToCapture":0,"remainingAmountToRefund":0}}"#,
    ] {
        assert!(modified(body.as_bytes(), "order-1").is_err(), "{body}");
    }
}

#[test]
fn details_before_and_after_the_code_was_scanned() {
    let waiting = log_of(&json!([{
        "amount": 12345, "transactionText": "Mess", "timeStamp": "2021-09-29T06:13:09.028Z",
        "operation": "INITIATE", "operationSuccess": true
    }]));
    let expected = LogEntry {
        operation: Operation::Initiate,
        amount: 12_345,
        success: true,
        at: "2021-09-29T06:13:09.028Z".parse().ok(),
        transaction_id: None,
        request_id: None,
    };
    assert_eq!(waiting, std::slice::from_ref(&expected));
    let opened = log_of(&json!([{
        "amount": "12345", "timeStamp": "2021-09-29T06:13:09.028", "operation": "INITIATE",
        "operationSuccess": true, "transactionId": 5_001_420_062_u64, "requestId": ""
    }]));
    assert_eq!(opened, [LogEntry { transaction_id: Some("5001420062".into()), ..expected }]);
}

#[test]
fn a_full_life_is_put_oldest_first() {
    let body = json!({
        "orderId": "order-1",
        "transactionLogHistory": [
            {"amount": 20000, "operation": "REFUND", "operationSuccess": true, "timeStamp": "2018-11-14T15:23:02.286Z", "transactionId": "4", "requestId": "r-2"},
            {"amount": 20000, "operation": "CAPTURE", "operationSuccess": true, "timeStamp": "2018-11-14T15:22:46.736Z", "transactionId": "3", "requestId": "r-1"},
            {"amount": 20000, "operation": "RESERVE", "operationSuccess": true, "timeStamp": "2018-11-14T15:22:46.680Z", "transactionId": "2", "requestId": ""},
            {"amount": 20000, "operation": "INITIATE", "operationSuccess": true, "timeStamp": "2018-11-14T15:21:04.697Z", "transactionId": "2"}
        ],
        "transactionSummary": {
            "capturedAmount": 20000, "refundedAmount": 20000, "remainingAmountToCapture": 0,
            "remainingAmountToRefund": 0, "bankIdentificationNumber": "123456"
        },
        "sub": "c06c4afe"
    });
    let read = details(body.to_string().as_bytes(), "order-1").unwrap();
    let operations: Vec<_> = read.log.iter().map(|entry| &entry.operation).collect();
    let expected = [&Operation::Initiate, &Operation::Reserve, &Operation::Capture, &Operation::Refund];
    assert_eq!(operations, expected);
    assert_eq!(read.log[1].request_id, None);
    assert_eq!(read.log[2].request_id.as_deref(), Some("r-1"));
    let summary =
        Summary { captured: 20_000, refunded: 20_000, remaining_to_capture: 0, remaining_to_refund: 0 };
    assert_eq!(read.summary, Some(summary));
}

#[test]
fn the_order_that_entries_come_in_is_not_trusted() {
    let entry = |operation: &str, time: &str| json!({"amount": 100, "operation": operation, "operationSuccess": true, "timeStamp": time});
    let initiate = entry("INITIATE", "2021-01-01T00:00:01Z");
    let reserve = entry("RESERVE", "2021-01-01T00:00:02Z");
    let capture = entry("CAPTURE", "2021-01-01T00:00:02Z");
    let right = [Operation::Initiate, Operation::Reserve, Operation::Capture];
    // Equal times keep the order that the whole list has.
    assert_eq!(operations(&json!([capture, reserve, initiate])), right);
    assert_eq!(operations(&json!([initiate, reserve, capture])), right);
    assert_eq!(operations(&json!([reserve, initiate, entry("CAPTURE", "2021-01-01T00:00:03Z")])), right);
}

#[test]
fn entries_without_a_time_keep_their_place() {
    let timed = |operation: &str, time: &str| json!({"amount": 100, "operation": operation, "operationSuccess": true, "timeStamp": time});
    let timeless = |operation: &str| json!({"amount": 100, "operation": operation, "operationSuccess": true});
    let right = [Operation::Initiate, Operation::Reserve, Operation::Capture];
    assert_eq!(operations(&json!([timeless("CAPTURE"), timeless("RESERVE"), timeless("INITIATE")])), right);
    let (last, first) = (timed("CAPTURE", "2021-01-01T00:00:03Z"), timed("INITIATE", "2021-01-01T00:00:01Z"));
    assert_eq!(operations(&json!([last, timeless("RESERVE"), first])), right);
    assert_eq!(operations(&json!([last, timed("RESERVE", "soon"), timeless("INITIATE")])), right);
    assert_eq!(
        operations(&json!([timeless("CAPTURE"), timed("RESERVE", "2021-01-01T00:00:03Z"), first])),
        right
    );
}

#[test]
fn unknown_operations_are_kept_and_broken_logs_refused() {
    let entry = json!({"amount": 100, "operation": "USER_CANCEL", "operationSuccess": false});
    assert_eq!(operations(&json!([entry])), [Operation::Other("USER_CANCEL".into())]);
    assert_eq!(operations(&json!([])), []);
    for body in [
        r#"{"orderId":"order-1"}"#,
        r#"{"orderId":"order-2","transactionLogHistory":[]}"#,
        r#"{"transactionLogHistory":[]}"#,
        r#"{"orderId":"order-1","transactionLogHistory":[{"operation":"RESERVE","operationSuccess":true}]}"#,
        r#"{"orderId":"order-1","transactionLogHistory":[{"operation":"RESERVE","amount":100}]}"#,
        r#"{"orderId":"order-1","transactionLogHistory":[{"amount":100,"operationSuccess":true}]}"#,
        r#"{"orderId":"order-1","transactionLogHistory":["RESERVE"]}"#,
    ] {
        assert!(details(body.as_bytes(), "order-1").is_err(), "{body}");
    }
}
