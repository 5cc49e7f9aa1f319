//! The hub from outside: real tills, a real database in a file, and the simulator.

#![expect(clippy::expect_used, reason = "tests say what must be so")]

mod auditing;
mod chain;
mod database;
mod joining;
mod over_tls;
mod overheard;
mod partner_webhooks;
mod refunding;
mod sale_log;
mod sales_units;
mod searching;
mod telling;
mod visitor;
mod wait;
