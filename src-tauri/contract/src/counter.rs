//! What the cashier sees.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::ToSchema;

use crate::{Amount, Currency, Language, PaymentView, Problem, Status};

/// The cashier window: always whole, like the customer's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Counter {
    /// Grows with every change while the till runs.
    #[ts(type = "number")]
    pub number: u64,
    /// The language of its texts.
    pub language: Language,
    /// The shop's name.
    pub shop: String,
    /// The sales unit's number; empty before set-up.
    pub msn: String,
    /// The sales unit's own currency.
    pub currency: Currency,
    /// Whether real money moves.
    pub environment: Environment,
    /// Whether Vipps MobilePay answers.
    pub contact: Contact,
    /// Since when it has not answered, RFC 3339 in UTC; absent unless contact is lost.
    #[ts(optional)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contact_lost_at: Option<String>,
    /// Whether a POS is there.
    pub pos: PosContact,
    /// Whether a customer can be reached by their own code: the rail that new payments run on knows it.
    pub takes_own_code: bool,
    /// Whether a customer can be reached by the code on the counter.
    pub counter_code: CounterCode,
    /// The payment on the customer screen: open, or ended and not yet cleared away.
    #[ts(optional)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub payment: Option<PaymentView>,
    /// Whether a payment can be started now.
    pub may_charge: bool,
    /// Whether the payment can be cancelled now.
    pub may_cancel: bool,
    /// What stops the till as a whole (settings, journal), if anything does.
    #[ts(optional)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub problem: Option<Problem>,
    /// In exact words what is wrong with the settings or the journal, for whoever mends it.
    #[ts(optional)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// The last payments, newest first.
    pub recent: Vec<RecentPayment>,
    /// The rates of tax that the cashier chooses from, in hundredths of a percent, the usual one first. Absent where the
    /// shop has set none, or its currency is one that receipts can't be in.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[ts(as = "Option<Vec<u16>>", optional)]
    pub tax_rates: Vec<u16>,
    /// What a customer may be asked who gives a phone number; absent where the shop keeps none.
    #[ts(optional)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub keep_number: Option<KeepNumber>,
}

/// Whether customers can be reached by a code on the counter.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum CounterCode {
    /// There is none: no hub, none for this till, the hub is not heard, or the rail knows no such codes.
    #[default]
    None,
    /// There is one.
    Ready,
    /// A customer has scanned it and waits: the next payment that is started by it is sent to that phone at once.
    Scanned,
}

/// What a customer is asked before a phone number is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct KeepNumber {
    /// What for, in the shop's own words.
    pub purpose: String,
    /// The day on which it is erased, `2027-11-26`.
    pub until: String,
}

/// Whether real money moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Environment {
    /// The simulator: nothing is real.
    Demo,
    /// The test environment of Vipps MobilePay: no real money.
    Test,
    /// Real money.
    Production,
}

/// Whether Vipps MobilePay answers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Contact {
    /// Nothing has been asked yet.
    #[default]
    Unknown,
    /// The last call was answered.
    Good,
    /// The last calls were not answered.
    Lost,
}

/// Whether a POS is there. A till can do without one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PosContact {
    /// It listens, or has asked for something within the last half minute.
    pub connected: bool,
    /// When it was last heard, RFC 3339 in UTC; absent while it is connected, and when there has been none.
    #[ts(optional)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub heard_at: Option<String>,
}

/// One row of the last payments.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct RecentPayment {
    /// Our id of the payment.
    pub reference: String,
    /// How it ended, or how far it has come.
    pub status: Status,
    /// What was due.
    pub amount: Amount,
    /// When it was asked for, RFC 3339 in UTC.
    pub created_at: String,
}
