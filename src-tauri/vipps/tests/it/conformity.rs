use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use conformance::{Exceptions, Finding, PUBLISHED, Specification};
use http::Request;
use vipps::epayment::{
    Approval, Create, Customer, Extent, Flow, Interaction, LegalLinks, Method, QrFormat, Scope,
};
use vipps::orders::PaymentType;
use vipps::qr::{Format, Redirect, SizeIn};
use vipps::{Call, Vipps};

use crate::calls::{
    CUSTOMER_TOKEN, EVERY_CALL, approval, key, payment_url, personal_qr, receipt, redirect, scanned,
};
use crate::support::{Fake, answer, cancellation, order, token_answer};

/// Everything that is sent while `ask` asks; every answer but that with the token is a refusal.
async fn sent(ask: impl AsyncFn(&Vipps)) -> Vec<Request<Bytes>> {
    let seen: Arc<Mutex<Vec<Request<Bytes>>>> = Arc::default();
    let kept = seen.clone();
    let fake = Fake::new(move |request| {
        kept.lock().unwrap().push(request.clone());
        if request.uri().path() == "/accesstoken/get" { token_answer("t", 3600) } else { answer(400, "") }
    });
    ask(&fake.vipps()).await;
    seen.lock().unwrap().clone()
}

/// Every form that a request can take besides that of [`EVERY_CALL`].
async fn ask_in_every_form(vipps: &Vipps) {
    let (ecom, epayment, qr, orders) = (vipps.ecom(), vipps.epayment(), vipps.qr(), vipps.orders());
    let _ = ecom.initiate(&order()).await;
    let _ = ecom.cancel("order-1", &vipps::Cancellation { release_remaining: true, ..cancellation() }).await;
    for payment in every_payment() {
        let _ = epayment.create(&payment, &key()).await;
    }
    let _ = epayment.cancel("order-0001", Extent::Unapproved, &key()).await;
    let _ = epayment.force_approve("order-0001", &Approval::Token("t".into())).await;
    for format in [Format::Svg, Format::TargetUrl] {
        let _ = qr.one_time_as(&payment_url(), format).await;
        let _ = qr.redirects(format).await;
    }
    let _ = qr.with_size_in(SizeIn::Body { white_border_px: Some(8) }).one_time(&payment_url(), 800).await;
    let _ = qr.create_redirect(&Redirect { life: None, ..redirect() }, Format::Svg).await;
    let _ = qr.callbacks(Format::Svg).await;
    let _ = qr.put_callback("till-2", "Kasse 1", None).await;
    let _ = orders.get(PaymentType::Recurring, "order-0001").await;
}

fn every_payment() -> Vec<Create> {
    let return_url = || "https://example.com/done".to_owned();
    let push = |customer| Flow::PushMessage { customer };
    let number = match approval() {
        Approval::PhoneNumber(number) => Customer::PhoneNumber(number),
        Approval::Token(_) => unreachable!("it is a number"),
    };
    let flows = [
        Flow::Qr { format: QrFormat::Svg, return_url: None },
        Flow::Qr { format: QrFormat::TargetUrl, return_url: Some(return_url()) },
        push(Customer::PersonalQr(personal_qr())),
        push(Customer::Token(CUSTOMER_TOKEN.into())),
        Flow::WebRedirect { method: Method::Card, return_url: return_url(), customer: None },
        Flow::WebRedirect { method: Method::Wallet, return_url: return_url(), customer: Some(number) },
        Flow::NativeRedirect { return_url: "acme://done".into(), customer: None },
    ];
    let full = Create {
        interaction: Interaction::NotPresent,
        receipt: Some(receipt()),
        receipt_url: Some("https://example.com/receipt/7".into()),
        metadata: BTreeMap::from([("till".into(), "2".into())]),
        expires_at: "2026-11-24T10:00:00Z".parse().ok(),
        minimum_user_age: Some(18),
        scope: vec![Scope::Name, Scope::Address, Scope::Email, Scope::BirthDate, Scope::Nin],
        legal_links: Some(LegalLinks {
            terms_of_sale: "https://example.com/terms".into(),
            privacy_policy: "https://example.com/privacy".into(),
        }),
        ..scanned()
    };
    flows.map(|flow| Create { flow, ..scanned() }).into_iter().chain([scanned(), full]).collect()
}

fn specifications() -> Vec<Specification> {
    PUBLISHED.iter().map(|(name, _)| Specification::published(name).unwrap()).collect()
}

/// What is not as published about a request; that it was never published, if it was not.
fn findings(specifications: &[Specification], request: &Request<Bytes>) -> Vec<Finding> {
    let (method, path) = (request.method().as_str(), request.uri().path());
    let mut operations = specifications.iter().filter_map(|known| Some((known, known.find(method, path)?)));
    match operations.next() {
        Some((specification, operation)) => specification.request_findings(operation, request),
        None => vec![Finding {
            operation: format!("{method} {path}"),
            place: "request".into(),
            complaint: "the operation was not published".into(),
        }],
    }
}

async fn all_requests() -> Vec<Request<Bytes>> {
    let mut requests = sent(async |vipps: &Vipps| {
        for good in EVERY_CALL.iter().filter(|good| good.call != Call::QrImage) {
            let _ = good.ask(vipps).await;
        }
    })
    .await;
    // One for each call, and one for the token.
    assert_eq!(requests.len(), EVERY_CALL.len());
    requests.extend(sent(async |vipps: &Vipps| ask_in_every_form(vipps).await).await);
    requests
}

#[tokio::test]
async fn every_request_is_as_published() {
    let specifications = specifications();
    let requests = all_requests().await;
    let found = requests.iter().flat_map(|request| findings(&specifications, request));
    let unjustified: Vec<String> =
        Exceptions::listed().unwrap().unjustified(found).iter().map(ToString::to_string).collect();
    assert!(unjustified.is_empty(), "{unjustified:#?}");
}

#[tokio::test]
async fn every_exception_about_requests_is_needed() {
    let specifications = specifications();
    let requests = all_requests().await;
    let found: Vec<Finding> =
        requests.iter().flat_map(|request| findings(&specifications, request)).collect();
    for exception in Exceptions::listed().unwrap().requests {
        assert!(found.iter().any(|finding| exception.justifies(finding)), "{exception:?} justifies nothing");
    }
}

#[test]
fn what_is_wrong_is_found() {
    let specifications = specifications();
    let request = |path: &str, body: &'static str| {
        let request =
            Request::post(format!("https://vipps.test{path}")).header("content-type", "application/json");
        request.body(Bytes::from_static(body.as_bytes())).unwrap()
    };
    let found = findings(&specifications, &request("/epayment/v1/payments", r#"{"amount":{"value":"1"}}"#));
    let places: Vec<&str> = found.iter().map(|finding| finding.place.as_str()).collect();
    assert!(places.contains(&"request header Idempotency-Key"), "{places:?}");
    assert!(places.contains(&"request body /amount/value"), "{places:?}");
    assert_eq!(findings(&specifications, &request("/epayment/v2/payments", "{}"))[0].place, "request");
}
