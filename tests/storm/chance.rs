//! What is drawn by lot, all from one number: whoever has the seed draws the same again.

/// A generator of the kind `splitmix64`: ten lines, and good enough to throw dice with.
pub(crate) struct Chance(u64);

impl Chance {
    pub(crate) fn of(seed: u64) -> Chance {
        Chance(seed)
    }

    /// One of its own for somebody: how often one draws changes nothing for the others.
    pub(crate) fn branch(&mut self) -> Chance {
        Chance(self.next())
    }

    /// Any number.
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// 0 to `end` - 1.
    pub(crate) fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    /// The same, to point into a list with.
    pub(crate) fn index(&mut self, length: usize) -> usize {
        let length = u64::try_from(length).expect("no list is that long");
        usize::try_from(self.below(length)).expect("it is below a length")
    }

    /// True once in `times`.
    pub(crate) fn one_in(&mut self, times: u64) -> bool {
        self.below(times) == 0
    }

    /// One of them.
    pub(crate) fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.index(from.len())]
    }

    /// So many milliseconds at most.
    pub(crate) fn up_to_ms(&mut self, most: u64) -> std::time::Duration {
        std::time::Duration::from_millis(self.below(most + 1))
    }
}
