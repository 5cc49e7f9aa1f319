//! The central service of a chain of stores.
//!
//! A till sees its own sales unit and no other, holds no partner keys (contract 5.4) and has no address that anybody could
//! call. A hub does: tills tell it everything that they write down, and ask it for what they can't do themselves: to find
//! the payments of other stores, and to give money back for them (contract 5.3).
//!
//! It decides nothing about money of its own: refunds are made by the engine of [`till`], with the keys of the sales unit
//! that took the payment. It knows neither windows nor what a POS is.

mod adopted;
mod audit;
mod auditors;
mod between;
mod codes;
mod counter_codes;
mod database;
mod engine;
mod entries;
mod hearing;
mod hints;
mod http;
mod inbox;
mod journal;
mod leases;
mod lines;
mod partner;
mod payments;
mod people;
mod random;
mod redirect_codes;
mod refunds;
mod refusal;
mod registering;
mod registrations;
mod sale_log;
mod sales_units;
mod sealing;
mod serve;
#[cfg(test)]
#[path = "../tests/on_a_server/server.rs"]
mod server;
mod settings;
mod shared_key;
mod statement;
mod stores;
mod tills;
mod tries;

use std::sync::Arc;
use std::time::Duration;

use contract::{
    ChainFound, ChainRefund, ChainRefundView, ChainSearch, Heard, Join, Joined, Language, ModificationStatus,
    News, Store, Telling,
};
use till::Clock;
use tokio::sync::{broadcast, watch};
use vipps::{Keys, Url};

pub use crate::audit::Note;
pub use crate::auditors::KeptAuditor;
use crate::between::Between;
pub use crate::codes::{KeptCode, NewCode};
pub use crate::counter_codes::Printable;
pub use crate::database::Database;
use crate::engine::Engine;
pub use crate::engine::Reach;
pub use crate::hearing::Hints;
use crate::hearing::Tally;
use crate::inbox::Inbox;
use crate::lines::Line;
pub use crate::partner::Partner;
pub use crate::people::KeptPerson;
use crate::refunds::Desk;
pub use crate::refunds::Limits;
pub use crate::refusal::Failure;
use crate::registering::PartnerBefore;
use crate::registrations::Registrations;
use crate::sale_log::Entrance;
pub use crate::sales_units::{KeptUnit, Which};
pub use crate::sealing::Seal;
pub use crate::serve::{Tls, listen, serve};
pub use crate::settings::{FILE as SETTINGS_FILE, Settings, SettingsError};
use crate::stores::SealedKeys;
pub use crate::stores::{KeptStore, NewStore};
pub use crate::tills::{JoinCode, KeptTill};
use crate::tries::Door;

/// How many characters a hub is called by among others.
const NAME_CHARS: usize = 16;
/// How long whoever waits for a refund rests when nobody wakes it.
const LOOK_TIME: Duration = Duration::from_secs(5);

/// A hub. Clones are the same hub.
#[derive(Clone)]
pub struct Hub(Arc<Inner>);

struct Inner {
    database: Database,
    clock: Arc<Clock>,
    seal: Seal,
    engine: Engine,
    between: Between,
    inbox: Inbox,
    desk: Desk,
    language: Language,
    /// Where the world reaches it, if it does.
    public: Option<Url>,
    /// True while tills may listen.
    streams: watch::Sender<bool>,
    /// What was told to the hub since it was started, counted.
    tally: Tally,
    registrations: Registrations,
    /// The partner's keys that the registration was looked after with last.
    partner_before: PartnerBefore,
    /// How often codes to join with were wrong lately.
    guesses: http::Guesses,
    /// Where auditors come in.
    entrance: Entrance,
}

/// What a hub is made of.
pub struct Parts {
    /// Where it remembers.
    pub database: Database,
    /// What time it is.
    pub clock: Arc<Clock>,
    /// What keys of stores are sealed with.
    pub seal: Seal,
    /// What it reaches Vipps MobilePay with.
    pub reach: Reach,
    /// How much may be given back for other stores.
    pub limits: Limits,
    /// The language of problems.
    pub language: Language,
    /// Where the world reaches it, if it does: callbacks and webhooks come there.
    pub public: Option<Url>,
}

impl Hub {
    /// A hub that makes no refunds yet; see [`Hub::make_refunds`].
    pub fn new(parts: Parts) -> Hub {
        let name = random::text(NAME_CHARS)
            .unwrap_or_else(|_| format!("{}-{}", std::process::id(), parts.clock.now().0));
        let between = Between::new(parts.database.clone(), parts.seal.clone(), name);
        let engine = Engine::new(&parts, between.clone());
        let registrations = Registrations::new(parts.database.clone(), parts.seal.clone());
        let desk = Desk { database: parts.database.clone(), limits: parts.limits, door: Door::default() };
        Hub(Arc::new(Inner {
            inbox: Inbox::new(parts.database.clone()),
            database: parts.database,
            clock: parts.clock,
            seal: parts.seal,
            engine,
            between,
            desk,
            language: parts.language,
            public: parts.public,
            streams: watch::Sender::new(true),
            tally: Tally::default(),
            registrations,
            partner_before: PartnerBefore::default(),
            guesses: http::Guesses::default(),
            entrance: Entrance::default(),
        }))
    }

    /// Whether it has the key of the other hubs on its database. Whoever begins one asks first.
    ///
    /// # Errors
    /// When it has another.
    pub async fn check_key(&self) -> Result<(), Failure> {
        shared_key::check(&self.0.database, &self.0.seal).await
    }

    /// Makes the refunds that were asked for, and hears what other hubs on the same database say, for ever. Of several hubs
    /// one makes the refunds of a sales unit; when it ends or is cut off, another goes on.
    pub async fn make_refunds(&self) {
        let Inner { engine, between, .. } = &*self.0;
        tokio::join!(engine.run(), engine.keep_leases(), between.listen());
    }

    /// Lets other hubs go on at once with what this one was about to make. Nobody runs [`Hub::make_refunds`] any more.
    pub async fn let_go(&self) -> Result<(), Failure> {
        self.0.engine.let_go().await
    }

    /// Tells `till`, whichever hub on this database it listens to. It is told once and not kept: a till that does not
    /// listen finds out by itself.
    ///
    /// # Errors
    /// When the other hubs can't be told. Those who listen to this one have heard it all the same.
    pub async fn publish_news(&self, till: &str, news: News) -> Result<(), Failure> {
        self.0.between.publish(till, news).await
    }

    /// What is told to tills from now on, through whichever hub: the till, and the news.
    pub fn news(&self) -> broadcast::Receiver<(String, News)> {
        self.0.between.news()
    }

    /// All stores.
    pub async fn stores(&self) -> Result<Vec<KeptStore>, Failure> {
        stores::all(self.0.database.reader()).await
    }

    /// Adds a store.
    ///
    /// # Errors
    /// When its names can't be, when the short name is taken, or when its references could be taken for those of another
    /// store of the same sales unit.
    pub async fn add_store(&self, new: &NewStore) -> Result<(), Failure> {
        stores::add(&self.0.database, new, self.now()).await
    }

    /// Keeps a store's own keys, sealed.
    pub async fn set_keys(
        &self,
        store: &str,
        client_id: &str,
        client_secret: &str,
        subscription_key: &str,
    ) -> Result<(), Failure> {
        let trimmed = |text: &str| text.trim().to_owned();
        Keys::new(client_id, client_secret, subscription_key)
            .map_err(|error| Failure::refused(contract::Code::RequestInvalid, error.to_string()))?;
        let keys = SealedKeys {
            client_id: trimmed(client_id),
            client_secret: trimmed(client_secret),
            subscription_key: trimmed(subscription_key),
        };
        let text = serde_json::to_string(&keys)
            .map_err(|error| Failure::internal("keys can't be written", error))?;
        let sealed = self.0.seal.seal(store, &text);
        let sealed = sealed
            .ok_or_else(|| Failure::internal("keys can't be sealed", "the system gives no randomness"))?;
        stores::keep_keys(&self.0.database, store, &sealed, self.now()).await
    }

    /// A code that lets one till of `store` in, which people will call `name`. It is good once, for 15 minutes.
    pub async fn join_code(&self, store: &str, name: &str) -> Result<JoinCode, Failure> {
        tills::make_code(&self.0.database, store, name, self.now()).await
    }

    /// Lets in a till that knows a code.
    pub async fn join(&self, join: &Join) -> Result<Joined, Failure> {
        let callbacks = self.0.public.as_ref().map(|public| hearing::at(public, "callbacks")).transpose()?;
        tills::join(&self.0.database, join, callbacks.as_ref(), self.now()).await
    }

    /// All tills.
    pub async fn tills(&self) -> Result<Vec<KeptTill>, Failure> {
        tills::all(self.0.database.reader()).await
    }

    /// Shuts a till out, from now on.
    pub async fn revoke(&self, till: &str) -> Result<(), Failure> {
        tills::revoke(&self.0.database, till, self.now()).await
    }

    /// Which till has this key, and the store that it stands in.
    pub async fn till_of_key(&self, key: &str) -> Result<(String, Store), Failure> {
        tills::by_key(self.0.database.reader(), key).await
    }

    /// Takes what a till tells. Gives how much of its journal is here then; see [`Telling`].
    pub async fn take(&self, till: &str, store: &Store, telling: &Telling) -> Result<Heard, Failure> {
        entries::take(&self.0.database, till, store, telling, self.now()).await
    }

    /// The payments of all stores that were looked for, newest request first.
    pub async fn search(&self, search: &ChainSearch) -> Result<ChainFound, Failure> {
        payments::search(&self.0.database, search).await
    }

    /// Adds a person who may give money back for other stores, or gives one another name or PIN.
    pub async fn set_person(&self, person: &KeptPerson, pin: &str) -> Result<(), Failure> {
        people::set(&self.0.database, person, pin, self.now()).await
    }

    /// Forgets a person.
    pub async fn remove_person(&self, id: &str) -> Result<(), Failure> {
        people::remove(&self.0.database, id, self.now()).await
    }

    /// All people.
    pub async fn people(&self) -> Result<Vec<KeptPerson>, Failure> {
        people::all(self.0.database.reader()).await
    }

    /// Asks, through the till `by`, for money of some store's payment to be given back. It is on disk when this returns.
    /// The same request under the same key gives the same refund, for ever: the flag says that it is not new.
    pub async fn refund(
        &self,
        by: &str,
        key: &str,
        asked: &ChainRefund,
    ) -> Result<(ChainRefundView, bool), Failure> {
        let (id, again) = refunds::ask(&self.0.desk, by, key, asked, self.now()).await?;
        self.0.between.say_asked();
        Ok((self.refund_of(by, &id).await?, again))
    }

    /// A refund that the till `by` asked for.
    pub async fn refund_of(&self, by: &str, id: &str) -> Result<ChainRefundView, Failure> {
        refunds::view(&self.0.database, self.0.language, by, id).await
    }

    /// The same once it has ended, or after `wait`.
    pub async fn refund_when_ended(
        &self,
        by: &str,
        id: &str,
        wait: Duration,
    ) -> Result<ChainRefundView, Failure> {
        let until = tokio::time::Instant::now() + wait;
        loop {
            let ended = self.0.between.ended().notified();
            let view = self.refund_of(by, id).await?;
            let now = tokio::time::Instant::now();
            if view.status != ModificationStatus::Asked || now >= until {
                return Ok(view);
            }
            // Another hub that has ended it may have told nobody.
            let _ = tokio::time::timeout_at(until.min(now + LOOK_TIME), ended).await;
        }
    }

    /// The newest lines of the audit trail, newest first.
    pub async fn audit(&self, limit: u32) -> Result<Vec<Note>, Failure> {
        audit::newest(self.0.database.reader(), limit).await
    }

    /// Milliseconds since 1970-01-01 UTC.
    fn now(&self) -> i64 {
        self.0.clock.now().0
    }

    pub(crate) fn language(&self) -> Language {
        self.0.language
    }

    /// A line over which the till `till` hears what is told to it.
    pub(crate) fn lay_line(&self, till: &str) -> Line {
        self.0.between.lines().lay(till)
    }

    /// Ends the lines of tills that are shut out, for ever.
    pub(crate) async fn watch_lines(&self) {
        self.0.between.lines().watch(&self.0.database).await;
    }

    pub(crate) fn streams(&self) -> &watch::Sender<bool> {
        &self.0.streams
    }

    pub(crate) fn guesses(&self) -> &http::Guesses {
        &self.0.guesses
    }
}
