//! Our id of a payment.

use std::fmt;

use serde::{Deserialize, Serialize};

/// 8 to 50 of `[A-Za-z0-9-]`, never only digits: `orderId` in eCom, `reference` in ePayment.
///
/// The length fits both APIs (contract 0.6). Very short and all-digit ids slow Vipps MobilePay's look-ups
/// and can lose data (contract 8, trap 17).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Reference(String);

impl Reference {
    /// The least number of characters.
    pub const CHARS_MIN: usize = 8;
    /// The most characters.
    pub const CHARS_MAX: usize = 50;

    /// Checks and keeps `text`.
    pub fn parse(text: impl Into<String>) -> Result<Reference, ReferenceError> {
        let text = text.into();
        if text.len() < Self::CHARS_MIN {
            Err(ReferenceError::TooShort)
        } else if text.len() > Self::CHARS_MAX {
            Err(ReferenceError::TooLong)
        } else if !text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') {
            Err(ReferenceError::ForeignCharacter)
        } else if text.bytes().all(|byte| byte.is_ascii_digit()) {
            Err(ReferenceError::OnlyDigits)
        } else {
            Ok(Reference(text))
        }
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for Reference {
    type Error = ReferenceError;

    fn try_from(text: String) -> Result<Reference, ReferenceError> {
        Reference::parse(text)
    }
}

impl From<Reference> for String {
    fn from(reference: Reference) -> String {
        reference.0
    }
}

/// Why a text is not a reference.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReferenceError {
    /// Fewer than [`Reference::CHARS_MIN`].
    #[error("the reference has fewer than {} characters", Reference::CHARS_MIN)]
    TooShort,
    /// More than [`Reference::CHARS_MAX`].
    #[error("the reference has more than {} characters", Reference::CHARS_MAX)]
    TooLong,
    /// Something else than letters, digits and hyphens.
    #[error("the reference has a character that is not a letter from A to Z, a digit or a hyphen")]
    ForeignCharacter,
    /// Nothing but digits.
    #[error("the reference has only digits; put a letter or a hyphen into it")]
    OnlyDigits,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_written_as_it_was_given() {
        let reference = Reference::parse("acme-1234").expect("is one");
        assert_eq!(reference.as_str(), "acme-1234");
        assert_eq!(reference.to_string(), "acme-1234");
        assert_eq!(String::from(reference), "acme-1234");
    }

    #[test]
    fn what_both_apis_take_is_taken_and_nothing_else() {
        let why = |text: &str| Reference::parse(text).err();
        assert_eq!(why("acme-shop-123-order123abc"), None);
        assert_eq!(why("a1234567"), None);
        assert_eq!(why("1234567-"), None);
        assert_eq!(why(&"x".repeat(50)), None);
        assert_eq!(why(""), Some(ReferenceError::TooShort));
        assert_eq!(why("a123456"), Some(ReferenceError::TooShort));
        assert_eq!(why(&"x".repeat(51)), Some(ReferenceError::TooLong));
        assert_eq!(why("12345678"), Some(ReferenceError::OnlyDigits));
        assert_eq!(why("kvittering 1"), Some(ReferenceError::ForeignCharacter));
        assert_eq!(why("../../etc/passwd"), Some(ReferenceError::ForeignCharacter));
        assert_eq!(why("ordre-nr-å"), Some(ReferenceError::ForeignCharacter));
    }
}
