//! Reads what registers write to a line display: two rows of twenty characters, on a pole, since the eighties.
//!
//! [`Grid`] is such a display: bytes go in, and what stands on it can be asked for. It understands the commands that
//! most of them share, ESC/POS for customer displays, and skips what it does not know, so that a command never becomes
//! letters. It is pure. [`listen`] takes the bytes from TCP, where a serial line or an old program can be led to, and
//! says what stands on the display whenever that has changed. This crate knows nothing of the till.

mod grid;
mod letters;
mod server;

pub use grid::{COLUMNS, Grid, ROWS};
pub use letters::Letters;
pub use server::{CONNECTIONS_MAX, listen};
