//! How a payment stands, in the words of its rail (contract 2.1 and 2.3).

use vipps::epayment::{EventName, Payment, State};
use vipps::{Details, Operation};

/// How a payment stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Standing {
    /// The state of ePayment, or the newest thing that succeeded in the log of eCom; as it is on the wire.
    pub(crate) state: String,
    /// What the payment was made for, in minor units.
    pub(crate) amount: u64,
    /// Collected, refunds not subtracted.
    pub(crate) captured: u64,
    /// Given back.
    pub(crate) refunded: u64,
    /// Reserved and not collected.
    pub(crate) left: u64,
}

impl Standing {
    /// `operationSuccess` decides whether an entry counts (trap 22).
    pub(crate) fn of_details(details: &Details) -> Standing {
        let summary = details.summary.as_ref();
        let first = details.log.first();
        Standing {
            state: successes(details).last().cloned().unwrap_or_default(),
            amount: first.map(|entry| entry.amount).unwrap_or_default(),
            captured: summary.map(|summary| summary.captured).unwrap_or_default(),
            refunded: summary.map(|summary| summary.refunded).unwrap_or_default(),
            left: summary.map(|summary| summary.remaining_to_capture).unwrap_or_default(),
        }
    }

    pub(crate) fn of_payment(payment: &Payment) -> Standing {
        Standing {
            state: match &payment.state {
                State::Created => "CREATED",
                State::Authorized => "AUTHORIZED",
                State::Aborted => "ABORTED",
                State::Expired => "EXPIRED",
                State::Terminated => "TERMINATED",
                State::Other(name) => name,
            }
            .to_owned(),
            amount: payment.amount.value,
            captured: payment.aggregate.captured,
            refunded: payment.aggregate.refunded,
            left: payment.aggregate.remaining_to_capture(),
        }
    }

    /// Whether a customer has approved it.
    pub(crate) fn is_approved(&self) -> bool {
        ["RESERVE", "SALE", "AUTHORIZED"].contains(&self.state.as_str())
    }
}

/// What succeeded in the log of an order, oldest first.
pub(crate) fn successes(details: &Details) -> Vec<String> {
    details.log.iter().filter(|entry| entry.success).map(|entry| operation(&entry.operation)).collect()
}

/// What succeeded of the events of a payment, oldest first.
pub(crate) fn events(events: &[vipps::epayment::Event]) -> Vec<String> {
    let names = events.iter().filter(|event| event.success).map(|event| &event.name);
    names.map(EventName::as_str).map(ToOwned::to_owned).collect()
}

fn operation(operation: &Operation) -> String {
    match operation {
        Operation::Initiate => "INITIATE",
        Operation::Reserve => "RESERVE",
        Operation::Sale => "SALE",
        Operation::Capture => "CAPTURE",
        Operation::Refund => "REFUND",
        Operation::Cancel => "CANCEL",
        Operation::Void => "VOID",
        Operation::Other(name) => name,
    }
    .to_owned()
}
