//! An auditor is let in as the manual says, and sees what a real till has sold and given back.

use serde_json::{Value, json};

use crate::repository::read;
use crate::support::chain::Desk;
use crate::support::wait::wait_for;

/// The lines of a manual that are to be typed.
fn typed(manual: &str) -> Vec<String> {
    let text = read(manual);
    let blocks = text.split("```sh\n").skip(1).filter_map(|rest| rest.split("\n```").next());
    blocks.flat_map(str::lines).map(ToOwned::to_owned).collect()
}

/// The file that a line of the manual has fetched.
fn fetched(desk: &Desk, name: &str) -> String {
    std::fs::read_to_string(desk.folder().join(name)).expect("it was fetched")
}

#[test]
fn an_auditor_is_let_in_as_the_manual_says_and_sees_what_was_sold_and_returned() {
    let mut desk = Desk::new();
    desk.sets_up("oslo", "654321");
    desk.starts_hub();
    let chain = typed("docs/chain.md");
    for words in ["store add oslo", "store add bergen", "till code oslo", "--config oslo --data oslo"] {
        let line = chain.iter().find(|line| line.contains(words)).expect("the manual of a chain has it");
        desk.types(line);
    }
    let oslo = desk.opens("oslo");
    let lines = json!([
        { "name": "Kaffe", "quantity": 2, "unitPrice": 9_950, "taxRate": 1_500 },
        { "name": "Kake", "quantity": 1, "unitPrice": 5_000, "taxRate": 2_500 },
    ]);
    let asked = json!({ "amount": { "value": 24_900, "currency": "NOK" }, "reference": "sale-1042-1", "lines": lines });
    oslo.start(&asked).good();
    oslo.sees("sale-1042-1", "waiting");
    desk.vipps.approves_at("654321", "sale-1042-1");
    oslo.sees("sale-1042-1", "paid");
    let back = json!({ "amount": { "value": 5_000, "currency": "NOK" }, "reason": "Dry cake" });
    let refund = oslo.post_as("/v1/payments/sale-1042-1/refunds", "back-1", &back);
    assert!(refund.status < 300, "{refund:?}");

    let manual = typed("docs/sale-log.md");
    let fetch = manual.iter().position(|line| line.starts_with("curl")).expect("it is fetched");
    for line in &manual[..fetch] {
        let said = desk.types(line);
        if line.ends_with("auditor add revisor") {
            let password = said.lines().next().unwrap_or_default();
            assert_eq!((password.len(), password.matches('-').count()), (24, 4), "{said}");
        }
        if line.ends_with("auditor list") {
            assert!(
                said.contains("bergens-revisor  bergen  sales from 2026-01-01  let in until 2030-12-31"),
                "{said}"
            );
        }
    }
    wait_for("the hub to know that a part came back", || {
        desk.shell(&desk.here(&manual[fetch + 1]));
        let log: Value =
            serde_json::from_str(&fetched(&desk, "sales.json")).map_err(|error| error.to_string())?;
        if log["sales"][0]["refunded"]["value"] == 5_000 { Ok(()) } else { Err(log.to_string()) }
    });
    for line in &manual[fetch..] {
        desk.types(line);
    }
    let log: Value = serde_json::from_str(&fetched(&desk, "sales.json")).expect("it is whole");
    let sale = &log["sales"][0];
    assert_eq!((&sale["reference"], &sale["state"]), (&json!("sale-1042-1"), &json!("partly_returned")));
    assert_eq!(sale["returns"][0]["reason"], "Dry cake");
    assert_eq!(log["totals"][0]["net"], json!({ "value": 19_900, "currency": "NOK" }));
    let sheet = fetched(&desk, "sales.csv");
    for cells in [",Kaffe,,2,99.50,15,199.00,", ",Kake,,1,50.00,25,50.00,", ",Dry cake,,,,,,50.00,till"] {
        assert!(sheet.contains(cells), "{cells}: {sheet}");
    }
    let trail = desk.audit();
    for words in [
        "auditor revisor  took the sale log as CSV  store oslo; from 2026-01-01",
        "removed an auditor  vipps",
    ] {
        assert!(trail.contains(words), "{words}: {trail}");
    }
}
