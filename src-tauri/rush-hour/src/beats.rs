//! What tills say when nothing happens: each tells its hub every half minute that it lives.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::task::JoinHandle;
use tokio::time::{MissedTickBehavior, interval};

use crate::chain;
use crate::street::Street;
use crate::wire::{connect, exchange, request};

/// How often each till says it.
const ALIVE: Duration = Duration::from_secs(30);

/// The tills of a street say that they live. Dropped, they stop.
pub(crate) struct Beats {
    task: JoinHandle<()>,
    counts: Arc<(AtomicU64, AtomicU64)>,
}

impl Beats {
    /// The tills of `street`, evenly spread over the half minute.
    pub(crate) fn begin(street: &Street) -> Beats {
        let counts = Arc::new((AtomicU64::new(0), AtomicU64::new(0)));
        let (street, counted) = (street.clone(), counts.clone());
        let task = tokio::spawn(async move {
            let mut ticks = interval(ALIVE / u32::try_from(street.tills()).unwrap_or(u32::MAX).max(1));
            ticks.set_missed_tick_behavior(MissedTickBehavior::Burst);
            for number in 0_usize.. {
                ticks.tick().await;
                let (street, counted) = (street.clone(), counted.clone());
                tokio::spawn(async move {
                    let till = number % street.tills();
                    let answered = beat(&street, till).await.unwrap_or(false);
                    let (good, bad) = &*counted;
                    if answered { good } else { bad }.fetch_add(1, Ordering::Relaxed);
                });
            }
        });
        Beats { task, counts }
    }

    /// How many were answered, and how many were not.
    pub(crate) fn counts(&self) -> (u64, u64) {
        (self.counts.0.load(Ordering::Relaxed), self.counts.1.load(Ordering::Relaxed))
    }
}

impl Drop for Beats {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// A hub closes what rests for a quarter of a minute, so a real till needs a new connection each time.
async fn beat(street: &Street, till: usize) -> anyhow::Result<bool> {
    let mut stream = connect(street.hub(till), till).await?;
    let ask = request(
        "POST",
        "/v1/entries",
        &format!("Bearer {}", chain::key(till)),
        r#"{"entries":[],"version":"0.1.0"}"#,
    );
    Ok(exchange(&mut stream, &ask).await?.0 == 200)
}
