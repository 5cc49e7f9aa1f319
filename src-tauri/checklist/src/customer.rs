//! Whoever pays, or does not.

use async_trait::async_trait;

use crate::item::Rail;
use crate::outcome::Stopped;

/// Whoever pays, or does not.
#[async_trait]
pub trait Customer: Send + Sync {
    /// Does it, or asks a person to. Whether it was done is seen by reading the payment.
    ///
    /// # Errors
    /// It can't be done.
    async fn does(&self, deed: Deed, payment: Shown<'_>) -> Result<(), Stopped>;
}

/// What a customer can do about a payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deed {
    /// Approves it.
    Approve,
    /// Refuses it in the app.
    Refuse,
    /// Does nothing until its time is over.
    WalkAway,
}

/// A payment as its customer sees it.
#[derive(Clone, Copy)]
pub struct Shown<'a> {
    /// The API that it was made on.
    pub rail: Rail,
    /// Its name.
    pub reference: &'a str,
    /// Where its code is. Whoever has it can pay: for eyes, and for nothing that is kept.
    pub code: &'a str,
    /// Where it is paid, on eCom; as secret as the code.
    pub url: Option<&'a str>,
}
