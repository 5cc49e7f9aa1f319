//! Drives a running till from the command line, as a POS would: over its POS API, with its token.
//!
//! [`Command`] is what can be asked for, [`run`] does it, [`Ending`] is how it can end. This crate knows the types of
//! the API and nothing behind them: it opens no journal and no window, and speaks to nobody but the till.

mod amount;
mod arguments;
mod cancel;
mod capture;
mod chain;
mod ending;
mod events;
mod follow;
mod modification;
mod pay;
mod receipt;
mod refund;
mod register;
mod search;
mod status;
mod totals;
mod voice;
mod watch;
mod words;

use std::path::PathBuf;
use std::process::ExitCode;

pub use crate::arguments::Command;
pub use crate::ending::Ending;

use crate::ending::Failure;
use crate::register::Register;
use crate::voice::Voice;

/// Where the till is, and how to speak.
#[derive(Clone, Debug)]
pub struct Till {
    /// The port of its POS API, unless the command names another.
    pub port: u16,
    /// The file that its token is in.
    pub token_file: PathBuf,
    /// Whether to speak JSON.
    pub json: bool,
}

/// Does what was asked for, and says how it went.
pub fn run(command: &Command, till: &Till) -> ExitCode {
    let voice = Voice::new(till.json);
    let ending = done(command, till, voice).unwrap_or_else(|failure| {
        voice.fail(&failure);
        failure.ending
    });
    ExitCode::from(ending as u8)
}

fn done(command: &Command, till: &Till, voice: Voice) -> Result<Ending, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| Failure::of_this_machine(&error))?;
    let register = Register::open(command.port().unwrap_or(till.port), &till.token_file)?;
    runtime.block_on(async {
        match command {
            Command::Pay(pay) => pay::run(&register, pay, voice).await,
            Command::Status(status) => status::run(&register, status, voice).await,
            Command::Receipt(asked) => receipt::run(&register, asked, voice).await,
            Command::Cancel(cancel) => cancel::run(&register, cancel, voice).await,
            Command::Capture(capture) => capture::run(&register, capture, voice).await,
            Command::Refund(refund) => refund::run(&register, refund, voice).await,
            Command::Chain(chain) => chain::run(&register, chain, voice).await,
            Command::Search(search) => search::run(&register, search, voice).await,
            Command::Totals(totals) => totals::run(&register, totals, voice).await,
            Command::Watch(watch) => watch::run(&register, watch, voice).await,
        }
    })
}
