//! What sales units may do is read with the keys that the hub has, kept, and told to tills. What can't be read is not known.

use std::time::Duration;

use contract::{Heard, UnitSettings};
use hub::{KeptUnit, Which};
use payment::Rail;
use simulator::{Call, CaptureType, Fault, FaultKind, UnitChange};

use crate::chain::{BERGEN, Chain, Counter, OSLO};

impl Chain {
    /// All sales units that the hub knows something of, by their numbers.
    async fn units(&self) -> Vec<KeptUnit> {
        self.hub.units().await.expect("they can be read")
    }

    /// What the hub knows of the sales unit `msn`.
    async fn knows(&self, msn: &str) -> Option<UnitSettings> {
        self.units().await.into_iter().find(|unit| unit.msn == msn)?.settings
    }

    async fn reads(&self, which: Which) {
        self.hub.read_units(which).await.expect("the database can be used");
    }

    /// How many times a sales unit was asked for.
    fn asked(&self) -> usize {
        let sent = self.simulator.requests();
        sent.iter().filter(|record| record.path.starts_with("/management/v1/sales-units/")).count()
    }
}

/// A till that only says that it lives.
async fn hears(chain: &Chain, counter: &Counter) -> Heard {
    let seq = chain.hub.tills().await.expect("they can be read").into_iter();
    let seq = seq.filter(|till| till.id == counter.id).map(|till| till.seq).next().expect("it has joined");
    let telling = counter.telling(u64::try_from(seq).expect("it is a count")).await;
    chain.hub.take(&counter.id, &counter.store, &telling).await.expect("it is taken")
}

#[tokio::test]
async fn each_till_is_told_what_its_own_sales_unit_may_do() {
    let chain = Chain::with_partner_keys().await;
    chain.store("oslo", OSLO, None).await;
    chain.store("bergen", BERGEN, None).await;
    let (oslo, bergen) = (chain.till("oslo", Rail::Ecom).await, chain.till("bergen", Rail::Ecom).await);
    assert_eq!(hears(&chain, &oslo).await.unit, None, "nothing has been read");
    chain.reads(Which::Due).await;
    let unit = hears(&chain, &oslo).await.unit.expect("it has been read");
    assert_eq!(unit, chain.knows(OSLO).await.expect("it is kept"));
    assert!((unit.read_at - chain.clock.now().0).abs() < 60_000, "{unit:?}");
    let expected = UnitSettings {
        msn: OSLO.to_owned(),
        read_at: unit.read_at,
        payment_allowed: Some(true),
        direct_capture: Some(false),
        skip_landing_page_allowed: Some(false),
        partial_capture_allowed: Some(true),
        late_capture_allowed: Some(false),
    };
    assert_eq!(unit, expected);
    assert_eq!(
        hears(&chain, &bergen).await.unit.expect("it has been read").skip_landing_page_allowed,
        Some(true)
    );
    // A till that tells something hears it too.
    oslo.is_paid("sale-1001").await;
    assert_eq!(oslo.tells(&chain.hub).await.unit, Some(expected));
}

#[tokio::test]
async fn what_changes_is_read_in_time_and_not_before() {
    let chain = Chain::with_partner_keys().await;
    chain.store("oslo", OSLO, None).await;
    chain.reads(Which::AtStart).await;
    let change = UnitChange {
        payment_allowed: Some(false),
        capture_type: Some(CaptureType::DirectCapture),
        skip_landing_page_allowed: Some(true),
        ..UnitChange::default()
    };
    chain.simulator.change_sales_unit(OSLO, &change).expect("there is such a unit");
    for which in [Which::Due, Which::AtStart] {
        chain.reads(which).await;
        assert_eq!((chain.asked(), chain.knows(OSLO).await.unwrap().payment_allowed), (1, Some(true)));
    }
    // A store that is added is read soon, and nothing else with it.
    chain.store("bergen", BERGEN, None).await;
    chain.reads(Which::Due).await;
    assert_eq!((chain.asked(), chain.units().await.len()), (2, 2));
    chain.reads(Which::All).await;
    let read = chain.knows(OSLO).await.expect("it is kept");
    assert_eq!(chain.asked(), 4);
    assert_eq!(
        (read.payment_allowed, read.direct_capture, read.skip_landing_page_allowed),
        (Some(false), Some(true), Some(true))
    );
}

#[tokio::test]
async fn stores_of_one_sales_unit_share_what_is_read() {
    let chain = Chain::without_partner_keys().await;
    chain.store("majorstua", OSLO, Some("MAJ-")).await;
    chain.store("grunerlokka", OSLO, Some("GRU-")).await;
    // The keys of either will do.
    chain.gives_keys("majorstua", OSLO).await;
    chain.reads(Which::Due).await;
    assert_eq!((chain.asked(), chain.units().await.len()), (1, 1));
    let till = chain.till("grunerlokka", Rail::Ecom).await;
    assert!(hears(&chain, &till).await.unit.is_some());
}

#[tokio::test]
async fn without_keys_nobody_is_asked_and_wrong_ones_are_no_failure() {
    let chain = Chain::without_partner_keys().await;
    chain.store("oslo", OSLO, None).await;
    chain.reads(Which::Due).await;
    assert!(chain.units().await.is_empty() && chain.simulator.requests().is_empty());
    chain.hub.set_keys("oslo", "a", "b", "c").await.expect("they can be kept");
    chain.reads(Which::Due).await;
    let unit = chain.units().await.remove(0);
    assert_eq!((unit.settings, unit.problem.as_deref()), (None, Some("keys_refused")));
    // With the right ones it is tried at once.
    chain.gives_keys("oslo", OSLO).await;
    chain.reads(Which::Due).await;
    let unit = chain.units().await.remove(0);
    assert!(unit.settings.is_some() && unit.problem.is_none(), "{unit:?}");
}

/// The sales unit is not the partner's any more, or nobody answers: what was read stays, with its time.
#[tokio::test]
async fn what_was_read_before_is_kept() {
    let chain = Chain::with_partner_keys().await;
    chain.store("oslo", OSLO, None).await;
    chain.store("kinoen", "654323", None).await;
    chain.reads(Which::Due).await;
    let read = chain.units().await;
    assert_eq!(
        read.iter().map(|unit| unit.problem.as_deref()).collect::<Vec<_>>(),
        [None, Some("keys_refused")],
        "the partner does not look after the second"
    );
    chain.simulator.set_faults(vec![Fault::new(Call::Management, FaultKind::Refused)]);
    chain.time_passes(Duration::from_hours(2));
    chain.reads(Which::All).await;
    let unit = chain.units().await.remove(0);
    assert_eq!(unit.settings, read[0].settings);
    assert!(unit.problem.is_some(), "{unit:?}");
    // It left the rest for later, and is tried again in five minutes, not at once.
    let asked = chain.asked();
    chain.simulator.set_faults(Vec::new());
    chain.reads(Which::Due).await;
    assert_eq!(chain.asked(), asked);
}

/// Of several hubs on one database, one reads. They share nothing in this but the database, so a clone will do as the second.
#[tokio::test]
async fn two_hubs_do_not_read_the_same() {
    let chain = Chain::with_partner_keys().await;
    chain.store("oslo", OSLO, None).await;
    chain.store("bergen", BERGEN, None).await;
    let other = chain.hub.clone();
    let (one, two) = tokio::join!(chain.hub.read_units(Which::Due), other.read_units(Which::Due));
    one.and(two).expect("the database can be used");
    assert_eq!((chain.asked(), chain.units().await.len()), (2, 2));
}
