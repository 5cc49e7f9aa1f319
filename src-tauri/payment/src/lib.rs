//! What a payment is: a state machine that is told what happened and says what to do.
//!
//! Pure: no I/O, no clock, no async, no randomness. Time comes in as a [`Moment`], keys come in with the
//! [`Order`], answers come in as [`Event`]s; what is to be written down and what is to be asked of Vipps
//! MobilePay comes out as [`Effect`]s. Whoever performs the effects, in whatever order events arrive, money
//! stays honest; `tests/model.rs` tries to prove otherwise.
//!
//! A payment is the fold of its [`Fact`]s. [`Payment::on`] only ever changes it by applying facts that it
//! also hands out to be recorded, so [`Payment::replay`] of a journal gives the very same payment back.
//!
//! This crate knows no HTTP, no wire format, no screen and no shop. It depends on none of ours.

pub mod amount;
pub mod deadline;
pub mod event;
pub mod fact;
pub mod lifecycle;
pub mod link;
pub mod modification;
pub mod moment;
pub mod order;
pub mod reading;
pub mod receipt;
pub mod reference;

pub use amount::{Amount, AmountError, Currency};
pub use event::{Ask, AskKind, Effect, Event, Knowledge, Refusal, Trouble};
pub use fact::{CancelledBy, Cause, End, Fact, Why};
pub use lifecycle::{Code, Payment, ReplayError, Stage};
pub use link::{Link, LinkEnd, LinkKind, LinkState};
pub use modification::{Modification, ModificationKind, ModificationRequest, ModificationState};
pub use moment::Moment;
pub use order::{Flow, Line, Order, Rail};
pub use reading::{Money, Reading, Standing};
pub use receipt::{ReceiptEnd, ReceiptState};
pub use reference::{Reference, ReferenceError};
