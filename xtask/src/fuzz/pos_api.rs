//! The POS API, under the same fuzzer: the real program with its windows, held to the document that it serves.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result};
use serde_json::Value;

use super::{CHECKS, Options, common};
use crate::background::Background;
use crate::display::Display;
use crate::run::{aloud, step};
use crate::workspace::Workspace;
use crate::{setup, ui};

/// How long the program may take until it is ready, windows included.
const READY: Duration = Duration::from_mins(1);
/// What is held against every answer beside what the simulator is held to: here the document is ours.
const MORE_CHECKS: &str = "negative_data_rejection,unsupported_method,ignored_auth";
/// A stream of events has no end.
const ENDLESS: &str = "/v1/events";

/// Sets up, starts a demo and fuzzes its POS API.
pub(super) fn run(workspace: &Workspace, fuzzer: &Path, options: &Options) -> Result<()> {
    setup::debian_packages(workspace, &[setup::WINDOWS, setup::DISPLAY])?;
    setup::node(workspace)?;
    ui::install(workspace)?;
    ui::build(workspace)?;
    step(workspace, "Rust: build kvitt", &mut workspace.cargo(&["build", "--package", "kvitt"]))?;
    let display = Display::open(workspace)?;
    let mut kvitt = Command::new(workspace.program("kvitt"));
    kvitt.args(["demo", "--json", "--lang", "en", "--pos-port", "0"]);
    display.lend_to(&mut kvitt);
    let (mut kvitt, line) = Background::start_and_hear(workspace, "kvitt", &kvitt, READY)?;
    let ready: Value = serde_json::from_str(&line).with_context(|| format!("no JSON: {line}"))?;
    let pos = ready["pos"].as_str().with_context(|| format!("no address in {line}"))?;
    let file = ready["tokenFile"].as_str().with_context(|| format!("no token in {line}"))?;
    let token = std::fs::read_to_string(file).with_context(|| format!("reading {file}"))?;
    let mut command = Command::new(fuzzer);
    command.current_dir(workspace.logs());
    command.args(["run", &format!("{pos}/v1/openapi.json"), &format!("--url={pos}")]);
    command.args([format!("--checks={CHECKS},{MORE_CHECKS}"), format!("--exclude-path={ENDLESS}")]);
    command.arg(format!("--header=Authorization: Bearer {}", token.trim()));
    command.args(common(options));
    aloud("Fuzz the POS API", &mut command)?;
    kvitt.must_run()
}
