//! What customers allowed to be kept: phone numbers, each for one purpose and a set time.
//!
//! A [`Consents`] is one small file of its own, because what is in it must be erasable to the last byte; a journal that
//! only grows could not do that. Nothing is kept without a [`Rule`], which the shop sets: what for, and how many days.
//! What is past its day is erased by whoever has the file open, and a shorter time counts for what is there already.
//!
//! This crate knows nothing of payments but a reference, reads no clock and writes no log. A [`Number`] prints nothing
//! of itself but, where that is asked for, its last digits.

mod consent;
mod error;
mod file;
mod number;
mod rule;
#[cfg(test)]
mod tests;

pub use consent::{Consent, GivenTo};
pub use error::ConsentsError;
pub use file::{CONSENTS_MAX, Consents, FILE, Figures, look};
pub use number::{Number, NumberError};
pub use rule::{DAY_MS, Rule, RuleError};
