//! The customer does not pay, in every way there is. Nothing is ever collected, and the screen says so.

use std::time::Duration;

use serde_json::{Value, json};
use simulator::State;

use crate::support::driver::Window;
use crate::support::vipps::PretendVipps;
use crate::support::wait::wait_for;

/// The customer's time, and a little more than the till waits after it.
const ALL_THE_TIME: Duration = Duration::from_secs(10 * 60 + 90);

/// A till that shows the code of a payment.
fn window_with_code() -> Window {
    let window = Window::open();
    window.pos.charge("sale-1042-1", 24_900);
    window.shows("scan");
    window
}

/// Waits until the payment is over, and checks that it may be charged again.
fn ends_unpaid(window: &Window, status: &str) -> Value {
    let payment = wait_for("the payment to end", || {
        let payment = window.pos.payment("sale-1042-1");
        if payment["final"] == true { Ok(payment) } else { Err(payment.to_string()) }
    });
    assert_eq!((&payment["status"], &payment["mayPayAgain"]), (&json!(status), &json!(true)), "{payment}");
    assert_eq!(payment["captured"]["value"], 0, "{payment}");
    payment
}

fn nothing_was_taken(vipps: &PretendVipps, state: State) {
    let truth = vipps.truth("sale-1042-1");
    assert_eq!((truth.state, truth.captured), (state, 0), "{truth:?}");
    assert!(truth.captures.is_empty(), "{truth:?}");
    assert!(vipps.calls("/sale-1042-1/capture").is_empty(), "a capture was tried");
}

#[test]
fn the_bank_declines_until_the_time_is_over() {
    let window = window_with_code();
    let vipps = &window.premises.vipps;
    vipps.bank_declines("sale-1042-1");
    assert_eq!(window.shows("declined")["headline"], "Prøv et annet kort i appen");
    vipps.time_passes(ALL_THE_TIME);
    ends_unpaid(&window, "declined");
    let sight = window.shows("declined");
    assert_eq!(sight["headline"], "Betalingen ble ikke godkjent");
    assert_eq!(sight["countdown"], Value::Null);
    window.screenshot("declined");
    let truth = vipps.truth("sale-1042-1");
    assert_eq!((truth.reserved, truth.captured), (0, 0), "{truth:?}");
}

#[test]
fn the_customer_cancels_in_the_app() {
    let window = window_with_code();
    let vipps = &window.premises.vipps;
    vipps.customer_opens("sale-1042-1");
    window.shows("opened");
    vipps.customer_cancels("sale-1042-1");
    assert_eq!(window.shows("cancelled")["hint"], "Du avbrøt i appen. Ingen penger er trukket.");
    window.screenshot("cancelled-by-the-customer");
    ends_unpaid(&window, "cancelled");
    nothing_was_taken(vipps, State::Cancelled);
}

#[test]
fn the_cashier_cancels() {
    let window = window_with_code();
    window.pos.cancel("sale-1042-1");
    assert_eq!(window.shows("cancelled")["hint"], "Butikken avbrøt. Ingen penger er trukket.");
    window.screenshot("cancelled-by-the-shop");
    ends_unpaid(&window, "cancelled");
    nothing_was_taken(&window.premises.vipps, State::Cancelled);
}

/// Ten minutes pass in a moment: the till follows the clock of Vipps MobilePay, not its own.
#[test]
fn the_customer_walks_away() {
    let window = window_with_code();
    let vipps = &window.premises.vipps;
    vipps.customer_opens("sale-1042-1");
    window.shows("opened");
    vipps.time_passes(ALL_THE_TIME);
    assert_eq!(window.shows("timedOut")["headline"], "Tiden gikk ut");
    window.screenshot("timed-out");
    let payment = ends_unpaid(&window, "expired");
    assert_eq!(payment["problem"]["code"], "timed_out");
    let truth = vipps.truth("sale-1042-1");
    assert_eq!((truth.reserved, truth.captured), (0, 0), "{truth:?}");
}
