//! The hub's own registrations for webhooks, made and renewed by itself: one for each sales unit that has keys of its own
//! here, and one for all that the partner's keys serve (contract 1.6).
//!
//! Registrations that were dead for two weeks are deleted by Vipps MobilePay, and a secret is told once. So the list is
//! read; what is not there, or has another address, is registered anew, and what is there without a secret here is deleted.
//! What is somebody else's is left alone: it has an address that is not the hub's.
//!
//! Two hubs, or a hub and a command, that did this at the same time would take each other's new registration for one whose
//! secret is lost. So each change is made in a [turn](leases::turn).

mod plan;

use std::time::Duration;

use contract::Code;
use tokio::time::{Instant, sleep, timeout};
use vipps::{Meaning, Msn, SecretString, Url, Webhooks};

use crate::database::Database;
use crate::leases::{self, Lease, TURN_TIME};
use crate::refusal::Failure;
use crate::sealing::Seal;
use plan::{Known, Plan, is_ours};

/// What the partner's registration is kept under, where others have the number of their sales unit. It is no such number.
const PARTNER: &str = "partner";
/// How long a change may take; a turn is longer.
const CHANGE_TIME: Duration = Duration::from_secs(45);
const _: () = assert!(CHANGE_TIME.as_secs() < TURN_TIME.as_secs(), "nobody else begins before it ends");
/// How long a turn is waited for, and how often it is asked for.
const QUEUE_TIME: Duration = Duration::from_secs(20);
const ASK_AGAIN: Duration = Duration::from_millis(100);

/// Whose events a registration is for. The kinds are apart: each has an address and a secret of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Owner {
    /// One sales unit.
    SalesUnit(Msn),
    /// All sales units of the partner.
    Partner,
}

impl Owner {
    /// Where its deliveries come, below the public address.
    pub(crate) fn path(&self) -> String {
        match self {
            Owner::SalesUnit(msn) => format!("webhooks/{msn}"),
            Owner::Partner => "partner/webhooks".to_owned(),
        }
    }

    fn name(&self) -> &str {
        match self {
            Owner::SalesUnit(msn) => msn.as_str(),
            Owner::Partner => PARTNER,
        }
    }

    /// What its secret is sealed with beside the key.
    fn sealed_with(&self) -> String {
        match self {
            Owner::SalesUnit(msn) => format!("webhooks of {msn}"),
            Owner::Partner => "webhooks of the partner".to_owned(),
        }
    }
}

/// How a registration stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Standing {
    /// It was made just now.
    pub(crate) is_new: bool,
    /// It is told of scans of codes on counters. Only one may be, and somebody else may have been first (contract 0.8).
    pub(crate) hears_scans: bool,
}

/// What deliveries are proven with.
#[derive(Debug)]
pub(crate) struct Proof {
    pub(crate) secret: SecretString,
    /// The address that was registered.
    pub(crate) url: Url,
}

/// The registrations of a hub. Clones are the same.
#[derive(Clone, Debug)]
pub(crate) struct Registrations {
    database: Database,
    seal: Seal,
}

impl Registrations {
    pub(crate) fn new(database: Database, seal: Seal) -> Registrations {
        Registrations { database, seal }
    }

    /// Makes sure that the hub is told at `url` what happens to `owner`, whose keys `webhooks` has.
    pub(crate) async fn ensure(
        &self,
        webhooks: Webhooks<'_>,
        owner: &Owner,
        url: &Url,
    ) -> Result<Standing, Failure> {
        let plan = self.plan(webhooks, owner, url).await?;
        if plan.is_kept && plan.stale.is_empty() {
            return Ok(Standing { is_new: false, hears_scans: plan.hears_scans });
        }
        let turn = self.turn(owner).await?;
        let made = timeout(CHANGE_TIME, self.make(webhooks, owner, url, &turn)).await;
        self.end(&turn, made).await
    }

    async fn make(
        &self,
        webhooks: Webhooks<'_>,
        owner: &Owner,
        url: &Url,
        turn: &Lease,
    ) -> Result<Standing, Failure> {
        // Whoever was first may have done it.
        let plan = self.plan(webhooks, owner, url).await?;
        delete(webhooks, &plan.stale).await?;
        let hears_scans = plan.hears_scans;
        if plan.is_kept {
            return Ok(Standing { is_new: false, hears_scans });
        }
        let registered = webhooks.register(url, &plan.topics).await.map_err(failed)?;
        let secret = vipps::ExposeSecret::expose_secret(&registered.secret);
        let sealed = self.seal.seal(&owner.sealed_with(), secret);
        let sealed = sealed
            .ok_or_else(|| Failure::internal("a secret can't be sealed", "the system gives no randomness"))?;
        let mut change = self.database.change().await?;
        if !turn.hold(&mut change).await? {
            drop(change);
            delete(webhooks, &[registered.id]).await?;
            return Err(Failure::internal(WHAT, "it took too long, and another has begun"));
        }
        sqlx::query(
            "INSERT INTO registrations (msn, id, url, secret) VALUES ($1, $2, $3, $4)
             ON CONFLICT (msn) DO UPDATE SET id = excluded.id, url = excluded.url, secret = excluded.secret",
        )
        .bind(owner.name().to_owned())
        .bind(registered.id)
        .bind(url.to_string())
        .bind(sealed)
        .execute(&mut *change)
        .await?;
        change.commit().await?;
        Ok(Standing { is_new: true, hears_scans })
    }

    /// Deletes what the hub has made at `url` for `owner` and knows no secret of. With the keys of a partner who is one no
    /// more, that is all that is left of the time when it was.
    pub(crate) async fn clear(
        &self,
        webhooks: Webhooks<'_>,
        owner: &Owner,
        url: &Url,
    ) -> Result<(), Failure> {
        let turn = self.turn(owner).await?;
        let cleared = timeout(CHANGE_TIME, async {
            let plan = self.plan(webhooks, owner, url).await?;
            delete(webhooks, &plan.stale).await
        });
        let cleared = cleared.await;
        self.end(&turn, cleared).await
    }

    /// Ends the registration of `owner` at `url`, and forgets its secret: what still comes of it is not believed.
    pub(crate) async fn end_for(
        &self,
        webhooks: Webhooks<'_>,
        owner: &Owner,
        url: &Url,
    ) -> Result<(), Failure> {
        let turn = self.turn(owner).await?;
        let ended = timeout(CHANGE_TIME, async {
            let known = self.known(owner).await?;
            let there = webhooks.list().await.map_err(failed)?;
            let ours = there.iter().filter(|registration| is_ours(registration, known.as_ref(), url));
            let ours: Vec<String> = ours.map(|registration| registration.id.clone()).collect();
            delete(webhooks, &ours).await?;
            self.forget(owner).await
        });
        let ended = ended.await;
        self.end(&turn, ended).await
    }

    /// Forgets the secret of `owner`: what comes of its registration is not believed any more.
    pub(crate) async fn forget(&self, owner: &Owner) -> Result<(), Failure> {
        let mut change = self.database.change().await?;
        sqlx::query("DELETE FROM registrations WHERE msn = $1")
            .bind(owner.name().to_owned())
            .execute(&mut *change)
            .await?;
        Ok(change.commit().await?)
    }

    /// Whether there is one for `owner`.
    pub(crate) async fn has(&self, owner: &Owner) -> Result<bool, Failure> {
        Ok(self.known(owner).await?.is_some())
    }

    /// The sales units that have one of their own.
    pub(crate) async fn sales_units(&self) -> Result<Vec<Msn>, Failure> {
        let names: Vec<String> = sqlx::query_scalar("SELECT msn FROM registrations ORDER BY msn")
            .fetch_all(self.database.reader())
            .await?;
        Ok(names.iter().filter_map(|name| Msn::parse(name).ok()).collect())
    }

    /// What deliveries to `owner` are proven with.
    pub(crate) async fn proof(&self, owner: &Owner) -> Result<Proof, Failure> {
        let unknown = || Failure::refused(Code::TokenInvalid, "nothing is registered for this address");
        let row: Option<(String, String)> =
            sqlx::query_as("SELECT secret, url FROM registrations WHERE msn = $1")
                .bind(owner.name().to_owned())
                .fetch_optional(self.database.reader())
                .await?;
        let (sealed, url) = row.ok_or_else(unknown)?;
        let secret = self.seal.unseal(&owner.sealed_with(), &sealed).ok_or_else(unknown)?;
        let url =
            Url::parse(&url).map_err(|error| Failure::internal("a registration has no address", error))?;
        Ok(Proof { secret: SecretString::from(secret), url })
    }

    async fn known(&self, owner: &Owner) -> Result<Option<Known>, Failure> {
        let row: Option<(String, String)> =
            sqlx::query_as("SELECT id, url FROM registrations WHERE msn = $1")
                .bind(owner.name().to_owned())
                .fetch_optional(self.database.reader())
                .await?;
        Ok(row.map(|(id, url)| Known { id, url }))
    }

    async fn plan(&self, webhooks: Webhooks<'_>, owner: &Owner, url: &Url) -> Result<Plan, Failure> {
        let there = webhooks.list().await.map_err(failed)?;
        Ok(Plan::of(self.known(owner).await?.as_ref(), &there, url))
    }

    async fn turn(&self, owner: &Owner) -> Result<Lease, Failure> {
        let what = owner.sealed_with();
        let began = Instant::now();
        loop {
            if let Some(turn) = leases::turn(&self.database, &what).await? {
                return Ok(turn);
            }
            if began.elapsed() > QUEUE_TIME {
                return Err(Failure::internal(WHAT, "another hub or command is about to do it"));
            }
            sleep(ASK_AGAIN).await;
        }
    }

    /// Lets the next begin, whatever came of it.
    async fn end<T>(
        &self,
        turn: &Lease,
        done: Result<Result<T, Failure>, tokio::time::error::Elapsed>,
    ) -> Result<T, Failure> {
        if let Err(error) = turn.give_back(&self.database).await {
            tracing::warn!(%error, "others who want to register webhooks have to wait a minute");
        }
        done.unwrap_or_else(|error| Err(Failure::internal(WHAT, error)))
    }
}

const WHAT: &str = "webhooks can't be registered";

fn failed(error: vipps::Error) -> Failure {
    Failure::internal(WHAT, error)
}

/// What is not there any more is deleted.
async fn delete(webhooks: Webhooks<'_>, ids: &[String]) -> Result<(), Failure> {
    for id in ids {
        match webhooks.delete(id).await {
            Err(error) if error.meaning() != Meaning::NotThere => return Err(failed(error)),
            Ok(()) | Err(_) => {}
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kinds_are_apart() {
        let one = Owner::SalesUnit(Msn::parse("654321").expect("it is one"));
        assert!(Msn::parse(PARTNER).is_err(), "no sales unit has this number");
        assert_ne!(one.sealed_with(), Owner::Partner.sealed_with());
        assert_ne!(one.path(), Owner::Partner.path());
    }
}
