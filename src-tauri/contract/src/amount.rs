//! Money as it is written at every border.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::ToSchema;

/// An amount of money in minor units: `{"value": 24900, "currency": "NOK"}` is 249.00 kroner.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Amount {
    /// Minor units (øre, cents): a whole number, never a decimal.
    #[ts(type = "number")]
    #[schema(example = 24900)]
    pub value: i64,
    /// The sales unit's own currency.
    pub currency: Currency,
}

/// The currencies that Vipps MobilePay takes payments in.
///
/// Source: contract 0.21 and 1.4 (NOK, DKK, EUR, SEK); eCom takes NOK alone (0.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, TS, ToSchema)]
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
