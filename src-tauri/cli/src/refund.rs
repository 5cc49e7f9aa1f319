//! `kvitt refund`: gives back what was paid, or a part of it.

use contract::{ModificationStatus, PaymentView, RefundView, StartRefund};
use tokio::time::{Instant, sleep};

use crate::arguments::Refund;
use crate::ending::{Ending, Failure};
use crate::register::{PATIENCE, PAUSE, Register, new_key};
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
    let payment = if refund.no_wait { payment } else { settled(register, payment, number).await? };
    let made = payment.refunds.iter().find(|made| Some(made.number) == number);
    voice.answer(&payment, &made.map_or_else(|| words::whole(&payment), words::of_refund));
    Ok(match made.map(|made| made.status) {
        _ if refund.no_wait => Ending::Done,
        Some(ModificationStatus::Made) => Ending::Done,
        Some(ModificationStatus::Refused) => Ending::Refused,
        Some(ModificationStatus::Asked) | None => Ending::Unclear,
    })
}

/// Waits until refund `number` is made or refused, as long as that makes sense.
async fn settled(
    register: &Register,
    mut payment: PaymentView,
    number: Option<u32>,
) -> Result<PaymentView, Failure> {
    let begun = Instant::now();
    let open = |payment: &PaymentView| {
        let ours = payment.refunds.iter().find(|made| Some(made.number) == number);
        ours.is_some_and(|made| made.status == ModificationStatus::Asked)
    };
    while open(&payment) && begun.elapsed() < PATIENCE {
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

async fn request(register: &Register, refund: &Refund) -> Result<StartRefund, Failure> {
    let Some(typed) = &refund.amount else {
        return Ok(StartRefund { amount: None, reason: refund.reason.clone() });
    };
    let payment = register.payment(&refund.reference).await;
    let payment = payment.map_err(|trouble| register.told(trouble).about(&refund.reference))?;
    let amount = typed.of(payment.amount.currency).map_err(Failure::of_usage)?;
    Ok(StartRefund { amount: Some(amount), reason: refund.reason.clone() })
}

fn is(made: &RefundView, request: &StartRefund) -> bool {
    request.amount.is_none_or(|amount| amount == made.amount) && made.reason == request.reason
}
