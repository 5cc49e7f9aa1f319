//! A display without a screen: X server, window manager and session bus of our own.

use std::ffi::OsStr;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result};

use crate::background::Background;
use crate::run::{answer, note};
use crate::wait::{self, Look};
use crate::workspace::Workspace;

/// Width, height and depth: a usual till screen.
const SCREEN: &str = "1920x1080x24";
/// How long each of its parts may take to be ready.
const READY: Duration = Duration::from_secs(20);

/// A running display. It ends when it is dropped.
pub(crate) struct Display {
    name: String,
    bus: String,
    // Ended in this order: the server last, so that nobody loses it while still drawing.
    _window_manager: Background,
    _session_bus: Background,
    _server: Background,
}

impl Display {
    /// Starts everything on a display number that is free, and waits until windows can be opened.
    pub(crate) fn open(workspace: &Workspace) -> Result<Self> {
        Self::open_with(workspace, &[], &[])
    }

    /// The same, and `server` and `window_manager` are started with these arguments besides.
    pub(crate) fn open_with(
        workspace: &Workspace,
        server: &[&OsStr],
        window_manager: &[&OsStr],
    ) -> Result<Self> {
        let (for_server, for_manager) = (server, window_manager);
        let mut server = Command::new("Xvfb");
        // The server picks a free number and tells it: nobody can take it in between.
        server.args(["-displayfd", "1", "-screen", "0", SCREEN, "-nolisten", "tcp", "-noreset"]);
        server.args(for_server);
        let (server, number) = Background::start_and_hear(workspace, "xvfb", &server, READY)?;
        let name = format!(":{number}");

        // A bus of our own: one web view must not find another program's services on it.
        let mut session_bus = Command::new("dbus-daemon");
        session_bus.args(["--session", "--nofork", "--print-address=1"]).env("DISPLAY", &name);
        let (session_bus, bus) = Background::start_and_hear(workspace, "session-bus", &session_bus, READY)?;

        let mut window_manager = Command::new("openbox");
        window_manager.args(for_manager);
        lend(&mut window_manager, &name, &bus);
        let mut window_manager = Background::start(workspace, "openbox", &window_manager)?;
        wait::until("the window manager", READY, || {
            window_manager.must_run()?;
            let mut ask = Command::new("xprop");
            ask.args(["-display", &name, "-root", "_NET_SUPPORTING_WM_CHECK"]);
            let said = answer(&mut ask)?;
            Ok(if said.contains("window id") { Look::Found(()) } else { Look::NotYet(said) })
        })
        .context("openbox")?;
        note(&format!("Virtual display {name}, {SCREEN}"));
        let parts = (window_manager, session_bus, server);
        Ok(Self { name, bus, _window_manager: parts.0, _session_bus: parts.1, _server: parts.2 })
    }

    /// Lets `command` open its windows here.
    pub(crate) fn lend_to(&self, command: &mut Command) {
        lend(command, &self.name, &self.bus);
    }
}

fn lend(command: &mut Command, display: &str, bus: &str) {
    command.env("DISPLAY", display).env("DBUS_SESSION_BUS_ADDRESS", bus).env("GDK_BACKEND", "x11");
    command.env_remove("WAYLAND_DISPLAY").env_remove("XAUTHORITY");
    // Nothing here has a graphics card: drawing through one that is emulated takes three times as long.
    command.env("WEBKIT_DISABLE_DMABUF_RENDERER", "1");
    // Window titles are read and written in UTF-8, wherever this runs.
    command.env("LC_ALL", "C.UTF-8");
}
