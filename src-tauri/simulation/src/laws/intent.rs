//! Law 1: before any call that can move money, the disk holds what will be asked and its key. Law 2: a refused
//! request is never repeated under the same key.

use bytes::Bytes;
use http::Response;
use payment::Fact;
use serde_json::Value;

use crate::breach::Law;
use crate::call::{Call, Kind};
use crate::world::World;

/// A till sends `call`.
pub(crate) fn sent(world: &World, till: usize, call: &Call) {
    let Some(reference) = call.reference.as_ref().filter(|_| call.kind.changes()) else { return };
    let payment = (till, reference.clone());
    let ledger = world.ledger();
    let key = call.key.as_deref().unwrap_or_default();
    let intended = ledger.holds(&payment, |fact| match fact {
        Fact::CreateIntended { key: kept } => call.kind == Kind::Create && (kept == key || key.is_empty()),
        Fact::CaptureIntended { key: kept, amount } => {
            call.kind == Kind::Capture && kept == key && is(call.amount, *amount)
        }
        Fact::CancelIntended { key: kept, .. } => {
            call.kind == Kind::Cancel && (kept == key || key.is_empty())
        }
        Fact::RefundIntended { key: kept, .. } => call.kind == Kind::Refund && kept == key,
        _ => false,
    });
    let repeated = ledger.refused.get(&(payment, call.kind.name(), key.to_owned())) == Some(&true);
    let stranger = ledger.strangers.contains(&(till, reference.clone()));
    drop(ledger);
    if !intended {
        world.breach(Law::IntentFirst, format!("{call} was sent, and the disk knows nothing of it"));
    }
    if repeated && !key.is_empty() {
        world.breach(Law::NoAnswerIsNoAnswer, format!("{call} was refused outright and is sent again"));
    }
    if stranger && call.kind != Kind::Create {
        world.breach(Law::Compared, format!("{call} touches the payment of another"));
    }
}

fn is(sent: Option<i64>, kept: u64) -> bool {
    sent.and_then(|sent| u64::try_from(sent).ok()) == Some(kept)
}

/// A till hears an answer.
pub(crate) fn answered(world: &World, till: usize, call: &Call, answer: &Response<Bytes>) {
    if let (true, Some(reference), Some(key)) = (is_refusal(call, answer), &call.reference, &call.key) {
        let payment = (till, reference.clone());
        world.ledger().refused.insert((payment, call.kind.name(), key.clone()), false);
    }
}

/// A 4xx that stays with its key (contract 1.9): not a token that has run out, not a call that comes too early.
fn is_refusal(call: &Call, answer: &Response<Bytes>) -> bool {
    let status = answer.status().as_u16();
    let code = || {
        let body: Value = serde_json::from_slice(answer.body()).unwrap_or(Value::Null);
        let code = body.pointer("/errorCode").or(body.pointer("/0/errorCode"));
        code.and_then(Value::as_str).map(ToOwned::to_owned)
    };
    let changes = call.kind.changes() && (call.is_epayment() || call.kind != Kind::Create);
    changes
        && (400..500).contains(&status)
        && !matches!(status, 401 | 423 | 429)
        && code().as_deref() != Some("94")
}
