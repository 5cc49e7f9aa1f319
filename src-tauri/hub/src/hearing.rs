//! What the world tells a hub, and how its tills hear of it.

use std::sync::atomic::Ordering;
use std::time::Duration;

use axum::http::HeaderMap;
use contract::News;
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
        self.told(hint)
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
        self.told(hint.await)
    }

    fn told(&self, hint: Result<Option<Hint>, Failure>) -> Result<(), Failure> {
        let (taken, refused) = &self.0.hints;
        match hint {
            Ok(hint) => {
                taken.fetch_add(1, Ordering::Relaxed);
                if let Some(Hint { tills, news }) = hint {
                    let hub = self.clone();
                    // Whoever told is answered at once, whether or not the other hubs can be reached.
                    tokio::spawn(async move { hub.tell(&tills, &news).await });
                }
                Ok(())
            }
            Err(failure) => {
                let count = refused.fetch_add(1, Ordering::Relaxed) + 1;
                tracing::warn!(%failure, count, "what was told to the hub is not believed");
                Err(failure)
            }
        }
    }

    async fn tell(&self, tills: &[String], news: &News) {
        for till in tills {
            if let Err(error) = self.publish_news(till, news.clone()).await {
                tracing::warn!(till, %error, "not every hub has heard the news; the till finds out by itself");
            }
        }
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

    async fn register(&self, public: &Url, store: &KeptStore) {
        let msn = &store.store.msn;
        let ensured = async {
            let url = at(public, &format!("webhooks/{msn}"))?;
            let vipps = self.0.engine.vipps(store).await?;
            registrations::ensure(&self.0.database, &self.0.seal, &vipps, msn, &url).await
        };
        match ensured.await {
            Ok(true) => tracing::info!(msn, "webhooks were registered"),
            Ok(false) => {}
            Err(error) => tracing::warn!(msn, %error, "webhooks are not registered; tills poll all the same"),
        }
    }
}
