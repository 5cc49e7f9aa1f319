//! The calls that this crate makes, by name.

use std::fmt;

/// Which call it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Call {
    /// Fetching an access token (contract 1.1). When it fails, the call that needed the token was not sent.
    Token,
    /// Starting a payment (contract 1.2).
    Initiate,
    /// Reading a payment (contract 1.2).
    Details,
    /// Collecting reserved money (contract 1.2).
    Capture,
    /// Giving up a payment or its remaining reservation (contract 1.2).
    Cancel,
    /// Giving money back (contract 1.2).
    Refund,
    /// Asking for a one-time QR code (contract 3.1).
    OneTimeQr,
    /// Fetching the picture of a QR code (contract 3.1).
    QrImage,
}

impl Call {
    /// All of them, in the order of their declaration.
    pub const ALL: &'static [Call] = &[
        Call::Token,
        Call::Initiate,
        Call::Details,
        Call::Capture,
        Call::Cancel,
        Call::Refund,
        Call::OneTimeQr,
        Call::QrImage,
    ];

    /// Its name in logs.
    pub const fn name(self) -> &'static str {
        match self {
            Call::Token => "token",
            Call::Initiate => "initiate",
            Call::Details => "details",
            Call::Capture => "capture",
            Call::Cancel => "cancel",
            Call::Refund => "refund",
            Call::OneTimeQr => "one_time_qr",
            Call::QrImage => "qr_image",
        }
    }

    /// Whether the call changes a payment at Vipps MobilePay, so that not knowing whether it was carried out
    /// matters.
    pub(crate) const fn changes_payment(self) -> bool {
        matches!(self, Call::Initiate | Call::Capture | Call::Cancel | Call::Refund)
    }
}

impl fmt::Display for Call {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}
