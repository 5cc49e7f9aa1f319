//! The client from outside: what it sends, and what it makes of what comes back.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on has failed")]

/// A Vipps MobilePay that answers what a test tells it to, over sockets or in memory.
mod support;

/// Whatever is answered: no panic, and no success that is none.
mod anything;
/// Every eCom call: method, path, headers and body to the letter; answers; refusals.
mod ecom;
/// What a failure means, and what may be done about it.
mod failures;
/// The real transport: what does not connect, does not answer, is too large or leads elsewhere.
mod network;
/// QR codes, and pictures that are fetched without a trace of us.
mod qr;
/// Nothing secret is ever printed or logged.
mod secrets;
/// The access token: fetched once, renewed early, replaced when it is refused.
mod token;
