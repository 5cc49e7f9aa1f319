use serde_json::{Value, json};
use vipps::epayment::{Create, EventName, Extent, State};
use vipps::{Call, Certainty, Config, Fault, Meaning, PRODUCTION_URL, Repeat, Vipps};
use wiremock::ResponseTemplate;

use crate::calls::{approval, key, nok, pushed, scanned};
use crate::support::{Api, Fake, config};

/// The headers that every call has, in order of their names, around those that only some have.
fn headers(content_type: bool, key: bool) -> String {
    let content_type = if content_type { "content-type: application/json\n" } else { "" };
    let key = if key { "idempotency-key: order-0001-k1\n" } else { "" };
    format!(
        "accept: application/json\n\
         authorization: Bearer eyJ0eXAi.token-1.c2ln\n\
         {content_type}\
         {key}\
         merchant-serial-number: 123456\n\
         ocp-apim-subscription-key: 0f14ebcab0ec4b29ae0cb90d91b4a84a\n\
         vipps-system-name: Acme Commerce\n\
         vipps-system-plugin-name: acme-pos\n\
         vipps-system-plugin-version: 3.2\n\
         vipps-system-version: 1.7\n"
    )
}

fn payment_body(captured: u64, state: &str) -> Value {
    let money = |value: u64| json!({"currency": "NOK", "value": value});
    json!({
        "aggregate": {
            "authorizedAmount": money(24_900), "cancelledAmount": money(0),
            "capturedAmount": money(captured), "refundedAmount": money(0)
        },
        "amount": money(24_900), "state": state, "paymentMethod": {"type": "WALLET"}, "profile": {},
        "pspReference": "p-1", "reference": "order-0001"
    })
}

#[tokio::test]
async fn create() {
    let api = Api::start().await;
    let url = "https://qr-image.vipps.no/v1?token=eyJraWQ";
    let answer = json!({"redirectUrl": url, "reference": "order-0001"});
    api.answer("POST", "/epayment/v1/payments", ResponseTemplate::new(201).set_body_json(answer)).await;

    let created = api.vipps.epayment().create(&scanned(), &key()).await.unwrap();

    assert_eq!((created.reference.as_str(), created.redirect_url.as_deref()), ("order-0001", Some(url)));
    let body = concat!(
        r#"{"amount":{"currency":"NOK","value":24900},"customerInteraction":"CUSTOMER_PRESENT","#,
        r#""paymentMethod":{"type":"WALLET"},"profile":{"scope":"name phoneNumber"},"#,
        r#""reference":"order-0001","userFlow":"QR","qrFormat":{"format":"IMAGE/PNG","size":800},"#,
        r#""paymentDescription":"One pair of Vipps socks"}"#,
    );
    let expected = format!("POST /epayment/v1/payments\n{}{body}", headers(true, true));
    assert_eq!(api.sent("/epayment/v1/payments").await, expected);
}

#[tokio::test]
async fn get() {
    let api = Api::start().await;
    let path = "/epayment/v1/payments/order-0001";
    let answer = ResponseTemplate::new(200).set_body_json(payment_body(0, "AUTHORIZED"));
    api.answer("GET", path, answer).await;

    let payment = api.vipps.epayment().get("order-0001").await.unwrap();

    assert_eq!((payment.state, payment.amount), (State::Authorized, nok(24_900)));
    assert_eq!(payment.aggregate.remaining_to_capture(), 24_900);
    assert_eq!(api.sent(path).await, format!("GET {path}\n{}", headers(false, false)));
}

#[tokio::test]
async fn events() {
    let api = Api::start().await;
    let path = "/epayment/v1/payments/order-0001/events";
    let answer = json!([{
        "reference": "order-0001", "pspReference": "p-1", "name": "CREATED", "success": true,
        "amount": {"currency": "NOK", "value": 24900}, "timestamp": "2022-12-31T00:00:00Z",
        "idempotencyKey": "order-0001-k1"
    }]);
    api.answer("GET", path, ResponseTemplate::new(200).set_body_json(answer)).await;

    let events = api.vipps.epayment().events("order-0001").await.unwrap();

    assert_eq!((events.len(), &events[0].name, events[0].success), (1, &EventName::Created, true));
    assert_eq!(events[0].idempotency_key.as_deref(), Some("order-0001-k1"));
    assert_eq!(api.sent(path).await, format!("GET {path}\n{}", headers(false, false)));
}

#[tokio::test]
async fn capture_and_refund_are_read_whatever_content_type_they_claim() {
    let body = r#"{"modificationAmount":{"currency":"NOK","value":24900}}"#;
    for (action, call) in [("capture", Call::EpaymentCapture), ("refund", Call::EpaymentRefund)] {
        let api = Api::start().await;
        let path = format!("/epayment/v1/payments/order-0001/{action}");
        let answer = payment_body(24_900, "AUTHORIZED").to_string();
        let answer = ResponseTemplate::new(200).set_body_raw(answer, "application/problem+json");
        api.answer("POST", &path, answer).await;

        let epayment = api.vipps.epayment();
        let adjusted = match call {
            Call::EpaymentCapture => epayment.capture("order-0001", nok(24_900), &key()).await,
            _ => epayment.refund("order-0001", nok(24_900), &key()).await,
        };

        assert_eq!(adjusted.unwrap().aggregate.captured, 24_900);
        assert_eq!(api.sent(&path).await, format!("POST {path}\n{}{body}", headers(true, true)));
    }
}

#[tokio::test]
async fn a_cancel_says_how_far_it_goes() {
    for (extent, only) in [(Extent::Everything, false), (Extent::Unapproved, true)] {
        let api = Api::start().await;
        let path = "/epayment/v1/payments/order-0001/cancel";
        let answer = ResponseTemplate::new(200).set_body_json(payment_body(0, "TERMINATED"));
        api.answer("POST", path, answer).await;

        let adjusted = api.vipps.epayment().cancel("order-0001", extent, &key()).await.unwrap();

        assert_eq!(adjusted.state, State::Terminated);
        let body = format!(r#"{{"cancelTransactionOnly":{only}}}"#);
        assert_eq!(api.sent(path).await, format!("POST {path}\n{}{body}", headers(true, true)));
    }
}

#[tokio::test]
async fn approvals_are_forced_in_test_environments() {
    let api = Api::start().await;
    let path = "/epayment/v1/test/payments/order-0001/approve";
    api.answer("POST", path, ResponseTemplate::new(200)).await;

    api.vipps.epayment().force_approve("order-0001", &approval()).await.unwrap();

    let body = r#"{"customer":{"phoneNumber":"4791234567"}}"#;
    assert_eq!(api.sent(path).await, format!("POST {path}\n{}{body}", headers(true, false)));
}

#[tokio::test]
async fn approvals_are_never_forced_where_money_is_real() {
    let fake = Fake::new(|request| panic!("{} was asked for", request.uri()));
    for url in [PRODUCTION_URL, "https://API.vipps.no/", "https://api.vipps.no:443/base"] {
        let production = Config { base_url: url.parse().unwrap(), ..config(url) };
        let vipps = Vipps::new(fake.clone(), production);
        let error = vipps.epayment().force_approve("order-0001", &approval()).await.unwrap_err();
        assert_eq!((error.meaning(), error.fault()), (Meaning::BadRequest, Fault::Ours), "{url}");
    }
}

#[tokio::test]
async fn what_breaks_a_rule_never_leaves() {
    let fake = Fake::new(|request| panic!("{} was asked for", request.uri()));
    let vipps = fake.vipps();
    let epayment = vipps.epayment();
    let short = Create { reference: "order-1".into(), ..pushed() };
    let errors = [
        (Call::EpaymentCreate, epayment.create(&short, &key()).await.unwrap_err()),
        (Call::EpaymentGet, epayment.get("order/1").await.unwrap_err()),
        (Call::EpaymentEvents, epayment.events("").await.unwrap_err()),
        (Call::EpaymentCapture, epayment.capture("order-0001", nok(0), &key()).await.unwrap_err()),
        (Call::EpaymentRefund, epayment.refund("..", nok(1), &key()).await.unwrap_err()),
        (Call::EpaymentCancel, epayment.cancel("a b", Extent::Everything, &key()).await.unwrap_err()),
    ];
    for (call, error) in errors {
        assert_eq!(error.call(), call);
        assert_eq!((error.meaning(), error.fault()), (Meaning::BadRequest, Fault::Ours), "{error}");
        assert_eq!((error.certainty(), error.repeat()), (Certainty::NotDone, Repeat::Never), "{error}");
        assert_eq!(error.status(), None);
    }
}
