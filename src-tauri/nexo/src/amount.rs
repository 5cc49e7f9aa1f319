//! Money as nexo writes it, a decimal in major units, and as everybody else here does, whole minor units.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;

/// How many decimals the currencies of Vipps MobilePay have: NOK, DKK, EUR and SEK alike.
const DECIMALS: i32 = 2;
/// The longest number that is read, in characters: far more than any amount has.
const CHARS_MAX: usize = 40;

/// A JSON number as it was written, digit by digit.
#[derive(Clone, Debug)]
pub struct Decimal(Box<RawValue>);

impl Decimal {
    /// `minor` units as a decimal with two places: 1099 is `10.99`.
    pub fn of_minor(minor: i64) -> Decimal {
        let (sign, units) = (if minor < 0 { "-" } else { "" }, minor.unsigned_abs());
        let text = format!("{sign}{}.{:02}", units / 100, units % 100);
        // Digits, a point and digits are always a JSON number.
        Decimal(RawValue::from_string(text).unwrap_or_else(|_| RawValue::NULL.to_owned()))
    }

    /// As it was written.
    pub fn text(&self) -> &str {
        self.0.get()
    }

    /// In minor units.
    ///
    /// # Errors
    /// When it is no number, less than nothing, or has more decimals than money has.
    pub fn minor(&self) -> Result<i64, AmountError> {
        minor_units(self.text())
    }
}

impl<'de> Deserialize<'de> for Decimal {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Decimal, D::Error> {
        Box::<RawValue>::deserialize(deserializer).map(Decimal)
    }
}

impl Serialize for Decimal {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

/// Why a number is no amount.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AmountError {
    /// It is a text, a list or the like, or nothing that can be counted.
    NoNumber,
    /// It is less than nothing.
    Negative,
    /// It has a third decimal, or more.
    TooFine,
    /// It is more than any amount can be.
    TooLarge,
}

impl AmountError {
    /// What is wrong, in exact English words.
    pub fn words(self) -> &'static str {
        match self {
            AmountError::NoNumber => "must be a number without quotes, such as 10.99",
            AmountError::Negative => "must not be less than 0",
            AmountError::TooFine => "has more decimals than the currency; round it to two, as in 10.99",
            AmountError::TooLarge => "is more than can be paid",
        }
    }
}

/// What the JSON number `text` is in minor units, exactly: `10.99` is 1099, and so are `10.990` and `1.099e1`.
///
/// # Errors
/// When it is no number, less than nothing, has more decimals than money has, or is beyond an `i64`.
pub fn minor_units(text: &str) -> Result<i64, AmountError> {
    if text.len() > CHARS_MAX {
        return Err(AmountError::TooFine);
    }
    if text.starts_with('-') {
        return Err(AmountError::Negative);
    }
    let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let exponent: i32 = exponent.parse().map_err(|_| AmountError::NoNumber)?;
    let (whole, part) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = format!("{whole}{part}");
    if whole.is_empty() || !digits.bytes().all(|digit| digit.is_ascii_digit()) {
        return Err(AmountError::NoNumber);
    }
    let places = i32::try_from(part.len()).unwrap_or(i32::MAX);
    let shift = exponent.saturating_sub(places).saturating_add(DECIMALS);
    shifted(digits.trim_start_matches('0'), shift)
}

/// The whole number `digits`, moved by `shift` places to the left.
fn shifted(digits: &str, shift: i32) -> Result<i64, AmountError> {
    if digits.is_empty() {
        return Ok(0);
    }
    let places = usize::try_from(shift.unsigned_abs()).unwrap_or(usize::MAX);
    if shift >= 0 {
        let zeros = "0".repeat(places.min(CHARS_MAX));
        return format!("{digits}{zeros}").parse().map_err(|_| AmountError::TooLarge);
    }
    let Some((kept, cut)) = digits.len().checked_sub(places).and_then(|at| digits.split_at_checked(at))
    else {
        return Err(AmountError::TooFine);
    };
    if cut.bytes().any(|digit| digit != b'0') {
        return Err(AmountError::TooFine);
    }
    if kept.is_empty() { Ok(0) } else { kept.parse().map_err(|_| AmountError::TooLarge) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn amounts_are_read_by_their_digits() {
        for (text, minor) in [
            ("0", 0),
            ("0.00", 0),
            ("10.99", 1_099),
            ("10.990", 1_099),
            ("1.099e1", 1_099),
            ("1099E-2", 1_099),
            ("249", 24_900),
            ("249.5", 24_950),
            ("0.01", 1),
            ("0.07", 7),
            ("650000.00", 65_000_000),
            ("0e5", 0),
            ("1e3", 100_000),
        ] {
            assert_eq!(minor_units(text), Ok(minor), "{text}");
        }
        for (text, error) in [
            ("10.991", AmountError::TooFine),
            ("0.30000000000000004", AmountError::TooFine),
            ("0.001", AmountError::TooFine),
            ("1e-9", AmountError::TooFine),
            ("1e-2147483648", AmountError::TooFine),
            ("-1", AmountError::Negative),
            ("-0.01", AmountError::Negative),
            ("1e30", AmountError::TooLarge),
            ("1e2147483647", AmountError::TooLarge),
            ("99999999999999999999", AmountError::TooLarge),
            ("\"10.99\"", AmountError::NoNumber),
            ("null", AmountError::NoNumber),
            ("true", AmountError::NoNumber),
            ("[1]", AmountError::NoNumber),
            ("1e99999999999", AmountError::NoNumber),
        ] {
            assert_eq!(minor_units(text), Err(error), "{text}");
        }
    }

    proptest! {
        #[test]
        fn an_amount_comes_back_as_it_went(minor in 0_i64..=i64::MAX) {
            prop_assert_eq!(Decimal::of_minor(minor).minor(), Ok(minor));
        }

        /// Most registers reckon in floats and print them as short as they can.
        #[test]
        fn what_a_register_prints_is_what_it_means(minor in 0_i32..=65_000_000) {
            let printed = serde_json::to_string(&(f64::from(minor) / 100.0)).expect("a number");
            prop_assert_eq!(minor_units(&printed), Ok(i64::from(minor)), "{}", printed);
        }

        #[test]
        fn anything_is_read_or_refused(text in ".{0,60}") {
            let _ = minor_units(&text);
        }
    }
}
