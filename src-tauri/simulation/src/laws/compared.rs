//! Law 7: amount, currency, reference and sales unit are compared. In some worlds a payment reads differently at Vipps
//! MobilePay than it was ordered; it must never be kept.

use bytes::Bytes;
use http::Response;
use serde_json::Value;

use crate::call::Call;
use crate::world::World;

/// What is added to every amount that a skewed payment is read with.
const SKEW: i64 = 100;

/// Makes the answer about a skewed payment say another amount than was ordered.
pub(crate) fn skews(world: &World, till: usize, call: &Call, answer: &mut Response<Bytes>) {
    let Some(reference) = &call.reference else { return };
    if !world.ledger().skewed.contains(&(till, reference.clone())) {
        return;
    }
    let Ok(mut body) = serde_json::from_slice::<Value>(answer.body()) else { return };
    for at in ["/amount/value", "/aggregate/authorizedAmount/value", "/aggregate/cancelledAmount/value"] {
        add(body.pointer_mut(at));
    }
    let log = body.pointer_mut("/transactionLogHistory").and_then(Value::as_array_mut);
    for entry in log.into_iter().flatten() {
        add(entry.get_mut("amount"));
    }
    *answer.body_mut() = Bytes::from(body.to_string());
}

fn add(amount: Option<&mut Value>) {
    if let Some(amount) = amount
        && let Some(value) = amount.as_i64().filter(|value| *value > 0)
    {
        *amount = Value::from(value + SKEW);
    }
}
