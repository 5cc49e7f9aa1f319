//! The demo plays on either rail and in every market, with a code and with a request on the phone.

use serde_json::{Value, json};

use crate::support::kvitt::Kvitt;
use crate::support::pos::Pos;
use crate::support::premises::Premises;

#[test]
fn norway_on_epayment() {
    plays("epayment", "no", "NOK", "912 34 567");
}

#[test]
fn norway_on_ecom() {
    plays("ecom", "no", "NOK", "912 34 567");
}

#[test]
fn denmark() {
    plays("epayment", "dk", "DKK", "20 12 34 56");
}

#[test]
fn finland() {
    plays("epayment", "fi", "EUR", "040 123 4567");
}

#[test]
fn sweden() {
    plays("epayment", "se", "SEK", "070-123 45 67");
}

#[test]
fn ecom_is_norwegian() {
    let premises = Premises::empty();
    let output = premises.kvitt(&["demo", "--json", "--rail", "ecom", "--market", "dk"]).output();
    let output = output.expect("it is built with this test");
    let said =
        String::from_utf8_lossy(&output.stderr).into_owned() + &String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains("eCom"), "{said}");
}

fn plays(rail: &str, market: &str, currency: &str, number: &str) {
    let premises = Premises::empty();
    let demo = Kvitt::start_demo_with(&premises, 0, &["--rail", rail, "--market", market]);
    let simulator = demo.ready["simulator"].as_str().expect("it says where the simulator is").to_owned();
    let pos = Pos::of(&demo.ready);
    pos.screen_shows("idle");

    let amount = json!({ "value": 24_900, "currency": currency });
    let asked = pos.start(&json!({ "reference": "sale-1042-1", "amount": amount }));
    assert_eq!(asked.status, 201, "{asked:?}");
    pos.screen_shows("scan");
    pays(&pos, &simulator, "sale-1042-1", rail, &amount);

    let asked =
        json!({ "reference": "sale-1043-1", "amount": amount, "flow": "push", "phoneNumber": number });
    let asked = pos.start(&asked);
    assert_eq!(asked.status, 201, "{asked:?}");
    pos.screen_shows("sent");
    pays(&pos, &simulator, "sale-1043-1", rail, &amount);
}

/// The customer approves, and has paid once: so says the till, and so says the simulator.
fn pays(pos: &Pos, simulator: &str, reference: &str, rail: &str, amount: &Value) {
    let approved = ureq::post(format!("{simulator}/simulator/payments/{reference}/approve")).send_empty();
    approved.expect("it can be approved");
    let paid = pos.sees(reference, "paid");
    assert_eq!(paid["captured"], *amount, "{paid}");
    let truth = ureq::get(format!("{simulator}/simulator/payments/{reference}")).call();
    let truth: Value = truth.expect("it is known").body_mut().read_json().expect("it is JSON");
    assert_eq!((&truth["rail"], &truth["currency"]), (&json!(rail), &amount["currency"]), "{truth}");
    assert_eq!(truth["captured"], amount["value"], "{truth}");
    assert_eq!(truth["captures"].as_array().map(Vec::len), Some(1), "{truth}");
}
