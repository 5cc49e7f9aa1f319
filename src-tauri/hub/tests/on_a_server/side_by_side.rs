//! Several hubs on one database: each refund is made once, whichever hub is asked, killed, stopped or cut off.

use std::time::Duration;

use contract::ModificationStatus;
use reqwest::StatusCode;
use simulator::FaultKind;

use crate::chain::{OSLO, nok};
use crate::server::{fresh_on, own_server};
use crate::street::{BACK, Street, join};
use crate::wait::until;

/// Longer than any hub waits.
const VERY_SLOW: Duration = Duration::from_secs(50);

#[tokio::test(flavor = "multi_thread")]
async fn pressed_at_two_hubs_at_the_same_moment_it_is_made_once() {
    let Some(street) = Street::with_sales(3).await else { return };
    let (one, two) = (street.hub("one"), street.hub("two"));
    let other = join(&street.chain, "oslo").await;
    let (key, other) = (street.asking.key.reveal(), other.key.reveal());
    // The same request at both: its answer was lost, so it is sent again, by another way.
    let asked = street.refund_of("sale-1001", "kari").await;
    let (here, there) = tokio::join!(one.ask(key, "k1", &asked), two.ask(key, "k1", &asked));
    let (here, there) = (here.unwrap(), there.unwrap());
    let mut statuses = [here.0, there.0];
    statuses.sort();
    assert_eq!(statuses, [StatusCode::OK, StatusCode::CREATED]);
    let (here, there) = (here.1.unwrap(), there.1.unwrap());
    assert_eq!(here.id, there.id);
    // Two cashiers in two stores.
    for (number, (kari, ola)) in [("sale-1002", ("k2", "k3")), ("sale-1003", ("k4", "k5"))] {
        let as_kari = street.refund_of(number, "kari").await;
        let as_ola = street.refund_of(number, "ola").await;
        let both = tokio::join!(one.ask(key, kari, &as_kari), two.ask(other, ola, &as_ola));
        let mut statuses = [both.0.unwrap().0, both.1.unwrap().0];
        statuses.sort();
        assert_eq!(statuses, [StatusCode::CREATED, StatusCode::CONFLICT], "{number}");
    }
    for hub in [&one, &two] {
        assert_eq!(hub.until_ended(key, &here.id).await.status, ModificationStatus::Made);
    }
    for number in ["sale-1001", "sale-1002", "sale-1003"] {
        until_known(&street, number).await;
        assert_eq!(street.chain.refunded(OSLO, number), BACK);
    }
    assert_eq!(street.keys_used().len(), 3, "nobody asked twice");
}

/// The answer does not come, and the hub that waits for it dies. Whether the refund was made by then or not, the other one
/// ends it.
#[tokio::test(flavor = "multi_thread")]
async fn when_a_hub_dies_in_the_middle_another_ends_it() {
    for kind in [FaultKind::Slow, FaultKind::Silent] {
        let Some(street) = Street::with_sales(1).await else { return };
        let key = street.asking.key.reveal();
        let one = street.hub("one");
        street.fault(kind, VERY_SLOW);
        let asked = street.refund_of("sale-1001", "kari").await;
        let view = one.refund(key, "k1", &asked).await;
        street.until_called().await;
        let two = street.hub("two");
        one.kill();
        assert_eq!(two.until_ended(key, &view.id).await.status, ModificationStatus::Made, "{kind:?}");
        street.is_made_once("sale-1001");
        street.is_known("sale-1001").await;
        // Asked once more, it is the same.
        assert_eq!(two.refund(key, "k1", &asked).await.id, view.id);
    }
}

/// One that is told to end lets the other go on at once.
#[tokio::test(flavor = "multi_thread")]
async fn when_a_hub_ends_another_goes_on() {
    let Some(street) = Street::with_sales(2).await else { return };
    let key = street.asking.key.reveal();
    let (one, two) = (street.hub("one"), street.hub("two"));
    let view = one.refund(key, "k1", &street.refund_of("sale-1001", "kari").await).await;
    one.until_ended(key, &view.id).await;
    one.stop();
    let view = two.refund(key, "k2", &street.refund_of("sale-1002", "kari").await).await;
    assert_eq!(two.until_ended(key, &view.id).await.status, ModificationStatus::Made);
}

/// A hub stands still for longer than its lease, in the middle of a refund. When it goes on, it writes nothing any more.
#[tokio::test(flavor = "multi_thread")]
async fn a_hub_that_stood_still_does_not_go_on_where_another_has() {
    let Some(street) = Street::with_sales(2).await else { return };
    let key = street.asking.key.reveal();
    let one = street.hub("one");
    street.fault(FaultKind::Slow, Duration::from_secs(8));
    let view = one.refund(key, "k1", &street.refund_of("sale-1001", "kari").await).await;
    street.until_called().await;
    one.signal("STOP");
    let two = street.hub("two");
    assert_eq!(two.until_ended(key, &view.id).await.status, ModificationStatus::Made);
    one.signal("CONT");
    // It has the answer by now and wants to write it down.
    until("it to notice", async || {
        let log = one.log();
        if log.contains("another process has taken it over") { Ok(()) } else { Err(log) }
    })
    .await;
    assert_eq!(one.until_ended(key, &view.id).await.status, ModificationStatus::Made);
    street.is_made_once("sale-1001");
    // Both are of use again, and so is the first alone.
    two.kill();
    let next = one.refund(key, "k2", &street.refund_of("sale-1002", "kari").await).await;
    assert_eq!(one.until_ended(key, &next.id).await.status, ModificationStatus::Made);
    assert_eq!(street.chain.refunded(OSLO, "sale-1002"), BACK);
}

/// The database crashes while refunds are asked for and made at two hubs. Nothing is lost and nothing is doubled.
#[tokio::test(flavor = "multi_thread")]
async fn when_the_database_crashes_nothing_is_lost_and_nothing_is_doubled() {
    let Some(mut server) = own_server() else { return };
    let fresh = fresh_on(&server.first_address()).await;
    let numbers: Vec<String> = (1_001..=1_008).map(|number| format!("sale-{number}")).collect();
    let street = Street::on(fresh, numbers.len()).await;
    let key = street.asking.key.reveal();
    let (one, two) = (street.hub("one"), street.hub("two"));
    let mut asked = Vec::new();
    for number in &numbers {
        asked.push(street.refund_of(number, "kari").await);
    }
    street.fault(FaultKind::Slow, Duration::from_secs(2));
    let requests = numbers.iter().zip(&asked).zip([&one, &two].into_iter().cycle());
    let refunds = requests.map(|((number, asked), hub)| async move {
        let view = hub.refund(key, number, asked).await;
        hub.until_ended(key, &view.id).await
    });
    let crash = async {
        street.until_called().await;
        server.crash().expect("it ends");
        server.start_again().expect("it starts");
    };
    let (ended, ()) = tokio::join!(futures_util::future::join_all(refunds), crash);
    for (view, number) in ended.iter().zip(&numbers) {
        assert_eq!(view.status, ModificationStatus::Made, "{view:?}");
        assert_eq!(street.chain.refunded(OSLO, number), BACK);
    }
    let mut keys = street.keys_used();
    keys.sort();
    keys.dedup();
    assert_eq!(keys.len(), numbers.len(), "each under one key");
}

async fn until_known(street: &Street, reference: &str) {
    until("the refund", async || {
        let (told, made) =
            (street.chain.find(reference).await.refunded, street.chain.refunded(OSLO, reference));
        if told == nok(BACK) && made == BACK { Ok(()) } else { Err(format!("{told:?} and {made}")) }
    })
    .await;
}
