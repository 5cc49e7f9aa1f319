//! Money goes back, and hints come in, as the POS asks for it.

use contract::Code;
use serde_json::{Value, json};

use crate::support::Shop;

const R: &str = "sale-42-1";

impl Shop {
    async fn is_paid(&self) {
        self.start(R).await;
        self.pay(R).await;
    }
}

fn kroner(value: i64) -> Value {
    json!({ "amount": { "value": value, "currency": "NOK" } })
}

#[tokio::test(start_paused = true)]
async fn a_part_is_given_back_and_then_the_rest() {
    let shop = Shop::open().await;
    shop.is_paid().await;
    let mut part = kroner(4_900);
    part["reason"] = "Cold coffee".into();
    let asked = shop.refund(R, &part, None).await;
    assert_eq!(asked.status, 201, "{}", asked.body);
    assert_eq!(asked.body["refunds"][0]["status"], "asked");
    let payment = shop.until_refunded(R).await;
    let refund = &payment["refunds"][0];
    assert_eq!((&refund["number"], &refund["status"]), (&json!(1), &json!("made")));
    assert_eq!((&refund["amount"]["value"], &refund["reason"]), (&json!(4_900), &json!("Cold coffee")));
    assert_eq!((&payment["status"], &payment["refunded"]["value"]), (&json!("paid"), &json!(4_900)));
    assert_eq!(shop.refund(R, &json!({}), None).await.status, 201);
    assert_eq!(shop.until_refunded(R).await["refunded"]["value"], 24_900);
    assert_eq!(shop.simulator.payment(R).expect("it is known").refunded, 24_900);
}

#[tokio::test(start_paused = true)]
async fn the_same_refund_under_the_same_key_is_made_once() {
    let shop = Shop::open().await;
    shop.is_paid().await;
    let first = shop.refund(R, &kroner(4_900), Some("refund-1")).await;
    let again = shop.refund(R, &kroner(4_900), Some("refund-1")).await;
    assert_eq!((first.status.as_u16(), again.status.as_u16()), (201, 200));
    shop.until_refunded(R).await;
    let late = shop.refund(R, &kroner(4_900), Some("refund-1")).await;
    assert_eq!((late.status.as_u16(), &late.body["refunds"][0]["status"]), (200, &json!("made")));
    let other = shop.refund(R, &kroner(5_000), Some("refund-1")).await;
    assert_eq!(other.problem(), (422, "idempotency_mismatch"));
    assert_eq!(shop.simulator.payment(R).expect("it is known").refunded, 4_900);
}

#[tokio::test(start_paused = true)]
async fn what_can_not_be_given_back_is_refused_in_clear_words() {
    let shop = Shop::open().await;
    assert_eq!(shop.refund(R, &json!({}), None).await.problem(), (404, "payment_unknown"));
    shop.start(R).await;
    assert_eq!(shop.refund(R, &json!({}), None).await.problem(), (409, "nothing_to_refund"));
    shop.pay(R).await;
    let above = shop.refund(R, &kroner(24_901), None).await;
    assert_eq!(above.problem(), (422, "refund_above_captured"));
    assert_eq!(
        (above.detail(), &above.body["reference"]),
        ("24900 minor units are left to give back", &json!(R))
    );
    let euro = shop.refund(R, &json!({ "amount": { "value": 500, "currency": "EUR" } }), None).await;
    assert_eq!(euro.problem(), (422, "amount_invalid"));
    for wrong in [
        json!({ "amount": 500 }),
        json!({ "amuont": 500 }),
        json!({ "amount": null }),
        json!({ "reason": "" }),
        json!([]),
    ] {
        assert_eq!(shop.refund(R, &wrong, None).await.problem(), (400, "request_invalid"), "{wrong}");
    }
    let decimal = shop.refund(R, &json!({ "amount": { "value": 49.5, "currency": "NOK" } }), None).await;
    assert!(decimal.detail().contains("whole number"), "{}", decimal.detail());
    shop.refund(R, &json!({}), None).await;
    shop.until_refunded(R).await;
    assert_eq!(shop.refund(R, &json!({}), None).await.problem(), (409, "nothing_to_refund"));
    let stopped = Shop::stopped(Code::NotSetUp);
    assert_eq!(stopped.refund(R, &json!({}), None).await.problem(), (503, "not_set_up"));
}

#[tokio::test(start_paused = true)]
async fn a_hint_is_heard_and_makes_the_till_look() {
    let shop = Shop::open().await;
    assert_eq!(shop.post(&format!("/v1/payments/{R}/refresh")).await.problem(), (404, "payment_unknown"));
    shop.start(R).await;
    shop.wait_for(R, "waiting").await;
    shop.simulator.approve(R).expect("it can be approved");
    let heard = shop.post(&format!("/v1/payments/{R}/refresh")).await;
    assert_eq!((heard.status.as_u16(), &heard.body["reference"]), (202, &json!(R)));
    shop.wait_for(R, "paid").await;
    assert_eq!(shop.post(&format!("/v1/payments/{R}/refresh")).await.status, 202);
}
