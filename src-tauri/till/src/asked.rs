//! What was asked before, found by the key under which it was asked, and what time it is.

use std::time::Duration;

use contract::{Change, PaymentView};
use tokio::sync::broadcast;

use crate::present::written;
use crate::problem::Refused;
use crate::till::{Till, unavailable};

impl Till {
    /// The payment that was started under the idempotency key `key`, if it was asked for no longer than `age` ago.
    ///
    /// # Errors
    /// When the journal can't be read.
    pub async fn started_under(&self, key: &str, age: Duration) -> Result<Option<PaymentView>, Refused> {
        let Some((reference, _)) = self.0.journal.requested_as(key).await.map_err(unavailable)? else {
            return Ok(None);
        };
        let payment = self.known(&reference).await?;
        let young = payment.requested_at().plus(age) >= self.0.clock.now();
        Ok(young.then(|| self.0.view(&payment)))
    }

    /// Everything that changes from now on. Who falls behind misses some, and is told so.
    pub fn changes(&self) -> broadcast::Receiver<Change> {
        self.0.changes.subscribe()
    }

    /// What time it is for the till, which is what time it is for Vipps MobilePay: milliseconds since 1970.
    pub fn time_ms(&self) -> i64 {
        self.0.clock.now().0
    }

    /// What time it is for the till, RFC 3339 in UTC.
    pub fn time(&self) -> String {
        written(self.0.clock.now())
    }
}
