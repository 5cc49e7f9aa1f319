//! The same page in a browser, which is told what to show: how long until it is painted.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result};
use serde_json::{Value, json};

use super::browser::Browser;
use super::measured::{Results, What, Who};
use super::page_server::PageServer;
use super::sale::cart;
use super::scene::{FIGURE, Scene, WORDS, painted};
use crate::background::Background;
use crate::wait::{self, Look};
use crate::workspace::Workspace;

/// So many of the first are not counted.
const WARM_UP: u32 = 3;
/// How long a browser may take until its page listens.
const READY: Duration = Duration::from_secs(30);

/// The screens that a browser is told, numbered as a till numbers them.
pub(crate) struct Screens(u64);

impl Screens {
    pub(crate) fn new() -> Self {
        // The page shows a story of its own first, under the number 1.
        Self(1)
    }

    /// The next screen, which shows `view`.
    pub(crate) fn next(&mut self, view: Value) -> Value {
        self.0 += 1;
        let mut screen = json!({
            "number": self.0, "language": "nb", "shop": "Kaffebaren Oslo", "currency": "NOK", "environment": "demo",
        });
        if let (Some(screen), Value::Object(view)) = (screen.as_object_mut(), view) {
            screen.extend(view);
        }
        screen
    }
}

/// Starts `browser` with the customer's page, and waits until it listens.
pub(crate) fn show(
    workspace: &Workspace,
    scene: &Scene,
    (browser, folder): (Browser, &Path),
    server: &PageServer,
) -> Result<Background> {
    server.forget_listeners();
    server.tell_whoever_comes(&Screens::new().next(json!({ "view": "idle" })));
    let command = browser.show(&scene.display, folder, &server.customer());
    let running = Background::start(workspace, browser.name(), &command)?;
    wait::until(&format!("the page in {}", browser.name()), READY, || {
        Ok(if server.listeners() > 0 { Look::Found(()) } else { Look::NotYet("nobody listens".to_owned()) })
    })?;
    Ok(running)
}

/// From just before the page is told, until the last pixel is on the display: carts, codes and results.
pub(crate) fn measure(
    scene: &Scene,
    server: &PageServer,
    who: Who,
    (carts, payments): (u32, u32),
    results: &mut Results,
) -> Result<()> {
    let mut screens = Screens::new();
    // The page has shown the first of them when it began to listen.
    screens.next(json!({}));
    let eye = scene.look_at(&[WORDS, FIGURE])?;
    let tell = |screen: &Value, what: &str| -> Result<Duration> {
        let begun = server.tell(screen)?;
        Ok(painted(&eye, what, begun, || Ok(Look::Found(())))? - begun)
    };
    for step in 0..carts + WARM_UP {
        let cart = cart(step);
        let view = json!({ "view": "cart", "amount": cart["total"], "lines": cart["lines"], "earlier": 0 });
        let time = tell(&screens.next(view), "the cart")?;
        if step >= WARM_UP {
            results.add(What::Cart, who, time);
        }
    }
    results.looked(&eye.take_pauses());
    drop(eye);
    for number in 0..payments + WARM_UP {
        let (code, outcome) = pay(scene, server, &mut screens, number).context(who.name())?;
        if number >= WARM_UP {
            results.add(What::Code, who, code);
            results.add(What::Outcome, who, outcome);
        }
    }
    Ok(())
}

fn pay(
    scene: &Scene,
    server: &PageServer,
    screens: &mut Screens,
    number: u32,
) -> Result<(Duration, Duration)> {
    let amount = json!({ "value": 24_900, "currency": "NOK" });
    let words = scene.look_at(&[WORDS])?;
    let begun = server.tell(&screens.next(json!({ "view": "preparing", "amount": amount })))?;
    painted(&words, "preparing", begun, || Ok(Look::Found(())))?;
    drop(words);

    let figure = scene.look_at(&[FIGURE])?;
    let qr = format!("code-{number}");
    let scan = json!({ "view": "scan", "amount": amount, "qr": qr, "leftMs": 600_000, "ofMs": 600_000 });
    let begun = server.tell(&screens.next(scan))?;
    let code = painted(&figure, "the code", begun, || Ok(Look::Found(())))? - begun;
    drop(figure);

    let words = scene.look_at(&[WORDS])?;
    let at = "2026-11-23T11:42:07Z";
    let paid = json!({ "view": "paid", "amount": amount, "reference": "bench-told-00001", "at": at });
    let begun = server.tell(&screens.next(paid))?;
    let outcome = painted(&words, "*paid*", begun, || Ok(Look::Found(())))? - begun;
    Ok((code, outcome))
}
