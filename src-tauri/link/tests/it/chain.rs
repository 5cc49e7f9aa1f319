//! A hub on a socket, and tills that are tied to it.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use contract::{Amount, Callbacks, Currency, Environment, Language, StartPayment, Status, Store};
use hub::{Database, Hub, KeptPerson, Limits, NewStore, Partner, Reach, Seal};
use journal::{Journal, MemoryJournal};
use link::{HubAddress, Link, Membership, Pace, State};
use simulator::{Act, Options, SalesUnit, Simulator};
use till::{
    Clock, Ecom, EcomSettings, Epayment, EpaymentSettings, Parts, QrHosts, Rails, Randomness, ShopLinks,
    THANK_YOU_PAGE, Till, TillSettings,
};
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use url::Url;
use vipps::{Config, Keys, Msn, System, Vipps};

const ORIGIN: &str = "http://127.0.0.1:9";
pub(crate) const OSLO: &str = "654321";
pub(crate) const BERGEN: &str = "654322";
/// What is charged in the stories.
pub(crate) const DUE: i64 = 24_900;
/// Nothing here waits longer than this.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// A hub's folder and the simulator that it talks to.
pub(crate) struct Chain {
    folder: tempfile::TempDir,
    pub(crate) simulator: Simulator,
    pub(crate) hub: Hub,
    pub(crate) address: SocketAddr,
    running: Option<(oneshot::Sender<()>, JoinHandle<()>)>,
}

impl Chain {
    /// A hub with the partner's keys, on any free port, with the stores `oslo` and `bergen` and the cashier `kari`.
    pub(crate) async fn new() -> Chain {
        let folder = tempfile::tempdir().expect("there is room");
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
        let address = listener.local_addr().expect("it has one");
        let origin = Url::parse(ORIGIN).expect("it is a URL");
        let simulator = Simulator::new(Options { allow_loopback_callbacks: true, ..Options::at(origin) });
        // It is reached without a socket, but tells of its own accord only while it serves one.
        let telling = simulator.clone();
        let socket = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
        tokio::spawn(async move { telling.serve(socket).await });
        let hub = open(folder.path(), &simulator, address).await;
        for (id, msn) in [("oslo", OSLO), ("bergen", BERGEN)] {
            let store = Store { id: id.to_owned(), name: format!("Butikken {id}"), msn: msn.to_owned() };
            let new = NewStore { store, currency: payment::Currency::Nok, prefix: None };
            hub.add_store(&new).await.expect("it can be added");
        }
        let person = KeptPerson { id: "kari".to_owned(), name: "Kari".to_owned(), may_approve: false };
        hub.set_person(&person, "1234").await.expect("it can be set");
        let mut chain = Chain { folder, simulator, hub, address, running: None };
        let engine = chain.hub.clone();
        tokio::spawn(async move { engine.make_refunds().await });
        chain.serve(listener);
        chain
    }

    /// The hub answers again, where it did before.
    pub(crate) async fn start(&mut self) {
        let listener = TcpListener::bind(self.address).await.expect("the port is free");
        self.serve(listener);
    }

    fn serve(&mut self, listener: TcpListener) {
        let (stop, stopped) = oneshot::channel();
        let hub = self.hub.clone();
        let serving = tokio::spawn(hub::serve(hub, listener, None, async move {
            let _ = stopped.await;
        }));
        self.running = Some((stop, serving));
    }

    /// The hub is away.
    pub(crate) async fn stop(&mut self) {
        let (stop, serving) = self.running.take().expect("it runs");
        drop(stop);
        serving.await.expect("it ends well");
    }

    pub(crate) fn hub_address(&self) -> HubAddress {
        HubAddress::parse(&format!("http://{}", self.address)).expect("it is one")
    }

    /// A till of `store` that has joined, and its settings folder.
    pub(crate) async fn joined(&self, store: &str) -> (Membership, tempfile::TempDir) {
        let config = tempfile::tempdir().expect("there is room");
        let code = self.hub.join_code(store, "kasse 1").await.expect("there is such a store").code;
        let joined = Membership::join(config.path(), self.hub_address(), code).await;
        (joined.expect("it is let in"), config)
    }

    /// Where the hub keeps everything.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// How much of the till `id` the hub has.
    pub(crate) async fn has(&self, id: &str) -> u64 {
        let tills = self.hub.tills().await.expect("they can be read");
        let seq = tills.iter().find(|till| till.id == id).expect("it has joined").seq;
        u64::try_from(seq).expect("it is a count")
    }
}

async fn open(folder: &Path, simulator: &Simulator, address: SocketAddr) -> Hub {
    let partner = simulator.partner();
    let keys =
        Keys::new(partner.client_id, partner.client_secret, partner.subscription_key).expect("they are good");
    Hub::new(hub::Parts {
        database: Database::of_file(&folder.join("hub.db")).await.expect("it can be made"),
        clock: Arc::new(Clock::of_the_system()),
        seal: Seal::from_file_or_new(&folder.join("hub-key")).expect("it can be made"),
        reach: Reach {
            transport: Arc::new(simulator.transport()),
            base_url: Url::parse(ORIGIN).expect("it is a URL"),
            partner: Partner::Known(keys),
            environment: Environment::Demo,
        },
        limits: Limits::default(),
        language: Language::Nb,
        public: Some(Url::parse(&format!("http://{address}")).expect("it is a URL")),
    })
}

/// A counter with a till that is tied to a hub.
pub(crate) struct Counter {
    pub(crate) till: Till,
    pub(crate) link: Link,
    msn: String,
    simulator: Simulator,
}

impl Counter {
    /// The same, whose payments run on eCom and are told of to the hub.
    pub(crate) async fn on_ecom(chain: &Chain, membership: &Membership, config: &Path) -> Counter {
        let journal = Arc::new(MemoryJournal::new());
        Counter::on(chain, membership, config, journal, membership.callbacks.as_ref()).await
    }

    /// The till whose settings folder is `config`, with a journal in memory.
    pub(crate) async fn open(chain: &Chain, membership: &Membership, config: &Path) -> Counter {
        Counter::with(chain, membership, config, Arc::new(MemoryJournal::new())).await
    }

    /// The same with this journal.
    pub(crate) async fn with(
        chain: &Chain,
        membership: &Membership,
        config: &Path,
        journal: Arc<dyn Journal>,
    ) -> Counter {
        Counter::on(chain, membership, config, journal, None).await
    }

    async fn on(
        chain: &Chain,
        membership: &Membership,
        config: &Path,
        journal: Arc<dyn Journal>,
        callbacks: Option<&Callbacks>,
    ) -> Counter {
        let msn = membership.store.msn.clone();
        let till = till(&chain.simulator, &msn, journal, callbacks).await;
        let pace = Pace {
            alive: Duration::from_millis(200),
            first: Duration::from_millis(20),
            longest: Duration::from_millis(100),
        };
        let link = Link::open(&till, config, config, pace).expect("the membership can be read");
        Counter { till, link, msn, simulator: chain.simulator.clone() }
    }

    /// A customer pays here.
    pub(crate) async fn is_paid(&self, reference: &str) {
        self.shows_code(reference).await;
        self.simulator.perform(reference, Some(&self.msn), Act::Approve).expect("it can be approved");
        self.until(reference, Status::Paid).await;
    }

    /// The customer sees a code.
    pub(crate) async fn shows_code(&self, reference: &str) {
        let asked = StartPayment {
            amount: Amount { value: DUE, currency: Currency::Nok },
            reference: Some(reference.to_owned()),
            description: None,
            lines: Vec::new(),
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
    }

    pub(crate) async fn until(&self, reference: &str, status: Status) {
        let wait = async {
            while self.till.payment_after_change(reference, PATIENCE).await.expect("it exists").status
                != status
            {}
        };
        tokio::time::timeout(PATIENCE, wait).await.expect("it comes");
    }

    /// Waits until the telling is as wanted.
    pub(crate) async fn until_state(&self, wanted: impl Fn(&State) -> bool) -> State {
        let mut state = self.link.state().expect("it belongs to a chain");
        let wait = state.wait_for(|state| wanted(state));
        tokio::time::timeout(PATIENCE, wait).await.expect("it comes").expect("the link lives").clone()
    }

    /// Waits until the hub has everything.
    pub(crate) async fn until_told(&self) -> State {
        let newest = self.till.entries_after(journal::Seq::NONE, 1_000).await.expect("it can be read");
        let newest = newest.last().map_or(0, |told| told.seq.0);
        self.until_state(|state| state.connected && state.told >= newest).await
    }
}

async fn till(
    simulator: &Simulator,
    msn: &str,
    journal: Arc<dyn Journal>,
    callbacks: Option<&Callbacks>,
) -> Till {
    let base_url = Url::parse(ORIGIN).expect("it is a URL");
    let unit = SalesUnit::ready().into_iter().find(|unit| unit.msn == msn).expect("there is such a unit");
    let config = Config {
        base_url: base_url.clone(),
        msn: Msn::parse(msn).expect("it is one"),
        keys: Keys::new(unit.client_id, unit.client_secret, unit.subscription_key).expect("they are good"),
        system: System::default(),
    };
    let vipps = Vipps::new(Arc::new(simulator.transport()), config);
    let (page, qr_hosts) = (THANK_YOU_PAGE.to_owned(), QrHosts::for_api(&base_url));
    let rails = match callbacks {
        Some(Callbacks { prefix, token }) => {
            let (callback_prefix, auth_token) = (prefix.clone(), Some(token.reveal().into()));
            let settings = EcomSettings { fall_back: page, callback_prefix, auth_token, qr_hosts };
            Rails::of(Arc::new(Ecom::new(vipps, settings)))
        }
        None => Rails::of(Arc::new(Epayment::new(vipps, EpaymentSettings { return_url: page, qr_hosts }))),
    };
    let parts = Parts {
        settings: TillSettings {
            shop: unit.name,
            language: Language::Nb,
            msn: msn.to_owned(),
            currency: payment::Currency::Nok,
            environment: Environment::Demo,
            result_stays: TillSettings::RESULT_STAYS,
            tax_rates: Vec::new(),
            links: ShopLinks::default(),
        },
        journal,
        consents: None,
        rails,
        clock: Arc::new(Clock::of_the_system()),
        randomness: Randomness::of_the_system(),
    };
    Till::open(parts).await.expect("the journal can be read")
}
