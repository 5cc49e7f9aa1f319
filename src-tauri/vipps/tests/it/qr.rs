use std::time::Duration;

use serde_json::json;
use vipps::{Call, Certainty, IMAGE_BYTES_MAX, Meaning};
use wiremock::ResponseTemplate;

use crate::support::{Api, Fake, answer};

const PAYMENT_URL: &str =
    "https://api.vipps.no/dwo-api-application/v1/deeplink/vippsgateway?v=2&token=eyJraWQ";

#[tokio::test]
async fn a_code_is_asked_for_as_png_in_a_size() {
    let api = Api::start().await;
    let answer = json!({"url": "https://qr.vipps.no/generate/qr.png?token=t", "expiresIn": 544});
    api.answer("POST", "/qr/v1", ResponseTemplate::new(200).set_body_json(answer)).await;

    let code = api.vipps.qr().one_time(PAYMENT_URL, 800).await.unwrap();

    assert_eq!(code.image_url, "https://qr.vipps.no/generate/qr.png?token=t");
    assert_eq!(code.expires_in, Duration::from_secs(544));
    let expected = format!(
        "POST /qr/v1\n\
         accept: image/png\n\
         authorization: Bearer eyJ0eXAi.token-1.c2ln\n\
         content-type: application/json\n\
         merchant-serial-number: 123456\n\
         ocp-apim-subscription-key: 0f14ebcab0ec4b29ae0cb90d91b4a84a\n\
         size: 800\n\
         vipps-system-name: Acme Commerce\n\
         vipps-system-plugin-name: acme-pos\n\
         vipps-system-plugin-version: 3.2\n\
         vipps-system-version: 1.7\n\
         {{\"url\":\"{PAYMENT_URL}\"}}"
    );
    assert_eq!(api.sent("/qr/v1").await, expected);
}

#[tokio::test]
async fn a_code_comes_as_it_is_asked_for() {
    use vipps::qr::{Format, SizeIn};
    let body = SizeIn::Body { white_border_px: Some(40) };
    let bare = SizeIn::Body { white_border_px: None };
    let cases = [
        (Format::Svg, SizeIn::Header, "image/svg+xml", None, ""),
        (Format::TargetUrl, SizeIn::Header, "text/targetUrl", None, ""),
        (Format::Png { size_px: 300 }, SizeIn::Header, "image/png", Some("300"), ""),
        (Format::Png { size_px: 300 }, body, "image/png", None, r#","size":300,"whiteBorder":40"#),
        (Format::Png { size_px: 300 }, bare, "image/png", None, r#","size":300"#),
        (Format::Svg, body, "image/svg+xml", None, r#","whiteBorder":40"#),
    ];
    for (format, size_in, accept, size, members) in cases {
        let fake = Fake::with_token(move |request| {
            let header = |name| request.headers().get(name).map(|value| value.to_str().unwrap());
            assert_eq!((header("accept"), header("size")), (Some(accept), size), "{format:?}");
            let expected = format!(r#"{{"url":"{PAYMENT_URL}"{members}}}"#);
            assert_eq!(request.body(), expected.as_bytes());
            answer(200, json!({"url": "https://x", "expiresIn": 5}))
        });
        fake.vipps().qr().with_size_in(size_in).one_time_as(PAYMENT_URL, format).await.unwrap();
    }
    let fake = Fake::new(|request| panic!("{} was asked for", request.uri()));
    let wide = SizeIn::Body { white_border_px: Some(101) };
    let error = fake.vipps().qr().with_size_in(wide).one_time(PAYMENT_URL, 800).await.unwrap_err();
    assert_eq!(error.meaning(), Meaning::BadRequest);
}

#[tokio::test]
async fn a_picture_is_fetched_without_a_trace_of_us() {
    let host = wiremock::MockServer::start().await;
    let png = b"\x89PNG\r\n\x1a\n and so on".to_vec();
    wiremock::Mock::given(wiremock::matchers::any())
        .respond_with(ResponseTemplate::new(200).set_body_raw(png.clone(), "image/png"))
        .mount(&host)
        .await;
    // It answers no request at all, so that not even one for a token would go unnoticed.
    let api = Api::start_silent().await;

    let url = format!("{}/generate/qr.png?token=eyJ0%2Bx&s=800#part", host.uri());
    let image = api.vipps.qr().image(&url).await.unwrap();

    assert_eq!(image, png);
    let requests = host.received_requests().await.unwrap();
    assert_eq!(requests.len(), 1);
    assert_eq!(requests[0].url.query(), Some("token=eyJ0%2Bx&s=800"));
    let mut headers: Vec<_> = requests[0].headers.keys().map(http::HeaderName::as_str).collect();
    headers.sort_unstable();
    assert_eq!(headers, ["accept", "host"]);
    assert_eq!(api.vipps.server_date(), None, "the clock of another host is none of our business");
}

#[tokio::test]
async fn a_picture_is_fetched_safely_or_not_at_all() {
    let fake = Fake::new(|request| panic!("{} was asked for", request.uri()));
    let vipps = fake.vipps();
    for url in [
        "",
        "qr.png",
        "//qr.vipps.no/qr.png",
        "http://qr.vipps.no/qr.png",
        "http://192.168.1.5/qr.png",
        "file:///etc/passwd",
        "data:image/png;base64,iVBORw0",
        "https://user:password@qr.vipps.no/qr.png",
    ] {
        let error = vipps.qr().image(url).await.unwrap_err();
        assert_eq!((error.call(), error.meaning()), (Call::QrImage, Meaning::BadRequest), "{url}");
    }
}

#[tokio::test]
async fn a_picture_has_a_size() {
    let image = |bytes: usize| {
        let fake = Fake::new(move |_| answer(200, "x".repeat(bytes)));
        async move { fake.vipps().qr().image("https://qr.vipps.no/qr.png").await }
    };
    assert_eq!(image(IMAGE_BYTES_MAX).await.unwrap().len(), IMAGE_BYTES_MAX);
    assert_eq!(image(IMAGE_BYTES_MAX + 1).await.unwrap_err().meaning(), Meaning::Nonsense);
    assert_eq!(image(0).await.unwrap_err().meaning(), Meaning::Nonsense);
}

#[tokio::test]
async fn a_picture_that_has_expired_is_gone() {
    for status in [404, 410] {
        let fake = Fake::new(move |_| answer(status, ""));
        let error = fake.vipps().qr().image("https://qr.vipps.no/qr.png").await.unwrap_err();
        assert_eq!((error.meaning(), error.status()), (Meaning::ImageGone, Some(status)));
    }
}

#[tokio::test]
async fn refusals_of_the_qr_api_are_told_apart() {
    let instance = "3cff3564-4a14-4481-8dbb-431087753eed";
    let cases = [
        (400, "Order timeout", "Payment has already timed out", Meaning::PaymentTimedOut),
        (400, "Validation error", "Supplied landing page token is not valid", Meaning::UrlNotAccepted),
        (400, "One or more validation errors occurred.", "BadRequest", Meaning::BadRequest),
        (415, "Unsupported Media Type", "", Meaning::UnsupportedMediaType),
        (401, "Unauthorized", "", Meaning::KeysRefused),
    ];
    for (status, title, detail, meaning) in cases {
        let fake = Fake::with_token(move |_| {
            answer(status, json!({"title": title, "detail": detail, "instance": instance}))
        });
        let error = fake.vipps().qr().one_time(PAYMENT_URL, 800).await.unwrap_err();
        assert_eq!((error.meaning(), error.status()), (meaning, Some(status)), "{title}");
        assert_eq!(error.support_id(), Some(instance));
        assert_eq!(error.certainty(), Certainty::NotDone);
    }
}

#[tokio::test]
async fn what_is_no_code_is_nonsense() {
    for body in [
        "",
        "{}",
        r#"{"url":"","expiresIn":5}"#,
        r#"{"url":"https://x"}"#,
        r#"{"url":"https://x","expiresIn":-1}"#,
    ] {
        let fake = Fake::with_token(move |_| answer(200, body));
        let error = fake.vipps().qr().one_time(PAYMENT_URL, 800).await.unwrap_err();
        assert_eq!(error.meaning(), Meaning::Nonsense, "{body}");
    }
}

#[tokio::test]
async fn sizes_have_limits() {
    let fake = Fake::with_token(|_| answer(200, json!({"url": "https://x", "expiresIn": "5"})));
    let vipps = fake.vipps();
    for (size_px, allowed) in [(99, false), (100, true), (2000, true), (2001, false), (0, false)] {
        assert_eq!(vipps.qr().one_time(PAYMENT_URL, size_px).await.is_ok(), allowed, "{size_px}");
    }
}
