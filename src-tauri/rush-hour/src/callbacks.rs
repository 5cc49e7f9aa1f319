//! Callbacks as Vipps MobilePay sends them: each once, at its moment, whether or not the hub keeps up.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use tokio::time::{Instant, sleep, sleep_until};

use crate::chain;
use crate::ledger::{Count, Ledger};
use crate::street::Street;
use crate::wire::{Pool, request};

/// How long what was acknowledged may take until its till has heard of it.
const ARRIVAL_TIME: Duration = Duration::from_mins(2);
/// How often it is looked whether all has arrived.
const LOOK_TIME: Duration = Duration::from_millis(100);

/// Sends callbacks to the tills of `street`, `rate` a second for `during`. Gives what there is to count then; see
/// [`arrived`].
pub(crate) async fn send(street: &Street, rate: u32, during: Duration) -> Arc<Ledger> {
    let count = usize::try_from(during.as_millis() * u128::from(rate) / 1_000).unwrap_or(0);
    let ledger = Arc::new(Ledger::new(count, street.tills()));
    street.listen_for(&ledger);
    let pool = Arc::new(Pool::default());
    let begun = Instant::now();
    let mut sending = tokio::task::JoinSet::new();
    for number in 0..ledger.callbacks() {
        let due = Duration::from_secs(1) * u32::try_from(number).unwrap_or(u32::MAX) / rate;
        sleep_until(begun + due).await;
        let late = (begun + due).elapsed();
        ledger.send(number, ledger.now().saturating_sub(u64::try_from(late.as_micros()).unwrap_or(0)));
        let (street, ledger, pool) = (street.clone(), ledger.clone(), pool.clone());
        sending.spawn(async move {
            let till = ledger.till(number);
            let reference = ledger.reference(number);
            let path = format!("/callbacks/{}/v2/payments/{reference}", chain::till(till));
            let body = format!(r#"{{"orderId":"{reference}","transactionInfo":{{"status":"RESERVED"}}}}"#);
            let ask = request("POST", &path, &chain::token(till), &body);
            if let Ok((200, _)) = pool.ask(street.hub(number), number, &ask).await {
                ledger.acknowledge(number);
            }
        });
        while sending.try_join_next().is_some() {}
    }
    while sending.join_next().await.is_some() {}
    ledger
}

/// Waits until everything that was acknowledged has arrived, and counts.
pub(crate) async fn arrived(street: &Street, ledger: &Ledger) -> Result<Count> {
    let begun = Instant::now();
    loop {
        let count = ledger.count(street);
        if count.lost == 0 || begun.elapsed() > ARRIVAL_TIME {
            return Ok(count);
        }
        sleep(LOOK_TIME).await;
    }
}
