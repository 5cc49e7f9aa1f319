//! Whom a payment is for, where the till is told.

use contract::{Code, Flow, Private, StartPayment};
use payment::{Currency, Rail};

use crate::number::Number;
use crate::problem::Refused;

/// The shortest and the longest text of a customer's own code, in characters (contract 1.4, P 224-295).
const PERSONAL_QR_CHARS: std::ops::RangeInclusive<usize> = 5..=255;

/// Whom a payment is for. In memory alone, and no longer than until the payment exists; never printed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Payer {
    /// Whoever has this phone number.
    Phone(Number),
    /// Whoever has shown this code.
    PersonalQr(Private),
    /// Whoever has scanned the code on the counter: the token that stands for them (contract 3.3).
    CheckedIn(Private),
}

impl Payer {
    /// Whom `request` is for, if the way it wants to reach the customer says so.
    ///
    /// # Errors
    /// When the way and what is told do not fit each other, or the rail does not know the way.
    pub(crate) fn of(
        request: &StartPayment,
        currency: Currency,
        rail: Rail,
    ) -> Result<Option<Payer>, Refused> {
        match (request.flow, &request.phone_number, &request.personal_qr) {
            (Flow::CallbackQr, None, None) if !rail.has(payment::Flow::CallbackQr) => {
                let detail = "eCom knows no codes on counters; the till must run on ePayment for that";
                Err(Refused::new(Code::FlowNotOnRail, detail))
            }
            (Flow::Qr | Flow::CallbackQr, None, None) => Ok(None),
            (Flow::Push, Some(number), None) => phone(number, currency, rail).map(Some),
            (Flow::PersonalQr, None, Some(_)) if !rail.has(payment::Flow::PersonalQr) => {
                let detail = "eCom knows no personal codes; the till must run on ePayment for that";
                Err(Refused::new(Code::FlowNotOnRail, detail))
            }
            (Flow::PersonalQr, None, Some(code)) => personal(code).map(Some),
            _ => {
                let detail = "phoneNumber goes with the flow push, personalQr with the flow personal_qr, and neither \
                              with the flows qr and callback_qr";
                Err(Refused::new(Code::RequestInvalid, detail))
            }
        }
    }
}

fn phone(number: &Private, currency: Currency, rail: Rail) -> Result<Payer, Refused> {
    let invalid = |detail: String| Refused::new(Code::NumberInvalid, detail);
    let number = Number::parse(number.reveal(), currency).map_err(|error| invalid(error.to_string()))?;
    if rail == Rail::Ecom && number.norwegian().is_none() {
        return Err(invalid("phoneNumber is not Norwegian, and eCom takes no other".to_owned()));
    }
    Ok(Payer::Phone(number))
}

fn personal(code: &Private) -> Result<Payer, Refused> {
    let text = code.reveal();
    if PERSONAL_QR_CHARS.contains(&text.chars().count()) && !text.chars().any(char::is_control) {
        Ok(Payer::PersonalQr(code.clone()))
    } else {
        let (least, most) = (PERSONAL_QR_CHARS.start(), PERSONAL_QR_CHARS.end());
        let detail = format!("personalQr must be {least} to {most} printable characters");
        Err(Refused::new(Code::RequestInvalid, detail))
    }
}
