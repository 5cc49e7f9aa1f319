//! A hub is set up from nothing as its manual says: line by line, by the real programs, with tills that really sell.

use std::collections::VecDeque;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::{Value, json};

use crate::repository::read;
use crate::support::display::Display;
use crate::support::kvitt::{Kvitt, ready_line};
use crate::support::pos::Pos;
use crate::support::premises::{KVITT, Premises};
use crate::support::program::Program;
use crate::support::vipps::PretendVipps;
use crate::support::wait::wait_for;

/// A folder in which somebody types what the manual says.
struct Desk {
    // Programs go before what they stand on.
    hub: Option<Program>,
    tills: Vec<(String, Kvitt)>,
    premises: Premises,
    display: Display,
    vipps: PretendVipps,
    /// Where the hub answers.
    address: String,
    /// The code that was made last.
    code: String,
    /// The till that joined last.
    till: String,
    typed: Vec<String>,
}

impl Desk {
    fn new() -> Desk {
        let desk = Desk {
            hub: None,
            tills: Vec::new(),
            premises: Premises::empty(),
            display: Display::open(),
            vipps: PretendVipps::open(),
            address: String::new(),
            code: String::new(),
            till: String::new(),
            typed: Vec::new(),
        };
        for name in ["hub", "oslo", "bergen"] {
            std::fs::create_dir(desk.folder().join(name)).expect("there is room");
        }
        desk
    }

    fn folder(&self) -> PathBuf {
        self.premises.data()
    }

    /// The line as it must be typed here: with the addresses, the code and the till that there really are.
    fn here(&self, line: &str) -> String {
        line.replace("http://127.0.0.1:9700", &self.vipps.origin())
            .replace("http://127.0.0.1:7660", &self.address)
            .replace("7G2K-9QXM", &self.code)
            .replace("t-0123456789", &self.till)
    }

    /// Types a line of the manual; it must end well. Gives what it said.
    fn types(&mut self, line: &str) -> String {
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

    fn shell(&self, line: &str) -> Output {
        let programs = Path::new(KVITT).parent().expect("it is in a folder");
        let path = format!("{}:{}", programs.display(), std::env::var("PATH").expect("there is one"));
        let mut command = Command::new("sh");
        command.args(["-c", line]).env("PATH", path).current_dir(self.folder());
        self.premises.lend_to(&mut command);
        command.env_remove("DISPLAY").env_remove("WAYLAND_DISPLAY");
        command.output().expect("there is a shell")
    }

    fn starts_hub(&mut self) {
        // Any port that is free, in place of the usual one.
        let settings = json!({ "baseUrl": self.vipps.origin(), "listen": self.listen() });
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

    /// Where the hub is to listen: where it did before.
    fn listen(&self) -> String {
        self.address.strip_prefix("http://").unwrap_or("127.0.0.1:0").to_owned()
    }

    /// Settings and keys for the till in the folder `name`, which sells through the sales unit `msn`.
    fn sets_up(&self, name: &str, msn: &str) {
        let settings = json!({
            "shop": { "name": format!("Kaffebaren {name}") },
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
    fn opens(&mut self, name: &str) -> Pos {
        let mut command = self.kvitt(name, &["--json"]);
        self.display.lend_to(&mut command);
        let kvitt = Kvitt::run(&command);
        assert_eq!(kvitt.ready["ready"], true, "{}", kvitt.ready);
        let pos = Pos::of(&kvitt.ready);
        self.tills.push((name.to_owned(), kvitt));
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

    /// A customer pays at the till in Oslo or in Bergen.
    fn pays(&self, pos: &Pos, msn: &str, reference: &str) {
        pos.charge(reference, 24_900);
        pos.sees(reference, "waiting");
        self.vipps.approves_at(msn, reference);
        pos.sees(reference, "paid");
    }

    fn audit(&self) -> String {
        let output = self.shell("kvitt-hub --config hub --data hub audit");
        String::from_utf8_lossy(&output.stdout).into_owned()
    }
}

/// The lines of the manual, in their order.
fn manual() -> VecDeque<String> {
    let text = read("docs/chain.md");
    let blocks = text.split("```sh\n").skip(1).filter_map(|rest| rest.split("\n```").next());
    blocks.flat_map(str::lines).map(ToOwned::to_owned).collect()
}

/// The lines up to and with the first that has `words`.
fn until(lines: &mut VecDeque<String>, words: &str) -> Vec<String> {
    let last = lines.iter().position(|line| line.contains(words)).unwrap_or_else(|| panic!("no {words}"));
    lines.drain(..=last).collect()
}

#[test]
fn a_hub_is_set_up_as_its_manual_says() {
    let mut lines = manual();
    let mut desk = Desk::new();
    desk.sets_up("oslo", "654321");
    desk.sets_up("bergen", "654322");
    for line in until(&mut lines, "--config bergen") {
        desk.types(&line);
    }
    let (oslo, bergen) = (desk.opens("oslo"), desk.opens("bergen"));
    desk.pays(&oslo, "654321", "sale-1042-1");
    desk.pays(&bergen, "654322", "sale-1042-2");

    assert_eq!(desk.types(&lines.pop_front().expect("the stores")).lines().count(), 2);
    let search = lines.pop_front().expect("the search");
    wait_for("the hub to know both payments", || {
        let found = desk.shell(&desk.here(&search));
        let said = String::from_utf8_lossy(&found.stdout).into_owned();
        if said.lines().filter(|line| line.contains("paid 249.00")).count() == 2 { Ok(()) } else { Err(said) }
    });
    desk.types(&search);
    let said = desk.types(&lines.pop_front().expect("the refund"));
    assert!(said.contains("49.00") && said.contains("on its way"), "{said}");
    assert_eq!(desk.vipps.truth_at("654321", "sale-1042-1").refunded, 4_900);
    assert_eq!(desk.vipps.truth_at("654322", "sale-1042-2").refunded, 0);

    // Way B: Oslo gives back what Bergen took, with Bergen's own keys, through the POS API.
    let found = oslo.get("/v1/chain/payments?query=sale-1042-2").good();
    let payment = &found["payments"][0];
    let asked = json!({
        "store": payment["store"]["id"], "reference": "sale-1042-2", "refundedBefore": payment["refunded"],
        "reason": "Feil vare", "person": { "id": "kari", "pin": "1234" },
    });
    let taken = oslo.post_as("/v1/chain/refunds", "key-1", &asked);
    assert_eq!(taken.status, 202, "{taken:?}");
    let id = taken.body["id"].as_str().expect("it has a name").to_owned();
    let made = oslo.get(&format!("/v1/chain/refunds/{id}?wait=30")).good();
    assert_eq!(made["status"], "made", "{made}");
    assert_eq!(desk.vipps.truth_at("654322", "sale-1042-2").refunded, 24_900);
    let again = oslo.post_as("/v1/chain/refunds", "key-1", &asked);
    assert_eq!((again.status, &again.body["id"]), (202, &json!(id)));

    // The hub is killed. The till sells on, and the hub knows when it is back.
    desk.hub.take().expect("it runs").kill();
    desk.pays(&oslo, "654321", "sale-1042-3");
    let away = oslo.get("/v1/chain/stores");
    assert_eq!((away.status, &away.body["code"]), (503, &json!("hub_unreachable")));
    desk.starts_hub();
    wait_for("the hub to catch up", || {
        let found = oslo.get("/v1/chain/payments?query=sale-1042-3");
        if found.status == 200 && found.body["payments"][0]["status"] == "paid" {
            Ok(())
        } else {
            Err(format!("{found:?}"))
        }
    });

    let listed = desk.types(&lines.pop_front().expect("the tills"));
    listed
        .lines()
        .find(|line| line.contains("oslo"))
        .and_then(|line| line.split(' ').next())
        .expect("a till")
        .clone_into(&mut desk.till);
    let trail = desk.types(&lines.pop_front().expect("the trail"));
    assert!(trail.contains("kari  asked for a refund") && trail.contains("Cold coffee"), "{trail}");
    desk.types(&lines.pop_front().expect("the revocation"));
    wait_for("the till to be shut out", || {
        let answer = oslo.get("/v1/chain/stores");
        if answer.body["code"] == "till_revoked" { Ok(()) } else { Err(format!("{answer:?}")) }
    });
    desk.pays(&oslo, "654321", "sale-1042-4");
    desk.types(&lines.pop_front().expect("the leaving"));
    assert!(lines.is_empty(), "nobody types {lines:?}");
    assert!(desk.audit().contains("revoked a till"));
    assert!(desk.typed.len() >= 18, "{:?}", desk.typed);
}
