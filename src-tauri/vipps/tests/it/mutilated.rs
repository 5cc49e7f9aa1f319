use bytes::Bytes;
use http::Response;
use proptest::prelude::*;
use proptest::sample::Index;
use serde_json::{Value, json};
use vipps::{Call, Certainty, Error, Meaning};

use crate::answers::good_answer;
use crate::calls::{EVERY_CALL, Good};
use crate::support::{Fake, token_answer};

/// What a call makes of an answer.
async fn made_of(good: &Good, status: u16, body: impl Into<Bytes>) -> Result<String, Error> {
    let body = body.into();
    let fake = Fake::new(move |request| {
        if request.uri().path() == "/accesstoken/get" {
            return token_answer("t", 3600);
        }
        Ok(Response::builder().status(status).body(body.clone()).unwrap())
    });
    good.ask(&fake.vipps()).await
}

/// The calls that read the body of their answer, with a good one.
fn readers() -> impl Iterator<Item = (&'static Good, u16, Value)> {
    EVERY_CALL.iter().filter_map(|good| {
        let (status, body) = good_answer(good.call);
        Some((good, status, body?))
    })
}

/// What was answered with success and can't be read is nonsense, and it may have been done.
fn assert_nonsense(call: Call, result: Result<String, Error>, what: &str) {
    let error = result.expect_err(&format!("{call} believed {what}"));
    assert_eq!(
        (error.meaning(), error.certainty()),
        (Meaning::Nonsense, Certainty::Unknown),
        "{call} {what}"
    );
}

/// Every place in `value`, the whole of it first.
fn places(value: &Value, place: &str, found: &mut Vec<String>) {
    found.push(place.to_owned());
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                places(member, &format!("{place}/{name}"), found);
            }
        }
        Value::Array(entries) => {
            for (number, entry) in entries.iter().enumerate() {
                places(entry, &format!("{place}/{number}"), found);
            }
        }
        _ => {}
    }
}

fn changed(value: &Value, change: &impl Fn(&Value) -> Option<Value>) -> Value {
    match value {
        Value::Object(members) => {
            members.iter().map(|(name, member)| (name.clone(), changed(member, change))).collect()
        }
        Value::Array(entries) => entries.iter().map(|entry| changed(entry, change)).collect(),
        leaf => change(leaf).unwrap_or_else(|| leaf.clone()),
    }
}

#[tokio::test]
async fn good_answers_are_good() {
    for good in EVERY_CALL {
        let (status, body) = good_answer(good.call);
        let body = body.map_or_else(|| "png".to_owned(), |body| body.to_string());
        let made = made_of(good, status, body).await;
        assert!(made.is_ok(), "{}: {made:?}", good.call);
    }
}

#[tokio::test]
async fn answers_that_were_cut_off_are_never_believed() {
    for (good, status, body) in readers() {
        let body = body.to_string();
        // An id may come bare, so that a part of it is an id too; cut off JSON it is not.
        let whole = body.len();
        for length in 0..whole {
            let part = String::from_utf8_lossy(&body.as_bytes()[..length]).into_owned();
            assert_nonsense(good.call, made_of(good, status, part.clone()).await, &part);
        }
    }
}

#[tokio::test]
async fn pages_and_other_things_are_never_believed() {
    let things = [
        "",
        "<!DOCTYPE html><html><body>Log on to the network of the shopping centre</body></html>",
        "null",
        "true",
        "42",
        "[]]",
        "{}",
        "[[]]",
        "[null]",
        "\u{feff}{}",
        "OK, done!",
    ];
    for (good, status, _) in readers() {
        // A payment may have been given nothing.
        for thing in things.into_iter().filter(|thing| good.call != Call::OrderGet || *thing != "{}") {
            assert_nonsense(good.call, made_of(good, status, thing).await, thing);
        }
    }
}

#[tokio::test]
async fn answers_of_ten_megabytes_are_never_believed() {
    let padding = " ".repeat(10 * 1024 * 1024);
    for good in EVERY_CALL {
        let (status, body) = good_answer(good.call);
        let body = body.map_or_else(String::new, |body| body.to_string());
        assert_nonsense(good.call, made_of(good, status, format!("{body}{padding}")).await, "ten megabytes");
    }
}

#[tokio::test]
async fn numbers_may_come_as_text_and_digits_as_numbers() {
    let as_text = |leaf: &Value| leaf.as_number().map(|number| json!(number.to_string()));
    // No number has more digits than these without losing some.
    let as_number = |leaf: &Value| {
        let text = leaf.as_str()?;
        let plain = !text.starts_with('0') && text.bytes().all(|byte| byte.is_ascii_digit());
        plain.then(|| text.parse::<u64>().ok()).flatten().map(Value::from)
    };
    for (good, status, body) in readers() {
        let expected = made_of(good, status, body.to_string()).await.unwrap();
        for other in [changed(&body, &as_text), changed(&body, &as_number)] {
            let made = made_of(good, status, other.to_string()).await;
            assert_eq!(made.as_ref().ok(), Some(&expected), "{}: {made:?} of {other}", good.call);
        }
    }
}

#[tokio::test]
async fn what_is_new_does_not_disturb() {
    for (good, status, body) in readers() {
        let expected = made_of(good, status, body.to_string()).await.unwrap();
        let mut more = body.clone();
        if let Value::Object(members) = &mut more {
            members.insert("new".into(), json!({"deep": [1, null, "x"]}));
            assert_eq!(made_of(good, status, more.to_string()).await.ok(), Some(expected), "{}", good.call);
        }
    }
}

/// Values that stand where they should not.
fn odd() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "(UNKNOWN|captured|-1|1e9|NaN|2026-99-99T00:00:00Z|order-0002|.{0,12})".prop_map(Value::from),
        Just(json!([])),
        Just(json!({})),
        Just(json!(["NOK", 1])),
        Just(json!({"value": 1})),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(256) })]

    #[test]
    fn one_odd_value_is_read_or_refused_and_never_fatal(at: Index, odd in odd(), gone: bool) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        for (good, status, mut body) in readers() {
            let mut found = Vec::new();
            places(&body, "", &mut found);
            let place = at.get(&found).clone();
            if let Some(value) = body.pointer_mut(&place) {
                *value = odd.clone();
            }
            if gone && let Some((parent, name)) = place.rsplit_once('/')
                && let Some(Value::Object(members)) = body.pointer_mut(parent)
            {
                members.remove(name);
            }
            if let Err(error) = runtime.block_on(made_of(good, status, body.to_string())) {
                prop_assert_eq!(error.meaning(), Meaning::Nonsense, "{} of {}", good.call, body);
                prop_assert_eq!(error.certainty(), Certainty::Unknown);
            }
        }
    }
}
