//! Waiting for something to become true, with a limit.

use std::time::{Duration, Instant};

use anyhow::{Result, bail};

/// Between two looks.
const PAUSE: Duration = Duration::from_millis(50);
/// Between two looks where it matters how long it took.
const SHORT_PAUSE: Duration = Duration::from_millis(2);

/// What one look has found.
pub(crate) enum Look<T> {
    /// What we waited for.
    Found(T),
    /// Something else, described for the one who reads the error.
    NotYet(String),
}

/// Looks until `look` has found it, at least once and for at most `limit`. An error of `look` ends the waiting.
///
/// # Errors
///
/// When the limit has passed: what was waited for, and what the last look saw.
pub(crate) fn until<T>(what: &str, limit: Duration, look: impl FnMut() -> Result<Look<T>>) -> Result<T> {
    with_pause(PAUSE, what, limit, look)
}

/// The same, and looks more often: for what is measured.
pub(crate) fn closely<T>(what: &str, limit: Duration, look: impl FnMut() -> Result<Look<T>>) -> Result<T> {
    with_pause(SHORT_PAUSE, what, limit, look)
}

#[expect(clippy::disallowed_methods, reason = "other programs are waited for in their own time, not in ours")]
fn with_pause<T>(
    pause: Duration,
    what: &str,
    limit: Duration,
    mut look: impl FnMut() -> Result<Look<T>>,
) -> Result<T> {
    let begun = Instant::now();
    loop {
        match look()? {
            Look::Found(value) => return Ok(value),
            Look::NotYet(seen) if begun.elapsed() >= limit => {
                bail!("waited {} s for {what}; last seen: {seen}", limit.as_secs_f32())
            }
            Look::NotYet(_) => std::thread::sleep(pause),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_looks_again_until_it_is_there() {
        let mut looks = 0;
        let found = until("the third look", Duration::from_mins(1), || {
            looks += 1;
            Ok(if looks == 3 { Look::Found(looks) } else { Look::NotYet(looks.to_string()) })
        });
        assert_eq!(found.unwrap(), 3);
    }

    #[test]
    fn it_gives_up_and_says_what_it_saw() {
        let never: Result<()> = until("a bus", Duration::ZERO, || Ok(Look::NotYet("rain".to_owned())));
        assert_eq!(never.unwrap_err().to_string(), "waited 0 s for a bus; last seen: rain");
    }
}
