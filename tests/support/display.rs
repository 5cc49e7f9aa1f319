//! A display without a screen, one for each test: what is on a screenshot can only be that test's.

use std::process::Command;

use super::program::Program;
use super::wait::wait_for;

/// Width, height and depth: both windows of a till stand beside each other.
const SCREEN: &str = "3840x900x24";

/// A running X server with a window manager.
pub(crate) struct Display {
    name: String,
    // The server last, so that nobody loses it while still drawing.
    _window_manager: Program,
    _server: Program,
}

impl Display {
    /// Starts both on a display number that is free, and waits until windows can be opened.
    pub(crate) fn open() -> Display {
        let mut server = Command::new("Xvfb");
        // The server picks a free number and tells it: nobody can take it in between.
        server.args(["-displayfd", "1", "-screen", "0", SCREEN, "-nolisten", "tcp", "-noreset"]);
        Display::served_by(Program::start("Xvfb", &server))
    }

    /// The display of a server that says its number, with a window manager.
    pub(crate) fn served_by(server: Program) -> Display {
        let name = format!(":{}", server.first_line().trim());
        let mut window_manager = Command::new("openbox");
        window_manager.env("DISPLAY", &name);
        let window_manager = Program::start("openbox", &window_manager);
        wait_for("the window manager", || {
            let mut ask = Command::new("xprop");
            ask.args(["-display", &name, "-root", "_NET_SUPPORTING_WM_CHECK"]);
            let said = ask.output().map_err(|error| error.to_string())?;
            let said = String::from_utf8_lossy(&said.stdout).into_owned();
            if said.contains("window id") { Ok(()) } else { Err(said) }
        });
        Display { name, _window_manager: window_manager, _server: server }
    }

    /// Its name, as in `DISPLAY`.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// Lets `command` open its windows here.
    pub(crate) fn lend_to(&self, command: &mut Command) {
        command.env("DISPLAY", &self.name).env("GDK_BACKEND", "x11");
        command.env_remove("WAYLAND_DISPLAY").env_remove("XAUTHORITY");
        // Drawing through a graphics card that is emulated takes three times as long.
        command.env("WEBKIT_DISABLE_DMABUF_RENDERER", "1");
        command.env("NO_AT_BRIDGE", "1").env("LC_ALL", "C.UTF-8");
    }
}
