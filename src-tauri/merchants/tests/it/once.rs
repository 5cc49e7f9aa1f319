use std::collections::BTreeSet;
use std::sync::Arc;

use merchants::{ON_ITS_WAY_MS, Standing, Stopped};

use crate::desk::{Desk, THREE};
use crate::wire::{BREAKS, Break, Wire};

/// More runs than any break needs.
const RUNS_MAX: usize = 4;

/// Each merchant has one order, its own, and knows where it is signed.
async fn all_is_well(desk: &Desk, how: &str) {
    let truth = desk.truth().await;
    let made = desk.made();
    assert_eq!(truth.len(), made.len(), "{how}: {truth:?}");
    for (merchant, (id, url)) in desk.merchants.iter().zip(&made) {
        let order = truth.iter().find(|order| order.id == *id).unwrap_or_else(|| panic!("{how}: no {id}"));
        assert_eq!(order.sales_unit_name.as_deref(), Some(merchant.name()), "{how}");
        assert!(url.as_ref().is_some_and(|url| url.contains(id)), "{how}: {url:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn nothing_breaks_and_nothing_is_asked_for_again() {
    let desk = Desk::with(THREE);
    let (calls, ended) = desk.runs(None, 0).await;
    assert!(
        calls == 5 && ended.is_some_and(|ended| ended.is_ok()),
        "a token, the list and three orders: {calls}"
    );
    all_is_well(&desk, "nothing breaks").await;
    let (calls, ended) = desk.runs(None, 0).await;
    assert!(calls == 0 && ended.is_some_and(|ended| ended.is_ok()), "{calls}");
    all_is_well(&desk, "again").await;
}

#[tokio::test(start_paused = true)]
async fn whatever_breaks_at_whatever_call_there_is_one_order_for_each() {
    let mut worlds = 0;
    for how in BREAKS {
        for at in 0.. {
            let desk = Desk::with(THREE);
            let (calls, _) = desk.runs(Some((at, how)), 0).await;
            let orders: BTreeSet<String> =
                desk.truth().await.into_iter().filter_map(|order| order.sales_unit_name).collect();
            assert_eq!(orders.len(), desk.truth().await.len(), "two for one merchant: {how:?} at {at}");
            for run in 1..=RUNS_MAX {
                let now = i64::try_from(run).expect("few") * ON_ITS_WAY_MS;
                desk.runs(None, now).await;
            }
            all_is_well(&desk, &format!("{how:?} at {at}")).await;
            worlds += 1;
            if calls <= at {
                break;
            }
        }
    }
    assert!(worlds >= 25, "{worlds}");
}

#[tokio::test(start_paused = true)]
async fn two_breaks_one_after_the_other_make_no_second_order_either() {
    for first in BREAKS {
        for second in BREAKS {
            for at in 1..6 {
                let desk = Desk::with(THREE);
                desk.runs(Some((3, first)), 0).await;
                desk.runs(Some((at, second)), ON_ITS_WAY_MS).await;
                for run in 2..=RUNS_MAX {
                    desk.runs(None, i64::try_from(run).expect("few") * ON_ITS_WAY_MS).await;
                }
                all_is_well(&desk, &format!("{first:?} at 3, {second:?} at {at}")).await;
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn what_may_still_be_on_its_way_is_waited_for() {
    let desk = Desk::with(THREE);
    // The third call is the first order.
    let wire = Arc::new(Wire::new(desk.simulator.transport(), Some((2, Break::Late))));
    desk.runs_on(&wire, 0).await;
    assert_eq!(desk.standings()[0], Some(Standing::Asked { at: 0 }));
    desk.runs(None, ON_ITS_WAY_MS - 1).await;
    assert_eq!(desk.truth().await.len(), 2, "the other two");
    wire.arrives().await;
    desk.runs(None, ON_ITS_WAY_MS).await;
    all_is_well(&desk, "late").await;
}

#[tokio::test(start_paused = true)]
async fn an_order_that_the_merchant_has_seen_is_not_taken_back() {
    let desk = Desk::with(THREE);
    desk.runs(Some((2, Break::KilledAfter)), 0).await;
    let id = desk.truth().await[0].id.clone();
    desk.plays(&id, "view").await;
    desk.runs(None, ON_ITS_WAY_MS).await;
    assert_eq!(desk.made()[0], (id, None));
    assert_eq!(desk.truth().await.len(), 3);
}

#[tokio::test(start_paused = true)]
async fn without_its_file_a_run_finds_the_orders_that_there_are() {
    let desk = Desk::with(THREE);
    desk.runs(None, 0).await;
    let before: Vec<String> = desk.made().into_iter().map(|(id, _)| id).collect();
    std::fs::remove_file(desk.file()).expect("it is there");
    desk.runs(None, 0).await;
    assert_eq!(desk.made().into_iter().map(|(id, _)| id).collect::<Vec<_>>(), before);
    assert_eq!(desk.truth().await.len(), 3);
}

#[tokio::test(start_paused = true)]
async fn a_network_that_is_gone_stops_the_run_and_leaves_nothing_unclear() {
    let desk = Desk::with(THREE);
    let (_, ended) = desk.runs(Some((0, Break::NotSent)), 0).await;
    assert!(matches!(ended, Some(Err(Stopped::Unreachable(_)))), "{ended:?}");
    let (_, ended) = desk.runs(Some((2, Break::NotSent)), 0).await;
    assert!(matches!(ended, Some(Err(Stopped::Unreachable(_)))), "{ended:?}");
    assert_eq!(desk.standings(), [None, None, None]);
    assert!(desk.truth().await.is_empty());
    desk.runs(None, 0).await;
    all_is_well(&desk, "afterwards").await;
}

#[tokio::test(start_paused = true)]
async fn a_list_that_does_not_say_for_whom_its_orders_are_is_looked_at_order_by_order() {
    let desk = Desk::with(THREE);
    let list = &["/management/v2/product-orders"];
    let wire = |breaks| Arc::new(Wire::new(desk.simulator.transport(), breaks).silent_at(list));
    desk.runs_on(&wire(Some((2, Break::KilledAfter))), 0).await;
    desk.runs_on(&wire(None), ON_ITS_WAY_MS).await;
    all_is_well(&desk, "a silent list").await;
}

#[tokio::test(start_paused = true)]
async fn an_order_that_can_be_anybodys_keeps_another_one_from_being_made() {
    let desk = Desk::with(THREE);
    let all = &["/management/v2/product-orders", "/details"];
    let wire = |breaks| Arc::new(Wire::new(desk.simulator.transport(), breaks).silent_at(all));
    desk.runs_on(&wire(Some((2, Break::KilledAfter))), 0).await;
    desk.runs_on(&wire(None), 10 * ON_ITS_WAY_MS).await;
    assert_eq!(desk.standings()[0], Some(Standing::Asked { at: 0 }));
    assert_eq!(desk.truth().await.len(), 3, "one of each");
}
