//! Phone numbers, as people write them (contract 8, trap 42).

use std::fmt;

use payment::Currency;

/// A country that Vipps MobilePay serves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Country {
    Norway,
    Denmark,
    Finland,
    Sweden,
}

impl Country {
    const ALL: [Country; 4] = [Country::Norway, Country::Denmark, Country::Finland, Country::Sweden];

    /// Whose customers leave the country code out.
    fn of(currency: Currency) -> Country {
        match currency {
            Currency::Nok => Country::Norway,
            Currency::Dkk => Country::Denmark,
            Currency::Eur => Country::Finland,
            Currency::Sek => Country::Sweden,
        }
    }

    fn code(self) -> &'static str {
        match self {
            Country::Norway => "47",
            Country::Denmark => "45",
            Country::Finland => "358",
            Country::Sweden => "46",
        }
    }

    /// Whether `digits` can be a number in this country, without country code and leading zero.
    fn has(self, digits: &str) -> bool {
        let length = match self {
            Country::Norway | Country::Denmark => 8..=8,
            Country::Finland => 7..=10,
            Country::Sweden => 7..=9,
        };
        length.contains(&digits.len()) && !digits.starts_with('0')
    }

    /// Whether a zero is dialled before numbers within the country.
    fn has_trunk_zero(self) -> bool {
        matches!(self, Country::Finland | Country::Sweden)
    }
}

/// The most characters of a number, with everything that people put between the digits.
const NUMBER_CHARS_MAX: usize = 32;

/// A phone number that Vipps MobilePay can be asked about. Never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Number {
    country: Country,
    digits: String,
}

impl Number {
    /// The number in `text`, as a cashier types it: `+47 912 34 567`, `004791234567`, `912 34 567`. Without a
    /// country code it is one of the country of `currency`.
    ///
    /// # Errors
    /// When it can't be one. The error does not say what it was.
    pub fn parse(text: &str, currency: Currency) -> Result<Number, NumberError> {
        let text = text.trim();
        if text.chars().count() > NUMBER_CHARS_MAX {
            return Err(NumberError);
        }
        let plain: String = text
            .chars()
            .filter(|char| !char.is_whitespace() && !matches!(char, '-' | '.' | '(' | ')'))
            .collect();
        let abroad = plain.strip_prefix('+').or_else(|| plain.strip_prefix("00"));
        let digits = abroad.unwrap_or(&plain);
        if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(NumberError);
        }
        let here = Country::of(currency);
        let found = match abroad {
            Some(digits) => Country::ALL.into_iter().find_map(|country| Number::with_code(digits, country)),
            None => Number::within(digits, here).or_else(|| Number::with_code(digits, here)),
        };
        found.ok_or(NumberError)
    }

    /// Digits with the country code before them, as ePayment wants them (contract 1.4).
    pub fn msisdn(&self) -> String {
        format!("{}{}", self.country.code(), self.digits)
    }

    /// Eight digits, as eCom wants them (contract 1.2); only Norwegian numbers have them.
    pub(crate) fn norwegian(&self) -> Option<&str> {
        (self.country == Country::Norway).then_some(self.digits.as_str())
    }

    fn within(digits: &str, country: Country) -> Option<Number> {
        let digits =
            if country.has_trunk_zero() { digits.strip_prefix('0').unwrap_or(digits) } else { digits };
        country.has(digits).then(|| Number { country, digits: digits.to_owned() })
    }

    fn with_code(digits: &str, country: Country) -> Option<Number> {
        Number::within(digits.strip_prefix(country.code())?, country)
    }
}

impl fmt::Debug for Number {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("…")
    }
}

/// It is no phone number. Which text it was is not said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "phoneNumber is not a number of Norway, Denmark, Finland or Sweden; write the country code before a foreign one"
)]
pub struct NumberError;

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, currency: Currency) -> Option<String> {
        Number::parse(text, currency).ok().map(|number| number.msisdn())
    }

    #[test]
    fn a_number_is_read_however_it_is_written() {
        for text in [
            "91234567",
            "912 34 567",
            " 912\u{a0}34\u{a0}567 ",
            "91-23-45-67",
            "+4791234567",
            "+47 912 34 567",
            "004791234567",
            "0047 91234567",
            "4791234567",
            "(+47) 91.23.45.67",
        ] {
            assert_eq!(read(text, Currency::Nok).as_deref(), Some("4791234567"), "{text}");
        }
        for (text, currency, msisdn) in [
            ("20 12 34 56", Currency::Dkk, "4520123456"),
            ("+45 20123456", Currency::Nok, "4520123456"),
            ("040 123 4567", Currency::Eur, "358401234567"),
            ("+358 (0)40 1234567", Currency::Dkk, "358401234567"),
            ("070-123 45 67", Currency::Sek, "46701234567"),
            ("46701234567", Currency::Sek, "46701234567"),
            ("+46 70 123 45 67", Currency::Nok, "46701234567"),
        ] {
            assert_eq!(read(text, currency).as_deref(), Some(msisdn), "{text}");
        }
    }

    #[test]
    fn what_is_no_number_is_refused() {
        for text in [
            "",
            "+",
            "00",
            "9123456",
            "912345678",
            "01234567",
            "091234567",
            "+1 202 555 0123",
            "+4791234",
            "nine",
            "9123456a",
            "++4791234567",
            "9 . 1 . 2 . 3 . 4 . 5 . 6 . 7 - - - -",
            "٩١٢٣٤٥٦٧",
        ] {
            assert_eq!(read(text, Currency::Nok), None, "{text}");
        }
        let long = format!("91234567{}", "-".repeat(NUMBER_CHARS_MAX - 8));
        assert!(read(&long, Currency::Nok).is_some());
        assert_eq!(read(&format!("{long}-"), Currency::Nok), None);
        assert_eq!(read("0401", Currency::Eur), None);
    }

    #[test]
    fn ecom_takes_norwegian_numbers_alone() {
        let norwegian = |text| {
            let number = Number::parse(text, Currency::Nok).expect("it is one");
            number.norwegian().map(ToOwned::to_owned)
        };
        assert_eq!(norwegian("+4791234567").as_deref(), Some("91234567"));
        assert_eq!(norwegian("+4520123456"), None);
    }

    #[test]
    fn it_is_never_printed() {
        let number = Number::parse("91234567", Currency::Nok).expect("it is one");
        assert_eq!(format!("{number:?}"), "…");
        let error = Number::parse("9123456789", Currency::Nok).expect_err("it is none");
        assert!(!error.to_string().contains("9123"));
    }
}
