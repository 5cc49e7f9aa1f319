//! One answer for one idempotency key (contract 1.9).

use std::collections::{HashMap, VecDeque};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::World;
use super::problem::{Code, Problem};

/// Answers kept at most; the oldest gives way.
const ANSWERS_MAX: usize = 100_000;

/// What a key belongs to: equal keys of different calls have nothing to do with each other.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) struct Call {
    pub(crate) msn: String,
    /// Operation, and the payment where there is one already.
    pub(crate) what: String,
    /// `Idempotency-Key`.
    pub(crate) key: String,
}

/// HTTP status and body, or why not.
pub(crate) type Outcome = Result<(u16, Value), Problem>;

/// The answers already given, with the bodies they were given for.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Answers {
    #[serde(with = "super::state::pairs")]
    given: HashMap<Call, (Value, Outcome)>,
    order: VecDeque<Call>,
}

impl World {
    /// Does something once per key, or answers again as before; refusals stick, unless another try may go better.
    ///
    /// `changed` is said when the key comes back with another body.
    pub(crate) fn answer_once(
        &mut self,
        call: Call,
        body: &Value,
        changed: Code,
        act: impl FnOnce(&mut Self) -> Outcome,
    ) -> Outcome {
        match self.answers.given.get(&call) {
            Some((before, outcome)) if before == body => return outcome.clone(),
            Some(_) => return Err(changed.into()),
            None => {}
        }
        let outcome = act(self);
        if outcome.as_ref().err().is_none_or(Problem::sticks) {
            self.answers.keep(call, body.clone(), outcome.clone());
        }
        outcome
    }
}

impl Answers {
    fn keep(&mut self, call: Call, body: Value, outcome: Outcome) {
        if self.order.len() >= ANSWERS_MAX {
            self.order.pop_front().map(|oldest| self.given.remove(&oldest));
        }
        self.order.push_back(call.clone());
        self.given.insert(call, (body, outcome));
    }
}
