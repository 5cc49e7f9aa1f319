//! A register that was written for a payment terminal drives the till through a published client library, Adyen's for
//! Node, without a line of code about Kvitt in it: `tests/clients/nexo`.

use std::process::Command;

use serde_json::Value;

use crate::repository::root;
use crate::support::pos::Pos;
use crate::support::program::Program;
use crate::support::shop::TestShop;

/// A register that has begun to say something and waits for the answer.
struct Said(Program);

impl Said {
    /// What the library made of the answer.
    fn answer(&self) -> Value {
        let line = self.0.first_line();
        serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line}"))
    }

    /// What it carries: `PaymentResponse` and the like.
    fn carried(&self, name: &str) -> Value {
        let answer = self.answer();
        let carried = &answer["SaleToPOIResponse"][name];
        assert!(carried.is_object(), "no {name}: {answer}");
        carried.clone()
    }
}

/// Lets the register say something to the till of `pos`.
fn says(pos: &Pos, words: &[&str]) -> Said {
    let folder = root().join("tests/clients/nexo");
    assert!(
        folder.join("node_modules/@adyen/api-library").is_dir(),
        "the client library is not installed; `cargo xtask test` does it, or `npm --prefix tests/clients/nexo ci`"
    );
    let mut node = Command::new("node");
    node.arg(folder.join("register.js")).arg(pos.origin()).args(words);
    node.env("KVITT_TOKEN", pos.token()).env("NODE_USE_ENV_PROXY", "0").env("no_proxy", "127.0.0.1");
    Said(Program::start("a register", &node))
}

fn result(response: &Value) -> (&str, &str) {
    let response = &response["Response"];
    let condition = response["ErrorCondition"].as_str().unwrap_or_default();
    (response["Result"].as_str().unwrap_or_else(|| panic!("no result: {response}")), condition)
}

#[test]
fn a_sale_from_the_first_line_to_the_refund() {
    let mut shop = TestShop::open();
    let health = says(&shop.pos, &["diagnose", "0001"]).carried("DiagnosisResponse");
    assert_eq!((result(&health), &health["POIStatus"]["GlobalStatus"]), (("Success", ""), &"OK".into()));

    let shown = says(&shop.pos, &["show", "0002", "Filterkaffe  2x45,00", "SUM            90,00"]);
    assert_eq!(result(&shown.carried("DisplayResponse")["OutputResult"][0]), ("Success", ""));
    assert_eq!(shop.pos.screen_shows("text")["rows"][1], "SUM            90,00");

    let paying = says(&shop.pos, &["pay", "0003", "27908", "90.10"]);
    assert_eq!(shop.pos.screen_shows("scan")["amount"]["value"], 9_010);
    let open = says(&shop.pos, &["status", "0004", "0003"]).carried("TransactionStatusResponse");
    assert_eq!(result(&open), ("Failure", "InProgress"));
    let vipps = &shop.premises.vipps;
    vipps.customer_approves("sale-27908");
    let paid = paying.carried("PaymentResponse");
    assert_eq!(result(&paid), ("Success", ""), "{paid}");
    assert_eq!(paid["PaymentResult"]["AmountsResp"]["AuthorizedAmount"], 90.1);
    assert_eq!(paid["SaleData"]["SaleTransactionID"]["TransactionID"], "27908");
    let reference =
        paid["POIData"]["POITransactionID"]["TransactionID"].as_str().expect("it names the payment");

    let back = says(&shop.pos, &["reverse", "0005", reference, "40.10"]).carried("ReversalResponse");
    assert_eq!((result(&back), &back["ReversedAmount"]), (("Success", ""), &40.1.into()));
    let rest = says(&shop.pos, &["reverse", "0006", reference]).carried("ReversalResponse");
    assert_eq!((result(&rest), &rest["ReversedAmount"]), (("Success", ""), &50.into()));
    assert_eq!(vipps.truth("sale-27908").refunded, 9_010);

    // The power goes. The message is known by its name all the same, and begins nothing.
    shop.loses_power();
    let known = says(&shop.pos, &["status", "0007", "0003"]).carried("TransactionStatusResponse");
    let told = &known["RepeatedMessageResponse"]["RepeatedResponseMessageBody"]["PaymentResponse"];
    assert_eq!((result(&known), result(told)), (("Success", ""), ("Success", "")));
    let again = says(&shop.pos, &["pay", "0003", "27908", "90.10"]).carried("PaymentResponse");
    assert_eq!(result(&again), ("Success", ""));
    let other = says(&shop.pos, &["pay", "0003", "27908", "91.00"]).carried("PaymentResponse");
    assert_eq!(result(&other), ("Failure", "NotAllowed"));
    assert_eq!(shop.premises.vipps.references(), ["sale-27908"]);
}

#[test]
fn a_payment_is_broken_off_and_tried_again() {
    let shop = TestShop::open();
    let paying = says(&shop.pos, &["pay", "0001", "27908", "249.00"]);
    shop.pos.screen_shows("scan");
    let abort = says(&shop.pos, &["abort", "0002", "0001"]).answer();
    assert_eq!(abort, serde_json::json!({}), "an Abort that is passed on has no answer");
    assert_eq!(result(&paying.carried("PaymentResponse")), ("Failure", "Aborted"));

    // It hangs up in the middle; the customer pays all the same, and the register finds out.
    let mut hung_up = says(&shop.pos, &["pay", "0003", "27908", "249.00"]);
    shop.pos.screen_shows("scan");
    hung_up.0.kill();
    shop.premises.vipps.customer_approves("sale-27908-2");
    shop.pos.sees("sale-27908-2", "paid");
    let known = says(&shop.pos, &["status", "0004", "0003"]).carried("TransactionStatusResponse");
    let told = &known["RepeatedMessageResponse"]["RepeatedResponseMessageBody"]["PaymentResponse"];
    assert_eq!(result(told), ("Success", ""), "{known}");
    assert_eq!(told["SaleData"]["SaleTransactionID"]["TransactionID"], "27908");
    assert_eq!(shop.premises.vipps.truth("sale-27908-2").captures.len(), 1);
}
