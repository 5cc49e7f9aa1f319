//! What one hub is told for a till, every hub hears, and no table has it.

use std::time::Duration;

use contract::{News, Private};
use hub::{Database, Hub};
use tokio::sync::broadcast::Receiver;

use crate::chain::{Chain, open_at};

async fn next(news: &mut Receiver<(String, News)>) -> (String, News) {
    let heard = tokio::time::timeout(Duration::from_secs(30), news.recv()).await;
    heard.expect("it never came").expect("nobody is too slow here")
}

fn scanned(token: &str) -> News {
    News::CheckedIn {
        merchant_qr_id: "counter-1".to_owned(),
        customer_token: Private::new(token),
        initiated_at: "2026-11-25T08:00:00Z".to_owned(),
    }
}

/// What is said to find out whether the line is laid.
fn line() -> (String, News) {
    ("t-1".to_owned(), News::Payment { reference: "sale-0".to_owned() })
}

/// Until the line is laid it is said again: it is told at most once.
async fn until_heard(from: &Hub, there: &mut Receiver<(String, News)>) {
    let began = tokio::time::Instant::now();
    loop {
        from.publish_news(&line().0, line().1).await.expect("it can be told");
        if let Ok(heard) = tokio::time::timeout(Duration::from_millis(200), there.recv()).await {
            return assert_eq!(heard.expect("nobody is too slow here"), line());
        }
        assert!(began.elapsed() < Duration::from_secs(30), "it never came");
    }
}

/// A second hub on the database of `chain`, with the same key.
async fn another(chain: &Chain, folder: &std::path::Path) -> Hub {
    let database = Database::of_server(&chain.kept.0.address).await.expect("it can be reached");
    let hub = open_at(&chain.clock, folder, database, &chain.simulator, true);
    let running = hub.clone();
    tokio::spawn(async move { running.make_refunds().await });
    hub
}

#[tokio::test]
async fn news_reaches_every_hub_once_and_is_not_kept() {
    let chain = Chain::with_partner_keys().await;
    let other = another(&chain, chain.folder.path()).await;
    let (mut here, mut there) = (chain.hub.news(), other.news());
    until_heard(&other, &mut here).await;
    until_heard(&chain.hub, &mut there).await;
    let secret = "3f0a-customer-token-of-somebody";
    chain.hub.publish_news("t-7", scanned(secret)).await.unwrap();
    let last = News::Payment { reference: "sale-9".to_owned() };
    chain.hub.publish_news("t-7", last.clone()).await.unwrap();
    for news in [&mut here, &mut there] {
        let mut first = next(news).await;
        while first == line() {
            first = next(news).await;
        }
        assert_eq!(first, ("t-7".to_owned(), scanned(secret)));
        assert_eq!(next(news).await, ("t-7".to_owned(), last.clone()), "each comes once");
    }
    let bytes = chain.kept.everything(chain.folder.path()).await;
    assert!(!bytes.windows(secret.len()).any(|part| part == secret.as_bytes()));
}

/// What is too long for the line is refused, and no till hears half of it.
#[tokio::test]
async fn news_has_a_limit() {
    let chain = Chain::with_partner_keys().await;
    assert!(chain.hub.publish_news("t-1", scanned(&"x".repeat(8_000))).await.is_err());
    assert!(chain.hub.publish_news("t-1", scanned(&"x".repeat(4_000))).await.is_ok());
}
