//! The cashier's window, by the keyboard alone.

use crate::support::hand::{CASHIER_TITLE, CUSTOMER_TITLE, closes, presses};
use crate::support::picture::screenshot;
use crate::support::shop::TestShop;

#[test]
fn charges_and_cancels() {
    let shop = TestShop::open();
    let display = shop.premises.display();
    shop.pos.screen_shows("idle");
    presses(display, CASHIER_TITLE, &["2", "4", "9", "0", "0", "Return"]);
    let screen = shop.pos.screen_shows("scan");
    assert_eq!(screen["amount"]["value"], 24_900, "{screen}");
    screenshot(display, "charged-by-the-cashier");
    let open = shop.pos.get("/v1/health").good()["open"].as_str().expect("a payment is open").to_owned();
    assert_eq!(shop.premises.vipps.references(), [open.as_str()]);

    presses(display, CASHIER_TITLE, &["Escape", "Escape"]);
    let screen = shop.pos.screen_shows("cancelled");
    assert_eq!(screen["by"], "shop", "{screen}");
    assert_eq!(shop.pos.payment(&open)["mayPayAgain"], true);
    screenshot(display, "cancelled-by-the-cashier");
}

#[test]
fn the_customer_window_goes_with_the_cashiers_and_not_before() {
    let mut shop = TestShop::open();
    let display = shop.premises.display();
    closes(display, CUSTOMER_TITLE);
    shop.pos.charge("sale-1042-1", 24_900);
    shop.pos.screen_shows("scan");
    closes(display, CASHIER_TITLE);
    let status = shop.kvitt.program.ended();
    assert_eq!(status.code(), Some(0), "{status}");
}
