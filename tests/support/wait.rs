//! Waiting for something to become true, with a limit.

use std::time::{Duration, Instant};

/// Between two looks.
const PAUSE: Duration = Duration::from_millis(20);

/// How long anything on this machine may take that is not itself a time-out of the product.
pub(crate) const SOON: Duration = Duration::from_secs(20);

/// Looks until `look` finds it, for at most [`SOON`]. A look that finds something else says what it saw.
pub(crate) fn wait_for<T>(what: &str, look: impl FnMut() -> Result<T, String>) -> T {
    wait_within(SOON, what, look)
}

/// Looks until `look` finds it, for at most `limit`.
#[expect(clippy::disallowed_methods, reason = "another program is waited for, in its own time")]
pub(crate) fn wait_within<T>(limit: Duration, what: &str, mut look: impl FnMut() -> Result<T, String>) -> T {
    let begun = Instant::now();
    loop {
        match look() {
            Ok(found) => return found,
            Err(seen) if begun.elapsed() >= limit => {
                panic!("waited {} s for {what}; last seen: {seen}", limit.as_secs())
            }
            Err(_) => std::thread::sleep(PAUSE),
        }
    }
}
