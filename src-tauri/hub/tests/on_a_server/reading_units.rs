//! A hub that runs reads by itself what sales units may do.

use std::time::Duration;

use crate::chain::BERGEN;
use crate::process::LIMIT;
use crate::street::Street;

/// Waits until so many sales units have been read, and gives how often one was asked for.
async fn read(street: &Street, count: usize) -> usize {
    let come = async {
        loop {
            let units = street.chain.hub.units().await.expect("they can be read");
            if units.iter().filter(|unit| unit.settings.is_some()).count() == count {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(LIMIT, come).await.unwrap_or_else(|_| panic!("{count} are never read"));
    let sent = street.chain.simulator.requests();
    sent.iter().filter(|record| record.path.starts_with("/management/v1/sales-units/")).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hub_reads_when_it_starts_and_when_a_store_gets_keys() {
    let Some(street) = Street::with_sales(0).await else { return };
    let _hub = street.hub("one");
    assert_eq!(read(&street, 1).await, 1, "Oslo has given its keys");
    // Its first look is over.
    street.chain.gives_keys("bergen", BERGEN).await;
    assert_eq!(read(&street, 2).await, 2);
}
