//! What makes it safe to repeat a call of ePayment.

use std::fmt;

use crate::plain::is_plain;

/// The `Idempotency-Key` of a call: 1 to [`IDEMPOTENCY_KEY_CHARS_MAX`] letters, digits and `-`.
///
/// To be written down together with what is asked for, before it is asked for the first time. The same key
/// goes with every repetition, a new key only with a new operation; a refusal (HTTP 4xx) stays what it is for
/// its key (contract 1.9).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct IdempotencyKey(String);

/// The longest idempotency key, in characters (contract 1.0).
pub const IDEMPOTENCY_KEY_CHARS_MAX: usize = 50;

impl IdempotencyKey {
    /// The key in `text`. The API would take more characters than these; every header carries these unchanged.
    pub fn parse(text: &str) -> Result<Self, IdempotencyKeyError> {
        if is_plain(text, 1..=IDEMPOTENCY_KEY_CHARS_MAX) {
            Ok(Self(text.to_owned()))
        } else {
            Err(IdempotencyKeyError)
        }
    }

    /// Its characters.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for IdempotencyKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// It can't be an idempotency key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an idempotency key is 1 to {IDEMPOTENCY_KEY_CHARS_MAX} letters, digits and -")]
pub struct IdempotencyKeyError;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fifty_plain_characters_at_most() {
        let longest = "a".repeat(IDEMPOTENCY_KEY_CHARS_MAX);
        for good in ["c", "sale-41-1-capture-1", "fb492b5e-7907-4d83-ba20-c7fb60ca35de", &longest] {
            assert_eq!(IdempotencyKey::parse(good).unwrap().as_str(), good);
        }
        for bad in ["", "two words", "a_b", "nøkkel", "a\n", &format!("{longest}a")] {
            assert_eq!(IdempotencyKey::parse(bad), Err(IdempotencyKeyError), "{bad:?}");
        }
    }
}
