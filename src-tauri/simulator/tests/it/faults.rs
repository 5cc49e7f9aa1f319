//! What goes wrong on purpose, through the control API.

use serde_json::{Value, json};

use crate::support::Shop;

async fn paid_shop() -> Shop {
    let shop = Shop::open().await;
    shop.initiate("order-1", 20_000).await;
    shop.simulator.approve("order-1").expect("approves");
    shop
}

async fn set(shop: &Shop, faults: Value) {
    let answer = shop.send(shop.request("PUT", "/simulator/faults", Some(&faults))).await;
    assert_eq!(answer.both(), (200, faults), "the list comes back as it was sent");
}

fn captured(shop: &Shop) -> i64 {
    shop.simulator.payment("order-1").expect("is there").captured
}

#[tokio::test]
async fn some_are_not_done_and_say_so_in_many_ways() {
    let shop = paid_shop().await;
    let shape_1 = json!({ "errorGroup": "Payment", "errorCode": "52", "errorMessage": "Payment Required" });
    for (fault, status, check) in [
        (json!({ "kind": "azure500" }), 500, ("/responseInfo/responseCode", json!(500))),
        (json!({ "kind": "locked" }), 402, ("/0/errorCode", json!("94"))),
        (
            json!({ "kind": "status", "status": 402, "shape": 1, "code": "52" }),
            402,
            ("/0/errorMessage", shape_1["errorMessage"].clone()),
        ),
        (json!({ "kind": "status", "status": 403, "shape": 2 }), 403, ("/statusCode", json!(403))),
        (
            json!({ "kind": "status", "status": 500, "shape": 3 }),
            500,
            ("/responseInfo/responseCode", json!(500)),
        ),
        (
            json!({ "kind": "status", "status": 400, "shape": 4, "code": "45" }),
            400,
            ("/errorInfo/errorCode", json!("45")),
        ),
        (json!({ "kind": "status", "status": 401, "shape": 5 }), 401, ("/error", json!("Unauthorized"))),
        (json!({ "kind": "status", "status": 409, "body": { "mine": true } }), 409, ("/mine", json!(true))),
    ] {
        let mut fault = fault;
        fault["on"] = "cancel".into();
        fault["times"] = 1.into();
        set(&shop, json!([fault])).await;
        let answer = shop.cancel("order-1", false).await;
        assert_eq!(
            (answer.status.as_u16(), answer.json().pointer(check.0)),
            (status, Some(&check.1)),
            "{fault}"
        );
        shop.wait(60);
    }
    set(&shop, json!([{ "on": "any", "kind": "html", "times": 1 }])).await;
    let answer = shop.cancel("order-1", false).await;
    assert_eq!(
        (answer.status.as_u16(), &answer.headers["content-type"]),
        (502, &"text/html".parse().expect("a value"))
    );
    set(&shop, json!([{ "on": "cancel", "kind": "status", "status": 503, "shape": 6 }])).await;
    let answer = shop.cancel("order-1", false).await;
    assert_eq!(String::from_utf8_lossy(&answer.body), "Service Unavailable");

    let state = shop.simulator.payment("order-1").expect("is there").state;
    assert_eq!(state, simulator::State::Approved, "nothing of it was done");
    assert_eq!(shop.send(shop.request("DELETE", "/simulator/faults", None)).await.json(), json!([]));
    assert_eq!(shop.cancel("order-1", false).await.status, 200);
}

#[tokio::test]
async fn some_are_done_and_the_answer_suffers() {
    let shop = paid_shop().await;
    for (number, (kind, body)) in
        [("empty", Some("")), ("nonsense", Some(r#"{"nonsense":[1,2,3]}"#)), ("cut", None), ("lost", None)]
            .into_iter()
            .enumerate()
    {
        set(&shop, json!([{ "on": "capture", "kind": kind, "times": 1, "reference": "order-1" }])).await;
        let before = captured(&shop);
        let id = format!("capture-{number}");
        let answer = shop.capture("order-1", Some(1_000), &id).await;
        assert_eq!(captured(&shop), before + 1_000, "{kind}");
        // A body that breaks off reads as empty here.
        assert_eq!(String::from_utf8_lossy(&answer.body), body.unwrap_or_default());
        // The same key, and the answer is found again without a second capture.
        shop.wait(60);
        assert_eq!(shop.capture("order-1", Some(1_000), &id).await.status, 200);
        assert_eq!(captured(&shop), before + 1_000, "{kind}");
    }
}

#[tokio::test]
async fn twice_is_done_twice() {
    let shop = Shop::open().await;
    set(&shop, json!([{ "on": "initiate", "kind": "twice", "times": 1 }])).await;
    let answer = shop.post("/ecomm/v2/payments", &shop.order("order-1", 20_000)).await;
    assert_eq!(answer.code(), (402, "34".into()), "the second time, the order was there already");
}

#[tokio::test(start_paused = true)]
async fn slow_and_silent_take_their_time() {
    let shop = paid_shop().await;
    let began = tokio::time::Instant::now();
    set(
        &shop,
        json!([
            { "on": "details", "kind": "slow", "delayMs": 4000, "times": 1 },
            { "on": "details", "kind": "silent", "times": 1 },
        ]),
    )
    .await;
    shop.details("order-1").await;
    assert_eq!(began.elapsed().as_millis(), 4_000);
    let silence = shop.get("/ecomm/v2/payments/order-1/details").await;
    assert_eq!((began.elapsed().as_secs(), silence.body.len()), (64, 0));

    let records = shop.get("/simulator/requests?reference=order-1").await.json();
    let notes: Vec<_> =
        records.as_array().expect("an array").iter().map(|it| (&it["note"], &it["status"])).collect();
    let (slow, silent) = (json!("slow"), json!("silent"));
    assert_eq!(notes[1..], [(&slow, &json!(200)), (&silent, &Value::Null)]);
}

#[tokio::test]
async fn a_fault_that_means_nothing_is_refused() {
    let shop = Shop::open().await;
    for wrong in [
        json!([{ "on": "cancel", "kind": "explode" }]),
        json!([{ "on": "cancel", "kind": "slow", "delay": 1 }]),
        json!([{ "on": "cancel", "kind": "status", "shape": 9 }]),
        json!([{ "on": "cancel", "kind": "status", "status": 99 }]),
        json!({ "on": "cancel", "kind": "slow" }),
    ] {
        let answer = shop.send(shop.request("PUT", "/simulator/faults", Some(&wrong))).await;
        assert_eq!(answer.status, 400, "{wrong}");
    }
    assert_eq!(shop.get("/simulator/faults").await.json(), json!([]));
}
