//! A shop with a till whose journal outlives it.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use contract::{Amount, Currency, Environment, Language, StartPayment, Status};
use journal::SqliteJournal;
use simulator::{Options, Simulator};
use till::{
    Clock, Epayment, EpaymentSettings, Parts, QrHosts, Rails, Randomness, ShopLinks, THANK_YOU_PAGE, Till,
    TillSettings,
};
use tokio::runtime::{Builder, Handle, Runtime};
use vipps::{Config, Keys, Msn, System, Url, Vipps};
use webhooks::{CURSORS_FILE, OpenError, Pace, SECRET_FILE, Secret};

use crate::pos::Pos;

/// Where the simulator would be if it had a socket.
const ORIGIN: &str = "http://127.0.0.1:9";
/// So fast is nobody called in a shop.
const QUICK: Pace = Pace { first: Duration::from_millis(5), longest: Duration::from_millis(40) };

pub(crate) struct Shop {
    folder: tempfile::TempDir,
    simulator: Simulator,
    /// What runs in it ends with it, as with the program.
    running: Mutex<Option<Runtime>>,
}

/// A till that is open.
pub(crate) struct Open {
    till: Till,
    simulator: Simulator,
    inside: Handle,
}

impl Shop {
    pub(crate) fn new() -> Shop {
        let folder = tempfile::tempdir().expect("there is room");
        let origin = Url::parse(ORIGIN).expect("it is a URL");
        Shop { folder, simulator: Simulator::new(Options::at(origin)), running: Mutex::default() }
    }

    pub(crate) async fn open(&self, called: &[&Pos]) -> Open {
        self.try_open(called).await.expect("somebody is called")
    }

    pub(crate) async fn try_open(&self, called: &[&Pos]) -> Result<Open, OpenError> {
        let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build();
        let runtime = runtime.expect("there is a runtime");
        let inside = runtime.handle().clone();
        let (data, simulator) = (self.folder.path().to_owned(), self.simulator.clone());
        let urls: Vec<_> = called.iter().map(|pos| pos.url.clone()).collect();
        let opening = inside.spawn(async move {
            let till = Till::open(parts(&data, &simulator).await).await.expect("the journal can be read");
            webhooks::open(&till, &data, &urls, QUICK).map(|()| till)
        });
        let till = opening.await.expect("nobody panics");
        *self.running.lock().expect("nobody panics") = Some(runtime);
        Ok(Open { till: till?, simulator: self.simulator.clone(), inside })
    }

    /// Everything that runs is cut off.
    pub(crate) async fn stop(&self) {
        let running = self.running.lock().expect("nobody panics").take().expect("it is open");
        let ending = tokio::task::spawn_blocking(move || drop(running));
        ending.await.expect("it ends");
    }

    pub(crate) fn secret(&self) -> Secret {
        Secret::from_file(&self.folder.path().join(SECRET_FILE)).expect("there is one")
    }

    pub(crate) fn renew_secret(&self) {
        Secret::renewed(&self.folder.path().join(SECRET_FILE)).expect("there is room");
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        std::fs::write(self.folder.path().join(name), text).expect("there is room");
    }

    /// Waits, at most 20 s, until it is on disk that the change `number` was heard.
    pub(crate) async fn until_kept(&self, number: u64) {
        let path = self.folder.path().join(CURSORS_FILE);
        let kept = async {
            loop {
                let text = std::fs::read(&path).unwrap_or_default();
                let cursors: serde_json::Value = serde_json::from_slice(&text).unwrap_or_default();
                let told = cursors["told"].as_object().and_then(|told| told.values().next()?.as_u64());
                if told >= Some(number) {
                    return;
                }
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(Duration::from_secs(20), kept).await.expect("it is kept");
    }
}

impl Drop for Shop {
    fn drop(&mut self) {
        // A runtime may not end where another one works.
        if let Some(running) = self.running.get_mut().ok().and_then(Option::take) {
            running.shutdown_background();
        }
    }
}

impl Open {
    /// A customer comes, scans and pays.
    pub(crate) async fn is_paid(&self, reference: &str) {
        let (till, simulator) = (self.till.clone(), self.simulator.clone());
        let request = StartPayment {
            amount: Amount { value: 24_900, currency: Currency::Nok },
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
        let paying = self.inside.spawn(async move {
            till.start(&request, None).await.expect("it can be started");
            until(&till, &request, Status::Waiting).await;
            simulator.approve(request.reference.as_deref().expect("it has one")).expect("it can be approved");
            until(&till, &request, Status::Paid).await;
        });
        paying.await.expect("nobody panics");
    }
}

/// Waits, at most 20 s, until the payment has come to `status`.
async fn until(till: &Till, request: &StartPayment, status: Status) {
    let reference = request.reference.as_deref().expect("it has one");
    for _ in 0..20 {
        till.refresh(reference).await.expect("it is known");
        if till.payment(reference).await.expect("it is known").status == status {
            return;
        }
        let view = till.payment_after_change(reference, Duration::from_secs(1)).await.expect("it is known");
        if view.status == status {
            return;
        }
    }
    panic!("{reference} did not become {status:?}");
}

async fn parts(data: &std::path::Path, simulator: &Simulator) -> Parts {
    let origin = Url::parse(ORIGIN).expect("it is a URL");
    let unit = simulator.sales_units().into_iter().find(|unit| unit.msn == "654321").expect("there is one");
    let config = Config {
        base_url: origin.clone(),
        msn: Msn::parse(&unit.msn).expect("an MSN"),
        keys: Keys::new(&unit.client_id, unit.client_secret, unit.subscription_key).expect("keys"),
        system: System::default(),
    };
    let vipps = Vipps::new(Arc::new(simulator.transport()), config);
    let settings =
        EpaymentSettings { return_url: THANK_YOU_PAGE.to_owned(), qr_hosts: QrHosts::for_api(&origin) };
    Parts {
        settings: TillSettings {
            shop: "Kaffebaren Oslo".to_owned(),
            language: Language::En,
            msn: unit.msn,
            currency: payment::Currency::Nok,
            environment: Environment::Demo,
            result_stays: TillSettings::RESULT_STAYS,
            tax_rates: Vec::new(),
            links: ShopLinks::default(),
        },
        journal: Arc::new(SqliteJournal::open(&data.join("journal.sqlite")).await.expect("it opens")),
        rails: Rails::of(Arc::new(Epayment::new(vipps, settings))),
        clock: Arc::new(Clock::of_the_system()),
        randomness: Randomness::of_the_system(),
        consents: None,
    }
}
