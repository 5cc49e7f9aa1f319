//! Looks at a journal as it lies on the disk, also at one that can't be opened, and changes nothing.

use std::fs;
use std::path::Path;

use futures_util::TryStreamExt;
use sqlx::sqlite::SqliteConnection;
use sqlx::{AssertSqlSafe, Connection};

use crate::{JournalError, Seq, Story, limits};

use super::looking::{beside, look};
use super::opening::known_version;
use crate::rows::{Row, story_of};

/// How many faults are told.
const FAULTS_MAX: usize = 20;

/// How a journal is.
#[derive(Debug)]
pub struct Inspection {
    /// Another Kvitt has it open.
    pub in_use: bool,
    /// Its version. An older one is brought up to date when it is opened.
    pub version: i64,
    /// The newest version that this program can open.
    pub known_version: i64,
    /// Bytes of the file and of the log beside it.
    pub bytes: u64,
    /// Payments.
    pub payments: u64,
    /// Entries of all payments.
    pub entries: u64,
    /// What can't be read, at most 20 faults; those of the file first.
    pub faults: Vec<JournalError>,
    /// How many payments can't be read.
    pub unreadable: u64,
    /// The payments that are not settled, and can be read; in no order.
    pub unsettled: Vec<Story>,
}

/// Looks at the journal at `path`, and reads every story in it that can be read. Whoever has it open goes on.
///
/// # Errors
/// When there is nothing there that is a journal, or nothing of it can be read.
pub async fn inspect(path: &Path) -> Result<Inspection, JournalError> {
    let (mut journal, in_use) = look(path).await?;
    let length = |path: &Path| fs::metadata(path).map_or(0, |file| file.len());
    let version = "SELECT coalesce(max(version), 0) FROM _sqlx_migrations";
    let mut inspection = Inspection {
        in_use,
        version: sqlx::query_scalar(version).fetch_one(&mut journal).await?,
        known_version: known_version(),
        bytes: length(path) + length(&beside(path, "-wal")),
        payments: 0,
        entries: 0,
        faults: Vec::new(),
        unreadable: 0,
        unsettled: Vec::new(),
    };
    inspection.look_at_file(&mut journal).await;
    if inspection.version <= inspection.known_version {
        inspection.look_at_stories(&mut journal).await;
    }
    let _ = journal.close().await;
    Ok(inspection)
}

/// How many payments of the journal at `path` have changed after each of these places, in their order. Whoever has it
/// open goes on.
///
/// # Errors
/// When there is nothing there that is a journal, or it can't be counted.
pub async fn changed_after(path: &Path, places: &[Seq]) -> Result<Vec<u64>, JournalError> {
    let (mut journal, _) = look(path).await?;
    let mut counts = Vec::with_capacity(places.len());
    for Seq(place) in places {
        let count = sqlx::query_scalar("SELECT count(*) FROM stories WHERE newest_seq > ?1");
        // SQLite counts no further than this.
        let place = i64::try_from(*place).unwrap_or(i64::MAX);
        counts.push(count.bind(place).fetch_one(&mut journal).await?);
    }
    let _ = journal.close().await;
    Ok(counts)
}

impl Inspection {
    fn fault(&mut self, error: impl Into<JournalError>) {
        if self.faults.len() < FAULTS_MAX {
            self.faults.push(error.into());
        }
    }

    async fn look_at_file(&mut self, journal: &mut SqliteConnection) {
        let check = AssertSqlSafe(format!("PRAGMA integrity_check({FAULTS_MAX})"));
        let said: Result<Vec<String>, _> = sqlx::query_scalar(check).fetch_all(&mut *journal).await;
        match said {
            Ok(said) => said.into_iter().filter(|line| line != "ok").for_each(|line| {
                let trouble = crate::Trouble::Damaged;
                self.fault(JournalError::Storage { trouble, source: line.into() });
            }),
            Err(error) => self.fault(error),
        }
        let counted = "SELECT (SELECT count(*) FROM stories), (SELECT count(*) FROM entries)";
        match sqlx::query_as(counted).fetch_one(journal).await {
            Ok((payments, entries)) => (self.payments, self.entries) = (payments, entries),
            Err(error) => self.fault(error),
        }
    }

    /// Story after story. Where the file is damaged it goes on behind the damage.
    async fn look_at_stories(&mut self, journal: &mut SqliteConnection) {
        let mut behind = String::new();
        while self.faults.len() < FAULTS_MAX {
            let Err(error) = self.look_at_stories_behind(journal, &mut behind).await else { return };
            self.fault(error);
            let next = "SELECT min(reference) FROM stories WHERE reference > ?1";
            match sqlx::query_scalar(next).bind(&behind).fetch_one(&mut *journal).await {
                Ok(Some(next)) => behind = next,
                Ok(None) | Err(_) => return,
            }
        }
    }

    /// `behind` is the last story that has been read, whole.
    async fn look_at_stories_behind(
        &mut self,
        journal: &mut SqliteConnection,
        behind: &mut String,
    ) -> Result<(), sqlx::Error> {
        let all = "SELECT s.reference, s.entries, s.settled, s.newest_seq, e.number, e.seq, e.at, e.fact
            FROM stories s LEFT JOIN entries e ON e.reference = s.reference
            WHERE s.reference > ?1 ORDER BY s.reference, e.number";
        let after = behind.clone();
        let mut rows = sqlx::query_as::<_, Row>(all).bind(after).fetch(journal);
        let mut of_one: Vec<Row> = Vec::new();
        while let Some(row) = rows.try_next().await? {
            if of_one.first().is_some_and(|first| first.reference != row.reference) {
                self.look_at_story(&of_one, behind);
                of_one.clear();
            }
            of_one.push(row);
        }
        if !of_one.is_empty() {
            self.look_at_story(&of_one, behind);
        }
        Ok(())
    }

    fn look_at_story(&mut self, rows: &[Row], behind: &mut String) {
        if let Some(first) = rows.first() {
            first.reference.clone_into(behind);
        }
        match story_of(rows) {
            Ok(story) if story.settled || self.unsettled.len() >= limits::UNSETTLED_MAX => {}
            Ok(story) => self.unsettled.push(story),
            Err(error) => {
                self.unreadable += 1;
                self.fault(error);
            }
        }
    }
}
