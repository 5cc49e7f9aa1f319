//! A payment as it is now (contract 2.3).

use std::collections::BTreeMap;
use std::fmt;

use jiff::Timestamp;

use crate::money::{Currency, Money};
use crate::personal::Personal;
use crate::plain::cut;
use crate::redacted::Redacted;

/// A payment as it is now.
#[derive(Clone, PartialEq, Eq)]
pub struct Payment {
    /// The payment.
    pub reference: String,
    /// How far the customer has come.
    pub state: State,
    /// What was asked for.
    pub amount: Money,
    /// Where the money is.
    pub aggregate: Aggregate,
    /// The number of the payment at Vipps MobilePay.
    pub psp_reference: Option<String>,
    /// With what it was or will be paid: `WALLET`, `CARD`, or what else was sent.
    pub method: Option<String>,
    /// The first digits of the card, which name its bank.
    pub card_bin: Option<String>,
    /// Who paid, as a name that Userinfo knows (contract 1.7).
    pub sub: Option<Personal>,
    /// Where the customer pays. Whoever holds it can pay.
    pub redirect_url: Option<String>,
    /// What was kept with the payment.
    pub metadata: BTreeMap<String, String>,
    /// Until when a capture is certain to work.
    pub capture_guaranteed_until: Option<Timestamp>,
}

/// What a capture, refund or cancel ends with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Adjusted {
    /// How far the customer has come.
    pub state: State,
    /// What the answer calls its amount.
    pub amount: Money,
    /// Where the money is now. This, and no status, says whether it has been done.
    pub aggregate: Aggregate,
    /// The number at Vipps MobilePay.
    pub psp_reference: Option<String>,
}

/// Where the money of a payment is, in minor units of one currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Aggregate {
    /// Of all of it.
    pub currency: Currency,
    /// Approved by the customer.
    pub authorized: u64,
    /// Released, or never reserved because the payment was given up.
    pub cancelled: u64,
    /// Collected, refunds not subtracted.
    pub captured: u64,
    /// Given back.
    pub refunded: u64,
}

impl Aggregate {
    /// Reserved and not collected (contract 2.3).
    pub const fn remaining_to_capture(&self) -> u64 {
        self.authorized.saturating_sub(self.cancelled).saturating_sub(self.captured)
    }

    /// Collected and not given back (contract 2.3).
    pub const fn remaining_to_refund(&self) -> u64 {
        self.captured.saturating_sub(self.refunded)
    }
}

/// How far the customer has come. None of them tells whether money was captured: that is in the [`Aggregate`].
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum State {
    /// Not acted upon.
    Created,
    /// Approved; stays so after capture, refund and cancel.
    Authorized,
    /// Refused by the customer.
    Aborted,
    /// Not acted upon in time.
    Expired,
    /// Given up before the customer approved.
    Terminated,
    /// Something that is not documented; the text is as it was sent, 64 characters at most.
    Other(String),
}

impl State {
    /// The state in `text`, whatever its case.
    pub(crate) fn read(text: &str) -> Self {
        match text.to_ascii_uppercase().as_str() {
            "CREATED" => State::Created,
            "AUTHORIZED" => State::Authorized,
            "ABORTED" => State::Aborted,
            "EXPIRED" => State::Expired,
            "TERMINATED" => State::Terminated,
            _ => State::Other(cut(text, 64)),
        }
    }
}

impl fmt::Debug for Payment {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Payment")
            .field("reference", &self.reference)
            .field("state", &self.state)
            .field("amount", &self.amount)
            .field("aggregate", &self.aggregate)
            .field("psp_reference", &self.psp_reference)
            .field("method", &self.method)
            .field("redirect_url", &self.redirect_url.as_deref().map(Redacted))
            .field("capture_guaranteed_until", &self.capture_guaranteed_until)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_remains_never_falls_below_nothing() {
        let aggregate = Aggregate {
            currency: Currency::Nok,
            authorized: 500,
            cancelled: 100,
            captured: 300,
            refunded: 50,
        };
        assert_eq!((aggregate.remaining_to_capture(), aggregate.remaining_to_refund()), (100, 250));
        let terminated = Aggregate { authorized: 0, cancelled: 500, captured: 0, refunded: 0, ..aggregate };
        assert_eq!((terminated.remaining_to_capture(), terminated.remaining_to_refund()), (0, 0));
    }

    #[test]
    fn states_are_known_or_kept() {
        assert_eq!(State::read("AUTHORIZED"), State::Authorized);
        assert_eq!(State::read("Terminated"), State::Terminated);
        assert_eq!(State::read("CAPTURED"), State::Other("CAPTURED".into()));
    }
}
