//! What a sales unit may do, as its hub has read it.

use serde::{Deserialize, Serialize};

/// What a sales unit may do, as Vipps MobilePay said when the hub read it (contract 1.8). What was not said is not known,
/// and does not mean that it may not.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct UnitSettings {
    /// The sales unit's number.
    pub msn: String,
    /// When it was read, by the hub's clock: milliseconds since 1970-01-01 UTC.
    pub read_at: i64,
    /// Whether it may take payments.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payment_allowed: Option<bool>,
    /// Whether eCom collects when the customer approves, so that nothing can be reserved for later (contract 5.6).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub direct_capture: Option<bool>,
    /// Whether it may send a payment of eCom straight to a phone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub skip_landing_page_allowed: Option<bool>,
    /// Whether it may collect what is reserved in parts. It says something of sales units in Denmark and Finland; those in
    /// Norway all may.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub partial_capture_allowed: Option<bool>,
    /// Whether it may collect later than 14 days after the reservation. It says something of sales units in Denmark and
    /// Finland; those in Norway have 180 days (contract 0.12).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub late_capture_allowed: Option<bool>,
}
