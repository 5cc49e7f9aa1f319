//! What captures, releases and refunds have in common: an amount that is typed in the payment's currency, and waiting
//! until it is made or refused.

use contract::{Amount, ModificationStatus, PaymentView};
use tokio::time::{Instant, sleep};

use crate::amount::Decimal;
use crate::ending::{Ending, Failure};
use crate::register::{PATIENCE, PAUSE, Register};

/// What was `typed`, in the currency of the payment; all that is left if nothing was.
pub(crate) async fn amount(
    register: &Register,
    reference: &str,
    typed: Option<&Decimal>,
) -> Result<Option<Amount>, Failure> {
    let Some(typed) = typed else { return Ok(None) };
    let payment = register.payment(reference).await;
    let payment = payment.map_err(|trouble| register.told(trouble).about(reference))?;
    typed.of(payment.amount.currency).map(Some).map_err(Failure::of_usage)
}

/// Waits until it is made or refused, as long as that makes sense; `how` says in the payment how far it has come.
pub(crate) async fn settled(
    register: &Register,
    mut payment: PaymentView,
    how: impl Fn(&PaymentView) -> Option<ModificationStatus>,
) -> Result<PaymentView, Failure> {
    let begun = Instant::now();
    while how(&payment) == Some(ModificationStatus::Asked) && begun.elapsed() < PATIENCE {
        sleep(PAUSE / 4).await;
        match register.payment(&payment.reference).await {
            Ok(now) => payment = now,
            Err(trouble) if trouble.passes() => {}
            Err(trouble) => {
                let failure = register.told(trouble).about(&payment.reference);
                return Err(Failure { ending: Ending::Unclear, ..failure });
            }
        }
    }
    Ok(payment)
}

/// What a command that waited for it ends with.
pub(crate) fn ending(how: Option<ModificationStatus>) -> Ending {
    match how {
        Some(ModificationStatus::Made) => Ending::Done,
        Some(ModificationStatus::Refused) => Ending::Refused,
        Some(ModificationStatus::Asked) | None => Ending::Unclear,
    }
}
