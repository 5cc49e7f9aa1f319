//! What the tests are told in: a shop with a till, a customer and a Vipps MobilePay that can be cut off.
//!
//! Everything here is real but for Vipps MobilePay itself: the program, its sockets, its files and its windows.
//! Everything ends when it is dropped, also when a test panics.

pub(crate) mod chain;
pub(crate) mod display;
pub(crate) mod driver;
pub(crate) mod glass;
pub(crate) mod hand;
pub(crate) mod kvitt;
pub(crate) mod picture;
pub(crate) mod pos;
pub(crate) mod premises;
pub(crate) mod program;
pub(crate) mod shop;
pub(crate) mod vipps;
pub(crate) mod wait;
