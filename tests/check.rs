//! `kvitt check` runs the go-live checklists on a simulator, and writes a report that gives nothing away.

use std::path::PathBuf;
use std::process::Output;

use serde_json::Value;
use simulator::{Call, Fault, FaultKind};

use crate::support::premises::Premises;

/// What the command said as JSON, the report that it wrote, and how it ended.
fn check(premises: &Premises, arguments: &[&str]) -> (Value, String, i32) {
    let file = report_of(premises);
    let mut all = vec!["check", "--json", "--report", file.to_str().expect("it is text")];
    all.extend(arguments);
    let ended = run(premises, &all);
    let said = String::from_utf8(ended.stdout).expect("it is text");
    let json = serde_json::from_str(&said).unwrap_or_else(|error| panic!("{error}: {said}"));
    (json, std::fs::read_to_string(file).expect("it is written"), ended.status.code().expect("it ended"))
}

fn run(premises: &Premises, arguments: &[&str]) -> Output {
    premises.kvitt(arguments).output().expect("it is built with this test")
}

fn report_of(premises: &Premises) -> PathBuf {
    premises.config().join("report.md")
}

/// The items that ended so, by id.
fn ended<'a>(said: &'a Value, result: &str) -> Vec<&'a str> {
    let items = said["items"].as_array().expect("a list").iter();
    items.filter(|item| item["result"] == result).map(|item| item["id"].as_str().expect("an id")).collect()
}

fn item<'a>(said: &'a Value, id: &str) -> &'a Value {
    let items = said["items"].as_array().expect("a list");
    items.iter().find(|item| item["id"] == id).unwrap_or_else(|| panic!("no {id}"))
}

/// Nothing in it would let somebody pay, call or phone.
fn gives_nothing_away(premises: &Premises, text: &str) {
    let unit = premises.vipps.sales_unit();
    let token = premises.vipps.beginning_of_access_tokens();
    for secret in [&unit.client_id, &unit.client_secret, &unit.subscription_key, &token] {
        assert!(!text.contains(secret.as_str()), "a key or a token is in it:\n{text}");
    }
    for mark in ["Bearer ey", "token=", "/r/", "qr-image", "91234567", "callback-secret"] {
        assert!(!text.contains(mark), "{mark} is in it:\n{text}");
    }
}

#[test]
fn both_checklists_pass_on_a_simulator_and_the_report_shows_it() {
    let premises = Premises::empty();
    let (said, report, code) = check(&premises, &["--simulator"]);
    assert_eq!(ended(&said, "failed"), Vec::<&str>::new(), "{said}");
    assert_eq!(
        (code, &said["msn"], &said["leftOpen"]),
        (0, &"654321".into(), &Value::Array(vec![])),
        "{said}"
    );
    for rail in ["ecom", "epayment"] {
        let passed: Vec<&str> =
            ended(&said, "passed").into_iter().filter(|id| id.starts_with(rail)).collect();
        for check in ["capture-full", "capture-partial", "cancel", "refund-full", "refund-partial", "states"]
            .iter()
            .chain(&["ends-in-refund", "ends-in-void", "errors", "headers", "polling", "expired"])
        {
            assert!(passed.contains(&format!("{rail}.{check}").as_str()), "{rail}.{check}: {said}");
        }
        let capture = &item(&said, &format!("{rail}.capture-full"))["evidence"];
        let captures: Vec<&Value> = capture.as_array().expect("a list").iter().collect();
        let first =
            captures.iter().find(|call| call["call"].as_str().is_some_and(|call| call.ends_with("/capture")));
        let first = first.expect("there was a capture");
        assert_eq!(first["status"], 200, "{first}");
        for evidence in ["key", "id", "at"] {
            let text = first[evidence].as_str().expect("it is there");
            assert!(text.len() >= 10 && (evidence == "at" || report.contains(text)), "{evidence}: {text}");
        }
    }
    assert!(ended(&said, "passed").contains(&"ecom.callback"), "{said}");
    assert!(ended(&said, "passed").contains(&"epayment.webhooks"), "{said}");
    for words in [
        "# Go-live checklist: Kaffebaren Oslo",
        "| Sales unit (MSN) | 654321 |",
        concat!("| Program | Kvitt ", env!("CARGO_PKG_VERSION"), " |"),
        "rehearsal against a simulator",
        "INITIATE, RESERVE, CAPTURE, REFUND",
        "INITIATE, RESERVE, VOID",
        "vipps-system-name: Kvitt",
        "### What remains for a person",
        "- [ ] **The same proof in production**",
    ] {
        assert!(report.contains(words), "{words} is not in:\n{report}");
    }
    gives_nothing_away(&premises, &report);
    gives_nothing_away(&premises, &said.to_string());
}

/// The simulator refuses every capture: what needs one fails, in the words that the cashier would read, and no
/// reservation is left behind.
#[test]
fn what_goes_wrong_is_named_and_nothing_is_left_reserved() {
    let premises = Premises::empty();
    let inactive = Fault {
        shape: Some(1),
        code: Some("37".into()),
        ..Fault::new(Call::Capture, FaultKind::Status).status(403)
    };
    premises.vipps.goes_wrong([inactive]);
    let simulator = format!("--simulator={}", premises.vipps.origin());
    let (said, report, code) = check(&premises, &[&simulator, "--rail", "ecom"]);
    assert_eq!(code, 1, "{said}");
    let capture = item(&said, "ecom.capture-full");
    assert_eq!(capture["result"], "failed", "{capture}");
    let why = capture["says"].as_str().expect("it says why");
    assert!(why.contains("sales_unit_inactive") && why.contains("code 37"), "{why}");
    let words = contract::words::words(contract::Code::SalesUnitInactive, contract::Language::En);
    assert_eq!(capture["toDo"], words.cashier.as_str());
    assert!(report.contains("**To do:**") && report.contains("| FAILED |"), "{report}");

    // One that takes no callbacks on this machine says how to start one that does.
    let callback = item(&said, "ecom.callback");
    assert_eq!(callback["result"], "failed", "{callback}");
    assert_eq!(callback["toDo"], "start the simulator with --allow-loopback-callbacks");

    // What does not need a capture passes all the same.
    for id in ["ecom.initiate", "ecom.details", "ecom.cancel", "ecom.ends-in-void", "ecom.headers"] {
        assert_eq!(item(&said, id)["result"], "passed", "{said}");
    }
    assert!(said["items"].as_array().expect("a list").iter().all(|item| item["rail"] == "ecom"), "{said}");
    let references = premises.vipps.references();
    assert!(references.len() >= 6, "{references:?}");
    for reference in references {
        let truth = premises.vipps.truth(&reference);
        assert_eq!(truth.reserved, truth.captured + truth.cancelled.min(truth.reserved), "{truth:?}");
    }
    gives_nothing_away(&premises, &report);
}

#[test]
fn where_money_is_real_or_may_be_nothing_is_asked() {
    let premises = Premises::ready();
    let elsewhere = run(&premises, &["check"]);
    let said = String::from_utf8_lossy(&elsewhere.stderr).into_owned();
    assert_eq!(elsewhere.status.code(), Some(4), "{said}");
    assert!(said.contains("vipps.baseUrl leads elsewhere") && said.contains("--simulator"), "{said}");

    let mut settings = premises.settings();
    settings["vipps"] = serde_json::json!({ "environment": "production" });
    premises.write_settings(&settings.to_string());
    let production = run(&premises, &["check"]);
    let said = String::from_utf8_lossy(&production.stderr).into_owned();
    assert_eq!(production.status.code(), Some(4), "{said}");
    assert!(said.contains("the settings say production, where money is real"), "{said}");
    assert!(premises.vipps.calls("/").is_empty(), "somebody was asked");
}

#[test]
fn a_simulator_that_is_not_there() {
    let mut premises = Premises::empty();
    let simulator = format!("--simulator={}", premises.vipps.origin());
    premises.vipps.cut();
    let ended = run(&premises, &["check", &simulator]);
    let said = String::from_utf8_lossy(&ended.stderr).into_owned();
    assert_eq!(ended.status.code(), Some(3), "{said}");
    assert!(said.contains("the simulator does not answer"), "{said}");
}
