//! What is asked wrongly is refused clearly, and harms nothing: the open payment stays as it is, the next one goes as
//! if nothing had been, and Vipps MobilePay has heard of none of it.

use serde_json::{Value, json};

use crate::support::pos::{Answer, request};
use crate::support::shop::TestShop;

/// A refusal says everything that RFC 9457 and `docs/pos-api.md` promise.
fn is_refused(answer: &Answer, status: u16, code: &str) {
    assert_eq!((answer.status, answer.code()), (status, code), "{answer:?}");
    assert_eq!(answer.media_type, "application/problem+json");
    assert_eq!(answer.body["status"], status);
    assert_eq!(answer.body["type"], format!("urn:kvitt:problem:{code}"));
    for text in ["title", "detail", "cashier", "customer"] {
        assert!(answer.body[text].as_str().is_some_and(|text| !text.is_empty()), "no {text}: {answer:?}");
    }
}

/// After all that was refused, one payment goes through, and it is the only one that ever existed.
fn nothing_is_lost(shop: &TestShop) {
    shop.pos.charge("sale-1042-9", 24_900);
    shop.pos.screen_shows("scan");
    let vipps = &shop.premises.vipps;
    vipps.customer_approves("sale-1042-9");
    shop.pos.sees("sale-1042-9", "paid");
    assert_eq!(vipps.references(), ["sale-1042-9"]);
    assert_eq!(vipps.truth("sale-1042-9").captures.len(), 1);
}

#[test]
fn amounts() {
    let shop = TestShop::open();
    let amount = |value: Value, currency: &str| {
        shop.pos.start(&json!({ "amount": { "value": value, "currency": currency } }))
    };
    for value in [0, -1, -24_900, 1, 99, 65_000_001, i64::MAX, i64::MIN] {
        is_refused(&amount(json!(value), "NOK"), 422, "amount_invalid");
    }
    for value in [json!(249.5), json!(24_900.0), json!("24900"), json!(null), json!(true), json!(1e30)] {
        is_refused(&amount(value, "NOK"), 400, "request_invalid");
    }
    for currency in ["EUR", "DKK", "SEK"] {
        is_refused(&amount(json!(24_900), currency), 422, "amount_invalid");
    }
    for currency in ["nok", "USD", ""] {
        is_refused(&amount(json!(24_900), currency), 400, "request_invalid");
    }
    let lines = json!([{ "name": "Coffee", "quantity": 2, "unitPrice": 4_900 }]);
    let sum = json!({ "amount": { "value": 24_900, "currency": "NOK" }, "lines": lines });
    is_refused(&shop.pos.start(&sum), 422, "amount_invalid");
    nothing_is_lost(&shop);
}

#[test]
fn references() {
    let mut shop = TestShop::open();
    for reference in ["", "sale-1", "12345678", "sale 1042 1", "sale_1042_1", "salg-ø-1042", &"a".repeat(51)]
    {
        is_refused(&shop.pos.start(&request(reference, 24_900)), 422, "reference_invalid");
    }
    shop.pos.charge("sale-1042-1", 24_900);
    shop.pos.screen_shows("scan");
    shop.pos.cancel("sale-1042-1");
    shop.pos.sees("sale-1042-1", "cancelled");
    // A used reference stays used, over a restart too.
    for _ in 0..2 {
        let again = shop.pos.start(&request("sale-1042-1", 24_900));
        is_refused(&again, 409, "reference_used");
        assert_eq!(again.body["reference"], "sale-1042-1");
        shop.loses_power();
    }
    for path in ["/v1/payments/sale-1042-7", "/v1/payments/12345678", "/v1/payments/%00"] {
        is_refused(&shop.pos.get(path), 404, "payment_unknown");
    }
    assert_eq!(shop.premises.vipps.references(), ["sale-1042-1"]);
    assert!(shop.premises.vipps.truth("sale-1042-1").captures.is_empty());
}

#[test]
fn a_second_payment_while_one_is_open() {
    let shop = TestShop::open();
    shop.pos.charge("sale-1042-1", 24_900);
    shop.pos.screen_shows("scan");
    let before = shop.pos.payment("sale-1042-1");
    let second = shop.pos.start(&request("sale-1043-1", 5_000));
    is_refused(&second, 409, "payment_open");
    assert_eq!(second.body["reference"], "sale-1042-1", "it says which one");
    assert_eq!(shop.pos.payment("sale-1042-1"), before, "the open one stays as it is");
    assert_eq!(shop.pos.screen_shows("scan")["amount"]["value"], 24_900);

    // The refused one has used up nothing: it can be started once the first is over.
    shop.premises.vipps.customer_approves("sale-1042-1");
    shop.pos.sees("sale-1042-1", "paid");
    shop.pos.charge("sale-1043-1", 5_000);
    shop.pos.sees("sale-1043-1", "waiting");
    assert_eq!(shop.premises.vipps.references(), ["sale-1042-1", "sale-1043-1"]);
}

#[test]
fn the_same_request_twice() {
    let mut shop = TestShop::open();
    let asked = request("sale-1042-1", 24_900);
    let first = shop.pos.start_under(Some("till-7/1042-1"), &asked);
    assert_eq!(first.status, 201, "{first:?}");
    shop.pos.screen_shows("scan");
    shop.loses_power();
    let again = shop.pos.start_under(Some("till-7/1042-1"), &asked);
    assert_eq!((again.status, &again.body["reference"]), (200, &json!("sale-1042-1")), "{again:?}");
    let other = shop.pos.start_under(Some("till-7/1042-1"), &request("sale-1042-2", 25_000));
    is_refused(&other, 422, "idempotency_mismatch");
    assert_eq!(shop.premises.vipps.references(), ["sale-1042-1"]);
}

#[test]
fn a_token_that_is_missing_or_wrong() {
    let shop = TestShop::open();
    let token = shop.pos.token();
    for wrong in ["", "0", &"0".repeat(64), &token[..63], &format!("{token}0")] {
        let stranger = shop.pos.with_token(wrong);
        is_refused(&stranger.start(&request("sale-1042-1", 24_900)), 401, "token_invalid");
        for path in ["/v1/health", "/v1/screen", "/v1/payments/sale-1042-1", "/v1/events", "/v1/nowhere"] {
            is_refused(&stranger.get(path), 401, "token_invalid");
        }
        is_refused(&stranger.post("/v1/payments/sale-1042-1/cancel"), 401, "token_invalid");
    }
    nothing_is_lost(&shop);
}

#[test]
fn bodies() {
    let shop = TestShop::open();
    let megabytes = vec![b' '; 10 * 1024 * 1024];
    is_refused(&shop.pos.start_with_text(&megabytes), 413, "request_too_large");
    for text in ["", "{", "[]", "null", "24900", "{\"amount\"", "\u{feff}{}", &"[".repeat(10_000)] {
        is_refused(&shop.pos.start_with_text(text.as_bytes()), 400, "request_invalid");
    }
    is_refused(&shop.pos.start_with_text(b"{\"reference\":\"sale-\xff\"}"), 400, "request_invalid");
    let mut misspelt = request("sale-1042-1", 24_900);
    misspelt["descripton"] = json!("Two coffees");
    let refused = shop.pos.start(&misspelt);
    is_refused(&refused, 400, "request_invalid");
    assert!(
        refused.body["detail"].as_str().is_some_and(|detail| detail.contains("descripton")),
        "{refused:?}"
    );
    nothing_is_lost(&shop);
}
