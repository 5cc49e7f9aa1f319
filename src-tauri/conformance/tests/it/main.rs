//! The client, the simulator and the published text, held against each other.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on has failed")]

mod calls;
mod coverage;
mod recorder;
mod table;
mod unpublished;
