//! `kvitt status`: how a payment is.

use crate::arguments::Status;
use crate::ending::{Ending, Failure};
use crate::register::Register;
use crate::voice::Voice;
use crate::words;

/// Says how the payment is, in words and as the number that the command ends with.
pub(crate) async fn run(register: &Register, status: &Status, voice: Voice) -> Result<Ending, Failure> {
    let payment = register.payment(&status.reference).await;
    let payment = payment.map_err(|trouble| register.told(trouble).about(&status.reference))?;
    voice.answer(&payment, &words::whole(&payment));
    Ok(words::ending(&payment))
}
