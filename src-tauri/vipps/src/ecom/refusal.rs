//! What the API would refuse, found before anything is sent (contract 1.2).

use secrecy::ExposeSecret;

use crate::plain::is_plain;
use crate::{Initiate, Meaning};

/// The longest order id, in characters.
const ORDER_ID_CHARS_MAX: usize = 50;

/// The longest text, in characters.
const TEXT_CHARS_MAX: usize = 100;

/// The longest URL or callback token, in characters.
const URL_CHARS_MAX: usize = 255;

/// The smallest amount, in øre.
const AMOUNT_MIN: u64 = 100;

/// What is wrong with a payment to be started.
pub(super) fn of_initiate(order: &Initiate) -> Result<(), (Meaning, &'static str)> {
    of_order_id(&order.order_id)
        .and_then(|()| of_amount(order.amount))
        .and_then(|()| of_text(&order.text))
        .and_then(|()| of_length(&order.fall_back, "fallBack is empty or longer than 255 characters"))
        .and_then(|()| {
            of_length(&order.callback_prefix, "callbackPrefix is empty or longer than 255 characters")
        })
        .and_then(|()| match &order.auth_token {
            Some(token) => {
                of_length(token.expose_secret(), "authToken is empty or longer than 255 characters")
            }
            None => Ok(()),
        })
        .map_err(|detail| (Meaning::BadRequest, detail))?;
    match &order.mobile_number {
        // The API answers this with code 81; the cashier can do the same about it either way.
        Some(number) if number.len() != 8 || !number.bytes().all(|byte| byte.is_ascii_digit()) => {
            Err((Meaning::NumberRefused, "mobileNumber is not eight digits"))
        }
        None if order.skip_landing_page => {
            Err((Meaning::BadRequest, "skipLandingPage is set without a mobileNumber"))
        }
        _ => Ok(()),
    }
}

pub(super) fn of_order_id(order_id: &str) -> Result<(), &'static str> {
    let plain = is_plain(order_id, 1..=ORDER_ID_CHARS_MAX);
    plain.then_some(()).ok_or("orderId is not 1 to 50 letters, digits and -")
}

pub(super) fn of_amount(amount: u64) -> Result<(), &'static str> {
    (amount >= AMOUNT_MIN).then_some(()).ok_or("the amount is below 100 øre")
}

pub(super) fn of_text(text: &str) -> Result<(), &'static str> {
    let fits = text.chars().count() <= TEXT_CHARS_MAX;
    fits.then_some(()).ok_or("transactionText is longer than 100 characters")
}

fn of_length(text: &str, detail: &'static str) -> Result<(), &'static str> {
    (1..=URL_CHARS_MAX).contains(&text.chars().count()).then_some(()).ok_or(detail)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order() -> Initiate {
        Initiate {
            order_id: "acme-shop-123-order123abc".into(),
            amount: 20_000,
            text: "One pair of Vipps socks".into(),
            fall_back: "https://example.com/done".into(),
            callback_prefix: "https://example.com/vipps".into(),
            auth_token: None,
            mobile_number: None,
            skip_landing_page: false,
        }
    }

    #[test]
    fn an_order_at_the_limits_is_let_through() {
        let order = Initiate {
            order_id: "a".repeat(50),
            amount: 100,
            text: "å".repeat(100),
            fall_back: format!("https://{}", "a".repeat(247)),
            callback_prefix: format!("https://{}", "a".repeat(247)),
            auth_token: Some("a".repeat(255).into()),
            mobile_number: Some("91234567".into()),
            skip_landing_page: true,
        };
        assert_eq!(of_initiate(&order), Ok(()));
    }

    #[test]
    fn what_breaks_a_rule_is_refused() {
        let broken = [
            Initiate { order_id: String::new(), ..order() },
            Initiate { order_id: "a".repeat(51), ..order() },
            Initiate { order_id: "order/1".into(), ..order() },
            Initiate { order_id: "ordre-æ".into(), ..order() },
            Initiate { amount: 99, ..order() },
            Initiate { amount: 0, ..order() },
            Initiate { text: "å".repeat(101), ..order() },
            Initiate { fall_back: String::new(), ..order() },
            Initiate { fall_back: "a".repeat(256), ..order() },
            Initiate { callback_prefix: "a".repeat(256), ..order() },
            Initiate { auth_token: Some("a".repeat(256).into()), ..order() },
            Initiate { skip_landing_page: true, ..order() },
        ];
        for order in broken {
            let (meaning, detail) = of_initiate(&order).expect_err(&format!("{order:?}"));
            assert_eq!(meaning, Meaning::BadRequest, "{detail}");
        }
        for number in ["", "9123456", "912345678", "+4791234567", "91 23 45 67", "abcdefgh"] {
            let order = Initiate { mobile_number: Some(number.into()), ..order() };
            assert_eq!(of_initiate(&order).unwrap_err().0, Meaning::NumberRefused, "{number}");
        }
    }
}
