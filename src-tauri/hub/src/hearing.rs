//! What the world tells a hub, and how its tills hear of it.

use std::sync::atomic::Ordering;
use std::time::Duration;

use axum::http::HeaderMap;
use vipps::Url;

use crate::hints::{self, Hint};
use crate::registrations;
use crate::{Failure, Hub, KeptStore};

/// How often registrations are looked after.
const REGISTER_AGAIN: Duration = Duration::from_hours(1);

/// An address below `public`.
pub(crate) fn at(public: &Url, path: &str) -> Result<Url, Failure> {
    let text = format!("{}/{path}", public.as_str().trim_end_matches('/'));
    Url::parse(&text).map_err(|error| Failure::internal("the public address can't be used", error))
}

impl Hub {
    /// Takes a callback of eCom about the payment `reference` of `till`, and tells the till. It is on disk when this returns.
    ///
    /// # Errors
    /// When it does not come with the till's token.
    pub async fn callback(
        &self,
        till: &str,
        token: &str,
        reference: &str,
        body: &[u8],
    ) -> Result<(), Failure> {
        let hint = hints::callback(&self.0.database, till, token, reference, body, self.now()).await;
        self.told(hint).await
    }

    /// Takes a delivery of a webhook of the sales unit `msn`, and tells its tills. It is on disk when this returns.
    ///
    /// # Errors
    /// When it is not signed with the secret of that registration.
    pub async fn webhook(&self, msn: &str, headers: &HeaderMap, body: &[u8]) -> Result<(), Failure> {
        let hint = async {
            let (secret, url) = registrations::secret(&self.0.database, &self.0.seal, msn).await?;
            hints::webhook(&self.0.database, &secret, &url, headers, body, self.now()).await
        };
        self.told(hint.await).await
    }

    async fn told(&self, hint: Result<Hint, Failure>) -> Result<(), Failure> {
        let (taken, refused) = &self.0.hints;
        let kept = match hint {
            // Whoever told may hang up, and then the till is told all the same.
            Ok(hint) => {
                let hub = self.clone();
                let keeping = tokio::spawn(async move { hub.keep(hint).await });
                keeping.await.map_err(|error| Failure::internal("a hint can't be kept", error)).flatten()
            }
            Err(failure) => Err(failure),
        };
        match kept {
            Ok(()) => {
                taken.fetch_add(1, Ordering::Relaxed);
                Ok(())
            }
            Err(failure) => {
                let count = refused.fetch_add(1, Ordering::Relaxed) + 1;
                tracing::warn!(%failure, count, "what was told to the hub is not believed");
                Err(failure)
            }
        }
    }

    /// Keeps it, together with what the other hubs are told. What was heard before is told to nobody.
    async fn keep(&self, Hint { row, tills, news }: Hint) -> Result<(), Failure> {
        let words = self.0.between.words(&tills, &news)?;
        if self.0.inbox.keep(row, words).await? {
            for till in &tills {
                self.0.between.tell_here(till, news.clone());
            }
        }
        Ok(())
    }

    /// How much of what was told to the hub it has taken, and how much it has not believed, since it was started.
    pub fn hints(&self) -> (u64, u64) {
        (self.0.hints.0.load(Ordering::Relaxed), self.0.hints.1.load(Ordering::Relaxed))
    }

    /// Makes sure that every sales unit whose keys are here tells the hub what happens, and looks after it once an hour.
    /// Without a public address there is nothing to do.
    pub async fn keep_registered(&self) {
        while self.0.public.is_some() {
            self.register_all().await;
            tokio::time::sleep(REGISTER_AGAIN).await;
        }
    }

    /// The same, once.
    pub async fn register_all(&self) {
        let Some(public) = self.0.public.clone() else { return };
        match self.stores().await {
            Ok(stores) => {
                for store in stores {
                    self.register(&public, &store).await;
                }
            }
            Err(error) => tracing::error!(%error, "it is not known which stores there are"),
        }
    }

    /// Makes sure that the sales unit of `store` tells the hub, at `public`. True when it was registered anew.
    pub(crate) async fn ensure_registered(&self, public: &Url, store: &KeptStore) -> Result<bool, Failure> {
        let msn = &store.store.msn;
        let url = at(public, &format!("webhooks/{msn}"))?;
        let vipps = self.0.engine.vipps(store).await?;
        registrations::ensure(&self.0.database, &self.0.seal, &vipps, msn, &url).await
    }

    async fn register(&self, public: &Url, store: &KeptStore) {
        let msn = &store.store.msn;
        match self.ensure_registered(public, store).await {
            Ok(true) => tracing::info!(msn, "webhooks were registered"),
            Ok(false) => {}
            Err(error) => tracing::warn!(msn, %error, "webhooks are not registered; tills poll all the same"),
        }
    }
}
