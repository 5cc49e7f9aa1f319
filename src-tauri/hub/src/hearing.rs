//! What the world tells a hub, and how its tills hear of it.

use std::sync::atomic::{AtomicU64, Ordering};

use axum::http::HeaderMap;
use contract::Code;
use vipps::{Msn, Url};

use crate::hints::{self, Hint};
use crate::registrations::Owner;
use crate::{Failure, Hub};

/// An address below `public`.
pub(crate) fn at(public: &Url, path: &str) -> Result<Url, Failure> {
    let text = format!("{}/{path}", public.as_str().trim_end_matches('/'));
    Url::parse(&text).map_err(|error| Failure::internal("the public address can't be used", error))
}

/// What a hub was told since it was started, counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Hints {
    /// It was believed and is on disk.
    pub taken: u64,
    /// So much of that had been heard before, and was told to nobody again.
    pub twice: u64,
    /// It was genuine, and of a sales unit of the partner that is no store here. It was acknowledged and is not kept.
    pub unknown: u64,
    /// It was not believed.
    pub refused: u64,
}

/// The same while it is counted.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    taken: AtomicU64,
    twice: AtomicU64,
    unknown: AtomicU64,
    refused: AtomicU64,
}

/// What became of something that was told.
enum Outcome {
    New,
    Twice,
    Unknown,
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
        self.told(hint.map(Some)).await
    }

    /// Takes a delivery of a webhook of the sales unit `msn`, and tells its tills. It is on disk when this returns.
    ///
    /// # Errors
    /// When it is not signed with the secret of that registration, or tells of another sales unit.
    pub async fn webhook(&self, msn: &str, headers: &HeaderMap, body: &[u8]) -> Result<(), Failure> {
        let unknown = |_| Failure::refused(Code::TokenInvalid, "there is no such sales unit");
        let hint = match Msn::parse(msn).map_err(unknown) {
            Ok(msn) => self.proven(&Owner::SalesUnit(msn), headers, body).await,
            Err(failure) => Err(failure),
        };
        self.told(hint).await
    }

    /// Takes a delivery of the webhook of the whole partner, and tells the tills of the sales unit that it is about. It is on
    /// disk when this returns, unless that sales unit is no store here.
    ///
    /// # Errors
    /// When it is not signed with the secret of that registration.
    pub async fn partner_webhook(&self, headers: &HeaderMap, body: &[u8]) -> Result<(), Failure> {
        self.told(self.proven(&Owner::Partner, headers, body).await).await
    }

    async fn proven(&self, owner: &Owner, headers: &HeaderMap, body: &[u8]) -> Result<Option<Hint>, Failure> {
        let proof = self.0.registrations.proof(owner).await?;
        hints::webhook(&self.0.database, owner, &proof, headers, body, self.now()).await
    }

    async fn told(&self, hint: Result<Option<Hint>, Failure>) -> Result<(), Failure> {
        let kept = match hint {
            // Whoever told may hang up, and then the till is told all the same.
            Ok(Some(hint)) => {
                let hub = self.clone();
                let keeping = tokio::spawn(async move { hub.keep(hint).await });
                keeping.await.map_err(|error| Failure::internal("a hint can't be kept", error)).flatten()
            }
            // Refused, it would be tried again for a week, and a registration of which nothing is taken is deleted.
            Ok(None) => Ok(Outcome::Unknown),
            Err(failure) => Err(failure),
        };
        let count = |number: &AtomicU64| number.fetch_add(1, Ordering::Relaxed) + 1;
        let tally = &self.0.tally;
        match kept {
            Ok(outcome) => {
                match outcome {
                    Outcome::New => count(&tally.taken),
                    Outcome::Twice => {
                        count(&tally.twice);
                        count(&tally.taken)
                    }
                    Outcome::Unknown => count(&tally.unknown),
                };
                Ok(())
            }
            Err(failure) => {
                let count = count(&tally.refused);
                tracing::warn!(%failure, count, "what was told to the hub is not believed");
                Err(failure)
            }
        }
    }

    /// Keeps it, together with what the other hubs are told. What was heard before is told to nobody.
    async fn keep(&self, Hint { row, tills, news }: Hint) -> Result<Outcome, Failure> {
        let words = self.0.between.words(&tills, &news)?;
        if !self.0.inbox.keep(row, words).await? {
            return Ok(Outcome::Twice);
        }
        for till in &tills {
            self.0.between.tell_here(till, news.clone());
        }
        Ok(Outcome::New)
    }

    /// What the hub was told since it was started, counted.
    pub fn hints(&self) -> Hints {
        let Tally { taken, twice, unknown, refused } = &self.0.tally;
        let [taken, twice, unknown, refused] =
            [taken, twice, unknown, refused].map(|number| number.load(Ordering::Relaxed));
        Hints { taken, twice, unknown, refused }
    }
}
