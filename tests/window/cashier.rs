//! The cashier's window, by the keyboard alone and by the mouse.

use serde_json::{Value, json};

use crate::support::hand::{CASHIER_TITLE, CUSTOMER_TITLE, closes, presses, scans, types};
use crate::support::kvitt::Kvitt;
use crate::support::picture::screenshot;
use crate::support::pos::{Pos, request};
use crate::support::premises::Premises;
use crate::support::shop::TestShop;
use crate::support::wait::wait_for;

/// Twelve digits that are in no file by chance.
const PIN: &str = "738251946037";

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

/// Enter again and again in the cashier's window, and two registers at the same moment: one payment.
#[test]
fn two_hands_and_double_clicks_make_one_payment() {
    let shop = TestShop::open();
    let display = shop.premises.display();
    shop.pos.screen_shows("idle");
    presses(display, CASHIER_TITLE, &["2", "4", "9", "0", "0"]);
    let taken = std::thread::scope(|scope| {
        let register = |name: &'static str| {
            let pos = &shop.pos;
            scope.spawn(move || {
                let tries =
                    (1..=10).map(|number| pos.start(&request(&format!("sale-{name}-{number}"), 24_900)));
                tries.filter(|answer| answer.status == 201).count()
            })
        };
        let registers = [register("one"), register("two")];
        presses(display, CASHIER_TITLE, &["Return", "Return", "Return", "Return", "Return", "Return"]);
        registers.map(|register| register.join().expect("it does not panic")).into_iter().sum::<usize>()
    });
    shop.pos.screen_shows("scan");
    let known = shop.premises.vipps.references();
    assert_eq!(known.len(), 1, "{known:?}");
    assert!(taken <= 1, "two registers were told that theirs was taken");
    let open = shop.pos.get("/v1/health").good()["open"].as_str().expect("a payment is open").to_owned();
    assert_eq!(known, [open]);
}

/// Whoever shows their own code gets the request, wherever the focus is.
#[test]
fn a_scanned_code_of_the_customer_is_charged() {
    let premises = Premises::empty();
    let display = premises.display();
    let demo = Kvitt::start_demo(&premises, 0);
    let pos = Pos::of(&demo.ready);
    pos.screen_shows("idle");
    presses(display, CASHIER_TITLE, &["2", "4", "9", "0", "0"]);
    scans(display, CASHIER_TITLE, "https://qr.vipps.no/28/2/01/031/4791234567?v=1");
    screenshot(display, "scanned");
    let screen = pos.screen_shows("sent");
    assert_eq!(screen["amount"]["value"], 24_900, "what the scanner typed is no amount: {screen}");
    screenshot(display, "sent-to-whoever-showed-a-code");
    let open = pos.get("/v1/health").good()["open"].as_str().expect("a payment is open").to_owned();
    assert_eq!(pos.payment(&open)["flow"], "personal_qr");
}

/// A payment is found by its reference, and a part of it given back by somebody who knows the PIN.
#[test]
fn a_found_payment_is_given_back_with_a_reason_and_the_pin() {
    let premises = Premises::ready();
    assert!(premises.run(&["pin", "set"], PIN).status.success());
    let shop = TestShop::on(premises);
    let display = shop.premises.display();
    for (reference, minor) in [("sale-1042-1", 24_900), ("sale-1043-1", 12_900)] {
        shop.pos.charge(reference, minor);
        shop.pos.screen_shows("scan");
        shop.premises.vipps.customer_approves(reference);
        shop.pos.sees(reference, "paid");
        shop.pos.post(&format!("/v1/payments/{reference}/dismiss"));
    }
    presses(display, CASHIER_TITLE, &["F2"]);
    types(display, CASHIER_TITLE, "1042");
    presses(display, CASHIER_TITLE, &["Return"]);
    screenshot(display, "found");
    presses(display, CASHIER_TITLE, &["Down", "Return", "Tab", "Return"]);
    types(display, CASHIER_TITLE, "49,00");
    presses(display, CASHIER_TITLE, &["Tab"]);
    types(display, CASHIER_TITLE, "1111");
    presses(display, CASHIER_TITLE, &["Tab"]);
    types(display, CASHIER_TITLE, "Kald kaffe");
    presses(display, CASHIER_TITLE, &["Return"]);
    screenshot(display, "wrong-pin");
    assert_eq!(shop.pos.payment("sale-1042-1")["refunds"], json!([]), "a wrong PIN gave money back");

    presses(display, CASHIER_TITLE, &["shift+Tab"]);
    types(display, CASHIER_TITLE, PIN);
    presses(display, CASHIER_TITLE, &["Return", "Return", "Return"]);
    let payment = wait_for("the refund", || {
        let payment = shop.pos.payment("sale-1042-1");
        if payment["refunded"]["value"] == 4_900 { Ok(payment) } else { Err(payment.to_string()) }
    });
    assert_eq!(payment["refunds"].as_array().map(Vec::len), Some(1), "{payment}");
    assert_eq!(payment["refunds"][0]["reason"], "Kald kaffe", "{payment}");
    assert_eq!(shop.premises.vipps.truth("sale-1042-1").refunded, 4_900);
    assert_eq!(shop.premises.vipps.truth("sale-1043-1").refunded, 0);
    screenshot(display, "given-back");
    for file in shop.premises.files() {
        let bytes = std::fs::read(&file).unwrap_or_default();
        assert!(!String::from_utf8_lossy(&bytes).contains(PIN), "{} holds the PIN", file.display());
    }
}

/// What is reserved is collected by whoever confirms it, or let go; Esc and the first Enter do neither.
#[test]
fn what_is_reserved_is_collected_or_let_go() {
    for rail in ["ecom", "epayment"] {
        let shop = TestShop::open_on(rail);
        let display = shop.premises.display();
        for reference in ["sale-1042-1", "sale-1043-1"] {
            let mut later = request(reference, 24_900);
            later["capture"] = "manual".into();
            shop.pos.start(&later).good();
            shop.pos.screen_shows("scan");
            shop.premises.vipps.customer_approves(reference);
            wait_for("the reservation", || {
                let payment = shop.pos.payment(reference);
                if payment["capturable"]["value"] == 24_900 { Ok(()) } else { Err(payment.to_string()) }
            });
        }
        shop.pos.screen_shows("paid");
        screenshot(display, &format!("reserved-on-{rail}"));
        presses(display, CASHIER_TITLE, &["F2"]);
        types(display, CASHIER_TITLE, "1042");
        presses(display, CASHIER_TITLE, &["Return", "Down", "Return", "Tab", "Tab", "Return"]);
        screenshot(display, &format!("collect-sure-on-{rail}"));
        // Enter once more is a no, because that is where the focus is; so is Esc.
        presses(display, CASHIER_TITLE, &["Return"]);
        presses(display, CASHIER_TITLE, &["Tab", "Return", "Escape"]);
        presses(display, CASHIER_TITLE, &["F2"]);
        types(display, CASHIER_TITLE, "1042");
        assert_eq!(shop.pos.payment("sale-1042-1")["captures"], Value::Null, "nobody has confirmed it");
        presses(
            display,
            CASHIER_TITLE,
            &["Return", "Down", "Return", "Tab", "Tab", "Return", "shift+Tab", "Return"],
        );
        shop.pos.sees("sale-1042-1", "paid");
        screenshot(display, &format!("collected-on-{rail}"));
        assert_eq!(shop.premises.vipps.truth("sale-1042-1").captures.len(), 1);

        presses(display, CASHIER_TITLE, &["F2"]);
        types(display, CASHIER_TITLE, "1043");
        presses(
            display,
            CASHIER_TITLE,
            &["Return", "Down", "Return", "Tab", "Return", "shift+Tab", "Return"],
        );
        shop.pos.sees("sale-1043-1", "cancelled");
        screenshot(display, &format!("let-go-on-{rail}"));
        let truth = shop.premises.vipps.truth("sale-1043-1");
        assert_eq!((truth.captured, truth.cancelled), (0, 24_900), "{rail}");
    }
}

/// The totals of the day, and their files.
#[test]
fn the_totals_of_the_day_are_saved() {
    let shop = TestShop::open();
    let display = shop.premises.display();
    shop.pos.charge("sale-1042-1", 24_900);
    shop.pos.screen_shows("scan");
    shop.premises.vipps.customer_approves("sale-1042-1");
    shop.pos.sees("sale-1042-1", "paid");
    presses(display, CASHIER_TITLE, &["F4"]);
    screenshot(display, "totals");
    let folder = shop.premises.data().join("totals");
    // Back, the day before; the day after is not to be had today; then it is saved.
    presses(display, CASHIER_TITLE, &["Tab", "Tab", "Tab", "Tab", "Tab", "Return"]);
    let files = wait_for("the files", || {
        let files: Vec<_> = std::fs::read_dir(&folder).into_iter().flatten().flatten().collect();
        if files.len() == 2 { Ok(files) } else { Err(format!("{files:?}")) }
    });
    screenshot(display, "totals-saved");
    let texts: String =
        files.iter().map(|file| std::fs::read_to_string(file.path()).expect("it is text")).collect();
    assert!(texts.contains(";NOK;1;249,00;0;0,00;249,00\r\n"), "{texts}");
    assert!(texts.contains(";sale-1042-1;betalt;249,00;NOK\r\n"), "{texts}");
}

/// The demo says its PIN, and it is the right one.
#[test]
fn the_demo_gives_back_with_the_pin_that_it_says() {
    let premises = Premises::empty();
    let display = premises.display();
    let demo = Kvitt::start_demo(&premises, 0);
    let pos = Pos::of(&demo.ready);
    let simulator = demo.ready["simulator"].as_str().expect("it says where it is").to_owned();
    pos.screen_shows("idle");
    pos.charge("sale-1042-1", 24_900);
    pos.screen_shows("scan");
    let approve = format!("{simulator}/simulator/payments/sale-1042-1/approve");
    ureq::post(approve).send_empty().expect("it can be approved");
    pos.sees("sale-1042-1", "paid");
    let texts: Value =
        serde_json::from_str(include_str!("../../ui/src/text/cashier.nb.json")).expect("the texts are JSON");
    let said = texts["refund"]["demoPin"].as_str().expect("it says the PIN");
    let pin: String = said.chars().filter(char::is_ascii_digit).collect();
    presses(display, CASHIER_TITLE, &["F2"]);
    types(display, CASHIER_TITLE, "1042");
    presses(display, CASHIER_TITLE, &["Return"]);
    presses(display, CASHIER_TITLE, &["Down", "Return", "Tab", "Return", "Tab"]);
    types(display, CASHIER_TITLE, &pin);
    presses(display, CASHIER_TITLE, &["Tab"]);
    types(display, CASHIER_TITLE, "Testing");
    screenshot(display, "demo-refund");
    presses(display, CASHIER_TITLE, &["Return"]);
    wait_for("the refund", || {
        let payment = pos.payment("sale-1042-1");
        if payment["refunded"]["value"] == 24_900 { Ok(()) } else { Err(payment.to_string()) }
    });
}
