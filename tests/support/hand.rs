//! A hand on the keyboard: windows are found by their titles, and keys go where the window manager sends them.

use std::process::Command;

use super::display::Display;
use super::wait::wait_for;

/// The title of the customer's window, in Norwegian.
pub(crate) const CUSTOMER_TITLE: &str = "Kvitt – kunde";
/// The title of the cashier's window, in Norwegian.
pub(crate) const CASHIER_TITLE: &str = "Kvitt – kasse";
/// The title of the demo's phone, in Norwegian.
pub(crate) const PHONE_TITLE: &str = "Kvitt – telefon";

/// A window that has nothing in it but its ground has two colours or so; letters have many.
const COLOURS_OF_A_PAGE: usize = 20;

/// Presses `keys`, one after the other, in the window called `title`.
pub(crate) fn presses(display: &Display, title: &str, keys: &[&str]) {
    let id = painted(display, title);
    let mut hand = xdotool(display);
    hand.args(["windowactivate", "--sync", &id, "key", "--clearmodifiers", "--delay", "30"]).args(keys);
    let output = hand.output().unwrap_or_else(|error| panic!("xdotool can't be run: {error}"));
    assert!(output.status.success(), "{output:?}");
}

/// Types `text` in the window called `title`, as fast as a person who is good at it.
pub(crate) fn types(display: &Display, title: &str, text: &str) {
    let id = painted(display, title);
    moves(display, &["windowactivate", "--sync", &id, "type", "--delay", "80", text]);
}

/// A scanner types `text` and Enter in the window called `title`.
pub(crate) fn scans(display: &Display, title: &str, text: &str) {
    let id = painted(display, title);
    let typed = ["type", "--delay", "4", "--args", "1", text, "key", "Return"];
    moves(display, &[&["windowactivate", "--sync", &id][..], &typed].concat());
}

/// Closes the window called `title`, as a person does.
pub(crate) fn closes(display: &Display, title: &str) {
    presses(display, title, &["alt+F4"]);
}

/// Puts the window called `title` away, so that nobody can see it. Gives its id.
pub(crate) fn puts_away(display: &Display, title: &str) -> String {
    let id = painted(display, title);
    moves(display, &["windowminimize", "--sync", &id]);
    id
}

/// Brings back the window `id` that was put away.
pub(crate) fn brings_back(display: &Display, id: &str) {
    moves(display, &["windowactivate", "--sync", id]);
}

fn moves(display: &Display, arguments: &[&str]) {
    let output = xdotool(display).args(arguments).output();
    let output = output.unwrap_or_else(|error| panic!("xdotool can't be run: {error}"));
    assert!(output.status.success(), "{output:?}");
}

/// Waits until there is such a window and something is painted in it. Gives its id.
pub(crate) fn painted(display: &Display, title: &str) -> String {
    wait_for(&format!("the window {title}"), || {
        let mut search = xdotool(display);
        let found = said(search.args(["search", "--onlyvisible", "--name", &format!("^{title}$")]));
        let id = found.lines().next().ok_or("there is none")?.to_owned();
        let mut look = Command::new("sh");
        look.env("DISPLAY", display.name());
        let colours = said(look.args(["-c", &format!("import -window {id} png:- | identify -format %k -")]));
        if colours.trim().parse().is_ok_and(|count: usize| count >= COLOURS_OF_A_PAGE) {
            Ok(id)
        } else {
            Err(format!("it has {colours} colours"))
        }
    })
}

fn xdotool(display: &Display) -> Command {
    let mut command = Command::new("xdotool");
    command.env("DISPLAY", display.name()).env("LC_ALL", "C.UTF-8");
    command
}

fn said(command: &mut Command) -> String {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?} can't be run: {error}"));
    String::from_utf8_lossy(&output.stdout).into_owned()
}
