//! What may be kept, and for how long: the shop says, in its settings.

use std::ops::RangeInclusive;

/// The milliseconds of a day.
pub const DAY_MS: i64 = 86_400_000;

/// What numbers are kept for, and for how long.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    purpose: String,
    days: u16,
}

impl Rule {
    /// For how many days a number may be kept: three years at most.
    pub const DAYS: RangeInclusive<u16> = 1..=1095;
    /// How many characters a purpose has. It is read by a customer who is asked for consent, so it is short.
    pub const PURPOSE_CHARS: RangeInclusive<usize> = 3..=80;

    /// Numbers are kept for `purpose`, and for `days` days.
    ///
    /// # Errors
    /// When the purpose is not 3 to 80 printable characters, or the days are not 1 to 1095.
    pub fn new(purpose: &str, days: u16) -> Result<Rule, RuleError> {
        let purpose = purpose.trim();
        let good = Self::PURPOSE_CHARS.contains(&purpose.chars().count());
        if !good || purpose.chars().any(char::is_control) {
            return Err(RuleError::Purpose);
        }
        if !Self::DAYS.contains(&days) {
            return Err(RuleError::Days);
        }
        Ok(Rule { purpose: purpose.to_owned(), days })
    }

    /// What for, in the shop's own words.
    pub fn purpose(&self) -> &str {
        &self.purpose
    }

    /// When a number that is given at `given_at` is erased; both in milliseconds since 1970.
    pub fn erased_at(&self, given_at: i64) -> i64 {
        given_at.saturating_add(self.ms())
    }

    /// How long a number is kept, in milliseconds.
    pub(crate) fn ms(&self) -> i64 {
        i64::from(self.days) * DAY_MS
    }
}

/// Why this can't be what numbers are kept for, or how long.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RuleError {
    /// The purpose.
    #[error("the purpose must be 3 to 80 printable characters")]
    Purpose,
    /// The days.
    #[error("the days must be 1 to 1095")]
    Days,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_purpose_is_said_and_the_time_has_an_end() {
        let rule = Rule::new(" Kvitteringer ", 365).expect("it is good");
        assert_eq!(rule.purpose(), "Kvitteringer");
        assert_eq!(rule.erased_at(1_000), 1_000 + 365 * DAY_MS);
        assert_eq!(rule.erased_at(i64::MAX), i64::MAX);
        for wrong in ["", "  ", "ab", &"x".repeat(81), "to\nlinjer"] {
            assert_eq!(Rule::new(wrong, 365), Err(RuleError::Purpose), "{wrong}");
        }
        for wrong in [0, 1_096, u16::MAX] {
            assert_eq!(Rule::new("Kvitteringer", wrong), Err(RuleError::Days), "{wrong}");
        }
    }
}
