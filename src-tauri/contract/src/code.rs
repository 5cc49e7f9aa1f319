//! Every failure that somebody acts on, by name.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::ToSchema;

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {
        /// A failure that somebody acts on. What cashier and customer are told stands under the same name
        /// in the text tables; software branches on the code, never on the text.
        ///
        /// Numbers in their descriptions are the error codes of the contract: those of two digits and 1082 of
        /// eCom (section 1.2), the others of ePayment (section 1.4).
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, TS, ToSchema)]
        #[serde(rename_all = "snake_case")]
        pub enum Code { $($(#[$doc])* $name),+ }

        impl Code {
            /// All of them, in the order of their declaration.
            pub const ALL: &'static [Code] = &[$(Code::$name),+];
        }
    };
}

codes! {
    // How a payment ended without being paid.
    /// The customer's bank said no, and the time to try another card is over.
    Declined,
    /// The customer or the staff cancelled before any money moved.
    Cancelled,
    /// Nobody paid within the time that Vipps MobilePay allows.
    TimedOut,

    // What Kvitt itself found.
    /// Vipps MobilePay could not be reached; nothing was sent.
    Unreachable,
    /// The truth is not known at the moment: no answer, or one that made no sense.
    Unclear,
    /// The payment was created, but its answer was lost and with it the code; it has been taken back.
    AnswerLost,
    /// What came back was not what was asked for (amount, currency, reference or sales unit).
    Mismatch,
    /// The same, and nothing of the money is kept any more: it has been let go or given back.
    MismatchUndone,
    /// The QR image could not be read, or pointed to a host that is not allowed.
    QrRefused,
    /// The money was reserved but could not be collected; the reservation has been released.
    CaptureFailed,
    /// The customer's money arrived after the payment had been ended.
    PaidLate,
    /// The receipt of a payment was refused, or could not be stored for a day.
    ReceiptRefused,
    /// The receipt that is stored with a payment is not the one that was sent.
    ReceiptDiffers,
    /// The link of a payment was refused, or could not be stored for a day.
    LinkRefused,
    /// Kvitt was restarted before the request went out, and keeps no phone number that long.
    NumberForgotten,
    /// The settings are missing or wrong.
    NotSetUp,
    /// The journal can't be written: no payment can be started safely.
    JournalUnavailable,

    // What a caller of the till did wrong.
    /// The amount is not a whole number of minor units within the limits, or in the wrong currency.
    AmountInvalid,
    /// The reference is not 8 to 50 of letters, digits and `-`, or only digits.
    ReferenceInvalid,
    /// The phone number is none that a customer of this market can have.
    NumberInvalid,
    /// The customer's number was to be kept, but the settings allow none to be.
    KeepingOff,
    /// The hub has no code on the counter for this till.
    NoCounterCode,
    /// The customer can't be reached that way over the API that the till uses.
    FlowNotOnRail,
    /// The sales unit collects as soon as the customer approves, so nothing can be reserved for later.
    CapturesAtOnce,
    /// What is sold at a distance must go to a phone and bring a receipt, and does not.
    DistanceIncomplete,
    /// The reference has been used before.
    ReferenceUsed,
    /// Another payment is open.
    PaymentOpen,
    /// No such payment.
    PaymentUnknown,
    /// The customer has approved already, so the payment can't be cancelled.
    TooLateToCancel,
    /// Nothing of the payment is reserved for later, so there is nothing to collect.
    NothingToCapture,
    /// Nothing of the payment is kept, so there is nothing to give back.
    NothingToRefund,
    /// Another sales unit than the till's took the payment, and only that one can give it back.
    OtherSalesUnit,
    /// The request could not be understood.
    RequestInvalid,
    /// The body is larger than the limit.
    RequestTooLarge,
    /// The token is missing or wrong.
    TokenInvalid,
    /// Kvitt has too many connections, waiting requests or listeners.
    Busy,
    /// The same idempotency key came with another body.
    IdempotencyMismatch,
    /// There is no PIN in the cashier window, or it can't be read.
    PinUnset,
    /// The PIN is wrong.
    PinWrong,
    /// After wrong PINs: no other is looked at for a while.
    PinWait,
    /// What was asked for needs the PIN, and it has not been given, or too long ago.
    PinNeeded,
    /// A file that the cashier asked for can't be written.
    NotSaved,
    /// The kept phone numbers can't be read or erased.
    NumbersUnavailable,

    // What the hub of a chain said, or the till of it.
    /// The till belongs to no chain, so it knows the payments of its own store alone.
    NoHub,
    /// The hub can't be reached.
    HubUnreachable,
    /// The hub can't ask Vipps MobilePay for a store: it has no keys for it, or none that can be used.
    HubNotSetUp,
    /// The hub no longer lets this till in.
    TillRevoked,
    /// The code to join with is wrong, used, or too old.
    JoinCodeRefused,
    /// The chain has no such store.
    StoreUnknown,
    /// The hub knows no such person, or the PIN is another.
    PersonRefused,
    /// The sum needs a second person who may agree.
    SecondPersonNeeded,
    /// The person has given back as much as one may within a day.
    PersonLimit,
    /// More of the payment has been given back than was seen by who asks.
    ChangedMeanwhile,

    // What Vipps MobilePay said.
    /// The keys were refused (HTTP 401 or 403).
    KeysRefused,
    /// Too many requests (HTTP 429, code 98 of VippsError).
    TooManyRequests,
    /// Vipps MobilePay had an internal error (HTTP 5xx, code 99).
    VippsFault,
    /// 31: the merchant is blocked.
    MerchantBlocked,
    /// 32, 33: a limit of the merchant is reached.
    MerchantLimit,
    /// 34: the reference exists already at this sales unit.
    DuplicateOrder,
    /// 35: the reference is not known at this sales unit.
    UnknownOrder,
    /// 36: the agreement has not been signed.
    AgreementUnsigned,
    /// 37: the merchant or its sales unit is not active.
    SalesUnitInactive,
    /// 38: the sales unit may not skip the landing page.
    PushNotAllowed,
    /// 39: long-living payments are not allowed.
    LongLivingNotAllowed,
    /// 41: the customer has no valid card.
    NoCard,
    /// 42: refused by the issuer of the card.
    RefusedByBank,
    /// 43: the issuer calls the amount invalid.
    AmountRefusedByBank,
    /// 44: the card has expired.
    CardExpired,
    /// 45: the reservation failed.
    ReservationFailed,
    /// 51 (Payment): captured already, can't be cancelled.
    AlreadyCaptured,
    /// 51 (Merchant): the requested scope is not allowed.
    ScopeNotAllowed,
    /// 52: the cancel failed.
    CancelFailed,
    /// 53, 62: not reserved yet.
    NotReserved,
    /// 61: more than the reservation.
    AboveReserved,
    /// 6140: the sales unit collects a reservation whole or not at all.
    PartialCaptureRefused,
    /// 6260: the reservation is gone.
    FundsGone,
    /// 63: the capture failed.
    CaptureRefused,
    /// 71, 6150: more than what was captured, or than what is left of it.
    RefundAboveCaptured,
    /// 72: only reserved, so cancel rather than refund.
    RefundOfReservation,
    /// 73: cancelled, so there is nothing to refund.
    RefundOfCancelled,
    /// 74: the merchant's settlement does not cover the refund.
    RefundWithoutFunds,
    /// 5100: the sales unit may not give money back.
    RefundNotAllowed,
    /// 81: the request could not be sent to that number.
    NumberRefused,
    /// 4050, 4060 (ePayment): the customer's own code is not good, or no longer.
    PersonalQrRefused,
    /// 4050, 7010 (ePayment): whoever scanned the code on the counter can't be sent the request, or no longer; or Kvitt was
    /// restarted before it went out.
    CheckInRefused,
    /// 82: the customer's app is too old.
    AppOutdated,
    /// 5040: not the currency of the sales unit.
    CurrencyRefused,
    /// 91: not allowed in this state.
    NotAllowed,
    /// 92: processed already.
    AlreadyProcessed,
    /// 93: the same request id came with another body.
    RepeatDiffers,
    /// 94: the order is locked by another request.
    OrderLocked,
    /// 95, 96, 98 (Payment): too old.
    TooOld,
    /// 97: the sales unit may not take payments.
    PaymentsNotAllowed,
    /// 1082: the user is not verified (test environment).
    UserNotVerified,
    /// What was asked for (a code, a link, a webhook, a sales unit) is not there.
    NotThere,
    /// What was to be made exists already.
    AlreadyThere,
    /// InvalidRequest, 4xx without a known code: Kvitt sent something wrong.
    BadRequest,
}
