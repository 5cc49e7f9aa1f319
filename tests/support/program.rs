//! A program that was started for a test and never outlives it.

use std::io::{BufRead, BufReader, Read};
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, sync_channel};
use std::sync::{Arc, Mutex};

use rustix::process::{Pid, Signal, kill_process, kill_process_group};

use super::wait::{SOON, wait_for};

/// A running program. Dropped, it is killed, and so is what it has started.
pub(crate) struct Program {
    name: String,
    child: Child,
    said: Arc<Mutex<String>>,
    first_line: Receiver<String>,
}

impl Program {
    /// Starts `command` and listens to both of its outputs.
    ///
    /// Should the test itself be killed, the kernel kills the program: `setpriv` sees to that.
    pub(crate) fn start(name: &str, command: &Command) -> Program {
        let mut guarded = Command::new("setpriv");
        guarded.args(["--pdeathsig", "KILL", "--"]).arg(command.get_program()).args(command.get_args());
        for (variable, value) in command.get_envs() {
            match value {
                Some(value) => guarded.env(variable, value),
                None => guarded.env_remove(variable),
            };
        }
        guarded.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        // What it starts can be found again, and taken the power from with it.
        guarded.process_group(0);
        let mut child = guarded.spawn().unwrap_or_else(|error| panic!("{name} can't be started: {error}"));
        let said = Arc::new(Mutex::new(String::new()));
        let (sender, first_line) = sync_channel(1);
        let mut output = BufReader::new(child.stdout.take().expect("it is piped"));
        let errors = child.stderr.take().expect("it is piped");
        let heard = said.clone();
        std::thread::spawn(move || {
            let mut line = String::new();
            if output.read_line(&mut line).is_ok_and(|length| length > 0) {
                heard.lock().expect("nobody panics with it").push_str(&line);
                let _ = sender.send(line);
            }
            drop(sender);
            listen(output, &heard);
        });
        let heard = said.clone();
        std::thread::spawn(move || listen(errors, &heard));
        Program { name: name.to_owned(), child, said, first_line }
    }

    /// The first line of its standard output.
    pub(crate) fn first_line(&self) -> String {
        let line = self.first_line.recv_timeout(SOON);
        line.unwrap_or_else(|_| {
            panic!("{} has not said that it is ready; it said: {}", self.name, self.said())
        })
    }

    /// Everything that it has printed.
    pub(crate) fn said(&self) -> String {
        self.said.lock().expect("nobody panics with it").clone()
    }

    /// Asks it to end, as whoever shuts the machine down does.
    pub(crate) fn terminate(&self) {
        kill_process(self.id(), Signal::TERM).expect("it is ours");
    }

    /// Interrupts it, as Ctrl-C does.
    pub(crate) fn interrupt(&self) {
        kill_process(self.id(), Signal::INT).expect("it is ours");
    }

    fn id(&self) -> Pid {
        i32::try_from(self.child.id()).ok().and_then(Pid::from_raw).expect("it was started")
    }

    /// Waits until it has ended.
    pub(crate) fn ended(&mut self) -> ExitStatus {
        let said = self.said.clone();
        wait_for(&format!("{} to end", self.name), || match self.child.try_wait() {
            Ok(Some(status)) => Ok(status),
            Ok(None) => Err(format!("it runs and said: {}", said.lock().expect("nobody panics with it"))),
            Err(error) => Err(error.to_string()),
        })
    }

    /// Takes the power away, from it and from all that it has started: SIGKILL, which nothing can prepare for.
    pub(crate) fn kill(&mut self) {
        kill_process_group(self.id(), Signal::KILL).expect("it is ours");
        self.child.wait().expect("it is ours");
    }

    /// Shows what it has printed to whoever reads why the test failed.
    #[expect(clippy::print_stderr, reason = "this is what a failed test is understood by")]
    fn quote(&self) {
        eprintln!("--- {} said ---\n{}", self.name, self.said());
    }

    /// The programs that it has started itself and that still run.
    pub(crate) fn children(&self) -> Vec<Process> {
        Process::all().into_iter().filter(|process| process.parent == self.child.id()).collect()
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // What a program has started is left behind when it is killed: a driver's till, a till's pages.
        for child in self.children() {
            child.kill();
        }
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
        if std::thread::panicking() {
            self.quote();
        }
    }
}

/// A process that something we have started has started.
pub(crate) struct Process {
    pub(crate) id: u32,
    parent: u32,
    /// What the kernel calls it: the first 15 bytes of its file name.
    pub(crate) name: String,
}

impl Process {
    /// Kills it. It may have ended already.
    pub(crate) fn kill(&self) {
        self.signal(Signal::KILL);
    }

    /// Stops it as an endless loop would: it is there, and does nothing more. It may have ended already.
    pub(crate) fn hang(&self) {
        self.signal(Signal::STOP);
    }

    fn signal(&self, signal: Signal) {
        if let Some(id) = i32::try_from(self.id).ok().and_then(Pid::from_raw) {
            let _ = kill_process(id, signal);
        }
    }

    fn all() -> Vec<Process> {
        let entries = std::fs::read_dir("/proc").into_iter().flatten().flatten();
        let ids = entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
        ids.filter_map(Process::read).collect()
    }

    fn read(id: u32) -> Option<Process> {
        let stat = std::fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
        // The name may hold anything, also spaces and parentheses.
        let (before, after) = stat.rsplit_once(')')?;
        let (_, name) = before.split_once('(')?;
        let mut fields = after.split_whitespace();
        let alive = fields.next()? != "Z";
        let parent = fields.next()?.parse().ok()?;
        alive.then(|| Process { id, parent, name: name.to_owned() })
    }
}

/// Keeps what is printed, so that the program never blocks on a full pipe.
fn listen(mut output: impl Read, heard: &Mutex<String>) {
    let mut bytes = [0_u8; 4096];
    while let Ok(length @ 1..) = output.read(&mut bytes) {
        heard.lock().expect("nobody panics with it").push_str(&String::from_utf8_lossy(&bytes[..length]));
    }
}
