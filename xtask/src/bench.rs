//! `cargo xtask bench`: how fast what happens is on the customer's window, and what the program costs, measured on the
//! pixels of a display, beside the same page in Chromium's kiosk mode and in a bare WebKitGTK window.
//!
//! Everything is measured in one run on one display, so that the figures can be compared with each other. Nothing here
//! fails because something is slow: a table is no test.

mod browser;
mod eye;
mod framebuffer;
mod hub;
mod killed;
mod measured;
mod page_server;
mod report;
mod rest;
mod sale;
mod scene;
mod starts;
mod tap;
mod told;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result};
use serde_json::json;

use crate::long_life::live::Premises;
use crate::run::{answer, instant, note, step};
use crate::workspace::Workspace;
use crate::{setup, ui};

use browser::Browser;
use measured::{Results, Who};
use page_server::PageServer;
use rest::Calm;
use sale::News;
use scene::Scene;
use starts::Starts;
use tap::Tap;

/// What to measure, and how often.
#[derive(clap::Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct Options {
    #[command(subcommand)]
    other: Option<Other>,
    /// How many carts, and half as many payments of each kind, starts a tenth, kills a tenth.
    #[arg(long, default_value_t = 200, value_parser = clap::value_parser!(u32).range(10..=10_000))]
    rounds: u32,
    /// A few rounds only, to see that everything works. The figures are worth little.
    #[arg(long)]
    quick: bool,
    /// Writes every single time to this file.
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Writes the tables into this document.
    #[arg(long, value_name = "FILE")]
    write: Option<PathBuf>,
    /// The program as it is built for development; its figures say nothing of the one that is shipped.
    #[arg(long)]
    debug: bool,
    /// Install nothing; take everything to be there.
    #[arg(long)]
    no_setup: bool,
}

/// What else than windows is measured.
#[derive(clap::Subcommand)]
enum Other {
    /// Put the rush hour of a whole chain on one hub with PostgreSQL, and count that nothing is lost.
    Hub(hub::Options),
}

/// How often everything is done.
#[derive(Clone, Copy)]
struct Rounds {
    carts: u32,
    payments: u32,
    kills: u32,
    starts: u32,
    calm: Calm,
}

impl Rounds {
    fn of(options: &Options) -> Self {
        if options.quick {
            let calm = Calm { before: Duration::from_secs(4), during: Duration::from_secs(5) };
            return Self { carts: 10, payments: 4, kills: 1, starts: 2, calm };
        }
        let rounds = options.rounds;
        let calm = Calm { before: Duration::from_secs(15), during: Duration::from_secs(40) };
        Self { carts: rounds, payments: rounds / 2, kills: rounds / 10, starts: rounds / 10, calm }
    }
}

/// Sets up, builds, measures, and tells.
pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<()> {
    if let Some(Other::Hub(options)) = &options.other {
        return hub::run(workspace, options);
    }
    set_up(workspace, options)?;
    let folder = workspace.target.join("bench");
    if folder.exists() {
        std::fs::remove_dir_all(&folder).with_context(|| format!("clearing {}", folder.display()))?;
    }
    let scene = Scene::open(workspace, &folder.join("display"))?;
    let bench = Bench {
        workspace,
        scene: &scene,
        folder: &folder,
        programs: &workspace.target.join(if options.debug { "debug" } else { "release" }),
        rounds: Rounds::of(options),
    };
    let (begun, load) = (instant(), load());
    let mut results = Results::default();
    bench.measure(&mut results).with_context(|| {
        format!("the measuring broke off; its logs are in {}", workspace.short(&workspace.logs()).display())
    })?;
    let circumstances = circumstances(options, &results, (&load, begun.elapsed()))?;
    let text = format!("{circumstances}\n\n{}", report::tables(&results));
    println!("\n{text}");
    if let Some(file) = &options.json {
        std::fs::write(file, format!("{:#}\n", report::json(&results, &circumstances)))
            .with_context(|| format!("writing {}", file.display()))?;
    }
    if let Some(file) = &options.write {
        let document =
            std::fs::read_to_string(file).with_context(|| format!("reading {}", file.display()))?;
        let document = report::rewritten(&document, &text).with_context(|| file.display().to_string())?;
        std::fs::write(file, document).with_context(|| format!("writing {}", file.display()))?;
    }
    Ok(())
}

fn set_up(workspace: &Workspace, options: &Options) -> Result<()> {
    if options.no_setup {
        setup::trusted();
    } else {
        setup::debian_packages(workspace, &[setup::CORE, setup::WINDOWS, setup::DISPLAY, setup::BROWSERS])?;
        setup::node(workspace)?;
    }
    ui::install(workspace)?;
    ui::build(workspace)?;
    ui::build_for_browsers(workspace)?;
    let mut build = workspace.cargo(&["build", "--package", "kvitt", "--package", "simulator", "--bins"]);
    if !options.debug {
        build.arg("--release");
    }
    step(workspace, "Rust: build kvitt and its simulator", &mut build)
}

/// All that is needed to measure.
struct Bench<'a> {
    workspace: &'a Workspace,
    scene: &'a Scene,
    /// What is kept during the run.
    folder: &'a Path,
    programs: &'a Path,
    rounds: Rounds,
}

impl Bench<'_> {
    fn measure(&self, results: &mut Results) -> Result<()> {
        let tap = Tap::open()?;
        let shop = self.folder.join("shop");
        let premises =
            Premises::furnish(self.workspace, &self.scene.display, self.programs, &shop, Some(&tap.address))?;
        tap.lead_to(&premises.origin)?;
        let server = PageServer::open(&self.workspace.ui().join("dist-browser"), &json!({ "view": "idle" }))?;
        server.draw(self.kvitt(&premises, &tap, results)?);
        for browser in Browser::ALL {
            self.browser(browser, &server, results)?;
        }
        let starts = Starts {
            workspace: self.workspace,
            scene: self.scene,
            premises: &premises,
            server: &server,
            folder: self.folder,
        };
        note(&format!("Starts: {} of each program, in turn", self.rounds.starts));
        starts.measure(self.rounds.starts, results)
    }

    /// Measures the program, and gives the picture of a code as it got it from the simulator.
    fn kvitt(&self, premises: &Premises<'_>, tap: &Tap, results: &mut Results) -> Result<Vec<u8>> {
        let Rounds { carts, payments, kills, calm, .. } = self.rounds;
        let (kvitt, till) = premises.start()?;
        till.screen("idle")?;
        note("Kvitt: at rest");
        results.rests.insert(Who::Kvitt, rest::measure(kvitt.id(), calm)?);
        note(&format!("Kvitt: {carts} carts"));
        sale::carts(self.scene, &till, carts, results)?;
        let begun = instant();
        note(&format!("Kvitt: {payments} payments, polled every second"));
        sale::payments(self.scene, &till, tap, (News::Polled, payments), results)?;
        note(&format!("Kvitt: {payments} payments, told that there is news"));
        sale::payments(self.scene, &till, tap, (News::Hinted, payments), results)?;
        note(&format!("Kvitt: its page is killed {kills} times"));
        killed::again_and_again(self.scene, (&kvitt, &till), kills, results)?;
        let calls = tap.calls_since(begun);
        let picture = calls.iter().find(|call| call.what.contains(sale::PICTURE));
        let path = picture.and_then(|call| call.what.split(' ').nth(1)).context("no picture was fetched")?;
        let address = format!("{}{path}", premises.origin);
        ureq::get(&address).call()?.body_mut().read_to_vec().with_context(|| address)
    }

    fn browser(&self, browser: Browser, server: &PageServer, results: &mut Results) -> Result<()> {
        let Rounds { carts, payments, calm, .. } = self.rounds;
        let (who, name) = match browser {
            Browser::Chromium => (Who::Chromium, "Chromium"),
            Browser::BareWebKit => (Who::BareWebKit, "Bare WebKitGTK"),
        };
        let folder = self.folder.join(browser.name());
        std::fs::create_dir_all(&folder)?;
        // What the first start leaves behind is there at every later one.
        drop(told::show(self.workspace, self.scene, (browser, &folder), server)?);
        let running = told::show(self.workspace, self.scene, (browser, &folder), server)?;
        note(&format!("{name}: at rest"));
        results.rests.insert(who, rest::measure(running.id(), calm)?);
        note(&format!("{name}: {carts} carts and {payments} payments"));
        told::measure(self.scene, server, who, (carts, payments), results)?;
        if !killed::comes_back(&running, server)? {
            results.stay_dead.push(who);
        }
        drop(running);
        if let Some(second) = browser.show_too(&self.scene.display, &folder, &server.cashier()) {
            note(&format!("{name}: at rest with both pages"));
            let running = told::show(self.workspace, self.scene, (browser, &folder), server)?;
            // It hands the page over to the one that runs, and ends.
            let _handed_over = crate::background::Background::start(self.workspace, "second-page", &second)?;
            results.rests.insert(Who::ChromiumBoth, rest::measure(running.id(), calm)?);
        }
        Ok(())
    }
}

/// On what, when and how it was measured.
fn circumstances(options: &Options, results: &Results, (load, took): (&str, Duration)) -> Result<String> {
    let date = answer(Command::new("date").arg("+%-d %B %Y"))?;
    let info = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = info.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    let cores = std::thread::available_parallelism()?;
    let version = |package: &str| {
        let mut ask = Command::new("dpkg-query");
        ask.args(["-W", "-f", "${Version}", package]);
        answer(&mut ask).unwrap_or_else(|_| "of unknown version".to_owned())
    };
    let looks = &results.between_looks;
    let micros = |time: Option<Duration>| time.map_or(0, |time| time.as_micros());
    Ok(format!(
        "Measured on {} in {} minutes: {cores} cores ({}), no graphics processor, Xvfb 1920 × 1080, \
         Chromium {}, WebKitGTK {}{}; load before: {load}. The display was looked at every {} µs (p50), {} µs (p99).",
        date.trim(),
        took.as_secs().div_ceil(60),
        model.map_or("unknown", |(_, model)| model),
        version("chromium"),
        version("libwebkit2gtk-4.1-0"),
        if options.debug { ", built for development" } else { "" },
        micros(looks.median()),
        micros(looks.p99()),
    ))
}

/// How busy the machine has been in the last minute.
fn load() -> String {
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    load.split(' ').next().unwrap_or_default().to_owned()
}
