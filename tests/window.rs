//! What people really see: the windows under a display of their own, looked at from inside through WebDriver and from
//! outside on screenshots.
//!
//! The pictures are in `target/window-tests`.

mod cart;
mod cashier;
mod chain;
mod customer_does_not_pay;
mod customer_pays;
mod demo;
mod line_display;
mod locked_page;
mod not_set_up;
mod page_comes_back;
mod phone_numbers;
mod power_comes_back;
mod secrets;
mod telephone;
mod touch;
mod vipps_is_gone;
