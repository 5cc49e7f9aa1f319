//! Amounts with their currency, and what they look like where they travel together.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::lenient;

/// An amount of money that is not negative.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Money {
    /// In minor units: øre, öre, cent.
    pub value: u64,
    /// Of which currency.
    pub currency: Currency,
}

/// A currency that a sales unit can be paid in (contract 0.21). Each has two decimals.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Currency {
    /// Norwegian kroner.
    Nok,
    /// Danish kroner.
    Dkk,
    /// Euros.
    Eur,
    /// Swedish kronor.
    Sek,
}

impl Currency {
    /// All of them.
    pub const ALL: [Currency; 4] = [Currency::Nok, Currency::Dkk, Currency::Eur, Currency::Sek];

    /// Its three letters in ISO 4217.
    pub const fn code(self) -> &'static str {
        match self {
            Currency::Nok => "NOK",
            Currency::Dkk => "DKK",
            Currency::Eur => "EUR",
            Currency::Sek => "SEK",
        }
    }

    /// The currency with these three letters, which are capital ones.
    pub fn of_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|currency| currency.code() == code)
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.code())
    }
}

impl fmt::Display for Money {
    /// For logs: `249.00 NOK`.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}.{:02} {}", self.value / 100, self.value % 100, self.currency)
    }
}

/// Money as ePayment writes it (contract 1.4).
#[derive(Serialize)]
pub(crate) struct MoneyBody {
    currency: &'static str,
    value: u64,
}

impl From<Money> for MoneyBody {
    fn from(money: Money) -> Self {
        Self { currency: money.currency.code(), value: money.value }
    }
}

/// Money as ePayment answers it.
#[derive(Deserialize)]
pub(crate) struct MoneyAnswer {
    currency: String,
    #[serde(deserialize_with = "lenient::whole")]
    value: u64,
}

impl MoneyAnswer {
    /// The money; nothing if the currency is none that a sales unit can be paid in.
    pub(crate) fn read(&self) -> Option<Money> {
        Some(Money { value: self.value, currency: Currency::of_code(self.currency.trim())? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn currencies_go_by_their_letters() {
        for currency in Currency::ALL {
            assert_eq!(Currency::of_code(currency.code()), Some(currency));
        }
        for code in ["", "nok", "USD", "NOK "] {
            assert_eq!(Currency::of_code(code), None, "{code:?}");
        }
    }

    #[test]
    fn money_is_read_with_patience_and_not_guessed() {
        let read =
            |json: &str| serde_json::from_str::<MoneyAnswer>(json).ok().and_then(|answer| answer.read());
        let expected = Some(Money { value: 200, currency: Currency::Dkk });
        assert_eq!(read(r#"{"currency":"DKK","value":200}"#), expected);
        assert_eq!(read(r#"{"currency":" DKK","value":"200","more":1}"#), expected);
        for json in [
            "{}",
            "200",
            r#"{"value":200}"#,
            r#"{"currency":"USD","value":200}"#,
            r#"{"currency":"NOK","value":-1}"#,
        ] {
            assert_eq!(read(json), None, "{json}");
        }
    }

    #[test]
    fn the_last_two_digits_are_minor_units() {
        for (value, written) in [(24_900, "249.00 NOK"), (5, "0.05 NOK"), (0, "0.00 NOK"), (101, "1.01 NOK")]
        {
            assert_eq!(Money { value, currency: Currency::Nok }.to_string(), written);
        }
    }
}
