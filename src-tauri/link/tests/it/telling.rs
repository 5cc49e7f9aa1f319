//! What a till writes down reaches the hub, in order and once, however often one of them is away.

use std::sync::Arc;

use contract::{ChainSearch, Code, Private, Status};
use journal::{Journal, MemoryJournal};
use link::{Link, Membership, MembershipError};

use crate::chain::{Chain, Counter, PATIENCE};

#[tokio::test]
async fn what_happens_at_the_till_is_known_at_the_hub() {
    let chain = Chain::new().await;
    let (membership, config) = chain.joined("oslo").await;
    let counter = Counter::open(&chain, &membership, config.path()).await;
    counter.is_paid("sale-1001").await;
    counter.until_told().await;
    let found = chain.hub.search(&ChainSearch::default()).await.expect("it can be searched").payments;
    assert_eq!((found[0].reference.as_str(), found[0].status), ("sale-1001", Status::Paid));
    let till = chain.hub.tills().await.expect("they can be read").remove(0);
    assert_eq!(
        (till.id.as_str(), till.version.as_str()),
        (membership.till.as_str(), env!("CARGO_PKG_VERSION"))
    );
}

#[tokio::test]
async fn while_the_hub_is_away_the_till_works_on_and_catches_up() {
    let mut chain = Chain::new().await;
    let (membership, config) = chain.joined("oslo").await;
    let counter = Counter::open(&chain, &membership, config.path()).await;
    counter.is_paid("sale-1001").await;
    counter.until_told().await;
    let before = chain.has(&membership.till).await;
    chain.stop().await;
    let away = counter.until_state(|state| !state.connected).await;
    assert_eq!(away.problem, Some(Code::HubUnreachable));
    assert!(away.lost_at.is_some(), "{away:?}");
    let mut state = counter.link.state().expect("it belongs to a chain");
    state.borrow_and_update();
    tokio::time::timeout(PATIENCE, state.changed()).await.expect("it tries again").expect("the link lives");
    assert_eq!(*state.borrow(), away, "it is the first failure that counts");
    for number in 2..=4 {
        counter.is_paid(&format!("sale-100{number}")).await;
    }
    assert_eq!(chain.has(&membership.till).await, before);
    chain.start().await;
    let state = counter.until_told().await;
    assert_eq!(state.lost_at, None);
    assert_eq!(chain.has(&membership.till).await, state.told);
    let found = chain.hub.search(&ChainSearch::default()).await.expect("it can be searched").payments;
    assert_eq!(found.len(), 4);
    assert!(found.iter().all(|payment| payment.status == Status::Paid), "{found:?}");
}

/// Nothing but the journal and the hub's word says how much was told.
#[tokio::test]
async fn after_a_restart_the_till_goes_on_where_it_was() {
    let mut chain = Chain::new().await;
    let (membership, config) = chain.joined("oslo").await;
    let journal: Arc<dyn Journal> = Arc::new(MemoryJournal::new());
    let counter = Counter::with(&chain, &membership, config.path(), journal.clone()).await;
    counter.is_paid("sale-1001").await;
    counter.until_told().await;
    chain.stop().await;
    counter.is_paid("sale-1002").await;
    drop(counter);
    chain.start().await;
    let counter = Counter::with(&chain, &membership, config.path(), journal).await;
    let state = counter.until_told().await;
    assert_eq!(chain.has(&membership.till).await, state.told);
    assert_eq!(
        chain.hub.search(&ChainSearch::default()).await.expect("it can be searched").payments.len(),
        2
    );
}

#[tokio::test]
async fn a_till_that_has_lost_its_journal_is_not_taken_for_the_one_it_was() {
    let chain = Chain::new().await;
    let (membership, config) = chain.joined("oslo").await;
    let counter = Counter::open(&chain, &membership, config.path()).await;
    counter.is_paid("sale-1001").await;
    counter.until_told().await;
    // The same key with an empty journal. Another process would be the only one; here the first falls silent.
    drop(counter);
    let counter = Counter::open(&chain, &membership, config.path()).await;
    let state = counter.until_state(|state| state.problem.is_some()).await;
    assert_eq!(state.problem, Some(Code::Mismatch));
    let has = chain.has(&membership.till).await;
    // As many new entries as the hub has of the old journal, and more: none of them is taken for one of those.
    for number in 2..=4 {
        counter.is_paid(&format!("sale-100{number}")).await;
    }
    let state = counter.until_state(|state| state.problem == Some(Code::Mismatch)).await;
    assert!(!state.connected);
    assert_eq!(chain.has(&membership.till).await, has);
}

#[tokio::test]
async fn a_till_that_is_shut_out_sells_on_and_says_so() {
    let chain = Chain::new().await;
    let (membership, config) = chain.joined("oslo").await;
    let counter = Counter::open(&chain, &membership, config.path()).await;
    counter.until_state(|state| state.connected).await;
    chain.hub.revoke(&membership.till).await.expect("it is there");
    let state = counter.until_state(|state| !state.connected).await;
    assert_eq!(state.problem, Some(Code::TillRevoked));
    counter.is_paid("sale-1001").await;
    assert_eq!(counter.link.stores().await.expect_err("it is shut out").code, Code::TillRevoked);
}

#[tokio::test]
async fn joining_is_done_once_and_kept_for_the_owner_alone() {
    let chain = Chain::new().await;
    let (membership, config) = chain.joined("oslo").await;
    let kept = Membership::read(config.path()).expect("it can be read").expect("it has joined");
    assert_eq!((kept.till, kept.store), (membership.till.clone(), membership.store));
    let path = config.path().join(link::FILE);
    assert!(!private_file::is_open_to_others(&path));
    assert!(!format!("{kept:?}", kept = Membership::read(config.path())).contains(membership.key.reveal()));
    let other = tempfile::tempdir().expect("there is room");
    let refused = Membership::join(other.path(), chain.hub_address(), Private::new("AAAA-AAAA")).await;
    assert!(
        matches!(refused, Err(MembershipError::Refused(refused)) if refused.code == Code::JoinCodeRefused)
    );
    assert!(Membership::read(other.path()).expect("it can be read").is_none());
    assert!(Membership::leave(config.path()).expect("it can be removed"));
    assert!(!Membership::leave(config.path()).expect("there is none"));
}

#[tokio::test]
async fn without_a_chain_everything_is_refused_in_words() {
    let refused = Link::none().search(&ChainSearch::default()).await.expect_err("there is no hub");
    assert_eq!(refused.code, Code::NoHub);
    assert!(Link::none().state().is_none() && Link::none().store().is_none());
}
