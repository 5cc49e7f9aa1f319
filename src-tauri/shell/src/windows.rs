//! The windows: where they stand. When they look again, `nudges` tells them; how their pages do, `pages` watches.

use contract::Language;
use tauri::{AppHandle, Manager, Monitor, Runtime, WebviewUrl, WebviewWindowBuilder};

use crate::room::{Place, Room};
use crate::{Desk, nudges, pages};

/// The window that faces the customer.
pub const CUSTOMER: &str = "customer";
/// The window that faces the cashier.
pub const CASHIER: &str = "cashier";
/// The demo's phone.
pub const PHONE: &str = "phone";

/// What the pages paint on, so that nothing flashes before they do.
const PAPER: tauri::window::Color = tauri::window::Color(243, 246, 245, 255);

/// Whether there is a display to open windows on. Tauri does not ask, and ends the program if there is none.
///
/// # Errors
/// When there is none, in the system's words.
#[cfg(target_os = "linux")]
pub fn find_display() -> Result<(), String> {
    gtk::init().map_err(|error| error.to_string())
}

/// Whether there is a display to open windows on. Here there always is.
///
/// # Errors
/// None.
#[cfg(not(target_os = "linux"))]
pub fn find_display() -> Result<(), String> {
    Ok(())
}

/// Opens the windows of a till, and watches over their pages. In a shop the customer's is on the second monitor, if
/// there is one, and the cashier's on the first; those of the demo stand side by side on one.
pub fn open<R: Runtime>(app: &AppHandle<R>) -> tauri::Result<()> {
    let desk = app.state::<Desk>().inner().clone();
    let labels: &[&str] =
        if desk.phone.is_some() { &[CUSTOMER, CASHIER, PHONE] } else { &[CUSTOMER, CASHIER] };
    for label in labels {
        open_one(app, label)?;
    }
    nudges::begin(app, &desk);
    pages::keep_time(app.clone());
    Ok(())
}

/// Opens the window `label` where it belongs.
pub(crate) fn open_one<R: Runtime>(app: &AppHandle<R>, label: &str) -> tauri::Result<()> {
    let desk = app.state::<Desk>().inner().clone();
    let title = Titles::of(desk.till.settings().language).title(label);
    let window = page(app, label, title);
    let first = first_monitor(app)?;
    let (window, zoom) = if desk.phone.is_some() {
        let room = Room::with_phone_on(first.as_ref());
        (at(window, room.place(label)), room.zoom)
    } else if let Some(monitor) = second_monitor(app)? {
        (on_its_own_monitor(window, label, &monitor), 1.0)
    } else {
        let room = Room::on(first.as_ref());
        (at(window, room.place(label)), room.zoom)
    };
    window.build()?.set_zoom(zoom)?;
    pages::watch(app, label)
}

/// The customer's fills the second monitor, and the cashier's is where the system puts it.
fn on_its_own_monitor<'a, R: Runtime>(
    window: WebviewWindowBuilder<'a, R, AppHandle<R>>,
    label: &str,
    second: &Monitor,
) -> WebviewWindowBuilder<'a, R, AppHandle<R>> {
    if label == CUSTOMER {
        // Only the builder's own position lands on the asked monitor everywhere.
        let at = second.position().to_logical::<f64>(second.scale_factor());
        window.position(at.x, at.y).fullscreen(true)
    } else {
        window.inner_size(1180.0, 760.0)
    }
}

fn page<'a, R: Runtime>(
    app: &'a AppHandle<R>,
    label: &'a str,
    title: &str,
) -> WebviewWindowBuilder<'a, R, AppHandle<R>> {
    let url = WebviewUrl::App(format!("{label}.html").into());
    WebviewWindowBuilder::new(app, label, url)
        .title(title)
        .background_color(PAPER)
        .on_navigation(|url| url.scheme() == "tauri" || url.host_str() == Some("tauri.localhost"))
        .disable_drag_drop_handler()
}

fn at<R: Runtime>(
    window: WebviewWindowBuilder<'_, R, AppHandle<R>>,
    place: Place,
) -> WebviewWindowBuilder<'_, R, AppHandle<R>> {
    window.position(place.x, place.y).inner_size(place.width, place.height)
}

fn first_monitor<R: Runtime>(app: &AppHandle<R>) -> tauri::Result<Option<Monitor>> {
    Ok(app.primary_monitor()?.or(app.available_monitors()?.into_iter().next()))
}

fn second_monitor<R: Runtime>(app: &AppHandle<R>) -> tauri::Result<Option<Monitor>> {
    let first = app.primary_monitor()?.map(|monitor| *monitor.position());
    let mut monitors = app.available_monitors()?.into_iter();
    match first {
        Some(first) => Ok(monitors.find(|monitor| *monitor.position() != first)),
        // Some compositors call none of them the first one.
        None => Ok(monitors.nth(1)),
    }
}

struct Titles {
    customer: &'static str,
    cashier: &'static str,
    phone: &'static str,
}

impl Titles {
    fn title(&self, label: &str) -> &'static str {
        match label {
            CUSTOMER => self.customer,
            PHONE => self.phone,
            _ => self.cashier,
        }
    }

    fn of(language: Language) -> Titles {
        match language {
            Language::Nb => {
                Titles { customer: "Kvitt – kunde", cashier: "Kvitt – kasse", phone: "Kvitt – telefon" }
            }
            Language::En => {
                Titles {
                    customer: "Kvitt – customer", cashier: "Kvitt – counter", phone: "Kvitt – phone"
                }
            }
        }
    }
}
