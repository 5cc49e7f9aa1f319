//! What can be asked of a till that belongs to a chain.

use clap::{Args, Subcommand};

use super::{At, end_moment, first_moment, key, reference};
use crate::amount::Decimal;

/// What can be asked of a chain.
#[derive(Debug, Subcommand)]
pub enum Chain {
    /// Lists the stores
    Stores(At),
    /// Finds payments of all stores, newest first
    Search(ChainSearchAsked),
    /// Gives back what some store took, or a part of it; reads the PIN of whoever asks
    ///
    /// Ends with 0 when the money is on its way to the customer, with 4 when it was refused, and with 5 when it is not
    /// known yet.
    Refund(ChainRefundAsked),
}

/// What to look for in the chain.
#[derive(Debug, Args)]
pub struct ChainSearchAsked {
    /// A part of the reference, 3 characters or more, or an amount
    pub(crate) text: Option<String>,
    /// The store that took it, by its short name
    #[arg(long, value_name = "STORE")]
    pub(crate) store: Option<String>,
    /// Requested then or later: a day, 2026-11-25, or a moment, 2026-11-25T08:00:00+01:00
    #[arg(long, value_name = "TIME", value_parser = first_moment)]
    pub(crate) from: Option<String>,
    /// Requested before that moment, or at the latest on that day
    #[arg(long, value_name = "TIME", value_parser = end_moment)]
    pub(crate) to: Option<String>,
    /// How many at the most
    #[arg(long, default_value_t = 20, value_name = "NUMBER", value_parser = clap::value_parser!(u32).range(1..=100))]
    pub(crate) limit: u32,
    #[command(flatten)]
    pub(crate) at: At,
}

/// Money to give back for some store.
#[derive(Debug, Args)]
pub struct ChainRefundAsked {
    /// The payment
    #[arg(value_name = "REF", value_parser = reference)]
    pub(crate) reference: String,
    /// The store that took it, where several have a payment of this reference
    #[arg(long, value_name = "STORE")]
    pub(crate) store: Option<String>,
    /// How much: 49, 49.90 or 49,90; all that is left if absent
    #[arg(long)]
    pub(crate) amount: Option<Decimal>,
    /// Why, for the shop: the customer does not see it
    #[arg(long, value_name = "TEXT")]
    pub(crate) reason: String,
    /// Who asks, by the short name at the hub
    #[arg(long, value_name = "NAME")]
    pub(crate) person: String,
    /// Who agrees, where the sum needs a second person
    #[arg(long, value_name = "NAME")]
    pub(crate) second: Option<String>,
    /// Names this refund: asked for again under the same key, nothing more is given back; made if absent
    #[arg(long, value_parser = key)]
    pub(crate) key: Option<String>,
    /// Does not wait until it is made
    #[arg(long)]
    pub(crate) no_wait: bool,
    #[command(flatten)]
    pub(crate) at: At,
}
