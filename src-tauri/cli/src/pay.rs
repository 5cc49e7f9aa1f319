//! `kvitt pay`: starts a payment, and waits until it has ended if that is wanted.

use contract::{Currency, Flow, Line, PaymentView, StartPayment};

use crate::arguments::{LineText, Pay};
use crate::ending::{Ending, Failure};
use crate::follow;
use crate::register::{Register, Trouble, new_key};
use crate::voice::Voice;
use crate::words;

/// Starts the payment, and waits for its end if that is wanted. Whoever stops it by Ctrl-C leaves the payment as
/// it is.
pub(crate) async fn run(register: &Register, pay: &Pay, voice: Voice) -> Result<Ending, Failure> {
    let request = request(register, pay).await?;
    // Known from the beginning, so that a payment whose answer is lost can be asked for.
    let reference = request.reference.clone().unwrap_or_default();
    let stopped = tokio::signal::ctrl_c();
    tokio::pin!(stopped);
    let begun = tokio::select! {
        begun = start(register, &request) => begun?,
        _ = &mut stopped => return Err(left("it is not known whether it was started", &reference)),
    };
    if !pay.wait {
        voice.answer(&begun, &words::whole(&begun));
        return Ok(Ending::Done);
    }
    let ended = tokio::select! {
        ended = follow::to_the_end(register, begun, voice) => ended?,
        _ = &mut stopped => return Err(left("the payment is left as it is", &reference)),
    };
    voice.answer(&ended, &words::whole(&ended));
    Ok(words::ending(&ended))
}

async fn start(register: &Register, request: &StartPayment) -> Result<PaymentView, Failure> {
    let reference = request.reference.as_deref().unwrap_or_default();
    let started = register.insist("/v1/payments", &new_key()?, request).await;
    started.map(|(payment, _)| payment).map_err(|trouble| {
        let lost = matches!(trouble, Trouble::Lost(_));
        let failure = register.told(trouble);
        if lost || failure.ending == Ending::Unclear {
            failure.unclear(reference)
        } else {
            failure.about(reference)
        }
    })
}

async fn request(register: &Register, pay: &Pay) -> Result<StartPayment, Failure> {
    let currency = match pay.currency {
        Some(named) => named.into(),
        None => register.currency().await?,
    };
    let reference = match &pay.reference {
        Some(reference) => reference.clone(),
        None => new_reference()?,
    };
    Ok(StartPayment {
        amount: pay.amount.of(currency).map_err(Failure::of_usage)?,
        reference: Some(reference),
        description: pay.text.clone(),
        lines: lines_of(pay, currency)?,
        flow: match pay.phone {
            Some(_) => Flow::Push,
            None if pay.counter_code => Flow::CallbackQr,
            None => Flow::Qr,
        },
        capture: pay.capture.into(),
        phone_number: pay.phone.clone(),
        personal_qr: None,
        keep_phone_number: false,
        customer_present: !pay.distance,
        link: pay.link.as_ref().map(Into::into),
    })
}

fn lines_of(pay: &Pay, currency: Currency) -> Result<Vec<Line>, Failure> {
    let sold = pay.lines.iter().map(|line| line_of(line, currency));
    let returned = pay.returned.iter().map(|line| {
        let line = line_of(line, currency)?;
        Ok(Line { unit_price: -line.unit_price.abs(), is_return: true, ..line })
    });
    sold.chain(returned).collect()
}

fn line_of(line: &LineText, currency: Currency) -> Result<Line, Failure> {
    let price = line.price.of(currency).map_err(Failure::of_usage)?;
    Ok(Line {
        name: line.name.clone(),
        quantity: line.quantity,
        unit_price: if line.negative { -price.value } else { price.value },
        tax_rate: line.tax_rate,
        ..Line::default()
    })
}

/// As the till makes them: readable, because the customer's app shows it, and the first attempt of its sale.
fn new_reference() -> Result<String, Failure> {
    let key = new_key()?;
    Ok(format!("kvitt-{}-{}-1", &key[..5], &key[5..10]))
}

fn left(how: &str, reference: &str) -> Failure {
    let what = format!("nobody waits for {reference} any more; {how}");
    let next = format!(
        "`kvitt status {reference}` says how it is, `kvitt watch {reference}` follows it, `kvitt cancel {reference}` \
         takes it back."
    );
    Failure::new(Ending::Unclear, what, next).about(reference)
}
