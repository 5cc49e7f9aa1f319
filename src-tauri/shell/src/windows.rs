//! The windows: where they stand, when they look again, and how they come back when their page dies.

use contract::Language;
use tauri::{AppHandle, Emitter, Manager, Monitor, Runtime, WebviewUrl, WebviewWindow, WebviewWindowBuilder};
use tokio::sync::watch;

use crate::Desk;
use crate::room::{Place, Room};

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

/// Opens the windows of a till: the customer's on the second monitor if there is one, the cashier's on the first.
pub fn open<R: Runtime>(app: &AppHandle<R>) -> tauri::Result<()> {
    let desk = app.state::<Desk>().inner().clone();
    let titles = Titles::of(desk.till.settings().language);
    let customer = page(app, CUSTOMER, titles.customer);
    let cashier = page(app, CASHIER, titles.cashier);
    let (customer, cashier, zoom) = if let Some(monitor) = second_monitor(app)? {
        // Only the builder's own position lands on the asked monitor everywhere.
        let at = monitor.position().to_logical::<f64>(monitor.scale_factor());
        (customer.position(at.x, at.y).fullscreen(true), cashier.inner_size(1180.0, 760.0), 1.0)
    } else {
        let room = Room::on(first_monitor(app)?.as_ref());
        (at(customer, room.customer()), at(cashier, room.cashier()), room.zoom)
    };
    opened(&customer.build()?, zoom)?;
    opened(&cashier.build()?, zoom)?;
    nudge(app, &desk);
    Ok(())
}

/// Opens the demo: customer, cashier and phone side by side on one monitor.
pub fn open_demo<R: Runtime>(app: &AppHandle<R>) -> tauri::Result<()> {
    let desk = app.state::<Desk>().inner().clone();
    let titles = Titles::of(desk.till.settings().language);
    let room = Room::with_phone_on(first_monitor(app)?.as_ref());
    for (label, title, place) in [
        (CUSTOMER, titles.customer, room.customer()),
        (CASHIER, titles.cashier, room.cashier()),
        (PHONE, titles.phone, room.phone()),
    ] {
        opened(&at(page(app, label, title), place).build()?, room.zoom)?;
    }
    nudge(app, &desk);
    Ok(())
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

fn opened<R: Runtime>(window: &WebviewWindow<R>, zoom: f64) -> tauri::Result<()> {
    window.set_zoom(zoom)?;
    watch_page(window)
}

/// A page whose process dies would leave its last picture standing. It is loaded again, and asks for the whole.
#[cfg(target_os = "linux")]
fn watch_page<R: Runtime>(window: &WebviewWindow<R>) -> tauri::Result<()> {
    use webkit2gtk::WebViewExt;

    let label = window.label().to_owned();
    window.with_webview(move |webview| {
        webview.inner().connect_web_process_terminated(move |page, reason| {
            tracing::error!(window = %label, ?reason, "the page died and is loaded again");
            page.reload();
        });
    })
}

#[cfg(not(target_os = "linux"))]
fn watch_page<R: Runtime>(_: &WebviewWindow<R>) -> tauri::Result<()> {
    Ok(())
}

/// Tells each window when there is something newer to ask for. The nudge itself says nothing: what a window may
/// see, its own command decides.
fn nudge<R: Runtime>(app: &AppHandle<R>, desk: &Desk) {
    forward(app.clone(), desk.till.screens(), CUSTOMER, "screen");
    forward(app.clone(), desk.till.counters(), CASHIER, "counter");
    if desk.phone.is_some() {
        forward(app.clone(), desk.till.screens(), PHONE, "phone");
    }
}

fn forward<R: Runtime>(
    app: AppHandle<R>,
    mut numbers: watch::Receiver<u64>,
    window: &'static str,
    event: &'static str,
) {
    tauri::async_runtime::spawn(async move {
        while numbers.changed().await.is_ok() {
            let number = *numbers.borrow_and_update();
            if let Err(error) = app.emit_to(window, event, number) {
                tracing::warn!(%error, window, "the window could not be told");
            }
        }
    });
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
