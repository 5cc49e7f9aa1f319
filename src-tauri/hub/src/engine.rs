//! Makes refunds: by the very engine that a till has, with the keys of the sales unit that took the payment.
//!
//! What was asked for is in the database; the engine works it off, and after a restart begins again with whatever is not
//! ended. A refund's name at the hub is its idempotency key at the engine, so beginning again never makes a second one.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use contract::{Amount, Code, Environment, Language, ModificationStatus, StartRefund};
use journal::Journal;
use payment::{ModificationState, Payment, Reference};
use till::{
    Clock, Ecom, EcomSettings, Epayment, EpaymentSettings, Parts, QrHosts, Rails, Randomness, ShopLinks,
    THANK_YOU_PAGE, Till, TillSettings,
};
use tokio::sync::Mutex as AsyncMutex;
use tokio::sync::broadcast::error::RecvError;
use tokio::time::timeout;
use vipps::{Config, Keys, Msn, System, Transport, Url, Vipps};

use crate::adopted::adopt;
use crate::between::Between;
use crate::database::{Database, PATIENCE};
use crate::journal::DatabaseJournal;
use crate::leases::{self, LEASE_TIME, Lease, RENEWAL_TIME};
use crate::partner::Partner;
use crate::payments::read;
use crate::refunds::{self, Kept};
use crate::refusal::Failure;
use crate::sealing::Seal;
use crate::stores::{self, KeptStore, SealedKeys};

/// How long the engine rests when nobody wakes it.
const REST: Duration = Duration::from_secs(5);

/// What the engine reaches Vipps MobilePay with.
#[derive(Clone)]
pub struct Reach {
    /// How requests are sent.
    pub transport: Arc<dyn Transport>,
    /// Where to.
    pub base_url: Url,
    /// The keys of the partner.
    pub partner: Partner,
    /// Whether real money moves.
    pub environment: Environment,
}

/// Makes refunds. Clones are the same engine.
#[derive(Clone)]
pub(crate) struct Engine(Arc<Inner>);

struct Inner {
    database: Database,
    clock: Arc<Clock>,
    seal: Seal,
    reach: Reach,
    between: Between,
    counters: AsyncMutex<HashMap<String, Counter>>,
    /// Payments that a refund is being made of.
    busy: Mutex<HashSet<(String, String)>>,
}

/// The engine of one sales unit.
#[derive(Clone)]
struct Counter {
    till: Till,
    journal: Arc<dyn Journal>,
    /// As long as it lasts, nobody else makes refunds of the sales unit.
    lease: Arc<Lease>,
}

impl Engine {
    pub(crate) fn new(parts: &crate::Parts, between: Between) -> Engine {
        Engine(Arc::new(Inner {
            database: parts.database.clone(),
            clock: parts.clock.clone(),
            seal: parts.seal.clone(),
            reach: parts.reach.clone(),
            between,
            counters: AsyncMutex::default(),
            busy: Mutex::default(),
        }))
    }

    /// Works off what was asked for, for ever.
    pub(crate) async fn run(&self) {
        loop {
            let asked = refunds::to_make(&self.0.database, self.0.between.name());
            match timeout(PATIENCE, asked).await {
                Ok(Ok(refunds)) => refunds.into_iter().for_each(|refund| self.begin(refund)),
                Ok(Err(error)) => tracing::error!(%error, "it is not known what is to be given back"),
                Err(_) => tracing::error!("the database does not answer what is to be given back"),
            }
            let _ = timeout(REST, self.0.between.asked().notified()).await;
        }
    }

    /// Keeps what this engine has the right to make, for ever.
    pub(crate) async fn keep_leases(&self) {
        loop {
            let held: Vec<_> = {
                let mut counters = self.0.counters.lock().await;
                // Whoever is on it still ends, at the latest when it wants to write.
                counters.retain(|_, counter| !counter.lease.is_lost());
                counters.values().map(|counter| counter.lease.clone()).collect()
            };
            if !held.is_empty() {
                let renewed = leases::renew(&self.0.database, self.0.between.name(), &held);
                match timeout(LEASE_TIME, renewed).await {
                    Ok(Ok(())) => {}
                    Ok(Err(error)) => {
                        tracing::warn!(%error, "leases could not be renewed; it is tried again");
                    }
                    Err(_) => tracing::warn!("the database does not answer; leases could not be renewed"),
                }
            }
            tokio::time::sleep(RENEWAL_TIME).await;
        }
    }

    /// Lets another hub go on at once. Nothing is made here any more.
    pub(crate) async fn let_go(&self) -> Result<(), Failure> {
        Ok(leases::let_go(&self.0.database, self.0.between.name()).await?)
    }

    /// Makes `refund`, unless another one of the same payment is under way.
    fn begin(&self, refund: Kept) {
        let payment = (refund.till.clone(), refund.reference.clone());
        if !self.busy().insert(payment.clone()) {
            return;
        }
        let engine = self.clone();
        tokio::spawn(async move {
            if let Err(error) = engine.make(&refund).await {
                tracing::error!(refund = refund.id, %error, "a refund could not be made yet; it is tried again");
                tokio::time::sleep(REST).await;
            }
            engine.busy().remove(&payment);
            engine.0.between.asked().notify_one();
        });
    }

    fn busy(&self) -> std::sync::MutexGuard<'_, HashSet<(String, String)>> {
        self.0.busy.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn make(&self, refund: &Kept) -> Result<(), Failure> {
        let store = patiently(stores::one(self.0.database.reader(), &refund.store)).await?;
        let counter = match self.counter(&store).await {
            Ok(Some(counter)) => counter,
            // Another hub makes it.
            Ok(None) => return Ok(()),
            Err(Failure::Refused(refused)) => {
                return self.close(refund, Outcome::Refused(refused.code), 0).await;
            }
            Err(error) => return Err(error),
        };
        let reference = Reference::parse(refund.reference.as_str())
            .map_err(|error| Failure::internal("a payment has a reference that is none", error))?;
        let told = async {
            let mut change = self.0.database.change().await?;
            crate::entries::story(&mut change, &refund.till, &refund.reference).await
        };
        let facts = patiently(told).await?;
        let facts =
            facts.ok_or_else(|| Failure::internal("a story can't be read", refund.reference.clone()))?;
        if !adopt(&*counter.journal, &reference, facts).await? {
            return self.close(refund, Outcome::Refused(Code::NothingToRefund), 0).await;
        }
        let mut changes = counter.till.listen().await?.1;
        let request = StartRefund {
            amount: Some(Amount { value: refund.amount, currency: read(&refund.currency)? }),
            reason: Some(refund.reason.clone()),
        };
        if let Err(refused) = counter.till.refund(&refund.reference, &request, Some(&refund.id)).await {
            if matches!(refused.code, Code::JournalUnavailable | Code::Unclear) {
                return Err(refused.into());
            }
            return self.close(refund, Outcome::Refused(refused.code), 0).await;
        }
        loop {
            if let Some((outcome, refunded)) = outcome(&*counter.journal, &reference, &refund.id).await? {
                return self.close(refund, outcome, refunded).await;
            }
            if counter.lease.is_lost() {
                return Ok(());
            }
            loop {
                match timeout(REST, changes.recv()).await {
                    Ok(Ok(change)) if change.payment.reference != refund.reference => {}
                    Ok(Ok(_) | Err(RecvError::Lagged(_))) | Err(_) => break,
                    Ok(Err(RecvError::Closed)) => {
                        return Err(Failure::internal("the engine has ended", "no changes come any more"));
                    }
                }
            }
        }
    }

    async fn close(&self, refund: &Kept, outcome: Outcome, refunded: u64) -> Result<(), Failure> {
        let (status, problem) = match outcome {
            Outcome::Made => (ModificationStatus::Made, None),
            Outcome::Refused(code) => (ModificationStatus::Refused, Some(code)),
        };
        let refunded = i64::try_from(refunded).unwrap_or(i64::MAX);
        let now = self.0.clock.now().0;
        patiently(refunds::close(&self.0.database, refund, status, problem, refunded, now)).await?;
        self.0.between.say_ended();
        Ok(())
    }

    /// The engine of the sales unit of `store`; `None` while another hub has it.
    async fn counter(&self, store: &KeptStore) -> Result<Option<Counter>, Failure> {
        let mut counters = self.0.counters.lock().await;
        if let Some(counter) = counters.get(&store.store.msn)
            && !counter.lease.is_lost()
        {
            return Ok(Some(counter.clone()));
        }
        counters.remove(&store.store.msn);
        let counter = patiently(self.open(store)).await?;
        if let Some(counter) = &counter {
            counters.insert(store.store.msn.clone(), counter.clone());
        }
        Ok(counter)
    }

    /// Where it remembers.
    pub(crate) fn database(&self) -> &Database {
        &self.0.database
    }

    /// Whether there are keys for stores that have none of their own here.
    pub(crate) fn has_partner_keys(&self) -> bool {
        matches!(self.0.reach.partner.keys(), Ok(Some(_)))
    }

    /// Where Vipps MobilePay is reached.
    pub(crate) fn base_url(&self) -> &Url {
        &self.0.reach.base_url
    }

    /// Speaks for the sales unit of `store`.
    pub(crate) async fn vipps(&self, store: &KeptStore) -> Result<Vipps, Failure> {
        Ok(self.vipps_with(store.sales_unit()?, self.keys(store).await?))
    }

    /// Speaks for the sales unit `msn` with these keys.
    pub(crate) fn vipps_with(&self, msn: Msn, keys: Keys) -> Vipps {
        let config = Config { base_url: self.0.reach.base_url.clone(), msn, keys, system: System::default() };
        Vipps::new(self.0.reach.transport.clone(), config)
    }

    /// Speaks for the partner whose keys these are.
    pub(crate) fn partner_with(&self, keys: Keys) -> vipps::Partner {
        let Reach { transport, base_url, .. } = &self.0.reach;
        vipps::Partner::new(transport.clone(), base_url.clone(), keys, System::default())
    }

    /// The partner's keys, as they are now.
    pub(crate) fn partner_keys(&self) -> Result<Option<Keys>, Failure> {
        self.0.reach.partner.keys()
    }

    async fn open(&self, store: &KeptStore) -> Result<Option<Counter>, Failure> {
        let database = &self.0.database;
        let Some(lease) = leases::take(database, self.0.between.name(), &store.store.msn).await? else {
            return Ok(None);
        };
        let vipps = self.vipps(store).await?;
        let journal = DatabaseJournal::new(database.clone(), &store.store.msn, lease.clone());
        let journal: Arc<dyn Journal> = Arc::new(journal);
        let parts = Parts {
            settings: settings(store, self.0.reach.environment),
            journal: journal.clone(),
            consents: None,
            rails: rails(vipps),
            clock: Arc::new(Clock::of_the_system()),
            randomness: Randomness::of_the_system(),
        };
        let till = Till::open(parts)
            .await
            .map_err(|error| Failure::internal("the journal of a sales unit can't be used", error))?;
        Ok(Some(Counter { till, journal, lease }))
    }

    /// The store's own keys, or the partner's.
    async fn keys(&self, store: &KeptStore) -> Result<Keys, Failure> {
        let sealed: Option<String> = sqlx::query_scalar("SELECT keys FROM stores WHERE id = $1")
            .bind(store.store.id.clone())
            .fetch_one(self.0.database.reader())
            .await?;
        let Some(sealed) = sealed else {
            let detail = format!("the hub has no keys for {}, and no partner keys", store.store.id);
            return self.partner_keys()?.ok_or_else(|| Failure::refused(Code::HubNotSetUp, detail));
        };
        let text = self.0.seal.unseal(&store.store.id, &sealed).ok_or_else(|| {
            let detail = format!("the keys of {} were sealed with another hub key", store.store.id);
            Failure::refused(Code::HubNotSetUp, detail)
        })?;
        let keys: SealedKeys = serde_json::from_str(&text)
            .map_err(|error| Failure::internal("sealed keys are garbled", error))?;
        Keys::new(keys.client_id, keys.client_secret, keys.subscription_key)
            .map_err(|error| Failure::refused(Code::HubNotSetUp, error.to_string()))
    }
}

/// Waits for the database, but not for ever: what breaks between the two may leave no word behind.
async fn patiently<T>(of: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    let silent = |error| Failure::internal("the database does not answer", error);
    timeout(PATIENCE, of).await.map_err(silent)?
}

enum Outcome {
    Made,
    Refused(Code),
}

/// What came of the refund that was asked for as `id`, and what has been given back of the payment in all.
async fn outcome(
    journal: &dyn Journal,
    reference: &Reference,
    id: &str,
) -> Result<Option<(Outcome, u64)>, Failure> {
    let unavailable = |error| Failure::internal("the journal can't be used", error);
    let story = journal.story(reference).await.map_err(unavailable)?;
    let entries = story.into_iter().flat_map(|story| story.entries).map(|entry| (entry.at, entry.fact));
    let payment =
        Payment::replay(entries).map_err(|error| Failure::internal("a story can't be read", error))?;
    let named =
        |asked: &&payment::Modification| asked.request.as_ref().is_some_and(|request| request.key == id);
    let refunded = payment.money().refunded;
    Ok(match payment.refunds().find(named).map(|refund| &refund.state) {
        Some(ModificationState::Made) => Some((Outcome::Made, refunded)),
        Some(ModificationState::Refused(cause)) => {
            Some((Outcome::Refused(read(cause.name()).unwrap_or(Code::Unclear)), refunded))
        }
        Some(ModificationState::Asked) | None => None,
    })
}

fn settings(store: &KeptStore, environment: Environment) -> TillSettings {
    TillSettings {
        shop: store.store.name.clone(),
        language: Language::En,
        msn: store.store.msn.clone(),
        currency: store.currency,
        environment,
        result_stays: TillSettings::RESULT_STAYS,
        tax_rates: Vec::new(),
        links: ShopLinks::default(),
    }
}

/// A refund is made on the rail that the payment ran on. Nothing is created, so nobody is sent anywhere.
fn rails(vipps: Vipps) -> Rails {
    let (page, qr_hosts) = (THANK_YOU_PAGE.to_owned(), QrHosts::Official);
    let ecom =
        EcomSettings { fall_back: page.clone(), callback_prefix: page.clone(), auth_token: None, qr_hosts };
    let epayment = EpaymentSettings { return_url: page, qr_hosts };
    Rails::of(Arc::new(Epayment::new(vipps.clone(), epayment))).and(Arc::new(Ecom::new(vipps, ecom)))
}
