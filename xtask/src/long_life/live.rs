//! A till in a shop: the real program with its windows and its journal on disk, and a simulator beside it.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

use crate::background::Background;
use crate::display::Display;
use crate::run::written;
use crate::till::Till;
use crate::workspace::Workspace;

/// How long each program may take until it is ready, windows included.
const READY: Duration = Duration::from_mins(1);

/// A shop that is set up and not open: its settings and keys, and a simulator that runs.
pub(crate) struct Premises<'a> {
    workspace: &'a Workspace,
    display: &'a Display,
    programs: &'a Path,
    folder: &'a Path,
    simulator: Background,
    /// Where the simulator is.
    pub(crate) origin: String,
}

impl<'a> Premises<'a> {
    /// Sets it up in `folder`, with the programs in `programs`. What was there before goes. Where there is one, the
    /// till and the simulator speak with each other through `proxy`.
    pub(crate) fn furnish(
        workspace: &'a Workspace,
        display: &'a Display,
        programs: &'a Path,
        folder: &'a Path,
        proxy: Option<&str>,
    ) -> Result<Self> {
        if folder.exists() {
            std::fs::remove_dir_all(folder).with_context(|| format!("clearing {}", folder.display()))?;
        }
        for folder in [folder.join("config"), folder.join("data")] {
            std::fs::create_dir_all(&folder).with_context(|| format!("making {}", folder.display()))?;
        }
        let mut simulator = Command::new(programs.join("kvitt-simulator"));
        // Thousands of payments within an hour are more than a real sales unit may ask for.
        simulator.args(["--port", "0", "--json", "--no-rate-limits"]);
        if let Some(proxy) = proxy {
            simulator.args(["--seen-at", proxy]);
        }
        let (simulator, line) = Background::start_and_hear(workspace, "simulator", &simulator, READY)?;
        let line: Value = serde_json::from_str(&line).with_context(|| line.clone())?;
        let unit = &line["salesUnits"][0];
        let origin = line["simulator"].as_str().context("the simulator does not say where it is")?.to_owned();
        let premises = Self { workspace, display, programs, folder, simulator, origin };
        let vipps = proxy.unwrap_or(&premises.origin);
        let settings = settings(vipps, &unit["msn"]).to_string();
        std::fs::write(folder.join("config/settings.json"), settings)?;
        keep_keys(premises.kvitt(), unit)?;
        Ok(premises)
    }

    /// Starts the program, and waits until it is ready.
    pub(crate) fn start(&self) -> Result<(Background, Till)> {
        let mut command = self.kvitt();
        command.arg("--json");
        let (kvitt, ready) = Background::start_and_hear(self.workspace, "kvitt", &command, READY)?;
        let mut ready: Value = serde_json::from_str(&ready).with_context(|| ready.clone())?;
        ready["simulator"] = json!(self.origin);
        Ok((kvitt, Till::at(&ready.to_string())?))
    }

    /// Opens the shop for good.
    pub(crate) fn open(self) -> Result<Shop> {
        let (kvitt, till) = self.start()?;
        Ok(Shop { till, kvitt, _simulator: self.simulator, data: self.folder.join("data") })
    }

    fn kvitt(&self) -> Command {
        let folder = self.folder;
        let mut kvitt = Command::new(self.programs.join("kvitt"));
        kvitt.arg("--config").arg(folder.join("config")).arg("--data").arg(folder.join("data"));
        self.display.lend_to(&mut kvitt);
        // Neither the home nor the keyring of whoever runs this.
        kvitt.env("HOME", folder).env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent");
        for name in ["XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME"] {
            kvitt.env(name, folder.join("home"));
        }
        kvitt
    }
}

/// An open shop.
pub(crate) struct Shop {
    /// The till, as the POS sees it, and the customers at the simulator.
    pub(crate) till: Till,
    /// The program.
    pub(crate) kvitt: Background,
    _simulator: Background,
    data: PathBuf,
}

impl Shop {
    /// Opens it in `folder`, with the programs in `programs`. What was there before goes.
    pub(crate) fn open(
        workspace: &Workspace,
        display: &Display,
        programs: &Path,
        folder: &Path,
    ) -> Result<Self> {
        Premises::furnish(workspace, display, programs, folder, None)?.open()
    }

    /// How large the journal is with all that belongs to it, in bytes.
    pub(crate) fn journal_bytes(&self) -> Result<u64> {
        let mut bytes = 0;
        for entry in std::fs::read_dir(&self.data)? {
            let entry = entry?;
            if entry.file_name().to_string_lossy().starts_with("journal.sqlite") {
                bytes += entry.metadata()?.len();
            }
        }
        Ok(bytes)
    }
}

fn settings(vipps: &str, msn: &Value) -> Value {
    json!({
        "shop": { "name": "Kaffebaren Oslo" },
        "salesUnit": { "msn": msn },
        "vipps": { "baseUrl": vipps },
        "pos": { "port": 0 },
    })
}

/// Stores the keys as a person types them.
fn keep_keys(mut kvitt: Command, unit: &Value) -> Result<()> {
    kvitt.args(["keys", "set", "--file"]).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped());
    let mut typed = String::new();
    for name in ["clientId", "clientSecret", "subscriptionKey"] {
        typed += unit[name].as_str().with_context(|| format!("no `{name}` in {unit}"))?;
        typed.push('\n');
    }
    let mut child = kvitt.spawn().with_context(|| written(&kvitt))?;
    child.stdin.take().context("a piped input is not there")?.write_all(typed.as_bytes())?;
    let output = child.wait_with_output()?;
    if !output.status.success() {
        bail!("the keys were not kept: {}", String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(())
}
