//! Chance, drawn from the seed. Each part of the world has dice of its own, so that one more throw in one part does
//! not change what happens in the others.

use std::ops::RangeInclusive;
use std::time::Duration;

/// One part's dice.
#[derive(Clone, Debug)]
pub(crate) struct Dice(fastrand::Rng);

impl Dice {
    /// The dice of the part `part` in the world of `seed`.
    pub(crate) fn of(seed: u64, part: &str) -> Dice {
        let mixed = part.bytes().fold(seed ^ 0x6b76_6974_7400_0000, |mixed, byte| {
            (mixed ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3).rotate_left(29)
        });
        Dice(fastrand::Rng::with_seed(mixed))
    }

    /// True in `permille` of a thousand throws.
    pub(crate) fn chance(&mut self, permille: u32) -> bool {
        self.0.u32(0..1000) < permille
    }

    /// A whole number.
    pub(crate) fn number(&mut self, range: RangeInclusive<u64>) -> u64 {
        self.0.u64(range)
    }

    /// A time of whole milliseconds.
    pub(crate) fn millis(&mut self, range: RangeInclusive<u64>) -> Duration {
        Duration::from_millis(self.number(range))
    }

    /// A time of whole seconds, and a few milliseconds so that not everything happens on the second.
    pub(crate) fn seconds(&mut self, range: RangeInclusive<u64>) -> Duration {
        Duration::from_secs(self.number(range)) + self.millis(0..=999)
    }

    /// One of `choices`, each as likely as its weight says.
    pub(crate) fn weighed<T: Copy>(&mut self, choices: &[(u32, T)]) -> Option<T> {
        let sum = choices.iter().map(|(weight, _)| weight).sum::<u32>();
        let mut left = self.0.u32(0..sum.max(1));
        for (weight, choice) in choices {
            match left.checked_sub(*weight) {
                Some(rest) => left = rest,
                None => return Some(*choice),
            }
        }
        None
    }

    /// Fills `bytes`.
    pub(crate) fn fill(&mut self, bytes: &mut [u8]) {
        self.0.fill(bytes);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_throws_the_same_and_another_part_throws_otherwise() {
        let throws = |seed, part| {
            let mut dice = Dice::of(seed, part);
            (0..8).map(|_| dice.number(0..=u64::MAX)).collect::<Vec<_>>()
        };
        assert_eq!(throws(7, "network"), throws(7, "network"));
        assert_ne!(throws(7, "network"), throws(7, "disk"));
        assert_ne!(throws(7, "network"), throws(8, "network"));
    }
}
