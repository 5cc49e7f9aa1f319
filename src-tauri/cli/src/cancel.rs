//! `kvitt cancel`: takes back a payment that is open.

use contract::PaymentView;

use crate::arguments::Cancel;
use crate::ending::{Ending, Failure};
use crate::follow;
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
    let ended = follow::to_the_end(register, asked, voice).await?;
    voice.answer(&ended, &words::whole(&ended));
    Ok(match words::ending(&ended) {
        // The customer was faster.
        Ending::Done => Ending::Refused,
        Ending::NotDone => Ending::Done,
        other => other,
    })
}
