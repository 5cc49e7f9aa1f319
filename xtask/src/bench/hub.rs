//! `cargo xtask bench hub`: the rush hour of a whole chain on one hub (`src-tauri/rush-hour`).

use std::process::Command;

use anyhow::{Context, Result};

use crate::run::{aloud, answer, step};
use crate::setup;
use crate::workspace::Workspace;

/// How large the chain is, and for how long it is looked at.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// How many tills listen at the most; 10, 100 … of them come before.
    #[arg(long, value_name = "N", default_value_t = 10_000)]
    tills: u32,
    /// How long each thing is done, in seconds.
    #[arg(long, value_name = "N", default_value_t = 60)]
    seconds: u64,
    /// How many payments are searched.
    #[arg(long, value_name = "N", default_value_t = 10_000_000)]
    payments: u64,
    /// How many callbacks come in a second, one after the other.
    #[arg(long, value_name = "N,N", default_value = "250,500")]
    rates: String,
    /// Only these, of growth, callbacks, search and breaks.
    #[arg(long, value_name = "PART,PART")]
    only: Option<String>,
    /// Another kvitt-hub, to compare with: the one before a change.
    #[arg(long, value_name = "FILE")]
    program: Option<std::path::PathBuf>,
    /// Install nothing; take everything to be there.
    #[arg(long)]
    no_setup: bool,
}

/// Sets up, builds the hub as it is shipped, and lets the load on it.
pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<()> {
    if options.no_setup {
        setup::trusted();
    } else {
        setup::debian_packages(workspace, &[setup::CORE, setup::DATABASE])?;
    }
    // Each by itself: built together, the hub would have what only its load needs, and not be the one that is shipped.
    for (caption, package) in [("Rust: build kvitt-hub", "hub"), ("Rust: build its load", "rush-hour")] {
        step(
            workspace,
            caption,
            &mut workspace.cargo(&["build", "--release", "--package", package, "--bins"]),
        )?;
    }
    let programs = workspace.target.join("release");
    let folder = workspace.target.join("rush-hour");
    if folder.exists() {
        std::fs::remove_dir_all(&folder).with_context(|| format!("clearing {}", folder.display()))?;
    }
    let mut rush = Command::new(programs.join("rush-hour"));
    rush.arg("--hub").arg(options.program.clone().unwrap_or_else(|| programs.join("kvitt-hub")));
    rush.arg("--folder").arg(folder).args(["--rates", &options.rates]);
    rush.args(["--tills", &options.tills.to_string(), "--seconds", &options.seconds.to_string()]);
    rush.args(["--payments", &options.payments.to_string()]);
    if let Some(only) = &options.only {
        rush.args(["--only", only]);
    }
    println!("{}\n", machine()?);
    aloud("Rush hour", &mut rush)
}

/// On what it is measured.
fn machine() -> Result<String> {
    let info = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = info.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    let date = answer(Command::new("date").arg("+%-d %B %Y"))?;
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    Ok(format!(
        "Measured on {}: {} cores ({}), load before: {}.",
        date.trim(),
        std::thread::available_parallelism()?,
        model.map_or("unknown", |(_, model)| model),
        load.split(' ').next().unwrap_or_default(),
    ))
}
