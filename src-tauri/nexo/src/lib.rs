//! Translates between nexo and the contract, for a POS that speaks to payment terminals and knows no other language.
//!
//! nexo is the standard of the retail trade for what a cash register (Sale) and a terminal (POI) say to each other;
//! what is understood here is its JSON, protocol 3.0, as the Terminal API of Adyen has made it common. [`read`] makes
//! of a message what is asked of the till, or a [`Fault`]; the functions of [`answer`](mod@answer) make of what the
//! till says a message. Both are pure. This crate knows neither HTTP nor the till: who asks and what is allowed, how
//! long an answer is held, and what a payment does are other people's business.
//!
//! Amounts in nexo are decimals in major units. They are read from their digits (`amount`), so that 10.99 is 1099 and
//! nothing else.

mod amount;
pub mod answer;
mod condition;
mod display;
mod header;
mod message;
mod payment;
mod reversal;

pub use amount::{AmountError, Decimal, minor_units};
pub use condition::{Condition, Fault, condition_of};
pub use display::{Output, Show};
pub use header::{Header, MessageId};
pub use message::{Ask, Kind, Message, Unreadable, read};
pub use payment::{PaymentAsk, SaleTransaction, is_over};
pub use reversal::ReversalAsk;
