//! What a till and the hub of its chain say to one another.
//!
//! A till never tells a hub a key of its sales unit, and a hub never tells a till one (contract 5.4): what a till can't do
//! itself it asks for, and the hub does it.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use ts_rs::TS;
use utoipa::{IntoParams, ToSchema};

use crate::{Amount, Private, Problem, Status, UnitSettings};

/// A till asks to belong to a chain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Join {
    /// The one-time code that the hub gave out.
    pub code: Private,
    /// The version of Kvitt.
    pub version: String,
}

/// It belongs to it now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Joined {
    /// The till's name at the hub.
    pub till: String,
    /// What it is let in with from now on. It is told this once; the hub keeps a digest.
    pub key: Private,
    /// The store that it stands in.
    pub store: Store,
    /// Where Vipps MobilePay may tell of its payments, if the world reaches the hub.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub callbacks: Option<Callbacks>,
}

/// Where callbacks of eCom about a till's payments go (contract 4.2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Callbacks {
    /// What their address begins with (`callbackPrefix`).
    pub prefix: String,
    /// What they prove themselves with (`authToken`).
    pub token: Private,
}

/// A store of the chain. Its sales unit is part of it and can't be chosen by itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Store {
    /// Its short name: 1 to 16 of `[a-z0-9-]`.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// The Merchant Serial Number of its sales unit.
    pub msn: String,
}

/// The chain that a till belongs to, and whether its hub is there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(optional_fields)]
pub struct Chain {
    /// The store that the till stands in.
    pub store: Store,
    /// Whether the hub answered last.
    pub connected: bool,
    /// For how many milliseconds it has not, counted at the moment of sending. Absent while it answers, and before it was
    /// first asked.
    #[ts(type = "number")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lost_for_ms: Option<u64>,
    /// Why it is not told what the till writes down.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<Problem>,
}

/// A till tells what it has written down, in the order of its journal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Telling {
    /// The entries; the first is the one after the newest that the hub has said it knows. May be none: then the till
    /// only says that it lives.
    pub entries: Vec<ToldEntry>,
    /// The version of Kvitt.
    pub version: String,
    /// The reference of the open payment, if one is open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub open: Option<String>,
}

impl Telling {
    /// Entries that one telling may have.
    pub const ENTRIES_MAX: usize = 500;
}

/// One entry of a till's journal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ToldEntry {
    /// Its number in the till's journal: 1, 2, 3 … without gaps.
    pub seq: u64,
    /// Whose story it belongs to.
    pub reference: String,
    /// Its number in that story: 1, 2, 3 … without gaps.
    pub number: u32,
    /// When it was learnt, by the till's clock: milliseconds since 1970-01-01 UTC.
    pub at: i64,
    /// What was learnt, as the journal has it.
    pub fact: Value,
}

/// How much of a till's journal the hub has, on disk.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Heard {
    /// The number of the newest entry; 0 when there is none.
    pub seq: u64,
    /// What tells that entry from another of the same number: a till whose journal has another one there has been given an
    /// older copy of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub newest: Option<Newest>,
    /// Whether there is a code on the counter whose customers this till is told of.
    #[serde(default)]
    pub counter_code: bool,
    /// What the sales unit of its store may do, as far as the hub knows. It is said each time, so that nothing is missed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<UnitSettings>,
}

/// What tells an entry from another of the same number.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Newest {
    /// Whose story it belongs to.
    pub reference: String,
    /// Its number in that story.
    pub number: u32,
    /// When it was learnt, by the till's clock.
    pub at: i64,
}

/// What is looked for among the payments of all stores. What is left out does not matter.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, IntoParams, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[ts(optional_fields)]
#[into_params(parameter_in = Query)]
pub struct ChainSearch {
    /// A part of the reference or an amount, as for the till's own payments.
    #[param(min_length = 1, max_length = 50)]
    pub query: Option<String>,
    /// The store that took it, by its short name.
    pub store: Option<String>,
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
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
#[ts(optional_fields)]
pub struct ChainFound {
    /// The payments, as the hub has been told.
    pub payments: Vec<ChainPayment>,
    /// There may be more: ask again with the same words and this as `before`. Absent on the last page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<String>,
}

/// A payment of some store, as much of it as another store may see.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ChainPayment {
    /// The store that took it.
    pub store: Store,
    /// Its reference.
    pub reference: String,
    /// How it stood when its till last told of it.
    pub status: Status,
    /// What was due.
    pub amount: Amount,
    /// What has been collected.
    pub captured: Amount,
    /// What has been given back or is about to be, by whomever. Whoever asks for a refund sends it along.
    pub refunded: Amount,
    /// When it was asked for, RFC 3339 in UTC.
    pub requested_at: String,
}

/// Asks for money of any store's payment to be given back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ChainRefund {
    /// The store that took the payment, by its short name: chosen from what was found, never typed.
    pub store: String,
    /// The payment.
    pub reference: String,
    /// How much. All that is left if absent; `null` is refused.
    #[serde(default, deserialize_with = "crate::refund::stated", skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    #[schema(value_type = Amount)]
    pub amount: Option<Amount>,
    /// What was given back or about to be when the person who asks looked: if it is more by now, somebody else was
    /// faster, and nothing is given back.
    pub refunded_before: Amount,
    /// Why, 1 to 100 characters.
    pub reason: String,
    /// Who asks.
    pub person: Person,
    /// Who agrees, where the sum needs a second person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub second: Option<Person>,
}

/// Somebody who is known to the hub, and the proof of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Person {
    /// The short name: 1 to 32 of `[a-z0-9-]`.
    pub id: String,
    /// The PIN.
    #[ts(type = "string")]
    #[schema(value_type = String)]
    pub pin: Private,
}

/// A refund that a hub makes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ChainRefundView {
    /// Its name at the hub.
    pub id: String,
    /// The store that took the payment.
    pub store: Store,
    /// The payment.
    pub reference: String,
    /// How much.
    pub amount: Amount,
    /// Why.
    pub reason: String,
    /// How far it has come.
    pub status: crate::ModificationStatus,
    /// Why it was refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub problem: Option<Problem>,
    /// When it was asked for, RFC 3339 in UTC.
    pub asked_at: String,
}

/// What a hub tells a till while it listens.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "news", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum News {
    /// Something may have happened to one of its payments: read it.
    Payment {
        /// Which.
        reference: String,
    },
    /// A customer has scanned the static code on the counter (contract 3.3).
    CheckedIn {
        /// The code.
        merchant_qr_id: String,
        /// Whom the request is to be sent to. It is the customer's own: passed on, never kept.
        customer_token: Private,
        /// When it was scanned, RFC 3339; empty where that was not said.
        initiated_at: String,
    },
}
