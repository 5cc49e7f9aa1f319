//! A payment as it really is, for people and tests that may look behind the API.

use serde::Serialize;

use super::World;
use super::payment::{Operation, Payment, State};

/// All about one payment. Amounts are in minor units, instants are RFC 3339 on the simulator's clock.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Truth {
    /// The merchant's id of it: `orderId` in eCom, `reference` in ePayment.
    pub reference: String,
    /// The sales unit that takes it.
    pub msn: String,
    /// The API that made it: `ecom` or `epayment`.
    pub rail: String,
    /// How its customer is reached: `QR`, `PUSH_MESSAGE`, `WEB_REDIRECT` or `NATIVE_REDIRECT`.
    pub flow: String,
    /// What the customer is asked for.
    pub amount: i64,
    /// The sales unit's currency.
    pub currency: String,
    /// What the customer reads.
    pub text: String,
    /// Where it is, in one word.
    pub state: State,
    /// What its QR code says.
    pub qr_content: String,
    /// What the customer has approved.
    pub reserved: i64,
    /// What the merchant has taken.
    pub captured: i64,
    /// What the merchant has paid back.
    pub refunded: i64,
    /// What was released after approval, or all of it if it was cancelled before.
    pub cancelled: i64,
    /// Each capture that took place.
    pub captures: Vec<Movement>,
    /// Each refund that took place.
    pub refunds: Vec<Movement>,
    /// The whole history, newest first.
    pub log: Vec<LogLine>,
    /// When the merchant made it.
    pub created_at: String,
    /// When a customer opened it.
    pub scanned_at: Option<String>,
    /// When the customer can't go on any more.
    pub expires_at: String,
}

/// Money that moved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Movement {
    /// `X-Request-Id` or `Idempotency-Key` of the call; empty where money was taken at approval.
    pub request_id: String,
    /// How much.
    pub amount: i64,
    /// When.
    pub at: String,
}

/// One line of the history.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LogLine {
    /// `INITIATE`, `RESERVE`, `SALE`, `CAPTURE`, `REFUND`, `CANCEL` or `VOID`, and `EXPIRE` where ePayment made it.
    pub operation: String,
    /// Whether it counts.
    pub success: bool,
    /// How much.
    pub amount: i64,
    /// When.
    pub at: String,
}

impl World {
    pub(crate) fn truth(&self, payment: &Payment) -> Truth {
        Truth {
            reference: payment.key.reference.clone(),
            msn: payment.key.msn.clone(),
            rail: if payment.particulars().is_some() { "epayment" } else { "ecom" }.into(),
            flow: payment.flow().name().into(),
            amount: payment.amount,
            currency: payment.currency.clone(),
            text: payment.text.clone(),
            state: payment.state(),
            qr_content: self.qr_content(payment),
            reserved: payment.reserved,
            captured: payment.captured,
            refunded: payment.refunded,
            cancelled: payment.given_up(),
            captures: movements(payment, &[Operation::Capture, Operation::Sale]),
            refunds: movements(payment, &[Operation::Refund]),
            log: payment.log.iter().rev().map(log_line).collect(),
            created_at: crate::time::rfc3339(payment.created_at),
            scanned_at: payment.scanned_at.map(crate::time::rfc3339),
            expires_at: crate::time::rfc3339(self.deadline(payment)),
        }
    }
}

fn movements(payment: &Payment, operations: &[Operation]) -> Vec<Movement> {
    let moved = payment.log.iter().filter(|entry| entry.success && operations.contains(&entry.operation));
    moved
        .map(|entry| Movement {
            request_id: entry.request_id.clone(),
            amount: entry.amount,
            at: crate::time::rfc3339(entry.at),
        })
        .collect()
}

fn log_line(entry: &super::payment::Entry) -> LogLine {
    LogLine {
        operation: entry.operation.name().into(),
        success: entry.success,
        amount: entry.amount,
        at: crate::time::rfc3339(entry.at),
    }
}
