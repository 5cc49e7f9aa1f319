//! The ways in which Vipps MobilePay says no to a merchant (contract 1.2, "eCom error codes").

/// Why a call was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    DuplicateOrder,
    UnknownOrder,
    MayNotSkipLandingPage,
    MayNotTakePayments,
    AlreadyCaptured,
    CaptureAboveReserved,
    NotReserved,
    RefundAboveCaptured,
    RefundOfReserved,
    RefundOfCancelled,
    NoReceivingAccount,
    NumberRefused,
    NotAllowed,
    AlreadyProcessed,
    BodyChanged,
    Locked,
    RefundTooLate,
    CaptureTooLate,
    CaptureFailed,
    /// This API does not serve the sales unit.
    WrongMarket,
    /// More payments than the simulator keeps.
    Full,
    /// A field is missing, unknown or wrong; the live service names it in `errorCode`.
    Field {
        name: String,
        message: String,
    },
    /// A mistake on which the live service falls over: code 99 (traps 7, 8 and 9).
    Malformed,
}

impl Refusal {
    pub(crate) fn field(name: &str, message: impl Into<String>) -> Self {
        Self::Field { name: name.into(), message: message.into() }
    }

    /// `errorGroup`, `errorCode` and `errorMessage`.
    pub(crate) fn words(&self) -> (&'static str, &str, &str) {
        match self {
            Self::DuplicateOrder => ("Payment", "34", "The orderId is already used and must be unique"),
            Self::UnknownOrder => ("Payment", "35", "The orderId is unknown for this merchant serial number"),
            Self::MayNotSkipLandingPage => {
                ("Merchant", "38", "The sales unit is not allowed to skip the landing page")
            }
            Self::MayNotTakePayments => ("Merchant", "97", "The sales unit is not allowed to take payments"),
            Self::AlreadyCaptured => ("Payment", "51", "Can't cancel an already captured order"),
            Self::CaptureAboveReserved => ("Payment", "61", "Captured amount exceeds the reserved amount"),
            Self::NotReserved => ("Payment", "62", "The amount you tried to capture is not reserved"),
            Self::RefundAboveCaptured => ("Payment", "71", "Refunded amount exceeds the captured amount"),
            Self::RefundOfReserved => ("Payment", "72", "Can't refund a reserved order, use cancel"),
            Self::RefundOfCancelled => ("Payment", "73", "Can't refund a cancelled order"),
            Self::NoReceivingAccount => ("Payment", "74", "Refund failed during debit from merchant account"),
            Self::NumberRefused => ("User", "81", "User not registered with Vipps"),
            Self::NotAllowed => ("Payment", "91", "Transaction is not allowed"),
            Self::AlreadyProcessed => ("Payment", "92", "Transaction already processed"),
            Self::BodyChanged => ("Payment", "93", "Idempotent request was repeated with another body"),
            Self::Locked => ("Payment", "94", "Order locked and is already processing"),
            Self::RefundTooLate => ("Payment", "95", "The refund period is over"),
            Self::CaptureTooLate => ("Payment", "98", "The payment is too old to capture or cancel"),
            Self::CaptureFailed => ("Payment", "63", "Capture failed because of an unknown error"),
            Self::WrongMarket => ("Merchant", "97", "The sales unit is not allowed to use the eCom API"),
            Self::Full => ("VippsError", "98", "Too many concurrent requests"),
            Self::Field { name, message } => ("InvalidRequest", name, message),
            Self::Malformed => ("VippsError", "99", "Internal error"),
        }
    }
}
