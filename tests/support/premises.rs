//! Where a till stands: its folders, its display and the Vipps MobilePay that it speaks to.

use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};
use std::sync::OnceLock;

use serde_json::{Value, json};
use tempfile::TempDir;

use super::display::Display;
use super::vipps::PretendVipps;

/// The program that is tested.
pub(crate) const KVITT: &str = env!("CARGO_BIN_EXE_kvitt");

/// The premises of one shop. What a till leaves in its folders outlives the till, and goes with the premises.
pub(crate) struct Premises {
    pub(crate) vipps: PretendVipps,
    folder: TempDir,
    display: OnceLock<Display>,
}

impl Premises {
    /// Folders with nothing in them.
    pub(crate) fn empty() -> Premises {
        let folder = tempfile::tempdir().expect("there is room");
        for name in ["config", "data", "home"] {
            std::fs::create_dir(folder.path().join(name)).expect("there is room");
        }
        Premises { vipps: PretendVipps::open(), folder, display: OnceLock::new() }
    }

    /// Folders with good settings and the keys that belong to them.
    pub(crate) fn ready() -> Premises {
        Premises::ready_on("ecom")
    }

    /// The same, for payments on this rail.
    pub(crate) fn ready_on(rail: &str) -> Premises {
        let premises = Premises::empty();
        let mut settings = premises.settings();
        settings["rail"] = rail.into();
        premises.write_settings(&settings.to_string());
        let kept = premises.keys(&["set", "--file"], &premises.three_keys());
        assert!(kept.status.success(), "{kept:?}");
        premises
    }

    /// The same as [`Premises::ready`], with a line display at any port that is free.
    pub(crate) fn with_a_line_display() -> Premises {
        let premises = Premises::ready();
        let mut settings = premises.settings();
        settings["lineDisplay"] = json!({ "port": 0 });
        premises.write_settings(&settings.to_string());
        premises
    }

    /// Good settings: the simulator's first sales unit, any free port for the POS, and eCom, which tells most: who
    /// has opened a payment, whose card was declined.
    pub(crate) fn settings(&self) -> Value {
        json!({
            "shop": { "name": "Kaffebaren Oslo" },
            "salesUnit": { "msn": self.vipps.sales_unit().msn },
            "rail": "ecom",
            "vipps": { "baseUrl": self.vipps.origin() },
            "pos": { "port": 0 },
        })
    }

    /// A shop on ePayment whose sales unit may send requests to phones.
    pub(crate) fn that_may_push() -> Premises {
        let premises = Premises::empty();
        let unit = premises.vipps.pushing_unit();
        let mut settings = premises.settings();
        settings["rail"] = "epayment".into();
        settings["salesUnit"]["msn"] = unit.msn.into();
        premises.write_settings(&settings.to_string());
        let keys = format!("{}\n{}\n{}\n", unit.client_id, unit.client_secret, unit.subscription_key);
        let kept = premises.keys(&["set", "--file"], &keys);
        assert!(kept.status.success(), "{kept:?}");
        premises
    }

    /// The settings as they are in the file.
    pub(crate) fn settings_now(&self) -> Value {
        let text = std::fs::read_to_string(self.settings_file()).expect("they were written");
        serde_json::from_str(&text).expect("they are JSON")
    }

    /// Writes the settings file.
    pub(crate) fn write_settings(&self, text: &str) {
        std::fs::write(self.settings_file(), text).expect("there is room");
    }

    /// The settings file.
    pub(crate) fn settings_file(&self) -> PathBuf {
        self.config().join("settings.json")
    }

    /// The folder of the settings and keys.
    pub(crate) fn config(&self) -> PathBuf {
        self.folder.path().join("config")
    }

    /// The folder of the journal, the POS token and the logs.
    pub(crate) fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// Every file that the till may have written, or may have been given.
    pub(crate) fn files(&self) -> Vec<PathBuf> {
        let mut files = Vec::new();
        let mut folders = vec![self.folder.path().to_owned()];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(&folder).expect("it is ours").flatten() {
                // A link is not followed: it may lead out of here.
                match entry.file_type() {
                    Ok(kind) if kind.is_dir() => folders.push(entry.path()),
                    Ok(kind) if kind.is_file() => files.push(entry.path()),
                    _ => {}
                }
            }
        }
        files
    }

    /// The display, which is opened when it is first needed.
    pub(crate) fn display(&self) -> &Display {
        self.display.get_or_init(Display::open)
    }

    /// Puts the till in front of this display, before it is opened.
    pub(crate) fn face(&self, display: Display) {
        assert!(self.display.set(display).is_ok(), "it has a display already");
    }

    /// The keys of the sales unit, as a person types them.
    pub(crate) fn three_keys(&self) -> String {
        let unit = self.vipps.sales_unit();
        format!("{}\n{}\n{}\n", unit.client_id, unit.client_secret, unit.subscription_key)
    }

    /// Runs `kvitt keys …` to its end.
    pub(crate) fn keys(&self, arguments: &[&str], typed: &str) -> Output {
        self.run(&[&["keys"], arguments].concat(), typed)
    }

    /// Runs `kvitt …` to its end; `typed` is what it reads.
    pub(crate) fn run(&self, arguments: &[&str], typed: &str) -> Output {
        let mut command = self.kvitt(arguments);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut running = command.spawn().expect("it is built with this test");
        // One that refuses at once does not read.
        let _ = running.stdin.take().expect("it is piped").write_all(typed.as_bytes());
        running.wait_with_output().expect("it is ours")
    }

    /// `kvitt` on these premises, with `arguments`. It finds neither the home nor the keyring of whoever runs
    /// the tests.
    pub(crate) fn kvitt(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(KVITT);
        command.arg("--config").arg(self.config()).arg("--data").arg(self.data()).args(arguments);
        self.lend_to(&mut command);
        command
    }

    /// Lets `command` live here, without a display.
    pub(crate) fn lend_to(&self, command: &mut Command) {
        let home = self.folder.path().join("home");
        command.env("HOME", &home).env("TMPDIR", &home);
        for (variable, name) in
            [("XDG_CONFIG_HOME", ".config"), ("XDG_DATA_HOME", ".local/share"), ("XDG_CACHE_HOME", ".cache")]
        {
            command.env(variable, home.join(name));
        }
        command.env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent").env("KVITT_LOG", "info");
    }
}
