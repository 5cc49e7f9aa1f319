//! Vipps MobilePay as a program of its own: `kvitt-simulator`, and what only it knows.

use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};

use super::wire::Wire;
use crate::support::kvitt::ready_line;
use crate::support::pos::Answer;
use crate::support::premises::KVITT;
use crate::support::program::Program;

/// The simulator, as whoever calls it sees it.
pub(crate) struct Vipps {
    origin: String,
    wire: Wire,
}

impl Vipps {
    /// Starts it. It ends with the program that is given, too.
    pub(crate) fn open(seed: u64) -> (Vipps, Program) {
        let path = Path::new(KVITT).with_file_name("kvitt-simulator");
        assert!(path.exists(), "build it first: cargo build -p simulator");
        let mut command = Command::new(path);
        command.args(["--port", "0", "--json", "--seed", &seed.to_string()]);
        let program = Program::start("kvitt-simulator", &command);
        let ready = ready_line(&program.first_line());
        let origin = ready["simulator"].as_str().expect("it says where it is").to_owned();
        (Vipps { wire: Wire::to(&origin, ""), origin }, program)
    }

    pub(crate) fn origin(&self) -> &str {
        &self.origin
    }

    /// A payment as it really is; `None` if it was never created.
    pub(crate) fn truth(&self, reference: &str) -> Option<Value> {
        let answer = self.wire.get(&format!("/simulator/payments/{reference}"));
        let answer = answer.expect("the simulator is never killed");
        (answer.status == 200).then_some(answer.body)
    }

    /// All payments as they really are.
    pub(crate) fn truths(&self) -> Vec<Value> {
        let answer = self.wire.get("/simulator/payments").expect("the simulator is never killed");
        answer.body.as_array().expect("it is a list").clone()
    }

    /// What it was asked about one payment, in one line each.
    pub(crate) fn requests_about(&self, reference: &str) -> Vec<String> {
        let answer = self.wire.get(&format!("/simulator/requests?reference={reference}"));
        let answer = answer.expect("the simulator is never killed");
        let line = |record: &Value| {
            format!(
                "{} {} {} → {} {}",
                record["at"], record["method"], record["path"], record["status"], record["note"]
            )
        };
        answer.body.as_array().expect("it is a list").iter().map(line).collect()
    }

    /// The customer does something with a payment. Gives whether that was possible.
    pub(crate) fn customer(&self, reference: &str, act: &str) -> bool {
        self.control(&format!("/simulator/payments/{reference}/{act}"), &json!({})).status == 200
    }

    pub(crate) fn time_passes(&self, seconds: u64) {
        let moved = self.control("/simulator/clock", &json!({ "advanceSeconds": seconds }));
        assert_eq!(moved.status, 200, "{moved:?}");
    }

    /// Makes these things go wrong, and no others. Gives what is left of those from before.
    pub(crate) fn goes_wrong(&self, faults: &[Value]) -> Vec<Value> {
        let left = self.wire.get("/simulator/faults").expect("the simulator is never killed").body;
        let set = self.wire.put("/simulator/faults", &json!(faults)).expect("the simulator is never killed");
        assert_eq!(set.status, 200, "{set:?}");
        left.as_array().expect("it is a list").clone()
    }

    fn control(&self, path: &str, body: &Value) -> Answer {
        self.wire.post(path, None, &body.to_string()).expect("the simulator is never killed")
    }
}
