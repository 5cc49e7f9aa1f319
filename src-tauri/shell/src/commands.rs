//! What the windows may call: one file for each window, one line for each command.

pub mod cashier;
pub mod customer;
pub mod phone;
