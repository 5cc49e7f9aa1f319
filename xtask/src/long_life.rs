//! `cargo xtask long-life`: thousands of payments in one run of the windowed program, and what they leave behind.

pub(crate) mod dead_page;
pub(crate) mod live;
pub(crate) mod process_tree;
mod sale;
mod verdict;

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::display::Display;
use crate::run::{instant, note, step};
use crate::times::{Times, Written};
use crate::workspace::Workspace;
use crate::{setup, ui};

use live::Shop;
use sale::Abilities;
use verdict::{Bounds, HEAD, Sample};

/// So many payments, and everything that is kept for good has been fetched, drawn and compiled once.
const WARM_UP: u32 = 500;
/// A run of at least so many payments is held to the narrow bounds.
const LONG: u32 = 1_500;
/// So many times the till is measured after the warm-up.
const SAMPLES: u32 = 20;
/// So many old payments are asked for in each of them.
const LOOKUPS: u32 = 40;

/// How long to run.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// How many payments.
    #[arg(long, default_value_t = 10_000, value_parser = clap::value_parser!(u32).range(10..=900_000))]
    payments: u32,
    /// How often the customer's page is killed at the end.
    #[arg(long, default_value_t = 20)]
    kills: u32,
    /// The program as it is shipped; without it, the one that is built for development.
    #[arg(long)]
    release: bool,
    /// Install nothing; take everything to be there.
    #[arg(long)]
    no_setup: bool,
}

/// Sets up, builds, sells, measures, and fails where a bound is exceeded.
pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<()> {
    set_up(workspace, options)?;
    let mut build = workspace.cargo(&["build", "--package", "kvitt", "--package", "simulator", "--bins"]);
    if options.release {
        build.arg("--release");
    }
    step(workspace, "Rust: build kvitt and its simulator", &mut build)?;
    let display = Display::open(workspace)?;
    let programs = workspace.target.join(if options.release { "release" } else { "debug" });
    live(workspace, &display, &programs, options)
}

/// The short run that is one of the checks, with the programs that have been built for the others.
pub(crate) fn check(workspace: &Workspace, display: &Display) -> Result<()> {
    let short = Options { payments: 150, kills: 2, release: false, no_setup: true };
    note(&format!("Long life: {} payments in one run of the program", short.payments));
    live(workspace, display, &workspace.target.join("debug"), &short)
}

fn live(workspace: &Workspace, display: &Display, programs: &Path, options: &Options) -> Result<()> {
    let folder = workspace.target.join("long-life");
    let mut shop = Shop::open(workspace, display, programs, &folder)?;
    let lived = live_through(&shop, options);
    // What ended by itself is the reason, and the call that failed only the sign.
    let ran = shop.kvitt.must_run();
    ran.and(lived).with_context(|| {
        format!("the long life broke off; its logs are in {}", workspace.short(&workspace.logs()).display())
    })
}

fn set_up(workspace: &Workspace, options: &Options) -> Result<()> {
    if options.no_setup {
        setup::trusted();
    } else {
        setup::debian_packages(workspace, &[setup::CORE, setup::WINDOWS, setup::DISPLAY])?;
        setup::node(workspace)?;
    }
    ui::install(workspace)?;
    ui::build(workspace)
}

fn live_through(shop: &Shop, options: &Options) -> Result<()> {
    let long = options.payments >= LONG;
    let warm_up = if long { WARM_UP } else { options.payments / 3 };
    let between = ((options.payments - warm_up) / SAMPLES).max(1);
    let bounds = if long { Bounds::LONG } else { Bounds::SHORT };
    let able = Abilities::of(&shop.till)?;
    note(&format!("The till is ready; {able:?}"));
    println!("\n{HEAD}");
    let begun = instant();
    let mut warm = None;
    let mut end = None;
    for number in 1..=options.payments {
        sale::sell(&shop.till, able, number).with_context(|| sale::reference(number))?;
        let due = number >= warm_up && (number - warm_up).is_multiple_of(between);
        if due || number == options.payments {
            let sample = measure(shop, able, number, begun)?;
            println!("{sample}");
            warm.get_or_insert_with(|| sample.clone());
            end = Some(sample);
        }
    }
    let (warm, end) = (warm.context("no sample")?, end.context("no sample")?);
    let back = dead_page::kill_pages(shop.kvitt.id(), &shop.till, options.kills)?;
    tell(&warm, &end, &back, &bounds)
}

fn measure(shop: &Shop, able: Abilities, payments: u32, begun: Instant) -> Result<Sample> {
    let (mut lookup, mut search) = (Times::default(), Times::default());
    for nth in 1..=LOOKUPS {
        let reference = sale::reference((payments * nth / LOOKUPS).max(1));
        lookup.add(timed(|| shop.till.payment(&reference))?);
        if able.searches {
            search.add(timed(|| shop.till.read(&format!("/v1/payments?query={reference}")))?);
        }
    }
    Ok(Sample {
        payments,
        elapsed: begun.elapsed(),
        holding: process_tree::holding(shop.kvitt.id())?,
        journal_bytes: shop.journal_bytes()?,
        lookup,
        search,
    })
}

fn timed<T>(call: impl FnOnce() -> Result<T>) -> Result<Duration> {
    let begun = instant();
    call().map(|_| begun.elapsed())
}

fn tell(warm: &Sample, end: &Sample, back: &Times, bounds: &Bounds) -> Result<()> {
    let findings = verdict::judge(warm, end, back, bounds);
    println!();
    for finding in &findings {
        println!("{finding}");
    }
    println!(
        "\nThe customer's page was killed {} times and was back with the same screen after {} (median), {} (worst).",
        back.count(),
        Written(back.median()),
        Written(back.worst()),
    );
    let exceeded = findings.iter().filter(|finding| !finding.good).count();
    if exceeded > 0 {
        bail!("{exceeded} bounds are exceeded");
    }
    note(&format!("{} payments leave nothing behind but the journal", end.payments));
    Ok(())
}
