//! `cargo xtask demo`: the product in its demo, for a person where there is a display, by itself where not.

use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use clap::ValueEnum;
use rustix::process::Signal;

use crate::background::Background;
use crate::camera::Camera;
use crate::display::Display;
use crate::play::{self, Picture, Stage};
use crate::run::{note, step, written};
use crate::till::Till;
use crate::workspace::Workspace;
use crate::{setup, ui};

/// How long the program may take until it is ready, windows included.
const READY: Duration = Duration::from_mins(1);
/// The pictures for the README: which screen, and under which name.
const CHOSEN: [(&str, &str); 3] = [("idle", "idle.png"), ("scan", "scan.png"), ("paid", "paid.png")];
/// The pictures of the cashier's window, each under `cashier-` and its name; nobody paying is `ready`.
const CASHIERS: [&str; 15] = [
    "idle",
    "scan",
    "opened",
    "paid",
    "declined",
    "cancelled-by-customer",
    "cancelled-by-shop",
    "timed-out",
    "checking",
    "fault",
    "sent",
    "reserved",
    "find",
    "refund",
    "totals",
];
/// The picture of all windows for the README is taken while this is on the customer screen.
const CHOSEN_DISPLAY: (&str, &str) = ("scan", "windows.png");

/// What to show.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// The language of all windows; Norwegian if not given.
    #[arg(long, value_enum)]
    lang: Option<Language>,
    /// Play by itself on a virtual display, even where there is a real one.
    #[arg(long)]
    no_window: bool,
    /// Play by itself, and copy the pictures for the README to this folder.
    #[arg(long, value_name = "DIR")]
    pictures: Option<PathBuf>,
    /// Install nothing; take everything to be there.
    #[arg(long)]
    no_setup: bool,
}

#[derive(Clone, Copy, Default, ValueEnum)]
enum Language {
    #[default]
    Nb,
    En,
}

impl Language {
    fn code(self) -> &'static str {
        match self {
            Self::Nb => "nb",
            Self::En => "en",
        }
    }

    /// The titles of the three windows; the customer's comes first.
    fn titles(self) -> [&'static str; 3] {
        match self {
            Self::Nb => ["Kvitt – kunde", "Kvitt – kasse", "Kvitt – telefon"],
            Self::En => ["Kvitt – customer", "Kvitt – counter", "Kvitt – phone"],
        }
    }
}

/// Sets up, builds, and shows it.
pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<()> {
    let by_itself = options.no_window || options.pictures.is_some() || !has_display();
    set_up(workspace, options, by_itself)?;
    ui::install(workspace)?;
    ui::build(workspace)?;
    step(workspace, "Rust: build kvitt", &mut workspace.cargo(&["build", "--package", "kvitt"]))?;

    let mut kvitt = Command::new(workspace.program("kvitt"));
    kvitt.arg("demo").current_dir(&workspace.root);
    if let Some(language) = options.lang {
        kvitt.args(["--lang", language.code()]);
    }
    if !by_itself {
        note("The demo opens its windows; close them to end it");
        // We become the program, so that signals and the exit code need no go-between.
        return Err(kvitt.exec()).with_context(|| format!("starting {}", written(&kvitt)));
    }
    let pictures = film(workspace, kvitt, options.lang.unwrap_or_default())?;
    if let Some(folder) = &options.pictures {
        copy_chosen(&pictures, folder)?;
    }
    Ok(())
}

fn set_up(workspace: &Workspace, options: &Options, by_itself: bool) -> Result<()> {
    if options.no_setup {
        setup::trusted();
        return Ok(());
    }
    let mut packages = vec![setup::CORE, setup::WINDOWS];
    if by_itself {
        packages.push(setup::DISPLAY);
    }
    setup::debian_packages(workspace, &packages)?;
    setup::node(workspace)
}

/// Lets the demo play by itself and takes its pictures.
fn film(workspace: &Workspace, mut kvitt: Command, language: Language) -> Result<Vec<Picture>> {
    let folder = workspace.target.join("demo");
    // Pictures of an earlier run must not pass for those of this one.
    if folder.exists() {
        std::fs::remove_dir_all(&folder).with_context(|| format!("clearing {}", folder.display()))?;
    }
    std::fs::create_dir_all(&folder).with_context(|| format!("making {}", folder.display()))?;
    let display = Display::open(workspace)?;
    display.lend_to(&mut kvitt);
    // eCom tells most: who has opened a payment, whose card was declined.
    kvitt.args(["--rail", "ecom", "--json"]);
    let (mut kvitt, ready) = Background::start_and_hear(workspace, "kvitt-demo", &kvitt, READY)?;
    let till = Till::at(&ready)?;
    let camera = Camera::before(&display)?;
    let windows = language.titles().map(|title| camera.window(title));
    let [customer, cashier, phone] = windows;
    let (customer, cashier, _) = (customer?, cashier?, phone?);
    note("The demo is ready, its three windows are open");

    let mut stage = Stage::new(till, camera, customer, cashier, &folder);
    let played = play::play(&mut stage);
    tell(workspace, &stage);
    played.and_then(|()| kvitt.must_run()).with_context(|| {
        let log = workspace.logs().join("kvitt-demo.log");
        format!("the demo broke off; its log is {}", workspace.short(&log).display())
    })?;
    ended_well(kvitt.end()?)?;
    note("The demo has ended when it was asked to");
    Ok(stage.pictures)
}

/// A program that is asked to end may end well, or by the signal that asked.
fn ended_well(status: ExitStatus) -> Result<()> {
    if status.success() || status.signal() == Some(Signal::TERM.as_raw()) {
        return Ok(());
    }
    bail!("kvitt did not end well: {status}")
}

fn tell(workspace: &Workspace, stage: &Stage) {
    println!();
    for picture in &stage.pictures {
        println!("{:52} {}", workspace.short(&picture.display).display().to_string(), picture.shows);
    }
    if let Some(code) = &stage.code {
        println!("\nRead from the picture of the code: {code}");
    }
    println!(
        "\nBeside each lie the customer's and the cashier's window alone: …-customer.png, …-cashier.png"
    );
}

fn copy_chosen(pictures: &[Picture], folder: &Path) -> Result<()> {
    std::fs::create_dir_all(folder).with_context(|| format!("making {}", folder.display()))?;
    let named = |name: &str| {
        pictures
            .iter()
            .find(|picture| picture.name == name)
            .with_context(|| format!("no picture of `{name}`"))
    };
    let mut copies = Vec::new();
    for (name, file) in CHOSEN {
        copies.push((&named(name)?.customer, folder.join(file)));
    }
    for name in CASHIERS {
        let shown = if name == "idle" { "ready" } else { name };
        copies.push((&named(name)?.cashier, folder.join(format!("cashier-{shown}.png"))));
    }
    copies.push((&named(CHOSEN_DISPLAY.0)?.display, folder.join(CHOSEN_DISPLAY.1)));
    for (from, to) in copies {
        std::fs::copy(from, &to).with_context(|| format!("copying to {}", to.display()))?;
        println!("{}", to.display());
    }
    Ok(())
}

fn has_display() -> bool {
    let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    set("DISPLAY") || set("WAYLAND_DISPLAY")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picture(folder: &Path, name: &str) -> Picture {
        let file = |ending: &str| {
            let path = folder.join(format!("{name}{ending}"));
            std::fs::write(&path, format!("{name}{ending}")).unwrap();
            path
        };
        Picture {
            name: name.to_owned(),
            display: file(".png"),
            customer: file("-customer.png"),
            cashier: file("-cashier.png"),
            shows: String::new(),
        }
    }

    #[test]
    fn the_pictures_for_the_readme_are_the_chosen_ones() {
        let folder = tempfile::tempdir().unwrap();
        let pictures = CASHIERS.map(|name| picture(folder.path(), name));
        let to = folder.path().join("docs/pictures");
        copy_chosen(&pictures, &to).unwrap();
        let read = |name: &str| std::fs::read_to_string(to.join(name)).unwrap();
        assert_eq!(read("paid.png"), "paid-customer.png");
        assert_eq!(read("windows.png"), "scan.png");
        assert_eq!(read("cashier-ready.png"), "idle-cashier.png");
        assert_eq!(read("cashier-refund.png"), "refund-cashier.png");
        assert!(copy_chosen(&pictures[..2], &to).is_err());
    }

    #[test]
    fn ending_by_the_signal_that_asked_is_ending_well() {
        assert!(ended_well(ExitStatus::from_raw(0)).is_ok());
        assert!(ended_well(ExitStatus::from_raw(Signal::TERM.as_raw())).is_ok());
        assert!(ended_well(ExitStatus::from_raw(Signal::SEGV.as_raw())).is_err());
        assert!(ended_well(ExitStatus::from_raw(3 << 8)).is_err());
    }
}
