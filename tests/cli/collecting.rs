//! What is reserved is collected and let go from the command line.

use super::TestShop;
use super::{ends, says};

impl TestShop {
    /// A payment of 249.00 whose money is only reserved, asked for and waited for on the command line.
    fn types_a_reservation(&self, reference: &str) {
        let pay = ["pay", "249", "--reference", reference, "--capture", "manual", "--wait"];
        let mut pay = self.types(&pay);
        says(&pay, "waits: the code is on the customer screen");
        self.customer_pays(reference);
        ends(&mut pay, 0);
        says(&pay, "is reserved");
        says(&pay, "249.00 NOK of it can be collected, or let go with a cancel");
    }
}

#[test]
fn what_is_reserved_is_collected_in_parts_and_the_rest_let_go() {
    for rail in ["epayment", "ecom"] {
        let shop = TestShop::open_on(rail);
        shop.types_a_reservation("sale-1042-1");
        shop.typed(&["status", "sale-1042-1"]).has(0, &["is reserved", "249.00 NOK of it can be collected"]);

        let part = ["capture", "sale-1042-1", "49,00", "--key", "part-1"];
        let rest = "200.00 NOK of it can be collected";
        shop.typed(&part).has(0, &["Capture 1 of 49.00 NOK is made", rest]);
        shop.typed(&part).has(0, &["asked for before", "Capture 1 of 49.00 NOK is made"]);
        assert_eq!(shop.premises.vipps.truth("sale-1042-1").captured, 4_900, "once, on {rail}");
        let other = shop.typed(&["capture", "sale-1042-1", "50", "--key", "part-1", "--json"]).line(4);
        assert_eq!(other["code"], "idempotency_mismatch", "{other}");
        let more = shop.typed(&["capture", "sale-1042-1", "200.01", "--json"]).line(4);
        assert_eq!((&more["code"], &more["reference"]), (&"above_reserved".into(), &"sale-1042-1".into()));

        let go = shop.typed(&["cancel", "sale-1042-1"]);
        go.has(0, &["The letting go of 200.00 NOK is done"]);
        shop.typed(&["status", "sale-1042-1"])
            .has(0, &["is paid", "Capture 1 of 49.00", "letting go of 200.00"]);
        let truth = shop.premises.vipps.truth("sale-1042-1");
        assert_eq!((truth.captured, truth.cancelled), (4_900, 20_000), "{rail}: {truth:?}");
        shop.typed(&["capture", "sale-1042-1"]).has(4, &["nothing to collect", "--capture manual"]);
        shop.typed(&["cancel", "sale-1042-1"]).has(4, &["can't be cancelled"]);
    }
}

#[test]
fn all_of_it_is_collected_or_all_let_go() {
    let shop = TestShop::open_on("epayment");
    shop.types_a_reservation("sale-1042-1");
    let whole = shop.typed(&["capture", "sale-1042-1", "--json"]).line(0);
    assert_eq!((&whole["status"], &whole["captured"]["value"]), (&"paid".into(), &24_900.into()), "{whole}");
    assert_eq!(whole, shop.pos.payment("sale-1042-1"), "it is the payment as the API has it");

    shop.types_a_reservation("sale-1042-2");
    let none = shop.typed(&["cancel", "sale-1042-2", "--json"]).line(0);
    assert_eq!((&none["status"], &none["releases"][0]["status"]), (&"cancelled".into(), &"made".into()));
    shop.typed(&["status", "sale-1042-2"]).has(1, &["was cancelled", "may be charged again"]);
    assert_eq!(shop.premises.vipps.truth("sale-1042-2").captured, 0);
}

#[test]
fn what_can_not_be_collected_is_said_and_not_asked() {
    let shop = TestShop::open_on("epayment");
    shop.typed(&["pay", "249", "--reference", "sale-1042-1", "--json"]).line(0);
    shop.customer_pays("sale-1042-1");
    shop.pos.sees("sale-1042-1", "paid");
    shop.typed(&["capture", "sale-1042-1"]).has(4, &["nothing to collect"]);
    shop.typed(&["capture", "sale-1042-1", "1.5"]).has(2, &["49.90"]);
    shop.typed(&["capture", "sale-9999-9"]).has(4, &["no such payment"]);
    shop.typed(&["pay", "49", "--capture", "later"]).has(2, &["automatic", "manual"]);
}
