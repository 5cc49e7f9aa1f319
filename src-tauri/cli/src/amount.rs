//! Money as people type and read it: in major units, `49` or `49.90`. Whole minor units inside, and never a float.

use std::str::FromStr;

use contract::{Amount, Currency};

/// An amount as it was typed, of which only the currency says how many minor units it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Decimal {
    whole: i64,
    /// The digits behind the point or comma, as they were typed; none when there was neither.
    fraction: Option<String>,
}

impl FromStr for Decimal {
    type Err = String;

    fn from_str(text: &str) -> Result<Decimal, String> {
        let wrong = || format!("{text:?} is no amount; write it as 49, 49.90 or 49,90");
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let (whole, fraction) = match text.split_once(['.', ',']) {
            Some((whole, fraction)) if digits(fraction) => (whole, Some(fraction.to_owned())),
            Some(_) => return Err(wrong()),
            None => (text, None),
        };
        if !digits(whole) {
            return Err(wrong());
        }
        let whole = whole.parse().map_err(|_| format!("{text} is too much"))?;
        Ok(Decimal { whole, fraction })
    }
}

impl Decimal {
    /// So much of `currency`.
    ///
    /// # Errors
    /// When there are not as many digits behind the point as the currency has, or when it is more than can be counted.
    pub(crate) fn of(&self, currency: Currency) -> Result<Amount, String> {
        let digits = decimals(currency);
        let minor: i64 = match &self.fraction {
            None => 0,
            Some(fraction) if fraction.len() == digits => {
                fraction.parse().map_err(|_| "that is too much".to_owned())?
            }
            Some(_) => {
                let name = code(currency);
                return Err(format!("{name} has {digits} digits behind the point; write 49.90, or 49"));
            }
        };
        let value = self.whole.checked_mul(per_major(digits)).and_then(|whole| whole.checked_add(minor));
        value.map(|value| Amount { value, currency }).ok_or_else(|| "that is too much".to_owned())
    }
}

/// The amount for people: `49.90 NOK`.
pub(crate) fn written(amount: Amount) -> String {
    format!("{} {}", number(amount), code(amount.currency))
}

/// The amount without its currency: `49.90`.
pub(crate) fn number(amount: Amount) -> String {
    let digits = decimals(amount.currency);
    let minor = amount.value.unsigned_abs();
    let per_major = per_major(digits).unsigned_abs();
    let sign = if amount.value < 0 { "-" } else { "" };
    format!("{sign}{}.{:0digits$}", minor / per_major, minor % per_major)
}

/// Its code in ISO 4217.
pub(crate) fn code(currency: Currency) -> &'static str {
    match currency {
        Currency::Nok => "NOK",
        Currency::Dkk => "DKK",
        Currency::Eur => "EUR",
        Currency::Sek => "SEK",
    }
}

/// How many digits stand behind the point, by ISO 4217.
fn decimals(currency: Currency) -> usize {
    match currency {
        Currency::Nok | Currency::Dkk | Currency::Eur | Currency::Sek => 2,
    }
}

/// How many minor units a major one has.
fn per_major(decimals: usize) -> i64 {
    (0..decimals).fold(1, |units: i64, _| units.saturating_mul(10))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn minor(text: &str) -> Result<i64, String> {
        text.parse::<Decimal>()?.of(Currency::Nok).map(|amount| amount.value)
    }

    #[test]
    fn an_amount_is_typed_as_people_write_it() {
        for (text, value) in [
            ("49", 4_900),
            ("49.90", 4_990),
            ("49,90", 4_990),
            ("0.05", 5),
            ("0", 0),
            ("007.00", 700),
            ("650000,00", 65_000_000),
            ("0.29", 29),
            ("1.15", 115),
            ("92233720368547758.07", i64::MAX),
        ] {
            assert_eq!(minor(text), Ok(value), "{text}");
        }
    }

    #[test]
    fn what_may_be_meant_otherwise_is_no_amount() {
        for text in [
            "",
            ".",
            ",",
            "-1",
            "+1",
            "49.9",
            "49.900",
            "49.",
            ".90",
            "1.234,50",
            "1,234.50",
            "1 234",
            "4e3",
            "٤٩",
            "49.9٠",
            "NOK 49",
            "49 NOK",
            "0x10",
            "49.-5",
            "92233720368547758.08",
            "99999999999999999999",
        ] {
            let why = minor(text).expect_err(text);
            assert!(why.contains("49.90") || why.contains("too much"), "{text}: {why}");
        }
    }

    #[test]
    fn what_was_typed_is_what_is_read() {
        for currency in [Currency::Nok, Currency::Dkk, Currency::Eur, Currency::Sek] {
            for value in [0, 5, 99, 100, 4_990, 65_000_000, i64::MAX] {
                let amount = Amount { value, currency };
                let typed: Decimal = number(amount).parse().expect("it is an amount");
                assert_eq!(typed.of(currency), Ok(amount));
            }
        }
        let owed = Amount { value: -105, currency: Currency::Eur };
        assert_eq!(written(owed), "-1.05 EUR");
        assert_eq!(number(Amount { value: i64::MIN, ..owed }), "-92233720368547758.08");
    }
}
