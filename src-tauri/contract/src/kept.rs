//! Phone numbers that are kept with their customers' consent, as the cashier window shows them.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Who asked the customer whether the number may be kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum KeptBy {
    /// A person at the cashier window.
    Cashier,
    /// The POS.
    Pos,
}

/// One number that one customer allowed to be kept, once.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct KeptNumber {
    /// The payment at which the customer agreed: its reference, which no other entry has.
    pub payment: String,
    /// The number: in full with `+` before it where the PIN has been given, and its last three digits where not.
    pub number: String,
    /// What for, as the customer was told.
    pub purpose: String,
    /// When the customer agreed: RFC 3339 in UTC.
    pub given_at: String,
    /// Who asked.
    pub given_to: KeptBy,
    /// When it is erased: RFC 3339 in UTC.
    pub erased_at: String,
}

/// The kept numbers that were looked for.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct KeptNumbers {
    /// What was found, newest first, one hundred at most.
    pub kept: Vec<KeptNumber>,
    /// Whether there are more that fit.
    pub more: bool,
    /// For how many milliseconds numbers are still shown in full, counted at the moment of sending; 0 where the PIN
    /// has not been given, or too long ago.
    #[ts(type = "number")]
    pub open_for_ms: u64,
}

/// Where the entries of one customer were written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ExportedNumbers {
    /// The folder.
    pub folder: String,
    /// The file.
    pub file: String,
    /// How many entries are in it.
    pub entries: u32,
}

/// What was erased of one customer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ErasedNumbers {
    /// How many entries.
    pub entries: u32,
}
