//! What goes wrong at Vipps MobilePay and on the way there.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::chance::Chance;
use super::vipps::Vipps;

/// What may go wrong, with the calls that it can happen to.
///
/// No answer lies about what is: a 404 for a payment that exists is not weather, it is another world.
const FAULTS: [(&str, &[&str]); 15] = [
    ("slow", &ANY),
    ("silent", &ANY),
    ("lost", &ANY),
    ("lost", &["initiate", "capture", "cancel", "refund"]),
    ("refused", &ANY),
    ("status", &ANY),
    ("tooMany", &ANY),
    ("twice", &ANY),
    ("cut", &ANY),
    ("html", &ANY),
    ("wrongType", &ANY),
    ("empty", &ANY),
    ("nonsense", &ANY),
    ("azure500", &["cancel"]),
    ("locked", &["capture", "cancel", "refund"]),
];
const ANY: [&str; 9] = ["token", "initiate", "details", "capture", "cancel", "refund", "qr", "image", "any"];
/// What a server says that does not feel well, or no longer knows our token.
const STATUSES: [u16; 5] = [500, 502, 503, 504, 401];
/// How many things go wrong at once.
const AT_ONCE_MAX: u64 = 4;
/// How many calls one of them strikes.
const TIMES_MAX: u64 = 3;

/// The weather now, and how often it has struck.
#[derive(Default)]
pub(crate) struct Weather {
    now: Vec<Value>,
    struck: BTreeMap<String, u64>,
}

impl Weather {
    /// Draws other weather.
    pub(crate) fn changes(&mut self, vipps: &Vipps, chance: &mut Chance) {
        let faults = (0..chance.below(AT_ONCE_MAX + 1)).map(|_| fault(chance)).collect();
        self.becomes(vipps, faults);
    }

    /// All is well again.
    pub(crate) fn clears_up(&mut self, vipps: &Vipps) {
        self.becomes(vipps, Vec::new());
    }

    /// How often each kind of fault has struck.
    pub(crate) fn struck(&self) -> &BTreeMap<String, u64> {
        &self.struck
    }

    fn becomes(&mut self, vipps: &Vipps, faults: Vec<Value>) {
        let left = vipps.goes_wrong(&faults);
        let times = |faults: &[Value]| {
            let mut times: BTreeMap<String, u64> = BTreeMap::new();
            for fault in faults {
                *times.entry(fault["kind"].to_string()).or_default() += fault["times"].as_u64().unwrap_or(0);
            }
            times
        };
        let left = times(&left);
        for (kind, set) in times(&self.now) {
            let struck = set.saturating_sub(left.get(&kind).copied().unwrap_or(0));
            *self.struck.entry(kind.trim_matches('"').to_owned()).or_default() += struck;
        }
        self.now = faults;
    }
}

fn fault(chance: &mut Chance) -> Value {
    let (kind, calls) = *chance.pick(&FAULTS);
    let mut fault = json!({ "kind": kind, "on": chance.pick(calls), "times": 1 + chance.below(TIMES_MAX) });
    match kind {
        "slow" | "silent" => fault["delayMs"] = (100 + chance.below(1_400)).into(),
        "lost" => fault["delayMs"] = chance.below(400).into(),
        "tooMany" => fault["delayMs"] = (1_000 + chance.below(1_000)).into(),
        "status" => fault["status"] = (*chance.pick(&STATUSES)).into(),
        _ => {}
    }
    fault
}
