//! The local API from outside, in raw JSON, over a real till that speaks to the simulator in memory.

#![expect(clippy::expect_used, reason = "a test that can't go on ends there")]

mod hindered;
mod schema;
mod support;
mod totals;

mod admission;
mod captures;
mod cart;
mod document;
mod events;
mod hang_up;
mod manual;
mod nexo;
mod nexo_manual;
mod payments;
mod phones;
mod refunds;
mod refusals;
mod search;
mod socket;
