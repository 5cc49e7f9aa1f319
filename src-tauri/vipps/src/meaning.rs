//! What a failed call means, by name, and how that is read from an error code or an HTTP status.

use std::fmt;

use crate::Call;
use crate::shapes::Report;
use crate::verdict::Fault;

macro_rules! meanings {
    ($($(#[$doc:meta])* $variant:ident = $name:literal, $fault:ident;)+) => {
        /// What a failed call means. What cashier and customer are told hangs on it.
        ///
        /// The numbers are eCom error codes (contract 1.2).
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Meaning { $($(#[$doc])* $variant),+ }

        impl Meaning {
            /// All of them, in the order of their declaration.
            pub const ALL: &'static [Meaning] = &[$(Meaning::$variant),+];

            /// Its name in logs and text tables, in `snake_case`.
            pub const fn name(self) -> &'static str {
                match self { $(Meaning::$variant => $name),+ }
            }

            /// Whose fault it usually is.
            pub(crate) const fn fault(self) -> Fault {
                match self { $(Meaning::$variant => Fault::$fault),+ }
            }
        }
    };
}

meanings! {
    /// The request provably did not leave this machine.
    Unreachable = "unreachable", Network;
    /// The request left, and nothing came back in time.
    NoAnswer = "no_answer", Network;
    /// Something came back that is not an answer to what was asked.
    Nonsense = "nonsense", Vipps;
    /// The keys were refused (HTTP 401 or 403).
    KeysRefused = "keys_refused", Merchant;
    /// Too many requests (HTTP 429; 98 where nothing can be too old).
    TooManyRequests = "too_many_requests", Ours;
    /// Vipps MobilePay had an internal error (HTTP 5xx without a better code; 99).
    VippsFault = "vipps_fault", Vipps;
    /// 31: the merchant is blocked.
    MerchantBlocked = "merchant_blocked", Merchant;
    /// 32, 33: a limit of the merchant is reached.
    MerchantLimit = "merchant_limit", Merchant;
    /// 34: an order with this id exists already at this sales unit.
    DuplicateOrder = "duplicate_order", Ours;
    /// 35, and HTTP 404 or 402 where an order was named: not known at this sales unit.
    UnknownOrder = "unknown_order", Merchant;
    /// 36: the agreement has not been signed.
    AgreementUnsigned = "agreement_unsigned", Merchant;
    /// 37: the merchant or its sales unit is not active.
    SalesUnitInactive = "sales_unit_inactive", Merchant;
    /// 38: the sales unit may not skip the landing page.
    PushNotAllowed = "push_not_allowed", Merchant;
    /// 39: long-living payments are not allowed.
    LongLivingNotAllowed = "long_living_not_allowed", Merchant;
    /// 41: the customer has no valid card.
    NoCard = "no_card", Customer;
    /// 42: refused by the issuer of the card.
    RefusedByBank = "refused_by_bank", Customer;
    /// 43: the issuer calls the amount invalid.
    AmountRefusedByBank = "amount_refused_by_bank", Customer;
    /// 44: the card has expired.
    CardExpired = "card_expired", Customer;
    /// 45: the reservation failed, usually because the customer did nothing.
    ReservationFailed = "reservation_failed", Customer;
    /// 51 when an existing payment is changed: captured already, so it can't be cancelled.
    AlreadyCaptured = "already_captured", Ours;
    /// 51 when a payment is initiated: the requested scope is not allowed.
    ScopeNotAllowed = "scope_not_allowed", Merchant;
    /// 52: the cancel failed, and it is not known how far it came.
    CancelFailed = "cancel_failed", Vipps;
    /// 53, 62: not reserved yet.
    NotReserved = "not_reserved", Customer;
    /// 61: more than what is reserved.
    AboveReserved = "above_reserved", Ours;
    /// 63: the capture failed, and it is not known how far it came.
    CaptureRefused = "capture_refused", Vipps;
    /// 71: more than what was captured.
    RefundAboveCaptured = "refund_above_captured", Ours;
    /// 72: only reserved, so cancel rather than refund.
    RefundOfReservation = "refund_of_reservation", Ours;
    /// 73: cancelled, so there is nothing to refund.
    RefundOfCancelled = "refund_of_cancelled", Ours;
    /// 74: the merchant's settlement does not cover the refund.
    RefundWithoutFunds = "refund_without_funds", Merchant;
    /// 81: the request could not be sent to that number. The reason is never told.
    NumberRefused = "number_refused", Customer;
    /// 82: the customer's app is too old.
    AppOutdated = "app_outdated", Customer;
    /// 91: not allowed in this state of the payment.
    NotAllowed = "not_allowed", Ours;
    /// 92: processed already. Done, if the details agree.
    AlreadyProcessed = "already_processed", Ours;
    /// 93 of a call with a request id: the same id came with another body.
    RepeatDiffers = "repeat_differs", Ours;
    /// 94, HTTP 423: the order is locked by another request.
    OrderLocked = "order_locked", Vipps;
    /// 95, 96, and 98 of a capture or cancel: too old.
    TooOld = "too_old", Merchant;
    /// 97: the sales unit may not take payments.
    PaymentsNotAllowed = "payments_not_allowed", Merchant;
    /// 1082: the user is not verified (test environment only).
    UserNotVerified = "user_not_verified", Customer;
    /// A 4xx without a known code, or refused here before it was sent: the request is wrong.
    BadRequest = "bad_request", Ours;
    /// The time to pay was over when its QR code was asked for.
    PaymentTimedOut = "payment_timed_out", Customer;
    /// The QR API does not know the payment URL: altered, or of another environment.
    UrlNotAccepted = "url_not_accepted", Ours;
    /// The picture of the QR code is gone (HTTP 404 or 410).
    ImageGone = "image_gone", Ours;
    /// HTTP 415: the QR API does not know the format that was asked for.
    UnsupportedMediaType = "unsupported_media_type", Ours;
}

impl fmt::Display for Meaning {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

impl Meaning {
    /// What an answer that is no success means.
    ///
    /// Some numbers mean two things, and the group that tells them apart is not spelled reliably
    /// (contract 0.20), so the call decides.
    pub(crate) fn of_answer(call: Call, status: u16, report: &Report) -> Self {
        match status {
            429 => return Self::TooManyRequests,
            // A success that is none, or a redirect, which no answer of these APIs is. No code in it is
            // believed.
            ..400 => return Self::Nonsense,
            _ => {}
        }
        let code = report.code.as_deref();
        code.and_then(|code| Self::of_code(call, code))
            .unwrap_or_else(|| Self::of_status(call, status, report))
    }

    /// What an eCom error code means to a call; nothing if the code is not in the table of contract 1.2.
    pub(crate) fn of_code(call: Call, code: &str) -> Option<Self> {
        Some(match code {
            "31" => Self::MerchantBlocked,
            "32" | "33" => Self::MerchantLimit,
            "34" => Self::DuplicateOrder,
            "35" => Self::UnknownOrder,
            "36" => Self::AgreementUnsigned,
            "37" => Self::SalesUnitInactive,
            "38" => Self::PushNotAllowed,
            "39" => Self::LongLivingNotAllowed,
            "41" => Self::NoCard,
            "42" => Self::RefusedByBank,
            "43" => Self::AmountRefusedByBank,
            "44" => Self::CardExpired,
            "45" => Self::ReservationFailed,
            "51" if call == Call::Initiate => Self::ScopeNotAllowed,
            "51" => Self::AlreadyCaptured,
            "52" => Self::CancelFailed,
            "53" | "62" => Self::NotReserved,
            "61" => Self::AboveReserved,
            "63" => Self::CaptureRefused,
            "71" => Self::RefundAboveCaptured,
            "72" => Self::RefundOfReservation,
            "73" => Self::RefundOfCancelled,
            "74" => Self::RefundWithoutFunds,
            "81" => Self::NumberRefused,
            "82" => Self::AppOutdated,
            "91" => Self::NotAllowed,
            "92" => Self::AlreadyProcessed,
            // Only these two carry a request id that could have been used before.
            "93" if matches!(call, Call::Capture | Call::Refund) => Self::RepeatDiffers,
            "93" => Self::BadRequest,
            "94" => Self::OrderLocked,
            "95" | "96" => Self::TooOld,
            "97" => Self::PaymentsNotAllowed,
            "98" if matches!(call, Call::Capture | Call::Cancel) => Self::TooOld,
            "98" => Self::TooManyRequests,
            "99" => Self::VippsFault,
            "1082" => Self::UserNotVerified,
            _ => return None,
        })
    }

    fn of_status(call: Call, status: u16, report: &Report) -> Self {
        let names_order = matches!(call, Call::Details | Call::Capture | Call::Cancel | Call::Refund);
        match (call, status) {
            (Call::QrImage, 404 | 410) => Self::ImageGone,
            // The host of a picture was given no keys that it could refuse.
            (Call::QrImage, 401 | 403) => Self::BadRequest,
            // A request for a token holds nothing but keys, so nothing else can be bad about it.
            (Call::Token, 400) | (_, 401 | 403) => Self::KeysRefused,
            (Call::OneTimeQr, 400) => Self::of_qr_refusal(report),
            (_, 404) if names_order => Self::UnknownOrder,
            // For a change it may as well be an error of the payment (contract 1.2), so there it proves
            // nothing.
            (Call::Details, 402) => Self::UnknownOrder,
            (_, 408 | 500..) => Self::VippsFault,
            (_, 415) => Self::UnsupportedMediaType,
            (_, 423) => Self::OrderLocked,
            _ => Self::BadRequest,
        }
    }

    /// The QR API has no codes, only titles (contract 3.1).
    fn of_qr_refusal(report: &Report) -> Self {
        if report.says("timeout") || report.says("timed out") {
            Self::PaymentTimedOut
        } else if report.says("token is not valid") {
            Self::UrlNotAccepted
        } else {
            Self::BadRequest
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_the_variants_in_snake_case() {
        for meaning in Meaning::ALL {
            let mut snake = String::new();
            for letter in format!("{meaning:?}").chars() {
                if letter.is_ascii_uppercase() && !snake.is_empty() {
                    snake.push('_');
                }
                snake.push(letter.to_ascii_lowercase());
            }
            assert_eq!(meaning.name(), snake);
        }
    }

    #[test]
    fn the_call_decides_where_a_number_means_two_things() {
        let cases = [
            ("51", Call::Initiate, Meaning::ScopeNotAllowed),
            ("51", Call::Cancel, Meaning::AlreadyCaptured),
            ("93", Call::Capture, Meaning::RepeatDiffers),
            ("93", Call::Refund, Meaning::RepeatDiffers),
            ("93", Call::Initiate, Meaning::BadRequest),
            ("98", Call::Capture, Meaning::TooOld),
            ("98", Call::Cancel, Meaning::TooOld),
            ("98", Call::Initiate, Meaning::TooManyRequests),
            ("98", Call::Details, Meaning::TooManyRequests),
        ];
        for (code, call, meaning) in cases {
            assert_eq!(Meaning::of_code(call, code), Some(meaning), "{code} of {call}");
        }
        let report = Report { code: Some("98".into()), ..Report::default() };
        assert_eq!(Meaning::of_answer(Call::Capture, 429, &report), Meaning::TooManyRequests);
    }

    #[test]
    fn every_code_of_the_contract_is_known() {
        let codes = [
            "31", "32", "33", "34", "35", "36", "37", "38", "39", "41", "42", "43", "44", "45", "51", "52",
            "53", "61", "62", "63", "71", "72", "73", "74", "81", "82", "91", "92", "93", "94", "95", "96",
            "97", "98", "99", "1082",
        ];
        for code in codes {
            assert!(Meaning::of_code(Call::Capture, code).is_some(), "{code}");
        }
        assert_eq!(Meaning::of_code(Call::Capture, "merchantInfo.fallBack"), None);
    }

    #[test]
    fn a_status_speaks_where_there_is_no_known_code() {
        let cases = [
            (Call::Details, 404, Meaning::UnknownOrder),
            (Call::Details, 402, Meaning::UnknownOrder),
            (Call::Capture, 404, Meaning::UnknownOrder),
            (Call::Capture, 402, Meaning::BadRequest),
            (Call::Initiate, 404, Meaning::BadRequest),
            (Call::Token, 400, Meaning::KeysRefused),
            (Call::Initiate, 400, Meaning::BadRequest),
            (Call::Initiate, 401, Meaning::KeysRefused),
            (Call::Refund, 403, Meaning::KeysRefused),
            (Call::QrImage, 403, Meaning::BadRequest),
            (Call::QrImage, 404, Meaning::ImageGone),
            (Call::QrImage, 410, Meaning::ImageGone),
            (Call::OneTimeQr, 415, Meaning::UnsupportedMediaType),
            (Call::Capture, 408, Meaning::VippsFault),
            (Call::Capture, 423, Meaning::OrderLocked),
            (Call::Capture, 502, Meaning::VippsFault),
            (Call::Capture, 302, Meaning::Nonsense),
            (Call::Capture, 204, Meaning::Nonsense),
        ];
        for (call, status, meaning) in cases {
            let report = Report { code: Some("7777".into()), ..Report::default() };
            assert_eq!(Meaning::of_answer(call, status, &report), meaning, "{call} {status}");
        }
    }
}
