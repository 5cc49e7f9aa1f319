use std::fmt::{Debug, Write};
use std::io;
use std::sync::{Arc, Mutex};

use serde_json::json;
use tracing_subscriber::fmt::MakeWriter;
use vipps::epayment::Customer;
use vipps::{Call, Error, Keys, OneTimeQr, Reqwest, Vipps};
use wiremock::matchers::{any, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::calls::{
    ACCOUNT, CALLBACK_TOKEN, CUSTOMER_TOKEN, EVERY_CALL, Good, IMAGE_URL, MOBILE_NUMBER, MSISDN,
    PAYMENT_TOKEN, SUB, approval, payment_url, product_order, pushed, secret_order,
};
use crate::support::{
    CLIENT_ID, CLIENT_SECRET, Fake, SUBSCRIPTION_KEY, TOKEN, answer, config, token_answer, token_body,
};

const SECRETS: [&str; 10] = [
    CLIENT_ID,
    CLIENT_SECRET,
    SUBSCRIPTION_KEY,
    TOKEN,
    PAYMENT_TOKEN,
    CALLBACK_TOKEN,
    MOBILE_NUMBER,
    CUSTOMER_TOKEN,
    SUB,
    ACCOUNT,
];

fn assert_clean(text: &str, what: &str) {
    for secret in SECRETS {
        assert!(!text.contains(secret), "{what} shows {secret}:\n{text}");
    }
}

/// The error in every form it can be printed in, causes included.
fn printed(error: &Error) -> String {
    let mut text = format!("{error}\n{error:?}\n{error:#?}\n");
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        writeln!(text, "{error}\n{error:?}").unwrap();
        cause = error.source();
    }
    text
}

/// Asks everything that can be asked, and gives what came of it.
async fn ask_everything(vipps: &Vipps, image_url: &str) -> Vec<Result<String, Error>> {
    let mut results = Vec::new();
    for good in EVERY_CALL {
        results.push(good.ask_here(vipps, image_url).await);
    }
    results
}

#[test]
fn what_holds_secrets_does_not_print_them() {
    let fake = Fake::new(|_| answer(200, ""));
    let vipps = fake.vipps();
    let code = OneTimeQr { image_url: payment_url(), expires_in: std::time::Duration::ZERO };
    let initiated = vipps::Initiated { order_id: "order-1".into(), url: payment_url() };
    let (pushed, product_order) = (pushed(), product_order());
    let scanned_code = Customer::PersonalQr(MSISDN.into());
    let things: [&dyn Debug; 16] = [
        &config("https://vipps.test"),
        &config("https://vipps.test").keys,
        &vipps,
        &vipps.ecom(),
        &vipps.epayment(),
        &vipps.qr(),
        &vipps.orders(),
        &vipps.webhooks(),
        &vipps.management(),
        &product_order,
        &pushed,
        &scanned_code,
        &approval(),
        &secret_order(),
        &initiated,
        &code,
    ];
    for thing in things {
        assert_clean(&format!("{thing:?} {thing:#?}"), "a value");
    }
    let refused = Keys::new(CLIENT_ID, format!("{CLIENT_SECRET}\u{200b}!"), SUBSCRIPTION_KEY).unwrap_err();
    assert_clean(&format!("{refused} {refused:?}"), "the refusal of a key");
}

#[tokio::test]
async fn answers_that_repeat_secrets_make_clean_errors() {
    let all = SECRETS.join(" ");
    for secret in SECRETS.into_iter().chain([all.as_str()]) {
        let bodies = [
            json!([{"errorGroup": secret, "errorCode": secret, "errorMessage": secret}]).to_string(),
            json!([secret]).to_string(),
            json!({"statusCode": 401, "message": secret}).to_string(),
            json!({"responseInfo": {"responseCode": secret, "responseMessage": secret}}).to_string(),
            json!({"errorInfo": {"errorCode": "44", "errorMessage": secret}}).to_string(),
            json!({"error": secret}).to_string(),
            json!({"title": secret, "detail": secret, "type": secret}).to_string(),
            json!({"orderId": secret, "url": secret}).to_string(),
            secret.to_owned(),
        ];
        for body in bodies {
            for status in [200, 302, 400, 401, 402, 404, 429, 500] {
                let body = body.clone();
                let fake = Fake::with_token(move |_| answer(status, &body));
                for (good, result) in EVERY_CALL.iter().zip(ask_everything(&fake.vipps(), IMAGE_URL).await) {
                    match result {
                        // A picture and an id are given on as they come.
                        Ok(_) if matches!(good.call, Call::QrImage | Call::ReceiptAdd) => {
                            assert_eq!(status, 200);
                        }
                        Ok(shown) => {
                            assert_eq!(status, 200);
                            assert_clean(&shown, "an answer");
                        }
                        Err(error) => assert_clean(&printed(&error), "an error"),
                    }
                }
            }
        }
    }
}

#[tokio::test]
async fn a_transport_that_prints_headers_prints_no_secret() {
    let seen = Arc::new(Mutex::new(String::new()));
    let shown = seen.clone();
    let printing = Fake::new(move |request| {
        writeln!(shown.lock().unwrap(), "{:?}", request.headers()).unwrap();
        if request.uri().path() == "/accesstoken/get" { token_answer(TOKEN, 3600) } else { answer(400, "") }
    });
    ask_everything(&printing.vipps(), IMAGE_URL).await;
    let text = seen.lock().unwrap().clone();
    assert_eq!(text.lines().count(), EVERY_CALL.len() + 1, "{text}");
    assert_clean(&text, "a request");
}

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Log;

    fn make_writer(&'a self) -> Log {
        self.clone()
    }
}

impl Log {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

/// Over the real transport, so that what its parts log is seen as well.
#[tokio::test]
async fn logs_hold_one_line_for_each_request_and_no_secret() {
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_ansi(false)
        .with_writer(log.clone())
        .finish();
    let _guard = tracing::subscriber::set_default(subscriber);
    // While there is only one subscriber, tests on other threads that come first to a line of the log switch
    // it off for all threads.
    let _second = tracing::Dispatch::new(tracing::subscriber::NoSubscriber::default());
    let server = MockServer::start().await;
    let token = ResponseTemplate::new(200).set_body_json(token_body(TOKEN, 3600));
    Mock::given(path("/accesstoken/get")).respond_with(token).with_priority(1).mount(&server).await;
    let image = ResponseTemplate::new(200).set_body_raw(b"png".to_vec(), "image/png");
    Mock::given(path("/image")).respond_with(image).with_priority(1).mount(&server).await;
    let echo = format!("{SECRETS:?}");
    Mock::given(any()).respond_with(ResponseTemplate::new(400).set_body_string(echo)).mount(&server).await;
    let vipps = Vipps::new(Arc::new(Reqwest::new().unwrap()), config(&server.uri()));

    let image_url = format!("{}/image?token={PAYMENT_TOKEN}", server.uri());
    let results = ask_everything(&vipps, &image_url).await;

    for (good, result) in EVERY_CALL.iter().zip(results) {
        match result {
            Ok(_) => assert_eq!(good.call, Call::QrImage),
            Err(error) => assert_clean(&printed(&error), "an error"),
        }
    }
    let text = log.text();
    let ours: Vec<&str> = text.lines().filter(|line| line.contains("vipps::line")).collect();
    assert_eq!(ours.len(), EVERY_CALL.len() + 1, "one for each call and for the token:\n{}", ours.join("\n"));
    assert!(ours[0].contains("call=\"token\" status=200"), "{}", ours[0]);
    for (line, Good { call, .. }) in ours[1..].iter().zip(EVERY_CALL) {
        let status = if *call == Call::QrImage { 200 } else { 400 };
        let expected = format!("call=\"{call}\" status={status}");
        assert!(line.contains("DEBUG") && line.contains(&expected) && line.contains("ms="), "{line}");
    }
    assert_clean(&text, "the log");
}

#[tokio::test]
async fn a_host_that_is_not_there_makes_a_clean_error() {
    let vipps = Vipps::new(Arc::new(Reqwest::new().unwrap()), config("http://127.0.0.1:1"));
    let image_url = format!("http://127.0.0.1:1/image?token={PAYMENT_TOKEN}");
    for result in ask_everything(&vipps, &image_url).await {
        let error = result.unwrap_err();
        assert_eq!(error.meaning(), vipps::Meaning::Unreachable);
        assert_clean(&printed(&error), "an error");
    }
}
