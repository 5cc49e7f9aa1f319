//! The ways in which ePayment and its younger siblings say no (contract 1.4, "Errors").

use serde::{Deserialize, Serialize};

/// Why a call was refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Problem {
    /// HTTP status.
    pub(crate) status: u16,
    pub(crate) detail: String,
    /// `extraDetails` or `invalidParams`: names of fields, or `ErrorCode`, with what is wrong.
    pub(crate) details: Vec<(String, String)>,
}

/// The error codes of ePayment; each stands for its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u16)]
pub(crate) enum Code {
    CaptureBodyChanged = 4010,
    KeyExists = 4020,
    AmountNotWhole = 4040,
    CustomerTokenInvalid = 4050,
    PersonalQrInvalid = 4060,
    NotMsisdn = 4070,
    ScopeUnknown = 4080,
    UrlInvalid = 4090,
    TooMuchMetadata = 4100,
    MetadataKeyTwice = 4110,
    MetadataKeyTooLong = 4120,
    MetadataValueTooLong = 4130,
    MissingForFlow = 4140,
    ReferenceTaken = 4150,
    ScopeNotPermitted = 5030,
    CurrencyNotOfMarket = 5040,
    LongLivingNotAllowed = 5050,
    CannotBeCreated = 5070,
    PushNotAllowed = 5080,
    ReferenceNotFound = 5090,
    RefundNotPossible = 5100,
    BelowMinimum = 6010,
    RefundBeforeReservation = 6020,
    CancelTooLate = 6030,
    CapturedNotCancellable = 6040,
    NotCancellable = 6050,
    AuthorizedNotCancelled = 6060,
    CancelledNotCapturable = 6070,
    NotApprovedYet = 6080,
    CaptureAboveAuthorized = 6090,
    CaptureTooLate = 6100,
    ExpiresTooLate = 6110,
    ExpiresTooSoon = 6120,
    ExpiresNeedsReceipt = 6130,
    PartialCaptureRefused = 6140,
    RefundAboveRefundable = 6150,
    Processing = 6160,
    AlreadyCaptured = 6170,
    AlreadyRefunded = 6180,
    AlreadyCancelled = 6190,
    WrongStateForCapture = 6200,
    WrongStateForRefund = 6210,
    RefundTooLate = 6220,
    Authorizing = 6250,
    FundsGone = 6260,
    CustomerNotFound = 7010,
    ApproveNotAllowed = 10020,
}

impl Code {
    /// HTTP status and words. The statuses are our choice where the specification leaves them open.
    fn words(self) -> (u16, &'static str) {
        match self {
            Self::CaptureBodyChanged => {
                (409, "The request body differs from the one sent with this key before")
            }
            Self::KeyExists => (409, "The idempotency key has been used for another request"),
            Self::AmountNotWhole => (400, "The amount must be a whole number of minor units"),
            Self::CustomerTokenInvalid => (400, "The customer token is not valid"),
            Self::PersonalQrInvalid => (400, "The personal QR is not valid"),
            Self::NotMsisdn => (400, "The phone number must be in the MSISDN format"),
            Self::ScopeUnknown => (400, "The profile scope is not known"),
            Self::UrlInvalid => (400, "The URL is not valid"),
            Self::TooMuchMetadata => (400, "There can be at most 5 pairs of metadata"),
            Self::MetadataKeyTwice => (400, "A key of the metadata stands there twice"),
            Self::MetadataKeyTooLong => (400, "A key of the metadata is longer than 100 characters"),
            Self::MetadataValueTooLong => (400, "A value of the metadata is longer than 500 characters"),
            Self::MissingForFlow => (400, "A parameter is missing for this user flow"),
            Self::ReferenceTaken => {
                (409, "The reference is in use, or the request differs from the one before")
            }
            Self::ScopeNotPermitted => (403, "The sales unit may not ask for this scope"),
            Self::CurrencyNotOfMarket => (403, "The currency is not the one of the sales unit's market"),
            Self::LongLivingNotAllowed => (403, "The sales unit may not make long-living payments"),
            Self::CannotBeCreated => (403, "The payment cannot be created"),
            Self::PushNotAllowed => (403, "The sales unit may not use PUSH_MESSAGE"),
            Self::ReferenceNotFound => (404, "There is no payment with this reference"),
            Self::RefundNotPossible => (400, "The refund is not possible"),
            Self::BelowMinimum => (400, "The amount is below the minimum"),
            Self::RefundBeforeReservation => (400, "The payment is not reserved and cannot be refunded"),
            Self::CancelTooLate => (400, "The period in which the payment can be cancelled is over"),
            Self::CapturedNotCancellable => (400, "The payment is captured and cannot be cancelled"),
            Self::NotCancellable => (400, "The payment cannot be cancelled in its state"),
            Self::AuthorizedNotCancelled => (400, "The payment is authorized, so that it was not cancelled"),
            Self::CancelledNotCapturable => (400, "The payment is cancelled and cannot be captured"),
            Self::NotApprovedYet => (400, "The payment is not approved yet"),
            Self::CaptureAboveAuthorized => (400, "The amount is above what is left to capture"),
            Self::CaptureTooLate => (400, "The period in which the payment can be captured is over"),
            Self::ExpiresTooLate => (400, "expiresAt is too far in the future"),
            Self::ExpiresTooSoon => (400, "expiresAt is too soon"),
            Self::ExpiresNeedsReceipt => (400, "expiresAt needs a receipt"),
            Self::PartialCaptureRefused => (400, "The sales unit cannot capture in parts"),
            Self::RefundAboveRefundable => (400, "The amount is above what is left to refund"),
            Self::Processing => (423, "The payment is being processed"),
            Self::AlreadyCaptured => (400, "The payment is captured already"),
            Self::AlreadyRefunded => (400, "The payment is refunded already"),
            Self::AlreadyCancelled => (400, "The payment is cancelled already"),
            Self::WrongStateForCapture => (400, "The payment cannot be captured in its state"),
            Self::WrongStateForRefund => (400, "The payment cannot be refunded in its state"),
            Self::RefundTooLate => (400, "The period in which the payment can be refunded is over"),
            Self::Authorizing => (423, "The customer is authorizing the payment"),
            Self::FundsGone => (400, "The reserved funds are not available any more"),
            Self::CustomerNotFound => (400, "The customer was not found"),
            Self::ApproveNotAllowed => (400, "The payment cannot be approved in its state"),
        }
    }
}

impl From<Code> for Problem {
    fn from(code: Code) -> Self {
        let (status, words) = code.words();
        Self::coded(status, code as u16, words)
    }
}

impl Problem {
    /// One with a number that callers act upon.
    pub(crate) fn coded(status: u16, code: u16, words: impl Into<String>) -> Self {
        Self { status, detail: words.into(), details: vec![("ErrorCode".into(), code.to_string())] }
    }

    /// A field that is missing, unknown or wrong: it is named and has no code.
    pub(crate) fn field(name: impl Into<String>, reason: impl Into<String>) -> Self {
        Self {
            status: 400,
            detail: "One or more validation errors occurred.".into(),
            details: vec![(name.into(), reason.into())],
        }
    }

    /// Anything else.
    pub(crate) fn plain(status: u16, detail: impl Into<String>) -> Self {
        Self { status, detail: detail.into(), details: Vec::new() }
    }

    /// Whether the same key gets the same refusal for ever (contract 1.9).
    pub(crate) fn sticks(&self) -> bool {
        (400..500).contains(&self.status) && ![401, 423, 429].contains(&self.status)
    }
}
