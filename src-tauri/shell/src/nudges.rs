//! Nudges: each window is told that there is something newer to ask for. A nudge itself says nothing: what a window may
//! see, its own command decides.
//!
//! The windows share the processor of a cheap machine, and painting is the dearest thing that it does. So the customer's
//! comes first, and nothing is painted that would be gone before anybody could see it.

use std::time::Duration;

use contract::ScreenView;
use tauri::{AppHandle, Emitter, Manager, Runtime};
use till::Till;
use tokio::sync::watch;
use tokio::time::timeout;

use crate::windows::{CASHIER, CUSTOMER, PHONE};
use crate::{Desk, pages};

/// A screen that only says that something is being done is kept back for so long. Mostly what is done is done by then.
const PASSING: Duration = Duration::from_millis(80);
/// The cashier's window waits at most so long until the customer's has painted what happened.
const CUSTOMER_FIRST: Duration = Duration::from_millis(60);

/// The number of the newest screen that the customer's window has painted.
pub struct Painted(watch::Sender<u64>);

impl Default for Painted {
    fn default() -> Painted {
        Painted(watch::Sender::new(0))
    }
}

impl Painted {
    /// The customer's window has painted the screen `number`.
    pub(crate) fn note(&self, number: u64) {
        self.0.send_replace(number);
    }
}

/// Nudges the windows of `desk` from now on.
pub(crate) fn begin<R: Runtime>(app: &AppHandle<R>, desk: &Desk) {
    let painted = app.state::<Painted>().0.subscribe();
    tauri::async_runtime::spawn(customer(app.clone(), desk.till.clone()));
    tauri::async_runtime::spawn(cashier(app.clone(), desk.till.clone(), painted));
    if let Some(state) = desk.link.state() {
        tauri::async_runtime::spawn(window(app.clone(), state, CASHIER, "chain"));
    }
    if desk.phone.is_some() {
        tauri::async_runtime::spawn(window(app.clone(), desk.till.screens(), PHONE, "phone"));
    }
}

async fn customer<R: Runtime>(app: AppHandle<R>, till: Till) {
    let mut screens = till.screens();
    while screens.changed().await.is_ok() {
        if is_passing(&till.screen().view) {
            // Whether something newer has come or the time is over: what is asked for is the newest.
            let _ = timeout(PASSING, screens.changed()).await;
        }
        tell(&app, CUSTOMER, "screen");
    }
}

async fn cashier<R: Runtime>(app: AppHandle<R>, till: Till, mut painted: watch::Receiver<u64>) {
    let (screens, mut counters) = (till.screens(), till.counters());
    while counters.changed().await.is_ok() {
        let newest = *screens.borrow();
        // A customer's window that is closed or hidden paints nothing.
        let _ = timeout(CUSTOMER_FIRST, painted.wait_for(|number| *number >= newest)).await;
        tell(&app, CASHIER, "counter");
    }
}

async fn window<R: Runtime, T: Send + Sync + 'static>(
    app: AppHandle<R>,
    mut news: watch::Receiver<T>,
    label: &'static str,
    event: &'static str,
) {
    while news.changed().await.is_ok() {
        tell(&app, label, event);
    }
}

fn tell<R: Runtime>(app: &AppHandle<R>, label: &str, event: &str) {
    pages::told(app, label);
    if let Err(error) = app.emit_to(label, event, ()) {
        tracing::warn!(%error, window = label, "the window could not be told");
    }
}

/// Whether a screen says only that something is being done.
fn is_passing(view: &ScreenView) -> bool {
    matches!(view, ScreenView::Preparing { .. } | ScreenView::OneMoment { .. })
}
