//! Following a payment to its end.

use std::time::Duration;

use contract::PaymentView;
use tokio::time::{Instant, sleep};

use crate::ending::Failure;
use crate::register::{PATIENCE, PAUSE, Register};
use crate::voice::Voice;
use crate::words;

/// How long the till may wait for a change before it answers.
const WAIT: Duration = Duration::from_secs(30);

/// Follows a payment that has been started until it has ended, and says every change. A till that is silent is waited
/// for; for how long, [`PATIENCE`] says.
pub(crate) async fn to_the_end(
    register: &Register,
    begun: PaymentView,
    voice: Voice,
) -> Result<PaymentView, Failure> {
    let reference = begun.reference.clone();
    let path = format!("/v1/payments/{reference}?wait={}", WAIT.as_secs());
    let mut payment = begun;
    voice.say(&words::line(&payment));
    let mut heard = Instant::now();
    let mut silent = false;
    while !payment.is_final {
        // One that asks anew knows nothing of what came between: it asks without waiting first.
        let asked = if silent { register.payment(&reference).await } else { register.get(&path, WAIT).await };
        match asked {
            Ok(now) => {
                if words::line(&now) != words::line(&payment) && !now.is_final {
                    voice.say(&words::line(&now));
                }
                payment = now;
                heard = Instant::now();
                silent = false;
            }
            Err(trouble) if trouble.passes() && heard.elapsed() < PATIENCE => {
                if !silent {
                    Voice::warn("the till does not answer; the payment is as it was, and is asked for again");
                }
                silent = true;
                sleep(PAUSE).await;
            }
            Err(trouble) => return Err(register.told(trouble).unclear(&reference)),
        }
    }
    Ok(payment)
}
