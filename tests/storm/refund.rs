//! Registers give money back: all of it or parts, often more than once under the same key, and sometimes more than
//! there is.

use serde_json::{Value, json};

use super::ledger::{Ledger, Tick, Wrong};
use super::register::{Register, tell};
use super::vipps::Vipps;
use super::wire::Wire;
use crate::support::pos::Answer;

/// One wish to give money back: what is sent under one key, as often as a register likes. Its reason is its key, so
/// that it can be told from all others.
#[derive(Clone, Debug)]
pub(crate) struct Wish {
    pub(crate) reference: String,
    pub(crate) key: String,
    body: Value,
    /// Since when it is known to be taken up.
    pub(crate) taken_up: Option<Tick>,
    /// An answer was lost: it may have been taken up.
    pub(crate) unsure: bool,
}

impl Register {
    /// Refunds something of one of its own payments, or asks again for what it has asked for before.
    pub(super) fn refunds(&mut self, ledger: &Ledger, vipps: &Vipps) {
        let own = self.own_payments(ledger);
        let (wishes, paid) = {
            let pages = ledger.pages();
            let wishes = pages.wishes.iter().enumerate();
            let wishes = wishes.filter(|(_, wish)| own.contains(&wish.reference)).map(|(number, _)| number);
            let is_paid =
                |name: &&String| pages.payments.get(*name).is_some_and(|known| known.status == "paid");
            (wishes.collect::<Vec<_>>(), own.iter().filter(is_paid).cloned().collect::<Vec<_>>())
        };
        let wish = if !wishes.is_empty() && self.chance.one_in(2) {
            *self.chance.pick(&wishes)
        } else if paid.is_empty() {
            return;
        } else {
            let reference = self.chance.pick(&paid).clone();
            let part = (!self.chance.one_in(4)).then(|| 100 + self.chance.below(900));
            ledger.wishes(&reference, part)
        };
        let wire = &self.wire;
        std::thread::scope(|scope| {
            if self.chance.one_in(3) {
                scope.spawn(|| send(wire, wish, ledger, vipps));
            }
            send(wire, wish, ledger, vipps);
        });
    }
}

/// Sends a wish and writes down what came of it.
pub(crate) fn send(wire: &Wire, number: usize, ledger: &Ledger, vipps: &Vipps) {
    let wish = ledger.pages().wishes[number].clone();
    let asked = ledger.tick();
    let path = format!("/v1/payments/{}/refunds", wish.reference);
    let answer = wire.post(&path, Some(&wish.key), &wish.body.to_string());
    ledger.refund_answered(number, asked, answer.as_ref());
    if let Some(answer) = answer.filter(|answer| answer.status < 300) {
        tell(asked, &answer.body, ledger, vipps);
    }
}

impl Ledger {
    /// Notes a wish to give back `part`, in minor units, or all that is left, and gives its number.
    fn wishes(&self, reference: &str, part: Option<u64>) -> usize {
        let mut pages = self.pages();
        let number = pages.wishes.len();
        let key = format!("key-of-refund-{number}");
        let mut body = json!({ "reason": key });
        if let Some(part) = part {
            body["amount"] = json!({ "value": part, "currency": "NOK" });
        }
        let reference = reference.to_owned();
        pages.wishes.push(Wish { reference, key, body, taken_up: None, unsure: false });
        number
    }

    fn refund_answered(&self, number: usize, asked: Tick, answer: Option<&Answer>) {
        let now = self.tick();
        self.heard("refund", answer, &[200, 201, 409, 422]);
        let mut pages = self.pages();
        let wish = &mut pages.wishes[number];
        let taken_up = wish.taken_up.is_some_and(|since| since < asked);
        match answer {
            Some(answer) if answer.status < 300 => {
                wish.unsure = false;
                wish.taken_up.get_or_insert(now);
                let (reference, key) = (wish.reference.clone(), wish.key.clone());
                if made_for(&answer.body, &key) != 1 {
                    let what = format!("{key} is taken up and not told: {}", answer.body);
                    pages.wrong.push(Wrong { reference, what });
                }
            }
            Some(answer) if answer.status < 500 => {
                wish.unsure = false;
                if taken_up {
                    let what = format!("{} was taken up, and is refused when repeated: {answer:?}", wish.key);
                    let reference = wish.reference.clone();
                    pages.wrong.push(Wrong { reference, what });
                }
            }
            _ => wish.unsure = true,
        }
    }
}

/// How many refunds of a payment were made for the wish under `key`.
pub(crate) fn made_for(view: &Value, key: &str) -> usize {
    let refunds = view["refunds"].as_array();
    refunds.map_or(0, |refunds| refunds.iter().filter(|refund| refund["reason"] == *key).count())
}

/// Whether more than one refund was made for one wish.
pub(crate) fn is_doubled(view: &Value) -> bool {
    let refunds = view["refunds"].as_array().map_or(&[][..], Vec::as_slice);
    let mut reasons: Vec<_> = refunds.iter().filter_map(|refund| refund["reason"].as_str()).collect();
    reasons.sort_unstable();
    reasons.windows(2).any(|two| two[0] == two[1])
}

/// Whether any refund of a payment is still to be made.
pub(crate) fn is_due(view: &Value) -> bool {
    let refunds = view["refunds"].as_array();
    refunds.is_some_and(|refunds| refunds.iter().any(|refund| refund["status"] == "asked"))
}

/// What is wrong with the refunds of a payment at rest, given the wishes that were taken up.
pub(crate) fn wrong_at_rest(view: &Value, truth: &Value, wishes: &[Wish]) -> Vec<String> {
    let mut wrong = Vec::new();
    for wish in wishes {
        let made = made_for(view, &wish.key);
        if made != usize::from(wish.taken_up.is_some()) {
            wrong.push(format!("{} was done {made} times", wish.key));
        }
    }
    let refunds = view["refunds"].as_array().map_or(&[][..], Vec::as_slice);
    let made: Vec<i64> = refunds
        .iter()
        .filter(|refund| refund["status"] == "made")
        .filter_map(|refund| refund["amount"]["value"].as_i64())
        .collect();
    let really = truth["refunds"].as_array().map_or(0, Vec::len);
    if is_due(view) {
        wrong.push(format!("a refund is still to be made: {view}"));
    }
    if made.len() != really || Some(made.iter().sum::<i64>()) != truth["refunded"].as_i64() {
        wrong.push(format!("refunded are {made:?}, and really {}", truth["refunds"]));
    }
    if view["refunded"]["value"] != truth["refunded"] {
        wrong.push(format!("{} are shown as refunded, and really {}", view["refunded"], truth["refunded"]));
    }
    wrong
}
