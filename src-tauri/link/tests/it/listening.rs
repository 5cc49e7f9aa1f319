//! Vipps MobilePay tells the hub, the hub tells the till, and the till looks. Nobody else is believed.

use std::time::Duration;

use contract::{ChainSearch, News, Status};
use hub::Hints;
use simulator::Act;
use tokio::time::{Instant, timeout};

use crate::chain::{Chain, Counter, OSLO};

const PATIENCE: Duration = Duration::from_secs(30);

/// The next news for `till`.
async fn next_for(news: &mut tokio::sync::broadcast::Receiver<(String, News)>, till: &str) -> News {
    let heard = async {
        loop {
            let (to, news) = news.recv().await.expect("the hub lives");
            if to == till {
                return news;
            }
        }
    };
    timeout(PATIENCE, heard).await.expect("it comes")
}

/// How often the payment was read.
fn reads(chain: &Chain, reference: &str) -> usize {
    let sent = chain.simulator.requests();
    sent.iter().filter(|record| record.method == "GET" && record.path.contains(reference)).count()
}

#[tokio::test]
async fn a_callback_of_ecom_reaches_the_till() {
    let chain = Chain::new().await;
    let (membership, config) = chain.joined("oslo").await;
    let counter = Counter::on_ecom(&chain, &membership, config.path()).await;
    counter.until_state(|state| state.listening).await;
    let mut news = chain.hub.news();
    counter.is_paid("sale-1001").await;
    let heard = next_for(&mut news, &membership.till).await;
    assert_eq!(heard, News::Payment { reference: "sale-1001".to_owned() });
    assert_eq!(chain.hub.hints(), Hints { taken: 1, ..Hints::default() });
}

#[tokio::test]
async fn a_webhook_of_epayment_reaches_the_till_whose_payment_it_is() {
    let chain = Chain::new().await;
    let ((one, one_folder), (two, two_folder)) = (chain.joined("oslo").await, chain.joined("oslo").await);
    let counter = Counter::open(&chain, &one, one_folder.path()).await;
    let _other = Counter::open(&chain, &two, two_folder.path()).await;
    chain.hub.register_all().await;
    counter.shows_code("sale-1001").await;
    counter.until_told().await;
    // Of its creation the hub may have heard before the till told of it; then all tills of the sales unit were told.
    let created = async {
        while chain.hub.hints().taken == 0 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    timeout(PATIENCE, created).await.expect("it hears of the creation");
    let mut news = chain.hub.news();
    chain.simulator.perform("sale-1001", Some(OSLO), Act::Approve).expect("it can be approved");
    let heard = next_for(&mut news, &one.till).await;
    assert_eq!(heard, News::Payment { reference: "sale-1001".to_owned() });
    counter.until("sale-1001", Status::Paid).await;
    let hints = chain.hub.hints();
    assert!(hints.taken >= 1 && hints.refused == 0, "{hints:?}");
    let mut others = Vec::new();
    while let Ok((till, _)) = news.try_recv() {
        others.push(till);
    }
    assert!(!others.contains(&two.till), "the other till is told nothing of it: {others:?}");
}

/// A till looks once a second. Told ten times, one after the other, it looks ten times in a moment.
#[tokio::test]
async fn the_till_looks_when_it_is_told_to() {
    let chain = Chain::new().await;
    let (membership, config) = chain.joined("oslo").await;
    let counter = Counter::open(&chain, &membership, config.path()).await;
    counter.until_state(|state| state.listening).await;
    counter.shows_code("sale-1001").await;
    let began = Instant::now();
    for _ in 0..10 {
        let before = reads(&chain, "sale-1001");
        // Of what the till does not know, nothing comes.
        for reference in ["sale-9999", "sale-1001"] {
            chain
                .hub
                .publish_news(&membership.till, News::Payment { reference: reference.to_owned() })
                .await
                .expect("it is heard");
        }
        let looked = async {
            while reads(&chain, "sale-1001") <= before {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        timeout(PATIENCE, looked).await.expect("it looks");
    }
    assert!(began.elapsed() < Duration::from_secs(6), "nobody told it: {:?}", began.elapsed());
}

#[tokio::test]
async fn what_is_forged_or_unknown_is_refused_and_counted() {
    let chain = Chain::new().await;
    let (membership, _config) = chain.joined("oslo").await;
    let mut news = chain.hub.news();
    let http = reqwest::Client::new();
    let body =
        r#"{"merchantSerialNumber":"654321","orderId":"sale-1001","transactionInfo":{"status":"RESERVED"}}"#;
    let hub = format!("http://{}", chain.address);
    let callback = format!("{hub}/callbacks/{}/v2/payments/sale-1001", membership.till);
    let tries = [
        (callback.clone(), ""),
        (callback.clone(), "guess"),
        (format!("{hub}/callbacks/t-0000000000/v2/payments/sale-1001"), "guess"),
        (format!("{hub}/webhooks/654321"), "HMAC-SHA256 SignedHeaders=x&Signature=y"),
        (format!("{hub}/webhooks/999999"), ""),
        (format!("{hub}/webhooks/partner"), ""),
        (format!("{hub}/partner/webhooks"), "HMAC-SHA256 SignedHeaders=x&Signature=y"),
    ];
    for (url, token) in &tries {
        let answer =
            http.post(url).header("Authorization", *token).body(body).send().await.expect("it answers");
        assert_eq!(answer.status(), 401, "{url}");
    }
    assert_eq!(chain.hub.hints(), Hints { refused: 7, ..Hints::default() });
    assert!(news.try_recv().is_err(), "nobody was told");
    // The right one is heard once, however often it comes.
    let token = membership.callbacks.expect("the hub has an address").token;
    for _ in 0..3 {
        let answer = http.post(&callback).header("Authorization", token.reveal()).body(body).send().await;
        assert_eq!(answer.expect("it answers").status(), 200);
    }
    assert_eq!(
        next_for(&mut news, &membership.till).await,
        News::Payment { reference: "sale-1001".to_owned() }
    );
    assert!(news.try_recv().is_err(), "twice is once");
    assert_eq!(chain.hub.hints(), Hints { taken: 3, twice: 2, refused: 7, unknown: 0 });
}

#[tokio::test]
async fn when_the_hub_is_back_the_till_hears_again() {
    let mut chain = Chain::new().await;
    let (membership, config) = chain.joined("oslo").await;
    let counter = Counter::open(&chain, &membership, config.path()).await;
    counter.until_state(|state| state.listening).await;
    chain.stop().await;
    counter.until_state(|state| !state.listening).await;
    counter.is_paid("sale-1001").await;
    chain.start().await;
    counter.until_state(|state| state.listening && state.connected).await;
    chain.hub.revoke(&membership.till).await.expect("it is there");
    counter.until_state(|state| !state.listening).await;
    assert!(chain.hub.search(&ChainSearch::default()).await.is_ok());
}
