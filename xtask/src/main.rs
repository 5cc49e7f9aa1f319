//! Set-up, the main job and all checks, in one place: `cargo xtask demo` and `cargo xtask test`.
//!
//! Both start from a Debian that has Rust and Node and nothing else, say what they install, and find in
//! seconds that nothing is left to do the second time. This crate knows the product only from outside: its
//! commands, its ports and its window titles.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "talking to the terminal is what this program does"
)]

mod background;
mod bench;
mod camera;
mod demo;
mod display;
mod fuzz;
mod long_life;
mod play;
mod run;
mod setup;
mod simulate;
mod storm;
mod test;
mod till;
mod times;
mod ui;
mod wait;
mod workspace;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::workspace::Workspace;

/// Set-up, the main job and all checks of Kvitt.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", version)]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Set up, build and show a whole payment, with no account and no network.
    ///
    /// With a display, three windows open: the customer's screen, the cashier's, and a phone to pay with.
    /// Without one, the same runs on a virtual display, pays by itself, and leaves a picture of every screen.
    Demo(demo::Options),
    /// Set up and run every check: formatting, lints, documentation, the pages, the crates, the whole product.
    Test(test::Options),
    /// Fuzz the simulator with Schemathesis and the published specifications of Vipps MobilePay.
    Fuzz(fuzz::Options),
    /// Play bad worlds by the thousand, one seed each, and hold the till to its laws.
    Simulate(simulate::Options),
    /// Let thousands of payments run through one run of the windowed program, and see what they leave behind.
    LongLife(long_life::Options),
    /// Kill the till again and again while everybody acts at once, and hold what it said against the truth.
    Storm(storm::Options),
    /// Measure how fast the windows are and what they cost, beside Chromium and a bare WebKitGTK; or what a hub bears.
    Bench(bench::Options),
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let done = Workspace::find().and_then(|workspace| match arguments.task {
        Task::Demo(options) => demo::run(&workspace, &options),
        Task::Test(options) => test::run(&workspace, &options),
        Task::Fuzz(options) => fuzz::run(&workspace, &options),
        Task::Simulate(options) => simulate::run(&workspace, &options),
        Task::LongLife(options) => long_life::run(&workspace, &options),
        Task::Storm(options) => storm::run(&workspace, &options),
        Task::Bench(options) => bench::run(&workspace, &options),
    });
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\nerror: {error:#}");
            ExitCode::from(error.downcast_ref::<run::Failed>().map_or(1, |failed| failed.code))
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::Arguments;

    #[test]
    fn the_command_line_is_sound() {
        Arguments::command().debug_assert();
    }
}
