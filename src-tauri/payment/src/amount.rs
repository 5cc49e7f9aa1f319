//! Money: a whole number of minor units, and its currency.

use serde::{Deserialize, Serialize};

/// What is due: at least [`Amount::MINOR_MIN`] and at most [`Amount::MINOR_MAX`] minor units.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Plain", into = "Plain")]
pub struct Amount {
    minor: u64,
    currency: Currency,
}

impl Amount {
    /// 1.00: the least that a payment may be in NOK (contract 1.2, E 1226), and what we ask of every currency.
    pub const MINOR_MIN: u64 = 100;
    /// 650 000.00: the most that Vipps MobilePay takes in one payment (contract 1.4, P 296).
    pub const MINOR_MAX: u64 = 65_000_000;

    /// An amount within the limits.
    pub fn new(minor: i64, currency: Currency) -> Result<Amount, AmountError> {
        let minor = u64::try_from(minor).map_err(|_| AmountError::TooSmall)?;
        match minor {
            0..Self::MINOR_MIN => Err(AmountError::TooSmall),
            Self::MINOR_MIN..=Self::MINOR_MAX => Ok(Amount { minor, currency }),
            _ => Err(AmountError::TooLarge),
        }
    }

    /// Minor units: øre, cents.
    pub fn minor(self) -> u64 {
        self.minor
    }

    /// The currency.
    pub fn currency(self) -> Currency {
        self.currency
    }
}

/// Why something is not an amount.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AmountError {
    /// Less than [`Amount::MINOR_MIN`].
    #[error("the amount is less than {} minor units", Amount::MINOR_MIN)]
    TooSmall,
    /// More than [`Amount::MINOR_MAX`].
    #[error("the amount is more than {} minor units", Amount::MINOR_MAX)]
    TooLarge,
}

/// The currencies of Vipps MobilePay's markets (contract 0.21).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Currency {
    /// Norwegian krone.
    Nok,
    /// Danish krone.
    Dkk,
    /// Euro.
    Eur,
    /// Swedish krona.
    Sek,
}

/// How an amount is written down; reading it back checks the limits again.
#[derive(Serialize, Deserialize)]
struct Plain {
    minor: u64,
    currency: Currency,
}

impl TryFrom<Plain> for Amount {
    type Error = AmountError;

    fn try_from(plain: Plain) -> Result<Amount, AmountError> {
        let minor = i64::try_from(plain.minor).map_err(|_| AmountError::TooLarge)?;
        Amount::new(minor, plain.currency)
    }
}

impl From<Amount> for Plain {
    fn from(amount: Amount) -> Plain {
        Plain { minor: amount.minor, currency: amount.currency }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limits_hold_and_nothing_else_is_refused() {
        let of = |minor| Amount::new(minor, Currency::Nok).map(Amount::minor);
        assert_eq!(of(i64::MIN), Err(AmountError::TooSmall));
        assert_eq!(of(-1), Err(AmountError::TooSmall));
        assert_eq!(of(0), Err(AmountError::TooSmall));
        assert_eq!(of(99), Err(AmountError::TooSmall));
        assert_eq!(of(100), Ok(100));
        assert_eq!(of(65_000_000), Ok(65_000_000));
        assert_eq!(of(65_000_001), Err(AmountError::TooLarge));
        assert_eq!(of(i64::MAX), Err(AmountError::TooLarge));
    }

    #[test]
    fn an_amount_outside_the_limits_cannot_be_read_from_a_file() {
        let read = |text| serde_json::from_str::<Amount>(text).is_ok();
        assert!(read(r#"{"minor":24900,"currency":"NOK"}"#));
        assert!(!read(r#"{"minor":99,"currency":"NOK"}"#));
        assert!(!read(r#"{"minor":18446744073709551615,"currency":"NOK"}"#));
        assert!(!read(r#"{"minor":249.0,"currency":"NOK"}"#));
        assert!(!read(r#"{"minor":24900,"currency":"USD"}"#));
    }
}
