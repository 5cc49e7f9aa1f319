//! A chain: a hub, stores and their tills, all at one simulator.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use contract::{
    Amount, ChainPayment, ChainRefund, ChainRefundView, ChainSearch, Code, Currency, Environment, Heard,
    Join, Language, Line, ModificationStatus, Person, Private, StartPayment, Status, Store, Telling,
    ToldEntry,
};
use hub::{Failure, Hub, KeptPerson, Limits, NewStore, Partner, Reach, Seal};
use journal::{Journal, MemoryJournal, Seq, Told};
use payment::Rail;
use simulator::{Act, Options, SalesUnit, Simulator};
use till::{
    Clock, Ecom, EcomSettings, Epayment, EpaymentSettings, Parts, QrHosts, Rails, Randomness, ShopLinks,
    THANK_YOU_PAGE, Till, TillSettings,
};
use url::Url;
use vipps::{Config, Keys, Msn, System, Vipps};

use crate::database::{Kept, database};
use crate::wait::until;

const ORIGIN: &str = "http://127.0.0.1:9";
/// The usual sales units of the simulator.
pub(crate) const OSLO: &str = "654321";
pub(crate) const BERGEN: &str = "654322";
/// What is charged in the stories.
pub(crate) const DUE: i64 = 24_900;

/// A hub, and what outlives it.
pub(crate) struct Chain {
    pub(crate) simulator: Simulator,
    pub(crate) hub: Hub,
    pub(crate) kept: Kept,
    pub(crate) folder: tempfile::TempDir,
    /// The hub's.
    pub(crate) clock: Arc<Clock>,
}

/// A till of the chain.
pub(crate) struct Counter {
    pub(crate) till: Till,
    pub(crate) journal: Arc<dyn Journal>,
    /// Its name at the hub.
    pub(crate) id: String,
    pub(crate) store: Store,
    simulator: Simulator,
}

impl Chain {
    /// A hub that has the partner's keys.
    pub(crate) async fn with_partner_keys() -> Chain {
        Chain::new(true).await
    }

    /// A hub that has no keys but those that stores give it.
    pub(crate) async fn without_partner_keys() -> Chain {
        Chain::new(false).await
    }

    async fn new(with_partner: bool) -> Chain {
        let folder = tempfile::tempdir().expect("there is room");
        let simulator = Simulator::new(Options::at(Url::parse(ORIGIN).expect("it is a URL")));
        let (database, kept) = database(folder.path()).await;
        let clock = Arc::new(Clock::of_the_system());
        let hub = open_at(&clock, folder.path(), database, &simulator, with_partner);
        let chain = Chain { simulator, hub, kept, folder, clock };
        let making = chain.hub.clone();
        tokio::spawn(async move { making.make_refunds().await });
        chain
    }

    /// So much time passes at the hub.
    pub(crate) fn time_passes(&self, time: Duration) {
        self.clock.heard(self.clock.now().plus(time), tokio::time::Instant::now());
    }

    /// A store that sells through the sales unit `msn`.
    pub(crate) async fn store(&self, id: &str, msn: &str, prefix: Option<&str>) {
        let store = Store { id: id.to_owned(), name: format!("Butikken {id}"), msn: msn.to_owned() };
        let new = NewStore { store, currency: payment::Currency::Nok, prefix: prefix.map(ToOwned::to_owned) };
        self.hub.add_store(&new).await.expect("it can be added");
    }

    /// The store gives the hub its own keys.
    pub(crate) async fn gives_keys(&self, id: &str, msn: &str) {
        let unit = unit(msn);
        let kept = self.hub.set_keys(id, &unit.client_id, &unit.client_secret, &unit.subscription_key).await;
        kept.expect("they can be kept");
    }

    /// A till of `store`, whose payments run on `rail`.
    pub(crate) async fn till(&self, store: &str, rail: Rail) -> Counter {
        let code = self.hub.join_code(store, "kasse 1").await.expect("there is such a store").code;
        let joined =
            self.hub.join(&Join { code, version: "0.1.0".to_owned() }).await.expect("the code is good");
        let journal: Arc<dyn Journal> = Arc::new(MemoryJournal::new());
        let till = till(&self.simulator, &joined.store.msn, rail, journal.clone()).await;
        Counter { till, journal, id: joined.till, store: joined.store, simulator: self.simulator.clone() }
    }

    /// Somebody with the PIN `1234` who gives money back.
    pub(crate) async fn person(&self, id: &str, may_approve: bool) {
        let person = KeptPerson { id: id.to_owned(), name: format!("Fru {id}"), may_approve };
        self.hub.set_person(&person, "1234").await.expect("it can be set");
    }

    /// The one payment that is found by `query`.
    pub(crate) async fn find(&self, query: &str) -> ChainPayment {
        let search = ChainSearch { query: Some(query.to_owned()), ..ChainSearch::default() };
        let mut found = self.hub.search(&search).await.expect("it can be searched").payments;
        assert_eq!(found.len(), 1, "{found:?}");
        found.remove(0)
    }

    /// Asks for a refund at `counter` and waits for its end.
    pub(crate) async fn refund(
        &self,
        counter: &Counter,
        key: &str,
        asked: &ChainRefund,
    ) -> Result<ChainRefundView, Failure> {
        let (view, _) = self.hub.refund(&counter.id, key, asked).await?;
        self.until_ended(counter, &view.id).await
    }

    pub(crate) async fn until_ended(&self, counter: &Counter, id: &str) -> Result<ChainRefundView, Failure> {
        let view = self.hub.refund_when_ended(&counter.id, id, Duration::from_secs(30)).await?;
        assert_ne!(view.status, ModificationStatus::Asked, "it never ended: {view:?}");
        Ok(view)
    }

    /// What Vipps MobilePay has given back of a payment.
    pub(crate) fn refunded(&self, msn: &str, reference: &str) -> i64 {
        self.simulator.payment_at(msn, reference).expect("it exists").refunded
    }
}

impl Counter {
    /// A customer pays here; the hub is told of it later.
    pub(crate) async fn is_paid(&self, reference: &str) {
        self.sells(reference, Vec::new()).await;
    }

    /// A customer pays for these lines, which add up to what is charged.
    pub(crate) async fn sells(&self, reference: &str, lines: Vec<Line>) {
        let asked = StartPayment {
            amount: nok(DUE),
            reference: Some(reference.to_owned()),
            description: None,
            lines,
            flow: contract::Flow::Qr,
            capture: contract::CaptureMode::Automatic,
            phone_number: None,
            personal_qr: None,
            keep_phone_number: false,
            customer_present: true,
            link: None,
        };
        self.till.start(&asked, None).await.expect("it can be started");
        self.until(reference, Status::Waiting).await;
        self.simulator.perform(reference, Some(&self.store.msn), Act::Approve).expect("it can be approved");
        self.until(reference, Status::Paid).await;
    }

    pub(crate) async fn until(&self, reference: &str, status: Status) {
        let began = tokio::time::Instant::now();
        loop {
            let view =
                self.till.payment_after_change(reference, Duration::from_secs(5)).await.expect("it exists");
            if view.status == status {
                return;
            }
            assert!(began.elapsed() < Duration::from_secs(30), "never came: {view:?}");
            tokio::task::yield_now().await;
        }
    }

    /// What its journal has after `seq`.
    pub(crate) async fn telling(&self, seq: u64) -> Telling {
        let entries = self.journal.entries_after(Seq(seq), u32::MAX).await.expect("it can be read");
        Telling { entries: entries.iter().map(told).collect(), version: "0.1.0".to_owned(), open: None }
    }

    /// Tells the hub everything.
    pub(crate) async fn tells(&self, hub: &Hub) -> Heard {
        self.until_settled().await;
        hub.take(&self.id, &self.store, &self.telling(0).await).await.expect("it is taken")
    }

    pub(crate) async fn until_settled(&self) {
        until("everything to be settled", async || {
            let open = self.journal.unsettled().await.expect("it can be read");
            if open.is_empty() { Ok(()) } else { Err(format!("{open:?}")) }
        })
        .await;
    }
}

/// A refund as a cashier asks for it who sees `seen`.
pub(crate) fn refund_of(seen: &ChainPayment, amount: Option<i64>, person: &str) -> ChainRefund {
    ChainRefund {
        store: seen.store.id.clone(),
        reference: seen.reference.clone(),
        amount: amount.map(nok),
        refunded_before: seen.refunded,
        reason: "Feil vare".to_owned(),
        person: who(person),
        second: None,
    }
}

pub(crate) fn who(person: &str) -> Person {
    Person { id: person.to_owned(), pin: Private::new("1234") }
}

pub(crate) fn nok(value: i64) -> Amount {
    Amount { value, currency: Currency::Nok }
}

/// With what code something was refused.
pub(crate) fn code<T: std::fmt::Debug>(refused: Result<T, Failure>) -> Code {
    match refused {
        Err(Failure::Refused(refused)) => refused.code,
        other => panic!("it was not refused: {other:?}"),
    }
}

fn told(told: &Told) -> ToldEntry {
    ToldEntry {
        seq: told.seq.0,
        reference: told.reference.to_string(),
        number: told.number,
        at: told.entry.at.0,
        fact: serde_json::to_value(&told.entry.fact).expect("it is JSON"),
    }
}

/// A hub that remembers in `database`, and whose key is in `folder`.
pub(crate) fn open_at(
    clock: &Arc<Clock>,
    folder: &Path,
    database: hub::Database,
    simulator: &Simulator,
    with_partner: bool,
) -> Hub {
    let partner = simulator.partner();
    let keys =
        Keys::new(partner.client_id, partner.client_secret, partner.subscription_key).expect("they are good");
    Hub::new(hub::Parts {
        clock: clock.clone(),
        database,
        seal: Seal::from_file_or_new(&folder.join("hub-key")).expect("it can be made"),
        reach: Reach {
            transport: Arc::new(simulator.transport()),
            base_url: Url::parse(ORIGIN).expect("it is a URL"),
            partner: if with_partner { Partner::Known(keys) } else { Partner::None },
            environment: Environment::Demo,
        },
        limits: Limits { person_and_day: 100_000, alone: 50_000 },
        language: Language::Nb,
        public: None,
    })
}

fn unit(msn: &str) -> SalesUnit {
    SalesUnit::ready().into_iter().find(|unit| unit.msn == msn).expect("there is such a unit")
}

async fn till(simulator: &Simulator, msn: &str, rail: Rail, journal: Arc<dyn Journal>) -> Till {
    let base_url = Url::parse(ORIGIN).expect("it is a URL");
    let unit = unit(msn);
    let config = Config {
        base_url: base_url.clone(),
        msn: Msn::parse(msn).expect("it is one"),
        keys: Keys::new(unit.client_id, unit.client_secret, unit.subscription_key).expect("they are good"),
        system: System::default(),
    };
    let vipps = Vipps::new(Arc::new(simulator.transport()), config);
    let (page, qr_hosts) = (THANK_YOU_PAGE.to_owned(), QrHosts::for_api(&base_url));
    let ecom = Ecom::new(
        vipps.clone(),
        EcomSettings { fall_back: page.clone(), callback_prefix: page.clone(), auth_token: None, qr_hosts },
    );
    let epayment = Epayment::new(vipps, EpaymentSettings { return_url: page, qr_hosts });
    let rails = match rail {
        Rail::Ecom => Rails::of(Arc::new(ecom)).and(Arc::new(epayment)),
        Rail::Epayment => Rails::of(Arc::new(epayment)).and(Arc::new(ecom)),
    };
    let settings = TillSettings {
        shop: unit.name,
        language: Language::Nb,
        msn: msn.to_owned(),
        currency: payment::Currency::Nok,
        environment: Environment::Demo,
        result_stays: TillSettings::RESULT_STAYS,
        tax_rates: Vec::new(),
        links: ShopLinks::default(),
    };
    let (clock, randomness) = (Arc::new(Clock::of_the_system()), Randomness::of_the_system());
    Till::open(Parts { settings, journal, consents: None, rails, clock, randomness })
        .await
        .expect("the journal can be read")
}
