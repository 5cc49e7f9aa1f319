use std::time::Duration;

use serde_json::{Value, json};
use vipps::qr::{Format, Place, Redirect};
use vipps::{Call, Fault, Meaning};

use crate::calls::{CUSTOMER_TOKEN, MSISDN, PNG, personal_qr, redirect};
use crate::support::{Fake, answer};

/// Asks `ask` of somebody who answers `body`, and gives what was sent: request line, the headers about
/// pictures, body.
macro_rules! sent {
    ($body:expr, $vipps:ident => $asked:expr) => {{
        let seen = std::sync::Arc::new(std::sync::Mutex::new(String::new()));
        let (shown, body) = (seen.clone(), $body.to_string());
        let fake = Fake::with_token(move |request| {
            let header = |name| request.headers().get(name).map_or("-", |value| value.to_str().unwrap());
            let path = request.uri().path_and_query().unwrap();
            let content = String::from_utf8_lossy(request.body());
            *shown.lock().unwrap() =
                format!("{} {path} {} {} {content}", request.method(), header("accept"), header("size"));
            answer(200, &body)
        });
        let $vipps = fake.vipps();
        let given = $asked.await;
        let seen = seen.lock().unwrap().clone();
        (seen.trim_end().to_owned(), given)
    }};
}

fn code(expires_in: i64) -> Value {
    json!({
        "id": "Blåbær 1", "url": "https://qr.vipps.no/generate/qr.png?a", "redirectUrl": "https://example.com/a?b=1",
        "expiresIn": expires_in
    })
}

#[tokio::test]
async fn redirects_are_made_read_changed_and_taken_away() {
    let path = "/qr/v1/merchant-redirect/Bl%C3%A5b%C3%A6r%201";
    let (sent, made) = sent!(code(600), vipps => vipps.qr().create_redirect(&redirect(), PNG));
    let body = r#"{"id":"Blåbær 1","redirectUrl":"https://example.com/a?b=1","ttl":600}"#;
    assert_eq!(sent, format!("POST /qr/v1/merchant-redirect image/png 800 {body}"));
    assert_eq!(made.unwrap().expires_in, Some(Duration::from_mins(10)));

    let (sent, read) = sent!(code(-1), vipps => vipps.qr().redirect("Blåbær 1", Format::Svg));
    assert_eq!(sent, format!("GET {path} image/svg+xml -"));
    assert_eq!(read.unwrap().expires_in, None, "it works for ever");

    let target = "https://example.com/b";
    let (sent, changed) =
        sent!(code(-1), vipps => vipps.qr().retarget_redirect("Blåbær 1", target, Format::TargetUrl));
    assert_eq!(sent, format!(r#"PUT {path} text/targetUrl - {{"redirectUrl":"{target}"}}"#));
    assert_eq!(changed.unwrap().image_url, "https://qr.vipps.no/generate/qr.png?a");

    let (sent, list) = sent!(json!([code(-1), code(5)]), vipps => vipps.qr().redirects(PNG));
    assert_eq!(sent, "GET /qr/v1/merchant-redirect image/png 800");
    assert_eq!(list.unwrap()[1].expires_in, Some(Duration::from_secs(5)));

    let (sent, gone) = sent!("", vipps => vipps.qr().delete_redirect("Blåbær 1"));
    assert_eq!((sent, gone.is_ok()), (format!("DELETE {path} application/json -"), true));
}

#[tokio::test]
async fn callbacks_are_put_read_and_taken_away() {
    let code = json!({
        "merchantSerialNumber": "123456", "merchantQrId": "till/2", "locationDescription": "Kasse 1",
        "qrImageUrl": "https://qr.vipps.no/generate/qr.png?a", "qrContent": "https://qr.vipps.no/m/1"
    });
    let path = "/qr/v1/merchant-callback";
    let (sent, put) = sent!("", vipps => vipps.qr().put_callback("till/2", "Kasse 1", Some(Place::Vending)));
    let body = r#"{"locationDescription":"Kasse 1","category":"VENDING"}"#;
    assert_eq!((sent, put.is_ok()), (format!("PUT {path}/till%2F2 application/json - {body}"), true));

    let (sent, put) = sent!("", vipps => vipps.qr().put_mobile_pay_callback("b-2", "Kasse 1"));
    let body = r#"{"locationDescription":"Kasse 1"}"#;
    assert_eq!((sent, put.is_ok()), (format!("PUT {path}/mobilepay/b-2 application/json - {body}"), true));

    let (sent, read) = sent!(code, vipps => vipps.qr().callback("till/2", PNG));
    assert_eq!(sent, format!("GET {path}/till%2F2?QrImageFormat=PNG&QrImageSize=800 application/json -"));
    assert_eq!(read.unwrap().content.as_deref(), Some("https://qr.vipps.no/m/1"));

    let (sent, list) = sent!(json!([code]), vipps => vipps.qr().callbacks(Format::Svg));
    assert_eq!(sent, format!("GET {path}?QrImageFormat=SVG application/json -"));
    assert_eq!(list.unwrap()[0].location.as_deref(), Some("Kasse 1"));

    let (sent, gone) = sent!("", vipps => vipps.qr().delete_callback("till/2"));
    assert_eq!((sent, gone.is_ok()), (format!("DELETE {path}/till%2F2 application/json -"), true));
}

#[tokio::test]
async fn codes_and_tokens_are_passed_on_unread() {
    let body = json!({"msisdn": 4_791_234_567_u64, "timestamp": "1634025600", "version": "2.0"});
    let (sent, who) = sent!(body, vipps => vipps.qr().exchange_code(&personal_qr()));
    let code = personal_qr();
    let expected = format!(
        r#"POST /qr/v1/exchange application/json - {{"qrCode":"{}","requestedData":["MSISDN"]}}"#,
        code.expose()
    );
    assert_eq!(sent, expected);
    let who = who.unwrap();
    assert_eq!((who.msisdn.expose(), who.version.as_deref()), (MSISDN, Some("2.0")));
    assert_eq!(who.at.unwrap().as_second(), 1_634_025_600);

    let (sent, who) =
        sent!(json!({"msisdn": MSISDN}), vipps => vipps.qr().exchange_customer(&CUSTOMER_TOKEN.into()));
    let body = format!(r#"{{"customer":{{"customerToken":"{CUSTOMER_TOKEN}"}},"requestedData":["MSISDN"]}}"#);
    assert_eq!(sent, format!("POST /qr/v1/exchange/customer application/json - {body}"));
    assert_eq!(who.unwrap().at, None);
}

#[tokio::test]
async fn what_is_about_another_code_is_nonsense() {
    let (_, other) = sent!(code(1), vipps => vipps.qr().redirect("another", PNG));
    assert_eq!(other.unwrap_err().meaning(), Meaning::Nonsense);
    let (_, other) = sent!(json!({"merchantQrId": "a", "qrImageUrl": "https://x"}), vipps => vipps.qr().callback("b", PNG));
    assert_eq!(other.unwrap_err().meaning(), Meaning::Nonsense);
    for body in [json!({}), json!({"msisdn": "+47 912 34 567"}), json!([]), json!({"msisdn": null})] {
        let (_, who) = sent!(body, vipps => vipps.qr().exchange_code(&personal_qr()));
        assert_eq!(who.unwrap_err().meaning(), Meaning::Nonsense, "{body}");
    }
}

#[tokio::test]
async fn what_breaks_a_rule_never_leaves() {
    let fake = Fake::new(|request| panic!("{} was asked for", request.uri()));
    let vipps = fake.vipps();
    let qr = vipps.qr();
    let nowhere = Redirect { target_url: "http://example.com".into(), ..redirect() };
    let tiny = Format::Png { size_px: 99 };
    let errors = [
        (Call::RedirectCreate, qr.create_redirect(&nowhere, PNG).await.unwrap_err()),
        (Call::RedirectCreate, qr.create_redirect(&redirect(), tiny).await.unwrap_err()),
        (Call::RedirectList, qr.redirects(tiny).await.unwrap_err()),
        (Call::RedirectGet, qr.redirect("a/b", PNG).await.unwrap_err()),
        (Call::RedirectUpdate, qr.retarget_redirect("a", "", PNG).await.unwrap_err()),
        (Call::RedirectDelete, qr.delete_redirect("").await.unwrap_err()),
        (Call::CallbackPut, qr.put_callback("..", "Kasse 1", None).await.unwrap_err()),
        (Call::CallbackPut, qr.put_callback("a", &"å".repeat(37), None).await.unwrap_err()),
        (Call::CallbackPutMobilePay, qr.put_mobile_pay_callback("a", "").await.unwrap_err()),
        (Call::CallbackList, qr.callbacks(Format::TargetUrl).await.unwrap_err()),
        (Call::CallbackGet, qr.callback(&"a".repeat(129), PNG).await.unwrap_err()),
        (Call::CallbackDelete, qr.delete_callback(".").await.unwrap_err()),
        (Call::ExchangeCode, qr.exchange_code(&"".into()).await.unwrap_err()),
        (Call::ExchangeCustomer, qr.exchange_customer(&"".into()).await.unwrap_err()),
    ];
    for (call, error) in errors {
        assert_eq!((error.call(), error.meaning()), (call, Meaning::BadRequest), "{error}");
        assert_eq!(error.fault(), Fault::Ours);
    }
}
