//! Customers with a phone in their hand, and people in the portal. Their phones work when the shop's power does not.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use payment::{Moment, Rail};
use simulator::Act;
use tokio::sync::Notify;

use crate::dice::Dice;
use crate::ledger::Key;
use crate::shop::Shop;
use crate::world::World;

/// What people will do, and what is known about what they did.
#[derive(Debug, Default)]
pub(crate) struct Customers {
    deeds: Vec<Deed>,
    late: BTreeSet<Key>,
    called_back: BTreeSet<Key>,
    more: Arc<Notify>,
}

/// Something that will happen at a moment.
#[derive(Clone, Debug)]
struct Deed {
    due: Moment,
    payment: Key,
    what: What,
}

#[derive(Clone, Copy, Debug)]
enum What {
    Act(Act),
    /// The shop is told that there is news; who tells it may be wrong.
    Callback,
}

/// The smallest time that tokio's clock knows.
const TICK: Duration = Duration::from_millis(1);

impl Customers {
    /// Whether it was approved after it had ended.
    pub(crate) fn approved_late(&self, payment: &Key) -> bool {
        self.late.contains(payment)
    }

    /// Whether the shop was called about it.
    pub(crate) fn was_called_back(&self, payment: &Key) -> bool {
        self.called_back.contains(payment)
    }

    /// There is more to do, or time has jumped.
    pub(crate) fn look(&self) {
        self.more.notify_one();
    }

    fn take_due(&mut self, now: Moment) -> Option<Deed> {
        let due = self.deeds.iter().enumerate().filter(|(_, deed)| deed.due <= now);
        let (nth, _) = due.min_by_key(|(nth, deed)| (deed.due, *nth))?;
        Some(self.deeds.remove(nth))
    }
}

impl World {
    /// A code or a request can be seen: a customer begins to think about it.
    pub(crate) fn becomes_visible(&self, payment: &Key) {
        if !self.ledger().visible.insert(payment.clone()) {
            return;
        }
        let now = self.now();
        let deeds = {
            let mut dice = self.people_dice();
            let mut acts = behaviour(self.plan.tills[payment.0].rail, &mut dice);
            if self.plan.portal && dice.chance(400) {
                let approved = acts.iter().find(|(_, act)| matches!(act, Act::Approve | Act::ApproveLate));
                let approved_after = approved.map(|(after, _)| *after);
                acts.extend(by_hand(approved_after, &mut dice));
            }
            acts
        };
        let mut customers = self.customers();
        for (after, act) in deeds {
            let due = now.plus(after);
            customers.deeds.push(Deed { due, payment: payment.clone(), what: What::Act(act) });
        }
        customers.look();
    }

    fn happens(&self, shops: &[Shop], deed: &Deed) -> bool {
        let (till, reference) = &deed.payment;
        match deed.what {
            What::Act(act) => {
                let before = self.truth(*till, reference).map(|truth| truth.state);
                if act == Act::ApproveLate && before == Some(simulator::State::TimedOut) {
                    self.customers().late.insert(deed.payment.clone());
                }
                self.perform(*till, reference, act);
                let after = self.truth(*till, reference).map(|truth| truth.state);
                if matches!(act, Act::PortalCapture(_) | Act::PortalRefund(_) | Act::PortalCancel) {
                    self.ledger().by_hand.insert(deed.payment.clone());
                }
                before != after
            }
            What::Callback => {
                self.customers().called_back.insert(deed.payment.clone());
                if let Some(shop) = shops.iter().find(|shop| shop.nth == *till) {
                    self.tally().count("callback");
                    shop.is_called_back(reference);
                }
                false
            }
        }
    }

    /// Callbacks come late, twice or not at all, and some are forged.
    fn calls_back(&self, payment: &Key) {
        if !self.plan.hints {
            return;
        }
        let now = self.now();
        let mut dice = self.people_dice();
        let count = dice.weighed(&[(2, 0), (5, 1), (2, 2)]).unwrap_or(0_u64);
        let dues: Vec<Moment> = (0..count).map(|_| now.plus(dice.millis(0..=8_000))).collect();
        drop(dice);
        let mut customers = self.customers();
        for due in dues {
            customers.deeds.push(Deed { due, payment: payment.clone(), what: What::Callback });
        }
        customers.look();
    }
}

/// Lets people do what they do, for ever.
pub(crate) async fn live(world: Arc<World>, shops: Vec<Shop>) {
    loop {
        next_look(&world).await;
        loop {
            let due = world.customers().take_due(world.now());
            let Some(deed) = due else { break };
            let moved = world.happens(&shops, &deed);
            let forged = world.plan.hints && world.people_dice().chance(30);
            if moved || forged {
                world.calls_back(&deed.payment);
            }
        }
    }
}

/// Waits until somebody has something to do.
async fn next_look(world: &World) {
    let (next, more) = {
        let customers = world.customers();
        let now = world.now();
        (customers.deeds.iter().map(|deed| now.until(deed.due)).min(), customers.more.clone())
    };
    match next {
        Some(left) => tokio::select! {
            biased;
            () = tokio::time::sleep(left.max(TICK)) => {}
            () = more.notified() => {}
        },
        None => more.notified().await,
    }
}

/// How a customer behaves.
#[derive(Clone, Copy)]
enum Manner {
    Pays,
    PaysAtOnce,
    AnotherCard,
    GivesUpAfterCard,
    Cancels,
    ScansTwice,
    AtTheBank,
    BankLetsGo,
    // From here on somebody waits for minutes. That is rare, because every second of it is a call.
    Hesitates,
    LeavesAfterCard,
    WalksAway,
    LastMoment,
    AfterTheEnd,
    StaysAtTheBank,
}

const MANNERS: [(u32, Manner); 14] = [
    (60, Manner::Pays),
    (30, Manner::PaysAtOnce),
    (20, Manner::AnotherCard),
    (15, Manner::GivesUpAfterCard),
    (20, Manner::Cancels),
    (15, Manner::ScansTwice),
    (15, Manner::AtTheBank),
    (15, Manner::BankLetsGo),
    (2, Manner::Hesitates),
    (2, Manner::LeavesAfterCard),
    (2, Manner::WalksAway),
    (4, Manner::LastMoment),
    (10, Manner::AfterTheEnd),
    (2, Manner::StaysAtTheBank),
];

/// What one customer does, and how long after the code was seen.
fn behaviour(rail: Rail, dice: &mut Dice) -> Vec<(Duration, Act)> {
    let seen = dice.seconds(0..=6);
    let soon = seen + dice.seconds(0..=8);
    match dice.weighed(&MANNERS).unwrap_or(Manner::Pays) {
        Manner::Pays => vec![(seen, Act::Scan), (soon, Act::Approve)],
        Manner::PaysAtOnce => vec![(dice.millis(0..=900), Act::Approve)],
        Manner::AnotherCard => {
            vec![(seen, Act::Scan), (seen, Act::Decline), (soon, Act::Decline), (soon, Act::Approve)]
        }
        Manner::GivesUpAfterCard => vec![(seen, Act::Decline), (soon, Act::Cancel)],
        Manner::Cancels => vec![(seen, Act::Scan), (soon, Act::Cancel)],
        Manner::ScansTwice => {
            vec![(seen, Act::Scan), (soon, Act::Scan), (soon, Act::Approve), (soon, Act::Approve)]
        }
        Manner::AtTheBank => vec![(seen, Act::Authorize), (soon + dice.seconds(1..=40), Act::Approve)],
        Manner::BankLetsGo => vec![(seen, Act::Approve), (seen + dice.millis(1..=2_000), Act::BankReleases)],
        Manner::Hesitates => vec![(seen, Act::Scan), (soon + dice.seconds(60..=400), Act::Approve)],
        Manner::LeavesAfterCard => vec![(seen, Act::Scan), (soon, Act::Decline)],
        Manner::LastMoment => vec![(last_moment(dice), Act::Approve)],
        // Only eCom leaves a door open after the end: ePayment says that a payment has expired, and means it
        // (contract 2.3).
        Manner::AfterTheEnd if rail == Rail::Ecom => {
            vec![(seen, Act::Scan), (dice.seconds(670..=3_600), Act::ApproveLate)]
        }
        Manner::StaysAtTheBank => vec![(seen, Act::Authorize)],
        Manner::WalksAway | Manner::AfterTheEnd => vec![],
    }
}

fn last_moment(dice: &mut Dice) -> Duration {
    let window = if dice.chance(700) { 600_000 } else { 300_000 };
    dice.millis(window - 6_000..=window + 2_000)
}

/// What somebody in the portal does, and after how long. Who takes a part must be quick: the till collects all of it within
/// a second or so of the approval. In one of two cases the part is given back.
fn by_hand(approved_after: Option<Duration>, dice: &mut Dice) -> Vec<(Duration, Act)> {
    let after = dice.seconds(1..=900);
    let part = i64::try_from(dice.number(100..=900)).unwrap_or(100);
    match dice.number(0..=7) {
        0 => vec![(after, Act::PortalCancel)],
        1 => vec![(after, Act::PortalCapture(None))],
        2 => vec![(after, Act::PortalRefund(None))],
        3 => vec![(after, Act::PortalRefund(Some(part)))],
        taken => {
            let after = approved_after.unwrap_or(after) + dice.millis(1..=1_200);
            let mut acts = vec![(after, Act::PortalCapture(Some(part)))];
            if taken % 2 == 0 {
                acts.push((after + dice.millis(0..=600), Act::PortalRefund(Some(part))));
            }
            acts
        }
    }
}
