//! The cashier's window under real fingers, on a display with a glass: no keyboard, no mouse.

use crate::support::display::Display;
use crate::support::glass::{At, Glass};
use crate::support::hand::{CASHIER_TITLE, CUSTOMER_TITLE, painted};
use crate::support::picture::{box_in, fingerprint, runs_down, screenshot};
use crate::support::premises::Premises;
use crate::support::shop::TestShop;
use crate::support::wait::wait_for;

/// The colours of the look, as they are on the glass.
const ACCENT: &str = "#0b5257";
const PAPER: &str = "#ffffff";
/// How high and wide a key must be that a finger hits, in pixels.
const FINGER: u16 = 44;
/// The part of the display where the cashier's window begins: below the customer's.
const LOWER_HALF: u16 = 660;
/// What is never a key is lower than this, in pixels.
const LINE_OF_TEXT: u16 = 30;

/// Where what is touched is, as eyes find it: the keypad stands between the amount and the button that charges.
struct Keypad {
    /// The middle of each column, from the left.
    columns: [u16; 3],
    /// The middle of each row, from above.
    rows: [u16; 4],
    charge: At,
}

impl Keypad {
    fn of(display: &Display) -> Keypad {
        wait_for("the keypad", || {
            let picture = screenshot(display, "touch-keypad");
            let seen = |what: &str| format!("{what} can't be seen in {}", picture.display());
            // With no amount, the frame around it is all that is painted in the accent on the left.
            let (x, y, width, height) =
                box_in(&picture, (0, LOWER_HALF, 420, 540), ACCENT).ok_or(seen("the amount"))?;
            let third = width / 3;
            // Off the middle of a column, where its digit is.
            let runs = runs_down(&picture, (x + third / 4, y + height, 1_190 - y - height), PAPER);
            let keys: Vec<_> = runs.into_iter().filter(|(_, length)| *length >= LINE_OF_TEXT).collect();
            let [first, second, third_row, last, ..] = keys[..] else { return Err(format!("{keys:?}")) };
            for (_, length) in [first, second, third_row, last] {
                assert!(
                    length >= FINGER && third >= FINGER,
                    "{third} by {length} pixels are no key for a finger"
                );
            }
            let middle = |(begins, length): (u16, u16)| begins + length / 2;
            let below = last.0 + last.1;
            Ok(Keypad {
                columns: [1, 3, 5].map(|sixth| x + width * sixth / 6),
                rows: [first, second, third_row, last].map(middle),
                charge: (x + width / 2, below + (first.1 * 3) / 4),
            })
        })
    }

    /// Where the key with this digit is.
    fn key(&self, digit: u8) -> At {
        match digit {
            0 => (self.columns[1], self.rows[3]),
            digit => {
                (self.columns[usize::from((digit - 1) % 3)], self.rows[usize::from(2 - (digit - 1) / 3)])
            }
        }
    }
}

/// A shop in front of a glass, with its cashier's window painted; or why there is no such display.
fn shop() -> Result<(TestShop, Glass), &'static str> {
    let (display, mut glass) = Glass::open()?;
    let premises = Premises::ready();
    premises.face(display);
    let shop = TestShop::on(premises);
    shop.pos.screen_shows("idle");
    painted(shop.premises.display(), CASHIER_TITLE);
    // The window manager takes the first touch of a window that is not in front: it brings it there.
    glass.taps((1_000, 800));
    Ok((shop, glass))
}

#[test]
fn fingers_alone_charge_and_cancel() {
    let (shop, mut glass) = match shop() {
        Ok(both) => both,
        Err(why) => return println!("skipped: {why}"),
    };
    let display = shop.premises.display();
    let keypad = Keypad::of(display);
    for digit in [2, 4, 9, 0, 0] {
        glass.taps(keypad.key(digit));
    }
    glass.taps(keypad.charge);
    let screen = shop.pos.screen_shows("scan");
    assert_eq!(screen["amount"]["value"], 24_900, "{screen}");
    let open = shop.pos.get("/v1/health").good()["open"].as_str().expect("a payment is open").to_owned();
    // The frame of the button that takes it back is the lowest in the accent on the right of what happens.
    let cancel = wait_for("the button that cancels", || {
        let picture = screenshot(display, "touch-charged");
        let found = box_in(&picture, (1_400, LOWER_HALF + 110, 520, 220), ACCENT);
        found.filter(|(_, _, _, height)| *height >= FINGER).ok_or(format!("{found:?}"))
    });
    glass.taps((cancel.0 + cancel.2 / 2, cancel.1 + cancel.3 / 2));
    shop.pos.screen_shows("cancelled");
    screenshot(display, "touch-cancelled");
    assert_eq!(shop.pos.payment(&open)["mayPayAgain"], true);
}

/// Two fingers that move apart made the page larger, and one that rested opened a menu whose first line loads the page
/// anew: neither is for a till.
#[test]
fn no_gesture_changes_a_page() {
    let (shop, mut glass) = match shop() {
        Ok(both) => both,
        Err(why) => return println!("skipped: {why}"),
    };
    let display = shop.premises.display();
    for (title, at) in [(CASHIER_TITLE, (1_000, 760)), (CUSTOMER_TITLE, (500, 300))] {
        let id = painted(display, title);
        // It comes in front, and is painted as one that is.
        glass.taps(at);
        let mut before = fingerprint(display, &id);
        wait_for("the page to rest", || {
            let now = fingerprint(display, &id);
            if now == before {
                Ok(())
            } else {
                before = now;
                Err("it changes".to_owned())
            }
        });
        glass.spreads(at);
        glass.presses_long(at);
        glass.taps(at);
        glass.taps(at);
        screenshot(
            display,
            &format!("touch-gestures-{}", if title == CASHIER_TITLE { "cashier" } else { "customer" }),
        );
        assert_eq!(fingerprint(display, &id), before, "{title} looks different");
    }
}
