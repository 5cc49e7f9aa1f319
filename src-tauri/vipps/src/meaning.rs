//! What a failed call means, by name, and how that is read from an error code or an HTTP status.

use std::fmt;

use crate::call::{Api, Names};
use crate::shapes::Report;
use crate::verdict::Fault;
use crate::{Call, codes};

macro_rules! meanings {
    ($($(#[$doc:meta])* $variant:ident = $name:literal, $fault:ident;)+) => {
        /// What a failed call means. What cashier and customer are told hangs on it.
        ///
        /// Numbers of two digits, and 1082, are error codes of eCom (contract 1.2), the others of ePayment
        /// (contract 1.4).
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
    /// Vipps MobilePay had an internal error (HTTP 5xx without a better code; 99, 3010).
    VippsFault = "vipps_fault", Vipps;
    /// 31: the merchant is blocked.
    MerchantBlocked = "merchant_blocked", Merchant;
    /// 32, 33: a limit of the merchant is reached.
    MerchantLimit = "merchant_limit", Merchant;
    /// 34, 4150 when a payment is created: an order with this id exists already at this sales unit.
    DuplicateOrder = "duplicate_order", Ours;
    /// 35, 5090, and HTTP 404 or 402 where an order was named: not known at this sales unit.
    UnknownOrder = "unknown_order", Merchant;
    /// 36: the agreement has not been signed.
    AgreementUnsigned = "agreement_unsigned", Merchant;
    /// 37, 5060: the merchant or its sales unit is not active, or its bank account not verified.
    SalesUnitInactive = "sales_unit_inactive", Merchant;
    /// 38, 5080: the sales unit may not skip the landing page.
    PushNotAllowed = "push_not_allowed", Merchant;
    /// 39, 5050: long-living payments are not allowed.
    LongLivingNotAllowed = "long_living_not_allowed", Merchant;
    /// 41, 10050: the customer has no valid card.
    NoCard = "no_card", Customer;
    /// 42: refused by the issuer of the card.
    RefusedByBank = "refused_by_bank", Customer;
    /// 43: the issuer calls the amount invalid.
    AmountRefusedByBank = "amount_refused_by_bank", Customer;
    /// 44: the card has expired.
    CardExpired = "card_expired", Customer;
    /// 45, 10010, 10070: the reservation failed, usually because the customer did nothing.
    ReservationFailed = "reservation_failed", Customer;
    /// 51 when an existing payment is changed, 6040: captured already, so it can't be cancelled.
    AlreadyCaptured = "already_captured", Ours;
    /// 6060: the customer has approved, so what only cancels before that was refused.
    AlreadyApproved = "already_approved", Ours;
    /// 51 when a payment is initiated, 4080, 5030: the requested scope is not allowed.
    ScopeNotAllowed = "scope_not_allowed", Merchant;
    /// 52: the cancel failed, and it is not known how far it came.
    CancelFailed = "cancel_failed", Vipps;
    /// 53, 62, 6080: not reserved yet.
    NotReserved = "not_reserved", Customer;
    /// 61, 6090: more than what is reserved.
    AboveReserved = "above_reserved", Ours;
    /// 6140: the sales unit collects a reservation whole or not at all.
    PartialCaptureRefused = "partial_capture_refused", Merchant;
    /// 6260: the reservation is gone, so nothing can be collected any more.
    FundsGone = "funds_gone", Customer;
    /// 63, 6280: the capture failed, and it is not known how far it came.
    CaptureRefused = "capture_refused", Vipps;
    /// 71, 6150: more than what was captured.
    RefundAboveCaptured = "refund_above_captured", Ours;
    /// 72, 6020: only reserved, so cancel rather than refund.
    RefundOfReservation = "refund_of_reservation", Ours;
    /// 73: cancelled, so there is nothing to refund.
    RefundOfCancelled = "refund_of_cancelled", Ours;
    /// 74: the merchant's settlement does not cover the refund.
    RefundWithoutFunds = "refund_without_funds", Merchant;
    /// 5100: the sales unit may not give money back.
    RefundNotAllowed = "refund_not_allowed", Merchant;
    /// 81, 4070, 7010: the request could not be sent to that number. The reason is never told.
    NumberRefused = "number_refused", Customer;
    /// 4050, 4060: the customer's own code, or the token that stands for the customer, is not valid (any more).
    PersonalQrRefused = "personal_qr_refused", Customer;
    /// 82: the customer's app is too old.
    AppOutdated = "app_outdated", Customer;
    /// 5040: not the currency of the sales unit.
    CurrencyRefused = "currency_refused", Merchant;
    /// 6010: less than the least that can be paid.
    AmountTooSmall = "amount_too_small", Ours;
    /// 91, 6070, 6200, 6210, 10020, 10040, 10060: not allowed in this state of the payment.
    NotAllowed = "not_allowed", Ours;
    /// 92, 4020, 6050, 6170, 6180, 6190, 6230: processed already. Done, if a reading agrees.
    AlreadyProcessed = "already_processed", Ours;
    /// 93 of a call with a request id, 4010, 4150, HTTP 409 of a call with a key: the same key came with
    /// another body.
    RepeatDiffers = "repeat_differs", Ours;
    /// 94, 6160, 6250, HTTP 423: the order is locked by another request.
    OrderLocked = "order_locked", Vipps;
    /// 95, 96, 98 of a capture or cancel, 6030, 6100, 6220: too old.
    TooOld = "too_old", Merchant;
    /// 97, 5070: the sales unit may not take payments.
    PaymentsNotAllowed = "payments_not_allowed", Merchant;
    /// 1082, 10030: the user is not verified (test environment only).
    UserNotVerified = "user_not_verified", Customer;
    /// What the path of the call names is not there: a code, a category, a webhook, a sales unit (HTTP 404).
    NotThere = "not_there", Ours;
    /// What was to be made exists already, perhaps made by an earlier try of the same call (HTTP 409).
    AlreadyThere = "already_there", Ours;
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

    /// What an error code means to a call; nothing if the API of the call does not know it.
    pub(crate) fn of_code(call: Call, code: &str) -> Option<Self> {
        match call.api() {
            Api::Epayment => codes::of_epayment(call, code),
            Api::Token | Api::Ecom | Api::Qr | Api::Image => codes::of_ecom(call, code),
            // They name fields, and number nothing.
            Api::OrderManagement | Api::Webhooks | Api::Management | Api::Userinfo => None,
        }
    }

    fn of_status(call: Call, status: u16, report: &Report) -> Self {
        match (call, status) {
            (Call::QrImage, 404 | 410) => Self::ImageGone,
            // The host of a picture was given no keys that it could refuse.
            (Call::QrImage, 401 | 403) => Self::BadRequest,
            // A request for a token holds nothing but keys, so nothing else can be bad about it.
            (Call::Token, 400) | (_, 401 | 403) => Self::KeysRefused,
            (Call::OneTimeQr, 400) => Self::of_qr_refusal(report),
            // Nothing else in these requests could be wrong (contract 3.4).
            (Call::ExchangeCode | Call::ExchangeCustomer, 400) => Self::PersonalQrRefused,
            // For a change it may as well be an error of the payment (contract 1.2), so there it proves
            // nothing.
            (Call::Details, 402) => Self::UnknownOrder,
            (_, 404) => Self::of_absence(call),
            (_, 408 | 500..) => Self::VippsFault,
            (Call::EpaymentCreate, 409) => Self::DuplicateOrder,
            (_, 409) if call.api() == Api::Epayment => Self::RepeatDiffers,
            (_, 409) if matches!(call.api(), Api::OrderManagement | Api::Qr) => Self::AlreadyThere,
            (_, 415) => Self::UnsupportedMediaType,
            (_, 423) => Self::OrderLocked,
            _ => Self::BadRequest,
        }
    }

    /// Something is not there: what the path names, or the path itself.
    fn of_absence(call: Call) -> Self {
        match call.names() {
            Names::Payment => Self::UnknownOrder,
            Names::Thing => Self::NotThere,
            Names::Nothing => Self::BadRequest,
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
    fn too_many_requests_are_that_whatever_the_code() {
        let report = Report { code: Some("98".into()), ..Report::default() };
        assert_eq!(Meaning::of_answer(Call::Capture, 429, &report), Meaning::TooManyRequests);
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
            (Call::EpaymentGet, 404, Meaning::UnknownOrder),
            (Call::EpaymentCreate, 404, Meaning::BadRequest),
            (Call::EpaymentCreate, 409, Meaning::DuplicateOrder),
            (Call::EpaymentCapture, 409, Meaning::RepeatDiffers),
            (Call::EpaymentCapture, 402, Meaning::BadRequest),
            (Call::EpaymentCancel, 423, Meaning::OrderLocked),
        ];
        for (call, status, meaning) in cases {
            let report = Report { code: Some("7777".into()), ..Report::default() };
            assert_eq!(Meaning::of_answer(call, status, &report), meaning, "{call} {status}");
        }
    }
}
