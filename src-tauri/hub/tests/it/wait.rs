//! Waits for what nobody announces: the hub is a process or a task of its own, and its time is real.

use std::time::Duration;

use tokio::time::{Instant, interval};

/// How long anything may take.
pub(crate) const LIMIT: Duration = Duration::from_mins(1);
const LOOK_TIME: Duration = Duration::from_millis(10);

/// What `look` finds in the end. While it finds nothing it says what there is instead.
pub(crate) async fn until<T>(what: &str, mut look: impl AsyncFnMut() -> Result<T, String>) -> T {
    let (began, mut looks) = (Instant::now(), interval(LOOK_TIME));
    loop {
        looks.tick().await;
        match look().await {
            Ok(found) => return found,
            Err(instead) => assert!(began.elapsed() < LIMIT, "waited {LIMIT:?} for {what}: {instead}"),
        }
    }
}
