//! Puts whole tills into a bad world and holds them to the laws.
//!
//! One number, the seed, decides everything: which shops there are, how bad the network, the disks and the power are,
//! and what customers, cashiers, the cash register and people in the portal do. The tills are the real ones: real
//! `till`, real `journal` in memory or on SQLite, real `vipps` with real wire formats, over the `simulator` in memory.
//! Time is tokio's paused clock and passes only when everybody waits, so a world of a day takes milliseconds and the
//! same seed gives the same trace, byte for byte.
//!
//! After every call, every write, every change of a screen and everything that a person does, [`laws`] looks at the
//! truth at Vipps MobilePay and at what has been promised. The first [`Breach`] ends the world. To show that the checks
//! bite, a [`Plant`] puts one mistake into the tills.
//!
//! This crate is for tests; nothing that is shipped depends on it.

mod breach;
mod cabinet;
mod call;
mod dice;
mod disk;
mod elsewhere;
mod laws;
mod ledger;
mod network;
mod people;
mod plan;
mod plant;
mod play;
mod power;
mod register;
mod returns;
mod saboteur;
mod sale;
mod shop;
mod staff;
mod stranger;
mod tally;
mod time;
mod trace;
mod wire;
mod world;

pub use breach::{Breach, Law};
pub use plan::{Choice, Store};
pub use plant::Plant;
pub use play::{Outcome, play};
pub use tally::Tally;
