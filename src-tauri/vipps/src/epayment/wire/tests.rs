use serde_json::{Value, json};

use super::*;
use crate::epayment::{Customer, Interaction, LegalLinks, Method, QrFormat, Scope};
use crate::money::Currency;
use crate::orders::{OrderLine, Receipt, Role, TaxRate};

const REFERENCE: &str = "acme-shop-123-1234589";

fn plain() -> Create {
    Create {
        reference: REFERENCE.into(),
        amount: Money { value: 6000, currency: Currency::Nok },
        flow: Flow::Qr { format: QrFormat::Svg, return_url: None },
        interaction: Interaction::Present,
        description: None,
        receipt: None,
        receipt_url: None,
        metadata: BTreeMap::new(),
        expires_at: None,
        minimum_user_age: None,
        scope: Vec::new(),
        legal_links: None,
    }
}

fn written(payment: &Create) -> Value {
    serde_json::to_value(create(payment)).unwrap()
}

#[test]
fn only_what_is_set_is_written() {
    let expected = json!({
        "amount": {"currency": "NOK", "value": 6000},
        "customerInteraction": "CUSTOMER_PRESENT",
        "paymentMethod": {"type": "WALLET"},
        "reference": REFERENCE,
        "userFlow": "QR",
        "qrFormat": {"format": "IMAGE/SVG+XML"}
    });
    assert_eq!(written(&plain()), expected);
}

#[test]
fn everything_that_can_be_set_is_written() {
    let payment = Create {
        flow: Flow::Qr {
            format: QrFormat::Png { size_px: 800 },
            return_url: Some("https://example.com/done".into()),
        },
        interaction: Interaction::NotPresent,
        description: Some("One pair of socks".into()),
        receipt: Some(Receipt {
            lines: vec![OrderLine {
                name: "Socks".into(),
                id: "socks-1".into(),
                total: 6000,
                tax: 1200,
                tax_rate: TaxRate::of_percent(25).unwrap(),
                unit: None,
                discount: 0,
                product_url: None,
                role: Role::Goods,
            }],
            currency: Currency::Nok,
            tip: None,
            pos_id: None,
            number: None,
            sources: None,
            barcode: None,
        }),
        receipt_url: Some("https://example.com/receipt/7".into()),
        metadata: BTreeMap::from([("till".into(), "2".into())]),
        expires_at: "2026-11-24T10:00:00Z".parse().ok(),
        minimum_user_age: Some(18),
        scope: vec![Scope::Name, Scope::PhoneNumber],
        legal_links: Some(LegalLinks {
            terms_of_sale: "https://example.com/terms".into(),
            privacy_policy: "https://example.com/privacy".into(),
        }),
        ..plain()
    };
    let expected = json!({
        "amount": {"currency": "NOK", "value": 6000},
        "customerInteraction": "CUSTOMER_NOT_PRESENT",
        "paymentMethod": {"type": "WALLET"},
        "profile": {"scope": "name phoneNumber"},
        "reference": REFERENCE,
        "returnUrl": "https://example.com/done",
        "userFlow": "QR",
        "expiresAt": "2026-11-24T10:00:00Z",
        "qrFormat": {"format": "IMAGE/PNG", "size": 800},
        "paymentDescription": "One pair of socks",
        "receipt": {
            "orderLines": [{
                "name": "Socks", "id": "socks-1", "totalAmount": 6000, "totalAmountExcludingTax": 4800,
                "totalTaxAmount": 1200, "taxRate": 2500, "discount": 0, "isReturn": false, "isShipping": false
            }],
            "bottomLine": {"currency": "NOK"}
        },
        "receiptUrl": "https://example.com/receipt/7",
        "metadata": {"till": "2"},
        "minimumUserAge": 18,
        "merchantLegalLinks": {
            "termsOfSaleUrl": "https://example.com/terms",
            "privacyPolicyUrl": "https://example.com/privacy"
        }
    });
    assert_eq!(written(&payment), expected);
}

#[test]
fn each_flow_has_its_members() {
    let customer = || Customer::PhoneNumber("4791234567".into());
    let return_url = || "https://example.com/done".to_owned();
    let members = |flow| {
        let body = written(&Create { flow, ..plain() });
        ["userFlow", "paymentMethod", "customer", "returnUrl", "qrFormat"].map(|name| body[name].clone())
    };
    assert_eq!(
        members(Flow::PushMessage { customer: customer() }),
        [
            json!("PUSH_MESSAGE"),
            json!({"type": "WALLET"}),
            json!({"phoneNumber": "4791234567"}),
            json!(null),
            json!(null)
        ]
    );
    assert_eq!(
        members(Flow::PushMessage { customer: Customer::PersonalQr("https://qr.vipps.no/p/x".into()) })[2],
        json!({"personalQr": "https://qr.vipps.no/p/x"})
    );
    assert_eq!(
        members(Flow::PushMessage { customer: Customer::Token("t".into()) })[2],
        json!({"customerToken": "t"})
    );
    assert_eq!(
        members(Flow::WebRedirect { method: Method::Card, return_url: return_url(), customer: None }),
        [json!("WEB_REDIRECT"), json!({"type": "CARD"}), json!(null), json!(return_url()), json!(null)]
    );
    assert_eq!(
        members(Flow::NativeRedirect { return_url: return_url(), customer: None })[0],
        json!("NATIVE_REDIRECT")
    );
    assert_eq!(
        members(Flow::Qr { format: QrFormat::TargetUrl, return_url: None })[4],
        json!({"format": "TEXT/TARGETURL"})
    );
}

#[test]
fn a_creation_answers_as_its_flow_needs() {
    let body =
        br#"{"redirectUrl":"https://qr-image.vipps.no/v1?token=t","reference":"acme-shop-123-1234589"}"#;
    let url = created(body, &plain()).unwrap().redirect_url;
    assert_eq!(url.as_deref(), Some("https://qr-image.vipps.no/v1?token=t"));
    let body = br#"{"reference":"acme-shop-123-1234589"}"#;
    assert!(created(body, &plain()).is_err(), "a code without its address");
    let push = Create { flow: Flow::PushMessage { customer: Customer::Token("t".into()) }, ..plain() };
    assert_eq!(created(body, &push).unwrap().redirect_url, None);
    assert!(created(br#"{"reference":"another-one"}"#, &push).is_err());
    assert!(created(b"{}", &push).is_err());
}

fn sample() -> Value {
    let money = |value: u64| json!({"currency": "NOK", "value": value});
    json!({
        "aggregate": {
            "authorizedAmount": money(6000), "cancelledAmount": money(0),
            "capturedAmount": money(0), "refundedAmount": money(0)
        },
        "amount": money(6000), "state": "AUTHORIZED", "paymentMethod": {"type": "WALLET"}, "profile": {},
        "pspReference": "37c34d8c-2c44-4b58-a5b0-b1d6ba8f7a3b", "reference": REFERENCE,
        "captureGuaranteedUntil": "2026-09-01T07:53:44.812+00:00"
    })
}

fn read(body: &Value) -> Result<Payment, &'static str> {
    payment(body.to_string().as_bytes(), REFERENCE)
}

#[test]
fn the_sample_of_the_contract_is_read() {
    let payment = read(&sample()).unwrap();
    assert_eq!((payment.state, payment.amount.value), (State::Authorized, 6000));
    assert_eq!(payment.aggregate.remaining_to_capture(), 6000);
    assert_eq!(payment.method.as_deref(), Some("WALLET"));
    assert_eq!(payment.capture_guaranteed_until, "2026-09-01T07:53:44.812Z".parse().ok());
    assert_eq!(payment.sub, None);
}

#[test]
fn what_is_unusual_is_read_and_what_is_unknown_is_kept() {
    let mut body = sample();
    body["amount"]["value"] = json!("6000");
    body["aggregate"]["capturedAmount"]["value"] = json!(6000.0);
    body["state"] = json!("REVERSED");
    body["profile"] = json!({"sub": "c06c4afe"});
    body["metadata"] = json!({"till": 2, "nothing": null});
    body["paymentMethod"] = json!(null);
    let payment = read(&body).unwrap();
    assert_eq!((payment.amount.value, payment.aggregate.captured), (6000, 6000));
    assert_eq!(payment.state, State::Other("REVERSED".into()));
    assert_eq!(payment.sub.unwrap().expose(), "c06c4afe");
    assert_eq!(payment.metadata, BTreeMap::from([("till".into(), "2".into())]));
}

#[test]
fn what_is_about_something_else_is_no_answer() {
    let broken = [
        ("reference", json!("another-payment")),
        ("reference", json!(null)),
        ("amount", json!({"currency": "USD", "value": 6000})),
        ("amount", json!({"currency": "NOK", "value": -6000})),
        ("amount", json!({"currency": "DKK", "value": 6000})),
        ("aggregate", json!(null)),
        ("state", json!(7)),
    ];
    for (name, value) in broken {
        let mut body = sample();
        body[name] = value;
        assert!(read(&body).is_err(), "{name}: {}", body[name]);
        assert!(adjusted(body.to_string().as_bytes(), REFERENCE).is_err(), "{name}: {}", body[name]);
    }
    assert!(adjusted(sample().to_string().as_bytes(), REFERENCE).is_ok());
}

#[test]
fn events_come_in_order_and_unknown_ones_are_kept() {
    let event = |name: &str, timestamp: &str| {
        json!({
            "reference": REFERENCE, "pspReference": "p", "name": name, "timestamp": timestamp, "success": "true",
            "amount": {"currency": "NOK", "value": 6000}, "idempotencyKey": null
        })
    };
    let body = json!([
        event("CAPTURED", "2026-01-01T00:00:03Z"),
        event("CREATED", "2026-01-01T00:00:01.1234567Z"),
        event("REVERSED", "2026-01-01T00:00:02Z"),
    ]);
    let names: Vec<EventName> =
        events(body.to_string().as_bytes(), REFERENCE).unwrap().into_iter().map(|event| event.name).collect();
    assert_eq!(names, [EventName::Created, EventName::Other("REVERSED".into()), EventName::Captured]);
    let foreign = json!([{"reference": "another-one", "name": "CREATED", "success": true, "amount": {"currency": "NOK", "value": 1}}]);
    assert!(events(foreign.to_string().as_bytes(), REFERENCE).is_err());
    assert_eq!(events(b"[]", REFERENCE), Ok(Vec::new()));
}
