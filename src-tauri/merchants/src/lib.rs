//! Signs up many merchants at once, as a partner of Vipps MobilePay does (contract 1.8).
//!
//! [`Merchants::read`] checks a table of them and says everything that is wrong with it. [`sign_up`] makes an order of a
//! product for each, through any break and none twice; what it knows is kept in [`Orders`]. [`follow`] asks how far the
//! orders have come. [`Command`] and [`run`] are all of that on the command line; [`finished`] reads what it wrote.
#![deny(missing_docs)]

mod access;
mod arguments;
mod check_digits;
mod complaint;
mod ending;
mod follow;
mod list;
mod logo;
mod merchant;
mod merchants;
mod orders;
mod result;
mod run;
mod sign_up;
mod table;
mod units;
mod voice;

pub use arguments::{Access, Command};
pub use complaint::Complaint;
pub use ending::Ending;
pub use follow::follow;
pub use merchant::{COLUMNS, Merchant};
pub use merchants::Merchants;
pub use orders::{Orders, OrdersError, Standing};
pub use result::{Finished, Outcome, finished};
pub use run::run;
pub use sign_up::{ON_ITS_WAY_MS, Stopped, sign_up};
pub use table::{FILE_BYTES_MAX, Form, ROWS_MAX};
