//! `kvitt refund`: gives back what was paid, or a part of it.

use contract::{PaymentView, RefundView, StartRefund};

use crate::arguments::Refund;
use crate::ending::{Ending, Failure};
use crate::modification;
use crate::register::{Register, new_key};
use crate::voice::Voice;
use crate::words;

/// Asks for the refund, and waits until it is made or refused unless that is not wanted.
pub(crate) async fn run(register: &Register, refund: &Refund, voice: Voice) -> Result<Ending, Failure> {
    let reference = &refund.reference;
    let request = request(register, refund).await?;
    let key = match &refund.key {
        Some(key) => key.clone(),
        None => new_key()?,
    };
    let asked = register.insist(&format!("/v1/payments/{reference}/refunds"), &key, &request).await;
    let (payment, again): (PaymentView, bool) = asked.map_err(|trouble| {
        let mut failure = register.told(trouble).about(reference);
        if failure.ending == Ending::Unclear {
            failure.next = format!(
                "`kvitt status {reference}` lists its refunds. Asked for again with --key {key}, nothing is given back \
                 twice."
            );
        }
        failure
    })?;
    if again {
        voice.say("It had been asked for before under this key; nothing more is given back.");
    }
    // Asked for before, it may be an older one of the same amount: what it says is as true of that one.
    let number = payment.refunds.iter().rev().find(|made| is(made, &request)).map(|made| made.number);
    let ours =
        |payment: &PaymentView| payment.refunds.iter().find(|made| Some(made.number) == number).cloned();
    let how = |payment: &PaymentView| ours(payment).map(|made| made.status);
    let payment =
        if refund.no_wait { payment } else { modification::settled(register, payment, how).await? };
    voice.answer(
        &payment,
        &ours(&payment).map_or_else(|| words::whole(&payment), |made| words::of_refund(&made)),
    );
    Ok(if refund.no_wait { Ending::Done } else { modification::ending(how(&payment)) })
}

async fn request(register: &Register, refund: &Refund) -> Result<StartRefund, Failure> {
    let amount = modification::amount(register, &refund.reference, refund.amount.as_ref()).await?;
    Ok(StartRefund { amount, reason: refund.reason.clone() })
}

fn is(made: &RefundView, request: &StartRefund) -> bool {
    request.amount.is_none_or(|amount| amount == made.amount) && made.reason == request.reason
}
