use std::time::Duration;

use bytes::Bytes;
use http::Response;
use proptest::prelude::*;
use serde_json::{Value, json};
use vipps::{Call, Certainty, Meaning, Repeat, TransportError};

use crate::calls::EVERY_CALL;
use crate::support::{Fake, TOKEN, token_answer};

/// JSON of any shape, leaning towards the names and values that the client looks for.
fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "(order-1|34|35|44|51|61|63|92|94|98|99|INITIATE|RESERVE|CAPTURE|2021-01-01T00:00:01(Z)?|timed out|.{0,20})"
            .prop_map(Value::from),
    ];
    let name = "(orderId|url|expiresIn|access_token|expires_in|transactionLogHistory|transactionSummary|operation|amount|operationSuccess|timeStamp|capturedAmount|refundedAmount|errorCode|errorInfo|responseInfo|contextId|title|detail|error|.{0,8})";
    leaf.prop_recursive(4, 48, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::btree_map(name, inner, 0..6).prop_map(|map| json!(map)),
        ]
    })
}

fn any_body() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        prop::collection::vec(any::<u8>(), 0..200),
        any_json().prop_map(|json| json.to_string().into_bytes()),
    ]
}

fn any_answer() -> impl Strategy<Value = Result<Response<Bytes>, TransportError>> {
    let header = prop::option::of(prop_oneof![
        "[ -~]{0,40}".prop_map(String::from),
        Just("Sun, 06 Nov 1994 08:49:37 GMT".to_owned()),
        any::<u64>().prop_map(|seconds| seconds.to_string()),
    ]);
    let status =
        prop_oneof![100_u16..=999, prop::sample::select(vec![200, 201, 400, 401, 402, 404, 429, 500])];
    prop_oneof![
        1 => prop::sample::select(vec![
            TransportError::NotSent("x".into()), TransportError::NoAnswer("x".into()), TransportError::TooLarge,
        ]).prop_map(Err),
        20 => (status, any_body(), header.clone(), header).prop_map(|(status, body, date, retry_after)| {
            let mut answer = Response::builder().status(status);
            for (name, value) in [("date", date), ("retry-after", retry_after)] {
                if let Some(value) = value {
                    answer = answer.header(name, value);
                }
            }
            Ok(answer.body(Bytes::from(body)).unwrap())
        }),
    ]
}

/// Answers everything with `answer`, tokens too if `token_too`, and checks what the client makes of it.
async fn check(
    answer: Result<Response<Bytes>, TransportError>,
    token_too: bool,
) -> Result<(), TestCaseError> {
    let success = answer.as_ref().is_ok_and(|answer| answer.status().is_success());
    let answered = answer.clone();
    let fake = Fake::new(move |request| {
        if !token_too && request.uri().path() == "/accesstoken/get" {
            token_answer(TOKEN, 3600)
        } else {
            answered.clone()
        }
    });
    let vipps = fake.vipps();
    for good in EVERY_CALL {
        let (call, result) = (good.call, good.ask(&vipps).await);
        let Err(error) = result else {
            prop_assert!(success, "{call} took {answer:?} for a success");
            continue;
        };
        prop_assert!(error.call() == call || (token_too && error.call() == Call::Token));
        // What has been answered with success, or by a server in trouble, is never called not done.
        if error.call() != Call::Token && (success || error.status() >= Some(500)) {
            prop_assert_eq!(error.certainty(), Certainty::Unknown, "{}", error);
        }
        if error.repeat() == Repeat::Now {
            prop_assert_eq!(error.meaning(), Meaning::Unreachable);
        }
        if let Repeat::Later(wait) = error.repeat() {
            prop_assert!(wait >= Duration::from_secs(2) && wait <= vipps::RETRY_AFTER_MAX);
        }
        prop_assert!(error.to_string().len() < 300 && !error.to_string().contains('\n'));
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(512) })]

    #[test]
    fn no_answer_makes_it_panic_or_believe_in_a_success(answer in any_answer(), token_too: bool) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        runtime.block_on(check(answer, token_too))?;
    }
}
