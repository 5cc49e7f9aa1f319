use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use serde_json::json;
use tokio::time::{Instant, advance};
use vipps::{Call, Certainty, Fault, Meaning, Repeat, TransportError};

use crate::support::{Api, Fake, TOKEN, answer, modification, refusal, summary_body, token_answer};

const TOKEN_PATH: &str = "/accesstoken/get";

fn details_body() -> String {
    json!({"orderId": "order-1", "transactionLogHistory": []}).to_string()
}

/// A fake whose tokens are numbered, live for `life_s` and all work; every answer takes `delay`.
fn numbered(life_s: u64, delay: Duration) -> Arc<Fake> {
    let given = AtomicUsize::new(0);
    Fake::slow(delay, move |request| {
        if request.uri().path() == TOKEN_PATH {
            token_answer(&format!("t{}", given.fetch_add(1, Ordering::SeqCst)), life_s)
        } else {
            answer(200, details_body())
        }
    })
}

#[tokio::test]
async fn asked_for_with_the_keys_and_no_body() {
    let api = Api::start().await;
    api.answer(
        "GET",
        "/ecomm/v2/payments/order-1/details",
        wiremock::ResponseTemplate::new(200).set_body_string(details_body()),
    )
    .await;
    api.vipps.ecom().details("order-1").await.unwrap();
    let expected = "POST /accesstoken/get\n\
        accept: application/json\n\
        client_id: fb492b5e-7907-4d83-ba20-c7fb60ca35de\n\
        client_secret: Y8Kteew6GE2ZmeycEt6egg==\n\
        content-length: 0\n\
        merchant-serial-number: 123456\n\
        ocp-apim-subscription-key: 0f14ebcab0ec4b29ae0cb90d91b4a84a\n\
        vipps-system-name: Acme Commerce\n\
        vipps-system-plugin-name: acme-pos\n\
        vipps-system-plugin-version: 3.2\n\
        vipps-system-version: 1.7\n";
    assert_eq!(api.sent(TOKEN_PATH).await, expected);
}

#[tokio::test(start_paused = true)]
async fn one_token_serves_many_calls_and_all_clones() {
    let fake = numbered(3600, Duration::ZERO);
    let vipps = fake.vipps();
    for _ in 0..5 {
        vipps.clone().ecom().details("order-1").await.unwrap();
    }
    assert_eq!(fake.count(TOKEN_PATH), 1);
}

#[tokio::test(start_paused = true)]
async fn renewed_before_it_runs_out() {
    let fake = numbered(3600, Duration::ZERO);
    let vipps = fake.vipps();
    vipps.ecom().details("order-1").await.unwrap();
    advance(Duration::from_secs(3239)).await;
    vipps.ecom().details("order-1").await.unwrap();
    assert_eq!(fake.count(TOKEN_PATH), 1);
    advance(Duration::from_secs(1)).await;
    vipps.ecom().details("order-1").await.unwrap();
    assert_eq!(fake.count(TOKEN_PATH), 2);
    assert_eq!(fake.asked().last().unwrap(), "/ecomm/v2/payments/order-1/details Bearer t1");
}

#[tokio::test(start_paused = true)]
async fn calls_that_come_together_share_one_fetch() {
    let fake = numbered(3600, Duration::from_secs(1));
    let vipps = fake.vipps();
    let calls: Vec<_> = (0..20)
        .map(|_| {
            let vipps = vipps.clone();
            tokio::spawn(async move { vipps.ecom().details("order-1").await })
        })
        .collect();
    for call in calls {
        call.await.unwrap().unwrap();
    }
    assert_eq!(fake.count(TOKEN_PATH), 1);
}

#[tokio::test(start_paused = true)]
async fn calls_that_come_together_share_one_failure() {
    let fake = Fake::slow(Duration::from_secs(15), |_| Err(TransportError::NoAnswer("timed out".into())));
    let vipps = fake.vipps();
    let started = Instant::now();
    let calls: Vec<_> = (0..20)
        .map(|_| {
            let vipps = vipps.clone();
            tokio::spawn(async move { vipps.ecom().capture("order-1", &modification()).await })
        })
        .collect();
    for call in calls {
        let error = call.await.unwrap().unwrap_err();
        assert_eq!((error.call(), error.meaning()), (Call::Token, Meaning::NoAnswer));
        assert_eq!(error.certainty(), Certainty::NotDone, "without a token the capture was not sent");
        assert_eq!(error.repeat(), Repeat::Later(Duration::from_secs(2)));
    }
    assert_eq!(fake.count(TOKEN_PATH), 1);
    assert_eq!(started.elapsed(), Duration::from_secs(15));
    vipps.ecom().details("order-1").await.unwrap_err();
    assert_eq!(fake.count(TOKEN_PATH), 2, "a later call tries again");
}

#[tokio::test(start_paused = true)]
async fn a_fetch_that_was_given_up_does_not_block_the_next() {
    let fake = numbered(3600, Duration::from_secs(10));
    let vipps = fake.vipps();
    let impatient = tokio::time::timeout(Duration::from_secs(1), vipps.ecom().details("order-1")).await;
    assert!(impatient.is_err());
    vipps.ecom().details("order-1").await.unwrap();
    assert_eq!(fake.count(TOKEN_PATH), 2);
}

#[tokio::test(start_paused = true)]
async fn a_renewal_that_fails_does_not_stop_the_sale() {
    let broken = Arc::new(AtomicBool::new(false));
    let seen = broken.clone();
    let fake = Fake::new(move |request| match request.uri().path() {
        TOKEN_PATH if seen.load(Ordering::SeqCst) => answer(500, "Server error."),
        TOKEN_PATH => token_answer(TOKEN, 3600),
        _ => answer(200, details_body()),
    });
    let vipps = fake.vipps();
    vipps.ecom().details("order-1").await.unwrap();
    broken.store(true, Ordering::SeqCst);
    advance(Duration::from_mins(55)).await;
    vipps.ecom().details("order-1").await.unwrap();
    vipps.ecom().details("order-1").await.unwrap();
    assert_eq!(fake.count(TOKEN_PATH), 2, "it is not tried again at once");
    advance(Duration::from_secs(10)).await;
    vipps.ecom().details("order-1").await.unwrap();
    assert_eq!(fake.count(TOKEN_PATH), 3);
    advance(Duration::from_mins(5)).await;
    let error = vipps.ecom().details("order-1").await.unwrap_err();
    assert_eq!((error.call(), error.meaning()), (Call::Token, Meaning::VippsFault), "now it is dead");
}

#[tokio::test(start_paused = true)]
async fn a_refused_token_is_replaced_and_the_call_sent_once_more() {
    let fetched = AtomicUsize::new(0);
    let fake = Fake::new(move |request| match request.uri().path() {
        TOKEN_PATH => token_answer(&format!("t{}", fetched.fetch_add(1, Ordering::SeqCst)), 3600),
        _ if request.headers()["authorization"] == "Bearer t0" => answer(401, ""),
        _ => {
            let body = std::str::from_utf8(request.body()).unwrap().to_owned();
            assert!(body.contains(r#""amount":20000"#), "{body}");
            assert_eq!(request.headers()["x-request-id"], "order-1-c1");
            answer(200, json!({"orderId": "order-1", "transactionSummary": summary_body(20_000)}))
        }
    });
    fake.vipps().ecom().capture("order-1", &modification()).await.unwrap();
    let path = "/ecomm/v2/payments/order-1/capture";
    let expected = [
        TOKEN_PATH.to_owned(),
        format!("{path} Bearer t0"),
        TOKEN_PATH.to_owned(),
        format!("{path} Bearer t1"),
    ];
    assert_eq!(fake.asked(), expected);
}

#[tokio::test(start_paused = true)]
async fn a_call_is_not_sent_a_third_time() {
    let fake = Fake::with_token(|_| answer(401, json!({"statusCode": 401, "message": "Access denied"})));
    let error = fake.vipps().ecom().capture("order-1", &modification()).await.unwrap_err();
    assert_eq!(fake.count("/ecomm"), 2);
    assert_eq!(fake.count(TOKEN_PATH), 2);
    assert_eq!((error.call(), error.status()), (Call::Capture, Some(401)));
    assert_eq!((error.meaning(), error.fault()), (Meaning::KeysRefused, Fault::Merchant));
    assert_eq!((error.certainty(), error.repeat()), (Certainty::NotDone, Repeat::Never));
}

#[tokio::test(start_paused = true)]
async fn a_token_refused_to_many_is_replaced_once() {
    let fetched = AtomicUsize::new(0);
    let fake = Fake::slow(Duration::from_secs(1), move |request| match request.uri().path() {
        TOKEN_PATH => token_answer(&format!("t{}", fetched.fetch_add(1, Ordering::SeqCst)), 3600),
        _ if request.headers()["authorization"] == "Bearer t0" => answer(401, ""),
        _ => answer(200, details_body()),
    });
    let vipps = fake.vipps();
    let calls: Vec<_> = (0..10)
        .map(|_| {
            let vipps = vipps.clone();
            tokio::spawn(async move { vipps.ecom().details("order-1").await })
        })
        .collect();
    for call in calls {
        call.await.unwrap().unwrap();
    }
    assert_eq!(fake.count(TOKEN_PATH), 2);
}

#[tokio::test(start_paused = true)]
async fn refused_keys_are_the_merchants_to_repair() {
    for status in [400, 401, 403] {
        let fake = Fake::new(move |_| answer(status, json!({"error": "invalid_client"})));
        let error = fake.vipps().ecom().details("order-1").await.unwrap_err();
        assert_eq!((error.call(), error.meaning()), (Call::Token, Meaning::KeysRefused), "{status}");
        assert_eq!(error.fault(), Fault::Merchant);
        assert_eq!(fake.count("/ecomm"), 0);
    }
}

#[tokio::test(start_paused = true)]
async fn keys_that_fit_in_no_header_are_never_sent() {
    let fake = Fake::new(|request| panic!("{} was asked for", request.uri()));
    let mut config = crate::support::config("https://vipps.test");
    config.keys.client_secret = "two\nlines".into();
    let vipps = vipps::Vipps::new(fake, config);
    let error = vipps.ecom().details("order-1").await.unwrap_err();
    assert_eq!((error.call(), error.meaning()), (Call::Token, Meaning::KeysRefused));
    assert_eq!(error.certainty(), Certainty::NotDone);
}

#[tokio::test(start_paused = true)]
async fn the_newest_answer_tells_the_time() {
    let fake = Fake::with_token(|request| {
        let date = if request.uri().path().ends_with("details") {
            "Sun, 06 Nov 1994 08:49:37 GMT"
        } else {
            "yesterday"
        };
        let mut refused = refusal(404, "35")?;
        refused.headers_mut().insert("date", date.parse().unwrap());
        Ok(refused)
    });
    let vipps = fake.vipps();
    assert_eq!(vipps.server_date(), None);
    vipps.ecom().details("order-1").await.unwrap_err();
    let heard_at = Instant::now();
    let date = vipps.server_date().unwrap();
    assert_eq!((date.unix_ms, date.heard), (784_111_777_000, heard_at), "a refusal has a date as well");
    advance(Duration::from_secs(5)).await;
    vipps.ecom().capture("order-1", &modification()).await.unwrap_err();
    assert_eq!(vipps.server_date(), Some(date), "an unreadable date changes nothing");
}
