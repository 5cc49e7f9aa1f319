//! The till as a whole, over the real client and the simulator, without sockets and in paused time.
//!
//! One binary; each module tells stories of one kind.

#![expect(clippy::expect_used, reason = "a test that expects too much should fail")]

/// The network is slow, silent or lies.
mod network;
/// The power goes at the worst moments.
mod power;
/// What a POS may and may not ask for.
mod requests;
/// Customers pay, hesitate, decline, cancel and walk away.
mod stories;
/// The street that the shop stands in.
mod street;
