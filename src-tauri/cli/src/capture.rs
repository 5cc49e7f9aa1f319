//! `kvitt capture`: collects what is reserved, or a part of it.

use contract::{PaymentView, StartCapture};

use crate::arguments::Capture;
use crate::ending::{Ending, Failure};
use crate::modification;
use crate::register::{Register, new_key};
use crate::voice::Voice;
use crate::words;

/// Asks for the capture, and waits until it is made or refused unless that is not wanted.
pub(crate) async fn run(register: &Register, capture: &Capture, voice: Voice) -> Result<Ending, Failure> {
    let reference = &capture.reference;
    let amount = modification::amount(register, reference, capture.amount.as_ref()).await?;
    let request = StartCapture { amount };
    let key = match &capture.key {
        Some(key) => key.clone(),
        None => new_key()?,
    };
    let asked = register.insist(&format!("/v1/payments/{reference}/capture"), &key, &request).await;
    let (payment, again): (PaymentView, bool) = asked.map_err(|trouble| {
        let mut failure = register.told(trouble).about(reference);
        if failure.ending == Ending::Unclear {
            failure.next = format!(
                "`kvitt status {reference}` lists its captures. Asked for again with --key {key}, nothing is collected \
                 twice."
            );
        }
        failure
    })?;
    if again {
        voice.say("It had been asked for before under this key; nothing more is collected.");
    }
    // Asked for before, it may be an older one of the same amount: what it says is as true of that one.
    let is_ours = |asked: contract::Amount| request.amount.is_none_or(|amount| amount == asked);
    let number = payment.captures.iter().rev().find(|made| is_ours(made.amount)).map(|made| made.number);
    let ours =
        |payment: &PaymentView| payment.captures.iter().find(|made| Some(made.number) == number).cloned();
    let how = |payment: &PaymentView| ours(payment).map(|made| made.status);
    let payment =
        if capture.no_wait { payment } else { modification::settled(register, payment, how).await? };
    let said =
        ours(&payment).map_or_else(|| words::whole(&payment), |made| words::of_capture(&payment, &made));
    voice.answer(&payment, &said);
    Ok(if capture.no_wait { Ending::Done } else { modification::ending(how(&payment)) })
}
