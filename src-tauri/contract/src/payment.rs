//! A payment as the POS and the counter see it.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::ToSchema;

use crate::{
    Amount, CaptureMode, CaptureView, Code, LinkStatus, OrderLink, Private, ReceiptStatus, RefundView,
};

/// How a customer is reached.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Flow {
    /// The customer scans a code on the customer screen.
    #[default]
    Qr,
    /// The request goes to the phone with a number.
    Push,
    /// The shop has scanned the customer's own code (ePayment alone).
    PersonalQr,
    /// The customer scans the code on the counter, and the request goes to the phone that did (ePayment alone, and with a
    /// hub that has a code for this till). Nothing exists at Vipps MobilePay before somebody has.
    CallbackQr,
}

/// How far a payment has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Being created at Vipps MobilePay; nothing to scan yet.
    Starting,
    /// The code is on the customer screen, or the request has been sent to the phone. With `callback_qr` also: nobody has
    /// scanned the code on the counter yet.
    Waiting,
    /// The customer has it on the phone.
    Opened,
    /// The customer has approved; the money is being collected. When `final` is true it is reserved, for the POS to
    /// collect: see `capturable`.
    Approved,
    /// The full amount has been collected; of what was reserved for later, all that was not let go.
    Paid,
    /// Cancelled by the customer or by the staff.
    Cancelled,
    /// The bank said no. While `final` is false the customer may still try another card.
    Declined,
    /// Nobody paid in time.
    Expired,
    /// Failed; `problem` says why.
    Failed,
    /// The truth is not known at the moment. Money may still move.
    Checking,
}

/// One payment, whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PaymentView {
    /// Our id of the payment.
    pub reference: String,
    /// How far it has come.
    pub status: Status,
    /// How the customer is reached now: by a code after a request to a phone was refused.
    pub flow: Flow,
    /// With `callback_qr`: nobody has scanned the code on the counter yet, so nothing exists at Vipps MobilePay.
    #[serde(default, skip_serializing_if = "is_false")]
    #[ts(as = "Option<bool>", optional)]
    pub awaits_scan: bool,
    /// True when the status will not change by itself any more.
    #[serde(rename = "final")]
    pub is_final: bool,
    /// True only when no money of this payment can still move, so that the sale may be charged again.
    pub may_pay_again: bool,
    /// What is due.
    pub amount: Amount,
    /// What has been collected.
    pub captured: Amount,
    /// What has been given back.
    pub refunded: Amount,
    /// What is reserved and can be asked to be collected: more than nothing only after `capture: manual`.
    pub capturable: Amount,
    /// Every capture that this till was asked for, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub captures: Vec<CaptureView>,
    /// Every time that this till was asked to let go what is reserved, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub releases: Vec<CaptureView>,
    /// Every refund that this till was asked for, oldest first. Money may also have been given back by others:
    /// `refunded` has it all.
    #[serde(default)]
    pub refunds: Vec<RefundView>,
    /// What went wrong, if something did.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub problem: Option<Problem>,
    /// What the cashier should know beside how it goes: why the customer scans a code instead, or that the customer has no
    /// good receipt or no link in the app.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub note: Option<Note>,
    /// What the customer sees in the app.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub description: Option<String>,
    /// What is being bought.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lines: Vec<Line>,
    /// How the receipt in the customer's app stands; absent when there is none.
    #[serde(default, skip_serializing_if = "ReceiptStatus::is_none")]
    #[ts(as = "Option<ReceiptStatus>", optional)]
    pub receipt: ReceiptStatus,
    /// How the link in the customer's app stands; absent when there is none.
    #[serde(default, skip_serializing_if = "LinkStatus::is_none")]
    #[ts(as = "Option<LinkStatus>", optional)]
    pub link: LinkStatus,
    /// When it was asked for, RFC 3339 in UTC.
    pub created_at: String,
    /// When it last changed, RFC 3339 in UTC.
    pub changed_at: String,
}

/// What went wrong, and what to tell whom.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Problem {
    /// The failure by name; branch on this.
    pub code: Code,
    /// For the cashier: what happened and what to do next.
    pub cashier: String,
    /// For the customer: nothing that embarrasses or gives away.
    pub customer: String,
    /// The id under which Vipps MobilePay's support finds the call, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub support_id: Option<String>,
}

/// A word to the cashier about a payment, whatever becomes of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Note {
    /// What it is about, by name; branch on this.
    pub code: Code,
    /// For the cashier: what happened and what to do.
    pub cashier: String,
}

/// One line of what is being bought.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Line {
    /// What it is, 1 to 100 characters.
    #[schema(min_length = 1, max_length = 100)]
    pub name: String,
    /// How many, 1 to 9999.
    #[serde(default = "one")]
    #[schema(minimum = 1, maximum = 9999)]
    pub quantity: u32,
    /// Price of one, in minor units of the payment's currency, tax included. Negative for a discount, and for what comes
    /// back.
    #[ts(type = "number")]
    pub unit_price: i64,
    /// The tax in the price, in hundredths of a percent: 2500 is 25 %, and 25 a quarter of a percent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    #[schema(maximum = 10_000)]
    pub tax_rate: Option<u16>,
    /// Your own number of the article, the same in every sale; 1 to 100 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    #[schema(min_length = 1, max_length = 100)]
    pub article_id: Option<String>,
    /// It was bought before and comes back: its price is negative.
    #[serde(default, skip_serializing_if = "is_false")]
    #[ts(as = "Option<bool>", optional)]
    pub is_return: bool,
}

fn one() -> u32 {
    1
}

/// Asks the till to start a payment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct StartPayment {
    /// What is due. At least 1.00 and at most 650 000.00, in the sales unit's own currency.
    pub amount: Amount,
    /// 8 to 50 of letters, digits and `-`, not only digits, never used before. Made by the till if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    #[schema(min_length = 8, max_length = 50, pattern = "^(?=.*[A-Za-z-])[A-Za-z0-9-]{8,50}$")]
    pub reference: Option<String>,
    /// Shown in the customer's app, 3 to 100 characters. The shop's name if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    #[schema(min_length = 3, max_length = 100)]
    pub description: Option<String>,
    /// What is being bought, at most 200 lines. If there are any, they must add up to the amount.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[ts(as = "Option<Vec<Line>>", optional)]
    pub lines: Vec<Line>,
    /// How the customer is to be reached.
    #[serde(default)]
    #[ts(as = "Option<Flow>", optional)]
    pub flow: Flow,
    /// When the money is collected.
    #[serde(default, skip_serializing_if = "CaptureMode::is_automatic")]
    #[ts(as = "Option<CaptureMode>", optional)]
    pub capture: CaptureMode,
    /// For `push` and nothing else: the customer's number as it was said, `+47 912 34 567` or `91234567`. It is
    /// passed on and not kept, unless `keepPhoneNumber` says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(as = "Option<String>", optional)]
    #[schema(value_type = Option<String>, min_length = 8, max_length = 32)]
    pub phone_number: Option<Private>,
    /// For `personal_qr` and nothing else: the whole text of the customer's own code, as the scanner read it. It is
    /// passed on and not kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(as = "Option<String>", optional)]
    #[schema(value_type = Option<String>, min_length = 5, max_length = 255)]
    pub personal_qr: Option<Private>,
    /// With `push`, and where the settings allow it: the customer agrees that the number is kept, for the purpose and
    /// the time that the shop has set. It is, when the payment has been paid on that phone.
    #[serde(default, skip_serializing_if = "is_false")]
    #[ts(as = "Option<bool>", optional)]
    pub keep_phone_number: bool,
    /// Whether the customer is in the shop. False for what is sold by telephone or by mail: that needs `push` with a
    /// `phoneNumber`, and lines that each have a `taxRate`, because the customer must be given a receipt.
    #[serde(default = "yes", skip_serializing_if = "is_true")]
    #[ts(as = "Option<bool>", optional)]
    pub customer_present: bool,
    /// Where the customer's app leads to from this payment. If absent, the link that the till's settings give every payment,
    /// if they do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub link: Option<OrderLink>,
}

fn yes() -> bool {
    true
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
fn is_true(said: &bool) -> bool {
    *said
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
fn is_false(said: &bool) -> bool {
    !said
}
