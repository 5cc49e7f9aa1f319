//! The program is killed between the customer's approval and the end of the capture. Started again, it collects the
//! money exactly once, whatever had become of the capture that was out.

use simulator::{Call, Fault, FaultKind, Record, State};

use crate::support::shop::TestShop;
use crate::support::wait::wait_for;

/// The rails that a till can run on, as the settings name them.
const RAILS: [&str; 2] = ["ecom", "epayment"];

/// A customer approves while `fault` strikes, and the till is killed as soon as `until` says so. Then all is well
/// again.
fn killed(rail: &str, fault: Fault, until: impl Fn(&TestShop)) -> TestShop {
    let mut shop = TestShop::open_on(rail);
    shop.pos.charge("sale-1042-1", 24_900);
    shop.pos.screen_shows("scan");
    shop.premises.vipps.goes_wrong([fault]);
    shop.premises.vipps.customer_approves("sale-1042-1");
    until(&shop);
    shop.goes_dark();
    shop.premises.vipps.goes_wrong([]);
    shop
}

/// Killed while a capture was out that is struck by `fault`.
fn killed_in_the_capture(rail: &str, kind: FaultKind) -> TestShop {
    killed(rail, Fault::new(Call::Capture, kind), |shop| shop.premises.vipps.hears("/sale-1042-1/capture"))
}

/// Killed after a capture whose answer never came, because of `fault`.
fn killed_after_the_capture(rail: &str, fault: Fault) -> TestShop {
    killed(rail, fault, |shop| {
        wait_for("the capture", || match shop.premises.vipps.truth("sale-1042-1").captured {
            24_900 => Ok(()),
            other => Err(other.to_string()),
        });
    })
}

/// The till comes back, and in the end there is one capture of the whole amount, asked for under one key.
fn is_paid_exactly_once(mut shop: TestShop) {
    shop.comes_back();
    let payment = shop.pos.sees("sale-1042-1", "paid");
    assert_eq!(payment["captured"]["value"], 24_900, "{payment}");
    shop.pos.screen_shows("paid");
    let vipps = &shop.premises.vipps;
    let truth = vipps.truth("sale-1042-1");
    assert_eq!((truth.state, truth.captured, truth.refunded), (State::Captured, 24_900, 0), "{truth:?}");
    assert_eq!(truth.captures.len(), 1, "{truth:?}");
    let calls = vipps.calls("/sale-1042-1/capture");
    let key =
        |call: &Record| call.headers.get("x-request-id").or(call.headers.get("idempotency-key")).cloned();
    let keys: Vec<_> = calls.iter().map(key).collect();
    assert!(keys[0].is_some() && keys.windows(2).all(|pair| pair[0] == pair[1]), "{keys:?}");
    assert_eq!(vipps.references(), ["sale-1042-1"]);
    assert!(vipps.calls("/sale-1042-1/cancel").is_empty(), "nothing was taken back");
}

/// How often the payment was read.
fn reads(shop: &TestShop) -> usize {
    shop.premises.vipps.calls("/sale-1042-1").iter().filter(|call| call.method == "GET").count()
}

#[test]
fn before_the_till_knew_of_the_approval() {
    for rail in RAILS {
        let fault = Fault::new(Call::Details, FaultKind::Status).status(503);
        let shop = killed(rail, fault, |shop| {
            let before = reads(shop);
            wait_for("a read after the approval", || match reads(shop) {
                reads if reads > before => Ok(()),
                reads => Err(format!("{reads} reads")),
            });
        });
        assert!(shop.premises.vipps.calls("/sale-1042-1/capture").is_empty(), "nothing was collected yet");
        is_paid_exactly_once(shop);
    }
}

#[test]
fn while_a_capture_was_held_that_had_not_been_done() {
    for rail in RAILS {
        let shop = killed_in_the_capture(rail, FaultKind::Silent);
        assert_eq!(shop.premises.vipps.truth("sale-1042-1").captured, 0);
        is_paid_exactly_once(shop);
    }
}

#[test]
fn while_a_capture_was_refused_by_the_network() {
    for rail in RAILS {
        let shop = killed_in_the_capture(rail, FaultKind::Refused);
        assert_eq!(shop.premises.vipps.truth("sale-1042-1").captured, 0);
        is_paid_exactly_once(shop);
    }
}

#[test]
fn after_a_capture_whose_answer_was_held() {
    for rail in RAILS {
        let held = Fault::new(Call::Capture, FaultKind::Slow).delay_ms(60_000);
        is_paid_exactly_once(killed_after_the_capture(rail, held));
    }
}

#[test]
fn after_a_capture_whose_answer_was_lost() {
    for rail in RAILS {
        let lost = Fault::new(Call::Capture, FaultKind::Lost);
        is_paid_exactly_once(killed_after_the_capture(rail, lost));
    }
}

/// The payment is over and on the screen; a till that comes back neither asks again nor collects again.
#[test]
fn after_everything_was_done() {
    let mut shop = TestShop::open();
    shop.pos.charge("sale-1042-1", 24_900);
    shop.pos.screen_shows("scan");
    shop.premises.vipps.customer_approves("sale-1042-1");
    let before = shop.pos.sees("sale-1042-1", "paid");
    let calls = shop.premises.vipps.calls("/sale-1042-1/").len();
    shop.loses_power();
    assert_eq!(shop.pos.payment("sale-1042-1"), before);
    shop.pos.screen_shows("idle");
    assert_eq!(shop.premises.vipps.calls("/sale-1042-1/").len(), calls, "there was nothing left to ask");
}
