//! The disk of one till: a real journal, and everything that a bad disk and a power cut do to it.

use std::sync::Arc;

use async_trait::async_trait;
use journal::{Entry, Journal, JournalError, Query, RequestKey, Seq, Story, Told, Trouble};
use payment::Reference;

use crate::breach::Law;
use crate::ledger::Key;
use crate::plant::{Forgetful, Plant};
use crate::world::World;

/// The journal as a till sees it.
pub(crate) struct Disk {
    world: Arc<World>,
    till: usize,
    store: Arc<dyn Journal>,
    forgetful: Forgetful,
}

/// What becomes of a write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    Good,
    /// Nothing is written, and the disk says so.
    Fails,
    /// It is written, and the disk says that it is not.
    FailsAfterwards,
}

impl Disk {
    pub(crate) fn new(world: Arc<World>, till: usize, store: Arc<dyn Journal>) -> Disk {
        Disk { world, till, store, forgetful: Forgetful::default() }
    }

    fn plants(&self, plant: Plant) -> bool {
        self.world.choice.plant == Some(plant)
    }

    fn key(&self, reference: &Reference) -> Key {
        (self.till, reference.to_string())
    }

    fn fate(&self) -> Fate {
        if self.world.is_calm() {
            return Fate::Good;
        }
        let mut dice = self.world.disk_dice();
        if !dice.chance(self.world.plan.disk_permille) {
            Fate::Good
        } else if dice.chance(300) {
            Fate::FailsAfterwards
        } else {
            Fate::Fails
        }
    }

    /// A write is about to begin. If the power goes here, the write may be done all the same, or be torn.
    async fn begins(&self, reference: &Reference, write: impl Future<Output = Result<Seq, JournalError>>) {
        let world = &self.world;
        if world.power.counts_down() {
            if world.disk_dice().chance(600) {
                let length = world.cabinet(self.till).log_length();
                let done = write.await.is_ok();
                let torn = world.disk_dice().chance(500);
                if let Some(length) = length.filter(|_| torn) {
                    world.cabinet(self.till).tears(length, &mut world.disk_dice());
                    world.tally().count("last write torn");
                }
                world.say(format_args!("till {} {reference}: written in the last moment: {done}", self.till));
            }
            world.tally().count("power gone in a write");
            world.power.cut();
        }
        world.power.effect().await;
    }

    /// A write has come back.
    async fn ended(
        &self,
        reference: &Reference,
        entries: &[Entry],
        fate: Fate,
        done: Result<Seq, JournalError>,
    ) -> Result<Seq, JournalError> {
        let world = &self.world;
        world.power.effect().await;
        if let (Ok(seq), Fate::Good | Fate::FailsAfterwards) = (&done, fate) {
            for entry in entries {
                let fact = serde_json::to_string(&entry.fact).unwrap_or_default();
                world.say(format_args!("till {} {reference} #{seq}: {fact}", self.till));
                self.holds_nothing_private(&fact);
            }
            world.ledger().wrote(&self.key(reference), entries);
        }
        if fate == Fate::Good {
            return done;
        }
        world.say(format_args!("till {} {reference}: {fate:?}", self.till));
        world.tally().count("disk failed");
        Err(JournalError::Storage { trouble: Trouble::Full, source: "on purpose".into() })
    }

    fn holds_nothing_private(&self, fact: &str) {
        if fact.contains(crate::sale::NUMBER) {
            self.world.breach(Law::Private, format!("a phone number is written down: {fact}"));
        }
    }
}

#[async_trait]
impl Journal for Disk {
    async fn begin(
        &self,
        reference: &Reference,
        request: Option<&RequestKey>,
        entries: &[Entry],
    ) -> Result<Seq, JournalError> {
        self.begins(reference, self.store.begin(reference, request, entries)).await;
        let fate = self.fate();
        let done = match fate {
            Fate::Fails => Ok(Seq::NONE),
            Fate::Good | Fate::FailsAfterwards => self.store.begin(reference, request, entries).await,
        };
        self.ended(reference, entries, fate, done).await
    }

    async fn append(
        &self,
        reference: &Reference,
        seen: u32,
        entries: &[Entry],
        settled: bool,
    ) -> Result<Seq, JournalError> {
        let kept = Forgetful::keeps(&self.world, entries);
        let seen = self.forgetful.seen(reference, seen);
        let settled = settled || (self.plants(Plant::ForgetLateApproval) && ends(entries));
        self.begins(reference, self.store.append(reference, seen, &kept, settled)).await;
        let fate = self.fate();
        let done = match fate {
            Fate::Fails => Ok(Seq::NONE),
            Fate::Good | Fate::FailsAfterwards => self.store.append(reference, seen, &kept, settled).await,
        };
        let done = self.ended(reference, &kept, fate, done).await;
        if done.is_ok() {
            self.forgetful.kept(reference, entries.len(), kept.len());
        }
        if self.plants(Plant::SwallowDiskError) && done.is_err() {
            self.forgetful.kept(reference, entries.len(), 0);
            return Ok(Seq::NONE);
        }
        done
    }

    async fn story(&self, reference: &Reference) -> Result<Option<Story>, JournalError> {
        self.store.story(reference).await
    }

    async fn unsettled(&self) -> Result<Vec<Story>, JournalError> {
        let mut stories = self.store.unsettled().await?;
        if self.plants(Plant::ForgetAStory) {
            stories.pop();
        }
        Ok(stories)
    }

    async fn newest(&self, limit: u32) -> Result<Vec<Story>, JournalError> {
        self.store.newest(limit).await
    }

    async fn search(&self, query: &Query) -> Result<Vec<Story>, JournalError> {
        self.store.search(query).await
    }

    async fn changed_since(&self, seq: Seq, limit: u32) -> Result<Vec<(Seq, Reference)>, JournalError> {
        self.store.changed_since(seq, limit).await
    }

    async fn entries_after(&self, seq: Seq, limit: u32) -> Result<Vec<Told>, JournalError> {
        self.store.entries_after(seq, limit).await
    }

    async fn last_seq(&self) -> Result<Seq, JournalError> {
        self.store.last_seq().await
    }

    async fn requested_as(&self, key: &str) -> Result<Option<(Reference, String)>, JournalError> {
        if self.plants(Plant::ForgetCallersKeys) { Ok(None) } else { self.store.requested_as(key).await }
    }

    async fn keep_picture(
        &self,
        reference: &Reference,
        name: &str,
        bytes: &[u8],
    ) -> Result<(), JournalError> {
        self.world.power.effect().await;
        self.store.keep_picture(reference, name, bytes).await
    }

    async fn picture(&self, name: &str) -> Result<Option<Vec<u8>>, JournalError> {
        self.store.picture(name).await
    }
}

fn ends(entries: &[Entry]) -> bool {
    entries.iter().any(|entry| matches!(entry.fact, payment::Fact::Ended { .. }))
}
