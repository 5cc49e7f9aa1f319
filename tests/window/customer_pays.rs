//! The customer scans, approves, and sees that it is paid.

use serde_json::json;
use simulator::{Call, Fault, FaultKind, State};

use crate::support::driver::Window;
use crate::support::picture::qr_content;
use crate::support::vipps::PretendVipps;

/// What a customer reads who has paid 249 kroner.
fn reads_paid(window: &Window) {
    let sight = window.shows("paid");
    assert_eq!(sight["headline"], "Betalt");
    assert_eq!(sight["amount"], "249,00\u{a0}kr");
    window.pos.screen_shows("paid");
}

/// The whole amount was collected, in one piece.
pub(crate) fn has_paid_once(vipps: &PretendVipps, reference: &str) {
    let truth = vipps.truth(reference);
    assert_eq!((truth.state, truth.captured, truth.refunded), (State::Captured, 24_900, 0), "{truth:?}");
    assert_eq!(truth.captures.len(), 1, "{truth:?}");
}

#[test]
fn scan_approve_paid() {
    let window = Window::open();
    let vipps = &window.premises.vipps;
    let sight = window.shows("idle");
    assert_eq!((&sight["shop"], &sight["headline"]), (&json!("Kaffebaren Oslo"), &json!("Velkommen")));

    window.pos.charge("sale-1042-1", 24_900);
    let sight = window.shows("scan");
    assert_eq!(sight["amount"], "249,00\u{a0}kr");
    window.pos.screen_shows("scan");
    let content = qr_content(&window.screenshot("scan"));
    assert_eq!(content, vipps.truth("sale-1042-1").qr_content);

    assert_eq!(vipps.customer_scans(&content), "sale-1042-1");
    assert_eq!(window.shows("opened")["headline"], "Se på telefonen din");
    vipps.customer_approves("sale-1042-1");
    reads_paid(&window);
    window.screenshot("paid");

    let payment = window.pos.payment("sale-1042-1");
    assert_eq!((&payment["status"], &payment["final"]), (&json!("paid"), &json!(true)), "{payment}");
    assert_eq!(payment["captured"], json!({ "value": 24_900, "currency": "NOK" }));
    has_paid_once(vipps, "sale-1042-1");
}

#[test]
fn another_card_after_a_declined_one() {
    let window = Window::open();
    let vipps = &window.premises.vipps;
    window.pos.charge("sale-1042-1", 24_900);
    window.shows("scan");
    vipps.bank_declines("sale-1042-1");
    let sight = window.shows("declined");
    assert_eq!(sight["headline"], "Prøv et annet kort i appen");
    assert!(sight["countdown"].is_string(), "{sight}");
    window.screenshot("declined-once");
    vipps.customer_approves("sale-1042-1");
    reads_paid(&window);
    has_paid_once(vipps, "sale-1042-1");
}

/// The cancel meets a customer who is approving: Vipps MobilePay answers it with an error of its own, and the
/// customer has paid (contract 8, trap 21).
#[test]
fn paid_in_the_moment_of_the_cancel() {
    let window = Window::open();
    let vipps = &window.premises.vipps;
    vipps.goes_wrong([Fault::new(Call::Cancel, FaultKind::Azure500).times(1)]);
    window.pos.charge("sale-1042-1", 24_900);
    window.shows("scan");
    vipps.customer_opens("sale-1042-1");
    window.shows("opened");
    window.pos.cancel("sale-1042-1");
    vipps.hears("/sale-1042-1/cancel");
    vipps.customer_approves("sale-1042-1");
    reads_paid(&window);
    window.screenshot("paid-in-the-moment-of-the-cancel");
    let payment = window.pos.payment("sale-1042-1");
    assert_eq!((&payment["status"], &payment["mayPayAgain"]), (&json!("paid"), &json!(false)), "{payment}");
    has_paid_once(vipps, "sale-1042-1");
}
