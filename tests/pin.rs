//! The PIN is set at a terminal without being seen, or from a pipe.

use std::fs::File;
use std::io::{Read, Write};
use std::os::fd::OwnedFd;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};

use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{LocalModes, tcgetattr};

use crate::support::premises::Premises;
use crate::support::wait::wait_for;

/// Twelve digits that are in no file by chance.
const PIN: &str = "738251946037";

/// A person at a terminal, who sees all that is on it.
struct Terminal {
    ours: OwnedFd,
    seen: Arc<Mutex<String>>,
    program: Child,
}

impl Terminal {
    /// Types `kvitt` and `arguments`.
    fn types_command(premises: &Premises, arguments: &[&str]) -> Terminal {
        let ours = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).expect("there is a terminal");
        grantpt(&ours).expect("it is ours");
        unlockpt(&ours).expect("it is ours");
        let name = ptsname(&ours, Vec::new()).expect("it has a name");
        let name = name.to_str().expect("it is text").to_owned();
        let theirs = || Stdio::from(File::options().read(true).write(true).open(&name).expect("it is ours"));
        let kvitt = premises.kvitt(arguments);
        // A program finds its terminal also past its input and output: it must be its own.
        let mut command = Command::new("setsid");
        command.args(["--ctty", "--wait"]).arg(kvitt.get_program()).args(kvitt.get_args());
        for (variable, value) in kvitt.get_envs() {
            match value {
                Some(value) => command.env(variable, value),
                None => command.env_remove(variable),
            };
        }
        let program =
            command.stdin(theirs()).stdout(theirs()).stderr(theirs()).spawn().expect("it can be started");
        let seen = Arc::new(Mutex::new(String::new()));
        let mut glass = File::from(ours.try_clone().expect("it is ours"));
        let painted = seen.clone();
        std::thread::spawn(move || {
            let mut bytes = [0; 1024];
            // Fails when nobody has the other end any more.
            while let Ok(length @ 1..) = glass.read(&mut bytes) {
                let text = String::from_utf8_lossy(&bytes[..length]).into_owned();
                painted.lock().expect("nobody panics with it").push_str(&text);
            }
        });
        Terminal { ours, seen, program }
    }

    fn seen(&self) -> String {
        self.seen.lock().expect("nobody panics with it").clone()
    }

    fn shows(&self, words: &str) {
        wait_for(words, || if self.seen().contains(words) { Ok(()) } else { Err(self.seen()) });
    }

    /// Types when `question` is asked and the terminal shows nothing of what is typed.
    fn answers(&self, question: &str, text: &str) {
        self.shows(question);
        wait_for("a terminal that hides what is typed", || {
            let modes = tcgetattr(&self.ours).expect("it is a terminal").local_modes;
            if modes.contains(LocalModes::ECHO) { Err(self.seen()) } else { Ok(()) }
        });
        let mut keys = File::from(self.ours.try_clone().expect("it is ours"));
        keys.write_all(format!("{text}\n").as_bytes()).expect("it takes keys");
    }

    fn ends(&mut self, code: i32) {
        let ended = wait_for("the end of the command", || {
            self.program.try_wait().expect("it is ours").ok_or_else(|| "it runs".to_owned())
        });
        assert_eq!(ended.code(), Some(code), "{}", self.seen());
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        let _ = self.program.kill();
        let _ = self.program.wait();
    }
}

#[test]
fn at_a_terminal_it_is_asked_for_twice_and_seen_by_nobody() {
    let premises = Premises::ready();
    let mut terminal = Terminal::types_command(&premises, &["pin", "set"]);
    terminal.answers("4 to 12 digits", PIN);
    terminal.answers("The same again", PIN);
    terminal.shows("It is good at once");
    terminal.ends(0);
    assert!(!terminal.seen().contains(PIN), "{}", terminal.seen());
    assert!(premises.config().join("pin").exists());
}

#[test]
fn a_slip_sets_nothing() {
    let premises = Premises::ready();
    assert!(premises.run(&["pin", "set"], "1234\n").status.success());
    let before = std::fs::read(premises.config().join("pin")).expect("it was set from a pipe");
    let mut terminal = Terminal::types_command(&premises, &["pin", "set"]);
    terminal.answers("4 to 12 digits", PIN);
    terminal.answers("The same again", "738251946038");
    terminal.shows("the two are not the same");
    terminal.ends(2);
    assert!(!terminal.seen().contains("73825"), "{}", terminal.seen());
    assert_eq!(std::fs::read(premises.config().join("pin")).ok(), Some(before));
}

#[test]
fn what_is_no_pin_is_refused_from_a_pipe_too() {
    let premises = Premises::ready();
    let refused = premises.run(&["pin", "set"], "12x4\n");
    assert_eq!(refused.status.code(), Some(2), "{refused:?}");
    assert!(!premises.config().join("pin").exists());
}
