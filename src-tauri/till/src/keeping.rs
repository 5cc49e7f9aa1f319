//! Keeps a customer's phone number where the customer has agreed to that, and forgets it in time.
//!
//! A consent waits in the memory of the payment's follower, and is written down when the payment ends paid on the phone
//! with that number. So nothing has to be cleaned after whoever walks away, and a number that was mistyped, for which the
//! customer scanned a code instead, is never kept. A restart in between forgets it.

use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use consents::{Consent, Consents, GivenTo, Number};
use contract::{Code, Flow, KeepNumber, StartPayment};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use payment::{End, Moment, Payment, Reference};

use crate::clock::{Clock, wait_until};
use crate::payer::Payer;
use crate::problem::Refused;

/// How often what is past its day is looked for.
const SWEEP_EVERY: Duration = Duration::from_hours(1);

/// How long the first erasure waits for the servers to say what time it is. A till that hears nothing for so long goes
/// by the clock of the machine: what was promised to customers does not wait for a line.
const WAIT_FOR_TIME: Duration = Duration::from_hours(24);

/// What the customer's consent will be if the payment is paid, where it was asked for.
///
/// # Errors
/// `request_invalid` where there is no number to keep, and `keeping_off` where the shop keeps none.
pub(crate) fn consent_of(
    request: &StartPayment,
    payer: Option<&Payer>,
    consents: Option<&Arc<Consents>>,
    given: (&Reference, GivenTo, Moment),
) -> Result<Option<Consent>, Refused> {
    if !request.keep_phone_number {
        return Ok(None);
    }
    let Some(Payer::Phone(number)) = payer.filter(|_| request.flow == Flow::Push) else {
        let detail = "keepPhoneNumber goes with the flow push and a phoneNumber";
        return Err(Refused::new(Code::RequestInvalid, detail));
    };
    let Some(rule) = consents.and_then(|consents| consents.rule()) else {
        let detail = "this till keeps no phone numbers: leave keepPhoneNumber out, or set phoneNumbers.keep in the \
                      settings; if it is set, `kvitt doctor` says what is wrong";
        return Err(Refused::new(Code::KeepingOff, detail));
    };
    let number = Number::of_digits(&number.msisdn())
        .map_err(|error| Refused::new(Code::NumberInvalid, error.to_string()))?;
    let (payment, given_to, at) = given;
    Ok(Some(Consent {
        number,
        purpose: rule.purpose().to_owned(),
        given_at: at.0,
        payment: payment.to_string(),
        given_to,
        erase_at: rule.erased_at(at.0),
    }))
}

/// Keeps what waits for the end of `payment`, or forgets it; it goes on waiting while neither is clear.
pub(crate) async fn keep_if_paid(
    consents: Option<&Arc<Consents>>,
    payment: &Payment,
    waiting: &mut Option<Consent>,
    now: Moment,
) {
    // A code that is scanned says nothing of whose number was typed.
    if payment.flow() != payment::Flow::Push {
        *waiting = None;
    }
    let paid = match payment.end() {
        None => return,
        Some(end) => matches!(end, End::Paid { .. } | End::Reserved { .. }),
    };
    let (Some(mut consent), Some(consents)) = (waiting.take().filter(|_| paid), consents) else { return };
    // The clock may have been ahead when the customer agreed; by now the servers have set it.
    if let Some(rule) = consents.rule().filter(|_| consent.given_at > now.0) {
        consent.given_at = now.0;
        consent.erase_at = rule.erased_at(now.0);
    }
    match consents.keep(&consent).await {
        Ok(()) => {
            tracing::info!(payment.reference = %consent.payment, "the customer's number is kept, as was agreed");
        }
        Err(error) => {
            let cause = error.source().map(tracing::field::display);
            tracing::error!(payment.reference = %consent.payment, %error, cause, "a number was not kept");
        }
    }
}

/// Erases what is past its day: as soon as it is known what time it is, and every hour after that. A machine whose clock
/// is years ahead would erase everything.
pub(crate) async fn sweep(consents: Option<Arc<Consents>>, clock: Arc<Clock>) {
    let Some(consents) = consents else { return };
    if tokio::time::timeout(WAIT_FOR_TIME, clock.until_told()).await.is_err() {
        tracing::warn!(
            "no server has said what time it is for a day: numbers are erased by the machine's clock"
        );
    }
    loop {
        match consents.sweep(clock.now().0).await {
            Ok(0) => {}
            Ok(erased) => tracing::info!(erased, "kept phone numbers were erased: their time was over"),
            Err(error) => {
                let cause = error.source().map(tracing::field::display);
                tracing::error!(%error, cause, "kept phone numbers can't be erased; tried again in an hour");
            }
        }
        wait_until(&clock, clock.now().plus(SWEEP_EVERY)).await;
    }
}

/// What a customer is asked who gives a number at `now`.
pub(crate) fn offer(consents: Option<&Arc<Consents>>, now: Moment) -> Option<KeepNumber> {
    let rule = consents?.rule()?;
    let until = Timestamp::from_millisecond(rule.erased_at(now.0)).unwrap_or(Timestamp::MAX);
    let until = until.to_zoned(TimeZone::system()).date().to_string();
    Some(KeepNumber { purpose: rule.purpose().to_owned(), until })
}

#[cfg(test)]
mod tests {
    use consents::{DAY_MS, Rule};
    use tokio::time::Instant;

    use super::*;

    /// A day in November 2026, in milliseconds since 1970.
    const NOW: i64 = 1_795_690_000_000;

    /// A battery is empty, and the machine wakes up years ahead. It erased what had been kept yesterday.
    #[tokio::test]
    async fn nothing_is_erased_before_it_is_known_what_time_it_is() {
        let rule = Rule::new("kvitteringer", 30).expect("it is good");
        let consents = Arc::new(Consents::in_memory(Some(rule.clone())).await.expect("there is room"));
        for (payment, days_ago) in [("sale-1-1", 40), ("sale-2-1", 1)] {
            let given_at = NOW - days_ago * DAY_MS;
            let consent = Consent {
                number: Number::of_digits("4791234567").expect("it is a number"),
                purpose: rule.purpose().to_owned(),
                given_at,
                payment: payment.to_owned(),
                given_to: GivenTo::Cashier,
                erase_at: rule.erased_at(given_at),
            };
            consents.keep(&consent).await.expect("it is kept");
        }
        let clock = Arc::new(Clock::beginning_at(Moment(NOW + 1_000 * DAY_MS)));
        let sweeping = tokio::spawn(sweep(Some(consents.clone()), clock.clone()));
        // It begins, and would erase both by the clock of the machine.
        tokio::task::yield_now().await;
        clock.heard(Moment(NOW), Instant::now());
        let left = async {
            loop {
                let kept = consents.kept(None).await.expect("it can be read");
                if kept.len() < 2 {
                    break kept;
                }
                tokio::task::yield_now().await;
            }
        };
        let left = tokio::time::timeout(Duration::from_mins(1), left).await.expect("what is over is erased");
        assert_eq!(left.iter().map(|kept| kept.payment.as_str()).collect::<Vec<_>>(), ["sale-2-1"]);
        sweeping.abort();
    }
}
