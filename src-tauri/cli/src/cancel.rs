//! `kvitt cancel`: takes back a payment that is open, or lets go what one has reserved.

use contract::PaymentView;

use crate::arguments::Cancel;
use crate::ending::{Ending, Failure};
use crate::follow;
use crate::modification;
use crate::register::Register;
use crate::voice::Voice;
use crate::words;

/// Asks for the payment to be cancelled, and waits for its end unless that is not wanted. To ask twice does no harm.
pub(crate) async fn run(register: &Register, cancel: &Cancel, voice: Voice) -> Result<Ending, Failure> {
    let reference = &cancel.reference;
    let asked: Result<PaymentView, _> = register.post(&format!("/v1/payments/{reference}/cancel")).await;
    let asked = asked.map_err(|trouble| register.told(trouble).about(reference))?;
    if cancel.no_wait {
        voice.answer(&asked, &words::whole(&asked));
        return Ok(Ending::Done);
    }
    // What has a release was reserved: for the customer it had ended before.
    if let Some(number) = asked.releases.last().map(|release| release.number) {
        let ours =
            |payment: &PaymentView| payment.releases.iter().find(|made| made.number == number).cloned();
        let how = |payment: &PaymentView| ours(payment).map(|made| made.status);
        let payment = modification::settled(register, asked, how).await?;
        let said = ours(&payment).map_or_else(|| words::whole(&payment), |made| words::of_release(&made));
        voice.answer(&payment, &said);
        return Ok(modification::ending(how(&payment)));
    }
    let ended = follow::to_the_end(register, asked, voice).await?;
    voice.answer(&ended, &words::whole(&ended));
    Ok(match words::ending(&ended) {
        // The customer was faster.
        Ending::Done => Ending::Refused,
        Ending::NotDone => Ending::Done,
        other => other,
    })
}
