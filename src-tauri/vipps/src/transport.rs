//! The seam between this client and the world: one request in, one answer or one typed failure out.
//!
//! [`crate::Reqwest`] implements it over the network. A simulator's router can implement it in memory, so
//! that everything above it, real wire parsing included, runs without sockets and in virtual time.

use async_trait::async_trait;
use bytes::Bytes;

/// Carries one HTTP request to where it is addressed.
///
/// An implementation never follows redirects, never repeats a request and never reads more than
/// [`ANSWER_BYTES_MAX`] of an answer.
#[async_trait]
pub trait Transport: Send + Sync {
    /// Sends `request` (its URI is absolute) and waits for the whole answer, whatever its status.
    async fn send(&self, request: http::Request<Bytes>) -> Result<http::Response<Bytes>, TransportError>;
}

/// The largest answer that is read, in bytes.
pub const ANSWER_BYTES_MAX: usize = 4 * 1024 * 1024;

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TransportError {
    /// The request provably never left: no name, no route, no connection. Repeating it is safe.
    #[error("could not connect: {0}")]
    NotSent(String),
    /// The request may have arrived: nobody knows. Read back before deciding anything.
    #[error("no answer: {0}")]
    NoAnswer(String),
    /// The answer was larger than [`ANSWER_BYTES_MAX`]. The request did arrive.
    #[error("the answer was larger than {ANSWER_BYTES_MAX} bytes")]
    TooLarge,
}
