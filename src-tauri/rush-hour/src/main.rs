//! `rush-hour`: the rush hour of a whole chain on one hub. Measures, and counts what was lost.
//!
//! The hub is the program that is shipped, its database a PostgreSQL of its own; tills are no more than the lines that they
//! keep, because ten thousand must cost little beside what they load. It fails when something that was acknowledged is not
//! there in the end, and never because something is slow.

mod beats;
mod breaks;
mod cable;
mod callbacks;
mod chain;
mod figures;
mod ledger;
mod log;
mod process;
mod rush;
mod searches;
mod stories;
mod street;
mod wire;

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::Result;
use clap::Parser;

use rush::Rush;

/// Puts the rush hour of a whole chain on a hub.
#[derive(Parser)]
#[command(name = "rush-hour")]
struct Arguments {
    /// The program kvitt-hub
    #[arg(long, value_name = "FILE")]
    hub: PathBuf,
    /// A folder for what is kept meanwhile
    #[arg(long, value_name = "DIR")]
    folder: PathBuf,
    /// How many tills listen at the most; tenths of it come before
    #[arg(long, default_value_t = 10_000, value_parser = clap::value_parser!(u32).range(20..=20_000))]
    tills: u32,
    /// How long each thing is done, in seconds
    #[arg(long, default_value_t = 60, value_parser = clap::value_parser!(u64).range(1..=3_600))]
    seconds: u64,
    /// How many payments are searched
    #[arg(long, default_value_t = 10_000_000, value_parser = clap::value_parser!(u64).range(100..=100_000_000))]
    payments: u64,
    /// How many callbacks come in a second
    #[arg(long, default_value = "250,500", value_delimiter = ',')]
    rates: Vec<u32>,
    /// Only these
    #[arg(long, value_enum, value_delimiter = ',', default_value = "growth,callbacks,search,breaks")]
    only: Vec<Part>,
}

/// What is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Part {
    /// What more and more tills cost.
    Growth,
    /// Callbacks on their way to tills.
    Callbacks,
    /// Searches among many payments, the sale log of them, and entries that come in beside them.
    Search,
    /// What is lost when something breaks.
    Breaks,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    match runtime.map_err(Into::into).and_then(|runtime| runtime.block_on(run(&arguments))) {
        Ok(0) => ExitCode::SUCCESS,
        Ok(lost) => say(&format!("lost: {lost}")),
        Err(error) => say(&format!("error: {error:#}")),
    }
}

#[expect(clippy::print_stderr, reason = "this is where a person looks")]
fn say(text: &str) -> ExitCode {
    eprintln!("rush-hour: {text}");
    ExitCode::FAILURE
}

/// Does all that was asked for. Gives how much was lost.
async fn run(arguments: &Arguments) -> Result<usize> {
    let mut rush = Rush::begin(arguments.hub.clone(), arguments.folder.clone())?;
    let (tills, during) = (usize::try_from(arguments.tills)?, Duration::from_secs(arguments.seconds));
    let is_wanted = |part| arguments.only.contains(&part);
    if is_wanted(Part::Growth) {
        rush.growth(tills, during).await?;
    }
    if is_wanted(Part::Callbacks) {
        rush.callbacks(tills, &arguments.rates, during).await?;
    }
    if is_wanted(Part::Search) {
        rush.search(tills, arguments.payments, during).await?;
    }
    if is_wanted(Part::Breaks) {
        rush.breaks(tills, during).await?;
    }
    Ok(rush.lost())
}
