//! Who is told what happens, and how often it is tried (contract 1.6 and 4.4).

use std::collections::{BTreeMap, VecDeque};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::World;
use super::events::{Event, EventName};
use super::payment::Key;
use super::problem::Problem;
use crate::time::rfc3339;

/// What a scan of a callback QR is called.
pub(crate) const CHECKED_IN: &str = "user.checked-in.v1";
/// Registrations for one event of one sales unit, at most; for scans only one (contract 0.8).
const PER_EVENT_MAX: usize = 25;
/// Deliveries that wait at one registration, at most; the oldest gives way.
const WAITING_MAX: usize = 1_000;
/// An event is not tried any more after seven days.
const TRIED_FOR_MS: i64 = 7 * 86_400_000;
/// A registration that has not answered for two weeks is deleted.
const DEAD_AFTER_MS: i64 = 14 * 86_400_000;

/// All registrations.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Webhooks {
    registered: BTreeMap<String, Registration>,
    /// Numbers deliveries, in the order in which they came about.
    last: u64,
}

/// One URL, its secret and what it is told.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Registration {
    pub(crate) id: String,
    pub(crate) url: String,
    pub(crate) events: Vec<String>,
    secret: String,
    /// Whose: one sales unit's, or the partner's.
    pub(crate) owner: Owner,
    waiting: VecDeque<Waiting>,
    /// Since when nothing has been taken.
    failing_since: Option<i64>,
}

/// Whose events a registration gets. The two kinds are apart: each has its own list and its own limits (contract 0.8, 1.6).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Owner {
    SalesUnit(String),
    /// All sales units that are linked to the partner when something happens, not when it was registered.
    Partner,
}

impl Owner {
    fn covers(&self, msn: &str, linked: &[String]) -> bool {
        match self {
            Self::SalesUnit(own) => own == msn,
            Self::Partner => linked.iter().any(|linked| linked == msn),
        }
    }
}

/// Something that happened.
pub(super) struct Told<'a> {
    /// What it is called where it is registered for.
    pub(super) event: &'a str,
    pub(super) msn: &'a str,
    /// What it is about: the reference of a payment, or the name of a code.
    pub(super) about: &'a str,
    pub(super) body: &'a Value,
}

/// One event on its way to one URL.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Waiting {
    number: u64,
    /// A failing event blocks later ones about the same payment.
    about: String,
    body: Value,
    /// When it was first due.
    since: i64,
    attempts: u32,
    next_at: i64,
    #[serde(skip)]
    under_way: bool,
    /// Comes after the next one about the same payment, whatever happened first.
    held: bool,
}

/// One attempt that is due now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Delivery {
    pub(crate) registration: String,
    pub(crate) number: u64,
    pub(crate) url: String,
    pub(crate) secret: String,
    /// The reference of the payment.
    pub(crate) about: String,
    pub(crate) body: Value,
}

impl Webhooks {
    /// Queues it at everyone who registered for it, and says whether anybody is there to hear it. These sales units are
    /// `linked` to the partner.
    pub(super) fn tell(&mut self, told: &Told<'_>, linked: &[String], now: i64) -> bool {
        let mut heard = false;
        for registration in self.registered.values_mut() {
            let is_asked_for = registration.events.iter().any(|name| name == told.event);
            if !registration.owner.covers(told.msn, linked) || !is_asked_for {
                continue;
            }
            heard = true;
            self.last += 1;
            if registration.waiting.len() >= WAITING_MAX {
                registration.waiting.pop_front();
            }
            registration.waiting.push_back(Waiting {
                number: self.last,
                about: told.about.into(),
                body: told.body.clone(),
                since: now,
                attempts: 0,
                next_at: now,
                under_way: false,
                held: false,
            });
        }
        heard
    }

    /// Deletes registrations that have been dead too long, and events that were tried long enough.
    pub(super) fn settle(&mut self, now: i64) {
        self.registered.retain(|_, registration| {
            registration.failing_since.is_none_or(|since| now - since < DEAD_AFTER_MS)
        });
        for registration in self.registered.values_mut() {
            registration.waiting.retain(|waiting| waiting.under_way || now - waiting.since <= TRIED_FOR_MS);
        }
    }

    /// Attempts that are due, each marked as under way until [`Webhooks::attempted`].
    fn take_due(&mut self, now: i64) -> Vec<Delivery> {
        let mut due = Vec::new();
        for registration in self.registered.values_mut() {
            let mut blocked: Vec<String> = Vec::new();
            for waiting in registration.waiting.iter_mut().filter(|waiting| !waiting.held) {
                let first = !blocked.contains(&waiting.about);
                blocked.push(waiting.about.clone());
                if first && !waiting.under_way && waiting.next_at <= now {
                    waiting.under_way = true;
                    due.push(Delivery {
                        registration: registration.id.clone(),
                        number: waiting.number,
                        url: registration.url.clone(),
                        secret: registration.secret.clone(),
                        about: waiting.about.clone(),
                        body: waiting.body.clone(),
                    });
                }
            }
        }
        due
    }

    /// Notes how an attempt went: what was taken is done, the rest is tried again later.
    fn attempted(&mut self, registration: &str, number: u64, taken: bool, now: i64) {
        let Some(registration) = self.registered.get_mut(registration) else { return };
        let Some(index) = registration.waiting.iter().position(|waiting| waiting.number == number) else {
            return;
        };
        if taken {
            registration.failing_since = None;
            let about = registration.waiting.remove(index).map(|done| done.about);
            for held in registration.waiting.iter_mut().filter(|held| Some(&held.about) == about.as_ref()) {
                held.held = false;
            }
        } else {
            registration.failing_since.get_or_insert(now);
            let waiting = &mut registration.waiting[index];
            waiting.attempts += 1;
            waiting.under_way = false;
            waiting.next_at = now + pause_ms(waiting.attempts);
        }
    }
}

/// What is told about an event of a payment.
pub(super) fn body_of(key: &Key, currency: &str, event: &Event) -> Value {
    let mut body = json!({
        "msn": key.msn,
        "reference": key.reference,
        "pspReference": event.psp_reference,
        "name": event.name.word(),
        "amount": { "currency": currency, "value": event.amount },
        "timestamp": rfc3339(event.at),
        "success": event.success,
    });
    if let Some(idempotency_key) = &event.idempotency_key {
        body["idempotencyKey"] = idempotency_key.clone().into();
    }
    body
}

/// How long to wait after so many failed attempts.
fn pause_ms(attempts: u32) -> i64 {
    match attempts {
        0..=4 => 2_000,
        5 => 60_000,
        6 => 120_000,
        7..=28 => 3_600_000,
        _ => 86_400_000,
    }
}

impl World {
    /// Registers a URL and gives id and secret; the secret is never given again (trap 31).
    pub(crate) fn register(
        &mut self,
        owner: Owner,
        url: &str,
        events: Vec<String>,
    ) -> Result<(String, String), Problem> {
        let known =
            |name: &String| name == CHECKED_IN || EventName::ALL.iter().any(|event| event.webhook() == *name);
        if let Some(unknown) = events.iter().find(|name| !known(name)) {
            return Err(Problem::field("events", format!("Unsupported values: {unknown}")));
        }
        for event in &events {
            let most = if event == CHECKED_IN { 1 } else { PER_EVENT_MAX };
            let others = self.webhooks.of(&owner).filter(|other| other.events.contains(event)).count();
            if others >= most {
                return Err(Problem::field("events", format!("At most {most} webhooks for {event}")));
            }
        }
        let (id, secret) = (self.dice.uuid(), self.dice.webhook_secret());
        let registration = Registration {
            id: id.clone(),
            url: url.into(),
            events,
            secret: secret.clone(),
            owner,
            waiting: VecDeque::new(),
            failing_since: None,
        };
        self.webhooks.registered.insert(id.clone(), registration);
        Ok((id, secret))
    }

    /// The registrations of that owner.
    pub(crate) fn registrations(&self, owner: &Owner) -> Vec<Registration> {
        self.webhooks.of(owner).cloned().collect()
    }

    /// Deletes a registration, and says whether it was there.
    pub(crate) fn unregister(&mut self, owner: &Owner, id: &str) -> bool {
        let theirs = self.webhooks.registered.get(id).is_some_and(|found| found.owner == *owner);
        theirs && self.webhooks.registered.remove(id).is_some()
    }

    /// All registrations, for people who may look behind the API.
    pub(crate) fn all_registrations(&self) -> impl Iterator<Item = &Registration> {
        self.webhooks.registered.values()
    }

    /// Webhooks that are due now.
    pub(crate) fn take_deliveries(&mut self, now: i64) -> Vec<Delivery> {
        self.webhooks.take_due(now)
    }

    /// Lets the next event about the same payment go first.
    pub(crate) fn postpone(&mut self, delivery: &Delivery) {
        let registration = self.webhooks.registered.get_mut(&delivery.registration);
        let mut waiting = registration.into_iter().flat_map(|registration| &mut registration.waiting);
        if let Some(waiting) = waiting.find(|waiting| waiting.number == delivery.number) {
            (waiting.under_way, waiting.held) = (false, true);
        }
    }

    /// How one of them went.
    pub(crate) fn delivered(&mut self, delivery: &Delivery, taken: bool, now: i64) {
        self.webhooks.attempted(&delivery.registration, delivery.number, taken, now);
    }
}

impl Webhooks {
    fn of<'a>(&'a self, owner: &'a Owner) -> impl Iterator<Item = &'a Registration> {
        self.registered.values().filter(move |registration| registration.owner == *owner)
    }
}

impl Registration {
    /// How many events wait for it.
    pub(crate) fn waiting(&self) -> usize {
        self.waiting.len()
    }
}
