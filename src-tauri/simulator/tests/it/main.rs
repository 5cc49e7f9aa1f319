//! The simulator from outside: its HTTP face in raw JSON, without a type of the client that will use it.

#![expect(clippy::expect_used, reason = "a test that can't go on ends there")]

mod support;

mod callbacks;
mod control;
mod ecom;
mod epayment;
mod epayment_refusals;
mod faults;
mod in_memory;
mod lasting_codes;
mod management;
mod orders;
mod partner;
mod qr;
mod refusals;
mod socket;
mod state;
mod token;
mod webhooks;
