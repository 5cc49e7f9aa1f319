//! A till and its hub, over real sockets: joined, told, away and back, asked.

#![expect(clippy::expect_used, reason = "tests say what must be so")]

mod asking;
mod at_counter;
mod chain;
mod listening;
mod sales_unit;
mod telling;
