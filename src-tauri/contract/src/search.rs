//! Looking for payments that have been.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::{IntoParams, ToSchema};

use crate::{PaymentView, Status};

/// What is looked for. What is left out does not matter.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, IntoParams, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[ts(optional_fields)]
#[into_params(parameter_in = Query)]
pub struct Search {
    /// A part of the reference, 3 to 50 letters, digits and `-`, in large or small letters; or an amount, as people
    /// write it (`249.00`, `249,00`) or in minor units (`24900`). What is only digits may be either.
    #[param(min_length = 1, max_length = 50)]
    pub query: Option<String>,
    /// The Merchant Serial Number of this till's sales unit. No other is known here.
    pub store: Option<String>,
    /// How they are now.
    pub status: Option<Status>,
    /// Requested then or later: RFC 3339, `2026-11-25T08:00:00+01:00`. A `+` in an address is written `%2B`.
    #[param(format = DateTime)]
    pub since: Option<String>,
    /// Requested before that moment: RFC 3339.
    #[param(format = DateTime)]
    pub until: Option<String>,
    /// How many at the most, 1 to 100; 20 if absent.
    #[param(minimum = 1, maximum = 100)]
    pub limit: Option<u32>,
    /// The `before` of the answer whose next page this is.
    pub before: Option<String>,
}

/// Some of the payments that were looked for, newest request first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema, TS)]
#[serde(rename_all = "camelCase")]
#[ts(optional_fields)]
pub struct Found {
    /// The payments, each as it is now.
    pub payments: Vec<PaymentView>,
    /// There may be more: ask again with the same words and this as `before`. Absent on the last page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<String>,
}
