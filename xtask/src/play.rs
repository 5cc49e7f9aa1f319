//! The demo that plays by itself: shop, customer and bad luck, one payment after the other.

mod counter;

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

use crate::camera::{self, Camera};
use crate::run::note;
use crate::till::Till;

/// A little longer than a customer has, in seconds.
const WINDOW_OVER_SECONDS: u64 = 601;

/// Plays every way in which a payment can go, with a picture of each screen.
///
/// # Errors
///
/// As soon as a screen is not what it must be.
pub(crate) fn play(stage: &mut Stage) -> Result<()> {
    stage.see("idle", "nobody is paying")?;
    pays(stage)?;
    is_declined_and_tries_again(stage)?;
    cancels_on_the_phone(stage)?;
    is_sent_away_by_the_shop(stage)?;
    walks_away(stage)?;
    pays_while_nobody_answers(stage)?;
    cannot_be_served(stage)?;
    gets_it_on_the_phone(stage)?;
    counter::keeps_for_later(stage)?;
    counter::looks_back(stage)
}

fn gets_it_on_the_phone(stage: &mut Stage) -> Result<()> {
    let payment = stage.next();
    stage.till.charge_by_phone(&payment, &kroner(129), "+47 912 34 567")?;
    stage.see("sent", "sent to the customer's phone")?;
    stage.till.customer(&payment, "approve")?;
    stage.till.screen("paid")?;
    stage.clear(&payment)
}

fn pays(stage: &mut Stage) -> Result<()> {
    let amount = kroner(249);
    let payment = stage.charge(&amount)?;
    let picture = stage.see("scan", "the code to scan, and the time that is left")?;
    let expected = stage.till.qr_content(&payment)?;
    stage.code = camera::read_code(&picture)?;
    match &stage.code {
        Some(code) if *code != expected => {
            bail!("the code on the screen says {code}, and must say {expected}")
        }
        Some(code) => note(&format!("the code on the screen reads {code}")),
        None => note("zbarimg is not installed: nobody has read the code"),
    }
    stage.till.customer(&payment, "scan")?;
    stage.see("opened", "the customer has it on the phone")?;
    stage.till.customer(&payment, "approve")?;
    stage.see("paid", "paid in full")?;
    let truth = stage.till.payment(&payment)?;
    if truth["status"] != "paid" || truth["captured"] != amount {
        bail!("the customer reads `paid`, and the POS {truth}");
    }
    stage.clear(&payment)
}

fn is_declined_and_tries_again(stage: &mut Stage) -> Result<()> {
    let payment = stage.charge(&kroner(89))?;
    stage.till.screen("scan")?;
    stage.till.customer(&payment, "scan")?;
    stage.till.screen("opened")?;
    stage.till.customer(&payment, "decline")?;
    stage.see_with(
        "declined",
        &json!({ "mayRetry": true }),
        "the bank said no; another card may be tried",
    )?;
    stage.till.customer(&payment, "approve")?;
    stage.till.screen("paid")?;
    stage.clear(&payment)
}

fn cancels_on_the_phone(stage: &mut Stage) -> Result<()> {
    let payment = stage.charge(&kroner(120))?;
    stage.till.screen("scan")?;
    stage.till.customer(&payment, "scan")?;
    stage.till.screen("opened")?;
    stage.till.customer(&payment, "cancel")?;
    stage.see_with("cancelled", &json!({ "by": "customer" }), "cancelled by the customer, on the phone")?;
    stage.clear(&payment)
}

fn is_sent_away_by_the_shop(stage: &mut Stage) -> Result<()> {
    let payment = stage.charge(&kroner(45))?;
    stage.till.screen("scan")?;
    stage.till.shop(&payment, "cancel")?;
    stage.see_with("cancelled", &json!({ "by": "shop" }), "cancelled by the shop")?;
    stage.clear(&payment)
}

fn walks_away(stage: &mut Stage) -> Result<()> {
    let payment = stage.charge(&kroner(310))?;
    stage.till.screen("scan")?;
    stage.till.advance(WINDOW_OVER_SECONDS)?;
    stage.see("timedOut", "ten minutes later: nobody has paid")?;
    stage.clear(&payment)
}

fn pays_while_nobody_answers(stage: &mut Stage) -> Result<()> {
    let payment = stage.charge(&kroner(199))?;
    stage.till.screen("scan")?;
    stage.till.customer(&payment, "scan")?;
    stage.till.screen("opened")?;
    stage.till.faults(&json!([{ "on": "details", "kind": "silent" }]))?;
    stage.till.customer(&payment, "approve")?;
    stage.see("checking", "Vipps MobilePay is silent: do not pay again")?;
    stage.till.faults(&json!([]))?;
    stage.till.screen("paid").context("after Vipps MobilePay has come back")?;
    stage.clear(&payment)
}

fn cannot_be_served(stage: &mut Stage) -> Result<()> {
    stage.till.faults(&json!([{ "on": "any", "kind": "refused" }]))?;
    let payment = stage.charge(&kroner(75))?;
    stage.see("fault", "Vipps MobilePay cannot be reached: ask the staff")?;
    stage.till.faults(&json!([]))?;
    stage.clear(&payment)
}

fn kroner(kroner: u32) -> Value {
    json!({ "value": kroner * 100, "currency": "NOK" })
}

/// A running demo, a camera in front of it, and what has been taken.
pub(crate) struct Stage<'a> {
    till: Till,
    camera: Camera<'a>,
    /// The customer's window.
    customer: String,
    /// The cashier's window.
    cashier: String,
    folder: PathBuf,
    charged: u32,
    /// The pictures so far.
    pub(crate) pictures: Vec<Picture>,
    /// What the code on the customer's screen says, once it has been read.
    pub(crate) code: Option<String>,
}

/// One screen, twice: the whole display, and the customer's window alone.
pub(crate) struct Picture {
    /// `paid`, `cancelled-by-shop`.
    pub(crate) name: String,
    /// The whole display.
    pub(crate) display: PathBuf,
    /// The customer's window.
    pub(crate) customer: PathBuf,
    /// The cashier's window.
    pub(crate) cashier: PathBuf,
    /// What can be seen.
    pub(crate) shows: String,
}

impl<'a> Stage<'a> {
    /// Sets the stage: pictures go to `folder`, of the windows `customer` and `cashier` too.
    pub(crate) fn new(
        till: Till,
        camera: Camera<'a>,
        customer: String,
        cashier: String,
        folder: &Path,
    ) -> Self {
        let folder = folder.to_owned();
        Self { till, camera, customer, cashier, folder, charged: 0, pictures: Vec::new(), code: None }
    }

    /// Starts a payment and gives its reference.
    fn charge(&mut self, amount: &Value) -> Result<String> {
        let reference = self.next();
        self.till.charge(&reference, amount)?;
        Ok(reference)
    }

    fn next(&mut self) -> String {
        self.charged += 1;
        format!("xtask-demo-{}", self.charged)
    }

    /// Clears away what has ended.
    fn clear(&self, payment: &str) -> Result<()> {
        self.till.shop(payment, "dismiss")?;
        self.till.screen("idle").map(drop)
    }

    fn see(&mut self, view: &str, shows: &str) -> Result<PathBuf> {
        self.see_with(view, &json!({}), shows)
    }

    /// Waits for a screen, checks `details` of it, and takes its picture. Gives the customer's.
    fn see_with(&mut self, view: &str, details: &Value, shows: &str) -> Result<PathBuf> {
        let screen = self.till.screen(view)?;
        for (name, value) in details.as_object().into_iter().flatten() {
            if screen[name] != *value {
                bail!("the screen `{view}` must have {name} {value}: {screen}");
            }
        }
        let name = name(view, details);
        let number = self.pictures.len() + 1;
        let display = self.folder.join(format!("{number:02}-{name}.png"));
        let customer = self.folder.join(format!("{number:02}-{name}-customer.png"));
        self.camera.shoot("root", &display)?;
        self.camera.shoot(&self.customer, &customer)?;
        let cashier = self.folder.join(format!("{number:02}-{name}-cashier.png"));
        self.camera.shoot_still(&self.cashier, &cashier)?;
        note(&format!("{view}: {shows}"));
        let shows = shows.to_owned();
        self.pictures.push(Picture { name, display, customer: customer.clone(), cashier, shows });
        Ok(customer)
    }
}

/// `timedOut` becomes `timed-out`; who cancelled is part of the name.
fn name(view: &str, details: &Value) -> String {
    let mut name = String::new();
    for letter in view.chars() {
        if letter.is_ascii_uppercase() {
            name.push('-');
        }
        name.push(letter.to_ascii_lowercase());
    }
    if let Some(by) = details["by"].as_str() {
        name.push_str("-by-");
        name.push_str(by);
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_are_named_after_what_they_show() {
        assert_eq!(name("timedOut", &json!({})), "timed-out");
        assert_eq!(name("cancelled", &json!({ "by": "shop" })), "cancelled-by-shop");
        assert_eq!(name("declined", &json!({ "mayRetry": true })), "declined");
    }
}
