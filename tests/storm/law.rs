//! What the till says, held against what is true at Vipps MobilePay.

use serde_json::Value;

use super::ledger::{Known, Ledger};
use super::vipps::Vipps;

/// Holds the promises about one payment against the truth. What the till has said was said before the truth is read:
/// money that has been collected stays so, and what can't move any more does not.
pub(crate) fn compare(ledger: &Ledger, vipps: &Vipps, reference: &str) {
    let Some(mut known) = ledger.pages().payments.get(reference).cloned() else { return };
    let truth = vipps.truth(reference);
    // A customer may have gone against the rules in between.
    known.late = ledger.pages().payments.get(reference).is_some_and(|known| known.late);
    for what in broken(&known, truth.as_ref()) {
        ledger.is_wrong(reference, what);
    }
}

/// Which laws are broken by `truth`, the payment at Vipps MobilePay, if it exists there.
fn broken(known: &Known, truth: Option<&Value>) -> Vec<String> {
    let mut broken = Vec::new();
    let paid = known.ended.as_ref().is_some_and(|(end, _)| end == "paid");
    let Some(truth) = truth else {
        return if paid { vec!["it is paid and does not exist".to_owned()] } else { broken };
    };
    let minor = |member: &str| truth[member].as_i64().unwrap_or(-1);
    let captures = truth["captures"].as_array().map_or(0, Vec::len);
    let mut law = |holds: bool, what: &str| {
        if !holds {
            broken.push(what.to_owned());
        }
    };
    law(minor("amount") == known.due, "another amount was asked of the customer");
    law(captures <= 1, "it was captured twice");
    law(minor("captured") == 0 || minor("captured") == known.due, "not what was due was captured");
    law(minor("refunded") <= minor("captured"), "more was given back than was taken");
    law(minor("refunded") >= known.refunded, "it is told as given back, and was not");
    law(!paid || minor("captured") == known.due, "it is shown as paid, and nothing was captured");
    if known.may_pay_again {
        law(minor("captured") == minor("refunded"), "it may be paid again, and the money is kept");
        law(known.late || !is_held(truth), "it may be paid again, and money is reserved");
    }
    broken
}

/// Whether money of the customer is reserved and neither taken nor given back, or may be any moment.
pub(crate) fn is_held(truth: &Value) -> bool {
    matches!(truth["state"].as_str(), Some("approved" | "unknown"))
}

/// Whether a customer could still approve it.
pub(crate) fn is_alive(truth: &Value) -> bool {
    matches!(truth["state"].as_str(), Some("waiting" | "opened" | "declined" | "unknown"))
}
