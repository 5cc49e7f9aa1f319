//! What the API would refuse, found before anything is sent (contract 1.4).

use url::Url;

use super::{Approval, Create, Customer, Flow, QrFormat};
use crate::money::{Currency, Money};
use crate::plain::{fits, is_digits, is_plain};
use crate::{Meaning, SIZE_PX_MAX, SIZE_PX_MIN};

/// The largest amount, in minor units.
pub const AMOUNT_MAX: u64 = 65_000_000;

/// The longest reference, in characters.
pub const REFERENCE_CHARS_MAX: usize = 64;

/// The shortest and the longest time to pay that can be asked for, in milliseconds: 10 minutes and 60 days.
const LIFE_MS: std::ops::RangeInclusive<i64> = 600_000..=5_184_000_000;

type Wrong = (Meaning, &'static str);

/// What is wrong with a payment to be started; `now_ms` is the time at Vipps MobilePay, if it is known.
pub(super) fn of_create(payment: &Create, now_ms: Option<i64>) -> Result<(), Wrong> {
    let new = is_plain(&payment.reference, 8..=REFERENCE_CHARS_MAX);
    check(new, "the reference is not 8 to 64 letters, digits and -")?;
    of_amount(payment.amount)?;
    of_flow(&payment.flow)?;
    if let Some(text) = &payment.description {
        check(fits(text, 3..=100), "paymentDescription is not 3 to 100 characters")?;
    }
    if let Some(receipt) = &payment.receipt {
        receipt.check_against(payment.amount).map_err(|detail| (Meaning::BadRequest, detail))?;
    }
    if let Some(url) = &payment.receipt_url {
        check(is_link(url), "receiptUrl is neither https nor a scheme of one's own")?;
    }
    if let Some(links) = &payment.legal_links {
        let secure = is_https(&links.terms_of_sale) && is_https(&links.privacy_policy);
        check(secure, "merchantLegalLinks are not https")?;
    }
    of_metadata(payment)?;
    of_expiry(payment, now_ms)
}

/// What is wrong with the reference of an existing payment, which eCom may have made.
pub(super) fn of_reference(reference: &str) -> Result<(), &'static str> {
    let plain = is_plain(reference, 1..=REFERENCE_CHARS_MAX);
    plain.then_some(()).ok_or("the reference is not 1 to 64 letters, digits and -")
}

pub(super) fn of_modification(amount: Money) -> Result<(), &'static str> {
    let payable = (1..=AMOUNT_MAX).contains(&amount.value);
    payable.then_some(()).ok_or("the amount is not 1 to 65 000 000 minor units")
}

pub(super) fn of_approval(approval: &Approval) -> Result<(), Wrong> {
    match approval {
        Approval::PhoneNumber(number) => of_number(number.expose()),
        Approval::Token(token) => check(!token.is_empty(), "the token is empty"),
    }
}

fn of_amount(amount: Money) -> Result<(), Wrong> {
    let least = match amount.currency {
        Currency::Nok => 100,
        // The least in Swedish kronor is not documented (contract 0.21), so the API decides.
        Currency::Dkk | Currency::Eur | Currency::Sek => 1,
    };
    if amount.value < least {
        return Err((Meaning::AmountTooSmall, "the amount is below the least that can be paid"));
    }
    check(amount.value <= AMOUNT_MAX, "the amount is above 65 000 000 minor units")
}

fn of_flow(flow: &Flow) -> Result<(), Wrong> {
    let (return_url, customer) = match flow {
        Flow::Qr { format, return_url } => {
            if let QrFormat::Png { size_px } = format {
                let drawable = (SIZE_PX_MIN..=SIZE_PX_MAX).contains(size_px);
                check(drawable, "the size is not 100 to 2000 pixels")?;
            }
            (return_url.as_ref(), None)
        }
        Flow::PushMessage { customer } => (None, Some(customer)),
        Flow::WebRedirect { return_url, customer, .. } | Flow::NativeRedirect { return_url, customer } => {
            (Some(return_url), customer.as_ref())
        }
    };
    check(return_url.is_none_or(|url| is_link(url)), "returnUrl is neither https nor a scheme of one's own")?;
    customer.map_or(Ok(()), of_customer)
}

fn of_customer(customer: &Customer) -> Result<(), Wrong> {
    match customer {
        Customer::PhoneNumber(number) => of_number(number.expose()),
        Customer::PersonalQr(code) if fits(code.expose(), 5..=255) => Ok(()),
        Customer::PersonalQr(_) => {
            Err((Meaning::PersonalQrRefused, "the customer's code is not 5 to 255 characters"))
        }
        Customer::Token(token) if token.expose().is_empty() => {
            Err((Meaning::PersonalQrRefused, "the customer's token is empty"))
        }
        Customer::Token(_) => Ok(()),
    }
}

/// The API answers a wrong number with code 4070; the cashier can do the same about it either way.
fn of_number(number: &str) -> Result<(), Wrong> {
    let dialable = is_digits(number, 9..=15);
    dialable.then_some(()).ok_or((Meaning::NumberRefused, "the number is not 9 to 15 digits"))
}

fn of_metadata(payment: &Create) -> Result<(), Wrong> {
    check(payment.metadata.len() <= 5, "metadata holds more than 5 pairs")?;
    let short = payment.metadata.iter().all(|(key, value)| fits(key, 1..=100) && fits(value, 0..=500));
    check(short, "metadata holds a key that is not 1 to 100, or a value of more than 500 characters")
}

fn of_expiry(payment: &Create, now_ms: Option<i64>) -> Result<(), Wrong> {
    let Some(expires_at) = payment.expires_at else { return Ok(()) };
    let lasting = matches!(payment.flow, Flow::Qr { .. } | Flow::PushMessage { .. });
    check(lasting, "expiresAt is for QR and PUSH_MESSAGE only")?;
    check(payment.receipt.is_some(), "expiresAt needs a receipt")?;
    let in_time = now_ms.is_none_or(|now| LIFE_MS.contains(&(expires_at.as_millisecond() - now)));
    check(in_time, "expiresAt is not 10 minutes to 60 days from now")
}

/// An address with `https` or a scheme of one's own, which a phone opens in an app.
fn is_link(url: &str) -> bool {
    Url::parse(url).is_ok_and(|url| url.scheme() != "http" && (url.scheme() != "https" || url.has_host()))
}

fn is_https(url: &str) -> bool {
    Url::parse(url).is_ok_and(|url| url.scheme() == "https" && url.has_host())
}

fn check(kept: bool, detail: &'static str) -> Result<(), Wrong> {
    kept.then_some(()).ok_or((Meaning::BadRequest, detail))
}

#[cfg(test)]
mod tests;
