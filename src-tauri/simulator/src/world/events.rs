//! A payment as ePayment tells it: a state, an event log and an aggregate, whichever API made it (contract 2.3).

use serde::{Deserialize, Serialize};

use super::World;
use super::epayment::Flow;
use super::payment::{Entry, Operation, Payment, Phase};
use super::webhooks::{self, Told};

/// What an event is called, in the log and at the end of a webhook's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum EventName {
    Created,
    Aborted,
    Expired,
    Cancelled,
    Captured,
    Refunded,
    Authorized,
    Terminated,
}

impl EventName {
    pub(crate) const ALL: [Self; 8] = [
        Self::Created,
        Self::Aborted,
        Self::Expired,
        Self::Cancelled,
        Self::Captured,
        Self::Refunded,
        Self::Authorized,
        Self::Terminated,
    ];

    /// As the log and the body of a webhook write it.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Created => "CREATED",
            Self::Aborted => "ABORTED",
            Self::Expired => "EXPIRED",
            Self::Cancelled => "CANCELLED",
            Self::Captured => "CAPTURED",
            Self::Refunded => "REFUNDED",
            Self::Authorized => "AUTHORIZED",
            Self::Terminated => "TERMINATED",
        }
    }

    /// As webhooks are registered for it; the plural is right (trap 30).
    pub(crate) fn webhook(self) -> String {
        format!("epayments.payment.{}.v1", self.word().to_lowercase())
    }
}

/// One thing that happened to a payment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Event {
    pub(crate) name: EventName,
    /// Minor units.
    pub(crate) amount: i64,
    pub(crate) at: i64,
    pub(crate) psp_reference: String,
    pub(crate) idempotency_key: Option<String>,
    pub(crate) success: bool,
}

impl Payment {
    /// The whole log, oldest first.
    pub(crate) fn events(&self) -> Vec<Event> {
        let mut events: Vec<Event> = Vec::with_capacity(self.log.len() + 1);
        for entry in &self.log {
            for name in self.names_of(entry) {
                events.push(Event {
                    name,
                    amount: entry.amount,
                    at: entry.at,
                    psp_reference: self.psp_reference_of(events.len()),
                    // The published sample of CANCELLED has none (contract 2.3).
                    idempotency_key: Some(entry.request_id.clone())
                        .filter(|key| !key.is_empty() && name != EventName::Cancelled),
                    success: entry.success,
                });
            }
        }
        events
    }

    fn names_of(&self, entry: &Entry) -> Vec<EventName> {
        match entry.operation {
            Operation::Initiate => vec![EventName::Created],
            Operation::Reserve => vec![EventName::Authorized],
            Operation::Sale if !entry.success => vec![EventName::Authorized],
            Operation::Sale => vec![EventName::Authorized, EventName::Captured],
            Operation::Capture => vec![EventName::Captured],
            Operation::Refund => vec![EventName::Refunded],
            Operation::Void => vec![EventName::Cancelled],
            Operation::Cancel if self.phase == Phase::Aborted => vec![EventName::Aborted],
            Operation::Cancel => vec![EventName::Terminated],
            Operation::Expire => vec![EventName::Expired],
        }
    }

    /// The first has the payment's own; each of the others differs from it in the last four digits.
    fn psp_reference_of(&self, index: usize) -> String {
        let (head, tail) = self.psp_reference.split_at(self.psp_reference.len().saturating_sub(4));
        let first = u16::from_str_radix(tail, 16).unwrap_or_default();
        let own = first.wrapping_add(u16::try_from(index).unwrap_or_default());
        format!("{head}{own:04x}")
    }

    /// `state`; it stays AUTHORIZED whatever is done after the approval.
    pub(crate) fn state_word(&self) -> &'static str {
        match self.phase {
            Phase::Waiting | Phase::Opened | Phase::Authorizing | Phase::Unknown { .. } => "CREATED",
            Phase::Approved => "AUTHORIZED",
            Phase::Aborted => "ABORTED",
            Phase::Terminated => "TERMINATED",
            Phase::TimedOut => "EXPIRED",
        }
    }

    /// What the merchant gave up: all of it before approval, or what was released after it.
    pub(crate) fn given_up(&self) -> i64 {
        match self.phase {
            Phase::Aborted | Phase::Terminated => self.amount,
            _ => self.released,
        }
    }

    /// How its customer is reached.
    pub(crate) fn flow(&self) -> Flow {
        match self.particulars() {
            Some(particulars) => particulars.flow,
            None if self.pushed => Flow::PushMessage,
            None => Flow::WebRedirect,
        }
    }
}

impl World {
    /// The same, with the end that time has brought to a payment of eCom, whose own log has no line for it.
    pub(crate) fn events_of(&self, payment: &Payment) -> Vec<Event> {
        let mut events = payment.events();
        if payment.phase == Phase::TimedOut && payment.particulars().is_none() {
            events.push(Event {
                name: EventName::Expired,
                amount: payment.amount,
                at: self.deadline(payment),
                psp_reference: payment.psp_reference_of(events.len()),
                idempotency_key: None,
                success: true,
            });
        }
        events
    }

    /// Tells webhooks what they have not been told yet; nothing about payments of eCom (trap 34).
    pub(super) fn announce(&mut self, key: &super::payment::Key, now: i64) {
        let Some(payment) = self.payments.get_mut(key) else { return };
        if payment.particulars().is_none() {
            return;
        }
        let events = payment.events();
        let news = events.get(payment.told..).unwrap_or_default().to_vec();
        payment.told = events.len();
        let currency = payment.currency.clone();
        for event in news {
            let (name, body) = (event.name.webhook(), webhooks::body_of(key, &currency, &event));
            let told = Told { event: &name, msn: &key.msn, about: &key.reference, body: &body };
            self.webhooks.tell(&told, &self.rules.partner.msns, now);
        }
    }
}
