//! A hub that runs reads by itself what sales units may do.

use crate::chain::BERGEN;
use crate::street::Street;
use crate::wait::until;

/// Waits until so many sales units have been read, and gives how often one was asked for.
async fn read(street: &Street, count: usize) -> usize {
    until("sales units to be read", async || {
        let units = street.chain.hub.units().await.expect("they can be read");
        let known = units.iter().filter(|unit| unit.settings.is_some()).count();
        if known == count { Ok(()) } else { Err(format!("{known} of {count}")) }
    })
    .await;
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
