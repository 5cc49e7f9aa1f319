//! What can be looked for among the requests, and where each of them stands in their order.

use std::ops::Range;

use payment::{Moment, Reference};

use crate::JournalError;

/// Requests that one millisecond may have. A till has one payment open at a time.
pub const REQUESTS_PER_MOMENT: i64 = 65_536;
/// The farthest moment, before or after 1970, that requests are told apart by: the year 6406.
const MOMENT_MAX: i64 = 140_000_000_000_000;

/// What is looked for. What is left out does not matter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query {
    /// The reference has this in it. With an amount as well, either will do.
    pub part: Option<Part>,
    /// So much was due, in minor units.
    pub amount: Option<u64>,
    /// Requested at this moment or later, by the till's clock.
    pub since: Option<Moment>,
    /// Requested before this moment.
    pub until: Option<Moment>,
    /// Where the last answer ended: only what stands after this one, so was requested before it.
    pub before: Option<Reference>,
    /// How many at the most; above [`crate::limits::STORIES_MAX`] so many.
    pub limit: u32,
}

/// A part of a reference: [`Part::CHARS_MIN`] to [`Reference::CHARS_MAX`] of letters, digits and hyphens. Large and
/// small letters are the same.
///
/// Shorter parts are in nearly every reference, and an index of three letters is what finds a part without reading
/// the journal from end to end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part(String);

impl Part {
    /// The least number of characters.
    pub const CHARS_MIN: usize = 3;

    /// The part `text`, unless no reference can have it or it is too short.
    pub fn parse(text: &str) -> Option<Part> {
        let fits = (Part::CHARS_MIN..=Reference::CHARS_MAX).contains(&text.len());
        let good = fits && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        good.then(|| Part(text.to_ascii_lowercase()))
    }

    /// In small letters.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub(crate) fn is_in(&self, reference: &Reference) -> bool {
        reference.as_str().to_ascii_lowercase().contains(&self.0)
    }
}

impl Query {
    /// The places that it is about; `before` is that of [`Query::before`].
    pub fn places(&self, before: Option<i64>) -> Range<i64> {
        let first = |moment: Option<Moment>| moment.map(|moment| places_of(moment).start);
        let end = [first(self.until), before].into_iter().flatten().min();
        first(self.since).unwrap_or(i64::MIN)..end.unwrap_or(i64::MAX)
    }
}

/// The places of the requests of one millisecond. Requests stand in the order of their moments; those of the same,
/// in the order in which they came.
pub fn places_of(at: Moment) -> Range<i64> {
    let first = at.0.clamp(-MOMENT_MAX, MOMENT_MAX) * REQUESTS_PER_MOMENT;
    first..first + REQUESTS_PER_MOMENT
}

/// The place of the next request of the moment `at`, whose newest one stands at `newest`.
pub fn next_place(at: Moment, newest: Option<i64>) -> Result<i64, JournalError> {
    let places = places_of(at);
    let next = newest.map_or(places.start, |newest| newest.saturating_add(1));
    if places.contains(&next) {
        return Ok(next);
    }
    let limit = usize::try_from(REQUESTS_PER_MOMENT).unwrap_or(usize::MAX);
    Err(JournalError::TooLarge { what: "requests in one millisecond", found: limit + 1, limit })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_what_a_reference_can_have() {
        for good in ["042", "SALE-1042-1", "--1", &"x".repeat(50)] {
            assert!(Part::parse(good).is_some(), "{good}");
        }
        for bad in ["", "42", "a b", "sale\"", "å42", "sale*", &"x".repeat(51)] {
            assert!(Part::parse(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn places_are_in_the_order_of_time_and_none_is_given_twice() {
        let first = next_place(Moment(7), None).unwrap();
        let second = next_place(Moment(7), Some(first)).unwrap();
        assert!(first < second && second < next_place(Moment(8), None).unwrap());
        assert!(next_place(Moment(-1), None).unwrap() < next_place(Moment(0), None).unwrap());
        next_place(Moment(i64::MAX), None).unwrap();
        next_place(Moment(i64::MIN), None).unwrap();
        let full = next_place(Moment(7), Some(places_of(Moment(7)).end - 1));
        let many = usize::try_from(REQUESTS_PER_MOMENT).unwrap();
        let one_too_many = |found, limit| (found, limit) == (many + 1, many);
        assert!(
            matches!(full, Err(JournalError::TooLarge { found, limit, .. }) if one_too_many(found, limit)),
            "{full:?}"
        );
    }
}
