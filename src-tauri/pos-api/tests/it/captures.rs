//! Money is reserved first and collected later, as the POS asks for it.

use serde_json::{Value, json};

use crate::support::{Answer, Shop, asked};

const R: &str = "sale-42-1";

impl Shop {
    async fn is_reserved(&self) {
        let mut later = asked(R);
        later["capture"] = "manual".into();
        assert_eq!(self.start_with(later.to_string(), None).await.status, 201);
        self.wait_for(R, "waiting").await;
        self.simulator.approve(R).expect("it can be approved");
        let reserved = self.wait_for(R, "approved").await.body;
        assert_eq!((&reserved["final"], &reserved["capturable"]["value"]), (&json!(true), &json!(24_900)));
    }

    async fn capture(&self, body: &Value, key: Option<&str>) -> Answer {
        self.post_json(&format!("/v1/payments/{R}/capture"), body, key).await
    }

    /// Asks until nothing is open that was asked for.
    async fn until_done(&self) -> Value {
        let (_, mut changes) = self.till.listen().await.expect("the journal works");
        loop {
            let payment = self.get(&format!("/v1/payments/{R}")).await.body;
            let open = |list: &str| {
                let known = payment[list].as_array();
                known.is_some_and(|known| known.iter().any(|known| known["status"] == "asked"))
            };
            if !open("captures") && !open("releases") {
                return payment;
            }
            let change = tokio::time::timeout(std::time::Duration::from_mins(1), changes.recv());
            change.await.expect("something happens").expect("the till goes on");
        }
    }
}

fn kroner(value: i64) -> Value {
    json!({ "amount": { "value": value, "currency": "NOK" } })
}

#[tokio::test(start_paused = true)]
async fn a_part_is_collected_and_the_rest_is_let_go() {
    let shop = Shop::open().await;
    shop.is_reserved().await;
    let asked = shop.capture(&kroner(4_900), Some("capture-1")).await;
    assert_eq!((asked.status.as_u16(), &asked.body["captures"][0]["status"]), (201, &json!("asked")));
    assert_eq!(shop.capture(&kroner(4_900), Some("capture-1")).await.status, 200);
    assert_eq!(
        shop.capture(&kroner(5_000), Some("capture-1")).await.problem(),
        (422, "idempotency_mismatch")
    );
    let payment = shop.until_done().await;
    assert_eq!((&payment["status"], &payment["captured"]["value"]), (&json!("approved"), &json!(4_900)));
    let cancel = shop.post(&format!("/v1/payments/{R}/cancel")).await;
    assert_eq!(
        (cancel.status.as_u16(), &cancel.body["releases"][0]["amount"]["value"]),
        (200, &json!(20_000))
    );
    let payment = shop.until_done().await;
    assert_eq!((&payment["status"], &payment["captured"]["value"]), (&json!("paid"), &json!(4_900)));
    let truth = shop.simulator.payment(R).expect("it is known");
    assert_eq!((truth.captured, truth.cancelled), (4_900, 20_000));
}

#[tokio::test(start_paused = true)]
async fn what_can_not_be_collected_is_refused() {
    let shop = Shop::open().await;
    assert_eq!(shop.capture(&json!({}), None).await.problem(), (404, "payment_unknown"));
    shop.is_reserved().await;
    assert_eq!(shop.capture(&kroner(24_901), None).await.problem(), (422, "above_reserved"));
    assert_eq!(shop.capture(&kroner(0), None).await.problem(), (422, "amount_invalid"));
    for wrong in [json!({ "amount": null }), json!({ "amout": 1 }), json!([]), json!({ "amount": 4_900 })] {
        assert_eq!(shop.capture(&wrong, None).await.problem(), (400, "request_invalid"), "{wrong}");
    }
    shop.capture(&json!({}), None).await;
    assert_eq!(shop.until_done().await["status"], "paid");
    assert_eq!(shop.capture(&json!({}), None).await.problem(), (409, "nothing_to_capture"));
    let mut wrong = asked("sale-43-1");
    wrong["capture"] = "later".into();
    assert_eq!(shop.start_with(wrong.to_string(), None).await.problem(), (400, "request_invalid"));
}
