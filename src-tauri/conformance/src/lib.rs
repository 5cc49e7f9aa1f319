//! Holds requests and answers against the specifications that Vipps MobilePay has published. For tests only.
//!
//! The tests of the client hold every request that it can send against them, those of the simulator every
//! answer that it can give, with the same rules and the same [list of exceptions](Exceptions). Knows none of
//! the other crates, so that it can take neither's side.
//!
//! ```
//! use bytes::Bytes;
//! use conformance::Specification;
//!
//! let token = Specification::published("accesstoken")?;
//! let operation = token.find("POST", "/accesstoken/get").expect("it is published");
//! let answer = http::Response::builder()
//!     .status(200)
//!     .header("content-type", "application/json")
//!     .body(Bytes::from_static(b"{}"))?;
//! // An access token has members.
//! assert!(!token.answer_findings(operation, &answer).is_empty());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod answer;
mod exception;
mod finding;
mod operation;
mod request;
mod schema;
mod specification;

pub use exception::{AnswerException, Exceptions, RequestException};
pub use finding::Finding;
pub use operation::Operation;
pub use specification::{PUBLISHED, Specification, SpecificationError};
