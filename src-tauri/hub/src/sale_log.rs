//! The sale log: what all stores have sold and what came back, for an auditor.
//!
//! Who sells by telephone or by mail, or has no lasting page on the web, owes Vipps MobilePay a look at what is sold
//! (contract 1.5): with a receipt for each payment, or with a log like this one. It shows what tills have told the hub, and
//! changes nothing. It names no customer (contract 5.5) and nobody at a till.

pub(crate) mod course;
pub(crate) mod files;
pub(crate) mod finding;
pub(crate) mod markup;
pub(crate) mod money;
pub(crate) mod pages;
pub(crate) mod sale;
pub(crate) mod selection;
pub(crate) mod tax;
pub(crate) mod words;
pub(crate) mod zone;

use crate::http::Guesses;
use crate::tries::Door;

/// How many sales one page shows.
pub(crate) const SALES_PER_PAGE: usize = 50;

/// Where auditors come in.
#[derive(Debug, Default)]
pub(crate) struct Entrance {
    pub(crate) door: Door,
    /// How often somebody wanted to log in lately.
    pub(crate) guesses: Guesses,
}
