//! A program that runs beside us and never outlives us.

use std::fs::File;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{RecvTimeoutError, sync_channel};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use rustix::process::{Pid, Signal, kill_process};

use crate::run;
use crate::wait::{self, Look};
use crate::workspace::Workspace;

/// How long a program may take to end after it was asked to.
const FAREWELL: Duration = Duration::from_secs(10);
/// How much of its log is shown when a program ended too early, in bytes.
const LOG_SHOWN_BYTES: usize = 4_000;
/// How long the line may be that a program announces itself with, in bytes.
const LINE_BYTES_MAX: u64 = 65_536;

/// A running program. Dropped, it is asked to end, and made to if it does not.
///
/// Should we be killed outright, the kernel asks it for us: `setpriv`, on every Debian, sees to that.
pub(crate) struct Background {
    name: String,
    child: Child,
    log: PathBuf,
}

impl Background {
    /// Starts `command`. All that it prints goes to `NAME.log` in [`Workspace::logs`].
    pub(crate) fn start(workspace: &Workspace, name: &str, command: &Command) -> Result<Self> {
        let log = workspace.logs().join(format!("{name}.log"));
        let file = File::create(&log).with_context(|| format!("writing {}", log.display()))?;
        let mut guarded = guarded(command);
        guarded.stdin(Stdio::null()).stdout(file.try_clone()?).stderr(file);
        let child =
            guarded.spawn().with_context(|| format!("starting {name}: {}", run::written(&guarded)))?;
        Ok(Self { name: name.to_owned(), child, log })
    }

    /// Starts `command` and waits for the first line of its standard output, for at most `limit`.
    pub(crate) fn start_and_hear(
        workspace: &Workspace,
        name: &str,
        command: &Command,
        limit: Duration,
    ) -> Result<(Self, String)> {
        let log = workspace.logs().join(format!("{name}.log"));
        let mut file = File::create(&log).with_context(|| format!("writing {}", log.display()))?;
        let mut guarded = guarded(command);
        guarded.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(file.try_clone()?);
        let mut child =
            guarded.spawn().with_context(|| format!("starting {name}: {}", run::written(&guarded)))?;
        let output = child.stdout.take();
        let program = Self { name: name.to_owned(), child, log };
        let (sender, first) = sync_channel(1);
        let mut output = BufReader::new(output.context("a piped output is not there")?);
        std::thread::spawn(move || {
            let mut line = String::new();
            if output.by_ref().take(LINE_BYTES_MAX).read_line(&mut line).is_ok_and(|length| length > 0) {
                // A listener who has given up is no reason to stop reading: the program would block on a
                // full pipe.
                let _ = file.write_all(line.as_bytes());
                let _ = sender.send(line.trim().to_owned());
                let _ = std::io::copy(&mut output, &mut file);
            }
        });
        match first.recv_timeout(limit) {
            Ok(line) => Ok((program, line)),
            Err(RecvTimeoutError::Timeout) => {
                bail!("{name} said nothing for {} s{}", limit.as_secs(), program.said())
            }
            Err(RecvTimeoutError::Disconnected) => bail!("{name} ended too early{}", program.said()),
        }
    }

    /// Asks it to end and waits until it has.
    ///
    /// # Errors
    ///
    /// When it had to be killed, because it did not end within ten seconds.
    pub(crate) fn end(&mut self) -> Result<ExitStatus> {
        self.ask();
        let child = &mut self.child;
        let ended = wait::until(&format!("{} to end", self.name), FAREWELL, || {
            Ok(child.try_wait()?.map_or_else(|| Look::NotYet("still running".to_owned()), Look::Found))
        });
        if ended.is_err() {
            self.child.kill()?;
            self.child.wait()?;
        }
        ended
    }

    /// Its process id.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Fails if it has ended by itself.
    pub(crate) fn must_run(&mut self) -> Result<()> {
        match self.child.try_wait()? {
            None => Ok(()),
            Some(status) => bail!("{} ended by itself ({status}){}", self.name, self.said()),
        }
    }

    fn ask(&mut self) {
        // An ended program that nobody has waited for keeps its id, so this cannot hit another.
        let id = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw);
        if let (Ok(None), Some(id)) = (self.child.try_wait(), id) {
            let _ = kill_process(id, Signal::TERM);
        }
    }

    fn said(&self) -> String {
        match tail(&self.log) {
            Ok(text) if !text.trim().is_empty() => format!("; it said:\n{text}"),
            _ => String::new(),
        }
    }
}

impl Drop for Background {
    fn drop(&mut self) {
        if let Err(error) = self.end() {
            eprintln!("{error:#}; it was killed");
        }
    }
}

/// The same command, ended by the kernel when we end.
fn guarded(command: &Command) -> Command {
    let mut guarded = Command::new("setpriv");
    guarded.args(["--pdeathsig", "TERM", "--"]).arg(command.get_program()).args(command.get_args());
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => guarded.env(name, value),
            None => guarded.env_remove(name),
        };
    }
    if let Some(folder) = command.get_current_dir() {
        guarded.current_dir(folder);
    }
    guarded
}

fn tail(log: &Path) -> Result<String> {
    let mut bytes = Vec::new();
    File::open(log)?.read_to_end(&mut bytes)?;
    let from = bytes.len().saturating_sub(LOG_SHOWN_BYTES);
    Ok(String::from_utf8_lossy(&bytes[from..]).into_owned())
}

#[cfg(test)]
mod tests {
    use std::os::unix::process::ExitStatusExt;

    use super::*;

    const LIMIT: Duration = Duration::from_secs(20);

    fn somewhere() -> (tempfile::TempDir, Workspace) {
        let folder = tempfile::tempdir().unwrap();
        let workspace = Workspace { root: folder.path().to_owned(), target: folder.path().join("target") };
        std::fs::create_dir_all(workspace.logs()).unwrap();
        (folder, workspace)
    }

    fn shell(script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        command
    }

    #[test]
    fn its_first_line_is_heard_and_it_is_ended() {
        let (_folder, workspace) = somewhere();
        let script = shell("echo ready; exec tail -f /dev/null");
        let (mut program, line) = Background::start_and_hear(&workspace, "tail", &script, LIMIT).unwrap();
        assert_eq!(line, "ready");
        program.must_run().unwrap();
        assert_eq!(program.end().unwrap().signal(), Some(Signal::TERM.as_raw()));
        assert!(program.must_run().is_err());
    }

    #[test]
    fn one_that_dies_early_is_quoted() {
        let (_folder, workspace) = somewhere();
        let script = shell("echo no paint left >&2; exit 3");
        let error = Background::start_and_hear(&workspace, "painter", &script, LIMIT).err().unwrap();
        assert!(error.to_string().contains("painter ended too early; it said:\nno paint left"), "{error}");
    }

    #[test]
    fn dropping_it_ends_it() {
        let (_folder, workspace) = somewhere();
        let mut tail = Command::new("tail");
        tail.args(["-f", "/dev/null"]);
        let program = Background::start(&workspace, "tail", &tail).unwrap();
        let process = Path::new("/proc").join(program.child.id().to_string());
        assert!(process.exists());
        drop(program);
        assert!(!process.exists());
    }
}
