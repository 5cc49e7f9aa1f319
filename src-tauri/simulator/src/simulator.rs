//! The simulator as a value that code can hold.

use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{Notify, watch};
use url::Url;

use crate::in_memory::InMemory;
use crate::sales_unit::{PartnerKeys, SalesUnit, UnitChange};
use crate::state_file::StateFile;
use crate::world::fault::{FAULTS_MAX, Fault};
use crate::world::record::Record;
use crate::world::truth::Truth;
use crate::world::{Act, ActRefused, QrLife, Rules, World};

/// Tells the real time, in Unix milliseconds.
pub type Clock = Box<dyn Fn() -> i64 + Send + Sync>;

/// What a simulator is made of.
pub struct Options {
    /// Where it is reached: the links that it gives out begin with this.
    pub origin: Url,
    /// The shops that it knows.
    pub sales_units: Vec<SalesUnit>,
    /// Keys that serve several of them.
    pub partner: PartnerKeys,
    /// The clock that its own time is counted from.
    pub clock: Clock,
    /// How long a customer may take.
    pub qr_life: QrLife,
    /// Accepts `http://127.0.0.1…` as `callbackPrefix` and for webhooks, which the live service refuses (trap 6).
    pub allow_loopback_callbacks: bool,
    /// Counts no calls, so that nobody is told to call less often.
    pub no_rate_limits: bool,
    /// Draws no picture larger than this, whatever was asked for, in pixels: for those who need millions of them.
    pub picture_px_max: Option<u32>,
    /// Two simulators with the same seed give the same names to the same things.
    pub seed: u64,
}

impl Options {
    /// The ready sales units, real time, ten minutes to pay.
    pub fn at(origin: Url) -> Self {
        Self {
            origin,
            sales_units: SalesUnit::ready(),
            partner: PartnerKeys::ready(),
            clock: Box::new(crate::time::system_clock),
            qr_life: QrLife::default(),
            allow_loopback_callbacks: false,
            no_rate_limits: false,
            picture_px_max: None,
            seed: 0,
        }
    }
}

impl Default for Options {
    /// [`Options::at`] an address that leads nowhere, for use in memory.
    fn default() -> Self {
        #[expect(clippy::expect_used, reason = "a constant")]
        Self::at(Url::parse("http://simulator.invalid").expect("is a URL"))
    }
}

fn rules(options: Options) -> (Rules, Clock) {
    let rules = Rules {
        origin: options.origin.as_str().trim_end_matches('/').to_owned(),
        sales_units: options.sales_units,
        partner: options.partner,
        qr_life: options.qr_life,
        allow_loopback_callbacks: options.allow_loopback_callbacks,
        no_rate_limits: options.no_rate_limits,
        picture_px_max: options.picture_px_max,
        seed: options.seed,
    };
    (rules, options.clock)
}

/// A pretended Vipps MobilePay. Its clones are the same one.
#[derive(Clone)]
pub struct Simulator(pub(crate) Arc<Shared>);

/// What all faces share.
pub(crate) struct Shared {
    world: Mutex<World>,
    clock: Clock,
    /// Rung when there may be news for a merchant.
    pub(crate) news: Notify,
    pub(crate) stopping: watch::Sender<bool>,
    pub(crate) state: Option<StateFile>,
}

impl Simulator {
    /// A fresh one: no payments, no tokens, no faults.
    pub fn new(options: Options) -> Self {
        let (rules, clock) = rules(options);
        Self::of(World::new(rules), clock, None)
    }

    /// One that goes on where the file says, and keeps it: payments, tokens, registrations, its clock. Faults and the
    /// requests it was sent are not kept.
    ///
    /// # Errors
    ///
    /// The file is there and can't be read, or is no state of a simulator. It stays as it is then.
    pub fn open(options: Options, state: &Path) -> std::io::Result<Self> {
        let (rules, clock) = rules(options);
        let file = StateFile::at(state);
        let world = match file.read()? {
            Some(world) => world.under(rules),
            None => World::new(rules),
        };
        Ok(Self::of(world, clock, Some(file)))
    }

    fn of(world: World, clock: Clock, state: Option<StateFile>) -> Self {
        Self(Arc::new(Shared {
            world: Mutex::new(world),
            clock,
            news: Notify::new(),
            stopping: watch::Sender::new(false),
            state,
        }))
    }

    /// Its whole HTTP face: the Vipps MobilePay APIs, `/simulator`, and the phone under `/`.
    pub fn router(&self) -> axum::Router {
        crate::http::router(self)
    }

    /// The same without sockets.
    pub fn transport(&self) -> InMemory {
        InMemory::new(self)
    }

    /// Answers on that socket and sends callbacks until [`Simulator::stop`]; then lets running calls end.
    pub async fn serve(&self, listener: tokio::net::TcpListener) -> std::io::Result<()> {
        crate::http::serve(self, listener).await
    }

    /// Ends every [`Simulator::serve`]. A simulator that has been stopped does not serve again.
    pub fn stop(&self) {
        self.0.stopping.send_replace(true);
    }

    /// The shops that it knows, with their keys.
    pub fn sales_units(&self) -> Vec<SalesUnit> {
        self.0.within(|world, _| world.rules.sales_units.clone())
    }

    /// Vipps MobilePay lets the sales unit `msn` do other things from now on, until the program ends. `None` when there is no
    /// such sales unit.
    pub fn change_sales_unit(&self, msn: &str, change: &UnitChange) -> Option<SalesUnit> {
        self.0.within(|world, _| {
            let unit = world.rules.sales_units.iter_mut().find(|unit| unit.msn == msn)?;
            unit.change(change);
            Some(unit.clone())
        })
    }

    /// Keys that serve several of them.
    pub fn partner(&self) -> PartnerKeys {
        self.0.within(|world, _| world.rules.partner.clone())
    }

    /// A personal QR code as the app of that customer shows it, for ePayment's `personalQr`. It lives five minutes.
    ///
    /// `phone_number` is country code and number, digits only.
    pub fn personal_code(&self, phone_number: &str) -> String {
        self.0.within(|world, now| world.personal_code(phone_number, now))
    }

    /// A token that stands for that customer, as a shop gets it when one of its codes on counters is scanned. It lives a
    /// quarter of an hour.
    ///
    /// `phone_number` is country code and number, digits only.
    pub fn customer_token(&self, phone_number: &str) -> String {
        self.0.within(|world, now| world.customer_token(phone_number, now))
    }

    /// A customer scans the code `id` on a counter of the sales unit `msn`: the shop is told by webhook, with a token that
    /// stands for whom. Gives that token.
    ///
    /// `phone_number` is country code and number, digits only.
    pub fn check_in(&self, msn: &str, id: &str, phone_number: &str) -> Result<String, ActRefused> {
        self.0.within(|world, now| world.check_in(id, Some(msn), phone_number, now))
    }

    /// The customer has confirmed and proves to the bank who it is; an approval or a decline ends it.
    pub fn authorize(&self, reference: &str) -> Result<Truth, ActRefused> {
        self.perform(reference, None, Act::Authorize)
    }

    /// The bank lets go of what it had reserved.
    pub fn bank_releases(&self, reference: &str) -> Result<Truth, ActRefused> {
        self.perform(reference, None, Act::BankReleases)
    }

    /// The customer opens the payment on a phone.
    pub fn scan(&self, reference: &str) -> Result<Truth, ActRefused> {
        self.perform(reference, None, Act::Scan)
    }

    /// The customer points a phone at a code. Gives the reference of the payment that opened.
    pub fn scan_content(&self, qr_content: &str) -> Result<String, ActRefused> {
        self.0.within(|world, now| {
            let prefix = format!("{}/r/", world.rules.origin);
            let code = qr_content.strip_prefix(&prefix).ok_or(ActRefused::Unknown)?;
            let key = world.by_short_code(code).ok_or(ActRefused::Unknown)?.key.clone();
            world.scan(&key, now)?;
            Ok(key.reference)
        })
    }

    /// The customer approves, having scanned it first if need be.
    pub fn approve(&self, reference: &str) -> Result<Truth, ActRefused> {
        self.perform(reference, None, Act::Approve)
    }

    /// The customer approves and the bank declines the card; [`Simulator::approve`] is another card.
    pub fn decline(&self, reference: &str) -> Result<Truth, ActRefused> {
        self.perform(reference, None, Act::Decline)
    }

    /// The customer cancels in the app.
    pub fn cancel(&self, reference: &str) -> Result<Truth, ActRefused> {
        self.perform(reference, None, Act::Cancel)
    }

    /// The payment as it really is; of several with that reference, the newest.
    pub fn payment(&self, reference: &str) -> Option<Truth> {
        self.0.within(|world, _| {
            let key = world.find(reference, None)?;
            world.payment(&key).map(|payment| world.truth(payment))
        })
    }

    /// The payment of that reference at the sales unit `msn` as it really is.
    pub fn payment_at(&self, msn: &str, reference: &str) -> Option<Truth> {
        self.0.within(|world, _| {
            let key = world.find(reference, Some(msn))?;
            world.payment(&key).map(|payment| world.truth(payment))
        })
    }

    /// All payments, newest last.
    pub fn payments(&self) -> Vec<Truth> {
        self.0.within(|world, _| world.payments().map(|payment| world.truth(payment)).collect())
    }

    /// Moves its clock forward; what would have happened meanwhile has happened.
    pub fn advance(&self, by: Duration) {
        let millis = i64::try_from(by.as_millis()).unwrap_or(i64::MAX);
        self.0.within(|world, now| {
            world.ahead_ms = world.ahead_ms.saturating_add(millis);
            world.settle(now.saturating_add(millis));
        });
    }

    /// What its clock shows, in Unix milliseconds.
    pub fn now(&self) -> i64 {
        self.0.within(|_, now| now)
    }

    /// What it was sent, newest last; at most the last 10 000.
    pub fn requests(&self) -> Vec<Record> {
        self.0.within(|world, _| world.records.iter().cloned().collect())
    }

    /// Replaces the faults, of which it takes 100 at most. The first that fits a call strikes it.
    pub fn set_faults(&self, mut faults: Vec<Fault>) {
        faults.truncate(FAULTS_MAX);
        self.0.within(|world, _| world.faults.replace(faults));
    }

    /// The faults that have not been used up.
    pub fn faults(&self) -> Vec<Fault> {
        self.0.within(|world, _| world.faults.list().to_vec())
    }

    /// Forgets payments, tokens, faults and requests, and sets its clock right.
    pub fn reset(&self) {
        self.0.within(|world, _| world.reset());
    }

    /// Somebody does something to the payment of that reference: at the sales unit `msn`, or else to the newest of
    /// that name at any.
    ///
    /// # Errors
    ///
    /// It can't be done now, or there is no such payment; nothing has changed then.
    pub fn perform(&self, reference: &str, msn: Option<&str>, act: Act) -> Result<Truth, ActRefused> {
        self.0.within(|world, now| {
            let key = world.find(reference, msn).ok_or(ActRefused::Unknown)?;
            world.perform(&key, act, now)?;
            world.payment(&key).map(|payment| world.truth(payment)).ok_or(ActRefused::Unknown)
        })
    }
}

impl std::fmt::Debug for Simulator {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Simulator").field(&self.0.world().rules).finish()
    }
}

impl Shared {
    /// Writes the state down, if it is to be kept.
    pub(crate) async fn keep(&self) {
        if let Some(state) = &self.state {
            state.keep(self).await;
        }
    }

    /// Does something in the world at its present instant, after what was due has happened.
    pub(crate) fn within<T>(&self, act: impl FnOnce(&mut World, i64) -> T) -> T {
        let outcome = self.quietly(act);
        self.news.notify_one();
        outcome
    }

    /// The same, without saying that there may be news.
    pub(crate) fn quietly<T>(&self, act: impl FnOnce(&mut World, i64) -> T) -> T {
        let mut world = self.world();
        let now = (self.clock)().saturating_add(world.ahead_ms);
        world.settle(now);
        act(&mut world, now)
    }

    // A panic in one request must not silence all others: the world is changed only after everything was checked.
    fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
