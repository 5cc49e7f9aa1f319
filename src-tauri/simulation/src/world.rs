//! What outlives a power cut: Vipps MobilePay, the disks, the people, time, and the memory of what was promised.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use payment::Moment;
use simulator::{Act, InMemory, Options, Simulator, Truth};
use url::Url;

use crate::breach::{Breach, Law};
use crate::cabinet::Cabinet;
use crate::dice::Dice;
use crate::ledger::Ledger;
use crate::people::Customers;
use crate::plan::{Choice, Plan};
use crate::power::Power;
use crate::sale::Sale;
use crate::tally::Tally;
use crate::time::Time;
use crate::trace::Trace;
use crate::wire::Wire;

/// Leads nowhere: in the world of a seed there are no sockets.
pub(crate) const ORIGIN: &str = "http://127.0.0.1:9";

/// Codes are drawn small, four pixels a module: drawing and reading them takes longer than everything else.
const PICTURE_PX: u32 = 148;

/// A world. Nothing in it reads a clock, draws from the system's chance or touches a socket.
pub(crate) struct World {
    pub(crate) choice: Choice,
    pub(crate) plan: Plan,
    pub(crate) simulator: Simulator,
    /// The way to it.
    pub(crate) vipps: InMemory,
    pub(crate) time: Arc<Time>,
    pub(crate) power: Power,
    pub(crate) wire: Wire,
    cabinets: Vec<Cabinet>,
    /// When the weather cleared; far away before that.
    cleared_ms: AtomicI64,
    parts: Parts,
}

/// The dice of each part, and what each part remembers.
struct Parts {
    network: Mutex<Dice>,
    disk: Mutex<Dice>,
    people: Mutex<Dice>,
    keys: Mutex<Dice>,
    trace: Mutex<Trace>,
    ledger: Mutex<Ledger>,
    customers: Mutex<Customers>,
    sales: Mutex<Vec<Sale>>,
    tally: Mutex<Tally>,
    breach: Mutex<Option<Breach>>,
}

impl World {
    /// # Errors
    /// When there is no room for the journals.
    pub(crate) fn new(seed: u64, choice: &Choice) -> std::io::Result<Arc<World>> {
        let plan = Plan::of(seed, choice);
        let cabinets = plan.tills.iter().map(|till| Cabinet::new(till.store)).collect::<Result<_, _>>()?;
        let time = Arc::new(Time::new());
        let clock = time.clone();
        #[expect(clippy::expect_used, reason = "a constant")]
        let origin = Url::parse(ORIGIN).expect("is a URL");
        let options = Options {
            clock: Box::new(move || clock.now().0),
            qr_life: plan.qr_life,
            seed,
            picture_px_max: Some(PICTURE_PX),
            ..Options::at(origin)
        };
        let simulator = Simulator::new(options);
        Ok(Arc::new(World {
            choice: choice.clone(),
            vipps: simulator.transport(),
            simulator,
            time,
            power: Power::default(),
            wire: Wire::default(),
            cabinets,
            cleared_ms: AtomicI64::new(i64::MAX),
            parts: Parts {
                network: Mutex::new(Dice::of(seed, "network")),
                disk: Mutex::new(Dice::of(seed, "disk")),
                people: Mutex::new(Dice::of(seed, "people")),
                keys: Mutex::new(Dice::of(seed, "keys")),
                trace: Mutex::new(Trace::new(choice.trace)),
                ledger: Mutex::default(),
                customers: Mutex::default(),
                sales: Mutex::default(),
                tally: Mutex::default(),
                breach: Mutex::default(),
            },
            plan,
        }))
    }

    /// Whether the weather has cleared: from now on the network and the disks do what they should.
    pub(crate) fn is_calm(&self) -> bool {
        self.cleared_ms.load(Ordering::Relaxed) != i64::MAX
    }

    /// When the weather cleared; in bad weather, a moment that never comes.
    pub(crate) fn cleared_at(&self) -> Moment {
        Moment(self.cleared_ms.load(Ordering::Relaxed))
    }

    /// The weather clears, for good.
    pub(crate) fn clears(&self) {
        self.cleared_ms.store(self.now().0, Ordering::Relaxed);
        self.say(format_args!("the weather clears"));
    }

    /// Where the journal of that till lies.
    pub(crate) fn cabinet(&self, till: usize) -> &Cabinet {
        &self.cabinets[till]
    }

    /// What time it is at Vipps MobilePay.
    pub(crate) fn now(&self) -> Moment {
        Moment(self.simulator.now())
    }

    /// Adds a line to the trace.
    pub(crate) fn say(&self, line: std::fmt::Arguments<'_>) {
        if self.choice.trace {
            let at = self.time.since_morning();
            locked(&self.parts.trace).add(at, line);
        }
    }

    /// A law is broken. The first breach counts; nothing goes on after it.
    pub(crate) fn breach(&self, law: Law, what: impl Into<String>) {
        let what = what.into();
        self.say(format_args!("BREACH of {law}: {what}"));
        locked(&self.parts.breach).get_or_insert(Breach { law, what });
        self.power.cut();
    }

    /// Whether a law has been broken.
    pub(crate) fn is_broken(&self) -> bool {
        locked(&self.parts.breach).is_some()
    }

    /// What was broken first.
    pub(crate) fn broken(&self) -> Option<Breach> {
        locked(&self.parts.breach).clone()
    }

    /// The payment of that till as it really is.
    pub(crate) fn truth(&self, till: usize, reference: &str) -> Option<Truth> {
        self.simulator.payment_at(&self.plan.tills[till].unit.msn, reference)
    }

    /// Somebody does something to a payment of that till, if it can be done now.
    pub(crate) fn perform(&self, till: usize, reference: &str, act: Act) {
        let done = self.simulator.perform(reference, Some(&self.plan.tills[till].unit.msn), act);
        let how = done.as_ref().err().map_or_else(|| "done".to_owned(), ToString::to_string);
        self.say(format_args!("{reference}: {act:?}: {how}"));
        if done.is_ok() {
            self.tally().count(act_name(act));
            crate::laws::money::moved(self, till, reference);
        }
    }

    /// Time at Vipps MobilePay jumps ahead of everybody's clock here.
    pub(crate) fn jumps(&self, by: Duration) {
        self.time.jump(by);
        self.say(format_args!("time jumps by {by:?}"));
        self.wire.look();
        self.customers().look();
    }

    pub(crate) fn network_dice(&self) -> MutexGuard<'_, Dice> {
        locked(&self.parts.network)
    }

    pub(crate) fn disk_dice(&self) -> MutexGuard<'_, Dice> {
        locked(&self.parts.disk)
    }

    pub(crate) fn people_dice(&self) -> MutexGuard<'_, Dice> {
        locked(&self.parts.people)
    }

    pub(crate) fn key_dice(&self) -> MutexGuard<'_, Dice> {
        locked(&self.parts.keys)
    }

    pub(crate) fn ledger(&self) -> MutexGuard<'_, Ledger> {
        locked(&self.parts.ledger)
    }

    pub(crate) fn customers(&self) -> MutexGuard<'_, Customers> {
        locked(&self.parts.customers)
    }

    pub(crate) fn sales(&self) -> MutexGuard<'_, Vec<Sale>> {
        locked(&self.parts.sales)
    }

    pub(crate) fn tally(&self) -> MutexGuard<'_, Tally> {
        locked(&self.parts.tally)
    }

    pub(crate) fn trace(&self) -> MutexGuard<'_, Trace> {
        locked(&self.parts.trace)
    }
}

/// A breach ends the world; what a panic left behind is looked at all the same.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn act_name(act: Act) -> &'static str {
    match act {
        Act::Scan => "a customer scans",
        Act::Authorize => "a customer is at the bank",
        Act::Approve => "a customer approves",
        Act::ApproveLate => "a customer approves after the end",
        Act::Decline => "a bank declines",
        Act::Cancel => "a customer cancels",
        Act::BankReleases => "a bank lets a reservation go",
        Act::PortalCapture(_) => "captured in the portal",
        Act::PortalRefund(_) => "refunded in the portal",
        Act::PortalCancel => "cancelled in the portal",
    }
}
