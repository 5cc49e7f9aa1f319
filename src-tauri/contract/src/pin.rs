//! The PIN that stands before refunds and kept phone numbers in the cashier window.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::Problem;

/// Whether what needs the PIN can be asked for in the cashier window. Of the PIN itself a window learns nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PinState {
    /// Whether there is a PIN.
    pub is_set: bool,
    /// After wrong PINs: milliseconds until another may be tried, counted at the moment of sending.
    #[ts(type = "number")]
    pub wait_ms: u64,
}

/// Why something that needs the PIN was not done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct AskRefused {
    /// What went wrong.
    #[serde(flatten)]
    pub problem: Problem,
    /// After wrong PINs: milliseconds until another may be tried, counted at the moment of sending.
    #[ts(type = "number")]
    pub wait_ms: u64,
}
