//! The hub on PostgreSQL: what it does on a file it does there too, and several of them do it side by side.

#![expect(clippy::expect_used, reason = "tests say what must be so")]
#[path = "../it/chain.rs"]
mod chain;
mod database;
#[path = "../it/joining.rs"]
mod joining;
mod news;
mod process;
#[path = "../it/refunding.rs"]
mod refunding;
#[path = "../it/searching.rs"]
mod searching;
mod server;
mod side_by_side;
mod street;
#[path = "../it/telling.rs"]
mod telling;
