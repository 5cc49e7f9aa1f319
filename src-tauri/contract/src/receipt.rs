//! The receipt in the customer's app, as the POS and the counter see it.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::ToSchema;

use crate::Amount;

/// How the receipt of a payment stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReceiptStatus {
    /// There is none: the lines do not all have a rate of tax, or nothing was paid.
    #[default]
    None,
    /// It is not known to be stored yet; it is tried on by itself.
    Waiting,
    /// It is stored, and was read back.
    Stored,
    /// It was refused, or could not be stored for a day.
    Refused,
    /// What is stored is not what was sold, and can't be changed any more.
    Different,
}

impl ReceiptStatus {
    /// Whether there is no receipt.
    pub fn is_none(&self) -> bool {
        *self == ReceiptStatus::None
    }
}

/// The receipt of a payment, as it goes to the customer's app.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReceiptView {
    /// The payment.
    pub reference: String,
    /// How it stands.
    pub status: ReceiptStatus,
    /// What the lines come to.
    pub total: Amount,
    /// What was sold; none where there is no receipt.
    pub lines: Vec<ReceiptLine>,
    /// The tax in it, rate by rate, the highest first.
    pub taxes: Vec<ReceiptTax>,
}

/// One line of a receipt. All amounts are in minor units of its currency, tax included unless it is said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReceiptLine {
    /// What it is.
    pub name: String,
    /// The shop's own number of it, or which line of the sale it is.
    pub article_id: String,
    /// How many.
    pub quantity: u32,
    /// What is paid for the line; less than nothing for what comes back.
    pub total: i64,
    /// The tax in that.
    pub tax: i64,
    /// The rate of the tax, in hundredths of a percent.
    #[schema(maximum = 10_000)]
    pub tax_rate: u16,
    /// What was taken off, and is not in `total`.
    pub discount: i64,
    /// It was bought before and comes back.
    pub is_return: bool,
}

/// What is taxed at one rate. All amounts are in minor units of the currency of the receipt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReceiptTax {
    /// The rate, in hundredths of a percent.
    #[schema(maximum = 10_000)]
    pub tax_rate: u16,
    /// What the lines of this rate come to without tax.
    pub net: i64,
    /// The tax in them.
    pub tax: i64,
    /// What they come to.
    pub total: i64,
}
