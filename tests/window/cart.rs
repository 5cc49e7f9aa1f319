//! The customer sees the sale while it is rung up.

use serde_json::{Value, json};

use crate::support::driver::Window;

/// The lines as the customer reads them.
const LINES: &str =
    "return [...document.querySelectorAll('[data-testid=cart] li')].map((line) => line.innerText)";
/// Whether the amount stands where it stood, to the pixel.
const AMOUNT_AT: &str = "return document.querySelector('[data-testid=amount]').getBoundingClientRect().top";

fn line(name: &str, quantity: u32, unit_price: i64) -> Value {
    json!({ "name": name, "quantity": quantity, "unitPrice": unit_price })
}

#[test]
fn the_sale_grows_is_paid_and_is_gone() {
    let window = Window::open();
    let mut lines = vec![line("Filterkaffe", 2, 4_500)];
    assert_eq!(window.pos.rings_up(&json!({ "lines": lines })).status, 204);
    let sight = window.shows("cart");
    assert_eq!((&sight["headline"], &sight["amount"]), (&json!("Så langt"), &json!("90,00\u{a0}kr")));
    lines.push(line("Bolle", 3, 5_300));
    assert_eq!(window.pos.rings_up(&json!({ "lines": lines })).status, 204);
    window.pos.screen_shows("cart");
    let read = window.run(LINES);
    let read: Vec<&str> = read.as_array().expect("lines").iter().filter_map(Value::as_str).collect();
    assert!(read.len() == 2 && read[1].contains("3 ×") && read[1].contains("159,00"), "{read:?}");
    window.screenshot("cart");
    let stood_at = window.run(AMOUNT_AT);

    window.pos.charge("sale-1042-1", 24_900);
    assert_eq!(window.shows("scan")["amount"], "249,00\u{a0}kr");
    assert_eq!(window.run(AMOUNT_AT), stood_at, "the amount does not jump");
    window.premises.vipps.customer_approves("sale-1042-1");
    window.shows("paid");
    window.pos.post("/v1/payments/sale-1042-1/dismiss");
    window.shows("idle");
}
