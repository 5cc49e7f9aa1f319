//! Vipps MobilePay can't be reached: the customer is told not to pay again, or that nothing was taken, whichever is true.

use serde_json::json;

use super::customer_pays::has_paid_once;
use crate::support::driver::Window;
use crate::support::picture::qr_content;

#[test]
fn contact_is_lost_while_the_code_is_shown_and_comes_back() {
    let mut window = Window::open();
    window.pos.charge("sale-1042-1", 24_900);
    window.shows("scan");
    window.premises.vipps.cut();
    let sight = window.shows("checking");
    assert_eq!(sight["hint"], "Vent litt – ikke betal igjen");
    window.pos.screen_shows("checking");
    window.screenshot("checking");
    let payment = window.pos.payment("sale-1042-1");
    assert_eq!(
        (&payment["status"], &payment["mayPayAgain"]),
        (&json!("checking"), &json!(false)),
        "{payment}"
    );
    assert_eq!(window.pos.get("/v1/health").good()["contact"], "lost");

    window.premises.vipps.mend();
    window.shows("scan");
    window.pos.screen_shows("scan");
    let content = qr_content(&window.screenshot("scan-again"));
    let vipps = &window.premises.vipps;
    assert_eq!(content, vipps.truth("sale-1042-1").qr_content);
    vipps.customer_approves("sale-1042-1");
    window.shows("paid");
    has_paid_once(vipps, "sale-1042-1");
}

#[test]
fn nothing_can_be_started_without_contact() {
    let mut window = Window::open();
    window.premises.vipps.cut();
    window.pos.charge("sale-1042-1", 24_900);
    let sight = window.shows("fault");
    assert_eq!(sight["headline"], "Spør de ansatte");
    assert_eq!(sight["hint"], "Vi får ikke kontakt med Vipps akkurat nå. Ingen penger er trukket.");
    window.screenshot("unreachable");
    let payment = window.pos.sees("sale-1042-1", "failed");
    assert_eq!(payment["problem"]["code"], "unreachable");
    assert_eq!((&payment["final"], &payment["mayPayAgain"]), (&json!(true), &json!(true)), "{payment}");
    assert!(window.premises.vipps.references().is_empty(), "nothing was created");

    // The next attempt goes as if nothing had been.
    window.premises.vipps.mend();
    window.pos.charge("sale-1042-2", 24_900);
    window.shows("scan");
    let vipps = &window.premises.vipps;
    vipps.customer_approves("sale-1042-2");
    window.shows("paid");
    has_paid_once(vipps, "sale-1042-2");
}
