//! Links from the customer's app, as `docs/links.md` has them typed.

use super::{TestShop, as_words, to_type};
use crate::support::wait::wait_for;

const MANUAL: &str = include_str!("../../docs/links.md");

#[test]
fn the_app_leads_to_the_ticket_that_the_manual_sells() {
    let typed = to_type(MANUAL);
    let [pay, status] = typed.as_slice() else { panic!("two lines: {typed:#?}") };
    for rail in ["epayment", "ecom"] {
        let shop = TestShop::open_on(rail);
        shop.typed(&as_words(pay)).has(0, &["sale-1042-1  249.00 NOK"]);
        shop.customer_pays("sale-1042-1");
        let paid = wait_for("the link to be stored", || {
            let payment = shop.pos.sees("sale-1042-1", "paid");
            if payment["link"] == "stored" { Ok(payment) } else { Err(payment.to_string()) }
        });
        assert_eq!(paid["note"], serde_json::Value::Null, "{paid}");
        assert_eq!(shop.typed(&as_words(status)).line(0)["link"], "stored");
    }
}

#[test]
fn a_link_that_can_t_be_one_is_refused_before_anything_is_asked() {
    let shop = TestShop::open_on("epayment");
    let pay = |link: &str| shop.typed(&["pay", "249", "--reference", "sale-1042-1", "--link", link]);
    pay("tickets=https://tickets.example/7").has(2, &["order_confirmation"]);
    pay("https://tickets.example/7").has(2, &["KIND=URL"]);
    pay("ticket=http://tickets.example/7").has(4, &["https"]);
    shop.typed(&["status", "sale-1042-1"]).has(4, &["There is no such payment"]);
}
