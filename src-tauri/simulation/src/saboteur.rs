//! A rail with a planted fault: between what a payment asks and what Vipps MobilePay answers.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use payment::{Ask, Event, Fact, Knowledge, Moment, Money, Order, Reading, Standing, Trouble};
use till::{Answer, LinkPicture, Payer, Rail, Tried};
use tokio::time::Instant;

use crate::ledger::Key;
use crate::plant::Plant;
use crate::world::World;

/// How often a refused request is tried by a till that does not listen.
const TRIES: u32 = 2;
/// When a till that follows the old rule gives up.
const FIVE_MINUTES: Duration = Duration::from_mins(5);
/// How long a lazy till waits before it reads.
const TWO_MINUTES: Duration = Duration::from_mins(2);

/// A rail that does not do what it is told, or does not tell what it was told.
pub(crate) struct Saboteur {
    world: Arc<World>,
    till: usize,
    rail: Arc<dyn Rail>,
    plant: Plant,
    keys: AtomicU32,
}

impl Saboteur {
    pub(crate) fn new(world: Arc<World>, till: usize, rail: Arc<dyn Rail>, plant: Plant) -> Saboteur {
        Saboteur { world, till, rail, plant, keys: AtomicU32::new(0) }
    }

    fn payment(&self, order: &Order) -> Key {
        (self.till, order.reference.to_string())
    }

    /// What goes out in place of `ask`.
    fn distorted(&self, ask: &Ask) -> Ask {
        let another = |key: &str| format!("{key}-{}", self.keys.fetch_add(1, Ordering::Relaxed));
        match (self.plant, ask) {
            (Plant::NewKeyOnRetry, Ask::Capture { key, amount }) => {
                Ask::Capture { key: another(key), amount: *amount }
            }
            (Plant::NewKeyOnRetry, Ask::Refund { key, amount }) => {
                Ask::Refund { key: another(key), amount: *amount }
            }
            _ => ask.clone(),
        }
    }

    /// What is answered without asking.
    fn instead(&self, order: &Order, ask: &Ask) -> Option<Event> {
        let approved = || {
            let truth = self.world.truth(self.till, order.reference.as_str());
            truth.is_some_and(|truth| crate::laws::money::outstanding(&truth) > 0)
        };
        match (self.plant, ask) {
            (Plant::PaidOnApproval, Ask::Capture { amount, .. }) => {
                Some(Event::Captured { captured: *amount })
            }
            (Plant::LeaveReservation, Ask::Cancel { .. }) if approved() => Some(Event::CancelAcknowledged),
            _ => None,
        }
    }

    /// What is told in place of a reading.
    fn misread(&self, order: &Order, reading: Reading) -> Reading {
        let ledger = self.world.ledger();
        let payment = self.payment(order);
        let due = order.amount.minor();
        let told = |standing, money| Reading { standing, money, ..reading };
        let unpaid = matches!(reading.standing, Standing::Waiting | Standing::Opened | Standing::Declined);
        match self.plant {
            Plant::ForgetLateApproval
                if ledger.holds(&payment, |fact| matches!(fact, Fact::Ended { .. })) =>
            {
                told(Standing::Waiting, Money::default())
            }
            Plant::CompareNothing => {
                let reserved = if reading.money.reserved > 0 { due } else { 0 };
                Reading { differs: false, money: Money { reserved, ..reading.money }, ..reading }
            }
            Plant::CancelIsAnOrder
                if ledger.holds(&payment, |fact| matches!(fact, Fact::CancelIntended { .. })) =>
            {
                told(Standing::Cancelled, Money::default())
            }
            Plant::TrustCallback if unpaid && self.world.customers().was_called_back(&payment) => {
                told(Standing::Captured, Money { reserved: due, captured: due, refunded: 0 })
            }
            Plant::ExpireAtFive if unpaid => {
                let began = ledger.written.get(&payment).and_then(|entries| entries.first());
                let over = began.is_some_and(|entry| entry.at.until(self.world.now()) > FIVE_MINUTES);
                told(if over { Standing::Expired } else { reading.standing }, reading.money)
            }
            _ => reading,
        }
    }

    fn distort(&self, order: &Order, answer: Answer) -> Answer {
        let event = match answer.event {
            Event::Read(reading) => Event::Read(self.misread(order, reading)),
            Event::Troubled(trouble) if self.plant == Plant::TimeoutIsFailure => {
                let unknown = trouble.knowledge == Knowledge::Unknown;
                let knowledge = if unknown { Knowledge::Refused } else { trouble.knowledge };
                Event::Troubled(Trouble { knowledge, ..trouble })
            }
            other => other,
        };
        Answer { event, picture: answer.picture }
    }
}

#[async_trait]
impl Rail for Saboteur {
    fn kind(&self) -> payment::Rail {
        self.rail.kind()
    }

    async fn ask(&self, order: &Order, ask: &Ask, payer: Option<&Payer>) -> Answer {
        if let Some(event) = self.instead(order, ask) {
            return event.into();
        }
        if self.plant == Plant::ReadSeldom && matches!(ask, Ask::Read { .. }) {
            tokio::time::sleep(TWO_MINUTES).await;
        }
        let ask = self.distorted(ask);
        let mut answer = self.rail.ask(order, &ask, payer).await;
        for _ in 1..TRIES {
            let refused =
                matches!(&answer.event, Event::Troubled(trouble) if trouble.knowledge == Knowledge::Refused);
            if self.plant == Plant::RepeatRefused && refused {
                answer = self.rail.ask(order, &ask, payer).await;
            }
        }
        self.distort(order, answer)
    }

    async fn receipt(&self, order: &Order, tries: u32) -> Tried {
        self.rail.receipt(order, tries).await
    }

    async fn link(&self, order: &Order, tries: u32, picture: Option<&LinkPicture>) -> Tried {
        self.rail.link(order, tries, picture).await
    }

    fn server_time(&self) -> Option<(Moment, Instant)> {
        self.rail.server_time()
    }

    async fn warm_up(&self) {
        self.rail.warm_up().await;
    }
}
