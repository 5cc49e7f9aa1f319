//! The hub as a process of its own: begun, ended, killed, and what it costs.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result};

/// What a hub is begun with.
pub(crate) struct Premises {
    /// The program `kvitt-hub`.
    pub(crate) program: PathBuf,
    /// Where its settings, its key and its log are.
    pub(crate) folder: PathBuf,
    /// Where it listens, after every start.
    pub(crate) address: SocketAddr,
}

impl Premises {
    /// Those of the hub `name` under `near`, on the database at `database`. Hubs with the same `key` belong to one chain.
    pub(crate) fn furnish(program: &Path, near: &Path, name: &str, database: &str) -> Result<Premises> {
        let folder = near.join(name);
        std::fs::create_dir_all(&folder)?;
        let address = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?;
        let settings = serde_json::json!({
            "listen": address,
            "database": database,
            "publicUrl": format!("http://{address}"),
            // Nobody is asked for anything here.
            "baseUrl": "http://127.0.0.1:9",
        });
        std::fs::write(folder.join("hub.json"), settings.to_string())?;
        Ok(Premises { program: program.to_owned(), folder, address })
    }

    /// Takes the key of the hub `other`, as all hubs of a chain must have one.
    pub(crate) fn share_key(&self, other: &Premises) -> Result<()> {
        std::fs::copy(other.folder.join("hub-key"), self.folder.join("hub-key"))?;
        Ok(())
    }

    /// Brings the database up to date.
    pub(crate) fn migrate(&self) -> Result<()> {
        let output = self.command().args(["store", "list"]).output().context("kvitt-hub")?;
        anyhow::ensure!(output.status.success(), "kvitt-hub: {}", String::from_utf8_lossy(&output.stderr));
        Ok(())
    }

    /// Begins it. It answers when this returns.
    pub(crate) fn start(&self) -> Result<Hub> {
        let log = File::options().create(true).append(true).open(self.folder.join("log"))?;
        // Should we be killed, the kernel kills it too.
        let hub = self.command();
        let mut command = Command::new("setpriv");
        command.args(["--pdeathsig", "KILL", "--"]).arg(hub.get_program()).args(hub.get_args());
        command.arg("serve").stdin(Stdio::null()).stdout(Stdio::piped()).stderr(log);
        let mut child = command.spawn().context("kvitt-hub can't be started")?;
        let mut line = String::new();
        BufReader::new(child.stdout.take().context("it is piped")?).read_line(&mut line)?;
        let hub = Hub(child);
        anyhow::ensure!(line.contains("ready"), "kvitt-hub did not begin; see {}", self.folder.display());
        Ok(hub)
    }

    fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        command.arg("--json").arg("--config").arg(&self.folder).arg("--data").arg(&self.folder);
        command
    }
}

/// A running hub. Dropped, it is killed, as by a power cut.
pub(crate) struct Hub(Child);

impl Hub {
    /// What it takes of the memory, in KiB: what it shares with others counts in parts (PSS).
    pub(crate) fn memory(&self) -> Result<u64> {
        let rollup = std::fs::read_to_string(format!("/proc/{}/smaps_rollup", self.0.id()))?;
        let line = rollup.lines().find_map(|line| line.strip_prefix("Pss:")).context("no Pss")?;
        Ok(line.trim().trim_end_matches("kB").trim().parse()?)
    }

    /// How long it has been on a processor.
    pub(crate) fn processor(&self) -> Duration {
        processor(self.0.id())
    }
}

impl Drop for Hub {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// How long the process `id` has been on a processor; nothing once it has ended.
pub(crate) fn processor(id: u32) -> Duration {
    stat(id).map_or(Duration::ZERO, |(_, time)| time)
}

/// The same of the process `id` and its children, as those of a database are.
pub(crate) fn processor_of_all(id: u32) -> Duration {
    let children = std::fs::read_dir("/proc").into_iter().flatten().filter_map(|entry| {
        let child = entry.ok()?.file_name().to_str()?.parse().ok()?;
        stat(child).filter(|(parent, _)| *parent == id).map(|(_, time)| time)
    });
    processor(id) + children.sum::<Duration>()
}

/// The parent of a process, and how long it has been on a processor.
fn stat(id: u32) -> Option<(u32, Duration)> {
    let text = std::fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
    // The name of the program is in brackets, and may be anything.
    let fields: Vec<&str> = text.rsplit_once(')')?.1.split_whitespace().collect();
    let number = |at: usize| fields.get(at).and_then(|field| field.parse::<u64>().ok());
    let ticks = number(11)? + number(12)?;
    let time = Duration::from_millis(ticks * 1_000 / rustix::param::clock_ticks_per_second().max(1));
    Some((u32::try_from(number(1)?).ok()?, time))
}
