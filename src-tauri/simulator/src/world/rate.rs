//! How often a caller may ask (contract 1.2, "Rate limits").

use std::collections::{HashMap, VecDeque};

/// Buckets kept at most; beyond this, those that have run empty are thrown away.
const BUCKETS_MAX: usize = 10_000;
/// All limits are per minute.
const WINDOW_MS: i64 = 60_000;

/// Counts the calls of the last minute, bucket by bucket.
#[derive(Debug, Default)]
pub(crate) struct RateLimits(HashMap<String, VecDeque<i64>>);

impl RateLimits {
    /// Counts one call, or says in how many seconds the next one will be let through. A refused call does not count.
    pub(crate) fn take(&mut self, bucket: String, per_minute: usize, now: i64) -> Result<(), i64> {
        if self.0.len() >= BUCKETS_MAX {
            self.0.retain(|_, calls| calls.back().is_some_and(|last| now - last < WINDOW_MS));
        }
        let calls = self.0.entry(bucket).or_default();
        while calls.front().is_some_and(|first| now - first >= WINDOW_MS) {
            calls.pop_front();
        }
        match calls.front() {
            Some(first) if calls.len() >= per_minute => Err((WINDOW_MS - (now - first) + 999) / 1000),
            _ => {
                calls.push_back(now);
                Ok(())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_window_slides() {
        let mut limits = RateLimits::default();
        let mut take = |now| limits.take("payment".into(), 2, now);
        assert_eq!(take(0), Ok(()));
        assert_eq!(take(30_000), Ok(()));
        assert_eq!(take(45_000), Err(15), "the first call leaves the window at 60 s");
        assert_eq!(take(60_000), Ok(()), "the refused call was not counted");
        assert_eq!(take(89_001), Err(1));
        assert_eq!(take(90_000), Ok(()));
    }

    #[test]
    fn buckets_do_not_disturb_each_other() {
        let mut limits = RateLimits::default();
        assert_eq!(limits.take("a".into(), 1, 0), Ok(()));
        assert_eq!(limits.take("b".into(), 1, 0), Ok(()));
        assert_eq!(limits.take("a".into(), 1, 0), Err(60));
    }
}
