//! A PostgreSQL server of one's own: in a folder of its own, on a free port of this machine, gone when it is dropped. For tests
//! and measurements, never for data that matters: it trusts whoever reaches it, and a power cut may damage it.
//!
//! It is made with the programs of Debian's package `postgresql`, and touches no other server of the machine. PostgreSQL refuses
//! to run as root, so root runs it as the user that the package has made.

use std::io;
use std::path::{Path, PathBuf};
use std::process::{Child, Output, Stdio};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};

mod folder;
mod programs;

use folder::Folder;
use programs::Programs;

/// The superuser, whom everybody may be.
const USER: &str = "kvitt";
/// How long the server may take to answer after its start.
const START_TIME: Duration = Duration::from_secs(30);
/// How long it may take to end.
const STOP_TIME: Duration = Duration::from_secs(20);
/// How often it is looked whether it has.
const LOOK_TIME: Duration = Duration::from_millis(20);
/// Ports are free until somebody else takes them in between.
const STARTS_MAX: u32 = 5;

/// Why there is no server.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// PostgreSQL is not installed.
    #[error("PostgreSQL is not installed: there is no initdb. On Debian: apt-get install postgresql")]
    NotInstalled,
    /// One of its programs has failed.
    #[error("{program} failed: {said}")]
    Program {
        /// Which.
        program: &'static str,
        /// What it said.
        said: String,
    },
    /// The system refuses.
    #[error(transparent)]
    System(#[from] io::Error),
}

/// A running server. Dropped, it is stopped, and its folder is removed.
///
/// Should its owner be killed outright, the kernel stops it; the folder stays then.
#[derive(Debug)]
pub struct Server {
    programs: Programs,
    folder: Folder,
    port: u16,
    process: Option<Child>,
    kind: Kind,
}

/// What a server is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Quick and small: a power cut may damage it.
    ForTests,
    /// As one that shops rely on, so that what is measured is true: what it has committed is on the disk. It takes some
    /// 600 MiB of memory for itself, and 2 GiB of the disk beside the data.
    ToMeasure,
}

impl Kind {
    fn settings(self) -> &'static [&'static str] {
        match self {
            Kind::ForTests => &[
                "shared_buffers=64MB",
                // What it writes outlives it, as long as the machine runs.
                "fsync=off",
                "full_page_writes=off",
                // It takes little room, however much is written.
                "min_wal_size=32MB",
                "max_wal_size=64MB",
            ],
            Kind::ToMeasure => &["shared_buffers=512MB", "effective_cache_size=2GB", "max_wal_size=2GB"],
        }
    }
}

impl Server {
    /// Makes a server in a new folder under `near`, or under the system's folder for what is temporary where the user that
    /// runs it can't come to `near`.
    ///
    /// # Errors
    /// When PostgreSQL is not installed, or does not start.
    pub fn start(near: &Path) -> Result<Server, Failure> {
        Server::start_as(near, Kind::ForTests)
    }

    /// The same, for something else than tests.
    ///
    /// # Errors
    /// As [`Server::start`].
    pub fn start_as(near: &Path, kind: Kind) -> Result<Server, Failure> {
        let programs = Programs::find().ok_or(Failure::NotInstalled)?;
        let folder = Folder::make(near, &programs)?;
        let mut init = programs.command("initdb");
        init.args([
            "--auth=trust",
            "--no-sync",
            "--encoding=UTF8",
            "--locale=C.UTF-8",
            "--username",
            USER,
            "--pgdata",
        ]);
        succeeded("initdb", &init.arg(folder.data()).output()?)?;
        let mut server = Server { programs, folder, port: 0, process: None, kind };
        let mut tries = 0;
        loop {
            server.port = free_port()?;
            tries += 1;
            match server.start_again() {
                Err(_) if tries < STARTS_MAX => {}
                outcome => return outcome.map(|()| server),
            }
        }
    }

    /// The address of its database `name`.
    pub fn address(&self, name: &str) -> String {
        format!("postgres://{USER}@127.0.0.1:{}/{name}?sslmode=disable", self.port)
    }

    /// The address of the database that is always there, from which others can be made.
    pub fn first_address(&self) -> String {
        self.address("postgres")
    }

    /// Its port on this machine.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The process of it that all others are children of, while it runs.
    pub fn process(&self) -> Option<u32> {
        self.process.as_ref().map(Child::id)
    }

    /// Ends it without a farewell, as a crash does: what had been committed is there after the next start.
    ///
    /// # Errors
    /// When it does not end.
    pub fn crash(&mut self) -> Result<(), Failure> {
        self.end(Signal::QUIT)
    }

    /// Starts it again after [`Server::crash`], at the same address. It answers when this returns.
    ///
    /// # Errors
    /// When it does not start.
    pub fn start_again(&mut self) -> Result<(), Failure> {
        let log = std::fs::File::create(self.log())?;
        let mut command = self.programs.command("postgres");
        command.arg("-D").arg(self.folder.data());
        for setting in [
            "listen_addresses=127.0.0.1",
            "unix_socket_directories=",
            "max_connections=300",
            "wal_level=minimal",
            "max_wal_senders=0",
        ] {
            command.args(["-c", setting]);
        }
        for setting in self.kind.settings() {
            command.args(["-c", setting]);
        }
        command.arg("-p").arg(self.port.to_string());
        command.stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log);
        self.process = Some(command.spawn()?);
        let has_ended = |process: &mut Child| Ok::<_, io::Error>(process.try_wait()?.is_some());
        let mut is_up = false;
        until(START_TIME, || {
            is_up = self.answers()?;
            Ok(is_up || self.process.as_mut().map_or(Ok(true), has_ended)?)
        })?;
        if !is_up {
            let said = std::fs::read_to_string(self.log()).unwrap_or_default();
            let _ = self.end(Signal::QUIT);
            return Err(Failure::Program { program: "postgres", said });
        }
        Ok(())
    }

    fn log(&self) -> PathBuf {
        self.folder.path().join("log")
    }

    fn answers(&self) -> io::Result<bool> {
        let mut ask = self.programs.command("pg_isready");
        ask.args(["-q", "-h", "127.0.0.1", "-p", &self.port.to_string(), "-d", "postgres", "-U", USER]);
        Ok(ask.stdin(Stdio::null()).status()?.success())
    }

    fn end(&mut self, signal: Signal) -> Result<(), Failure> {
        let Some(mut process) = self.process.take() else { return Ok(()) };
        if let Some(id) = i32::try_from(process.id()).ok().and_then(Pid::from_raw) {
            // One that nobody has waited for keeps its id, so this can't hit another.
            let _ = kill_process(id, signal);
        }
        if until(STOP_TIME, || Ok(process.try_wait()?.is_some()))? {
            return Ok(());
        }
        process.kill()?;
        process.wait()?;
        Err(Failure::Program { program: "postgres", said: "it did not end and was killed".to_owned() })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Nobody is left who could be told. INT ends it without waiting for those who are connected.
        let _ = self.end(Signal::INT);
    }
}

/// Looks until it is so, for at most `limit`. Gives whether it is.
#[expect(clippy::disallowed_methods, reason = "other programs are waited for in their own time, not in ours")]
fn until(limit: Duration, mut look: impl FnMut() -> io::Result<bool>) -> io::Result<bool> {
    let began = std::time::Instant::now();
    while !look()? {
        if began.elapsed() > limit {
            return Ok(false);
        }
        std::thread::sleep(LOOK_TIME);
    }
    Ok(true)
}

fn succeeded(program: &'static str, output: &Output) -> Result<(), Failure> {
    if output.status.success() {
        return Ok(());
    }
    let said = [&output.stdout[..], &output.stderr[..]].concat();
    Err(Failure::Program { program, said: String::from_utf8_lossy(&said).into_owned() })
}

fn free_port() -> io::Result<u16> {
    Ok(std::net::TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port())
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;

    fn psql(server: &Server, statement: &str) -> String {
        let mut command = Command::new("psql");
        command.args([&server.first_address(), "-tAqc", statement]);
        let output = command.output().unwrap();
        assert!(output.status.success(), "{output:?}");
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    }

    #[test]
    fn it_answers_forgets_nothing_in_a_crash_and_leaves_nothing() {
        let near = tempfile::tempdir().unwrap();
        let mut server = match Server::start(near.path()) {
            Err(Failure::NotInstalled) => {
                println!("skipped: PostgreSQL is not installed here");
                return;
            }
            started => started.unwrap(),
        };
        psql(&server, "CREATE TABLE kept AS SELECT 7 AS number");
        server.crash().unwrap();
        server.start_again().unwrap();
        assert_eq!(psql(&server, "SELECT number FROM kept"), "7");
        let (folder, process) = (server.folder.path().to_owned(), server.process.as_ref().unwrap().id());
        assert!(folder.exists());
        drop(server);
        assert!(!folder.exists());
        assert!(!Path::new("/proc").join(process.to_string()).exists());
    }
}
