//! Everything that is said: plain words to people, one line of JSON for each result to programs.

use std::io::Write;

use serde_json::{Value, json};

use crate::complaint::Complaint;
use crate::ending::Failure;
use crate::merchant::Merchant;
use crate::result::Outcome;

/// Speaks to whoever started the program.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Voice {
    pub(crate) json: bool,
}

impl Voice {
    /// A result.
    pub(crate) fn answer(self, result: &Value, words: &str) {
        if self.json { print(&result.to_string()) } else { print(words) }
    }

    /// What is wrong in the table.
    pub(crate) fn complain(self, complaints: &[Complaint]) {
        for complaint in complaints {
            if self.json {
                print(&json!(complaint).to_string());
            }
            to_errors(&format!("kvitt: {complaint}"));
        }
    }

    /// How a merchant stands.
    pub(crate) fn outcome(self, merchant: &Merchant, outcome: &Outcome) {
        let business = &merchant.order.business;
        let said = json!({
            "row": merchant.row,
            "business": { "scheme": business.scheme, "id": business.id },
            "salesUnitName": merchant.name(),
            "prefilledOrderId": outcome.order,
            "prefillUrl": outcome.url,
            "state": outcome.state,
            "msn": outcome.msn,
            "problem": outcome.problem,
        });
        let more = [
            outcome.msn.as_deref().map(|msn| format!("sales unit {msn}")),
            outcome.url.clone(),
            outcome.problem.clone(),
        ];
        let more: Vec<String> = more.into_iter().flatten().collect();
        let words = format!("{}  {}  {}  {}", merchant.row, merchant.name(), outcome.state, more.join("  "));
        self.answer(&said, words.trim_end());
    }

    /// What is not as it should be, and goes on all the same.
    pub(crate) fn warn(words: &str) {
        to_errors(&format!("kvitt: {words}"));
    }

    /// Why it was not done.
    pub(crate) fn fail(self, failure: &Failure) {
        to_errors(&format!("kvitt: {}", failure.what));
        to_errors(&failure.next);
        if self.json {
            print(&json!({ "problem": failure.what, "next": failure.next }).to_string());
        }
    }
}

/// Whoever listens may have gone; that is no reason to fail.
fn print(line: &str) {
    let mut out = std::io::stdout().lock();
    let _ = writeln!(out, "{line}").and_then(|()| out.flush());
}

fn to_errors(line: &str) {
    let _ = writeln!(std::io::stderr().lock(), "{line}");
}
