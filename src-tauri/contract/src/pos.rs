//! What the local API says beside payments.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{Code, Contact, Environment, PaymentView, Screen};

/// The customer screen, and how much of it the customer really sees.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ScreenNow {
    /// What it shows.
    #[serde(flatten)]
    pub screen: Screen,
    /// The number of the newest screen that a window has painted; absent when no window is alive that has.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shown: Option<u64>,
}

/// Whether the till can be used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Health {
    /// True when a payment could be started, or one is open.
    pub ready: bool,
    /// The version of Kvitt.
    pub version: String,
    /// Whether real money moves.
    pub environment: Environment,
    /// The sales unit's number.
    pub msn: String,
    /// Whether Vipps MobilePay answers.
    pub contact: Contact,
    /// Whether there is a customer window that paints: it has said so within the last seconds.
    pub display: bool,
    /// What stops the till, if anything does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub problem: Option<Code>,
    /// What will probably hinder payments, as the hub of the chain has read it lately; a payment can be started all the
    /// same. `payments_not_allowed`: the sales unit may not take payments.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub warning: Option<Code>,
    /// The reference of the open payment, if there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub open: Option<String>,
}

/// The first thing that a listener hears: how everything is now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Snapshot {
    /// The number of the newest event; what comes next is larger.
    pub number: u64,
    /// The customer screen.
    pub screen: Screen,
    /// The payment on it: open, or ended and not yet cleared away.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub payment: Option<PaymentView>,
}

/// A payment has changed. It is always whole; an event that is missed is made good by the next.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Change {
    /// Grows with everything that is written down, across restarts too. Absent when nothing was written: the
    /// change is one of view alone, such as lost contact.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub number: Option<u64>,
    /// The payment, whole.
    pub payment: PaymentView,
}

/// A refused request: RFC 9457, `application/problem+json`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ApiProblem {
    /// `urn:kvitt:problem:` and the code.
    #[serde(rename = "type")]
    pub kind: String,
    /// The HTTP status, again.
    pub status: u16,
    /// What the code means, in English.
    pub title: String,
    /// What is wrong with this very request, and what to do.
    pub detail: String,
    /// The failure by name; branch on this.
    pub code: Code,
    /// For the cashier, in the till's language.
    pub cashier: String,
    /// For the customer, in the till's language.
    pub customer: String,
    /// The payment that stands in the way (409), if one does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
}
