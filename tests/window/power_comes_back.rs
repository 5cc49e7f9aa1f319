//! The program is killed while the code is shown, and comes back with the same code and the right countdown.

use std::time::Duration;

use super::customer_pays::has_paid_once;
use crate::support::driver::Window;
use crate::support::picture::{qr_content, screenshot};
use crate::support::shop::TestShop;
use crate::support::wait::wait_for;

/// How far the screen may be from the truth, in seconds: it was painted and read at different moments, and servers
/// say whole seconds.
const TOLERATED_SECONDS: i64 = 3;

#[test]
fn the_same_code_and_the_right_countdown() {
    let shop = TestShop::open();
    shop.pos.charge("sale-1042-1", 24_900);
    let before = shop.pos.screen_shows("scan");
    let shown = qr_content(&screenshot(shop.premises.display(), "before-the-power-cut"));
    // While the till is away, time goes on.
    let TestShop { mut kvitt, premises, .. } = shop;
    kvitt.program.kill();
    premises.vipps.time_passes(Duration::from_secs(150));

    let window = Window::on(premises);
    let vipps = &window.premises.vipps;
    let sight = window.shows("scan");
    let after = window.pos.screen_shows("scan");
    assert_eq!(qr_content(&window.screenshot("after-the-power-cut")), shown);
    assert_eq!(shown, vipps.truth("sale-1042-1").qr_content);
    assert_eq!(after["qr"], before["qr"], "the same picture");
    assert_eq!(sight["amount"], "249,00\u{a0}kr");
    assert_eq!(vipps.references(), ["sale-1042-1"], "nothing was created anew");

    wait_for("the right countdown", || {
        let left = seconds(&window.shows("scan")["countdown"]);
        let really = seconds_left(&vipps.truth("sale-1042-1").expires_at, vipps.now());
        let right = (left - really).abs() <= TOLERATED_SECONDS;
        if right { Ok(()) } else { Err(format!("{left} s on the screen, {really} s in truth")) }
    });

    vipps.customer_approves("sale-1042-1");
    window.shows("paid");
    has_paid_once(vipps, "sale-1042-1");
}

/// `7:28` in seconds.
fn seconds(countdown: &serde_json::Value) -> i64 {
    let text = countdown.as_str().expect("there is a countdown");
    let (minutes, seconds) = text.split_once(':').expect("minutes and seconds");
    minutes.parse::<i64>().expect("minutes") * 60 + seconds.parse::<i64>().expect("seconds")
}

/// From a moment of the simulator's clock until a moment that a server names.
pub(crate) fn seconds_left(until: &str, now_ms: i64) -> i64 {
    let until: jiff::Timestamp = until.parse().expect("RFC 3339");
    (until.as_millisecond() - now_ms) / 1000
}
