//! Payments of all stores are found by what is on a receipt.

use contract::{ChainSearch, Code};
use payment::Rail;

use crate::chain::{BERGEN, Chain, DUE, OSLO, code};

async fn references(chain: &Chain, search: &ChainSearch) -> Vec<String> {
    let found = chain.hub.search(search).await.expect("it can be searched");
    found.payments.into_iter().map(|payment| format!("{}/{}", payment.store.id, payment.reference)).collect()
}

#[tokio::test]
async fn payments_are_found_by_reference_amount_store_and_time() {
    let chain = Chain::with_partner_keys().await;
    chain.store("oslo", OSLO, None).await;
    chain.store("bergen", BERGEN, None).await;
    let oslo = chain.till("oslo", Rail::Epayment).await;
    let bergen = chain.till("bergen", Rail::Epayment).await;
    // One store's reference may equal another's.
    oslo.is_paid("sale-1001").await;
    bergen.is_paid("sale-1001").await;
    oslo.is_paid("sale-1002").await;
    oslo.tells(&chain.hub).await;
    bergen.tells(&chain.hub).await;
    let by = |query: &str| ChainSearch { query: Some(query.to_owned()), ..ChainSearch::default() };
    assert_eq!(references(&chain, &by("1001")).await, ["bergen/sale-1001", "oslo/sale-1001"]);
    assert_eq!(references(&chain, &by("LE-1002")).await, ["oslo/sale-1002"]);
    assert_eq!(references(&chain, &by("249.00")).await.len(), 3);
    assert!(references(&chain, &by("249.01")).await.is_empty());
    let of_store = |store: &str| ChainSearch { store: Some(store.to_owned()), ..by("sale") };
    assert_eq!(references(&chain, &of_store("bergen")).await, ["bergen/sale-1001"]);
    assert!(references(&chain, &of_store("narvik")).await.is_empty());
    let since = |since: &str| ChainSearch { since: Some(since.to_owned()), ..by("sale") };
    assert_eq!(references(&chain, &since("2020-01-01T00:00:00Z")).await.len(), 3);
    assert!(references(&chain, &since("2099-01-01T00:00:00Z")).await.is_empty());
    let found = chain.hub.search(&by("sale-1002")).await.unwrap().payments.remove(0);
    assert_eq!((found.amount.value, found.captured.value, found.refunded.value), (DUE, DUE, 0));
}

#[tokio::test]
async fn page_by_page_each_is_found_once() {
    let chain = Chain::with_partner_keys().await;
    chain.store("oslo", OSLO, None).await;
    let oslo = chain.till("oslo", Rail::Epayment).await;
    for number in 1..=5 {
        oslo.is_paid(&format!("sale-100{number}")).await;
    }
    oslo.tells(&chain.hub).await;
    let (mut all, mut before) = (Vec::new(), None);
    loop {
        let search = ChainSearch { limit: Some(2), before, ..ChainSearch::default() };
        let found = chain.hub.search(&search).await.unwrap();
        assert!(found.payments.len() <= 2);
        all.extend(found.payments.into_iter().map(|payment| payment.reference));
        before = found.before;
        if before.is_none() {
            break;
        }
    }
    assert_eq!(all, [5, 4, 3, 2, 1].map(|number| format!("sale-100{number}")));
}

#[tokio::test]
async fn what_can_mean_nothing_is_refused() {
    let chain = Chain::with_partner_keys().await;
    for bad in [
        ChainSearch { query: Some("a".to_owned()), ..ChainSearch::default() },
        ChainSearch { query: Some("a\" OR \"b".to_owned()), ..ChainSearch::default() },
        ChainSearch { query: Some("%%%".to_owned()), ..ChainSearch::default() },
        ChainSearch { limit: Some(0), ..ChainSearch::default() },
        ChainSearch { limit: Some(101), ..ChainSearch::default() },
        ChainSearch { since: Some("yesterday".to_owned()), ..ChainSearch::default() },
        ChainSearch { before: Some("x".to_owned()), ..ChainSearch::default() },
    ] {
        assert_eq!(code(chain.hub.search(&bad).await), Code::RequestInvalid, "{bad:?}");
    }
}
