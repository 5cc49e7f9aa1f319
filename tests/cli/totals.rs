//! What the day has brought, from the command line.

use super::TestShop;

#[test]
fn what_the_day_has_brought_is_said_in_three_ways() {
    let shop = TestShop::open_on("epayment");
    shop.typed(&["totals"]).has(0, &["so far: no money has moved"]);
    for reference in ["sale-1042-1", "sale-1043-1"] {
        shop.typed(&["pay", "249", "--reference", reference]).has(0, &[reference]);
        shop.customer_pays(reference);
        shop.pos.sees(reference, "paid");
        shop.pos.post(&format!("/v1/payments/{reference}/dismiss"));
    }
    shop.typed(&["refund", "sale-1042-1", "--amount", "49"]).has(0, &["Refund 1"]);
    let words = "498.00 NOK collected (2 payments), 49.00 NOK given back (1 refund), 449.00 NOK left";
    shop.typed(&["totals"]).has(0, &["so far", words]);

    let day = shop.typed(&["totals", "--json"]).line(0);
    assert_eq!((&day["isToday"], &day["totals"][0]["net"]), (&true.into(), &44_900.into()), "{day}");
    let today = day["day"].as_str().expect("it says which day");
    let table = shop.typed(&["totals", "--day", today, "--csv"]);
    let expected =
        format!("date,currency,payments,paid,refunds,refunded,net\n{today},NOK,2,498.00,1,49.00,449.00\n");
    assert_eq!((table.code, table.out.as_str()), (Some(0), expected.as_str()), "{table:?}");

    let none = shop.typed(&["totals", "--day", "2020-02-29", "--csv"]);
    assert_eq!(none.out, "date,currency,payments,paid,refunds,refunded,net\n");
    shop.typed(&["totals", "--day", "2020-02-29"]).has(0, &["2020-02-29: no money has moved"]);
    for wrong in ["today", "29.02.2020", "2021-02-29", "2020-02-29T10:00"] {
        shop.typed(&["totals", "--day", wrong]).has(2, &["2026-11-25"]);
    }
    shop.typed(&["totals", "--csv", "--json"]).has(2, &["choose one"]);
}
