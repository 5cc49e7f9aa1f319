//! `cargo xtask simulate`: whole tills in bad worlds, one seed each (`src-tauri/simulation`).

use std::process::Command;

use anyhow::Result;

use crate::run::{aloud, step};
use crate::setup;
use crate::workspace::Workspace;

/// Seeds that every test run plays again: the same worlds each time.
const FIXED_SEEDS: u64 = 1_000;
/// Seeds that no test run has played before.
const FRESH_SEEDS: u64 = 300;
/// Seeds within which a planted fault must be caught.
const PLANTED_SEEDS: u64 = 4_000;

/// What to simulate.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// How many worlds.
    #[arg(long, value_name = "N", default_value_t = 10_000)]
    seeds: u64,
    /// The first seed; a fresh one if absent.
    #[arg(long, value_name = "SEED")]
    from: Option<u64>,
    /// All payments on this rail: `ecom` or `epayment`.
    #[arg(long)]
    rail: Option<String>,
    /// All journals kept here: `memory` or `sqlite`.
    #[arg(long)]
    store: Option<String>,
    /// A fault to plant into every till, to see whether it is caught.
    #[arg(long, value_name = "FAULT")]
    plant: Option<String>,
    /// Plants every fault in turn and prints what catches it.
    #[arg(long)]
    plants: bool,
    /// Goes on after a breach and names every seed that broke a law.
    #[arg(long)]
    all: bool,
    /// Prints everything that happened, line by line.
    #[arg(long)]
    trace: bool,
}

/// Builds the worlds and plays them.
pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<()> {
    setup::debian_packages(workspace, &[setup::CORE])?;
    build(workspace)?;
    let mut command = program(workspace);
    command.args(["--seeds", &options.seeds.to_string()]);
    if let Some(from) = options.from {
        command.args(["--from", &from.to_string()]);
    }
    for (name, value) in [("--rail", &options.rail), ("--store", &options.store), ("--plant", &options.plant)]
    {
        if let Some(value) = value {
            command.args([name, value]);
        }
    }
    for (name, wanted) in [("--plants", options.plants), ("--all", options.all), ("--trace", options.trace)] {
        if wanted {
            command.arg(name);
        }
    }
    aloud("Simulation", &mut command)
}

/// What the test run plays: old worlds, new worlds, and worlds with a fault planted in them.
pub(crate) fn check(workspace: &Workspace) -> Result<()> {
    build(workspace)?;
    let seeds = |arguments: &[&str]| {
        let mut command = program(workspace);
        command.args(arguments);
        command
    };
    let (fixed, fresh) = (FIXED_SEEDS.to_string(), FRESH_SEEDS.to_string());
    aloud("Simulation: the same seeds as ever", &mut seeds(&["--seeds", &fixed, "--from", "1"]))?;
    aloud("Simulation: fresh seeds", &mut seeds(&["--seeds", &fresh]))?;
    let planted = PLANTED_SEEDS.to_string();
    aloud("Simulation: planted faults", &mut seeds(&["--plants", "--seeds", &planted, "--from", "1"]))
}

fn build(workspace: &Workspace) -> Result<()> {
    let mut build = workspace.cargo(&["build", "--profile", "simulation", "--package", "simulation"]);
    step(workspace, "Rust: build the simulation", &mut build)
}

fn program(workspace: &Workspace) -> Command {
    workspace.command(&workspace.target.join("simulation").join("simulation").display().to_string(), &[])
}
