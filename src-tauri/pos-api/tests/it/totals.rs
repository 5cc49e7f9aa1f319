//! A POS asks what the day has brought.

use serde_json::json;

use crate::support::Shop;

#[tokio::test(start_paused = true)]
async fn a_day_has_what_was_collected_and_given_back() {
    let shop = Shop::open().await;
    let none = shop.get("/v1/totals").await;
    assert_eq!(none.status, 200, "{}", none.body);
    assert_eq!((&none.body["isToday"], &none.body["totals"]), (&true.into(), &json!([])));
    for reference in ["sale-42-1", "sale-43-1"] {
        shop.start(reference).await;
        shop.pay(reference).await;
    }
    shop.start("sale-44-1").await;
    let expected = json!([{
        "currency": "NOK", "payments": 2, "collected": 49_800, "refunds": 0, "refunded": 0, "net": 49_800,
    }]);
    let today = shop.get("/v1/totals").await.body;
    assert_eq!(today["totals"], expected, "what is open is not collected");
    let day = today["day"].as_str().expect("it says which day");
    assert_eq!(shop.get(&format!("/v1/totals?day={day}")).await.body, today);
    let before = shop.get("/v1/totals?day=2020-02-29").await.body;
    assert_eq!(before, json!({ "day": "2020-02-29", "isToday": false, "totals": [] }));
}

#[tokio::test(start_paused = true)]
async fn what_is_no_day_is_refused() {
    let shop = Shop::open().await;
    for wrong in
        ["day=", "day=today", "day=2026-02-30", "day=2026-11-26T10:00", "day=20261126", "date=2026-11-26"]
    {
        let answer = shop.get(&format!("/v1/totals?{wrong}")).await;
        assert_eq!(answer.problem(), (400, "request_invalid"), "{wrong}");
    }
}
