//! The cashier's window at a till of a chain: money goes back that another store took.

use crate::support::chain::Desk;
use crate::support::display::Display;
use crate::support::hand::{CASHIER_TITLE, painted, presses, types};
use crate::support::picture::{screenshot, width_in};
use crate::support::wait::wait_for;

/// What is behind the payment that was chosen, and behind a refund that is on its way or made.
const CHOSEN: &str = "#d9ebe9";
/// What is behind words to be heeded.
const HEED: &str = "#fbeeda";

/// A chain of Oslo and Bergen, in which Kari may give back 100 kroner alone, and Ola may approve.
fn chain() -> Desk {
    let mut desk = Desk::new();
    desk.second_person_above = Some(10_000);
    desk.sets_up("oslo", "654321");
    desk.sets_up("bergen", "654322");
    desk.starts_hub();
    for (store, town, msn) in [("oslo", "Oslo", "654321"), ("bergen", "Bergen", "654322")] {
        desk.types(&format!(
            "kvitt-hub --config hub --data hub store add {store} --name 'Kaffebaren {town}' --msn {msn}"
        ));
        let unit = desk.vipps.sales_unit_of(msn);
        let keys = format!("{}\\n{}\\n{}\\n", unit.client_id, unit.client_secret, unit.subscription_key);
        desk.types(&format!("printf '{keys}' | kvitt-hub --config hub --data hub store keys {store}"));
        desk.types(&format!("kvitt-hub --config hub --data hub till code {store} --name 'Kasse 1'"));
        desk.types(&format!(
            "kvitt join 7G2K-9QXM --hub http://127.0.0.1:7660 --config {store} --data {store}"
        ));
    }
    desk.types("printf '1234\\n' | kvitt-hub --config hub --data hub person set kari --name Kari");
    desk.types(
        "printf '5678\\n' | kvitt-hub --config hub --data hub person set ola --name Ola --may-approve",
    );
    desk
}

/// Waits until something in the cashier's window is painted in `colour`, or nothing is any more.
fn shows(display: &Display, colour: &str, wanted: bool) {
    wait_for(&format!("{colour} to be seen: {wanted}"), || {
        let id = painted(display, CASHIER_TITLE);
        let width = width_in(display, &id, colour);
        // The badge has the same colour as a note, and is less wide.
        if (width > 250) == wanted { Ok(()) } else { Err(format!("{width} pixels")) }
    });
}

/// Kari gives back at the till in Bergen what Oslo took. The hub is away at first, and then wants a second person.
#[test]
fn bergen_gives_back_what_oslo_took() {
    let mut desk = chain();
    let (oslo, bergen) = (desk.opens("oslo"), desk.opens("bergen"));
    desk.pays(&oslo, "654321", "sale-1042-1");
    wait_for("the hub to know the payment", || {
        let found = bergen.get("/v1/chain/payments?query=sale-1042-1");
        if found.body["payments"][0]["status"] == "paid" { Ok(()) } else { Err(format!("{found:?}")) }
    });

    // In all stores, which is before the field that has the focus.
    let press = |desk: &Desk, keys: &[&str]| presses(desk.display("bergen"), CASHIER_TITLE, keys);
    let enter = |desk: &Desk, text: &str| types(desk.display("bergen"), CASHIER_TITLE, text);
    press(&desk, &["F2", "shift+Tab", "Return"]);
    enter(&desk, "sale-1042");
    press(&desk, &["Return"]);
    shows(desk.display("bergen"), CHOSEN, true);
    screenshot(desk.display("bergen"), "chain-found");
    press(&desk, &["Down", "Tab", "Return", "Tab"]);
    enter(&desk, "Kald kaffe");
    press(&desk, &["Tab", "Tab", "Tab", "Tab", "Tab"]);
    enter(&desk, "Kari");
    press(&desk, &["Tab"]);
    enter(&desk, "1234");

    desk.hub.take().expect("it runs").kill();
    press(&desk, &["Return", "Return"]);
    shows(desk.display("bergen"), HEED, true);
    desk.logs("bergen", "refused=hub_unreachable");
    screenshot(desk.display("bergen"), "chain-hub-away");
    desk.starts_hub();
    enter(&desk, "1234");
    press(&desk, &["Return"]);
    desk.logs("bergen", "refused=second_person_needed");
    screenshot(desk.display("bergen"), "chain-second-person");
    assert_eq!(desk.vipps.truth_at("654321", "sale-1042-1").refunded, 0, "one person is not enough");

    enter(&desk, "1234");
    press(&desk, &["Tab"]);
    enter(&desk, "ola");
    press(&desk, &["Tab"]);
    enter(&desk, "5678");
    press(&desk, &["Return", "Return"]);
    wait_for("the refund", || {
        let refunded = desk.vipps.truth_at("654321", "sale-1042-1").refunded;
        if refunded == 24_900 { Ok(()) } else { Err(refunded.to_string()) }
    });
    shows(desk.display("bergen"), HEED, false);
    screenshot(desk.display("bergen"), "chain-given-back");
    let trail = desk.audit();
    assert_eq!(trail.matches("asked for a refund").count(), 1, "{trail}");
    assert!(trail.contains("with ola") && trail.contains("Kald kaffe"), "{trail}");
}
