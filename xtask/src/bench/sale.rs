//! What takes time in a sale, in the program itself: from the register's request, or Vipps MobilePay's answer, to the
//! pixels on the customer's window.

use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

use super::measured::{Results, What, Who};
use super::scene::{FIGURE, Scene, WORDS, painted};
use super::tap::{Tap, waited_for};
use crate::run::instant;
use crate::till::Till;
use crate::wait::{self, Look};

/// So many of the first are not counted.
const WARM_UP: u32 = 3;
/// The picture of a code, in the path that it is fetched from.
pub(crate) const PICTURE: &str = "/qr-image";
/// How often an open payment is read, in milliseconds.
const POLL_MILLIS: u64 = 1_000;
/// The approvals are spread over the time between two reads: each comes so much later in it than the last.
const SPREAD_MILLIS: u64 = 137;

/// How the till learns of an approval.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum News {
    /// It reads every second.
    Polled,
    /// It is told that there is news, as soon as there is: what a callback or a webhook comes to.
    Hinted,
}

/// The sale as it is rung up, step by step: a line more each time, and now and then a new sale.
pub(crate) fn cart(step: u32) -> Value {
    let line = |number: u32| json!({ "name": format!("Vare nummer {number}"), "quantity": 1 + number % 3, "unitPrice": 1_000 + 350 * number });
    let lines: Vec<Value> = (0..=step % 6).map(|number| line(number + step % 7)).collect();
    let sum: u64 = lines
        .iter()
        .map(|line| line["quantity"].as_u64().unwrap_or(0) * line["unitPrice"].as_u64().unwrap_or(0))
        .sum();
    json!({ "lines": lines, "total": { "value": sum, "currency": "NOK" } })
}

/// From just before a register tells the cart, until the last pixel of it is on the display.
pub(crate) fn carts(scene: &Scene, till: &Till, rounds: u32, results: &mut Results) -> Result<()> {
    let eye = scene.look_at(&[WORDS, FIGURE])?;
    for step in 0..rounds + WARM_UP {
        let cart = cart(step);
        let begun = instant();
        till.ring_up(&cart)?;
        let at = painted(&eye, "the cart", begun, || shows(till, "cart"))?;
        if step >= WARM_UP {
            results.add(What::Cart, Who::Kvitt, at - begun);
        }
    }
    results.looked(&eye.take_pauses());
    Ok(())
}

/// Whole payments: the code, the approval, and the result.
pub(crate) fn payments(
    scene: &Scene,
    till: &Till,
    tap: &Tap,
    (news, rounds): (News, u32),
    results: &mut Results,
) -> Result<()> {
    for number in 0..rounds + WARM_UP {
        let name = if news == News::Polled { "polled" } else { "hinted" };
        let reference = format!("bench-{name}-{number:05}");
        let counts = number >= WARM_UP;
        let code = code(scene, till, tap, &reference, results)?;
        if number == 0 {
            scene.must_show_code(&till.qr_content(&reference)?)?;
        }
        let (approval, outcome) = approval(scene, till, tap, (&reference, news, number), results)?;
        if counts {
            let what = if news == News::Polled { What::ApprovalPolled } else { What::ApprovalHinted };
            results.add(What::Code, Who::Kvitt, code);
            results.add(What::Outcome, Who::Kvitt, outcome);
            results.add(what, Who::Kvitt, approval);
        }
        till.shop(&reference, "dismiss")?;
        till.screen("idle")?;
    }
    Ok(())
}

/// From just before a register starts a payment, until the code is on the display, less the time in which Vipps
/// MobilePay had been asked and had not answered.
fn code(scene: &Scene, till: &Till, tap: &Tap, reference: &str, results: &mut Results) -> Result<Duration> {
    let eye = scene.look_at(&[FIGURE])?;
    let begun = instant();
    till.charge(reference, &json!({ "value": 24_900, "currency": "NOK" }))?;
    let at = painted(&eye, "the code", begun, || shows(till, "scan"))?;
    results.looked(&eye.take_pauses());
    let (waited, answered) =
        waited_for(&tap.calls_since(begun), PICTURE).context("nobody has fetched the picture of the code")?;
    if at < answered {
        bail!("the code was painted before its picture had come: it is not the code that was seen");
    }
    Ok((at - begun).saturating_sub(waited))
}

/// From just before the customer approves, and from the answer to the capture, until the last pixel of *paid* is on
/// the display.
fn approval(
    scene: &Scene,
    till: &Till,
    tap: &Tap,
    (reference, news, number): (&str, News, u32),
    results: &mut Results,
) -> Result<(Duration, Duration)> {
    pause(Duration::from_millis(u64::from(number) * SPREAD_MILLIS % POLL_MILLIS))?;
    let eye = scene.look_at(&[WORDS])?;
    let begun = instant();
    till.customer(reference, "approve")?;
    if news == News::Hinted {
        till.shop(reference, "refresh")?;
    }
    let at = painted(&eye, "*paid*", begun, || shows(till, "paid"))?;
    results.looked(&eye.take_pauses());
    let calls = tap.calls_since(begun);
    let capture = calls.iter().find(|call| call.what.contains("/capture"));
    let known = capture.and_then(|call| call.answered).context("nobody has captured")?;
    if at < known {
        bail!("*paid* was painted before the capture was answered");
    }
    Ok((at - begun, at - known))
}

/// Whether the newest screen is `view`, and the page says that it has painted it.
pub(crate) fn shows(till: &Till, view: &str) -> Result<Look<()>> {
    let screen = till.read("/v1/screen")?;
    let there = screen["view"] == view && screen["number"] == screen["shown"];
    Ok(if there { Look::Found(()) } else { Look::NotYet(screen.to_string()) })
}

/// Lets `time` pass.
pub(crate) fn pause(time: Duration) -> Result<()> {
    let begun = instant();
    wait::closely("some time to pass", time.saturating_mul(2).saturating_add(Duration::from_secs(1)), || {
        let over = begun.elapsed() >= time;
        Ok(if over { Look::Found(()) } else { Look::NotYet("not yet".to_owned()) })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_step_of_a_sale_changes_what_the_customer_sees() {
        for step in 0..500 {
            assert_ne!(cart(step)["total"], cart(step + 1)["total"], "step {step}");
        }
    }
}
