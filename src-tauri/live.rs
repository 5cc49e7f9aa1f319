//! `kvitt`: the till that the settings describe, on the real Vipps MobilePay or whatever address is set.

use std::path::Path;
use std::sync::Arc;

use consents::{Consents, Rule};
use contract::{Callbacks, Code};
use journal::SqliteJournal;
use link::{Link, Membership, Pace};
use shell::settings::{Pos, Rail};
use shell::{Desk, KeyStore, Pin, Settings};
use till::{Clock, Ecom, Epayment, Parts, Rails, Randomness, ShopLinks, Till, TillSettings};
use vipps::{Config, Msn, Reqwest, System, Vipps};

use crate::backup::JOURNAL;
use crate::command::{Kvitt, Stop};
use crate::run::{self, Windows};

/// Opens the till and its windows, and runs until they are closed.
pub(crate) fn run(kvitt: &Kvitt) -> Result<(), Stop> {
    let data = kvitt.data_folder();
    std::fs::create_dir_all(&data).map_err(|error| {
        Stop::failed(format!("the data folder {} can't be made: {error}", data.display()))
    })?;
    crate::logs::begin(Some(&data));
    let runtime = run::runtime()?;
    let _inside = runtime.enter();
    let app = run::app()?;
    let config = kvitt.config_folder();
    let settings = Settings::load(app.handle(), &config);
    let line_display = settings.as_ref().ok().and_then(|settings| settings.line_display.address());
    let (till, pos) = match &settings {
        Ok(settings) => {
            let opened = runtime.block_on(open(settings, &config, &data));
            let stopped = |(code, why): (Code, String)| Till::stopped(settings.till(), code, &why);
            (opened.unwrap_or_else(stopped), settings.pos.clone())
        }
        Err(error) => {
            tracing::error!(%error, "the settings can't be used");
            (
                Till::stopped(nameless(), Code::NotSetUp, &error.to_string()),
                Pos { port: Pos::port_in(&config), ..Pos::default() },
            )
        }
    };
    let pin = Arc::new(Pin::kept_in(&config, &data));
    let link = Link::open(&till, &config, &data, Pace::default()).unwrap_or_else(|error| {
        // The customer can pay all the same.
        tracing::error!(%error, "the till does not know to which chain it belongs");
        Link::none()
    });
    let desk = Desk { till, link, pin, drawer: Arc::default(), data: data.clone(), phone: None };
    run::windows(
        app,
        &runtime,
        desk,
        &Windows {
            data: &data,
            port: pos.port,
            origins: pos.origins,
            webhooks: pos.webhooks,
            line_display,
            simulator: None,
            demo: false,
            json: kvitt.json,
        },
    )
}

/// The till, or why there is none.
async fn open(settings: &Settings, config: &Path, data: &Path) -> Result<Till, (Code, String)> {
    let not_set_up = |why: String| (Code::NotSetUp, why);
    let (stored, place) =
        KeyStore::new(config).find(&settings.key_name()).map_err(|e| not_set_up(e.to_string()))?;
    tracing::info!(%place, "the keys were found");
    let callbacks = callbacks(config);
    let config = Config {
        base_url: settings.base_url(),
        msn: Msn::parse(&settings.sales_unit.msn).map_err(|error| not_set_up(error.to_string()))?,
        keys: stored.keys().map_err(|error| not_set_up(error.to_string()))?,
        system: System::default(),
    };
    let transport = Reqwest::new().map_err(|error| not_set_up(error.to_string()))?;
    let vipps = Vipps::new(Arc::new(transport), config);
    let unavailable = |error: journal::JournalError| (Code::JournalUnavailable, error.to_string());
    let journal = SqliteJournal::open(&data.join(JOURNAL)).await.map_err(unavailable)?;
    let parts = Parts {
        settings: settings.till(),
        journal: Arc::new(journal),
        rails: rails(vipps, settings, callbacks),
        clock: Arc::new(Clock::of_the_system()),
        randomness: Randomness::of_the_system(),
        consents: consents(data, settings.phone_numbers.rule()).await,
    };
    Till::open(parts).await.map_err(unavailable)
}

/// Where numbers are kept, if any may be or are. Without it everything can be sold as ever.
async fn consents(data: &Path, rule: Option<Rule>) -> Option<Arc<Consents>> {
    let file = data.join(consents::FILE);
    if rule.is_none() && !file.exists() {
        return None;
    }
    match Consents::open(&file, rule).await {
        Ok(consents) => Some(Arc::new(consents)),
        Err(error) => {
            let cause = std::error::Error::source(&error).map(tracing::field::display);
            tracing::error!(%error, cause, "no phone number is kept, and none is erased");
            None
        }
    }
}

/// Where the hub of the chain hears callbacks for this till, if it belongs to one that does.
fn callbacks(config: &Path) -> Option<Callbacks> {
    // That it can't be read is said when the link is opened.
    Membership::read(config).ok().flatten()?.callbacks
}

/// New payments run on the rail that is set; those that began on the other one are followed there. An address for
/// callbacks in the settings goes before that of the hub.
fn rails(vipps: Vipps, settings: &Settings, callbacks: Option<Callbacks>) -> Rails {
    let mut ecom = settings.ecom();
    if let Some(Callbacks { prefix, token }) = callbacks.filter(|_| settings.ecom.callback_prefix.is_none()) {
        ecom.callback_prefix = prefix;
        ecom.auth_token = Some(token.reveal().into());
    }
    let ecom = Arc::new(Ecom::new(vipps.clone(), ecom));
    let epayment = Arc::new(Epayment::new(vipps, settings.epayment()));
    match settings.rail {
        Rail::Epayment => Rails::of(epayment).and(ecom),
        Rail::Ecom => Rails::of(ecom).and(epayment),
    }
}

/// What is known of the shop before there are settings.
fn nameless() -> TillSettings {
    TillSettings {
        shop: "Kvitt".to_owned(),
        language: contract::Language::default(),
        msn: String::new(),
        currency: payment::Currency::Nok,
        environment: contract::Environment::Test,
        result_stays: TillSettings::RESULT_STAYS,
        tax_rates: Vec::new(),
        links: ShopLinks::default(),
    }
}
