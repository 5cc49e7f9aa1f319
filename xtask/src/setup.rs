//! What must be there before anything can be built, and how to get it.

use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::run::{answer, note, step};
use crate::workspace::Workspace;

/// Debian packages that the crates without a web view need.
pub(crate) const CORE: &[&str] = &["build-essential", "pkg-config"];
/// Debian packages that the windows are built with.
pub(crate) const WINDOWS: &[&str] = &["libwebkit2gtk-4.1-dev"];
/// Debian packages of a display without a screen: a server, a window manager (without one, full screen does
/// nothing), a session bus, a font, and what looks at the windows.
pub(crate) const DISPLAY: &[&str] = &[
    "xvfb",
    "xauth",
    "openbox",
    "x11-utils",
    "x11-xserver-utils",
    "imagemagick",
    "xdotool",
    "zbar-tools",
    "fonts-dejavu-core",
    "dbus",
    "dbus-x11",
];
/// Debian packages of the database that the hub's tests run on. Its servers are left alone: tests start one of their own.
pub(crate) const DATABASE: &[&str] = &["postgresql"];
/// Debian packages that only tests need: what drives pages, a server whose display has a glass to touch, and a reader of
/// PDF that is not ours.
pub(crate) const TESTS: &[&str] =
    &["webkit2gtk-driver", "python3", "xserver-xorg-core", "xserver-xorg-video-dummy", "poppler-utils"];

/// Debian packages of the browsers that the program is measured beside: what shops use today, and a window with the
/// program's own web view and nothing else.
pub(crate) const BROWSERS: &[&str] = &["chromium", "surf"];

/// Debian packages that the fuzzer is installed with.
pub(crate) const FUZZER: &[&str] = &["python3", "python3-venv"];

/// The test runner's version: known to build with the toolchain in `rust-toolchain.toml`.
const NEXTEST: &str = "0.9.143";

/// Installs those of the Debian packages that are missing.
///
/// # Errors
///
/// Where that cannot be done (no Debian, neither root nor `sudo` without a password): what to type instead.
pub(crate) fn debian_packages(workspace: &Workspace, wanted: &[&[&str]]) -> Result<()> {
    let wanted = wanted.concat();
    let Some(report) = debian_report(&wanted) else {
        bail!(
            "this is no Debian (there is no dpkg-query), so nothing can be installed from here.\n  \
             Install what these Debian packages hold, then add --no-setup:\n  {}",
            wanted.join(" ")
        );
    };
    let missing = missing(&report, &wanted);
    if missing.is_empty() {
        note(&format!("Debian packages: all {} are there", wanted.len()));
        return Ok(());
    }
    let Some(privilege) = Privilege::ours() else {
        bail!(
            "{} Debian packages are missing, and installing them takes root (or sudo without a password). Type:\n  \
             sudo apt-get update && sudo apt-get install -y --no-install-recommends {}",
            missing.len(),
            missing.join(" ")
        );
    };
    note(&format!("Debian packages to install: {}", missing.join(" ")));
    step(workspace, "Debian: read the package lists", &mut privilege.apt_get(&["update"]))?;
    let mut install = vec!["install", "-y", "--no-install-recommends"];
    install.extend(&missing);
    let caption = format!("Debian: install {} packages", missing.len());
    step(workspace, &caption, &mut privilege.apt_get(&install))
}

/// Checks that Node.js is there and new enough for the front end.
pub(crate) fn node(workspace: &Workspace) -> Result<()> {
    let manifest =
        std::fs::read_to_string(workspace.ui().join("package.json")).context("reading ui/package.json")?;
    let needed = needed_node(&manifest)?;
    let advice = format!(
        "Node.js {}.{} or newer is needed, with npm: see https://nodejs.org/en/download (Debian 12's own is too old)",
        needed.0, needed.1
    );
    let found = answer(Command::new("node").arg("--version")).with_context(|| advice.clone())?;
    if version(&found).is_none_or(|version| version < needed) {
        bail!("{advice}; found {}", found.trim());
    }
    let npm = answer(Command::new("npm").arg("--version")).with_context(|| advice.clone())?;
    note(&format!("Node.js {}, npm {}", found.trim(), npm.trim()));
    Ok(())
}

/// Builds the test runner if it is missing.
pub(crate) fn nextest(workspace: &Workspace) -> Result<()> {
    if let Ok(version) = answer(&mut workspace.cargo(&["nextest", "--version"])) {
        note(version.lines().next().unwrap_or("cargo-nextest"));
        return Ok(());
    }
    note("cargo-nextest is missing; building it takes some minutes, once");
    let mut install = workspace.cargo(&["install", "cargo-nextest", "--version", NEXTEST, "--locked"]);
    step(workspace, "Install cargo-nextest", &mut install)
}

/// How we may change this machine.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Privilege {
    Root,
    /// Through `sudo`, which asks for no password.
    Sudo,
}

impl Privilege {
    fn ours() -> Option<Self> {
        if rustix::process::geteuid().is_root() {
            return Some(Self::Root);
        }
        answer(Command::new("sudo").args(["-n", "true"])).is_ok().then_some(Self::Sudo)
    }

    fn apt_get(self, arguments: &[&str]) -> Command {
        let mut command = match self {
            Self::Root => Command::new("env"),
            Self::Sudo => {
                let mut command = Command::new("sudo");
                command.args(["-n", "env"]);
                command
            }
        };
        // It must not ask anything, and it waits for another apt that is at work, for at most five minutes.
        command.args(["DEBIAN_FRONTEND=noninteractive", "apt-get", "-q", "-o", "DPkg::Lock::Timeout=300"]);
        command.args(arguments);
        command
    }
}

/// What dpkg knows of the packages, one `NAME STATUS` a line; `None` where there is no dpkg.
fn debian_report(wanted: &[&str]) -> Option<String> {
    let mut ask = Command::new("dpkg-query");
    ask.args(["-W", "-f", "${Package} ${db:Status-Status}\\n"]).args(wanted);
    // It fails when it has never heard of one of them, and still tells about the others.
    let output = ask.output().ok()?;
    Some(String::from_utf8_lossy(&output.stdout).into_owned())
}

fn missing<'a>(report: &str, wanted: &[&'a str]) -> Vec<&'a str> {
    let installed = |name: &str| report.lines().any(|line| line.split_once(' ') == Some((name, "installed")));
    wanted.iter().copied().filter(|name| !installed(name)).collect()
}

/// The oldest Node.js that the front end's manifest accepts: major and minor.
fn needed_node(manifest: &str) -> Result<(u32, u32)> {
    let manifest: serde_json::Value = serde_json::from_str(manifest)?;
    let range = manifest["engines"]["node"].as_str().and_then(|range| range.strip_prefix(">="));
    range.and_then(version).context("ui/package.json: engines.node must read `>=MAJOR.MINOR`")
}

/// The first two numbers of `v20.20.2` or `20.19`.
fn version(text: &str) -> Option<(u32, u32)> {
    let mut numbers = text.trim().trim_start_matches('v').split('.').map(|number| number.parse().ok());
    Some((numbers.next()??, numbers.next()??))
}

/// Installs nothing, and says so.
pub(crate) fn trusted() {
    note("set-up skipped: everything is taken to be there");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_package_counts_only_when_it_is_installed() {
        let report = "xvfb installed\nopenbox config-files\nxdotool not-installed\n";
        assert_eq!(
            missing(report, &["xvfb", "openbox", "xdotool", "zbar-tools"]),
            ["openbox", "xdotool", "zbar-tools"]
        );
    }

    #[test]
    fn a_package_is_not_taken_for_another_that_begins_like_it() {
        assert_eq!(missing("dbus-x11 installed\n", &["dbus"]), ["dbus"]);
        assert_eq!(missing("dbus installed\n", &["dbus-x11"]), ["dbus-x11"]);
    }

    #[test]
    fn apt_is_asked_in_the_same_words_with_and_without_sudo() {
        let words = |privilege: Privilege| crate::run::written(&privilege.apt_get(&["update"]));
        let rest = "env DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=300 update";
        assert_eq!(words(Privilege::Root), rest);
        assert_eq!(words(Privilege::Sudo), format!("sudo -n {rest}"));
    }

    #[test]
    fn node_is_compared_by_numbers() {
        assert_eq!(version("v20.20.2\n"), Some((20, 20)));
        assert!(version("v9.11.2") < version("20.19"));
        assert!(version("v18.19.0") < version("20.19"));
        assert_eq!(version("nightly"), None);
    }

    #[test]
    fn the_front_end_says_which_node_it_needs() {
        let manifest =
            std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../ui/package.json")).unwrap();
        assert!(needed_node(&manifest).unwrap() >= (20, 0));
        assert!(needed_node(r#"{"engines":{"node":"^20"}}"#).is_err());
    }
}
