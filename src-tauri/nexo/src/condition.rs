//! Why something was not done, in the few words that nexo has for it.

use contract::Code;
use serde::Serialize;

/// What nexo calls `ErrorCondition`. Those of cards and PINs have no counterpart here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Condition {
    /// The POS asked for the end, and the payment ended.
    Aborted,
    /// Another payment is open, or too much is asked at once.
    Busy,
    /// The customer or the staff cancelled it, or nobody paid in time.
    Cancel,
    /// The till can't be used: it is not set up, or can't write down what happens.
    DeviceOut,
    /// Nobody knows yet how it ends: ask again, and do not charge again.
    InProgress,
    /// The message can't be understood, or says something that can't be.
    MessageFormat,
    /// It is understood, and not allowed.
    NotAllowed,
    /// There is no such payment.
    NotFound,
    /// The POS allows only other ways of paying.
    PaymentRestriction,
    /// The customer's bank said no.
    Refusal,
    /// Kvitt has no such display.
    UnavailableDevice,
    /// Kvitt does not do this, or Vipps MobilePay did not.
    UnavailableService,
    /// Vipps MobilePay could not be reached; nothing was sent.
    UnreachableHost,
}

/// Why a message is not granted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// In nexo's word.
    pub condition: Condition,
    /// What is wrong with this very message and what to do, in exact English words.
    pub detail: String,
}

impl Fault {
    /// A fault with these words.
    pub fn new(condition: Condition, detail: impl Into<String>) -> Fault {
        Fault { condition, detail: detail.into() }
    }

    pub(crate) fn format(detail: impl Into<String>) -> Fault {
        Fault::new(Condition::MessageFormat, detail)
    }
}

/// The nexo word for `code`: why a request was refused, or how a payment ended that was not paid.
pub fn condition_of(code: Code) -> Condition {
    match code {
        Code::Cancelled | Code::TimedOut => Condition::Cancel,
        Code::Declined
        | Code::NoCard
        | Code::RefusedByBank
        | Code::AmountRefusedByBank
        | Code::CardExpired
        | Code::ReservationFailed => Condition::Refusal,
        Code::Unclear | Code::PaidLate => Condition::InProgress,
        Code::Unreachable => Condition::UnreachableHost,
        Code::NotSetUp | Code::JournalUnavailable => Condition::DeviceOut,
        Code::PaymentOpen | Code::Busy => Condition::Busy,
        Code::PaymentUnknown => Condition::NotFound,
        Code::RequestInvalid | Code::RequestTooLarge | Code::ReferenceInvalid | Code::NumberInvalid => {
            Condition::MessageFormat
        }
        Code::AmountInvalid
        | Code::KeepingOff
        | Code::FlowNotOnRail
        | Code::ReferenceUsed
        | Code::TooLateToCancel
        | Code::NothingToRefund
        | Code::OtherSalesUnit
        | Code::IdempotencyMismatch
        | Code::RefundAboveCaptured
        | Code::RefundOfReservation
        | Code::RefundOfCancelled
        | Code::RefundWithoutFunds
        | Code::RefundNotAllowed => Condition::NotAllowed,
        _ => Condition::UnavailableService,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_condition_is_written_as_the_standard_writes_it() {
        let written = |condition| serde_json::to_string(&condition).expect("a word");
        assert_eq!(written(Condition::InProgress), "\"InProgress\"");
        assert_eq!(written(Condition::UnreachableHost), "\"UnreachableHost\"");
    }
}
