//! What happened to a payment (contract 2.3).

use jiff::Timestamp;

use crate::money::Money;
use crate::plain::cut;

/// Something that happened to a payment, or failed to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// What it was.
    pub name: EventName,
    /// Of how much.
    pub amount: Money,
    /// Whether it succeeded. An event that did not changed nothing.
    pub success: bool,
    /// When, if that was said in a way that can be read.
    pub at: Option<Timestamp>,
    /// The event's own number at Vipps MobilePay.
    pub psp_reference: Option<String>,
    /// The key that it was asked with.
    pub idempotency_key: Option<String>,
}

/// What can happen to a payment.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum EventName {
    /// It was started.
    Created,
    /// The customer refused.
    Aborted,
    /// Nobody did anything in time.
    Expired,
    /// What was not captured has been released.
    Cancelled,
    /// Reserved money was collected.
    Captured,
    /// Money was given back.
    Refunded,
    /// The customer approved, and the money is reserved.
    Authorized,
    /// It was given up before the customer approved.
    Terminated,
    /// Something that is not documented; the text is as it was sent, 64 characters at most.
    Other(String),
}

/// The longest unknown name that is kept, in characters.
const NAME_CHARS_MAX: usize = 64;

impl EventName {
    /// All that are documented.
    pub const KNOWN: [EventName; 8] = [
        EventName::Created,
        EventName::Aborted,
        EventName::Expired,
        EventName::Cancelled,
        EventName::Captured,
        EventName::Refunded,
        EventName::Authorized,
        EventName::Terminated,
    ];

    /// As it is written on the wire, in capitals.
    pub fn as_str(&self) -> &str {
        match self {
            EventName::Created => "CREATED",
            EventName::Aborted => "ABORTED",
            EventName::Expired => "EXPIRED",
            EventName::Cancelled => "CANCELLED",
            EventName::Captured => "CAPTURED",
            EventName::Refunded => "REFUNDED",
            EventName::Authorized => "AUTHORIZED",
            EventName::Terminated => "TERMINATED",
            EventName::Other(name) => name,
        }
    }

    /// The name in `text`, whatever its case.
    pub(crate) fn read(text: &str) -> Self {
        let known = Self::KNOWN.into_iter().find(|name| name.as_str().eq_ignore_ascii_case(text));
        known.unwrap_or_else(|| EventName::Other(cut(text, NAME_CHARS_MAX)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_known_or_kept() {
        for name in EventName::KNOWN {
            assert_eq!(EventName::read(name.as_str()), name);
        }
        assert_eq!(EventName::read("authorized"), EventName::Authorized);
        assert_eq!(EventName::read("REVERSED"), EventName::Other("REVERSED".into()));
        assert_eq!(EventName::read(&"å".repeat(100)).as_str().chars().count(), NAME_CHARS_MAX);
    }
}
