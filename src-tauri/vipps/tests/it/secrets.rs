use std::fmt::{Debug, Write};
use std::io;
use std::sync::{Arc, Mutex};

use serde_json::json;
use tracing_subscriber::fmt::MakeWriter;
use vipps::{Error, Initiate, Keys, OneTimeQr, Reqwest, Vipps};
use wiremock::matchers::{any, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::support::{
    CLIENT_ID, CLIENT_SECRET, Fake, SUBSCRIPTION_KEY, TOKEN, answer, cancellation, config, modification,
    order, token_answer, token_body,
};

const PAYMENT_TOKEN: &str = "eyJraWQiOiJqd3RrZXki";
const CALLBACK_TOKEN: &str = "iOiJKV1QiLCJhbGciOiJSUzI1NiIsIng1dCI6";
const MOBILE_NUMBER: &str = "91234567";
const SECRETS: [&str; 7] =
    [CLIENT_ID, CLIENT_SECRET, SUBSCRIPTION_KEY, TOKEN, PAYMENT_TOKEN, CALLBACK_TOKEN, MOBILE_NUMBER];

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

fn payment_url() -> String {
    format!("https://api.vipps.no/dwo-api-application/v1/deeplink/vippsgateway?v=2&token={PAYMENT_TOKEN}")
}

fn secret_order() -> Initiate {
    Initiate {
        auth_token: Some(CALLBACK_TOKEN.into()),
        mobile_number: Some(MOBILE_NUMBER.into()),
        fall_back: payment_url(),
        ..order()
    }
}

/// Asks everything that can be asked, and gives what came of it.
async fn ask_everything(vipps: &Vipps, image_url: &str) -> Vec<Result<String, Error>> {
    fn shown<T: Debug>(result: Result<T, Error>) -> Result<String, Error> {
        result.map(|answer| format!("{answer:?}"))
    }
    let (ecom, qr) = (vipps.ecom(), vipps.qr());
    vec![
        shown(ecom.initiate(&secret_order()).await),
        shown(ecom.details("order-1").await),
        shown(ecom.capture("order-1", &modification()).await),
        shown(ecom.refund("order-1", &modification()).await),
        shown(ecom.cancel("order-1", &cancellation()).await),
        shown(qr.one_time(&payment_url(), 800).await),
        shown(qr.image(image_url).await),
    ]
}

#[test]
fn what_holds_secrets_does_not_print_them() {
    let fake = Fake::new(|_| answer(200, ""));
    let vipps = fake.vipps();
    let code = OneTimeQr { image_url: payment_url(), expires_in: std::time::Duration::ZERO };
    let initiated = vipps::Initiated { order_id: "order-1".into(), url: payment_url() };
    let things: [&dyn Debug; 8] = [
        &config("https://vipps.test"),
        &config("https://vipps.test").keys,
        &vipps,
        &vipps.ecom(),
        &vipps.qr(),
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
                for result in ask_everything(&fake.vipps(), "https://qr.vipps.no/qr.png").await {
                    match result {
                        Ok(_) => assert_eq!(status, 200),
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
    ask_everything(&printing.vipps(), "https://qr.vipps.no/qr.png").await;
    let text = seen.lock().unwrap().clone();
    assert_eq!(text.lines().count(), 8, "{text}");
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

    for (number, result) in results.into_iter().enumerate() {
        match result {
            Ok(shown) => assert_eq!((number, shown.as_str()), (6, r#"b"png""#)),
            Err(error) => assert_clean(&printed(&error), "an error"),
        }
    }
    let text = log.text();
    let ours: Vec<&str> = text.lines().filter(|line| line.contains("vipps::client")).collect();
    assert_eq!(ours.len(), 8, "one for the token, one for each call:\n{}", ours.join("\n"));
    for (line, call) in ours.iter().zip([
        "call=\"token\" status=200",
        "call=\"initiate\" status=400",
        "call=\"details\" status=400",
        "call=\"capture\" status=400",
        "call=\"refund\" status=400",
        "call=\"cancel\" status=400",
        "call=\"one_time_qr\" status=400",
        "call=\"qr_image\" status=200",
    ]) {
        assert!(line.contains("DEBUG") && line.contains(call) && line.contains("ms="), "{line}");
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
