//! Watches over the pages of all windows: hears that they live, and brings back the one that hangs or has died.
//!
//! A page asks for everything anew when it is loaded, so what comes back is the same payment with the right time
//! left. Nothing here knows what a page shows, but for one thing: a page is only renewed while nobody pays.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use contract::ScreenView;
use tauri::{AppHandle, Manager, Runtime};
use tokio::sync::oneshot;
use tokio::time::MissedTickBehavior;

use crate::pulse::{Pulse, Remedy};
use crate::windows::CUSTOMER;
use crate::{Desk, web_view, windows};

/// How often it is looked whether a page has been silent for too long.
const TICK: Duration = Duration::from_millis(500);
/// How long a closed window may take to be gone.
const GONE_WITHIN: Duration = Duration::from_secs(5);

/// The pages of the windows that are open, by the windows' labels.
#[derive(Default)]
pub(crate) struct Pages(Mutex<BTreeMap<String, Pulse>>);

impl Pages {
    fn pulses(&self) -> MutexGuard<'_, BTreeMap<String, Pulse>> {
        // A pulse is whole between any two calls on it.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The page of the window `label` says that it runs, and whether it paints. The answer is whether it may rest: whether
/// nobody pays, so that it need not say it again so soon.
pub(crate) fn heard<R: Runtime>(app: &AppHandle<R>, label: &str, painting: bool) -> bool {
    let may_rest = nobody_pays(app);
    let painted_before = change(app, label, |pulse| {
        let before = pulse.is_painting();
        pulse.beats(painting, may_rest);
        before
    });
    if painting && painted_before == Some(false) {
        tracing::info!(window = label, "the page is there");
    }
    may_rest
}

/// The page of the window `label` is told that there is something newer, and has to say soon that it lives.
pub(crate) fn told<R: Runtime>(app: &AppHandle<R>, label: &str) {
    change(app, label, Pulse::told);
}

/// Watches over the page of the window `label` from now on. One that was opened anew keeps its history.
pub(crate) fn watch<R: Runtime>(app: &AppHandle<R>, label: &str) -> tauri::Result<()> {
    let pages = app.state::<Pages>();
    pages.pulses().entry(label.to_owned()).or_insert_with(Pulse::loading);
    let Some(window) = app.get_webview_window(label) else { return Ok(()) };
    let (app, label) = (app.clone(), label.to_owned());
    web_view::on_death(&window, move || {
        tracing::error!(window = %label, "the process of the page has ended");
        if let Some(remedy) = change(&app, &label, Pulse::dies).flatten() {
            apply(&app, &label, remedy);
        }
    })
}

/// Lets time pass for all pages, until the program ends.
pub(crate) fn keep_time<R: Runtime>(app: AppHandle<R>) {
    tauri::async_runtime::spawn(async move {
        let mut ticks = tokio::time::interval(TICK);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            let (looked, done) = oneshot::channel();
            let on = app.clone();
            // Pages are heard on this thread. While it is held up, none can be heard, and no time counts.
            let asked = app.run_on_main_thread(move || {
                look(&on);
                let _ = looked.send(());
            });
            if asked.is_err() || done.await.is_err() {
                return;
            }
        }
    });
}

fn look<R: Runtime>(app: &AppHandle<R>) {
    let labels: Vec<String> = app.state::<Pages>().pulses().keys().cloned().collect();
    for label in labels {
        if let Some(remedy) = change(app, &label, |pulse| pulse.passes(TICK)).flatten() {
            apply(app, &label, remedy);
        }
    }
    if nobody_pays(app)
        && let Some(remedy) = change(app, CUSTOMER, Pulse::idles).flatten()
    {
        tracing::info!("the customer's page is renewed while nobody pays");
        bring_back(app, CUSTOMER, remedy);
    }
}

fn nobody_pays<R: Runtime>(app: &AppHandle<R>) -> bool {
    app.state::<Desk>().till.screen().view == ScreenView::Idle
}

/// The customer's page draws another code.
pub(crate) fn draws_code<R: Runtime>(app: &AppHandle<R>) {
    change(app, CUSTOMER, Pulse::draws);
}

/// Changes what is known of a page. When the customer's stops painting, the till learns that nobody sees its screen.
fn change<R: Runtime, T>(app: &AppHandle<R>, label: &str, how: impl FnOnce(&mut Pulse) -> T) -> Option<T> {
    let pages = app.state::<Pages>();
    let mut pulses = pages.pulses();
    let pulse = pulses.get_mut(label)?;
    let was_painting = pulse.is_painting();
    let outcome = how(pulse);
    if label == CUSTOMER && was_painting && !pulse.is_painting() {
        app.state::<Desk>().till.unseen();
    }
    Some(outcome)
}

fn apply<R: Runtime>(app: &AppHandle<R>, label: &str, remedy: Remedy) {
    tracing::error!(window = label, ?remedy, "the page is gone or hangs, and is brought back");
    bring_back(app, label, remedy);
}

fn bring_back<R: Runtime>(app: &AppHandle<R>, label: &str, remedy: Remedy) {
    match (remedy, app.get_webview_window(label)) {
        (Remedy::Reload, Some(window)) => {
            if let Err(error) = web_view::load_again(&window) {
                tracing::error!(%error, window = label, "the page can't be loaded again");
            }
        }
        (Remedy::OpenAnew, _) | (Remedy::Reload, None) => {
            let (app, label) = (app.clone(), label.to_owned());
            tauri::async_runtime::spawn(async move {
                if let Err(error) = open_anew(&app, &label).await {
                    tracing::error!(%error, window = %label, "the window can't be opened anew");
                }
            });
        }
    }
}

/// Opens a window in place of the old one. There can't be two with the same label, so the old one goes first.
async fn open_anew<R: Runtime>(app: &AppHandle<R>, label: &str) -> tauri::Result<()> {
    if let Some(window) = app.get_webview_window(label) {
        window.destroy()?;
    }
    let gone = async {
        let mut looks = tokio::time::interval(TICK / 10);
        while app.get_webview_window(label).is_some() {
            looks.tick().await;
        }
    };
    if tokio::time::timeout(GONE_WITHIN, gone).await.is_err() {
        tracing::error!(window = label, "the old window does not go");
    }
    windows::open_one(app, label)
}
