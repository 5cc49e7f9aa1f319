//! What the cashier does in a window of their own: has an amount reserved, finds a payment, gives it back, looks at the
//! day.

use std::time::Duration;

use anyhow::Result;

use crate::play::{Picture, Stage, kroner};
use crate::run::note;
use crate::wait::{self, Look};

/// The PIN of the demo, which its window says.
const PIN: &str = "1234";
/// The payment of the first customer.
const FIRST: &str = "xtask-demo-1";
/// How long a refund may take.
const REFUND: Duration = Duration::from_secs(20);

/// A customer has approved what is brought later; this time it comes to nothing.
pub(super) fn keeps_for_later(stage: &mut Stage) -> Result<()> {
    let payment = stage.next();
    stage.till.reserve(&payment, &kroner(249))?;
    stage.till.screen("scan")?;
    stage.till.customer(&payment, "approve")?;
    stage.till.screen("paid")?;
    stage.see_cashier("reserved", "the amount is reserved, to be collected or let go")?;
    stage.till.shop(&payment, "cancel")?;
    stage.clear(&payment)
}

/// By the keyboard alone.
pub(super) fn looks_back(stage: &mut Stage) -> Result<()> {
    stage.press(&["F2"])?;
    stage.write(FIRST)?;
    stage.press(&["Return"])?;
    stage.see_cashier("find", "the cashier has found a payment")?;
    stage.press(&["Down", "Return", "Tab", "Return"])?;
    stage.write("49,00")?;
    stage.press(&["Tab"])?;
    stage.write(PIN)?;
    stage.press(&["Tab"])?;
    stage.write("Kald kaffe")?;
    stage.see_cashier("refund", "the cashier gives a part of it back")?;
    stage.press(&["Return"])?;
    wait::until("the refund", REFUND, || {
        let payment = stage.till.payment(FIRST)?;
        let made = payment["refunded"]["value"] == 4_900;
        Ok(if made { Look::Found(()) } else { Look::NotYet(payment.to_string()) })
    })?;
    stage.press(&["Escape", "F4"])?;
    stage.see_cashier("totals", "the cashier looks at the totals of the day")?;
    stage.press(&["Escape"])
}

impl Stage<'_> {
    fn press(&self, keys: &[&str]) -> Result<()> {
        self.camera.press(&self.cashier, keys)
    }

    fn write(&self, text: &str) -> Result<()> {
        self.camera.write(&self.cashier, text)
    }

    /// Takes pictures of what only the cashier sees.
    fn see_cashier(&mut self, name: &str, shows: &str) -> Result<()> {
        let number = self.pictures.len() + 1;
        let file = |of: &str| self.folder.join(format!("{number:02}-{name}{of}.png"));
        let (display, customer, cashier) = (file(""), file("-customer"), file("-cashier"));
        self.camera.shoot_still(&self.cashier, &cashier)?;
        self.camera.shoot("root", &display)?;
        self.camera.shoot(&self.customer, &customer)?;
        note(&format!("{name}: {shows}"));
        let (name, shows) = (name.to_owned(), shows.to_owned());
        self.pictures.push(Picture { name, display, customer, cashier, shows });
        Ok(())
    }
}
