//! What a till must be told about the shop it stands in.

use std::time::Duration;

use contract::{Environment, Language};
use payment::Currency;

use crate::link::ShopLinks;

/// Where the customer's phone goes after a payment when the shop has no page of its own: the official static
/// thank-you page (contract 1.2, from the POS FAQ).
pub const THANK_YOU_PAGE: &str = "https://www.vipps.no/thankyoupage/";

/// What a till must be told about the shop it stands in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TillSettings {
    /// The shop's name, as customers know it.
    pub shop: String,
    /// The language of screens and problems.
    pub language: Language,
    /// The sales unit's number.
    pub msn: String,
    /// The sales unit's own currency.
    pub currency: Currency,
    /// Whether real money moves.
    pub environment: Environment,
    /// How long a result stays on the customer screen.
    pub result_stays: Duration,
    /// The rates of tax that the cashier chooses from, in hundredths of a percent, the usual one first; none if items are
    /// keyed in without their tax.
    pub tax_rates: Vec<u16>,
    /// Where the customer's app leads to from each payment.
    pub links: ShopLinks,
}

impl TillSettings {
    /// How long a result stays on the customer screen unless the settings say otherwise.
    pub const RESULT_STAYS: Duration = Duration::from_secs(20);
}
