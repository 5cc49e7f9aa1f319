//! The till for a POS that speaks nexo: each message once, answers when there is one, and never a failure while money may
//! move.

use std::time::Duration;

use axum::body::Body;
use axum::http::Request;
use proptest::prelude::*;
use serde_json::{Value, json};
use simulator::{Call, Fault, FaultKind};

use crate::support::{Answer, Shop};

mod reversal;

fn message(category: &str, service: &str, body: &Value) -> Value {
    let mut said = json!({
        "MessageHeader": {
            "ProtocolVersion": "3.0", "MessageClass": "Service", "MessageCategory": category,
            "MessageType": "Request", "ServiceID": service, "SaleID": "POS-1", "POIID": "Kvitt-1",
        },
    });
    said[format!("{category}Request")] = body.clone();
    json!({ "SaleToPOIRequest": said })
}

fn payment(service: &str, sale: &str, amount: f64) -> Value {
    let body = json!({
        "SaleData": { "SaleTransactionID": { "TransactionID": sale, "TimeStamp": "2026-11-26T08:00:00.000Z" } },
        "PaymentTransaction": { "AmountsReq": { "Currency": "NOK", "RequestedAmount": amount } },
    });
    message("Payment", service, &body)
}

fn about(category: &str, service: &str, of: &str) -> Value {
    about_a("Payment", category, service, of)
}

/// A message about the `kind` of message that `of` was.
fn about_a(kind: &str, category: &str, service: &str, of: &str) -> Value {
    let reference = json!({ "MessageCategory": kind, "ServiceID": of, "SaleID": "POS-1" });
    message(category, service, &json!({ "AbortReason": "MerchantAbort", "MessageReference": reference }))
}

async fn say(shop: &Shop, message: &Value) -> Answer {
    let request = shop.request("POST", "/nexo").header("content-type", "application/json");
    shop.send(request.body(Body::from(message.to_string())).expect("a request")).await
}

/// What the answer carries: `PaymentResponse` and the like.
fn carried(answer: &Answer, category: &str) -> Value {
    assert_eq!(answer.status, 200, "{}", answer.body);
    let response = &answer.body["SaleToPOIResponse"];
    let header = &response["MessageHeader"];
    assert_eq!((&header["MessageType"], &header["MessageCategory"]), (&json!("Response"), &json!(category)));
    response[format!("{category}Response")].clone()
}

fn result(response: &Value) -> (&str, &str) {
    let response = &response["Response"];
    let condition = response["ErrorCondition"].as_str().unwrap_or_default();
    (response["Result"].as_str().expect("a result"), condition)
}

/// Sends the payment, and does `meanwhile` when its code is shown.
async fn paying(shop: &Shop, asked: &Value, reference: &str, meanwhile: impl Future<Output = ()>) -> Value {
    let customer = async {
        shop.wait_for(reference, "waiting").await;
        meanwhile.await;
    };
    let begun = async {
        // The reference is not known before the payment is begun.
        while shop.get(&format!("/v1/payments/{reference}")).await.status != 200 {
            tokio::task::yield_now().await;
        }
        customer.await;
    };
    let (answer, ()) = tokio::join!(say(shop, asked), begun);
    carried(&answer, "Payment")
}

async fn paid(shop: &Shop, service: &str, sale: &str, reference: &str) -> Value {
    let approve = async { drop(shop.simulator.approve(reference).expect("it can be")) };
    paying(shop, &payment(service, sale, 249.0), reference, approve).await
}

#[tokio::test(start_paused = true)]
async fn a_payment_is_answered_when_it_is_paid() {
    let shop = Shop::open().await;
    let told = paid(&shop, "0001", "27908", "sale-27908").await;
    assert_eq!(result(&told), ("Success", ""), "{told}");
    assert_eq!(told["POIData"]["POITransactionID"]["TransactionID"], "sale-27908");
    assert_eq!(told["SaleData"]["SaleTransactionID"]["TransactionID"], "27908");
    assert_eq!(told["SaleData"]["SaleTransactionID"]["TimeStamp"], "2026-11-26T08:00:00.000Z");
    let amounts = &told["PaymentResult"]["AmountsResp"];
    assert_eq!(amounts, &json!({ "Currency": "NOK", "AuthorizedAmount": 249.0 }));
    assert_eq!(told["PaymentResult"]["PaymentAcquirerData"]["MerchantID"], "654321");
    assert_eq!(shop.simulator.payment("sale-27908").map(|truth| truth.captured), Some(24_900));
}

#[tokio::test(start_paused = true)]
async fn the_same_message_again_gets_the_same_payment_and_another_one_is_refused() {
    let shop = Shop::open().await;
    let asked = payment("0001", "27908", 249.0);
    let first = paid(&shop, "0001", "27908", "sale-27908").await;
    let again = carried(&say(&shop, &asked).await, "Payment");
    assert_eq!(again, first);
    for other in [payment("0001", "27908", 249.5), payment("0001", "27909", 249.0)] {
        let refused = carried(&say(&shop, &other).await, "Payment");
        assert_eq!(result(&refused), ("Failure", "NotAllowed"), "{refused}");
    }
    assert_eq!(shop.simulator.payments().len(), 1);
    // Days later the register begins to count anew.
    tokio::time::advance(Duration::from_hours(49)).await;
    let next = paid(&shop, "0001", "27910", "sale-27910").await;
    assert_eq!(result(&next), ("Success", ""));
    assert_eq!(shop.simulator.payments().len(), 2);
}

#[tokio::test(start_paused = true)]
async fn two_at_once_with_one_name_are_one_payment() {
    let shop = Shop::open().await;
    let asked = payment("0001", "27908", 249.0);
    let approve = async {
        while shop.get("/v1/payments/sale-27908").await.status != 200 {
            tokio::task::yield_now().await;
        }
        shop.wait_for("sale-27908", "waiting").await;
        shop.simulator.approve("sale-27908").expect("it can be");
    };
    let (one, other, ()) = tokio::join!(say(&shop, &asked), say(&shop, &asked), approve);
    assert_eq!(carried(&one, "Payment"), carried(&other, "Payment"));
    assert_eq!(shop.simulator.payments().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn who_hangs_up_finds_the_payment_again() {
    let shop = Shop::open().await;
    let asked = payment("0001", "27908", 249.0);
    tokio::select! {
        biased;
        _ = say(&shop, &asked) => panic!("it is not paid yet"),
        () = async {
            while shop.get("/v1/payments/sale-27908").await.status != 200 {
                tokio::task::yield_now().await;
            }
        } => {}
    }
    let status = |service: &'static str| about("TransactionStatus", service, "0001");
    let open = carried(&say(&shop, &status("0002")).await, "TransactionStatus");
    assert_eq!(result(&open), ("Failure", "InProgress"), "{open}");
    assert_eq!(open["MessageReference"]["ServiceID"], "0001");
    shop.pay("sale-27908").await;
    let known = carried(&say(&shop, &status("0003")).await, "TransactionStatus");
    assert_eq!(result(&known), ("Success", ""), "{known}");
    let repeated = &known["RepeatedMessageResponse"];
    assert_eq!(repeated["MessageHeader"]["ServiceID"], "0001");
    assert_eq!(repeated["MessageHeader"]["MessageCategory"], "Payment");
    let told = &repeated["RepeatedResponseMessageBody"]["PaymentResponse"];
    assert_eq!(result(told), ("Success", ""));
    assert_eq!(told["SaleData"]["SaleTransactionID"]["TransactionID"], "27908");
    let unknown =
        carried(&say(&shop, &about("TransactionStatus", "0004", "9999")).await, "TransactionStatus");
    assert_eq!(result(&unknown), ("Failure", "NotFound"));
}

#[tokio::test(start_paused = true)]
async fn an_abort_is_a_wish_and_the_payment_tells_what_came_of_it() {
    let shop = Shop::open().await;
    let abort = async {
        let answer = say(&shop, &about("Abort", "0002", "0001")).await;
        assert_eq!((answer.status.as_u16(), &answer.body), (200, &Value::Null));
    };
    let told = paying(&shop, &payment("0001", "27908", 249.0), "sale-27908", abort).await;
    assert_eq!(result(&told), ("Failure", "Aborted"), "{told}");
    assert!(
        told["Response"]["AdditionalResponse"].as_str().is_some_and(|words| words.starts_with("message="))
    );

    let late = say(&shop, &about("Abort", "0003", "0001")).await;
    let event = &late.body["SaleToPOIRequest"];
    assert_eq!(event["EventNotification"]["EventToNotify"], "Completed", "{}", late.body);
    assert_eq!(event["MessageHeader"]["MessageType"], "Notification");
    let stray = say(&shop, &about("Abort", "0004", "9999")).await;
    assert_eq!(stray.body["SaleToPOIRequest"]["EventNotification"]["EventToNotify"], "Reject");
}

#[tokio::test(start_paused = true)]
async fn a_payment_that_fails_says_why_and_the_sale_can_be_tried_again() {
    let shop = Shop::open().await;
    let cancel = async { drop(shop.simulator.cancel("sale-27908").expect("it can be")) };
    let told = paying(&shop, &payment("0001", "27908", 249.0), "sale-27908", cancel).await;
    assert_eq!(result(&told), ("Failure", "Cancel"), "{told}");
    assert!(told["PaymentResult"].is_null());
    let second = paid(&shop, "0002", "27908", "sale-27908-2").await;
    assert_eq!(result(&second), ("Success", ""));
    assert_eq!(second["SaleData"]["SaleTransactionID"]["TransactionID"], "27908");
}

/// Law 5: the line to Vipps MobilePay is dead, and the customer may have approved.
#[tokio::test(start_paused = true)]
async fn nobody_is_told_that_it_failed_while_money_may_move() {
    let shop = Shop::open().await;
    let asked = payment("0001", "27908", 249.0);
    let lost = async {
        while shop.get("/v1/payments/sale-27908").await.status != 200 {
            tokio::task::yield_now().await;
        }
        shop.wait_for("sale-27908", "waiting").await;
        let silent = |call| Fault::new(call, FaultKind::Silent);
        shop.simulator.set_faults(vec![silent(Call::Details), silent(Call::Cancel), silent(Call::Capture)]);
        shop.wait_for("sale-27908", "checking").await;
        shop.simulator.approve("sale-27908").expect("it can be");
    };
    let (answer, ()) = tokio::join!(say(&shop, &asked), lost);
    assert_eq!(answer.problem(), (504, "unclear"), "after a quarter of an hour there is no word");
    assert!(answer.detail().contains("TransactionStatus"), "{}", answer.detail());
    let open = carried(&say(&shop, &about("TransactionStatus", "0002", "0001")).await, "TransactionStatus");
    assert_eq!(result(&open), ("Failure", "InProgress"), "{open}");
    shop.simulator.set_faults(Vec::new());
    let told = carried(&say(&shop, &asked).await, "Payment");
    assert_eq!(result(&told), ("Success", ""), "the same message waits on: {told}");
}

#[tokio::test(start_paused = true)]
async fn a_second_register_is_told_that_the_till_is_busy() {
    let shop = Shop::open().await;
    shop.start("sale-42-1").await;
    let refused = carried(&say(&shop, &payment("0001", "27908", 249.0)).await, "Payment");
    assert_eq!(result(&refused), ("Failure", "Busy"));
    assert_eq!(refused["SaleData"]["SaleTransactionID"]["TransactionID"], "27908");
    let health = carried(&say(&shop, &message("Diagnosis", "0002", &json!({}))).await, "Diagnosis");
    assert_eq!(health["POIStatus"]["GlobalStatus"], "Busy");
}

#[tokio::test(start_paused = true)]
async fn text_is_shown_to_the_customer_and_taken_off() {
    let shop = Shop::open().await;
    let output = |device: &str, content: Value| {
        let outputs = json!([{ "Device": device, "InfoQualify": "Display", "OutputContent": content }]);
        message("Display", "0001", &json!({ "DisplayOutput": outputs }))
    };
    let text = json!({ "OutputFormat": "Text", "OutputText": [{ "Text": "Kaffe      2 x 45,00" }, { "Text": "90,00" }] });
    let shown = carried(&say(&shop, &output("CustomerDisplay", text.clone())).await, "Display");
    assert_eq!(result(&shown["OutputResult"][0]), ("Success", ""));
    let screen = shop.get("/v1/screen").await.body;
    assert_eq!((&screen["view"], &screen["rows"][0]), (&json!("text"), &json!("Kaffe      2 x 45,00")));
    let elsewhere = carried(&say(&shop, &output("CashierDisplay", text)).await, "Display");
    assert_eq!(result(&elsewhere["OutputResult"][0]), ("Failure", "UnavailableDevice"));
    let idle = json!({ "OutputFormat": "MessageRef", "PredefinedContent": { "ReferenceID": "Idle" } });
    say(&shop, &output("CustomerDisplay", idle)).await;
    assert_eq!(shop.get("/v1/screen").await.body["view"], "idle");
}

#[tokio::test(start_paused = true)]
async fn who_logs_in_is_named_until_it_logs_out() {
    let shop = Shop::open().await;
    let login = carried(&say(&shop, &message("Login", "0001", &json!({}))).await, "Login");
    assert_eq!(result(&login), ("Success", ""));
    assert_eq!(login["POISystemData"]["POISoftware"]["ManufacturerID"], "Kvitt");
    let diagnosis = message("Diagnosis", "0002", &json!({ "HostDiagnosisFlag": true }));
    let health = carried(&say(&shop, &diagnosis).await, "Diagnosis");
    assert_eq!(health["LoggedSaleID"], json!(["POS-1"]));
    assert_eq!(health["POIStatus"]["GlobalStatus"], "OK");
    assert_eq!(health["HostStatus"][0]["AcquirerID"], "Vipps MobilePay");
    say(&shop, &message("Logout", "0003", &json!({}))).await;
    let health = carried(&say(&shop, &diagnosis).await, "Diagnosis");
    assert!(health["LoggedSaleID"].is_null());
    let stopped = Shop::stopped(contract::Code::NotSetUp);
    let health = carried(&say(&stopped, &diagnosis).await, "Diagnosis");
    assert_eq!(health["POIStatus"]["GlobalStatus"], "Maintenance");
    let refused = carried(&say(&stopped, &payment("0004", "27908", 249.0)).await, "Payment");
    assert_eq!(result(&refused), ("Failure", "DeviceOut"));
}

#[tokio::test(start_paused = true)]
async fn the_token_may_come_as_a_key_here_and_nowhere_else() {
    let shop = Shop::open().await;
    let body = message("Diagnosis", "0001", &json!({})).to_string();
    let sent = |path: &str, key: &str| {
        let request = Request::post(path).header("host", "127.0.0.1:7650").header("x-api-key", key);
        request.header("content-type", "application/json").body(Body::from(body.clone())).expect("a request")
    };
    for path in ["/nexo", "/nexo/", "/nexo/sync"] {
        assert_eq!(shop.send(sent(path, &shop.token)).await.status, 200, "{path}");
        assert_eq!(shop.send(sent(path, &"0".repeat(64))).await.problem(), (401, "token_invalid"));
    }
    assert_eq!(shop.send(sent("/v1/payments", &shop.token)).await.problem(), (401, "token_invalid"));
    let elsewhere = shop.request("POST", "/nexo").header("host", "evil.example").body(Body::empty());
    assert_eq!(shop.send(elsewhere.expect("a request")).await.status, 421);
}

#[tokio::test(start_paused = true)]
async fn a_phone_number_is_used_and_never_repeated() {
    let journal = std::sync::Arc::new(journal::MemoryJournal::new());
    let shop = Shop::that_may_push(payment::Rail::Epayment, journal).await;
    let mut asked = payment("0001", "27908", 249.0);
    asked["SaleToPOIRequest"]["PaymentRequest"]["PaymentData"] = json!({ "PaymentInstrumentData": {
        "PaymentInstrumentType": "Mobile", "MobileData": { "SensitiveMobileData": { "MSISDN": "4791234567" } },
    } });
    let approve = async { drop(shop.simulator.approve("sale-27908").expect("it can be")) };
    let told = paying(&shop, &asked, "sale-27908", approve).await;
    assert_eq!(result(&told), ("Success", ""));
    assert!(!told.to_string().contains("91234567"), "{told}");
    assert_eq!(shop.get("/v1/payments/sale-27908").await.body["flow"], "push");
    asked["SaleToPOIRequest"]["MessageHeader"]["ServiceID"] = json!("0002");
    let data = &mut asked["SaleToPOIRequest"]["PaymentRequest"]["PaymentData"]["PaymentInstrumentData"];
    data["MobileData"] = json!("4791234567");
    let refused = say(&shop, &asked).await;
    assert_eq!(result(&carried(&refused, "Payment")), ("Failure", "MessageFormat"));
    assert!(!refused.body.to_string().contains("91234567"), "{}", refused.body);
}

/// The till is asked, not the reader alone: nothing that is sent ends in a failure of ours.
#[test]
fn whatever_is_sent_is_answered() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build();
    let runtime = runtime.expect("a runtime");
    let shop = runtime.block_on(Shop::open());
    let value = prop_oneof![
        Just(json!(null)),
        any::<i64>().prop_map(|number| json!(number)),
        any::<f64>().prop_map(|number| json!(number)),
        "[a-zA-Z0-9 ]{0,12}".prop_map(|text| json!(text)),
        Just(json!([])),
        Just(json!({})),
    ];
    let members = [
        "/SaleToPOIRequest/MessageHeader/MessageCategory",
        "/SaleToPOIRequest/MessageHeader/ServiceID",
        "/SaleToPOIRequest/PaymentRequest/SaleData/SaleTransactionID/TransactionID",
        "/SaleToPOIRequest/PaymentRequest/PaymentTransaction/AmountsReq/Currency",
        "/SaleToPOIRequest/PaymentRequest/PaymentTransaction/AmountsReq/RequestedAmount",
        "/SaleToPOIRequest/PaymentRequest",
        "/SaleToPOIRequest/MessageHeader",
        "/SaleToPOIRequest",
    ];
    let mut runner = proptest::test_runner::TestRunner::default();
    let strategy = (prop::sample::select(members.to_vec()), value, ".{0,40}");
    let outcome = runner.run(&strategy, |(member, value, text)| {
        let mut asked = payment("0001", "27908", 0.5);
        *asked.pointer_mut(member).expect("it is there") = value;
        let answer = runtime.block_on(say(&shop, &asked));
        prop_assert!(
            answer.status.is_success() || [400, 504].contains(&answer.status.as_u16()),
            "{}: {}",
            answer.status,
            answer.body
        );
        let bare = runtime.block_on(say(&shop, &json!(text)));
        prop_assert_eq!(bare.status.as_u16(), 400);
        Ok(())
    });
    outcome.expect("it is answered");
}
