//! The street that the shop stands in: what outlives a power cut, and the verbs that the stories are told in.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use consents::Consents;
use contract::{
    Amount, Currency, Environment, Language, OrderLink, PaymentView, ScreenView, StartPayment, Status,
};
use journal::{Journal, MemoryJournal};
use payment::{Moment, Rail};
use simulator::{Fault, Options, QrLife, SalesUnit, Simulator, Truth};
use till::{
    Clock, Ecom, EcomSettings, Epayment, EpaymentSettings, LinkPicture, Parts, QrHosts, Rails, Randomness,
    ShopLinks, THANK_YOU_PAGE, Till, TillSettings,
};
use tokio::time::Instant;
use url::Url;
use vipps::{Config, Keys, Msn, System, Vipps};

/// A moment of a Tuesday.
const MORNING_MS: i64 = 1_800_000_000_000;
const ORIGIN: &str = "http://127.0.0.1:9";

/// What outlives a power cut: Vipps MobilePay, the journal on disk and time.
pub(crate) struct Street {
    pub(crate) simulator: Simulator,
    pub(crate) journal: Arc<dyn Journal>,
    /// What new payments run on.
    pub(crate) rail: Rail,
    /// Whether codes may lead to this machine, as those of the simulator do.
    pub(crate) qr_hosts: QrHosts,
    /// By how much the machine's clock is wrong when the till opens, in milliseconds. The servers' date sets it right.
    pub(crate) clock_ahead_ms: i64,
    /// Where numbers are kept, if the shop keeps any.
    pub(crate) consents: Option<Arc<Consents>>,
    /// Where the customer's app leads to from every payment.
    pub(crate) link: Option<OrderLink>,
    /// The file of the picture on links.
    pub(crate) picture: Option<Vec<u8>>,
    unit: SalesUnit,
    time: Arc<Time>,
}

#[derive(Default)]
struct Time {
    base_ms: AtomicI64,
    began: Mutex<Option<Instant>>,
}

impl Time {
    fn now_ms(&self) -> i64 {
        let since = self.began.lock().expect("nobody panics").map_or(Duration::ZERO, |began| began.elapsed());
        Moment(self.base_ms.load(Ordering::Relaxed)).plus(since).0
    }

    fn begin(&self) {
        *self.began.lock().expect("nobody panics") = Some(Instant::now());
    }

    fn end(&self) {
        let now_ms = self.now_ms();
        self.base_ms.store(now_ms, Ordering::Relaxed);
        *self.began.lock().expect("nobody panics") = None;
    }
}

impl Street {
    /// The usual shop, on `rail`.
    pub(crate) fn on(rail: Rail) -> Street {
        Street::at(rail, QrLife::default(), "654321")
    }

    /// A shop that may send requests to phones, on `rail`.
    pub(crate) fn with_push(rail: Rail) -> Street {
        Street::at(rail, QrLife::default(), "654322")
    }

    pub(crate) fn at(rail: Rail, qr_life: QrLife, msn: &str) -> Street {
        let time = Arc::new(Time { base_ms: AtomicI64::new(MORNING_MS), began: Mutex::default() });
        let clock = time.clone();
        let origin = Url::parse(ORIGIN).expect("it is a URL");
        let options = Options { clock: Box::new(move || clock.now_ms()), qr_life, ..Options::at(origin) };
        let unit = SalesUnit::ready().into_iter().find(|unit| unit.msn == msn).expect("there is such a unit");
        Street {
            simulator: Simulator::new(options),
            journal: Arc::new(MemoryJournal::new()),
            rail,
            qr_hosts: QrHosts::OfficialAndLoopback,
            // It woke up an hour early.
            clock_ahead_ms: -3_600_000,
            consents: None,
            link: None,
            picture: None,
            unit,
            time,
        }
    }

    /// Another till of the same sales unit, with a journal of its own.
    pub(crate) fn beside(other: &Street) -> Street {
        Street {
            simulator: other.simulator.clone(),
            journal: Arc::new(MemoryJournal::new()),
            rail: other.rail,
            qr_hosts: other.qr_hosts,
            clock_ahead_ms: other.clock_ahead_ms,
            consents: other.consents.clone(),
            link: other.link.clone(),
            picture: other.picture.clone(),
            unit: other.unit.clone(),
            time: other.time.clone(),
        }
    }

    /// The same till after its settings were changed to the sales unit `msn`.
    pub(crate) fn moved_to(other: &Street, msn: &str) -> Street {
        let unit = SalesUnit::ready().into_iter().find(|unit| unit.msn == msn).expect("there is such a unit");
        Street { journal: other.journal.clone(), unit, ..Street::beside(other) }
    }

    /// The shop opens, and `story` happens in it. When the story ends the power is cut.
    pub(crate) fn day(&self, story: impl AsyncFnOnce(Shop)) {
        let builder = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build();
        let runtime = builder.expect("there is a runtime");
        runtime.block_on(async {
            self.time.begin();
            let till = self.till().await;
            story(Shop { till, simulator: self.simulator.clone() }).await;
            self.time.end();
        });
        // What runs in it is cut off in the middle.
        drop(runtime);
    }

    fn rails(&self, vipps: &Vipps) -> Rails {
        let qr_hosts = self.qr_hosts;
        let page = || THANK_YOU_PAGE.to_owned();
        let settings =
            EcomSettings { fall_back: page(), callback_prefix: page(), auth_token: None, qr_hosts };
        let ecom = Arc::new(Ecom::new(vipps.clone(), settings));
        let settings = EpaymentSettings { return_url: page(), qr_hosts };
        let epayment = Arc::new(Epayment::new(vipps.clone(), settings));
        match self.rail {
            Rail::Ecom => Rails::of(ecom).and(epayment),
            Rail::Epayment => Rails::of(epayment).and(ecom),
        }
    }

    fn currency(&self) -> payment::Currency {
        match self.unit.currency.as_str() {
            "NOK" => payment::Currency::Nok,
            "DKK" => payment::Currency::Dkk,
            "EUR" => payment::Currency::Eur,
            _ => payment::Currency::Sek,
        }
    }

    /// Vipps MobilePay as the sales unit reaches it, past the till.
    pub(crate) fn vipps(&self) -> Vipps {
        let SalesUnit { client_id, client_secret, subscription_key, msn, .. } = self.unit.clone();
        let config = Config {
            base_url: Url::parse(ORIGIN).expect("it is a URL"),
            msn: Msn::parse(&msn).expect("it is one"),
            keys: Keys::new(client_id, client_secret, subscription_key).expect("they are good"),
            system: System::default(),
        };
        Vipps::new(Arc::new(self.simulator.transport()), config)
    }

    /// As the settings have them: what is known of the picture goes with the power.
    fn links(&self) -> ShopLinks {
        let picture = self.picture.clone().map(|file| LinkPicture::of(file).expect("it is one"));
        ShopLinks { every: self.link.clone(), picture: picture.map(Arc::new) }
    }

    async fn till(&self) -> Till {
        let vipps = self.vipps();
        let parts = Parts {
            settings: TillSettings {
                shop: "Kaffebaren Oslo".into(),
                language: Language::Nb,
                msn: self.unit.msn.clone(),
                currency: self.currency(),
                environment: Environment::Demo,
                result_stays: TillSettings::RESULT_STAYS,
                tax_rates: Vec::new(),
                links: self.links(),
            },
            journal: self.journal.clone(),
            rails: self.rails(&vipps),
            clock: Arc::new(Clock::beginning_at(Moment(self.time.now_ms() + self.clock_ahead_ms))),
            randomness: Randomness::of_the_system(),
            consents: self.consents.clone(),
        };
        Till::open(parts).await.expect("the journal can be read")
    }
}

/// The shop on one day.
pub(crate) struct Shop {
    pub(crate) till: Till,
    pub(crate) simulator: Simulator,
}

/// What is charged in the stories.
pub(crate) const DUE: i64 = 24_900;

pub(crate) fn asked(reference: &str) -> StartPayment {
    StartPayment {
        amount: Amount { value: DUE, currency: Currency::Nok },
        reference: Some(reference.into()),
        description: None,
        lines: Vec::new(),
        flow: contract::Flow::Qr,
        capture: contract::CaptureMode::Automatic,
        phone_number: None,
        personal_qr: None,
        keep_phone_number: false,
        customer_present: true,
        link: None,
    }
}

/// The same, to be sent to the phone with this number.
pub(crate) fn asked_by_phone(reference: &str, number: &str) -> StartPayment {
    let phone_number = Some(contract::Private::new(number));
    StartPayment { flow: contract::Flow::Push, phone_number, ..asked(reference) }
}

impl Shop {
    /// Charges the customer and waits until the code is on the screen.
    pub(crate) async fn shows_code(&self, reference: &str) {
        self.till.start(&asked(reference), None).await.expect("it can be started");
        self.until(reference, Status::Waiting).await;
    }

    /// Charges the customer, who pays.
    pub(crate) async fn is_paid(&self, reference: &str) {
        self.shows_code(reference).await;
        self.approves(reference);
        assert_eq!(self.until_end(reference).await.status, Status::Paid);
    }

    /// Somebody does something with a payment by hand, through the simulator's own API.
    pub(crate) async fn by_hand(&self, reference: &str, act: &str, body: &str) {
        use tower::ServiceExt;
        let uri = format!("/simulator/payments/{reference}/{act}");
        let request = axum::http::Request::post(uri).header("content-type", "application/json");
        let request = request.body(axum::body::Body::from(body.to_owned())).expect("it is a request");
        let answer = self.simulator.router().oneshot(request).await.expect("it answers");
        assert!(answer.status().is_success(), "{}", answer.status());
    }

    /// How many times the payment was read.
    pub(crate) fn reads(&self, reference: &str) -> usize {
        self.calls("GET", "/details") + self.calls("GET", &format!("/payments/{reference}"))
    }

    /// Time passes on the street, in an instant of ours: every timer that falls due in it goes off, in order.
    pub(crate) async fn passes(&self, time: Duration) {
        tokio::time::sleep(time).await;
    }

    /// Waits, at most a minute of the street's time, until Vipps MobilePay has the payment.
    pub(crate) async fn until_created(&self, reference: &str) {
        let began = Instant::now();
        while self.simulator.payment(reference).is_none() {
            assert!(began.elapsed() < Duration::from_mins(1), "{reference} was never created");
            self.passes(Duration::from_millis(10)).await;
        }
    }

    /// Waits, at most 25 hours of the street's time, until the payment has come to `status`.
    pub(crate) async fn until(&self, reference: &str, status: Status) -> PaymentView {
        self.until_view(reference, |view| view.status == status).await
    }

    /// Waits, at most 25 hours of the street's time, until the payment has ended.
    pub(crate) async fn until_end(&self, reference: &str) -> PaymentView {
        self.until_view(reference, |view| view.is_final).await
    }

    pub(crate) async fn until_view(
        &self,
        reference: &str,
        wanted: impl Fn(&PaymentView) -> bool,
    ) -> PaymentView {
        let began = Instant::now();
        loop {
            let view = self.till.payment(reference).await.expect("it exists");
            if wanted(&view) {
                return view;
            }
            assert!(began.elapsed() < Duration::from_hours(25), "never came: {view:?}");
            self.passes(Duration::from_millis(50)).await;
        }
    }

    /// Waits until the customer screen shows what is wanted.
    pub(crate) async fn until_screen(&self, wanted: impl Fn(&ScreenView) -> bool) -> ScreenView {
        let began = Instant::now();
        loop {
            let view = self.till.screen().view;
            if wanted(&view) {
                return view;
            }
            assert!(began.elapsed() < Duration::from_hours(1), "never came: {view:?}");
            self.passes(Duration::from_millis(50)).await;
        }
    }

    pub(crate) fn scans(&self, reference: &str) {
        self.simulator.scan(reference).expect("it can be scanned");
    }

    pub(crate) fn approves(&self, reference: &str) {
        self.simulator.approve(reference).expect("it can be approved");
    }

    pub(crate) fn declines(&self, reference: &str) {
        self.simulator.decline(reference).expect("it can be declined");
    }

    pub(crate) fn truth(&self, reference: &str) -> Truth {
        self.simulator.payment(reference).expect("Vipps MobilePay knows it")
    }

    pub(crate) fn faults(&self, faults: impl IntoIterator<Item = Fault>) {
        self.simulator.set_faults(faults.into_iter().collect());
    }

    /// How many times a payment was created, or tried to be.
    pub(crate) fn creations(&self) -> usize {
        self.calls("POST", "/ecomm/v2/payments") + self.calls("POST", "/epayment/v1/payments")
    }

    /// How many calls of `method` whose path ends in `path` the simulator was sent.
    pub(crate) fn calls(&self, method: &str, path: &str) -> usize {
        let sent = self.simulator.requests();
        sent.iter().filter(|record| record.method == method && record.path.ends_with(path)).count()
    }

    /// One capture of the whole amount and nothing else: the customer has paid once.
    pub(crate) fn paid_once(&self, reference: &str) {
        let truth = self.truth(reference);
        let captures: Vec<i64> = truth.captures.iter().map(|capture| capture.amount).collect();
        assert_eq!(captures, [DUE], "{truth:?}");
        assert_eq!(truth.refunded, 0);
    }

    /// Nothing was taken and nothing is reserved.
    pub(crate) fn kept_nothing(&self, reference: &str) {
        let truth = self.truth(reference);
        assert_eq!((truth.captured, truth.captures.len()), (0, 0), "{truth:?}");
        assert_eq!(truth.reserved - truth.cancelled.min(truth.reserved), 0, "{truth:?}");
    }
}
