//! What a day has brought.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::{IntoParams, ToSchema};

use crate::Currency;

/// Which day's totals are wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct WhichDay {
    /// A day by the clock of the shop, `2026-11-26`; today if absent.
    #[param(format = Date)]
    pub day: Option<String>,
}

/// What was collected and given back on one day, by the clock of the shop. It counts money that has moved: a payment
/// that was asked for yesterday and collected today is of today, and so is a refund of what was paid last month.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DayTotals {
    /// The day: `2026-11-26`.
    #[schema(format = Date)]
    pub day: String,
    /// True when it is the day that it is now: there may be more to come.
    pub is_today: bool,
    /// What there was in each currency; none when no money has moved.
    pub totals: Vec<Totals>,
}

/// What was collected and given back in one currency, in minor units.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Totals {
    /// The currency.
    pub currency: Currency,
    /// How many payments were collected.
    pub payments: u32,
    /// What was collected.
    #[ts(type = "number")]
    pub collected: i64,
    /// How many refunds were made.
    pub refunds: u32,
    /// What was given back.
    #[ts(type = "number")]
    pub refunded: i64,
    /// What is left of it.
    #[ts(type = "number")]
    pub net: i64,
}

/// Where the figures of a day were written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SavedTotals {
    /// The folder.
    pub folder: String,
    /// The file with the totals of each currency.
    pub totals: String,
    /// The file with every movement of money.
    pub movements: String,
}
