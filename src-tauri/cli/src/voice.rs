//! Everything that is said: plain words to people, one line of JSON for each result to programs.

use std::io::Write;

use serde::Serialize;
use serde_json::json;

use crate::ending::Failure;

/// Speaks to whoever started the program.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Voice {
    json: bool,
}

impl Voice {
    pub(crate) fn new(json: bool) -> Voice {
        Voice { json }
    }

    /// Whether programs are spoken to, and not people.
    pub(crate) fn is_for_programs(self) -> bool {
        self.json
    }

    /// A result.
    pub(crate) fn answer(self, result: &impl Serialize, words: &str) {
        if self.json {
            // Plain data of ours always becomes JSON.
            print(&serde_json::to_string(result).unwrap_or_default());
        } else {
            print(words);
        }
    }

    /// What people like to know while they wait.
    pub(crate) fn say(self, words: &str) {
        if !self.json {
            print(words);
        }
    }

    /// What is not as it should be, and goes on all the same.
    pub(crate) fn warn(words: &str) {
        complain(&format!("kvitt: {words}"));
    }

    /// Why it was not done.
    pub(crate) fn fail(self, failure: &Failure) {
        complain(&format!("kvitt: {}", failure.what));
        complain(failure.next.trim_end());
        if self.json {
            let mut said = json!({ "problem": failure.what, "next": failure.next.trim_end() });
            if let Some(code) = failure.code {
                said["code"] = json!(code);
            }
            if let Some(reference) = &failure.reference {
                said["reference"] = json!(reference);
            }
            print(&said.to_string());
        }
    }
}

/// Whoever listens may have gone; that is no reason to fail.
fn print(line: &str) {
    let mut out = std::io::stdout().lock();
    let _ = writeln!(out, "{line}").and_then(|()| out.flush());
}

fn complain(line: &str) {
    let _ = writeln!(std::io::stderr().lock(), "{line}");
}
