//! A page hangs or dies. Its last picture would stand for ever, or nothing at all, if nobody brought it back: with
//! the same payment, the right countdown, and not a word to anybody that all is well meanwhile.

use std::time::{Duration, Instant};

use serde_json::json;

use super::customer_pays::has_paid_once;
use super::power_comes_back::seconds_left;
use crate::support::display::Display;
use crate::support::driver::Window;
use crate::support::hand::{CUSTOMER_TITLE, brings_back, painted, puts_away};
use crate::support::picture::{fingerprint, qr_content, screenshot, try_qr_content, width_in};
use crate::support::pos::Pos;
use crate::support::program::Process;
use crate::support::shop::TestShop;
use crate::support::wait::wait_for;

/// What the bar of the countdown is painted with, and nothing else beside a code.
const BAR: &str = "#0b5257";
/// The bar moves in steps of five seconds, and servers say whole seconds.
const BAR_TOLERATED_SECONDS: i64 = 10;
/// So many looks in a row that see the same: nothing moves any more. Each takes a tenth of a second or more.
const LOOKS_AT_REST: u32 = 5;
/// So often at most a page may die before its window is opened anew (`shell::pulse`), and once more.
const TRIES_MAX: u32 = 6;

/// A shop whose customer sees the code.
fn shop_with_code() -> TestShop {
    let shop = TestShop::open();
    shop.pos.charge("sale-1042-1", 24_900);
    shop.pos.screen_shows("scan");
    shop
}

/// The processes that paint the till's pages.
fn pages(shop: &TestShop) -> Vec<Process> {
    let children = shop.kvitt.program.children();
    children.into_iter().filter(|process| process.name.starts_with("WebKitWebProces")).collect()
}

/// Waits until other processes paint the pages than `before`.
fn comes_back(shop: &TestShop, before: &[Process]) {
    assert!(before.len() >= 2, "the customer's and the cashier's");
    wait_for("the pages to be loaded again", || {
        let now = pages(shop);
        let new = now.iter().filter(|page| before.iter().all(|dead| dead.id != page.id)).count();
        if new >= before.len() { Ok(()) } else { Err(format!("{new} new ones")) }
    });
}

/// Waits until the POS is told that the customer sees nothing any more, or sees something again.
fn display_is(pos: &Pos, there: bool) {
    wait_for(&format!("`display` to be {there}"), || {
        let health = pos.get("/v1/health").good();
        if health["display"] == there { Ok(()) } else { Err(health.to_string()) }
    });
}

/// The customer sees the code of the payment, and pays with it.
fn goes_on_with_the_same_code(shop: &TestShop, picture: &str) {
    let vipps = &shop.premises.vipps;
    shop.pos.screen_shows("scan");
    wait_for("the code", || {
        let picture = screenshot(shop.premises.display(), picture);
        let shown = try_qr_content(&picture).ok_or("there is no code")?;
        if shown == vipps.truth("sale-1042-1").qr_content { Ok(()) } else { Err(shown) }
    });
    vipps.customer_approves("sale-1042-1");
    shop.pos.screen_shows("paid");
    has_paid_once(vipps, "sale-1042-1");
}

/// The driver gives up a page that hangs, so the countdown is read from its bar. Time passes before the page hangs of
/// which it is not told; only one that asks anew can know it.
#[test]
fn a_program_in_the_page_never_ends() {
    let window = Window::open();
    let (pos, vipps, display) = (&window.pos, &window.premises.vipps, window.premises.display());
    pos.charge("sale-1042-1", 24_900);
    window.shows("scan");
    let before = pos.screen_shows("scan");
    let code = qr_content(&window.screenshot("before-the-page-hangs"));
    let customer = painted(display, CUSTOMER_TITLE);
    let full = width_in(display, &customer, BAR);
    vipps.time_passes(Duration::from_mins(4));

    // The answer must be out before the page can answer no more.
    window.run("setTimeout(() => { for (;;); }, 500); return true;");
    display_is(pos, false);
    assert!(pos.get("/v1/screen").good()["shown"].is_null(), "nobody sees it");
    display_is(pos, true);
    let after = pos.screen_shows("scan");
    assert_eq!(after["qr"], before["qr"], "the same picture");
    assert_eq!(qr_content(&window.screenshot("after-the-page-has-hung")), code);
    let left = seconds_left(&vipps.truth("sale-1042-1").expires_at, vipps.now());
    let left_on_the_bar = i64::from(600 * width_in(display, &customer, BAR) / full);
    assert!((left - left_on_the_bar).abs() <= BAR_TOLERATED_SECONDS, "{left_on_the_bar} s, and not {left} s");

    vipps.customer_approves("sale-1042-1");
    pos.screen_shows("paid");
    has_paid_once(vipps, "sale-1042-1");
}

#[test]
fn the_processes_of_both_pages_hang() {
    let shop = shop_with_code();
    let before = pages(&shop);
    before.iter().for_each(Process::hang);
    display_is(&shop.pos, false);
    display_is(&shop.pos, true);
    comes_back(&shop, &before);
    goes_on_with_the_same_code(&shop, "the-processes-have-hung");
}

/// It rests and says little, but the first customer is not to find that out.
#[test]
fn pages_that_hang_at_rest_are_brought_back_for_the_next_customer() {
    let shop = TestShop::open();
    shop.pos.screen_shows("idle");
    display_is(&shop.pos, true);
    let before = pages(&shop);
    before.iter().for_each(Process::hang);
    shop.pos.charge("sale-1042-1", 24_900);
    display_is(&shop.pos, false);
    display_is(&shop.pos, true);
    shop.pos.screen_shows("scan");
    comes_back(&shop, &before);
    screenshot(shop.premises.display(), "the-pages-have-hung-at-rest");
}

/// A register that rings up without a pause: pages that are told something all the time say all the same that they live.
#[test]
#[expect(clippy::disallowed_methods, reason = "the windows live in the time of this machine")]
fn pages_that_are_told_much_are_left_alone() {
    let shop = TestShop::open();
    shop.pos.screen_shows("idle");
    display_is(&shop.pos, true);
    let before = ids(&pages(&shop));
    let begun = Instant::now();
    for price in 1..100_000 {
        let line = json!({ "name": "Kaffe", "quantity": 1, "unitPrice": 100 * price });
        assert_eq!(shop.pos.rings_up(&json!({ "lines": [line] })).status, 204);
        shop.pos.screen_shows("cart");
        // Longer than a page may be silent, twice.
        if begun.elapsed() > Duration::from_secs(12) {
            break;
        }
    }
    assert_eq!(ids(&pages(&shop)), before, "nothing was loaded again");
}

/// As when memory runs out.
#[test]
fn the_processes_of_both_pages_die() {
    let shop = shop_with_code();
    let before = pages(&shop);
    before.iter().for_each(Process::kill);
    comes_back(&shop, &before);
    goes_on_with_the_same_code(&shop, "the-page-is-loaded-again");
}

#[test]
fn the_page_dies_while_it_says_paid() {
    let shop = shop_with_code();
    let display = shop.premises.display();
    shop.premises.vipps.customer_approves("sale-1042-1");
    let screen = shop.pos.screen_shows("paid");
    let window = painted(display, CUSTOMER_TITLE);
    let seen = at_rest(display, &window);
    let before = pages(&shop);
    before.iter().for_each(Process::kill);
    comes_back(&shop, &before);
    let again = shop.pos.screen_shows("paid");
    assert_eq!((&again["number"], &again["amount"]), (&screen["number"], &screen["amount"]));
    wait_for("the same picture, pixel by pixel", || {
        let now = fingerprint(display, &window);
        if now == seen { Ok(()) } else { Err(now) }
    });
    has_paid_once(&shop.premises.vipps, "sale-1042-1");
}

/// Loading the page does not help: after some tries the window itself is opened anew, where the old one stood.
#[test]
fn a_page_that_dies_again_and_again_gets_a_new_window() {
    let shop = shop_with_code();
    let display = shop.premises.display();
    let old = painted(display, CUSTOMER_TITLE);
    let mut new = old.clone();
    for _ in 0..TRIES_MAX {
        pages(&shop).iter().for_each(Process::kill);
        // A process that is killed while it starts takes the whole program with it; that is WebKitGTK's way.
        display_is(&shop.pos, false);
        display_is(&shop.pos, true);
        new = painted(display, CUSTOMER_TITLE);
        if new != old {
            break;
        }
    }
    assert_ne!(new, old, "a new window");
    assert_eq!(painted(display, CUSTOMER_TITLE), new);
    goes_on_with_the_same_code(&shop, "a-new-window");
}

/// A window that somebody has put away is no display, and is not taken for one that hangs.
#[test]
fn a_window_that_is_put_away_is_no_display() {
    let shop = shop_with_code();
    let display = shop.premises.display();
    let before = pages(&shop);
    let window = puts_away(display, CUSTOMER_TITLE);
    display_is(&shop.pos, false);
    brings_back(display, &window);
    display_is(&shop.pos, true);
    assert_eq!(ids(&pages(&shop)), ids(&before), "nothing was loaded again");
    goes_on_with_the_same_code(&shop, "the-window-is-brought-back");
}

/// What the window looks like when nothing on it moves any more.
fn at_rest(display: &Display, window: &str) -> String {
    let mut before = String::new();
    let mut same = 0;
    wait_for("a picture that rests", || {
        let now = fingerprint(display, window);
        same = if now == before { same + 1 } else { 0 };
        before.clone_from(&now);
        if same >= LOOKS_AT_REST { Ok(now) } else { Err(now) }
    })
}

fn ids(pages: &[Process]) -> Vec<u32> {
    let mut ids: Vec<u32> = pages.iter().map(|page| page.id).collect();
    ids.sort_unstable();
    ids
}
