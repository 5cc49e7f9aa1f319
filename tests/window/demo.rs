//! The whole demo by hand: the cashier charges, the customer scans and approves on the phone in the third window.

use crate::support::hand::{CASHIER_TITLE, PHONE_TITLE, presses};
use crate::support::kvitt::Kvitt;
use crate::support::picture::screenshot;
use crate::support::pos::Pos;
use crate::support::premises::Premises;

#[test]
fn three_windows_play_one_payment() {
    let premises = Premises::empty();
    let display = premises.display();
    // eCom tells when the customer has opened the payment.
    let demo = Kvitt::start_demo_with(&premises, 0, &["--rail", "ecom"]);
    let pos = Pos::of(&demo.ready);
    pos.screen_shows("idle");
    presses(display, CASHIER_TITLE, &["2", "4", "9", "0", "0", "Return"]);
    let screen = pos.screen_shows("scan");
    assert_eq!(screen["amount"]["value"], 24_900, "{screen}");
    screenshot(display, "demo-scan");
    // The first button is the one that people press: scan, then approve.
    presses(display, PHONE_TITLE, &["Tab", "Return"]);
    pos.screen_shows("opened");
    presses(display, PHONE_TITLE, &["Tab", "Return"]);
    let screen = pos.screen_shows("paid");
    assert_eq!(screen["amount"]["value"], 24_900, "{screen}");
    screenshot(display, "demo-paid");
}
