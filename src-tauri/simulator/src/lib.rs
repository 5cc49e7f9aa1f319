//! Pretends to be Vipps MobilePay.
//!
//! A [`Simulator`] is a small, complete Vipps MobilePay on one machine: it checks keys, headers and bodies as strictly
//! as the live service does, keeps payments with their whole history, draws QR codes, sends callbacks, and lets a
//! person or a test play the customer. Told to, it is slow, silent, wrong or torn off in the middle. Its clock can be
//! moved forward, and every answer carries that clock's time in `Date`.
//!
//! Three faces look at the same world:
//!
//! - [`Simulator::router`] and [`Simulator::serve`]: HTTP, with a control API under `/simulator` and a phone to click
//!   on under `/`;
//! - [`Simulator::transport`]: the same router as a [`vipps::Transport`], without sockets, so that everything above
//!   it can run in paused time;
//! - the methods of [`Simulator`], for code that holds it.
//!
//! What it offers: the access token, ePayment, eCom v2, QR, Webhooks, Order Management, Userinfo and Management, for
//! several sales units and for a partner of theirs. Where the published sources are silent, the choice
//! made here is written down in `docs/simulator.md`. It shares no wire type with the crate `vipps`, so that a wrong
//! field name cannot agree with itself; only `in_memory` knows that crate, and of it only the transport.

mod callback;
mod control;
mod http;
mod in_memory;
mod outgoing;
mod pictures;
mod routes;
mod sales_unit;
mod simulator;
mod state_file;
mod time;
mod webhook;
mod world;

pub use in_memory::InMemory;
pub use sales_unit::{CaptureType, PartnerKeys, SalesUnit, UnitChange};
pub use simulator::{Clock, Options, Simulator};
pub use world::fault::{Call, Fault, FaultKind};
pub use world::payment::State;
pub use world::record::{Direction, Record};
pub use world::truth::{LogLine, Movement, Truth};
pub use world::{Act, ActRefused, QrLife};
