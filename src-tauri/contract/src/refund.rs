//! Money that is given back, as the POS and the counter see it.

use serde::{Deserialize, Deserializer, Serialize};
use ts_rs::TS;
use utoipa::ToSchema;

use crate::{Amount, ModificationStatus, Problem};

/// One refund of a payment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RefundView {
    /// Its number in the payment: 1, 2, 3 …
    pub number: u32,
    /// What is given back.
    pub amount: Amount,
    /// How far it has come.
    pub status: ModificationStatus,
    /// Why, in the shop's words.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub reason: Option<String>,
    /// Why it was refused, or what hinders it at the moment.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub problem: Option<Problem>,
    /// When it came so far, RFC 3339 in UTC.
    pub at: String,
}

/// Asks the till to give money back.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct StartRefund {
    /// How much, in the payment's currency. All that is left if absent; `null` is refused.
    #[serde(default, deserialize_with = "stated", skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    #[schema(value_type = Amount)]
    pub amount: Option<Amount>,
    /// Why, 1 to 100 characters. For the shop: the customer does not see it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    #[schema(min_length = 1, max_length = 100)]
    pub reason: Option<String>,
}

/// An amount that is there. Whoever sends `null` has lost an amount, and does not mean all of it.
pub(crate) fn stated<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Amount>, D::Error> {
    Amount::deserialize(deserializer).map(Some)
}
