//! What a till can't do itself it asks for.

use std::time::Duration;

use contract::{ChainRefund, ChainSearch, Code, ModificationStatus, Person, Private};
use link::{Membership, MembershipError};

use crate::chain::{Chain, Counter, DUE, OSLO};

fn refund(payment: &contract::ChainPayment) -> ChainRefund {
    ChainRefund {
        store: payment.store.id.clone(),
        reference: payment.reference.clone(),
        amount: None,
        refunded_before: payment.refunded,
        reason: "Feil vare".to_owned(),
        person: Person { id: "kari".to_owned(), pin: Private::new("1234") },
        second: None,
    }
}

#[tokio::test]
async fn bergen_gives_back_what_oslo_took() {
    let chain = Chain::new().await;
    let ((one, one_folder), (two, two_folder)) = (chain.joined("oslo").await, chain.joined("bergen").await);
    let oslo = Counter::open(&chain, &one, one_folder.path()).await;
    let bergen = Counter::open(&chain, &two, two_folder.path()).await;
    oslo.is_paid("sale-1001").await;
    oslo.until_told().await;
    let stores = bergen.link.stores().await.expect("it is answered");
    assert_eq!(stores.iter().map(|store| store.id.as_str()).collect::<Vec<_>>(), ["bergen", "oslo"]);
    let search = ChainSearch { query: Some("1001".to_owned()), ..ChainSearch::default() };
    let seen = bergen.link.search(&search).await.expect("it is answered").payments.remove(0);
    let asked = bergen.link.refund(&refund(&seen), "key-1").await.expect("it is taken");
    let wait = Duration::from_secs(30);
    let made = bergen.link.refund_of(&asked.id, wait).await.expect("it is answered");
    assert_eq!(made.status, ModificationStatus::Made);
    assert_eq!(chain.simulator.payment_at(OSLO, "sale-1001").expect("it exists").refunded, DUE);
    // Another till's refund is none of its business.
    let refused = oslo.link.refund_of(&asked.id, Duration::ZERO).await.expect_err("it asked for none");
    assert_eq!(refused.code, Code::NotThere);
    for strange in ["", "../tills", "a/b", "ø"] {
        let refused = oslo.link.refund_of(strange, Duration::ZERO).await.expect_err("there is none");
        assert_eq!(refused.code, Code::NotThere, "{strange}");
    }
}

/// The answer is lost, and the cashier presses again: it is the same refund.
#[tokio::test]
async fn a_refund_that_is_asked_for_again_after_the_hub_was_away_is_the_same() {
    let mut chain = Chain::new().await;
    let (membership, config) = chain.joined("oslo").await;
    let counter = Counter::open(&chain, &membership, config.path()).await;
    counter.is_paid("sale-1001").await;
    counter.until_told().await;
    let seen = counter.link.search(&ChainSearch::default()).await.expect("it is answered").payments.remove(0);
    let asked = counter.link.refund(&refund(&seen), "key-1").await.expect("it is taken");
    chain.stop().await;
    let refused = counter.link.refund(&refund(&seen), "key-1").await.expect_err("it is away");
    assert_eq!(refused.code, Code::HubUnreachable);
    chain.start().await;
    let again = counter.link.refund(&refund(&seen), "key-1").await.expect("it is taken");
    assert_eq!(again.id, asked.id);
    counter.link.refund_of(&asked.id, Duration::from_secs(30)).await.expect("it is answered");
    assert_eq!(chain.simulator.payment_at(OSLO, "sale-1001").expect("it exists").refunded, DUE);
}

/// Of codes to join with, so few are looked at in a minute that nobody guesses one; a good one has to wait too.
#[tokio::test]
async fn codes_are_not_guessed() {
    let chain = Chain::new().await;
    let code = chain.hub.join_code("oslo", "kasse 1").await.expect("there is such a store").code;
    let join = async |code: Private| {
        let config = tempfile::tempdir().expect("there is room");
        match Membership::join(config.path(), chain.hub_address(), code).await {
            Err(MembershipError::Refused(refused)) => refused.code,
            other => panic!("{other:?}"),
        }
    };
    for _ in 0..30 {
        assert_eq!(join(Private::new("AAAA-AAAA")).await, Code::JoinCodeRefused);
    }
    assert_eq!(join(code).await, Code::Busy);
    assert!(chain.hub.tills().await.expect("they can be read").is_empty());
}
