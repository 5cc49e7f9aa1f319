//! The client from outside: what it sends, and what it makes of what comes back.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on has failed")]

/// A good answer to every call.
mod answers;
/// Every call, with good arguments.
mod calls;
/// A Vipps MobilePay that answers what a test tells it to, over sockets or in memory.
mod support;

/// Whatever is answered: no panic, and no success that is none.
mod anything;
/// Static codes, and codes that customers show.
mod codes;
/// Every request as the published specifications have it.
mod conformity;
/// Every eCom call: method, path, headers and body to the letter; answers; refusals.
mod ecom;
/// Every call of ePayment: method, path, headers and body to the letter; answers; refusals.
mod epayment;
/// What a failure means, and what may be done about it.
mod failures;
/// Sales units, merchants, orders of products, and what customers share.
mod management;
/// Good answers that lost something on the way: cut off, changed, swollen.
mod mutilated;
/// The real transport: what does not connect, does not answer, is too large or leads elsewhere.
mod network;
/// Receipts and links: what is sent, what is read back.
mod orders;
/// QR codes, and pictures that are fetched without a trace of us.
mod qr;
/// Nothing secret is ever printed or logged.
mod secrets;
/// The access token: fetched once, renewed early, replaced when it is refused.
mod token;
/// Being told about events: what is asked for.
mod webhooks;
