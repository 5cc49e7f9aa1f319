//! `kvitt demo`: simulator, customer screen, cashier and a phone on one machine; nothing is stored.
//!
//! The till is the real one and speaks real HTTP; only what it speaks to is pretended.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use contract::{Amount, Flow, PaymentView, Phone, PhoneAct, PhoneView, ScreenView, Status};
use journal::MemoryJournal;
use payment::deadline::{GRACE, WINDOW};
use shell::{DemoPhone, Desk, Pin};
use simulator::{Options, SalesUnit, Simulator, State, Truth};
use till::{
    Clock, Ecom, EcomSettings, Epayment, EpaymentSettings, Parts, QrHosts, Rails, Randomness, ShopLinks,
    THANK_YOU_PAGE, Till, TillSettings,
};
use tokio::net::TcpListener;
use url::Url;
use vipps::{Config, Keys, Msn, Reqwest, System, Vipps};

use crate::command::{Demo, Exit, Kvitt, Market, Rail, Stop};
use crate::run::{self, Windows};

/// The PIN of the demo's cashier window, which says it.
const DEMO_PIN: &str = "1234";

/// Opens the demo and runs until one of its windows is closed.
pub(crate) fn run(kvitt: &Kvitt, demo: &Demo) -> Result<(), Stop> {
    if demo.rail == Rail::Ecom && demo.market != Market::No {
        return Err(Stop::new(Exit::Usage, "eCom is Norwegian alone; use --rail epayment in other markets"));
    }
    crate::logs::begin(None);
    let folder = TemporaryFolder::make()?;
    let data = kvitt.data.clone().unwrap_or_else(|| folder.0.clone());
    std::fs::create_dir_all(&data).map_err(Stop::failed)?;
    let runtime = run::runtime()?;
    let _inside = runtime.enter();
    let app = run::app()?;
    let (simulator, origin) = runtime.block_on(simulator(demo.simulator_port))?;
    let till = runtime.block_on(till(&simulator, &origin, demo))?;
    let phone = DemoUser { simulator, till: till.clone(), holding: Mutex::new(None) };
    let pin = Arc::new(Pin::of_demo(DEMO_PIN).map_err(Stop::failed)?);
    let link = link::Link::none();
    let desk =
        Desk { till, link, pin, drawer: Arc::default(), data: data.clone(), phone: Some(Arc::new(phone)) };
    let simulator = Some(origin.as_str().trim_end_matches('/').to_owned());
    run::windows(
        app,
        &runtime,
        desk,
        &Windows {
            data: &data,
            port: demo.pos_port,
            origins: demo.pos_origins.clone(),
            webhooks: demo.pos_webhooks.clone(),
            line_display: demo.line_display.map(|port| (std::net::Ipv4Addr::LOCALHOST, port).into()),
            simulator,
            demo: true,
            json: kvitt.json,
        },
    )
}

async fn simulator(port: u16) -> Result<(Simulator, Url), Stop> {
    let taken = |error| Stop::new(Exit::Unreachable, format!("port {port} can't be had: {error}"));
    let listener = TcpListener::bind(("127.0.0.1", port)).await.map_err(taken)?;
    let address = listener.local_addr().map_err(Stop::failed)?;
    let origin = Url::parse(&format!("http://{address}")).map_err(Stop::failed)?;
    let simulator = Simulator::new(Options::at(origin.clone()));
    tokio::spawn({
        let simulator = simulator.clone();
        async move { simulator.serve(listener).await }
    });
    Ok((simulator, origin))
}

async fn till(simulator: &Simulator, origin: &Url, demo: &Demo) -> Result<Till, Stop> {
    let market = format!("{:?}", demo.market).to_lowercase();
    let mut units = simulator.sales_units().into_iter();
    // One that may send requests to phones, as in a shop.
    let unit = units.find(|unit| unit.market == market && unit.may_skip_landing_page);
    let unit = unit.ok_or_else(|| Stop::failed("the simulator has no such sales unit"))?;
    let rail = rail(demo.rail, client(&unit, origin)?, QrHosts::for_api(origin));
    let currency = shell::settings::Market::from(demo.market).currency();
    let settings = TillSettings {
        shop: unit.name.clone(),
        language: demo.lang.into(),
        msn: unit.msn.clone(),
        currency,
        environment: contract::Environment::Demo,
        result_stays: TillSettings::RESULT_STAYS,
        tax_rates: tax_rates(currency),
        links: ShopLinks::default(),
    };
    let parts = Parts {
        settings,
        journal: Arc::new(MemoryJournal::new()),
        rails: Rails::of(rail),
        clock: Arc::new(Clock::of_the_system()),
        randomness: Randomness::of_the_system(),
        consents: None,
    };
    Till::open(parts).await.map_err(Stop::failed)
}

/// The usual rates of tax on goods where the currency is used, in hundredths of a percent; for Sweden none, since no
/// receipts are in its currency.
fn tax_rates(currency: payment::Currency) -> Vec<u16> {
    match currency {
        payment::Currency::Nok => vec![2_500, 1_500, 1_200, 0],
        payment::Currency::Dkk => vec![2_500, 0],
        payment::Currency::Eur => vec![2_550, 1_000, 0],
        payment::Currency::Sek => Vec::new(),
    }
}

fn rail(rail: Rail, vipps: Vipps, qr_hosts: QrHosts) -> Arc<dyn till::Rail> {
    let page = THANK_YOU_PAGE.to_owned();
    match rail {
        Rail::Epayment => Arc::new(Epayment::new(vipps, EpaymentSettings { return_url: page, qr_hosts })),
        Rail::Ecom => {
            let settings =
                EcomSettings { fall_back: page.clone(), callback_prefix: page, auth_token: None, qr_hosts };
            Arc::new(Ecom::new(vipps, settings))
        }
    }
}

fn client(unit: &SalesUnit, origin: &Url) -> Result<Vipps, Stop> {
    let keys =
        Keys::new(unit.client_id.as_str(), unit.client_secret.as_str(), unit.subscription_key.as_str());
    let config = Config {
        base_url: origin.clone(),
        msn: Msn::parse(&unit.msn).map_err(Stop::failed)?,
        keys: keys.map_err(Stop::failed)?,
        system: System::default(),
    };
    Ok(Vipps::new(Arc::new(Reqwest::new().map_err(Stop::failed)?), config))
}

/// The person with the phone.
struct DemoUser {
    simulator: Simulator,
    till: Till,
    /// The payment that the phone has open.
    holding: Mutex<Option<String>>,
}

#[async_trait]
impl DemoPhone for DemoUser {
    fn view(&self) -> Phone {
        Phone { language: self.till.settings().language, view: self.view_now() }
    }

    async fn act(&self, act: PhoneAct) -> Result<Phone, String> {
        match (act, self.held()) {
            (PhoneAct::Scan, _) => {
                let reference = self.scan().await?;
                self.hold(Some(reference));
            }
            (PhoneAct::PutAway, _) => self.hold(None),
            (PhoneAct::WalkAway, _) => {
                self.hold(None);
                self.simulator.advance(WINDOW.saturating_add(Duration::from_secs(1)).max(GRACE));
            }
            (_, None) => return Err("nothing has been scanned".to_owned()),
            (PhoneAct::Approve, Some(reference)) => {
                told(self.simulator.approve(&reference))?;
                self.hold(Some(reference));
            }
            (PhoneAct::Decline, Some(reference)) => told(self.simulator.decline(&reference))?,
            (PhoneAct::Cancel, Some(reference)) => {
                told(self.simulator.cancel(&reference))?;
                self.hold(Some(reference));
            }
        }
        Ok(self.view())
    }
}

impl DemoUser {
    /// Looks at the customer screen as a phone does: reads the picture that is on it.
    async fn scan(&self) -> Result<String, String> {
        let ScreenView::Scan { qr, .. } = self.till.screen().view else {
            return Err("there is no code on the customer screen".to_owned());
        };
        let png = self.till.picture(&qr).await.ok_or("the code has gone")?;
        let content = till::read_qr(&png, QrHosts::OfficialAndLoopback).map_err(|error| error.to_string())?;
        self.simulator.scan_content(&content).map_err(|error| error.to_string())
    }

    fn view_now(&self) -> PhoneView {
        let Some(truth) = self.held().and_then(|reference| self.simulator.payment(&reference)) else {
            let sees_code = matches!(self.till.screen().view, ScreenView::Scan { .. });
            return PhoneView::Camera { sees_code };
        };
        let shop = self.till.settings().shop.clone();
        let amount = Amount { value: truth.amount, currency: self.till.counter().currency };
        match truth.state {
            State::Waiting | State::Opened | State::Declined => PhoneView::Request {
                shop,
                amount,
                description: described(&truth),
                declined: truth.state == State::Declined,
            },
            State::Approved | State::Captured | State::Unknown | State::Refunded => {
                PhoneView::Approved { shop, amount }
            }
            State::Cancelled | State::Voided | State::TimedOut => PhoneView::Ended,
        }
    }

    /// The payment that the phone has open: one that was scanned, or one that was sent to it.
    fn held(&self) -> Option<String> {
        let scanned = self.holding.lock().unwrap_or_else(std::sync::PoisonError::into_inner).clone();
        scanned.or_else(|| {
            let sent = |payment: &PaymentView| payment.flow != Flow::Qr && payment.status == Status::Waiting;
            self.till.counter().payment.filter(sent).map(|payment| payment.reference)
        })
    }

    fn hold(&self, reference: Option<String>) {
        *self.holding.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = reference;
    }
}

fn described(truth: &Truth) -> String {
    truth.text.clone()
}

fn told(outcome: Result<Truth, simulator::ActRefused>) -> Result<(), String> {
    outcome.map(|_| ()).map_err(|error| error.to_string())
}

/// A folder for the POS token, gone when the demo ends.
struct TemporaryFolder(std::path::PathBuf);

impl TemporaryFolder {
    fn make() -> Result<TemporaryFolder, Stop> {
        let path = std::env::temp_dir().join(format!("kvitt-demo-{}", std::process::id()));
        std::fs::create_dir_all(&path).map_err(Stop::failed)?;
        Ok(TemporaryFolder(path))
    }
}

impl Drop for TemporaryFolder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
