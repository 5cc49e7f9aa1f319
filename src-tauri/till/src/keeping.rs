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

/// Erases what is past its day: now, and every hour.
pub(crate) async fn sweep(consents: Option<Arc<Consents>>, clock: Arc<Clock>) {
    let Some(consents) = consents else { return };
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
