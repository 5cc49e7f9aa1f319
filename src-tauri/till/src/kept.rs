//! What is kept of customers who agreed: looked at, handed out and erased. Who may do that, whoever asks has made sure
//! of; the till knows no PIN.

use std::error::Error;
use std::sync::Arc;

use consents::{Consent, Consents, ConsentsError, GivenTo, Number};
use contract::{Code, KeptBy, KeptNumber, Private};
use jiff::Timestamp;

use crate::problem::Refused;
use crate::till::Till;

/// How many entries one answer has at the most.
pub const KEPT_MAX: usize = 100;

impl Till {
    /// What is kept, newest first, and whether there is more of it than [`KEPT_MAX`]. `sought` is a part of a reference;
    /// with `open` it may also be a phone number, and numbers are told in full.
    ///
    /// # Errors
    /// `numbers_unavailable` when the file can't be read.
    pub async fn kept_numbers(
        &self,
        sought: &Private,
        open: bool,
    ) -> Result<(Vec<KeptNumber>, bool), Refused> {
        let Some(consents) = self.kept() else { return Ok((Vec::new(), false)) };
        let sought = sought.reveal().trim();
        let number = open.then(|| self.number_in(sought)).flatten();
        let mut found = match &number {
            Some(number) => {
                let mut of_it = consents.kept(Some(number)).await.map_err(unavailable)?;
                of_it.reverse();
                of_it
            }
            None => Vec::new(),
        };
        if found.is_empty() {
            let most = u32::try_from(KEPT_MAX + 1).unwrap_or(u32::MAX);
            found = consents.newest(sought, most).await.map_err(unavailable)?;
        }
        let more = found.len() > KEPT_MAX;
        let kept = found.iter().take(KEPT_MAX).map(|consent| kept_number(consent, open)).collect();
        Ok((kept, more))
    }

    /// All that is kept of the customer who agreed at `payment`, oldest first; nothing if nobody did there.
    ///
    /// # Errors
    /// `numbers_unavailable` when the file can't be read.
    pub async fn kept_of_customer(&self, payment: &str) -> Result<Vec<KeptNumber>, Refused> {
        let Some((consents, number)) = self.customer(payment).await? else { return Ok(Vec::new()) };
        let found = consents.kept(Some(&number)).await.map_err(unavailable)?;
        Ok(found.iter().map(|consent| kept_number(consent, true)).collect())
    }

    /// Erases all that is kept of the customer who agreed at `payment`, and gives how many entries that were.
    ///
    /// # Errors
    /// `numbers_unavailable` when the file can't be written, or bytes may be left: erase again.
    pub async fn erase_customer(&self, payment: &str) -> Result<u64, Refused> {
        let Some((consents, number)) = self.customer(payment).await? else { return Ok(0) };
        let erased = consents.erase(&number).await.map_err(unavailable)?;
        tracing::info!(
            payment.reference = payment,
            erased,
            "what was kept of a customer was erased on request"
        );
        Ok(erased)
    }

    fn kept(&self) -> Option<&Arc<Consents>> {
        self.0.consents.as_ref()
    }

    async fn customer(&self, payment: &str) -> Result<Option<(&Arc<Consents>, Number)>, Refused> {
        let Some(consents) = self.kept() else { return Ok(None) };
        let number = consents.number_at(payment).await.map_err(unavailable)?;
        Ok(number.map(|number| (consents, number)))
    }

    fn number_in(&self, sought: &str) -> Option<Number> {
        let number = crate::Number::parse(sought, self.settings().currency).ok()?;
        Number::of_digits(&number.msisdn()).ok()
    }
}

/// One entry as it may be seen: with its number in full if `open`, and with the last digits of it if not.
pub fn kept_number(consent: &Consent, open: bool) -> KeptNumber {
    let number = &consent.number;
    KeptNumber {
        payment: consent.payment.clone(),
        number: if open { format!("+{}", number.reveal()) } else { number.masked() },
        purpose: consent.purpose.clone(),
        given_at: written(consent.given_at),
        given_to: match consent.given_to {
            GivenTo::Cashier => KeptBy::Cashier,
            GivenTo::Pos => KeptBy::Pos,
        },
        erased_at: written(consent.erase_at),
    }
}

/// RFC 3339 in UTC.
fn written(unix_ms: i64) -> String {
    Timestamp::from_millisecond(unix_ms).unwrap_or(Timestamp::UNIX_EPOCH).to_string()
}

#[expect(clippy::needless_pass_by_value, reason = "it ends here")]
fn unavailable(error: ConsentsError) -> Refused {
    let cause = error.source().map(|cause| format!(": {cause}")).unwrap_or_default();
    tracing::error!(%error, cause, "the kept phone numbers can't be used");
    Refused::new(Code::NumbersUnavailable, format!("{error}{cause}"))
}
