//! Calls a POS that wants to be called: every change of a payment, signed, in order, at least once.
//!
//! The journal is the outbox. What is kept beside it, for each address, is only how far it has been told ([`cursors`]), so
//! nothing is written twice, nothing can be told that is not on disk, and a POS that was away for a week is told each
//! payment once, as it is by then. What is sent and how it is signed is the Standard Webhooks specification
//! (<https://www.standardwebhooks.com>), for which there are libraries in every language.
//!
//! This crate decides nothing about payments: it listens to [`till::Till`] as any POS does.

mod caller;
mod cursors;
mod secret;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use contract::WebhookUrl;
use till::Till;

use crate::caller::Caller;
pub use crate::cursors::{Cursors, CursorsError, LastMiss};
pub use crate::secret::{Secret, SecretError};

/// The file that the secret is in, in the data folder.
pub const SECRET_FILE: &str = "webhook-secret";
/// The file that says how far each address has been told, in the data folder.
pub const CURSORS_FILE: &str = "webhooks.json";

/// How long to wait after a call that was not answered well: doubled with every one, up to a limit.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    /// After the first.
    pub first: Duration,
    /// The longest.
    pub longest: Duration,
}

impl Default for Pace {
    /// 1 s, 2 s, 4 s … a minute, for as long as it takes.
    fn default() -> Pace {
        Pace { first: Duration::from_secs(1), longest: Duration::from_mins(1) }
    }
}

impl Pace {
    /// The pause after `failures` calls in a row were not answered well.
    fn after(self, failures: u32) -> Duration {
        let doubled = 1_u32.checked_shl(failures.saturating_sub(1)).unwrap_or(u32::MAX);
        self.first.saturating_mul(doubled).min(self.longest)
    }
}

/// Tells `urls` of every change, until the runtime ends. An address that is new is told of what happens from now on.
/// Must be called within a tokio runtime.
///
/// # Errors
/// When the secret can't be read or made, or what has been told can't be read: then nobody is called, because a POS that
/// believes it has heard everything must be right.
pub fn open(till: &Till, data: &Path, urls: &[WebhookUrl], pace: Pace) -> Result<(), OpenError> {
    if urls.is_empty() {
        return Ok(());
    }
    let secret_file = data.join(SECRET_FILE);
    Secret::from_file_or_new(&secret_file)?;
    let cursors = Arc::new(Cursors::open(&data.join(CURSORS_FILE))?);
    for url in urls {
        let caller = Caller::new(till.clone(), url.clone(), secret_file.clone(), cursors.clone(), pace)
            .map_err(OpenError::Client)?;
        tokio::spawn(caller.run());
    }
    Ok(())
}

/// Why nobody is called.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// There is no secret to sign with.
    #[error(transparent)]
    Secret(#[from] SecretError),
    /// It is not known how far anybody has been told.
    #[error(transparent)]
    Cursors(#[from] CursorsError),
    /// There is nothing to call with.
    #[error("no HTTP client can be made")]
    Client(#[source] reqwest::Error),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_a_minute() {
        let seconds: Vec<u64> = (1..10).map(|failures| Pace::default().after(failures).as_secs()).collect();
        assert_eq!(seconds, [1, 2, 4, 8, 16, 32, 60, 60, 60]);
        assert_eq!(Pace::default().after(u32::MAX), Duration::from_mins(1));
    }
}
