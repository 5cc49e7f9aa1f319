//! Money that is reserved and collected later, as the POS sees it.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::ToSchema;

use crate::refund::stated;
use crate::{Amount, Problem};

/// When the money of a payment is collected.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CaptureMode {
    /// As soon as the customer has approved.
    #[default]
    Automatic,
    /// When the POS asks for it; until then it is reserved. A reservation does not last for ever: what is not collected
    /// in time goes back to the customer.
    Manual,
}

impl CaptureMode {
    /// Whether nobody has to ask for the money.
    pub fn is_automatic(&self) -> bool {
        *self == CaptureMode::Automatic
    }
}

/// How far a capture, a release or a refund has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ModificationStatus {
    /// It is wanted, and will be made as soon as Vipps MobilePay can be asked. `problem` says what hinders it.
    Asked,
    /// The money has been collected, let go, or is on its way back to the customer.
    Made,
    /// It was not made and will not be; `problem` says why.
    Refused,
}

/// One capture of a payment, or one release of what it had reserved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CaptureView {
    /// Its number in the payment: 1, 2, 3 …
    pub number: u32,
    /// What is collected, or let go.
    pub amount: Amount,
    /// How far it has come.
    pub status: ModificationStatus,
    /// Why it was refused, or what hinders it at the moment.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub problem: Option<Problem>,
    /// When it came so far, RFC 3339 in UTC.
    pub at: String,
}

/// Asks the till to collect what is reserved.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct StartCapture {
    /// How much, in the payment's currency. All that is left if absent; `null` is refused.
    #[serde(default, deserialize_with = "stated", skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    #[schema(value_type = Amount)]
    pub amount: Option<Amount>,
}
