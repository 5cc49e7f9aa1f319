//! Receipts and sales at a distance, as `docs/receipts.md` has them typed.

use super::{TestShop, as_words, says, to_type};
use crate::support::premises::Premises;
use crate::support::wait::wait_for;

const MANUAL: &str = include_str!("../../docs/receipts.md");
const LINES: [&str; 4] = ["--line", "Coffee:2:45.00:15%", "--line", "Cup:1:159.00:25%"];

#[test]
fn the_receipt_is_printed_as_the_manual_has_it() {
    let typed = to_type(MANUAL);
    let [pay, receipt, as_json, _] = typed.as_slice() else { panic!("four lines: {typed:#?}") };
    for rail in ["epayment", "ecom"] {
        let shop = TestShop::open_on(rail);
        shop.typed(&as_words(pay)).has(0, &["sale-1042-1  249.00 NOK"]);
        shop.customer_pays("sale-1042-1");
        let paid = wait_for("the receipt to be stored", || {
            let payment = shop.pos.sees("sale-1042-1", "paid");
            if payment["receipt"] == "stored" { Ok(payment) } else { Err(payment.to_string()) }
        });
        assert_eq!(paid["note"], serde_json::Value::Null, "{paid}");

        let said = shop.typed(&as_words(receipt));
        said.has(0, &["has its receipt in the customer's app"]);
        assert!(MANUAL.contains(&said.out), "{rail}: {said:?}");
        let json = shop.typed(&as_words(as_json)).line(0);
        assert_eq!((&json["status"], &json["taxes"][1]["tax"]), (&"stored".into(), &1_174.into()), "{json}");
        let asked = shop.pos.get("/v1/payments/sale-1042-1/receipt").good();
        assert_eq!(json, asked, "it is the receipt as the API has it");
    }
}

#[test]
fn a_payment_without_taxes_has_no_receipt() {
    let shop = TestShop::open_on("epayment");
    shop.typed(&["pay", "249", "--reference", "sale-1042-1", "--line", "Coffee:1:249"])
        .has(0, &["sale-1042-1"]);
    shop.typed(&["receipt", "sale-1042-1"]).has(1, &["has no receipt"]);
    shop.typed(&["receipt", "sale-9999-1"]).has(4, &["kvitt search"]);
    shop.typed(&["pay", "249", "--line", "Coffee:1:249:2500%"]).has(2, &["no rate of tax"]);
}

#[test]
fn what_is_sold_by_telephone_goes_to_the_phone() {
    let typed = to_type(MANUAL);
    let distance = as_words(typed.last().expect("it is the last"));
    let shop = TestShop::on(Premises::that_may_push());
    let mut named = distance.clone();
    named.extend(["--reference", "sale-1042-1", "--wait"]);
    let pay = shop.types(&named);
    says(&pay, "waits: the request has been sent to the phone");
    assert_eq!(shop.pos.get("/v1/screen").good()["view"], "idle", "somebody else stands there");
    shop.customer_pays("sale-1042-1");
    says(&pay, "is paid");

    let phone = ["--phone", "912 34 567"];
    for (rest, missing) in [(&LINES[..], "a phoneNumber"), (&phone[..], "a taxRate")] {
        let refused = shop.typed(&[&["pay", "249", "--distance", "--json"], rest].concat()).line(4);
        assert_eq!(refused["code"], "distance_incomplete", "{refused}");
        assert!(refused["problem"].as_str().is_some_and(|why| why.contains(missing)), "{refused}");
    }
}
