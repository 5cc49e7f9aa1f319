//! `cargo xtask fuzz`: somebody else's fuzzer against the simulator, with the specifications that Vipps
//! MobilePay has published, and against the POS API, with its own.

mod pos_api;

use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result};
use serde_json::Value;

use crate::background::Background;
use crate::run::{aloud, note, step};
use crate::setup;
use crate::workspace::Workspace;

/// The fuzzer and its version.
const FUZZER: &str = "schemathesis==4.32.5";
/// How long the simulator may take to start.
const START: Duration = Duration::from_secs(20);
/// How long one call may take.
const CALL: Duration = Duration::from_secs(10);
/// What is held against every answer.
const CHECKS: &str =
    "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance";
/// The specifications of what the simulator offers. The seventh, of the Partner API, describes what the
/// Management API has taken the place of.
const SPECIFICATIONS: [&str; 6] = ["accesstoken", "ecom", "qr", "epayment", "order-management", "webhooks"];
/// Prepares them: adds the answers in `src-tauri/conformance/exceptions.toml`, each with what justifies it.
const HOOKS: &str = "src-tauri/conformance/fuzz/hooks.py";

/// How to fuzz.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// How many requests are made up for each operation in each phase.
    #[arg(long, value_name = "N", default_value_t = 50)]
    cases: u32,
    /// The seed; the same seed makes the same requests.
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

/// Sets up, starts a simulator and fuzzes it with one specification after the other, and then the POS API.
pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<()> {
    setup::debian_packages(workspace, &[setup::CORE, setup::FUZZER])?;
    let fuzzer = install(workspace)?;
    let mut build = workspace.cargo(&["build", "--package", "simulator"]);
    step(workspace, "Rust: build the simulator", &mut build)?;
    for name in SPECIFICATIONS {
        // A fresh one for each, so that none sees what another has left behind.
        let simulator = Simulator::start(workspace)?;
        let mut command = Command::new(&fuzzer);
        // It leaves notes of its own where it runs.
        command.current_dir(workspace.logs()).env("SCHEMATHESIS_HOOKS", workspace.root.join(HOOKS));
        command.args(simulator.arguments(workspace, name, options));
        aloud(&format!("Fuzz {name}"), &mut command)?;
    }
    note("no server error, and no answer outside the specifications but those in exceptions.toml");
    pos_api::run(workspace, &fuzzer, options)?;
    note("the POS API answers as it says, and refuses what it does not know");
    Ok(())
}

/// What is the same for whatever is fuzzed.
fn common(options: &Options) -> Vec<String> {
    vec![
        "--phases=examples,coverage,fuzzing".to_owned(),
        "--continue-on-failure".to_owned(),
        "--no-color".to_owned(),
        "--warnings=off".to_owned(),
        "--generation-database=none".to_owned(),
        format!("--max-examples={}", options.cases),
        format!("--seed={}", options.seed),
    ]
}

/// The fuzzer in a folder of its own. Gives its program.
fn install(workspace: &Workspace) -> Result<PathBuf> {
    let folder = workspace.target.join("xtask").join("fuzzer");
    let program = folder.join("bin").join("schemathesis");
    let stamp = workspace.stamps().join("fuzzer");
    if program.exists() && std::fs::read_to_string(&stamp).is_ok_and(|made| made == FUZZER) {
        note(FUZZER);
        return Ok(program);
    }
    let mut folder_for_it = Command::new("python3");
    folder_for_it.args(["-m", "venv", "--clear"]).arg(&folder);
    step(workspace, "Fuzzer: make a folder", &mut folder_for_it)?;
    let mut pip = Command::new(folder.join("bin").join("pip"));
    pip.args(["install", "--disable-pip-version-check", FUZZER]);
    step(workspace, "Fuzzer: install", &mut pip)?;
    std::fs::write(&stamp, FUZZER).with_context(|| format!("writing {}", stamp.display()))?;
    Ok(program)
}

/// A running simulator and what is needed to be let in.
struct Simulator {
    _program: Background,
    address: String,
    unit: Value,
    token: String,
}

impl Simulator {
    fn start(workspace: &Workspace) -> Result<Self> {
        let mut command = Command::new(workspace.program("kvitt-simulator"));
        command.args(["--port", "0", "--json", "--seed", "1", "--allow-loopback-callbacks"]);
        command.arg("--no-rate-limits");
        let (program, line) = Background::start_and_hear(workspace, "simulator", &command, START)?;
        let ready: Value = serde_json::from_str(&line).with_context(|| format!("no JSON: {line}"))?;
        let address = ready["simulator"].as_str().with_context(|| format!("no address in {line}"))?;
        let unit = ready["salesUnits"][0].clone();
        let token = token(address, &unit)?;
        Ok(Self { _program: program, address: address.to_owned(), unit, token })
    }

    fn arguments(&self, workspace: &Workspace, name: &str, options: &Options) -> Vec<String> {
        let text = |member: &str| self.unit[member].as_str().unwrap_or_default();
        let specification = workspace.root.join(format!("src-tauri/vipps/openapi/{name}.yaml"));
        let mut arguments = vec![
            "run".to_owned(),
            specification.display().to_string(),
            format!("--origin={}", self.address),
            format!("--checks={CHECKS}"),
            "--exclude-deprecated".to_owned(),
            format!("--header=Authorization: Bearer {}", self.token),
            format!("--header=Ocp-Apim-Subscription-Key: {}", text("subscriptionKey")),
            format!("--header=Merchant-Serial-Number: {}", text("msn")),
        ];
        arguments.extend(common(options));
        if name == "accesstoken" {
            arguments.push(format!("--header=client_id: {}", text("clientId")));
            arguments.push(format!("--header=client_secret: {}", text("clientSecret")));
        }
        arguments
    }
}

/// An access token of `unit`.
fn token(address: &str, unit: &Value) -> Result<String> {
    let text = |member: &str| unit[member].as_str().unwrap_or_default();
    let agent = ureq::Agent::config_builder().timeout_global(Some(CALL)).proxy(None).build().new_agent();
    let mut answer = agent
        .post(format!("{address}/accesstoken/get"))
        .header("client_id", text("clientId"))
        .header("client_secret", text("clientSecret"))
        .header("Ocp-Apim-Subscription-Key", text("subscriptionKey"))
        .header("Merchant-Serial-Number", text("msn"))
        .send_empty()
        .context("asking for an access token")?;
    let answer: Value = answer.body_mut().read_json()?;
    answer["access_token"].as_str().map(str::to_owned).with_context(|| format!("no token in {answer}"))
}
