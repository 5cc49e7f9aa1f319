//! What can be asked for on the command line.

use std::path::PathBuf;

use clap::{Args, Subcommand};

/// Signs up many merchants, with the keys of a partner.
#[derive(Debug, Subcommand)]
#[expect(
    missing_docs,
    reason = "the fields that are flattened say it themselves, and clap takes comments for help"
)]
pub enum Command {
    /// Checks a table of merchants, and makes an order for each that has none
    Prefill {
        /// The table: CSV, or JSON if it ends in .json
        file: PathBuf,
        #[command(flatten)]
        access: Access,
        /// Makes real orders; without it, it is said what would be done
        #[arg(long, conflicts_with = "base_url")]
        production: bool,
    },
    /// Asks how far the orders have come, and writes down the sales units that came of them
    Status {
        /// The table that `prefill` was given
        file: PathBuf,
        #[command(flatten)]
        access: Access,
        /// Asks again and again, until all have ended
        #[arg(long)]
        wait: bool,
        /// How long to wait between, in seconds
        #[arg(long, default_value_t = 60, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..=86_400))]
        every: u64,
    },
    /// Lists the sales units that the keys may see, and what each may do
    SalesUnits {
        #[command(flatten)]
        access: Access,
    },
}

/// At whose order, and where.
#[derive(Debug, Args)]
pub struct Access {
    /// A sales unit that belongs to the keys; partner keys must name one in every call
    #[arg(long)]
    pub msn: String,
    /// A file for its owner alone with three lines: client id, client secret, subscription key; else they are read from
    /// the standard input, and kept nowhere
    #[arg(long, value_name = "FILE")]
    pub keys: Option<PathBuf>,
    /// A simulator on this machine, in place of Vipps MobilePay
    #[arg(long, value_name = "URL")]
    pub base_url: Option<String>,
}
