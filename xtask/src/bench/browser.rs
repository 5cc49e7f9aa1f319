//! The browsers that the program is measured beside, as a shop would start them, and kept off the network.

use std::path::Path;
use std::process::Command;

use crate::display::Display;

/// What shows a page on the whole display.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Browser {
    /// What shops use today: Chromium in its kiosk mode.
    Chromium,
    /// The web view of the program in a window, and nothing else: `surf`.
    BareWebKit,
}

impl Browser {
    pub(crate) const ALL: [Browser; 2] = [Browser::Chromium, Browser::BareWebKit];

    /// `chromium`, for files and logs.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Browser::Chromium => "chromium",
            Browser::BareWebKit => "surf",
        }
    }

    /// Shows `address` on `display`, and keeps what it remembers in `folder`.
    pub(crate) fn show(self, display: &Display, folder: &Path, address: &str) -> Command {
        let mut command = match self {
            Browser::Chromium => {
                let mut command = chromium(folder);
                command.args(["--kiosk", "--window-position=0,0", "--window-size=1920,1080"]);
                command
            }
            Browser::BareWebKit => {
                let mut command = Command::new("surf");
                // The whole display, no scroll bars, no cache on the disk.
                command.args(["-F", "-b", "-d"]);
                command
            }
        };
        command.arg(address);
        at_home(command, display, folder)
    }

    /// Shows a second page beside the first, where this browser can.
    pub(crate) fn show_too(self, display: &Display, folder: &Path, address: &str) -> Option<Command> {
        let mut command = match self {
            Browser::Chromium => chromium(folder),
            Browser::BareWebKit => return None,
        };
        command.args(["--window-size=1180,500", &format!("--app={address}")]);
        Some(at_home(command, display, folder))
    }
}

fn at_home(mut command: Command, display: &Display, folder: &Path) -> Command {
    display.lend_to(&mut command);
    command.env("HOME", folder).env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent");
    for name in ["XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME"] {
        command.env(name, folder);
    }
    command
}

/// The program itself where it is where Debian has it: the script that starts it takes time of its own.
fn chromium(folder: &Path) -> Command {
    let itself = Path::new("/usr/lib/chromium/chromium");
    let mut command = Command::new(if itself.exists() { itself } else { Path::new("chromium") });
    command.arg(format!("--user-data-dir={}", folder.join("profile").display()));
    command.args([
        "--no-first-run",
        "--no-default-browser-check",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-default-apps",
        "--disable-domain-reliability",
        "--disable-extensions",
        "--disable-features=Translate,OptimizationHints,MediaRouter,InterestFeedContentSuggestions",
        "--disable-sync",
        "--metrics-recording-only",
        "--no-pings",
        "--password-store=basic",
        // There is no graphics processor here; looking for one costs time and memory.
        "--disable-gpu",
    ]);
    if rustix::process::geteuid().is_root() {
        // It refuses to run as root otherwise. Without its sandbox it needs less.
        command.arg("--no-sandbox");
    }
    command
}
