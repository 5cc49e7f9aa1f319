//! Orders are made at the pretended Vipps MobilePay, over wires that break at any moment.

#![expect(clippy::expect_used, reason = "a test that can't go on ends there")]

/// A table, its folder, and the pretended Vipps MobilePay.
mod desk;
/// A wire that breaks where it is told to.
mod wire;

/// The logo of a sales unit.
mod logo;
/// Every order is made once, whatever breaks.
mod once;
/// What became of the orders.
mod outcomes;
