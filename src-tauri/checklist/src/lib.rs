//! Runs the go-live checklists of Vipps MobilePay for real, and reports with evidence (contract 5.2).
//!
//! An [`Item`] is data: what is to be shown, and where that is asked for. Its check makes payments over the client that
//! the till uses and yields an [`Outcome`]: passed, failed, or something that only a person can do. What was
//! really sent is seen by the [`Recorder`], a transport between the client and the network; evidence is made of what it
//! lets through, and it lets no key, token, link or number through.
//!
//! [`run`] does the items one after the other on a [`Bench`], and a [`Report`] is what is sent afterwards. Who plays the
//! customer is a [`Customer`]: a simulator's, or a person with the test app. This crate knows neither settings nor keys
//! nor windows, and never asks where money is real.

mod bench;
mod checks;
mod customer;
mod item;
mod listener;
mod outcome;
mod person;
mod recorder;
mod report;
mod run;
mod simulated;
mod standing;

pub use bench::{Bench, Environment, Parts};
pub use checks::items;
pub use customer::{Customer, Deed, Shown};
pub use item::{Item, Rail};
pub use outcome::{Exchange, Outcome, Stopped};
pub use person::Person;
pub use recorder::Recorder;
pub use report::{Checked, Report, Who};
pub use run::run;
pub use simulated::{Simulated, Unit, sales_unit};
