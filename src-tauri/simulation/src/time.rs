//! Time in the world: it passes while the power is on and while it is off, and it can jump.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use payment::Moment;
use tokio::time::Instant;

/// A moment of a Tuesday.
const MORNING: Moment = Moment(1_800_000_000_000);

/// What time it really is. Within one life of the power it goes with tokio's paused clock.
#[derive(Debug)]
pub(crate) struct Time {
    base_ms: AtomicI64,
    began: Mutex<Option<Instant>>,
}

impl Time {
    pub(crate) fn new() -> Time {
        Time { base_ms: AtomicI64::new(MORNING.0), began: Mutex::default() }
    }

    /// What time it is.
    pub(crate) fn now(&self) -> Moment {
        let began = self.began.lock().unwrap_or_else(PoisonError::into_inner);
        let since = began.map_or(Duration::ZERO, |began| began.elapsed());
        Moment(self.base_ms.load(Ordering::Relaxed)).plus(since)
    }

    /// Since the world began, for the trace.
    pub(crate) fn since_morning(&self) -> Duration {
        MORNING.until(self.now())
    }

    /// A life begins: from here on tokio's clock counts. To be called within its runtime.
    pub(crate) fn begin(&self) {
        *self.began.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
    }

    /// A life ends: time stands until the next one begins.
    pub(crate) fn end(&self) {
        let now = self.now();
        self.base_ms.store(now.0, Ordering::Relaxed);
        *self.began.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// The time jumps ahead, and whoever counts with a clock of his own does not notice: the machine has slept.
    pub(crate) fn jump(&self, by: Duration) {
        let by = i64::try_from(by.as_millis()).unwrap_or(0);
        self.base_ms.fetch_add(by, Ordering::Relaxed);
    }

    /// Waits until `moment` has come, also when time jumps meanwhile by less than `look`.
    pub(crate) async fn until(&self, moment: Moment, look: Duration) {
        while self.now() < moment {
            tokio::time::sleep(self.now().until(moment).min(look)).await;
        }
    }
}
