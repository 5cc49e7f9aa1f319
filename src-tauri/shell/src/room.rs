//! Where windows stand that share one monitor: the customer's above, the cashier's below, the demo's phone beside.

use tauri::Monitor;

use crate::windows::{CUSTOMER, PHONE};

/// Where one window stands, without its frame, in logical pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Place {
    pub(crate) x: f64,
    pub(crate) y: f64,
    pub(crate) width: f64,
    pub(crate) height: f64,
}

/// The room that the windows share, in logical pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Room {
    x: f64,
    y: f64,
    width: f64,
    height: f64,
    phone: f64,
    /// By how much the pages are made smaller, so that as much fits as on the usual screen.
    pub(crate) zoom: f64,
}

/// What window managers put around a window: left and right, and above.
const FRAME: f64 = 8.0;
const TITLE: f64 = 32.0;
/// The phone, as wide and at most as high as phones are.
const PHONE_WIDTH: f64 = 400.0;
const PHONE_HEIGHT_MAX: f64 = 860.0;
/// The customer's part of the height: it is what everything is about.
const CUSTOMER_PART: f64 = 0.54;
/// On a monitor so wide, with so much height for the cashier's page, nothing is made smaller.
const FULL_WIDTH: f64 = 1600.0;
const FULL_CASHIER_HEIGHT: f64 = 510.0;
/// When no monitor is known.
const USUAL: (f64, f64) = (1280.0, 800.0);

impl Room {
    /// For the customer's and the cashier's window.
    pub(crate) fn on(monitor: Option<&Monitor>) -> Room {
        let Some(monitor) = monitor else { return Room::of(0.0, 0.0, USUAL.0, USUAL.1) };
        let at = monitor.position().to_logical::<f64>(monitor.scale_factor());
        let size = monitor.size().to_logical::<f64>(monitor.scale_factor());
        Room::of(at.x, at.y, size.width, size.height)
    }

    /// For the demo's three.
    pub(crate) fn with_phone_on(monitor: Option<&Monitor>) -> Room {
        Room::on(monitor).with_phone()
    }

    fn of(x: f64, y: f64, width: f64, height: f64) -> Room {
        let room = Room { x, y, width, height, phone: 0.0, zoom: 1.0 };
        let zoom = (width / FULL_WIDTH).min(room.cashier().height / FULL_CASHIER_HEIGHT).min(1.0);
        Room { zoom, ..room }
    }

    fn with_phone(self) -> Room {
        Room { phone: PHONE_WIDTH * self.zoom + 2.0 * FRAME, ..self }
    }

    /// Where the window `label` stands.
    pub(crate) fn place(self, label: &str) -> Place {
        match label {
            CUSTOMER => self.customer(),
            PHONE => self.phone(),
            _ => self.cashier(),
        }
    }

    fn customer(self) -> Place {
        Place { x: self.x, y: self.y, width: self.left() - FRAME, height: self.above() - TITLE }
    }

    fn cashier(self) -> Place {
        let height = self.height - self.above() - TITLE - FRAME;
        Place { x: self.x, y: self.y + self.above(), width: self.left() - FRAME, height }
    }

    fn phone(self) -> Place {
        let height = (self.height - TITLE - FRAME).min(PHONE_HEIGHT_MAX * self.zoom);
        Place { x: self.x + self.left() + FRAME, y: self.y, width: PHONE_WIDTH * self.zoom, height }
    }

    fn left(self) -> f64 {
        self.width - self.phone
    }

    fn above(self) -> f64 {
        (self.height * CUSTOMER_PART).floor()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rooms() -> Vec<Room> {
        let sizes = [(1920.0, 1080.0), (1366.0, 768.0), (1280.0, 800.0), (3840.0, 2160.0)];
        let rooms = sizes.map(|(width, height)| Room::of(100.0, 50.0, width, height));
        rooms.into_iter().flat_map(|room| [room, room.with_phone()]).collect()
    }

    #[test]
    fn no_window_covers_another_or_leaves_the_monitor() {
        for room in rooms() {
            let (customer, cashier, phone) = (room.customer(), room.cashier(), room.phone());
            assert!(customer.y + customer.height + TITLE <= cashier.y, "{room:?}");
            for left in [customer, cashier] {
                assert!(room.phone == 0.0 || left.x + left.width + FRAME <= phone.x, "{room:?}");
            }
            for place in [customer, cashier].into_iter().chain((room.phone > 0.0).then_some(phone)) {
                assert!(place.x + place.width <= room.x + room.width, "{room:?}: {place:?}");
                assert!(place.y + TITLE + place.height <= room.y + room.height, "{room:?}: {place:?}");
            }
        }
    }

    #[test]
    fn a_small_screen_shows_as_much_as_a_large_one() {
        for room in rooms() {
            let cashier = room.cashier();
            assert!(cashier.height / room.zoom >= FULL_CASHIER_HEIGHT - 1.0, "{room:?}: {cashier:?}");
            assert!(cashier.width / room.zoom >= 1000.0, "{room:?}: {cashier:?}");
        }
    }
}
