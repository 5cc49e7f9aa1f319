//! `kvitt-hub`: the hub as a program.

use std::process::ExitCode;

use clap::Parser;

mod auditor_command;
mod command;
mod import;
mod picture;
mod process;
mod sheet;

use command::{KvittHub, run};

fn main() -> ExitCode {
    run(&KvittHub::parse())
}
