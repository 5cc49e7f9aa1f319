//! Does the work: one till, at most one open payment.
//!
//! A [`Till`] is asked by a POS, by the cashier window or by a test; to all of them it is the same. It starts
//! payments and follows each of them to its end: what a [`payment::Payment`] wants recorded goes into the
//! journal, what it wants asked goes to Vipps MobilePay over a [`Rail`], and what the customer and the cashier
//! may see comes out as whole, numbered pictures of the truth. After a restart it carries on from the journal.
//!
//! This crate knows neither windows nor HTTP servers. It is the only one that knows both `vipps` and
//! `payment`; `ecom` and `epayment` are the files that map the words of the one to the words of the other.

mod asked;
mod book;
mod cart;
mod changes;
mod clock;
mod code;
mod counter_code;
mod digest;
mod ecom;
mod epayment;
mod errand;
mod follow;
mod hindrance;
mod inner;
mod keeping;
mod kept;
mod link;
mod link_picture;
mod links;
mod modification;
mod no_rail;
mod number;
mod payer;
mod picture;
mod pictures;
mod presence;
mod present;
mod problem;
mod rail;
mod rails;
mod randomness;
mod receipt;
mod receipts;
mod record;
mod request;
mod search;
mod settings;
mod till;
mod totals;
mod unit;

pub use clock::Clock;
pub use counter_code::{CodeAtCounter, Scan};
pub use ecom::{Ecom, EcomSettings};
pub use epayment::{Epayment, EpaymentSettings};
pub use errand::Tried;
pub use kept::{KEPT_MAX, kept_number};
pub use link::{ShopLinks, link_for};
pub use link_picture::LinkPicture;
pub use modification::Modified;
pub use number::{Number, NumberError};
pub use payer::Payer;
pub use picture::{PictureError, QrHosts, read_qr};
pub use presence::Listening;
pub use present::payment_view as view;
pub use problem::{Refused, code_of_meaning, name_of};
pub use rail::{Answer, Picture, Rail};
pub use rails::Rails;
pub use randomness::Randomness;
pub use search::sought;
pub use settings::{THANK_YOU_PAGE, TillSettings};
pub use till::{Parts, Started, Till};
pub use totals::{Day, Movement};
pub use unit::UNIT_BELIEVED_FOR;
