//! `cargo xtask storm`: the program is killed again and again while everybody acts at once, for as long as one likes.
//!
//! The storm itself is a test of the whole product, `tests/storm.rs`; this sets up, builds what it starts, and lets
//! it run by its own rounds, seed and rail.

use anyhow::Result;

use crate::run::{aloud, step};
use crate::workspace::Workspace;
use crate::{setup, ui};

/// How the storm is to be.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// How often the till is killed at least.
    #[arg(long, value_name = "N", default_value_t = 200)]
    rounds: u32,
    /// The seed; the same seed draws the same deeds, though not the same moments. A new one unless given.
    #[arg(long)]
    seed: Option<u64>,
    /// The API that payments run on.
    #[arg(long, default_value = "epayment", value_parser = ["ecom", "epayment"])]
    rail: String,
    /// Install nothing; take everything to be there.
    #[arg(long)]
    no_setup: bool,
}

/// Sets up, builds and runs it.
pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<()> {
    if options.no_setup {
        setup::trusted();
    } else {
        let all = [setup::CORE, setup::WINDOWS, setup::DISPLAY, setup::TESTS];
        setup::debian_packages(workspace, &all)?;
        setup::node(workspace)?;
    }
    ui::install(workspace)?;
    ui::build(workspace)?;
    // As all tests are built: nothing is compiled twice.
    let mut build = workspace.cargo(&["build", "--workspace", "--all-targets"]);
    step(workspace, "Rust: build the programs and their tests", &mut build)?;
    // Without nextest, which would end it after three minutes.
    let mut storm = workspace.cargo(&["test", "--workspace", "--test", "product", "--"]);
    storm.args(["--exact", "storm::a_new_storm", "--nocapture"]);
    storm.env("KVITT_STORM_ROUNDS", options.rounds.to_string()).env("KVITT_STORM_RAIL", &options.rail);
    if let Some(seed) = options.seed {
        storm.env("KVITT_STORM_SEED", seed.to_string());
    }
    aloud("Storm", &mut storm)
}
