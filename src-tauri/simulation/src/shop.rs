//! One till in one life of the power: the real one, on the real client and a real journal.

use std::sync::Arc;

use contract::{Environment, Language};
use payment::{Currency, Moment, Rail};
use simulator::SalesUnit;
use till::{
    Clock, Ecom, EcomSettings, Epayment, EpaymentSettings, Parts, QrHosts, Rails, Randomness, ShopLinks,
    THANK_YOU_PAGE, Till, TillSettings,
};
use url::Url;
use vipps::{Config, Keys, Msn, System, Vipps};

use crate::disk::Disk;
use crate::laws;
use crate::network::Network;
use crate::plan::Life;
use crate::saboteur::Saboteur;
use crate::world::{ORIGIN, World};

/// A till that has been opened.
#[derive(Clone)]
pub(crate) struct Shop {
    pub(crate) world: Arc<World>,
    pub(crate) nth: usize,
    pub(crate) till: Till,
}

impl Shop {
    /// Opens the till number `nth`, as after a power cut.
    ///
    /// # Errors
    /// When its journal can't be opened or read.
    pub(crate) async fn open(world: &Arc<World>, nth: usize, life: &Life) -> anyhow::Result<Shop> {
        let plan = &world.plan.tills[nth];
        let store = world.cabinet(nth).open()?;
        let journal = store.clone();
        let keys = world.clone();
        let parts = Parts {
            settings: TillSettings {
                shop: plan.unit.name.clone(),
                language: Language::Nb,
                msn: plan.unit.msn.clone(),
                currency: currency(&plan.unit),
                environment: Environment::Demo,
                result_stays: TillSettings::RESULT_STAYS,
                tax_rates: Vec::new(),
                links: ShopLinks::default(),
            },
            journal: Arc::new(Disk::new(world.clone(), nth, store)),
            rails: rails(world, nth)?,
            clock: Arc::new(Clock::beginning_at(Moment(
                world.time.now().0.saturating_add(life.clock_off_ms),
            ))),
            randomness: Randomness::from(move |bytes| {
                keys.key_dice().fill(bytes);
                Ok(())
            }),
            consents: None,
        };
        let shop = Shop { world: world.clone(), nth, till: Till::open(parts).await? };
        laws::memory::is_whole(&shop, journal.as_ref()).await;
        Ok(shop)
    }

    /// Looks at the screens whenever they change, for ever.
    pub(crate) async fn looks_at_screens(self) {
        let (mut screens, mut counters) = (self.till.screens(), self.till.counters());
        loop {
            laws::picture::shown(&self);
            tokio::select! {
                biased;
                _ = screens.changed() => {}
                _ = counters.changed() => {}
            }
        }
    }

    /// Somebody says that there is news of a payment. It may not be true.
    pub(crate) fn is_called_back(&self, reference: &str) {
        let (till, reference) = (self.till.clone(), reference.to_owned());
        tokio::spawn(async move {
            // A hint about what the till does not follow means nothing.
            let _ = till.refresh(&reference).await;
        });
    }

    pub(crate) fn unit(&self) -> &SalesUnit {
        &self.world.plan.tills[self.nth].unit
    }
}

fn rails(world: &Arc<World>, nth: usize) -> anyhow::Result<Rails> {
    let plan = &world.plan.tills[nth];
    let base_url = Url::parse(ORIGIN)?;
    let SalesUnit { client_id, client_secret, subscription_key, msn, .. } = plan.unit.clone();
    let config = Config {
        base_url: base_url.clone(),
        msn: Msn::parse(&msn)?,
        keys: Keys::new(client_id, client_secret, subscription_key)?,
        system: System::default(),
    };
    let vipps = Vipps::new(Arc::new(Network::new(world.clone(), nth)), config);
    let qr_hosts = QrHosts::for_api(&base_url);
    let page = || THANK_YOU_PAGE.to_owned();
    let settings = EcomSettings { fall_back: page(), callback_prefix: page(), auth_token: None, qr_hosts };
    let ecom = sabotaged(world, nth, Arc::new(Ecom::new(vipps.clone(), settings)));
    let settings = EpaymentSettings { return_url: page(), qr_hosts };
    let epayment = sabotaged(world, nth, Arc::new(Epayment::new(vipps, settings)));
    Ok(match plan.rail {
        Rail::Ecom => Rails::of(ecom).and(epayment),
        Rail::Epayment => Rails::of(epayment).and(ecom),
    })
}

fn sabotaged(world: &Arc<World>, nth: usize, rail: Arc<dyn till::Rail>) -> Arc<dyn till::Rail> {
    match world.choice.plant {
        Some(plant) => Arc::new(Saboteur::new(world.clone(), nth, rail, plant)),
        None => rail,
    }
}

fn currency(unit: &SalesUnit) -> Currency {
    match unit.currency.as_str() {
        "NOK" => Currency::Nok,
        "DKK" => Currency::Dkk,
        "EUR" => Currency::Eur,
        _ => Currency::Sek,
    }
}
