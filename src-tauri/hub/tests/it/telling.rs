//! What tills tell comes in order, each entry once, and is kept whatever else happens.

use contract::{Code, Status, Telling};
use payment::Rail;

use crate::chain::{BERGEN, Chain, DUE, OSLO, code};

#[tokio::test]
async fn what_is_told_twice_is_there_once_and_what_is_missing_is_asked_for() {
    let chain = Chain::with_partner_keys().await;
    chain.store("oslo", OSLO, None).await;
    let counter = chain.till("oslo", Rail::Epayment).await;
    counter.is_paid("oslo-sale-1").await;
    let heard = counter.tells(&chain.hub).await;
    let all = counter.telling(0).await;
    assert_eq!(heard.seq, all.entries.last().unwrap().seq);
    // The answer was lost, so it is told again; and once more with something new.
    assert_eq!(chain.hub.take(&counter.id, &counter.store, &all).await.unwrap(), heard);
    counter.is_paid("oslo-sale-2").await;
    let more = counter.tells(&chain.hub).await;
    assert!(more.seq > heard.seq);
    // Something is missing in between.
    counter.is_paid("oslo-sale-3").await;
    let gap = counter.telling(more.seq + 2).await;
    assert_eq!(chain.hub.take(&counter.id, &counter.store, &gap).await.unwrap(), more);
    assert_eq!(chain.find("oslo-sale-2").await.status, Status::Paid);
    let rest = counter.telling(more.seq).await;
    let heard = chain.hub.take(&counter.id, &counter.store, &rest).await.unwrap();
    assert_eq!(heard.seq, rest.entries.last().unwrap().seq);
    let till = chain.hub.tills().await.unwrap().remove(0);
    assert_eq!(till.seq, i64::try_from(heard.seq).unwrap());
}

/// In pieces of every size, cut anywhere, some of them twice: the hub has the journal in the end.
#[tokio::test]
async fn a_journal_arrives_however_it_is_cut() {
    let chain = Chain::with_partner_keys().await;
    chain.store("oslo", OSLO, None).await;
    let counter = chain.till("oslo", Rail::Ecom).await;
    for number in 1..=3 {
        counter.is_paid(&format!("oslo-sale-{number}")).await;
    }
    let all = counter.telling(0).await.entries;
    let mut random = fastrand::Rng::with_seed(7);
    let mut known = 0;
    let mut rounds = 0;
    while known < all.len() {
        let from = random.usize(0..=known);
        let until = random.usize(from..=all.len().min(from + 9));
        let entries = all[from..until].to_vec();
        let telling = Telling { entries, version: "0.1.0".to_owned(), open: None };
        let heard = chain.hub.take(&counter.id, &counter.store, &telling).await.unwrap();
        known = known.max(until);
        assert_eq!(heard.seq, known as u64);
        rounds += 1;
        assert!(rounds < 10_000);
    }
    counter.tells(&chain.hub).await;
    for number in 1..=3 {
        let found = chain.find(&format!("OSLO-SALE-{number}")).await;
        assert_eq!((found.captured.value, found.status), (DUE, Status::Paid));
    }
}

#[tokio::test]
async fn a_till_speaks_for_its_own_sales_unit_alone() {
    let chain = Chain::with_partner_keys().await;
    chain.store("oslo", OSLO, None).await;
    chain.store("bergen", BERGEN, None).await;
    let oslo = chain.till("oslo", Rail::Epayment).await;
    let bergen = chain.till("bergen", Rail::Epayment).await;
    oslo.is_paid("oslo-sale-1").await;
    // A stolen till of Bergen tells a payment of Oslo as if it were its own.
    let tale = oslo.telling(0).await;
    chain.hub.take(&bergen.id, &bergen.store, &tale).await.unwrap();
    let search = contract::ChainSearch { query: Some("oslo-sale-1".to_owned()), ..Default::default() };
    assert!(chain.hub.search(&search).await.unwrap().payments.is_empty());
}

#[tokio::test]
async fn what_is_no_journal_is_refused_whole() {
    let chain = Chain::with_partner_keys().await;
    chain.store("oslo", OSLO, None).await;
    let counter = chain.till("oslo", Rail::Epayment).await;
    counter.is_paid("oslo-sale-1").await;
    let good = counter.telling(0).await;
    let spoilt = |spoil: fn(&mut Telling)| {
        let mut telling = good.clone();
        spoil(&mut telling);
        telling
    };
    for bad in [
        spoilt(|telling| telling.entries[1].seq = 7),
        spoilt(|telling| telling.entries[0].seq = 0),
        spoilt(|telling| telling.entries[0].reference = "no".to_owned()),
        spoilt(|telling| telling.entries[0].number = 0),
        spoilt(|telling| telling.entries[0].fact = serde_json::Value::from("x".repeat(70_000))),
        spoilt(|telling| telling.entries = vec![telling.entries[0].clone(); 501]),
    ] {
        assert_eq!(code(chain.hub.take(&counter.id, &counter.store, &bad).await), Code::RequestInvalid);
    }
    // A fact of a newer till is kept, and found again by a newer hub.
    let newer = spoilt(|telling| telling.entries[1].fact = serde_json::json!({ "fact": "of_tomorrow" }));
    let heard = chain.hub.take(&counter.id, &counter.store, &newer).await.unwrap();
    assert_eq!(heard.seq, newer.entries.last().unwrap().seq);
}
