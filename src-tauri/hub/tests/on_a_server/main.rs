//! The hub on PostgreSQL: what it does on a file it does there too, and several of them do it side by side.

#![expect(clippy::expect_used, reason = "tests say what must be so")]
#[path = "../it/auditing.rs"]
mod auditing;
#[path = "../it/chain.rs"]
mod chain;
mod database;
#[path = "../it/joining.rs"]
mod joining;
mod news;
#[path = "../it/overheard.rs"]
mod overheard;
#[path = "../it/partner_webhooks.rs"]
mod partner_webhooks;
mod process;
mod reading_units;
#[path = "../it/refunding.rs"]
mod refunding;
#[path = "../it/sale_log.rs"]
mod sale_log;
#[path = "../it/sales_units.rs"]
mod sales_units;
#[path = "../it/searching.rs"]
mod searching;
mod server;
mod side_by_side;
mod street;
#[path = "../it/telling.rs"]
mod telling;
#[path = "../it/visitor.rs"]
mod visitor;
#[path = "../it/wait.rs"]
mod wait;
