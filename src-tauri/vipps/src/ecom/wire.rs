//! eCom as it stands on the wire: written to the letter, read with patience (contract 1.2, 2.1).
//!
//! Members that are not known here are ignored in answers and never written.

use jiff::Timestamp;
use secrecy::ExposeSecret;
use serde::{Deserialize, Serialize};

use super::{Cancellation, Details, Initiate, Initiated, LogEntry, Modification, Operation, Summary};
use crate::chronology::{Comes, oldest_first};
use crate::plain::cut;
use crate::{Msn, lenient};

/// The body of an initiate.
pub(super) fn initiate<'a>(msn: &'a Msn, order: &'a Initiate) -> impl Serialize + use<'a> {
    InitiateBody {
        customer_info: CustomerInfo { mobile_number: order.mobile_number.as_deref() },
        merchant_info: InitiateMerchantInfo {
            merchant_serial_number: msn.as_str(),
            callback_prefix: order.callback_prefix.trim_end_matches('/'),
            fall_back: &order.fall_back,
            auth_token: order.auth_token.as_ref().map(ExposeSecret::expose_secret),
        },
        transaction: InitiateTransaction {
            order_id: &order.order_id,
            amount: order.amount,
            transaction_text: &order.text,
            skip_landing_page: order.skip_landing_page,
        },
    }
}

/// The body of a capture or refund.
pub(super) fn modify<'a>(msn: &'a Msn, modification: &'a Modification) -> impl Serialize + use<'a> {
    ModifyBody {
        merchant_info: MerchantInfo { merchant_serial_number: msn.as_str() },
        transaction: ModifyTransaction { amount: modification.amount, transaction_text: &modification.text },
    }
}

/// The body of a cancel.
pub(super) fn cancel<'a>(msn: &'a Msn, cancellation: &'a Cancellation) -> impl Serialize + use<'a> {
    CancelBody {
        merchant_info: MerchantInfo { merchant_serial_number: msn.as_str() },
        transaction: CancelTransaction { transaction_text: &cancellation.text },
        should_release_remaining_funds: cancellation.release_remaining,
    }
}

/// The body of an approval in the customer's place.
pub(super) fn force_approve<'a>(mobile_number: &'a str, token: &'a str) -> impl Serialize + use<'a> {
    ForceApproveBody { customer_phone_number: mobile_number, token }
}

/// The answer to an initiate.
pub(super) fn initiated(body: &[u8], order_id: &str) -> Result<Initiated, &'static str> {
    let answer: InitiatedAnswer =
        serde_json::from_slice(body).map_err(|_| "the answer can't be read as a started payment")?;
    let order_id = same_order(answer.order_id, order_id)?;
    let url = answer.url.filter(|url| !url.is_empty()).ok_or("the answer holds no url")?;
    Ok(Initiated { order_id, url })
}

/// The answer to a capture, a refund or a cancel. The transaction itself is named differently by each
/// (contract 1.2) and is not needed: what counts is where the money is now.
pub(super) fn modified(body: &[u8], order_id: &str) -> Result<Option<Summary>, &'static str> {
    let answer: ModifiedAnswer =
        serde_json::from_slice(body).map_err(|_| "the answer can't be read as a changed payment")?;
    same_order(answer.order_id, order_id)?;
    Ok(answer.transaction_summary.map(Summary::from))
}

/// The answer to a reading of the details.
pub(super) fn details(body: &[u8], order_id: &str) -> Result<Details, &'static str> {
    let answer: DetailsAnswer =
        serde_json::from_slice(body).map_err(|_| "the answer can't be read as the details of a payment")?;
    // Documented to come newest first (contract 2.1).
    let log = oldest_first(answer.transaction_log_history, Comes::NewestFirst, |entry| entry.time_stamp);
    Ok(Details {
        order_id: same_order(answer.order_id, order_id)?,
        log: log.into_iter().map(LogEntry::from).collect(),
        summary: answer.transaction_summary.map(Summary::from),
    })
}

fn same_order(answered: Option<String>, asked: &str) -> Result<String, &'static str> {
    match answered {
        Some(answered) if answered == asked => Ok(answered),
        Some(_) => Err("the answer is about another order"),
        None => Err("the answer does not say which order it is about"),
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct InitiateBody<'a> {
    customer_info: CustomerInfo<'a>,
    merchant_info: InitiateMerchantInfo<'a>,
    transaction: InitiateTransaction<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct CustomerInfo<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    mobile_number: Option<&'a str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct InitiateMerchantInfo<'a> {
    merchant_serial_number: &'a str,
    callback_prefix: &'a str,
    fall_back: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    auth_token: Option<&'a str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct InitiateTransaction<'a> {
    order_id: &'a str,
    amount: u64,
    transaction_text: &'a str,
    skip_landing_page: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ModifyBody<'a> {
    merchant_info: MerchantInfo<'a>,
    transaction: ModifyTransaction<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct MerchantInfo<'a> {
    merchant_serial_number: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ModifyTransaction<'a> {
    amount: u64,
    transaction_text: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct CancelBody<'a> {
    merchant_info: MerchantInfo<'a>,
    transaction: CancelTransaction<'a>,
    should_release_remaining_funds: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct CancelTransaction<'a> {
    transaction_text: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ForceApproveBody<'a> {
    customer_phone_number: &'a str,
    token: &'a str,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct InitiatedAnswer {
    #[serde(default, deserialize_with = "lenient::text")]
    order_id: Option<String>,
    #[serde(default)]
    url: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ModifiedAnswer {
    #[serde(default, deserialize_with = "lenient::text")]
    order_id: Option<String>,
    #[serde(default)]
    transaction_summary: Option<SummaryAnswer>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct DetailsAnswer {
    #[serde(default, deserialize_with = "lenient::text")]
    order_id: Option<String>,
    transaction_log_history: Vec<LogEntryAnswer>,
    #[serde(default)]
    transaction_summary: Option<SummaryAnswer>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct LogEntryAnswer {
    operation: String,
    #[serde(deserialize_with = "lenient::whole")]
    amount: u64,
    #[serde(deserialize_with = "lenient::truth")]
    operation_success: bool,
    #[serde(default, deserialize_with = "lenient::moment")]
    time_stamp: Option<Timestamp>,
    #[serde(default, deserialize_with = "lenient::text")]
    transaction_id: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    request_id: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct SummaryAnswer {
    #[serde(deserialize_with = "lenient::whole")]
    captured_amount: u64,
    #[serde(deserialize_with = "lenient::whole")]
    refunded_amount: u64,
    #[serde(deserialize_with = "lenient::whole")]
    remaining_amount_to_capture: u64,
    #[serde(deserialize_with = "lenient::whole")]
    remaining_amount_to_refund: u64,
}

impl From<SummaryAnswer> for Summary {
    fn from(answer: SummaryAnswer) -> Self {
        Self {
            captured: answer.captured_amount,
            refunded: answer.refunded_amount,
            remaining_to_capture: answer.remaining_amount_to_capture,
            remaining_to_refund: answer.remaining_amount_to_refund,
        }
    }
}

impl From<LogEntryAnswer> for LogEntry {
    fn from(answer: LogEntryAnswer) -> Self {
        Self {
            operation: operation(&answer.operation),
            amount: answer.amount,
            success: answer.operation_success,
            at: answer.time_stamp,
            transaction_id: answer.transaction_id,
            request_id: answer.request_id,
        }
    }
}

fn operation(text: &str) -> Operation {
    match text {
        "INITIATE" => Operation::Initiate,
        "RESERVE" => Operation::Reserve,
        "SALE" => Operation::Sale,
        "CAPTURE" => Operation::Capture,
        "REFUND" => Operation::Refund,
        "CANCEL" => Operation::Cancel,
        "VOID" => Operation::Void,
        _ => Operation::Other(cut(text, OPERATION_CHARS_MAX)),
    }
}

/// The longest name of an unknown operation that is kept, in characters.
const OPERATION_CHARS_MAX: usize = 64;

#[cfg(test)]
mod tests;
