//! A hub is set up from nothing as its manual says: line by line, by the real programs, with tills that really sell.

use std::collections::VecDeque;

use serde_json::json;

use crate::repository::read;
use crate::support::chain::Desk;
use crate::support::pos::Pos;
use crate::support::wait::wait_for;

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
    for (narrower, count) in [
        ("--store oslo --from 2026-01-01", 1),
        ("--from 2026-01-01T00:00:00+01:00 --limit 1", 1),
        ("--to 2026-01-01", 0),
    ] {
        let said = desk.types(&format!("{search} {narrower}"));
        assert_eq!(
            said.lines().filter(|line| line.contains("sale-1042-")).count(),
            count,
            "{narrower}: {said}"
        );
    }
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

    a_code_lies_on_the_counter(&mut desk, &mut lines, &bergen);

    the_hub_is_killed_and_catches_up(&mut desk, &oslo);

    doctor_says(&desk, "it has all ");
    doctor_says_of_the_sales_unit(&desk, "no requests to phones on eCom");

    let listed = desk.types(&lines.pop_front().expect("the tills"));
    till_in(&listed, "oslo").clone_into(&mut desk.till);
    let trail = desk.types(&lines.pop_front().expect("the trail"));
    assert!(trail.contains("kari  asked for a refund") && trail.contains("Cold coffee"), "{trail}");
    desk.types(&lines.pop_front().expect("the revocation"));
    wait_for("the till to be shut out", || {
        let answer = oslo.get("/v1/chain/stores");
        if answer.body["code"] == "till_revoked" { Ok(()) } else { Err(format!("{answer:?}")) }
    });
    desk.pays(&oslo, "654321", "sale-1042-4");
    doctor_says(&desk, "then join with a new code");
    desk.types(&lines.pop_front().expect("the leaving"));
    assert!(lines.is_empty(), "nobody types {lines:?}");
    assert!(desk.audit().contains("revoked a till"));
    assert!(desk.typed.len() >= 18, "{:?}", desk.typed);
}

/// The codes are made and printed as the manual says, and a customer pays by the one on the counter in Bergen.
fn a_code_lies_on_the_counter(desk: &mut Desk, lines: &mut VecDeque<String>, bergen: &Pos) {
    let listed = desk.types(&lines.pop_front().expect("the tills"));
    till_in(&listed, "bergen").clone_into(&mut desk.till);
    for line in until(lines, "--to code.svg") {
        desk.types(&line);
    }
    let written = |name: &str| std::fs::read(desk.folder().join(name)).expect("it was written");
    assert!(written("code.pdf").starts_with(b"%PDF-"));
    assert!(String::from_utf8_lossy(&written("code.svg")).contains("Scan to pay with Vipps"));
    // What the till tells is answered with whether it has a code.
    desk.pays(bergen, "654322", "sale-1042-4b");
    let pay = desk.here(&lines.pop_front().expect("the payment"));
    wait_for("the till to know its code", || {
        let said = desk.shell(&pay);
        if said.status.success() { Ok(()) } else { Err(format!("{said:?}")) }
    });
    assert_eq!(bergen.payment("sale-1042-5")["awaitsScan"], true);
    desk.vipps.customer_checks_in("654322", &desk.till);
    wait_for("the request to be sent", || {
        let payment = bergen.payment("sale-1042-5");
        if payment["awaitsScan"].is_null() { Ok(()) } else { Err(payment.to_string()) }
    });
    bergen.sees("sale-1042-5", "waiting");
    desk.vipps.approves_at("654322", "sale-1042-5");
    bergen.sees("sale-1042-5", "paid");
    for line in until(lines, "redirect delete") {
        desk.types(&line);
    }
    assert!(desk.folder().join("menu.pdf").exists());
}

/// The first till of the store that is listed.
fn till_in<'a>(listed: &'a str, store: &str) -> &'a str {
    let line = listed.lines().find(|line| line.contains(store));
    line.and_then(|line| line.split(' ').next()).expect("a till")
}

/// The till sells on while the hub is away, and the hub knows when it is back.
fn the_hub_is_killed_and_catches_up(desk: &mut Desk, oslo: &Pos) {
    desk.hub.take().expect("it runs").kill();
    desk.pays(oslo, "654321", "sale-1042-3");
    let away = oslo.get("/v1/chain/stores");
    assert_eq!((away.status, &away.body["code"]), (503, &json!("hub_unreachable")));
    doctor_says(desk, "the till sells on, and tells the rest by itself");
    desk.starts_hub();
    wait_for("the hub to catch up", || {
        let found = oslo.get("/v1/chain/payments?query=sale-1042-3");
        if found.status == 200 && found.body["payments"][0]["status"] == "paid" {
            Ok(())
        } else {
            Err(format!("{found:?}"))
        }
    });
}

/// The hub has read what the sales unit may do, and the till has heard it.
fn doctor_says_of_the_sales_unit(desk: &Desk, words: &str) {
    wait_for(&format!("the doctor to say {words}"), || {
        let said = desk.shell("kvitt doctor --config oslo --data oslo");
        let said = String::from_utf8_lossy(&said.stdout).into_owned();
        let line = said.lines().find(|line| line.starts_with("sales unit ")).unwrap_or_default();
        if line.contains("654321 as read at") && line.contains(words) { Ok(()) } else { Err(said) }
    });
}

/// Waits until the doctor says this of the chain, to whoever looks after the till in Oslo.
fn doctor_says(desk: &Desk, words: &str) {
    wait_for(&format!("the doctor to say {words}"), || {
        let said = desk.shell("kvitt doctor --config oslo --data oslo");
        let said = String::from_utf8_lossy(&said.stdout).into_owned();
        let line = said.lines().find(|line| line.starts_with("chain ")).unwrap_or_default();
        if line.contains("Oslo") && line.contains("last heard at") && line.contains(words) {
            Ok(())
        } else {
            Err(said)
        }
    });
}
