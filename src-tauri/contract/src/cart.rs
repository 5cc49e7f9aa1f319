//! The sale as it is rung up: what the customer sees before anything is to be paid.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::ToSchema;

use crate::{Amount, Line};

/// The sale so far. It says nothing about money that is asked for or has moved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Cart {
    /// What has been rung up, oldest first: at most 200 lines.
    #[serde(default)]
    #[schema(max_items = 200)]
    pub lines: Vec<Line>,
    /// What the lines add up to; reckoned if absent. Without lines it must be there. It may be less than nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub total: Option<Amount>,
}
