//! The till learns from the hub what its sales unit may do, and knows it while the hub is away.

use std::time::Duration;

use contract::{Code, UnitSettings};
use hub::Which;
use link::{NOTE_FILE, Note, State};
use simulator::UnitChange;

use crate::chain::{Chain, Counter, OSLO, PATIENCE};

/// Whether the hub has said that the sales unit may take payments.
fn may(allowed: bool) -> impl Fn(&State) -> bool {
    move |state| state.unit.as_ref().is_some_and(|unit| unit.payment_allowed == Some(allowed))
}

/// Waits until the till warns as wanted.
async fn warns(counter: &Counter, wanted: Option<Code>) {
    let come = async {
        while counter.till.health().warning != wanted {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(PATIENCE, come).await.unwrap_or_else(|_| panic!("it never warns of {wanted:?}"));
}

async fn changes(chain: &Chain, payment_allowed: bool) {
    let change = UnitChange { payment_allowed: Some(payment_allowed), ..UnitChange::default() };
    chain.simulator.change_sales_unit(OSLO, &change).expect("there is such a unit");
    chain.hub.read_units(Which::All).await.expect("the database can be used");
}

#[tokio::test]
async fn the_till_learns_what_its_sales_unit_may_do_and_whenever_that_changes() {
    let chain = Chain::new().await;
    let (membership, config) = chain.joined("oslo").await;
    let counter = Counter::open(&chain, &membership, config.path()).await;
    // Nothing has been read, and an old hub says just that.
    let state = counter.until_told().await;
    assert_eq!((state.unit, counter.till.health().warning), (None, None));
    changes(&chain, false).await;
    counter.until_state(may(false)).await;
    warns(&counter, Some(Code::PaymentsNotAllowed)).await;
    changes(&chain, true).await;
    counter.until_state(may(true)).await;
    warns(&counter, None).await;
}

#[tokio::test]
async fn after_a_restart_without_the_hub_the_till_knows_it_still() {
    let mut chain = Chain::new().await;
    let (membership, config) = chain.joined("oslo").await;
    changes(&chain, false).await;
    let counter = Counter::open(&chain, &membership, config.path()).await;
    counter.until_state(may(false)).await;
    let noted = async {
        while Note::read(config.path()).and_then(|note| note.unit).is_none() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(PATIENCE, noted).await.expect("it is noted");
    drop(counter);
    chain.stop().await;
    let again = Counter::open(&chain, &membership, config.path()).await;
    warns(&again, Some(Code::PaymentsNotAllowed)).await;
    let state = again.until_state(|state| state.problem == Some(Code::HubUnreachable)).await;
    assert!(may(false)(&state), "being away takes nothing back");
}

/// An old hub, or one that has lost its keys, says nothing of it.
#[tokio::test]
async fn a_hub_that_says_nothing_takes_nothing_back() {
    let chain = Chain::new().await;
    let (membership, config) = chain.joined("oslo").await;
    let read_at = till::Clock::of_the_system().now().0;
    let payment_allowed = Some(false);
    let unit = UnitSettings { msn: OSLO.to_owned(), read_at, payment_allowed, ..UnitSettings::default() };
    let note = Note { unit: Some(unit.clone()), ..Note::default() };
    let text = serde_json::to_vec(&note).expect("it is JSON");
    std::fs::write(config.path().join(NOTE_FILE), text).expect("there is room");
    let counter = Counter::open(&chain, &membership, config.path()).await;
    let state = counter.until_state(|state| state.connected).await;
    assert_eq!(state.unit, Some(unit));
    warns(&counter, Some(Code::PaymentsNotAllowed)).await;
}

#[test]
fn what_an_old_hub_says_is_understood() {
    let heard: contract::Heard = serde_json::from_str(r#"{"seq":7}"#).expect("it is read");
    assert_eq!((heard.seq, heard.unit), (7, None));
}
