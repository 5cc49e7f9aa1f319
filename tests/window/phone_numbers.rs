//! The kept phone numbers in the cashier's window, by the keyboard alone.

use crate::phone_numbers::{NUMBER, agreed, files_with_number, for_a_year, premises};
use crate::support::hand::{CASHIER_TITLE, presses, types};
use crate::support::picture::screenshot;
use crate::support::shop::TestShop;
use crate::support::wait::wait_for;

/// Twelve digits that are in no file by chance.
const PIN: &str = "519374286014";

/// A customer asks what is kept, gets it, and has it erased. Nobody without the PIN can look for a number.
#[test]
fn what_is_kept_of_a_customer_is_found_written_out_and_erased() {
    let premises = premises(Some(for_a_year()));
    assert!(premises.run(&["pin", "set"], PIN).status.success());
    let shop = TestShop::on(premises);
    let display = shop.premises.display();
    for reference in ["sale-1042-1", "sale-1043-1"] {
        shop.pos.start(&agreed(reference)).good();
        shop.pos.sees(reference, "waiting");
        shop.premises.vipps.customer_approves(reference);
        shop.pos.sees(reference, "paid");
        shop.pos.post(&format!("/v1/payments/{reference}/dismiss"));
    }
    wait_for("both to be kept", || {
        let list = shop.premises.run(&["phone-numbers", "list"], "");
        let said = String::from_utf8_lossy(&list.stdout).into_owned();
        if said.lines().count() == 2 { Ok(()) } else { Err(said) }
    });
    let kept = shop.premises.data().join("consents.db");

    presses(display, CASHIER_TITLE, &["F6"]);
    screenshot(display, "numbers-locked");
    types(display, CASHIER_TITLE, "1111");
    presses(display, CASHIER_TITLE, &["Return"]);
    logs(&shop, "a wrong PIN was typed", 1);
    screenshot(display, "numbers-wrong-pin");
    types(display, CASHIER_TITLE, PIN);
    presses(display, CASHIER_TITLE, &["Return"]);
    logs(&shop, "opened with the PIN", 1);
    types(display, CASHIER_TITLE, NUMBER[1]);
    presses(display, CASHIER_TITLE, &["Return"]);
    screenshot(display, "numbers-found");
    assert_eq!(files_with_number(&shop.premises), std::slice::from_ref(&kept), "looking writes nothing");

    // The button, the list, its two rows, what is kept; then the two things that can be done.
    let written = shop.premises.data().join("numbers/sale-1043-1.json");
    presses(display, CASHIER_TITLE, &["Tab", "Tab", "Tab", "Tab", "Tab", "Tab", "Return"]);
    let text = wait_for("the file", || std::fs::read_to_string(&written).map_err(|error| error.to_string()));
    for part in ["+4791234567", "sale-1042-1", "sale-1043-1", "receipts"] {
        assert!(text.contains(part), "{part} is not in {text}");
    }
    screenshot(display, "numbers-written");

    // Enter once more is a no, because that is where the focus is.
    presses(display, CASHIER_TITLE, &["Tab", "Return", "Return"]);
    assert!(files_with_number(&shop.premises).contains(&kept), "nobody has confirmed it");
    screenshot(display, "numbers-sure");
    erases(&shop);
    screenshot(display, "numbers-erased");
    logs(&shop, "was written out", 1);
    logs(&shop, "erased on request", 1);
}

/// Waits until the log says this so many times.
fn logs(shop: &TestShop, line: &str, times: usize) {
    let folder = shop.premises.data().join("logs");
    wait_for(&format!("the log to say {line}"), || {
        let files = shop.premises.files().into_iter().filter(|file| file.starts_with(&folder));
        let log: String = files.map(|file| std::fs::read_to_string(file).expect("it is text")).collect();
        if log.matches(line).count() == times { Ok(()) } else { Err(log) }
    });
}

/// Goes back to the till and in again, as somebody does whom the no surprised.
fn erases(shop: &TestShop) {
    let display = shop.premises.display();
    presses(display, CASHIER_TITLE, &["Escape", "F6"]);
    types(display, CASHIER_TITLE, PIN);
    presses(display, CASHIER_TITLE, &["Return"]);
    logs(shop, "opened with the PIN", 2);
    types(display, CASHIER_TITLE, NUMBER[1]);
    presses(display, CASHIER_TITLE, &["Return"]);
    presses(display, CASHIER_TITLE, &["Tab", "Tab", "Tab", "Tab", "Tab", "Tab", "Tab", "Return"]);
    presses(display, CASHIER_TITLE, &["shift+Tab", "Return"]);
    wait_for("the number to be gone", || match files_with_number(&shop.premises) {
        files if files.is_empty() => Ok(()),
        files => Err(format!("{files:?}")),
    });
}
