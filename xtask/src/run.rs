//! One step: a command with a caption, its time, and what to read when it fails.

use std::collections::VecDeque;
use std::fmt;
use std::fs::File;
use std::io::{BufRead, BufReader, IsTerminal, PipeReader, Write};
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::workspace::Workspace;

/// How many of its last lines are shown when a step fails.
const LAST_LINES: usize = 60;
/// Where a line is cut on the terminal's one line of progress, in characters.
const LINE_CHARACTERS: usize = 72;
/// How often a step that works in silence says so where there is no terminal.
const SIGN_OF_LIFE: Duration = Duration::from_secs(20);
/// Lines that wait to be written down before the step has to wait for us.
const LINES_WAITING: usize = 1_000;

/// A step failed. The whole program ends with the same code.
#[derive(Debug)]
pub(crate) struct Failed {
    caption: String,
    command: String,
    /// The exit code; 1 if the step was ended by a signal.
    pub(crate) code: u8,
}

impl fmt::Display for Failed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} failed (exit code {})\n  {}", self.caption, self.code, self.command)
    }
}

impl std::error::Error for Failed {}

/// Runs a step whose output is of interest only when it fails. It all goes to a file in [`Workspace::logs`].
pub(crate) fn step(workspace: &Workspace, caption: &str, command: &mut Command) -> Result<()> {
    let written = written(command);
    let log = workspace.logs().join(format!("{}.log", file_name(caption)));
    let mut progress = Progress::begin(caption);
    let (status, last) =
        follow(command, &log, &mut progress).with_context(|| format!("{caption}: cannot run `{written}`"))?;
    if status.success() {
        progress.done();
        return Ok(());
    }
    progress.failed();
    for line in last {
        eprintln!("    {line}");
    }
    eprintln!("  everything it said: {}", workspace.short(&log).display());
    Err(Failed { caption: caption.to_owned(), command: written, code: code(status) }.into())
}

/// Runs a step that speaks for itself: what it prints goes straight to the terminal.
pub(crate) fn aloud(caption: &str, command: &mut Command) -> Result<()> {
    let written = written(command);
    eprintln!("• {caption}: {written}");
    let status = command.status().with_context(|| format!("{caption}: cannot run `{written}`"))?;
    if status.success() {
        return Ok(());
    }
    Err(Failed { caption: caption.to_owned(), command: written, code: code(status) }.into())
}

/// What a short command prints on its standard output.
pub(crate) fn answer(command: &mut Command) -> Result<String> {
    let written = written(command);
    let output = command.stdin(Stdio::null()).output().with_context(|| format!("cannot run `{written}`"))?;
    if !output.status.success() {
        bail!("`{written}` failed: {}", String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Says a thing in the list of steps that needed no step.
pub(crate) fn note(text: &str) {
    eprintln!("✓ {text}");
}

/// The command as it would be typed, without its environment.
pub(crate) fn written(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(|word| quoted(&word.to_string_lossy())).collect::<Vec<_>>().join(" ")
}

fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./=:+@,%^".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

fn file_name(caption: &str) -> String {
    let words = caption.to_lowercase();
    let words = words.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join("-")
}

fn code(status: ExitStatus) -> u8 {
    status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(1)
}

/// Runs `command` to its end. Gives how it ended, and its last lines.
fn follow(
    command: &mut Command,
    log: &Path,
    progress: &mut Progress,
) -> Result<(ExitStatus, VecDeque<String>)> {
    let mut file = File::create(log)?;
    let (reader, writer) = std::io::pipe()?;
    // Where CI is set, npm's programs colour what nobody sees on a terminal.
    command.env("NO_COLOR", "1").stdin(Stdio::null()).stdout(writer.try_clone()?).stderr(writer);
    let mut child = command.spawn()?;
    // The command holds our ends of the pipe: without this its output would never end.
    command.stdout(Stdio::null()).stderr(Stdio::null());
    let lines = lines(reader);
    let mut last = VecDeque::new();
    loop {
        match lines.recv_timeout(Duration::from_secs(1)) {
            Ok(line) => {
                writeln!(file, "{line}")?;
                progress.says(&line);
                if last.len() == LAST_LINES {
                    last.pop_front();
                }
                last.push_back(line);
            }
            Err(RecvTimeoutError::Timeout) => progress.ticks(),
            Err(RecvTimeoutError::Disconnected) => return Ok((child.wait()?, last)),
        }
    }
}

/// The lines that come through the pipe, until everybody who writes to it has ended.
fn lines(reader: PipeReader) -> Receiver<String> {
    let (sender, receiver) = sync_channel(LINES_WAITING);
    std::thread::spawn(move || {
        let mut reader = BufReader::new(reader);
        let mut line = Vec::new();
        while reader.read_until(b'\n', &mut line).is_ok_and(|length| length > 0) {
            let text = String::from_utf8_lossy(&line).trim_end().to_owned();
            if sender.send(text).is_err() {
                break;
            }
            line.clear();
        }
    });
    receiver
}

/// One step as it is told: on a terminal in one line that is written over, elsewhere in a line now and then.
struct Progress {
    caption: String,
    begun: Instant,
    told: Instant,
    now: String,
    terminal: bool,
}

impl Progress {
    fn begin(caption: &str) -> Self {
        let now = instant();
        let terminal = std::io::stderr().is_terminal();
        let progress =
            Self { caption: caption.to_owned(), begun: now, told: now, now: String::new(), terminal };
        progress.tell("…");
        progress
    }

    fn says(&mut self, line: &str) {
        let plain = line.trim().chars().filter(|c| !c.is_control());
        let now: String = plain.take(LINE_CHARACTERS).collect();
        if !now.is_empty() {
            self.now = now;
        }
        self.ticks();
    }

    fn ticks(&mut self) {
        let pause = if self.terminal { Duration::from_millis(100) } else { SIGN_OF_LIFE };
        if self.told.elapsed() >= pause {
            self.told = instant();
            self.tell(&format!("{}  {}", self.time(), self.now));
        }
    }

    fn done(self) {
        self.end('✓');
    }

    fn failed(self) {
        self.end('✗');
    }

    fn end(&self, mark: char) {
        let over = if self.terminal { "\r\x1b[2K" } else { "" };
        eprintln!("{over}{mark} {} ({})", self.caption, self.time());
    }

    fn tell(&self, text: &str) {
        if self.terminal {
            eprint!("\r\x1b[2K· {} {text}", self.caption);
        } else {
            eprintln!("· {} {text}", self.caption);
        }
    }

    fn time(&self) -> String {
        let seconds = self.begun.elapsed().as_secs_f32();
        if seconds < 10.0 { format!("{seconds:.1} s") } else { format!("{seconds:.0} s") }
    }
}

/// Now, for measuring how long things take.
#[expect(clippy::disallowed_methods, reason = "how long a step takes is told, and decides nothing")]
pub(crate) fn instant() -> Instant {
    Instant::now()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn somewhere() -> (tempfile::TempDir, Workspace) {
        let folder = tempfile::tempdir().unwrap();
        let workspace = Workspace { root: folder.path().to_owned(), target: folder.path().join("target") };
        std::fs::create_dir_all(workspace.logs()).unwrap();
        (folder, workspace)
    }

    #[test]
    fn a_step_that_fails_hands_on_its_code_and_its_command() {
        let (_folder, workspace) = somewhere();
        let error = step(&workspace, "Break it", Command::new("sh").args(["-c", "echo why >&2; exit 7"]))
            .unwrap_err();
        assert_eq!(error.downcast_ref::<Failed>().unwrap().code, 7);
        assert!(error.to_string().contains("sh -c 'echo why >&2; exit 7'"), "{error}");
        assert_eq!(std::fs::read_to_string(workspace.logs().join("break-it.log")).unwrap(), "why\n");
    }

    #[test]
    fn both_outputs_are_kept_whole_and_the_last_lines_are_remembered() {
        let (_folder, workspace) = somewhere();
        let log = workspace.logs().join("all.log");
        let mut count = Command::new("sh");
        count.args(["-c", "for n in $(seq 500); do echo out $n; echo err $n >&2; done; printf unended"]);
        let (status, last) = follow(&mut count, &log, &mut Progress::begin("Count")).unwrap();
        assert!(status.success());
        assert_eq!(last.len(), LAST_LINES);
        assert_eq!(last.back().unwrap(), "unended");
        assert_eq!(std::fs::read_to_string(log).unwrap().lines().count(), 1_001);
    }

    #[test]
    fn a_program_that_is_not_there_is_named() {
        let (_folder, workspace) = somewhere();
        let error = step(&workspace, "Fly", &mut Command::new("/no/such/wings")).unwrap_err();
        assert!(format!("{error:#}").contains("Fly: cannot run `/no/such/wings`"), "{error:#}");
    }

    #[test]
    fn a_command_is_written_so_that_it_can_be_pasted() {
        let mut command = Command::new("cargo");
        command.args(["nextest", "run", "-E", "test(it's)", ""]);
        assert_eq!(written(&command), r"cargo nextest run -E 'test(it'\''s)' ''");
    }
}
