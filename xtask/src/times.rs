//! How long calls took: the middle, the slow ones, the slowest.

use std::fmt;
use std::time::Duration;

/// Times of the same thing, done again and again.
#[derive(Clone, Debug, Default)]
pub(crate) struct Times(Vec<Duration>);

impl Times {
    /// One more.
    pub(crate) fn add(&mut self, time: Duration) {
        self.0.push(time);
    }

    /// How many there are.
    pub(crate) fn count(&self) -> usize {
        self.0.len()
    }

    /// The time that half of them stayed within.
    pub(crate) fn median(&self) -> Option<Duration> {
        self.within(50)
    }

    /// The time that 95 of 100 stayed within.
    pub(crate) fn p95(&self) -> Option<Duration> {
        self.within(95)
    }

    /// The time that 99 of 100 stayed within.
    pub(crate) fn p99(&self) -> Option<Duration> {
        self.within(99)
    }

    /// All of them, in the order in which they were measured.
    pub(crate) fn all(&self) -> &[Duration] {
        &self.0
    }

    /// The longest.
    pub(crate) fn worst(&self) -> Option<Duration> {
        self.0.iter().max().copied()
    }

    fn within(&self, percent: usize) -> Option<Duration> {
        let mut sorted = self.0.clone();
        sorted.sort();
        let rank = (sorted.len() * percent).div_ceil(100);
        sorted.get(rank.checked_sub(1)?).copied()
    }
}

/// `1.8 ms`, and a dash where nothing was measured.
pub(crate) struct Written(pub(crate) Option<Duration>);

impl fmt::Display for Written {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text =
            self.0.map_or_else(|| "–".to_owned(), |time| format!("{:.1} ms", time.as_secs_f64() * 1e3));
        f.pad(&text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_middle_and_the_slow_ones() {
        let mut times = Times::default();
        assert_eq!((times.median(), times.p95(), times.worst()), (None, None, None));
        for millis in (1..=100).rev() {
            times.add(Duration::from_millis(millis));
        }
        let millis = |time: Option<Duration>| time.unwrap().as_millis();
        assert_eq!((millis(times.median()), millis(times.p95())), (50, 95));
        assert_eq!((millis(times.p99()), millis(times.worst())), (99, 100));
    }

    #[test]
    fn what_was_not_measured_is_a_dash() {
        assert_eq!(format!("{:>8}", Written(Some(Duration::from_micros(1_840)))), "  1.8 ms");
        assert_eq!(format!("{:>3}", Written(None)), "  –");
    }
}
