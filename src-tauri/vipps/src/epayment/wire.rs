//! ePayment as it stands on the wire: written to the letter, read with patience (contract 1.4, 2.3).
//!
//! Answers are read whatever content type they claim: the published specification declares those of changes as
//! problems.

mod create;

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Adjusted, Aggregate, Create, Created, Event, EventName, Extent, Flow, Payment, State};
use crate::chronology::{Comes, oldest_first};
use crate::lenient;
use crate::money::{Money, MoneyAnswer, MoneyBody};
use crate::personal::Personal;

pub(super) use create::create;

/// The body of a capture or refund.
pub(super) fn modification(amount: Money) -> impl Serialize {
    ModificationBody { modification_amount: amount.into() }
}

/// The body of a cancel. Sent though it may be left out, because some gateways want one (contract 1.4).
pub(super) fn cancel(extent: Extent) -> impl Serialize {
    CancelBody { cancel_transaction_only: extent == Extent::Unapproved }
}

/// The answer to a creation.
pub(super) fn created(body: &[u8], asked: &Create) -> Result<Created, &'static str> {
    let answer: CreatedAnswer =
        serde_json::from_slice(body).map_err(|_| "the answer can't be read as a started payment")?;
    let reference = same_payment(answer.reference, &asked.reference)?;
    let pushed = matches!(asked.flow, Flow::PushMessage { .. });
    if answer.redirect_url.is_none() && !pushed {
        return Err("the answer holds no redirectUrl");
    }
    Ok(Created { reference, redirect_url: answer.redirect_url })
}

/// The answer to a reading.
pub(super) fn payment(body: &[u8], reference: &str) -> Result<Payment, &'static str> {
    let answer: PaymentAnswer =
        serde_json::from_slice(body).map_err(|_| "the answer can't be read as a payment")?;
    let reference = same_payment(answer.reference, reference)?;
    let amount = answer.amount.read().ok_or(UNKNOWN_CURRENCY)?;
    let method = answer.payment_method.unwrap_or_default();
    Ok(Payment {
        reference,
        state: State::read(&answer.state),
        amount,
        aggregate: aggregate(&answer.aggregate, amount)?,
        psp_reference: answer.psp_reference,
        method: method.kind,
        card_bin: method.card_bin,
        sub: answer.profile.and_then(|profile| profile.sub).map(Personal::new),
        redirect_url: answer.redirect_url,
        metadata: answer.metadata,
        capture_guaranteed_until: answer.capture_guaranteed_until,
    })
}

/// The answer to a capture, refund or cancel.
pub(super) fn adjusted(body: &[u8], reference: &str) -> Result<Adjusted, &'static str> {
    let answer: PaymentAnswer =
        serde_json::from_slice(body).map_err(|_| "the answer can't be read as a changed payment")?;
    same_payment(answer.reference, reference)?;
    let amount = answer.amount.read().ok_or(UNKNOWN_CURRENCY)?;
    let aggregate = aggregate(&answer.aggregate, amount)?;
    Ok(Adjusted { state: State::read(&answer.state), amount, aggregate, psp_reference: answer.psp_reference })
}

/// The answer to a reading of the events.
pub(super) fn events(body: &[u8], reference: &str) -> Result<Vec<Event>, &'static str> {
    let entries: Vec<EventAnswer> =
        serde_json::from_slice(body).map_err(|_| "the answer can't be read as the events of a payment")?;
    let entries = oldest_first(entries, Comes::OldestFirst, |entry| entry.timestamp);
    entries.into_iter().map(|entry| event(entry, reference)).collect()
}

fn event(answer: EventAnswer, reference: &str) -> Result<Event, &'static str> {
    same_payment(answer.reference, reference)?;
    Ok(Event {
        name: EventName::read(&answer.name),
        amount: answer.amount.read().ok_or(UNKNOWN_CURRENCY)?,
        success: answer.success,
        at: answer.timestamp,
        psp_reference: answer.psp_reference,
        idempotency_key: answer.idempotency_key,
    })
}

const UNKNOWN_CURRENCY: &str = "the currency is none that a sales unit can be paid in";

fn aggregate(answer: &AggregateAnswer, amount: Money) -> Result<Aggregate, &'static str> {
    let value = |money: &MoneyAnswer| match money.read() {
        Some(money) if money.currency == amount.currency => Ok(money.value),
        _ => Err("the amounts are not all in one currency"),
    };
    Ok(Aggregate {
        currency: amount.currency,
        authorized: value(&answer.authorized)?,
        cancelled: value(&answer.cancelled)?,
        captured: value(&answer.captured)?,
        refunded: value(&answer.refunded)?,
    })
}

fn same_payment(answered: Option<String>, asked: &str) -> Result<String, &'static str> {
    match answered {
        Some(answered) if answered == asked => Ok(answered),
        Some(_) => Err("the answer is about another payment"),
        None => Err("the answer does not say which payment it is about"),
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ModificationBody {
    modification_amount: MoneyBody,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct CancelBody {
    cancel_transaction_only: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct CreatedAnswer {
    #[serde(default, deserialize_with = "lenient::text")]
    reference: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    redirect_url: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PaymentAnswer {
    #[serde(default, deserialize_with = "lenient::text")]
    reference: Option<String>,
    state: String,
    amount: MoneyAnswer,
    aggregate: AggregateAnswer,
    #[serde(default, deserialize_with = "lenient::text")]
    psp_reference: Option<String>,
    #[serde(default)]
    payment_method: Option<MethodAnswer>,
    #[serde(default)]
    profile: Option<ProfileAnswer>,
    #[serde(default, deserialize_with = "lenient::text")]
    redirect_url: Option<String>,
    #[serde(default, deserialize_with = "lenient::texts")]
    metadata: BTreeMap<String, String>,
    #[serde(default, deserialize_with = "lenient::moment")]
    capture_guaranteed_until: Option<Timestamp>,
}

#[derive(Deserialize)]
struct AggregateAnswer {
    #[serde(rename = "authorizedAmount")]
    authorized: MoneyAnswer,
    #[serde(rename = "cancelledAmount")]
    cancelled: MoneyAnswer,
    #[serde(rename = "capturedAmount")]
    captured: MoneyAnswer,
    #[serde(rename = "refundedAmount")]
    refunded: MoneyAnswer,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct MethodAnswer {
    #[serde(default, rename = "type", deserialize_with = "lenient::text")]
    kind: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    card_bin: Option<String>,
}

#[derive(Deserialize)]
struct ProfileAnswer {
    #[serde(default, deserialize_with = "lenient::text")]
    sub: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct EventAnswer {
    #[serde(default, deserialize_with = "lenient::text")]
    reference: Option<String>,
    name: String,
    amount: MoneyAnswer,
    #[serde(deserialize_with = "lenient::truth")]
    success: bool,
    #[serde(default, deserialize_with = "lenient::moment")]
    timestamp: Option<Timestamp>,
    #[serde(default, deserialize_with = "lenient::text")]
    psp_reference: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    idempotency_key: Option<String>,
}

#[cfg(test)]
mod tests;
