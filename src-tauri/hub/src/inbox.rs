//! What Vipps MobilePay has told, on its way to the disk.
//!
//! Whoever told waits until it is there. A disk writes many lines in the time of one, so all that comes while one change is
//! being written goes into the next together. The other hubs are told in the same change: either a hint is on disk and told
//! to all, or it is neither, and whoever told it is not answered with 200.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::oneshot;
use tokio::time::timeout;

use crate::between;
use crate::database::{Database, PATIENCE};
use crate::refusal::Failure;
use crate::statement::Statement;

/// How much is written at once at the most.
const BATCH_MAX: usize = 64;
/// How much may wait: half a minute of the busiest hub. Beyond that whoever tells is told that it is too much.
const WAITING_MAX: usize = 16_384;

/// A hint as it is kept.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    /// What tells it from others; the same again is the same hint.
    pub(crate) digest: String,
    /// When it came: milliseconds since 1970-01-01 UTC.
    pub(crate) at: i64,
    pub(crate) kind: &'static str,
    pub(crate) msn: String,
    pub(crate) about: String,
}

/// One hint that waits.
#[derive(Debug)]
struct Waiting {
    row: Row,
    /// What the other hubs are told if it is new.
    words: Vec<String>,
    done: oneshot::Sender<Result<bool, String>>,
}

/// Where hints wait to be written. Clones are the same.
#[derive(Clone, Debug)]
pub(crate) struct Inbox(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    database: Database,
    queue: Mutex<Queue>,
}

#[derive(Debug, Default)]
struct Queue {
    waiting: Vec<Waiting>,
    is_writing: bool,
}

impl Inbox {
    /// One that writes into `database`.
    pub(crate) fn new(database: Database) -> Inbox {
        Inbox(Arc::new(Inner { database, queue: Mutex::default() }))
    }

    /// Writes `row` down, and tells the other hubs `words` if it was not there before. Gives whether it is new. It is on disk
    /// when this returns, even if nobody waits for it any more.
    pub(crate) async fn keep(&self, row: Row, words: Vec<String>) -> Result<bool, Failure> {
        let (done, outcome) = oneshot::channel();
        {
            let mut queue = self.queue();
            if queue.waiting.len() >= WAITING_MAX {
                return Err(Failure::internal("a hint can't be kept", "too many wait to be written"));
            }
            queue.waiting.push(Waiting { row, words, done });
            if !std::mem::replace(&mut queue.is_writing, true) {
                let inbox = self.clone();
                tokio::spawn(async move { inbox.write_all().await });
            }
        }
        let gone = |_| Failure::internal("a hint can't be kept", "the hub is ending");
        outcome.await.map_err(gone)?.map_err(|why| Failure::internal("the database could not do it", why))
    }

    fn queue(&self) -> std::sync::MutexGuard<'_, Queue> {
        self.0.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes until nothing waits.
    async fn write_all(&self) {
        loop {
            let mut batch: Vec<Waiting> = {
                let mut queue = self.queue();
                let count = queue.waiting.len().min(BATCH_MAX);
                queue.is_writing = count > 0;
                queue.waiting.drain(..count).collect()
            };
            if batch.is_empty() {
                return;
            }
            // Two hubs that are told the same at the same moment wait for one another in one order.
            batch.sort_by(|one, other| one.row.digest.cmp(&other.row.digest));
            match self.write_in_time(&batch).await {
                // One that can't be kept must not keep the others from the disk.
                Err(sqlx::Error::Database(_)) if batch.len() > 1 => {
                    for waiting in batch {
                        let written = self.write_in_time(std::slice::from_ref(&waiting)).await;
                        answer(vec![waiting], written);
                    }
                }
                written => answer(batch, written),
            }
        }
    }

    /// What breaks between a hub and its database may leave no word behind; those who tell don't wait for ever.
    async fn write_in_time(&self, batch: &[Waiting]) -> Result<HashSet<String>, sqlx::Error> {
        timeout(PATIENCE, self.write(batch)).await.unwrap_or(Err(sqlx::Error::PoolTimedOut))
    }

    /// Gives the digests of those that were not there before.
    async fn write(&self, batch: &[Waiting]) -> Result<HashSet<String>, sqlx::Error> {
        let mut change = self.0.database.change().await?;
        let mut insert = Statement::new("INSERT INTO hints (digest, at, kind, msn, about) VALUES ");
        for (place, Waiting { row, .. }) in batch.iter().enumerate() {
            insert.push(if place == 0 { "(" } else { ", (" }).push_bind(row.digest.clone());
            insert.push(", ").push_bind(row.at).push(", ").push_bind(row.kind.to_owned());
            insert.push(", ").push_bind(row.msn.clone()).push(", ").push_bind(row.about.clone()).push(")");
        }
        insert.push(" ON CONFLICT (digest) DO NOTHING RETURNING digest");
        let new: Vec<(String,)> = insert.fetch_all(&mut *change).await?;
        let new: HashSet<String> = new.into_iter().map(|(digest,)| digest).collect();
        let mut told = new.clone();
        let is_new = |waiting: &&Waiting| told.remove(&waiting.row.digest);
        let words: Vec<String> =
            batch.iter().filter(is_new).flat_map(|waiting| waiting.words.iter().cloned()).collect();
        between::say_in(&mut change, words).await?;
        change.commit().await?;
        Ok(new)
    }
}

fn answer(batch: Vec<Waiting>, written: Result<HashSet<String>, sqlx::Error>) {
    let mut written = written.map_err(|error| error.to_string());
    for Waiting { row, done, .. } in batch {
        let outcome = written.as_mut().map(|new| new.remove(&row.digest)).map_err(|why| why.clone());
        // Nobody may wait for it any more.
        let _ = done.send(outcome);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(about: &str) -> Row {
        Row {
            digest: format!("digest of {about}"),
            at: 1,
            kind: "callback",
            msn: "654321".to_owned(),
            about: about.to_owned(),
        }
    }

    #[tokio::test]
    async fn of_many_at_once_each_is_kept_and_new_once() {
        let folder = tempfile::tempdir().expect("there is room");
        let database = Database::of_file(&folder.path().join("hub.db")).await.expect("a file");
        let inbox = Inbox::new(database.clone());
        let mut telling = tokio::task::JoinSet::new();
        for number in 0..BATCH_MAX * 4 {
            let inbox = inbox.clone();
            // Every second one is the same as the one before.
            telling.spawn(async move { inbox.keep(row(&format!("sale-{}", number / 2)), Vec::new()).await });
        }
        let mut new = 0;
        while let Some(kept) = telling.join_next().await {
            new += usize::from(kept.expect("it ends").expect("it is kept"));
        }
        assert_eq!(new, BATCH_MAX * 2);
        let kept: i64 = sqlx::query_scalar("SELECT count(*) FROM hints")
            .fetch_one(database.reader())
            .await
            .expect("a count");
        assert_eq!(usize::try_from(kept).ok(), Some(BATCH_MAX * 2));
        assert!(!inbox.keep(row("sale-0"), Vec::new()).await.expect("it is kept"), "it was there");
    }

    #[tokio::test]
    async fn what_is_not_on_disk_is_not_acknowledged_and_the_next_is_tried_again() {
        let folder = tempfile::tempdir().expect("there is room");
        let database = Database::of_file(&folder.path().join("hub.db")).await.expect("a file");
        let inbox = Inbox::new(database.clone());
        let rename = |from: &str, to: &str| format!("ALTER TABLE {from} RENAME TO {to}");
        let away = sqlx::AssertSqlSafe(rename("hints", "elsewhere"));
        sqlx::query(away).execute(database.reader()).await.expect("it is away");
        assert!(inbox.keep(row("sale-1"), Vec::new()).await.is_err());
        let back = sqlx::AssertSqlSafe(rename("elsewhere", "hints"));
        sqlx::query(back).execute(database.reader()).await.expect("it is back");
        assert!(inbox.keep(row("sale-1"), Vec::new()).await.expect("it is kept"), "it had not been kept");
    }
}
