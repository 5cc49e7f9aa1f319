//! From failures to codes, and from codes to what people are told.

use contract::{Code, Language, Problem, words};
use payment::{Cause, Knowledge, Trouble};
use vipps::{Certainty, Meaning, Repeat};

/// A request that the till refuses.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}: {detail}", name_of(*.code))]
pub struct Refused {
    /// Why, by name.
    pub code: Code,
    /// Why, in exact English words, for whoever wrote the request.
    pub detail: String,
    /// The payment that stands in the way, if one does.
    pub reference: Option<String>,
}

impl Refused {
    /// A refusal for this reason.
    pub fn new(code: Code, detail: impl Into<String>) -> Refused {
        Refused { code, detail: detail.into(), reference: None }
    }

    /// The payment that it is about.
    #[must_use]
    pub fn because_of(mut self, reference: &str) -> Refused {
        self.reference = Some(reference.to_owned());
        self
    }

    /// What cashier and customer are told.
    pub fn problem(&self, language: Language) -> Problem {
        problem(self.code, language, None)
    }
}

/// What cashier and customer are told about `code`.
pub(crate) fn problem(code: Code, language: Language, support_id: Option<&str>) -> Problem {
    let words = words::words(code, language);
    Problem {
        code,
        cashier: words.cashier.clone(),
        customer: words.customer.clone(),
        support_id: support_id.map(ToOwned::to_owned),
    }
}

/// The name of `code`, as it is written in JSON and in the journal.
pub fn name_of(code: Code) -> String {
    match serde_json::to_value(code) {
        Ok(serde_json::Value::String(name)) => name,
        _ => String::new(),
    }
}

/// The cause that the journal keeps for `code`.
pub(crate) fn cause_of(code: Code) -> Cause {
    Cause::named(&name_of(code))
}

/// The code of a cause from the journal; one that this version does not know is unclear.
pub(crate) fn code_of(cause: &Cause) -> Code {
    serde_json::from_value(serde_json::Value::String(cause.name().to_owned())).unwrap_or(Code::Unclear)
}

/// What a failed call means for a payment.
pub(crate) fn trouble_of(error: &vipps::Error) -> Trouble {
    let (knowledge, pause) = match (error.repeat(), error.certainty()) {
        (Repeat::Now, _) => (Knowledge::NotSent, None),
        (Repeat::Later(pause), Certainty::NotDone) => (Knowledge::Later, Some(pause)),
        (Repeat::Later(pause), Certainty::Unknown) => (Knowledge::Unknown, Some(pause)),
        (_, Certainty::Unknown) => (Knowledge::Unknown, None),
        (_, Certainty::NotDone) => (Knowledge::Refused, None),
    };
    Trouble {
        cause: cause_of(code_of_meaning(error.meaning())),
        knowledge,
        pause: error.retry_after().or(pause),
        support_id: error.support_id().map(ToOwned::to_owned),
    }
}

/// One name for the same thing on both sides of the border.
pub fn code_of_meaning(meaning: Meaning) -> Code {
    match meaning {
        Meaning::Unreachable => Code::Unreachable,
        Meaning::NoAnswer | Meaning::Nonsense | Meaning::ImageGone => Code::Unclear,
        Meaning::PaymentTimedOut => Code::TimedOut,
        Meaning::UrlNotAccepted | Meaning::UnsupportedMediaType | Meaning::BadRequest => Code::BadRequest,
        Meaning::KeysRefused => Code::KeysRefused,
        Meaning::TooManyRequests => Code::TooManyRequests,
        Meaning::VippsFault => Code::VippsFault,
        Meaning::MerchantBlocked => Code::MerchantBlocked,
        Meaning::MerchantLimit => Code::MerchantLimit,
        Meaning::DuplicateOrder => Code::DuplicateOrder,
        Meaning::UnknownOrder => Code::UnknownOrder,
        Meaning::AgreementUnsigned => Code::AgreementUnsigned,
        Meaning::SalesUnitInactive => Code::SalesUnitInactive,
        Meaning::PushNotAllowed => Code::PushNotAllowed,
        Meaning::LongLivingNotAllowed => Code::LongLivingNotAllowed,
        Meaning::NoCard => Code::NoCard,
        Meaning::RefusedByBank => Code::RefusedByBank,
        Meaning::AmountRefusedByBank => Code::AmountRefusedByBank,
        Meaning::CardExpired => Code::CardExpired,
        Meaning::ReservationFailed => Code::ReservationFailed,
        Meaning::AlreadyCaptured => Code::AlreadyCaptured,
        Meaning::AlreadyApproved => Code::TooLateToCancel,
        Meaning::ScopeNotAllowed => Code::ScopeNotAllowed,
        Meaning::CancelFailed => Code::CancelFailed,
        Meaning::NotReserved => Code::NotReserved,
        Meaning::AboveReserved => Code::AboveReserved,
        Meaning::PartialCaptureRefused => Code::PartialCaptureRefused,
        Meaning::FundsGone => Code::FundsGone,
        Meaning::CaptureRefused => Code::CaptureRefused,
        Meaning::RefundAboveCaptured => Code::RefundAboveCaptured,
        Meaning::RefundOfReservation => Code::RefundOfReservation,
        Meaning::RefundOfCancelled => Code::RefundOfCancelled,
        Meaning::RefundWithoutFunds => Code::RefundWithoutFunds,
        Meaning::RefundNotAllowed => Code::RefundNotAllowed,
        Meaning::NumberRefused => Code::NumberRefused,
        Meaning::PersonalQrRefused => Code::PersonalQrRefused,
        Meaning::AppOutdated => Code::AppOutdated,
        Meaning::CurrencyRefused => Code::CurrencyRefused,
        Meaning::AmountTooSmall => Code::AmountInvalid,
        Meaning::NotAllowed => Code::NotAllowed,
        Meaning::AlreadyProcessed => Code::AlreadyProcessed,
        Meaning::RepeatDiffers => Code::RepeatDiffers,
        Meaning::OrderLocked => Code::OrderLocked,
        Meaning::TooOld => Code::TooOld,
        Meaning::PaymentsNotAllowed => Code::PaymentsNotAllowed,
        Meaning::UserNotVerified => Code::UserNotVerified,
        Meaning::NotThere => Code::NotThere,
        Meaning::AlreadyThere => Code::AlreadyThere,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_survives_the_journal() {
        for code in Code::ALL {
            assert_eq!(code_of(&cause_of(*code)), *code);
        }
        assert_eq!(code_of(&Cause::named("from_a_later_version")), Code::Unclear);
    }
}
