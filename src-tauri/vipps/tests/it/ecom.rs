use serde_json::json;
use vipps::{Call, Certainty, Fault, Initiate, Meaning, Operation, PRODUCTION_URL, Repeat, Summary, Vipps};
use wiremock::ResponseTemplate;

use crate::calls::{MOBILE_NUMBER, MSISDN, payment_url};
use crate::support::{Api, Fake, cancellation, config, modification, order, summary_body};

/// The headers that every call has, in order of their names, around those that only some have.
fn headers(content_type: bool, request_id: &str) -> String {
    let content_type = if content_type { "content-type: application/json\n" } else { "" };
    let request_id =
        if request_id.is_empty() { String::new() } else { format!("x-request-id: {request_id}\n") };
    format!(
        "accept: application/json\n\
         authorization: Bearer eyJ0eXAi.token-1.c2ln\n\
         {content_type}\
         merchant-serial-number: 123456\n\
         ocp-apim-subscription-key: 0f14ebcab0ec4b29ae0cb90d91b4a84a\n\
         vipps-system-name: Acme Commerce\n\
         vipps-system-plugin-name: acme-pos\n\
         vipps-system-plugin-version: 3.2\n\
         vipps-system-version: 1.7\n\
         {request_id}"
    )
}

#[tokio::test]
async fn initiate() {
    let api = Api::start().await;
    let url = "https://api.vipps.no/dwo-api-application/v1/deeplink/vippsgateway?v=2&token=eyJraWQ";
    let answer = ResponseTemplate::new(200).set_body_json(json!({"orderId": "order-1", "url": url}));
    api.answer("POST", "/ecomm/v2/payments", answer).await;

    let initiated = api.vipps.ecom().initiate(&order()).await.unwrap();

    assert_eq!((initiated.order_id.as_str(), initiated.url.as_str()), ("order-1", url));
    let body = concat!(
        r#"{"customerInfo":{},"merchantInfo":{"merchantSerialNumber":"123456","#,
        r#""callbackPrefix":"https://example.com/vipps","fallBack":"https://example.com/done"},"#,
        r#""transaction":{"orderId":"order-1","amount":20000,"#,
        r#""transactionText":"One pair of Vipps socks","skipLandingPage":false}}"#,
    );
    let expected = format!("POST /ecomm/v2/payments\n{}{body}", headers(true, ""));
    assert_eq!(api.sent("/ecomm/v2/payments").await, expected);
}

#[tokio::test]
async fn details() {
    let api = Api::start().await;
    let path = "/ecomm/v2/payments/order-1/details";
    let answer = ResponseTemplate::new(200).set_body_json(json!({
        "orderId": "order-1",
        "transactionLogHistory": [
            {"amount": 20000, "operation": "RESERVE", "operationSuccess": true, "timeStamp": "2018-11-14T15:22:46.680Z"},
            {"amount": 20000, "operation": "INITIATE", "operationSuccess": true, "timeStamp": "2018-11-14T15:21:04.697Z"}
        ]
    }));
    api.answer("GET", path, answer).await;

    let details = api.vipps.ecom().details("order-1").await.unwrap();

    assert_eq!(details.log[1].operation, Operation::Reserve);
    assert_eq!(details.summary, None);
    assert_eq!(api.sent(path).await, format!("GET {path}\n{}", headers(false, "")));
}

#[tokio::test]
async fn capture() {
    let api = Api::start().await;
    let path = "/ecomm/v2/payments/order-1/capture";
    let answer = json!({"orderId": "order-1", "transactionInfo": {"status": "Captured"}, "transactionSummary": summary_body(20_000)});
    api.answer("POST", path, ResponseTemplate::new(200).set_body_json(answer)).await;

    let summary = api.vipps.ecom().capture("order-1", &modification()).await.unwrap();

    let expected =
        Summary { captured: 20_000, refunded: 0, remaining_to_capture: 0, remaining_to_refund: 20_000 };
    assert_eq!(summary, expected);
    let body = r#"{"merchantInfo":{"merchantSerialNumber":"123456"},"transaction":{"amount":20000,"transactionText":"Socks"}}"#;
    assert_eq!(api.sent(path).await, format!("POST {path}\n{}{body}", headers(true, "order-1-c1")));
}

#[tokio::test]
async fn refund() {
    let api = Api::start().await;
    let path = "/ecomm/v2/payments/order-1/refund";
    let answer = json!({
        "orderId": "order-1",
        "transaction": {"status": "Refund", "timeStamp": "2018-11-14T15:23:02.286"},
        "transactionSummary": summary_body(20_000)
    });
    api.answer("POST", path, ResponseTemplate::new(200).set_body_json(answer)).await;

    let summary = api.vipps.ecom().refund("order-1", &modification()).await.unwrap();

    assert_eq!(summary.remaining_to_refund, 20_000);
    let body = r#"{"merchantInfo":{"merchantSerialNumber":"123456"},"transaction":{"amount":20000,"transactionText":"Socks"}}"#;
    assert_eq!(api.sent(path).await, format!("POST {path}\n{}{body}", headers(true, "order-1-c1")));
}

#[tokio::test]
async fn cancel() {
    let api = Api::start().await;
    let path = "/ecomm/v2/payments/order-1/cancel";
    let answer = json!({"orderId": "order-1", "transactionInfo": {"status": "Cancelled"}});
    api.answer("PUT", path, ResponseTemplate::new(200).set_body_json(answer)).await;

    let summary = api.vipps.ecom().cancel("order-1", &cancellation()).await.unwrap();

    assert_eq!(summary, None);
    let body = r#"{"merchantInfo":{"merchantSerialNumber":"123456"},"transaction":{"transactionText":"No socks"},"shouldReleaseRemainingFunds":false}"#;
    assert_eq!(api.sent(path).await, format!("PUT {path}\n{}{body}", headers(true, "")));
}

#[tokio::test]
async fn approvals_are_forced_in_test_environments_only() {
    let api = Api::start().await;
    let path = "/ecomm/v2/integration-test/payments/order-1/approve";
    api.answer("POST", path, ResponseTemplate::new(200)).await;

    api.vipps.ecom().force_approve("order-1", &MOBILE_NUMBER.into(), &payment_url()).await.unwrap();

    let body = r#"{"customerPhoneNumber":"91234567","token":"eyJraWQiOiJqd3RrZXki"}"#;
    assert_eq!(api.sent(path).await, format!("POST {path}\n{}{body}", headers(true, "")));

    let fake = Fake::new(|request| panic!("{} was asked for", request.uri()));
    let production = Vipps::new(fake.clone(), config(PRODUCTION_URL));
    let ecom = production.ecom();
    let error = ecom.force_approve("order-1", &MOBILE_NUMBER.into(), &payment_url()).await.unwrap_err();
    assert_eq!((error.meaning(), error.fault()), (Meaning::BadRequest, Fault::Ours));
    let test = fake.vipps();
    let error = test.ecom().force_approve("order-1", &MSISDN.into(), &payment_url()).await.unwrap_err();
    assert_eq!(error.meaning(), Meaning::NumberRefused);
    let error =
        test.ecom().force_approve("order-1", &MOBILE_NUMBER.into(), "https://x?t=1").await.unwrap_err();
    assert_eq!(error.meaning(), Meaning::BadRequest);
}

#[tokio::test]
async fn what_breaks_a_rule_never_leaves() {
    let fake = Fake::new(|request| panic!("{} was asked for", request.uri()));
    let vipps = fake.vipps();
    let ecom = vipps.ecom();
    let mut modification = modification();
    modification.amount = 99;
    let mut cancellation = cancellation();
    cancellation.text = "x".repeat(101);
    let errors = [
        (Call::Initiate, ecom.initiate(&Initiate { amount: 0, ..order() }).await.unwrap_err()),
        (Call::Details, ecom.details("order/1").await.unwrap_err()),
        (Call::Capture, ecom.capture("order-1", &modification).await.unwrap_err()),
        (Call::Refund, ecom.refund("", &modification).await.unwrap_err()),
        (Call::Cancel, ecom.cancel("order-1", &cancellation).await.unwrap_err()),
    ];
    for (call, error) in errors {
        assert_eq!(error.call(), call);
        assert_eq!((error.meaning(), error.fault()), (Meaning::BadRequest, Fault::Ours), "{error}");
        assert_eq!((error.certainty(), error.repeat()), (Certainty::NotDone, Repeat::Never), "{error}");
        assert_eq!(error.status(), None);
    }
}
