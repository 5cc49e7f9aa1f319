//! A phone number, and as much of it as may be seen.

use std::fmt;

use secrecy::{ExposeSecret, SecretString};

/// How many digits a number with its country code has (E.164).
const DIGITS: std::ops::RangeInclusive<usize> = 8..=15;
/// How many of them may be seen.
const DIGITS_SEEN: usize = 3;

/// A phone number: its digits, the country code first. Never printed, and wiped from memory when it is dropped.
#[derive(Clone)]
pub struct Number(SecretString);

impl Number {
    /// The number with these digits.
    ///
    /// # Errors
    /// When they are not 8 to 15 digits. The error does not say what they were.
    pub fn of_digits(digits: &str) -> Result<Number, NumberError> {
        let good = DIGITS.contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
        if good { Ok(Number(SecretString::from(digits))) } else { Err(NumberError) }
    }

    /// Its last digits, for whoever has to tell one from another: `••••• 567`. As many dots for each, so that its
    /// length says nothing of its country.
    pub fn masked(&self) -> String {
        let digits = self.reveal();
        // There are at least eight, and each is one byte.
        let (_, seen) = digits.split_at(digits.len().saturating_sub(DIGITS_SEEN));
        format!("••••• {seen}")
    }

    /// The digits, for the file, and for the person whose number it is.
    pub fn reveal(&self) -> &str {
        self.0.expose_secret()
    }
}

impl fmt::Debug for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("…")
    }
}

/// It is no phone number. Which text it was is not said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a phone number is 8 to 15 digits, the country code first")]
pub struct NumberError;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_shows_its_last_digits_and_nothing_else() {
        for (digits, masked) in [("4791234567", "••••• 567"), ("35840123456789", "••••• 789")]
        {
            let number = Number::of_digits(digits).expect("it is a number");
            assert_eq!(number.masked(), masked);
            assert_eq!(number.reveal(), digits);
            assert_eq!(format!("{number:?} {number:#?}"), "… …");
        }
    }

    #[test]
    fn what_is_no_number_is_refused() {
        for wrong in ["", "1234567", "1234567890123456", "+4791234567", "47 91234567", "٤٧٩١٢٣٤٥٦٧"]
        {
            assert!(Number::of_digits(wrong).is_err(), "{wrong}");
        }
    }
}
