//! What is sold by telephone, in the cashier's window, by the keyboard alone.

use serde_json::json;

use crate::support::hand::{CASHIER_TITLE, presses, types};
use crate::support::picture::screenshot;
use crate::support::premises::Premises;
use crate::support::shop::TestShop;
use crate::support::wait::wait_for;

/// What has the focus before the name of an item: two pages, twelve keys, the number.
const BEFORE_ITEMS: [&str; 16] = ["Tab"; 16];

/// Two items of two rates, to a customer who is somewhere else: the request goes to the phone, the receipt to the app, and
/// whoever stands at the till sees nothing of it.
#[test]
fn what_is_sold_by_telephone_goes_to_the_phone_with_its_receipt() {
    let premises = Premises::that_may_push();
    let mut settings = premises.settings_now();
    settings["sale"] = json!({ "taxRates": [25, 15, 12, 0] });
    premises.write_settings(&settings.to_string());
    let shop = TestShop::on(premises);
    let display = shop.premises.display();
    shop.pos.screen_shows("idle");

    presses(display, CASHIER_TITLE, &BEFORE_ITEMS);
    types(display, CASHIER_TITLE, "Krus");
    presses(display, CASHIER_TITLE, &["Tab", "Tab", "Tab"]);
    types(display, CASHIER_TITLE, "99");
    presses(display, CASHIER_TITLE, &["Return"]);
    types(display, CASHIER_TITLE, "Kaffe");
    presses(display, CASHIER_TITLE, &["Tab", "Right", "Tab"]);
    types(display, CASHIER_TITLE, "2");
    presses(display, CASHIER_TITLE, &["Tab"]);
    types(display, CASHIER_TITLE, "45,50");
    screenshot(display, "an-item-of-another-rate");
    presses(display, CASHIER_TITLE, &["Return"]);
    // Back over "remove all", to the number, and on over "send" to the tick.
    presses(display, CASHIER_TITLE, &["shift+Tab", "shift+Tab"]);
    types(display, CASHIER_TITLE, "912 34 567");
    presses(display, CASHIER_TITLE, &["Tab", "Tab", "space"]);
    screenshot(display, "sold-by-telephone");
    presses(display, CASHIER_TITLE, &["shift+Tab", "Return"]);

    let open = wait_for("the payment", || {
        let health = shop.pos.get("/v1/health").good();
        health["open"].as_str().map(str::to_owned).ok_or_else(|| health.to_string())
    });
    shop.pos.sees(&open, "waiting");
    screenshot(display, "sent-by-telephone");
    let payment = shop.pos.payment(&open);
    assert_eq!((&payment["flow"], &payment["amount"]["value"]), (&json!("push"), &json!(19_000)));
    assert_eq!(shop.pos.get("/v1/screen").good()["view"], "idle", "somebody else may stand there");
    shop.premises.vipps.customer_approves(&open);
    shop.pos.sees(&open, "paid");
    let receipt = wait_for("the receipt", || {
        let receipt = shop.pos.get(&format!("/v1/payments/{open}/receipt")).good();
        if receipt["status"] == "stored" { Ok(receipt) } else { Err(receipt.to_string()) }
    });
    let line = |at: usize| {
        let line = &receipt["lines"][at];
        (line["name"].clone(), line["total"].clone(), line["taxRate"].clone())
    };
    assert_eq!(line(0), (json!("Krus"), json!(9_900), json!(2_500)));
    assert_eq!(line(1), (json!("Kaffe"), json!(9_100), json!(1_500)));
    screenshot(display, "paid-by-telephone");
}
