//! Where the checklists are run: on a simulator, or in the test environment with the shop's own keys.

use std::path::Path;
use std::sync::Arc;

use checklist::{Customer, Environment, Parts, Person, Recorder, Simulated, Who};
use shell::KeyStore;
use shell::settings::{FILE, Rail, Settings, VippsEnvironment};
use simulator::{Options, Simulator};
use till::{Clock, THANK_YOU_PAGE};
use tokio::net::TcpListener;
use url::Url;
use vipps::{Config, Currency, Keys, Msn, Personal, Reqwest, System, TEST_URL, Transport, Vipps};

use super::now;
use crate::command::{CheckedRail, Exit, Stop};

/// Everything that a run needs.
pub(super) struct Desk {
    pub(super) parts: Parts,
    pub(super) who: Who,
    /// Whose checklist is run unless somebody says otherwise.
    pub(super) rail: CheckedRail,
}

/// A sales unit, and where it is known.
struct Unit {
    shop: String,
    msn: Msn,
    keys: Keys,
    api: Url,
    environment: Environment,
    currency: Currency,
    page: String,
}

/// On the simulator at `address`, or on one of our own if that is empty.
pub(super) async fn on_simulator(address: &str) -> Result<Desk, Stop> {
    let api = match address {
        "" => own_simulator().await?,
        address => Url::parse(address).map_err(|error| Stop::new(Exit::Usage, error))?,
    };
    let network = network()?;
    let found = checklist::sales_unit(&api, network.as_ref()).await;
    let found = found.map_err(|why| Stop::new(Exit::Unreachable, why))?;
    let unit = Unit {
        shop: found.name,
        msn: found.msn,
        keys: found.keys,
        api: api.clone(),
        environment: Environment::Simulator,
        currency: Currency::Nok,
        page: THANK_YOU_PAGE.to_owned(),
    };
    let customer = Simulated::at(api, network.clone());
    Ok(desk(unit, network, CheckedRail::Both, |_| Arc::new(customer)))
}

/// With the sales unit and the keys of the settings in `folder`. Refused where money is real.
pub(super) fn in_test_environment(folder: &Path, test_user: Option<&str>) -> Result<Desk, Stop> {
    let settings = Settings::read(&folder.join(FILE)).map_err(|error| Stop::new(Exit::Usage, error))?;
    let api = settings.base_url();
    refuse_elsewhere(&settings, &api)?;
    let (stored, _) =
        KeyStore::new(folder).find(&settings.key_name()).map_err(|error| Stop::new(Exit::Usage, error))?;
    let unit = Unit {
        shop: settings.shop.name.clone(),
        msn: Msn::parse(&settings.sales_unit.msn).map_err(|error| Stop::new(Exit::Usage, error))?,
        keys: stored.keys().map_err(|error| Stop::new(Exit::Usage, error))?,
        api,
        environment: Environment::Test,
        currency: currency(settings.market.currency()),
        page: settings.epayment().return_url,
    };
    let rail = match settings.rail {
        Rail::Epayment => CheckedRail::Epayment,
        Rail::Ecom => CheckedRail::Ecom,
    };
    let test_user = test_user.map(|number| Personal::new(number.trim_start_matches('+')));
    Ok(desk(unit, network()?, rail, |vipps| Arc::new(Person::new(vipps, test_user, tell))))
}

/// Only the test environment is asked: the checks make payments, and give them back.
fn refuse_elsewhere(settings: &Settings, api: &Url) -> Result<(), Stop> {
    let test = Url::parse(TEST_URL).map_err(Stop::failed)?;
    let why = if settings.vipps.environment == VippsEnvironment::Production {
        "the settings say production, where money is real, and the check makes payments. \
         Set vipps.environment to \"test\", with the keys of a test sales unit, or use --simulator"
    } else if api.host_str() != test.host_str() || api.scheme() != test.scheme() {
        "vipps.baseUrl leads elsewhere than to the test environment. Take it out of the settings, or use \
         --simulator, with =URL for one that runs already"
    } else {
        return Ok(());
    };
    Err(Stop::new(Exit::Refused, format!("the checklists are not run here: {why}")))
}

/// A simulator of our own, which hears nobody but us and ends with the program.
async fn own_simulator() -> Result<Url, Stop> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.map_err(Stop::failed)?;
    let address = listener.local_addr().map_err(Stop::failed)?;
    let origin = Url::parse(&format!("http://{address}")).map_err(Stop::failed)?;
    let options = Options { allow_loopback_callbacks: true, ..Options::at(origin.clone()) };
    let simulator = Simulator::new(options);
    tokio::spawn(async move { simulator.serve(listener).await });
    Ok(origin)
}

fn desk(
    unit: Unit,
    network: Arc<dyn Transport>,
    rail: CheckedRail,
    customer: impl FnOnce(Vipps) -> Arc<dyn Customer>,
) -> Desk {
    let clock = Arc::new(Clock::of_the_system());
    let began = now(&clock);
    let recorder = Arc::new(Recorder::new(network, unit.api.clone(), move || now(&clock)));
    let who = Who {
        shop: unit.shop,
        msn: unit.msn.to_string(),
        environment: unit.environment,
        version: env!("CARGO_PKG_VERSION"),
        began,
    };
    let config = Config { base_url: unit.api, msn: unit.msn, keys: unit.keys, system: System::default() };
    let vipps = Vipps::new(recorder.clone(), config);
    let parts = Parts {
        customer: customer(vipps.clone()),
        vipps,
        recorder,
        environment: unit.environment,
        currency: unit.currency,
        codes: till::code_of_meaning,
        run: began.strftime("%Y%m%d%H%M%S%3f").to_string(),
        page: unit.page,
    };
    Desk { parts, who, rail }
}

fn network() -> Result<Arc<dyn Transport>, Stop> {
    Ok(Arc::new(Reqwest::new().map_err(Stop::failed)?))
}

fn currency(currency: payment::Currency) -> Currency {
    match currency {
        payment::Currency::Nok => Currency::Nok,
        payment::Currency::Dkk => Currency::Dkk,
        payment::Currency::Eur => Currency::Eur,
        payment::Currency::Sek => Currency::Sek,
    }
}

/// To a person, and never into a report.
#[expect(clippy::print_stderr, reason = "a person is asked")]
fn tell(text: &str) {
    eprintln!("\n{text}");
}
