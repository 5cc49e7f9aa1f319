//! `cargo xtask test`: every check, the quickest first.

use anyhow::{Context, Result};
use own_postgres::Server;

use crate::display::Display;
use crate::run::{aloud, note, step};
use crate::workspace::Workspace;
use crate::{long_life, setup, simulate, ui};

/// The packages that need a web view or the built pages.
const WITH_WINDOWS: [&str; 2] = ["kvitt", "shell"];

/// What tells the tests where their PostgreSQL is.
const POSTGRES: &str = "KVITT_TEST_POSTGRES";

/// What to check.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Only what needs neither a web view nor Node: no page, no window, no whole product.
    #[arg(long)]
    core: bool,
    /// Only the Rust tests that this nextest expression chooses, and no other check: `test(refund)`.
    #[arg(long, value_name = "EXPR")]
    filter: Option<String>,
    /// Install nothing; take everything to be there.
    #[arg(long)]
    no_setup: bool,
}

/// Runs the checks and stops at the first that fails. The tests come last and run to their end.
pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<()> {
    let everything = options.filter.is_none();
    set_up(workspace, options)?;
    if !options.core {
        ui::install(workspace)?;
        ui::install_client(workspace)?;
        if everything {
            ui::check(workspace)?;
        }
        ui::build(workspace)?;
    }

    let packages = packages(options.core);
    if everything {
        step(workspace, "Rust: formatting", &mut workspace.cargo(&["fmt", "--all", "--check"]))?;
        let mut clippy = workspace.cargo(&["clippy"]);
        clippy.args(&packages).args(["--all-targets", "--", "-D", "warnings"]);
        step(workspace, "Rust: lints", &mut clippy)?;
    }
    // Product tests start these programs. Built together with the tests, nothing is compiled twice.
    let mut build = workspace.cargo(&["build"]);
    build.args(&packages).arg("--all-targets");
    step(workspace, "Rust: build the programs and their tests", &mut build)?;
    if everything {
        let mut examples = workspace.cargo(&["test", "--doc"]);
        step(workspace, "Rust: examples in the documentation", examples.args(&packages))?;
        simulate::check(workspace)?;
    }

    let mut tests = workspace.cargo(&["nextest", "run", "--no-fail-fast"]);
    tests.args(&packages);
    if std::env::var_os("CI").is_some() {
        tests.args(["--profile", "ci"]);
    }
    if let Some(filter) = &options.filter {
        tests.args(["-E", filter]);
    }
    let display = if options.core { None } else { Some(Display::open(workspace)?) };
    if let Some(display) = &display {
        if everything {
            long_life::check(workspace, display)?;
        }
        display.lend_to(&mut tests);
    }
    let database = Server::start(&workspace.target.join("xtask")).context("a PostgreSQL for the tests")?;
    note("PostgreSQL for the tests, which goes with them");
    tests.env(POSTGRES, database.first_address());
    aloud("Tests", &mut tests)
}

fn set_up(workspace: &Workspace, options: &Options) -> Result<()> {
    if options.no_setup {
        setup::trusted();
        return Ok(());
    }
    if options.core {
        setup::debian_packages(workspace, &[setup::CORE, setup::DATABASE])?;
    } else {
        let all = [setup::CORE, setup::DATABASE, setup::WINDOWS, setup::DISPLAY, setup::TESTS];
        setup::debian_packages(workspace, &all)?;
        setup::node(workspace)?;
    }
    setup::nextest(workspace)
}

/// The arguments that choose the packages.
fn packages(core: bool) -> Vec<&'static str> {
    let mut arguments = vec!["--workspace"];
    if core {
        arguments.extend(WITH_WINDOWS.iter().flat_map(|package| ["--exclude", package]));
    }
    arguments
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_core_is_the_workspace_without_windows() {
        assert_eq!(packages(false), ["--workspace"]);
        assert_eq!(packages(true), ["--workspace", "--exclude", "kvitt", "--exclude", "shell"]);
    }

    #[test]
    fn the_core_is_the_same_for_the_alias() {
        let settings = concat!(env!("CARGO_MANIFEST_DIR"), "/../.cargo/config.toml");
        let settings = std::fs::read_to_string(settings).unwrap();
        let alias = format!("core = \"nextest run {}\"", packages(true).join(" "));
        assert!(settings.lines().any(|line| line == alias), "{alias} is not in:\n{settings}");
    }
}
