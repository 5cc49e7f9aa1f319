//! Signs up many merchants at once, as a partner of Vipps MobilePay does (contract 1.8).
//!
//! [`Merchants::read`] checks a table of them and says everything that is wrong with it. [`sign_up`] makes an order of a
//! product for each, through any break and none twice; what it knows is kept in [`Orders`]. [`follow`] asks how far the orders have come.
#![deny(missing_docs)]

mod check_digits;
mod complaint;
mod follow;
mod list;
mod merchant;
mod merchants;
mod orders;
mod sign_up;
mod table;

pub use complaint::Complaint;
pub use follow::follow;
pub use merchant::{COLUMNS, Merchant};
pub use merchants::Merchants;
pub use orders::{Orders, OrdersError, Standing};
pub use sign_up::{ON_ITS_WAY_MS, Stopped, sign_up};
pub use table::{FILE_BYTES_MAX, Form, ROWS_MAX};
