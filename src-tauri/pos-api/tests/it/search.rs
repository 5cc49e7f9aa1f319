//! A POS looks for payments that have been.

use crate::support::Shop;

fn references(body: &serde_json::Value) -> Vec<&str> {
    let payments = body["payments"].as_array().expect("a list");
    payments.iter().map(|payment| payment["reference"].as_str().expect("a reference")).collect()
}

#[tokio::test(start_paused = true)]
async fn payments_are_found_by_reference_amount_status_and_time() {
    let shop = Shop::open().await;
    for reference in ["sale-42-1", "sale-43-1"] {
        shop.start(reference).await;
        shop.pay(reference).await;
    }
    shop.start("kasse-2-44").await;
    let found = async |query: &str| {
        let answer = shop.get(&format!("/v1/payments{query}")).await;
        assert_eq!(answer.status, 200, "{query}: {}", answer.body);
        references(&answer.body).join(" ")
    };
    for all in ["", "?query=249.00", "?query=24900", "?since=1970-01-01T00:00:00Z", "?store=654321&limit=100"]
    {
        assert_eq!(found(all).await, "kasse-2-44 sale-43-1 sale-42-1", "{all}");
    }
    for of_sale in ["?query=SALE-4", "?status=paid", "?query=24900&status=paid&limit=2"] {
        assert_eq!(found(of_sale).await, "sale-43-1 sale-42-1", "{of_sale}");
    }
    for none in ["?query=249.01", "?until=1970-01-01T00:00:00%2B01:00", "?status=failed"] {
        assert_eq!(found(none).await, "", "{none}");
    }
    let first = shop.get("/v1/payments?limit=2").await.body;
    assert_eq!(references(&first), ["kasse-2-44", "sale-43-1"]);
    let next = format!("?limit=2&before={}", first["before"].as_str().expect("there is more"));
    assert_eq!(found(&next).await, "sale-42-1");
    let whole = &shop.get("/v1/payments?query=sale-42").await.body["payments"][0];
    assert_eq!(*whole, shop.get("/v1/payments/sale-42-1").await.body);
}

#[tokio::test(start_paused = true)]
async fn what_is_not_understood_is_refused() {
    let shop = Shop::open().await;
    for wrong in [
        "query=ab",
        "status=payed",
        "limit=0",
        "limit=101",
        "limit=many",
        "since=2026-11-25",
        "store=123456",
        "before=x",
        "reference=sale-42-1",
        "query=sale&query=kasse",
    ] {
        let answer = shop.get(&format!("/v1/payments?{wrong}")).await;
        assert_eq!(answer.problem(), (400, "request_invalid"), "{wrong}");
    }
    assert_eq!(shop.get("/v1/payments?before=sale-42-1").await.problem(), (404, "payment_unknown"));
}
