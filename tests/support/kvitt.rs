//! The program as whoever starts it sees it: its ready line, and its end.

use std::process::Command;

use serde_json::Value;

use super::premises::{KVITT, Premises};
use super::program::Program;

/// A running `kvitt --json`.
pub(crate) struct Kvitt {
    /// The line that it printed when it was ready.
    pub(crate) ready: Value,
    pub(crate) program: Program,
}

impl Kvitt {
    /// Starts it on these premises and waits until it is ready.
    pub(crate) fn start(premises: &Premises) -> Kvitt {
        let mut command = premises.kvitt(&["--json"]);
        premises.display().lend_to(&mut command);
        Kvitt::run(&command)
    }

    /// Starts the demo, with the folders that it chooses itself, and waits until it is ready.
    pub(crate) fn start_demo(premises: &Premises, pos_port: u16) -> Kvitt {
        Kvitt::start_demo_with(premises, pos_port, &[])
    }

    /// The same, with more arguments.
    pub(crate) fn start_demo_with(premises: &Premises, pos_port: u16, more: &[&str]) -> Kvitt {
        let mut command = Command::new(KVITT);
        command.args(["demo", "--json", "--pos-port", &pos_port.to_string()]).args(more);
        premises.lend_to(&mut command);
        premises.display().lend_to(&mut command);
        Kvitt::run(&command)
    }

    /// Starts what `command` says and waits until it is ready.
    pub(crate) fn run(command: &Command) -> Kvitt {
        let program = Program::start("kvitt", command);
        let ready = ready_line(&program.first_line());
        Kvitt { ready, program }
    }
}

/// What the line says that a program prints when it is ready.
pub(crate) fn ready_line(line: &str) -> Value {
    serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"))
}
