//! The number that names a sales unit.

use std::fmt;

/// A Merchant Serial Number: 4 to 6 digits (contract 1.0).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Msn(String);

impl Msn {
    /// The number in `text`, which must hold nothing else.
    pub fn parse(text: &str) -> Result<Self, MsnError> {
        if (4..=6).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit()) {
            Ok(Self(text.to_owned()))
        } else {
            Err(MsnError)
        }
    }

    /// The digits. Leading zeros belong to the number.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Msn {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// It is not a Merchant Serial Number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a Merchant Serial Number is 4 to 6 digits")]
pub struct MsnError;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn four_to_six_digits_and_nothing_else() {
        for good in ["1234", "12345", "123456", "001234"] {
            assert_eq!(Msn::parse(good).unwrap().as_str(), good);
        }
        for bad in ["", "123", "1234567", "12 34", " 1234", "12a4", "١٢٣٤", "-1234"] {
            assert_eq!(Msn::parse(bad), Err(MsnError), "{bad:?}");
        }
    }
}
