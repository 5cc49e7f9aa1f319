//! Many merchants are signed up from a table, by the real program and as its manual says.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;
use simulator::{Call, Fault, FaultKind};

use crate::repository::read;
use crate::support::premises::{KVITT, Premises};
use crate::support::program::Program;
use crate::support::wait::wait_for;

const TABLE: &str = "businessId,salesUnitName\n974760673,Kaffebaren Oslo\n974760673,Kaffebaren Bergen\n";
const BOTH: [&str; 2] = ["Kaffebaren Bergen", "Kaffebaren Oslo"];

/// A folder with a table in it.
struct Desk {
    premises: Premises,
}

impl Desk {
    fn with(table: &str) -> Desk {
        let desk = Desk { premises: Premises::empty() };
        std::fs::write(desk.file("shops.csv"), table).expect("there is room");
        desk
    }

    fn file(&self, name: &str) -> PathBuf {
        self.premises.data().join(name)
    }

    /// The arguments of a command about the table, at the pretended Vipps MobilePay.
    fn arguments(&self, what: &str, more: &[&str]) -> Vec<String> {
        let file = self.file("shops.csv").display().to_string();
        let own = ["merchants", what, &file, "--msn", "654321", "--base-url", &self.premises.vipps.origin()];
        own.iter().chain(more).map(ToString::to_string).collect()
    }

    fn kvitt(&self, what: &str, more: &[&str]) -> Output {
        let arguments = self.arguments(what, more);
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        self.premises.run(&arguments, &self.premises.vipps.partner_keys())
    }

    /// What the table says now, row by row: the state and the problem.
    fn states(&self) -> Vec<String> {
        let output = self.kvitt("status", &["--json"]);
        json_lines(&output).iter().map(|line| line["state"].as_str().unwrap_or_default().to_owned()).collect()
    }
}

fn json_lines(output: &Output) -> Vec<Value> {
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    text.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|_| panic!("{output:?}"))).collect()
}

fn complaints(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn merchants_are_signed_up_as_the_manual_says() {
    let premises = Premises::empty();
    let origin = premises.vipps.origin();
    let mut order = String::new();
    let mut shown = Vec::new();
    for line in manual() {
        if line.starts_with("kvitt-simulator") {
            // One runs already, on a port that is free.
            continue;
        }
        let here = line
            .replace("http://127.0.0.1:9700", &origin)
            .replace("01234567-89ab-4cde-8f01-23456789abcd", &order);
        let output = shell(&premises, &here);
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        let code = if line.contains("merchants status") { 5 } else { 0 };
        assert_eq!(output.status.code(), Some(code), "{line}: {output:?}");
        if line.contains("prefill") {
            assert_eq!(
                (said.lines().count(), premises.vipps.ordered()),
                (2, BOTH.map(String::from).to_vec())
            );
            let link = said.lines().next().and_then(|first| first.rsplit('/').next());
            link.expect("it ends in its link").clone_into(&mut order);
        }
        shown.push(said);
    }
    let [.., status, import, list, units] = &shown[..] else { panic!("{shown:?}") };
    assert!(status.contains("Kaffebaren Oslo  COMPLETED  sales unit 700001"), "{status}");
    assert!(status.contains("Kaffebaren Bergen  RECEIVED"), "{status}");
    assert_eq!(import, "kaffebaren-oslo  700001  Kaffebaren Oslo  added\n");
    assert_eq!(list.lines().count(), 1, "{list}");
    assert!(units.contains("654322") && units.contains("skipLandingPageAllowed yes"), "{units}");

    let again = shell(&premises, "kvitt-hub --config hub --data hub store import shops.result.csv");
    assert!(String::from_utf8_lossy(&again.stdout).contains("was there already"), "{again:?}");
    let result = premises.data().join("shops.result.csv");
    let written = std::fs::read_to_string(&result).expect("it is there");
    assert!(
        written.starts_with(
            "businessId,salesUnitName,accountId,prefilledOrderId,prefillUrl,state,msn,problem\n"
        )
    );
    for file in [result, premises.data().join("shops.csv.orders.json")] {
        assert!(!is_open_to_others(&file), "{}", file.display());
    }
}

#[test]
fn nothing_is_sent_while_a_row_is_wrong() {
    let desk =
        Desk::with("businessId,salesUnitName\n974760674,Kaffebaren\n974760673,\n974760673,Bokhandel\n");
    let output = desk.kvitt("prefill", &["--json"]);
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    let said = json_lines(&output);
    let places: Vec<(&Value, &Value)> = said[..2].iter().map(|one| (&one["row"], &one["column"])).collect();
    assert_eq!(places, [(&2.into(), &"businessId".into()), (&3.into(), &"salesUnitName".into())]);
    assert!(desk.premises.vipps.calls("/").is_empty());
}

#[test]
fn a_price_that_the_partner_has_not_is_found_before_anything_is_sent() {
    let desk = Desk::with("businessId,salesUnitName,pricePackageId\n974760673,Kaffebaren,p-1\n");
    let output = desk.kvitt("prefill", &[]);
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    assert!(
        complaints(&output).contains("row 2, pricePackageId: there is no price package p-1"),
        "{output:?}"
    );
    assert!(desk.premises.vipps.ordered().is_empty());
}

#[test]
fn real_orders_are_made_only_when_that_is_said() {
    let desk = Desk::with(TABLE);
    let file = desk.file("shops.csv").display().to_string();
    let output = desk.premises.run(&["merchants", "prefill", &file, "--msn", "654321"], "");
    assert_eq!(output.status.code(), Some(4), "{output:?}");
    assert!(complaints(&output).contains("2 of 2 merchants would get a real order"), "{output:?}");
    let elsewhere = ["merchants", "prefill", &file, "--msn", "654321", "--base-url", "http://192.0.2.1"];
    assert_eq!(desk.premises.run(&elsewhere, "").status.code(), Some(2));
}

#[test]
fn keys_that_are_wrong_or_open_to_others_are_refused() {
    let desk = Desk::with(TABLE);
    let keys = desk.file("keys");
    std::fs::write(&keys, desk.premises.vipps.partner_keys()).expect("there is room");
    let with_keys = |mode: u32| {
        use std::os::unix::fs::PermissionsExt;
        std::fs::set_permissions(&keys, std::fs::Permissions::from_mode(mode)).expect("ours");
        desk.kvitt("prefill", &["--keys", &keys.display().to_string()])
    };
    let open = with_keys(0o644);
    assert_eq!(open.status.code(), Some(4), "{open:?}");
    assert!(desk.premises.vipps.calls("/").is_empty());
    let arguments = desk.arguments("prefill", &[]);
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let strangers = desk.premises.run(&arguments, "somebody\nelse\nwholly\n");
    assert_eq!(strangers.status.code(), Some(4), "{strangers:?}");
    assert!(desk.premises.vipps.ordered().is_empty());
    let closed = with_keys(0o600);
    assert_eq!(closed.status.code(), Some(0), "{closed:?}");
    for file in desk.premises.files().into_iter().filter(|file| *file != keys) {
        let text = std::fs::read(&file).expect("ours");
        let secret = b"simulated-partner-secret";
        assert!(!text.windows(secret.len()).any(|part| part == secret), "{}", file.display());
    }
}

#[test]
fn an_answer_that_is_lost_makes_no_second_order() {
    let desk = Desk::with(TABLE);
    // The list, and then the first order.
    let slow = Fault::new(Call::Management, FaultKind::Slow).times(1);
    desk.premises.vipps.goes_wrong([slow, Fault::new(Call::Management, FaultKind::Lost).times(1)]);
    let output = desk.kvitt("prefill", &[]);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    assert_eq!(desk.premises.vipps.ordered(), BOTH);
}

#[test]
fn a_run_that_is_killed_goes_on_where_it_was() {
    let desk = Desk::with(TABLE);
    let slow = Fault::new(Call::Management, FaultKind::Slow).times(1);
    // The order is made, and its answer takes a minute.
    let late = Fault::new(Call::Management, FaultKind::Slow).delay_ms(60_000).times(1);
    desk.premises.vipps.goes_wrong([slow, late]);
    let keys = desk.file("keys");
    std::fs::write(&keys, desk.premises.vipps.partner_keys()).expect("there is room");
    close_to_others(&keys);
    let arguments = desk.arguments("prefill", &["--keys", &keys.display().to_string()]);
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let mut running = Program::start("kvitt merchants", &desk.premises.kvitt(&arguments));
    desk.premises.vipps.hears("/management/v1/product-orders");
    wait_for("the order to be made", || match desk.premises.vipps.ordered().len() {
        1 => Ok(()),
        count => Err(format!("{count} orders")),
    });
    running.kill();
    assert_eq!(desk.states(), ["UNCLEAR", "NOT_MADE"]);
    let output = desk.kvitt("prefill", &[]);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    assert_eq!(desk.premises.vipps.ordered(), BOTH);
    assert_eq!(desk.states(), ["RECEIVED", "RECEIVED"]);
}

/// The lines of the manual, in their order.
fn manual() -> Vec<String> {
    let text = read("docs/merchants.md");
    let blocks = text.split("```sh\n").skip(1).filter_map(|rest| rest.split("\n```").next());
    blocks.flat_map(str::lines).map(ToOwned::to_owned).collect()
}

/// Types a line in the folder of `premises`.
fn shell(premises: &Premises, line: &str) -> Output {
    let programs = Path::new(KVITT).parent().expect("it is in a folder");
    assert!(programs.join("kvitt-hub").exists(), "build it first: cargo build -p hub");
    let path = format!("{}:{}", programs.display(), std::env::var("PATH").expect("there is one"));
    let mut command = Command::new("sh");
    command.args(["-c", line]).env("PATH", path).env("no_proxy", "127.0.0.1").current_dir(premises.data());
    premises.lend_to(&mut command);
    command.stdin(Stdio::null()).output().expect("there is a shell")
}

fn is_open_to_others(file: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    std::fs::metadata(file).expect("it is there").permissions().mode() & 0o077 != 0
}

fn close_to_others(file: &Path) {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(file, std::fs::Permissions::from_mode(0o600)).expect("ours");
}
