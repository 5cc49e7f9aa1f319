//! Currencies, as they are typed.

use clap::ValueEnum;
use payment::Currency;

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum CurrencyName {
    Nok,
    Dkk,
    Eur,
    Sek,
}

impl From<CurrencyName> for Currency {
    fn from(name: CurrencyName) -> Currency {
        match name {
            CurrencyName::Nok => Currency::Nok,
            CurrencyName::Dkk => Currency::Dkk,
            CurrencyName::Eur => Currency::Eur,
            CurrencyName::Sek => Currency::Sek,
        }
    }
}
