//! A chain on one machine: a hub and two tills, set up by what somebody types.

use std::io::Write;
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::{Value, json};

use super::display::Display;
use super::kvitt::{Kvitt, ready_line};
use super::pos::Pos;
use super::premises::{KVITT, Premises};
use super::program::Program;
use super::vipps::PretendVipps;
use super::wait::wait_for;

/// A folder in which somebody types what the manual says.
pub(crate) struct Desk {
    // Programs go before what they stand on.
    pub(crate) hub: Option<Program>,
    /// The tills, each on a display of its own: their windows have the same titles.
    tills: Vec<(String, Kvitt, Display)>,
    premises: Premises,
    pub(crate) vipps: PretendVipps,
    /// Where the hub answers.
    address: String,
    /// The code that was made last.
    code: String,
    /// The till that joined last.
    pub(crate) till: String,
    pub(crate) typed: Vec<String>,
    /// From which sum on, in minor units, the hub wants a second person; as usual if none.
    pub(crate) second_person_above: Option<i64>,
}

impl Desk {
    pub(crate) fn new() -> Desk {
        let desk = Desk {
            hub: None,
            tills: Vec::new(),
            premises: Premises::empty(),
            vipps: PretendVipps::that_calls_back(),
            address: format!("http://{}", free_address()),
            code: String::new(),
            till: String::new(),
            typed: Vec::new(),
            second_person_above: None,
        };
        for name in ["hub", "oslo", "bergen"] {
            std::fs::create_dir(desk.folder().join(name)).expect("there is room");
        }
        desk
    }

    pub(crate) fn folder(&self) -> PathBuf {
        self.premises.data()
    }

    /// The line as it must be typed here: with the addresses, the code and the till that there really are.
    pub(crate) fn here(&self, line: &str) -> String {
        line.replace("http://127.0.0.1:9700", &self.vipps.origin())
            .replace("http://127.0.0.1:7660", &self.address)
            .replace("7G2K-9QXM", &self.code)
            .replace("t-0123456789", &self.till)
    }

    /// Types a line of the manual; it must end well. Gives what it said.
    pub(crate) fn types(&mut self, line: &str) -> String {
        self.typed.push(line.to_owned());
        if line.starts_with("kvitt-simulator") {
            // One runs already, on a port that is free.
            return String::new();
        }
        if line.ends_with(" serve") {
            self.starts_hub();
            return String::new();
        }
        let output = self.shell(&self.here(line));
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(output.status.success(), "{line}: {output:?}");
        if line.contains(" till code ") {
            said.lines().next().expect("it says the code").clone_into(&mut self.code);
        }
        said
    }

    pub(crate) fn shell(&self, line: &str) -> Output {
        let programs = Path::new(KVITT).parent().expect("it is in a folder");
        let path = format!("{}:{}", programs.display(), std::env::var("PATH").expect("there is one"));
        let mut command = Command::new("sh");
        command.args(["-c", line]).env("PATH", path).current_dir(self.folder());
        self.premises.lend_to(&mut command);
        command.env_remove("DISPLAY").env_remove("WAYLAND_DISPLAY").env("no_proxy", "127.0.0.1");
        command.output().expect("there is a shell")
    }

    pub(crate) fn starts_hub(&mut self) {
        // A port that is free, in place of the usual one.
        let mut settings =
            json!({ "baseUrl": self.vipps.origin(), "listen": self.listen(), "publicUrl": self.address });
        if let Some(above) = self.second_person_above {
            settings["refunds"] = json!({ "secondPersonAbove": above });
        }
        std::fs::write(self.folder().join("hub/hub.json"), settings.to_string()).expect("there is room");
        let program = Path::new(KVITT).with_file_name("kvitt-hub");
        assert!(program.exists(), "build it first: cargo build -p hub");
        let mut command = Command::new(program);
        let folder = self.folder().join("hub");
        command.arg("--json").arg("--config").arg(&folder).arg("--data").arg(&folder).arg("serve");
        self.premises.lend_to(&mut command);
        let program = Program::start("kvitt-hub", &command);
        let ready = ready_line(&program.first_line());
        ready["hub"].as_str().expect("it says where it is").clone_into(&mut self.address);
        self.hub = Some(program);
    }

    /// Where the hub is to listen.
    fn listen(&self) -> &str {
        self.address.trim_start_matches("http://")
    }

    /// Settings and keys for the till in the folder `name`, which sells through the sales unit `msn`.
    pub(crate) fn sets_up(&self, name: &str, msn: &str) {
        let town = format!("{}{}", name[..1].to_uppercase(), &name[1..]);
        let settings = json!({
            "shop": { "name": format!("Kaffebaren {town}") },
            "salesUnit": { "msn": msn },
            "rail": "epayment",
            "vipps": { "baseUrl": self.vipps.origin() },
            "pos": { "port": 0 },
        });
        std::fs::write(self.folder().join(name).join("settings.json"), settings.to_string())
            .expect("there is room");
        let unit = self.vipps.sales_unit_of(msn);
        let keys = format!("{}\n{}\n{}\n", unit.client_id, unit.client_secret, unit.subscription_key);
        let mut command = self.kvitt(name, &["keys", "set", "--file"]);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut running = command.spawn().expect("it is built with this test");
        running.stdin.take().expect("it is piped").write_all(keys.as_bytes()).expect("it reads");
        let kept = running.wait_with_output().expect("it is ours");
        assert!(kept.status.success(), "{kept:?}");
    }

    fn kvitt(&self, name: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new(KVITT);
        let folder = self.folder().join(name);
        command.arg("--config").arg(&folder).arg("--data").arg(&folder).args(arguments);
        self.premises.lend_to(&mut command);
        command
    }

    /// The till in the folder `name` is started.
    pub(crate) fn opens(&mut self, name: &str) -> Pos {
        let mut command = self.kvitt(name, &["--json"]);
        let display = Display::open();
        display.lend_to(&mut command);
        let kvitt = Kvitt::run(&command);
        assert_eq!(kvitt.ready["ready"], true, "{}", kvitt.ready);
        let pos = Pos::of(&kvitt.ready);
        self.tills.push((name.to_owned(), kvitt, display));
        // What is typed finds the till at the port of its settings.
        let port: u16 =
            pos.origin().rsplit(':').next().and_then(|port| port.parse().ok()).expect("it names its port");
        let path = self.folder().join(name).join("settings.json");
        let mut settings: Value =
            serde_json::from_str(&std::fs::read_to_string(&path).expect("it is there")).expect("ours");
        settings["pos"]["port"] = port.into();
        std::fs::write(path, settings.to_string()).expect("there is room");
        pos
    }

    /// Waits until the till in the folder `name` has logged these words.
    pub(crate) fn logs(&self, name: &str, words: &str) {
        let folder = self.folder().join(name).join("logs");
        wait_for(&format!("{name} to log {words}"), || {
            let files = std::fs::read_dir(&folder).into_iter().flatten().flatten();
            let said: String =
                files.map(|file| std::fs::read_to_string(file.path()).unwrap_or_default()).collect();
            if said.contains(words) { Ok(()) } else { Err(said) }
        });
    }

    /// The display of the till in the folder `name`.
    pub(crate) fn display(&self, name: &str) -> &Display {
        let till = self.tills.iter().find(|(till, ..)| till == name);
        &till.unwrap_or_else(|| panic!("no till is open in {name}")).2
    }

    /// A customer pays at the till in Oslo or in Bergen.
    pub(crate) fn pays(&self, pos: &Pos, msn: &str, reference: &str) {
        pos.charge(reference, 24_900);
        pos.sees(reference, "waiting");
        self.vipps.approves_at(msn, reference);
        pos.sees(reference, "paid");
    }

    pub(crate) fn audit(&self) -> String {
        let output = self.shell("kvitt-hub --config hub --data hub audit");
        String::from_utf8_lossy(&output.stdout).into_owned()
    }
}

/// An address that nobody listens at.
fn free_address() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    listener.local_addr().expect("it is bound")
}
