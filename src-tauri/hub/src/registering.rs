//! Sees to it that Vipps MobilePay tells the hub what happens: which registrations there must be, and with whose keys.
//!
//! A sales unit with keys of its own here has a registration of its own. For all others the partner has one. The partner's
//! tells of sales units with keys of their own as well; what is told twice is heard once.

use std::collections::BTreeMap;
use std::time::Duration;

use contract::Code;
use tokio::sync::Mutex;
use tokio::time::{Instant, sleep};
use vipps::{ExposeSecret, Keys, Url};

use crate::hearing::at;
use crate::registrations::{Owner, Standing};
use crate::{Failure, Hub, KeptStore, random};

/// How often registrations are looked after, and how soon again when something failed.
const LOOK_AFTER: Duration = Duration::from_hours(1);
const TRY_AGAIN: Duration = Duration::from_mins(5);
/// How often it is looked whether there are other stores, or other keys.
const LOOK: Duration = Duration::from_secs(5);

/// The partner's keys that the registration was looked after with last, as long as this hub runs. When they have changed it
/// is looked whether the partner has, and what was registered with them can be ended.
#[derive(Debug, Default)]
pub(crate) struct PartnerBefore(Mutex<Option<Keys>>);

/// A store of each sales unit that has keys of its own here.
type OwnKeys<'a> = BTreeMap<&'a str, &'a KeptStore>;

impl Hub {
    /// Makes sure that every sales unit of a store tells the hub what happens, as far as keys are here. Looks after it once
    /// an hour, and within some seconds when stores or keys have come or gone. Without a public address there is nothing to
    /// do.
    pub async fn keep_registered(&self) {
        let (mut seen, mut due) = (None, Instant::now());
        while self.0.public.is_some() {
            let now = self.who_has_keys().await.ok();
            if due <= Instant::now() || (now.is_some() && now != seen) {
                let went_well = self.register_all().await;
                due = Instant::now() + if went_well { LOOK_AFTER } else { TRY_AGAIN };
                seen = now;
            }
            sleep(LOOK).await;
        }
    }

    /// The same, once. False when something failed; then it has been logged, and tills poll all the same.
    pub async fn register_all(&self) -> bool {
        let Some(public) = self.0.public.clone() else { return true };
        let stores = match self.stores().await {
            Ok(stores) => stores,
            Err(error) => {
                tracing::error!(%error, "it is not known which stores there are");
                return false;
            }
        };
        let own = own_keys(&stores);
        let mut went_well = true;
        for (msn, store) in &own {
            let done = self.ensure_sales_unit(&public, store).await;
            went_well &= said(&done.map(|standing| standing.is_new), msn);
        }
        let others = stores.iter().filter(|store| !own.contains_key(store.store.msn.as_str())).count();
        let done = self.look_after_partner(&public, &own, others).await;
        went_well & said(&done, "partner")
    }

    /// Makes sure that the hub is told what happens to the sales unit of `store`.
    pub(crate) async fn ensure_registered(
        &self,
        public: &Url,
        store: &KeptStore,
    ) -> Result<Standing, Failure> {
        let stores = self.stores().await?;
        if let Some(keyed) = own_keys(&stores).get(store.store.msn.as_str()) {
            return self.ensure_sales_unit(public, keyed).await;
        }
        let detail = || format!("the hub has no keys for {}, and no partner keys", store.store.id);
        let keys =
            self.0.engine.partner_keys()?.ok_or_else(|| Failure::refused(Code::HubNotSetUp, detail()))?;
        self.ensure_partner(public, keys).await
    }

    async fn ensure_sales_unit(&self, public: &Url, store: &KeptStore) -> Result<Standing, Failure> {
        let owner = Owner::SalesUnit(store.sales_unit()?);
        let vipps = self.0.engine.vipps(store).await?;
        self.0.registrations.ensure(vipps.webhooks(), &owner, &at(public, &owner.path())?).await
    }

    async fn ensure_partner(&self, public: &Url, keys: Keys) -> Result<Standing, Failure> {
        let partner = self.0.engine.partner_with(keys);
        let url = at(public, &Owner::Partner.path())?;
        self.0.registrations.ensure(partner.webhooks(), &Owner::Partner, &url).await
    }

    /// Looks after the registration of the partner, who serves `others` stores. True when it was made anew.
    async fn look_after_partner(
        &self,
        public: &Url,
        own: &OwnKeys<'_>,
        others: usize,
    ) -> Result<bool, Failure> {
        let now = self.0.engine.partner_keys()?;
        let mut before = self.0.partner_before.0.lock().await;
        let Some(keys) = now else {
            if others > 0 {
                tracing::warn!(
                    stores = others,
                    "the hub has no keys for some stores, so it may not be told of their payments; tills poll all the same"
                );
            }
            if let Some(gone) = before.clone() {
                self.leave_partner(public, gone).await?;
                *before = None;
            }
            return Ok(false);
        };
        if others == 0 {
            self.end_partner(public, keys.clone()).await?;
            *before = Some(keys);
            return Ok(false);
        }
        let is_new = self.ensure_partner(public, keys.clone()).await?.is_new;
        let other = before.replace(keys.clone()).filter(|before| is_new && !are_same(before, &keys));
        if let Some(other) = other {
            self.clear_up(public, other).await;
        }
        self.end_sales_units(public, own, &keys).await?;
        Ok(is_new)
    }

    /// Ends what was registered for sales units with the partner's keys, or with keys that they have no more: the partner's
    /// registration tells of them.
    async fn end_sales_units(&self, public: &Url, own: &OwnKeys<'_>, keys: &Keys) -> Result<(), Failure> {
        let theirs = self.0.registrations.sales_units().await?;
        for msn in theirs.into_iter().filter(|msn| !own.contains_key(msn.as_str())) {
            let vipps = self.0.engine.vipps_with(msn.clone(), keys.clone());
            let owner = Owner::SalesUnit(msn);
            let url = at(public, &owner.path())?;
            self.0.registrations.end_for(vipps.webhooks(), &owner, &url).await?;
        }
        Ok(())
    }

    /// Ends the partner's registration, if there is one: every store has keys of its own.
    async fn end_partner(&self, public: &Url, keys: Keys) -> Result<(), Failure> {
        if !self.0.registrations.has(&Owner::Partner).await? {
            return Ok(());
        }
        let partner = self.0.engine.partner_with(keys);
        let url = at(public, &Owner::Partner.path())?;
        self.0.registrations.end_for(partner.webhooks(), &Owner::Partner, &url).await
    }

    /// The partner's keys, which were `gone` a moment ago, have been taken from the hub. What cannot be ended with them any
    /// more is not believed from now on, and ends by itself after two weeks.
    async fn leave_partner(&self, public: &Url, gone: Keys) -> Result<(), Failure> {
        if let Err(error) = self.end_partner(public, gone).await {
            tracing::warn!(%error, "the registration of a partner who has left can't be ended");
            self.0.registrations.forget(&Owner::Partner).await?;
        }
        Ok(())
    }

    /// Deletes what was registered with the keys `before` of another partner.
    async fn clear_up(&self, public: &Url, before: Keys) {
        let partner = self.0.engine.partner_with(before);
        let cleared = async {
            let url = at(public, &Owner::Partner.path())?;
            self.0.registrations.clear(partner.webhooks(), &Owner::Partner, &url).await
        };
        if let Err(error) = cleared.await {
            tracing::warn!(%error, "the registration of the partner before can't be ended; what it tells is not believed");
        }
    }

    /// What says whether there are other stores, or other keys, than a moment ago.
    async fn who_has_keys(&self) -> Result<String, Failure> {
        let mut text = String::new();
        for KeptStore { store, has_keys, .. } in self.stores().await? {
            text.extend([store.id.as_str(), " ", store.msn.as_str(), if has_keys { " own\n" } else { "\n" }]);
        }
        text.extend(self.0.engine.partner_keys()?.iter().map(print_of));
        Ok(random::digest(&text))
    }
}

fn own_keys(stores: &[KeptStore]) -> OwnKeys<'_> {
    let with_keys = stores.iter().filter(|store| store.has_keys);
    with_keys.map(|store| (store.store.msn.as_str(), store)).collect()
}

fn are_same(one: &Keys, other: &Keys) -> bool {
    print_of(one) == print_of(other)
}

/// What tells keys from others without being them.
fn print_of(keys: &Keys) -> String {
    let Keys { client_id, client_secret, subscription_key } = keys;
    let parts = [client_id, client_secret.expose_secret(), subscription_key.expose_secret()];
    random::digest(&parts.join("\n"))
}

/// Logs how looking after a registration went. False when it failed.
fn said(done: &Result<bool, Failure>, whose: &str) -> bool {
    match done {
        Ok(true) => tracing::info!(whose, "webhooks were registered"),
        Ok(false) => {}
        Err(error) => {
            tracing::warn!(whose, %error, "webhooks are not registered; tills poll all the same");
        }
    }
    done.is_ok()
}
