//! Everything that changes a journal. Each function is one transaction that holds the lease of the sales unit from the first
//! look to the last change, so there is one writer at a time; a return by `?` rolls everything back.

use journal::{Entry, JournalError, RequestKey, Seq, Trouble, limits, next_place, places_of};
use payment::{Moment, Reference};

use super::DatabaseJournal;
use super::reading::{self, count, number};
use crate::database::Change;

/// Where a story stands.
struct Standing {
    entries: u32,
    newest: Seq,
    closed: bool,
}

impl DatabaseJournal {
    /// Begins a change as the only writer.
    async fn change(&self) -> Result<Change, JournalError> {
        let mut change = self.database.change().await?;
        if self.lease.hold(&mut change).await? {
            return Ok(change);
        }
        let source = format!("another hub makes the refunds of the sales unit {}", self.msn).into();
        Err(JournalError::Storage { trouble: Trouble::TakenOver, source })
    }

    /// See [`journal::Journal::begin`]; `facts` are the entries' facts as they are written down.
    pub(super) async fn write_beginning(
        &self,
        reference: &Reference,
        request: Option<&RequestKey>,
        entries: &[Entry],
        facts: &[String],
    ) -> Result<Seq, JournalError> {
        let mut change = self.change().await?;
        if let Some(request) = request
            && let Some((by, _)) = reading::requested_as(&mut *change, &self.msn, &request.key).await?
        {
            return Err(JournalError::RequestKeyUsed { by });
        }
        if self.standing(&mut change, reference).await?.is_some() {
            return Err(JournalError::ReferenceUsed { reference: reference.clone() });
        }
        let last = reading::last_seq(&mut *change, &self.msn).await?;
        let newest = last.0 + entries.len() as u64;
        let at = entries.first().map_or(Moment(0), |entry| entry.at);
        let place = self.next_place(&mut change, at).await?;
        sqlx::query(
            "INSERT INTO journal_stories (msn, reference, entries, settled, closed, begun_seq, newest_seq, request_key,
               request_digest, place, amount, sought)
             VALUES ($1, $2, $3, 0, $4, $5, $6, $7, $8, $9, $10, $11)",
        )
        .bind(self.msn.clone())
        .bind(reference.as_str().to_owned())
        .bind(count(entries.len() as u64))
        .bind(i64::from(limits::closes(entries, false)))
        .bind(count(last.0 + 1))
        .bind(count(newest))
        .bind(request.map(|request| request.key.clone()))
        .bind(request.map(|request| request.digest.clone()))
        .bind(place)
        .bind(limits::amount_of(entries).map(count))
        .bind(reference.as_str().to_ascii_lowercase())
        .execute(&mut *change)
        .await?;
        self.insert(&mut change, reference, last, 0, entries, facts).await?;
        change.commit().await?;
        Ok(Seq(newest))
    }

    /// See [`journal::Journal::append`]; `facts` are the entries' facts as they are written down.
    pub(super) async fn write(
        &self,
        reference: &Reference,
        seen: u32,
        entries: &[Entry],
        facts: &[String],
        settled: bool,
    ) -> Result<Seq, JournalError> {
        let mut change = self.change().await?;
        let Some(standing) = self.standing(&mut change, reference).await? else {
            return Err(JournalError::Unknown { reference: reference.clone() });
        };
        if standing.entries != seen {
            let found = standing.entries;
            return Err(JournalError::Conflict { reference: reference.clone(), seen, found });
        }
        let last = reading::last_seq(&mut *change, &self.msn).await?;
        let newest = if entries.is_empty() { standing.newest } else { Seq(last.0 + entries.len() as u64) };
        let closed = standing.closed || limits::closes(entries, settled);
        self.insert(&mut change, reference, last, seen, entries, facts).await?;
        sqlx::query(
            "UPDATE journal_stories SET entries = $3, settled = $4, closed = $5, newest_seq = $6
             WHERE msn = $1 AND reference = $2",
        )
        .bind(self.msn.clone())
        .bind(reference.as_str().to_owned())
        .bind(count(u64::from(seen) + entries.len() as u64))
        .bind(i64::from(settled))
        .bind(i64::from(closed))
        .bind(count(newest.0))
        .execute(&mut *change)
        .await?;
        if closed {
            sqlx::query("DELETE FROM journal_pictures WHERE msn = $1 AND reference = $2")
                .bind(self.msn.clone())
                .bind(reference.as_str().to_owned())
                .execute(&mut *change)
                .await?;
        }
        change.commit().await?;
        Ok(newest)
    }

    /// See [`journal::Journal::keep_picture`].
    pub(super) async fn write_picture(
        &self,
        reference: &Reference,
        name: &str,
        bytes: &[u8],
    ) -> Result<(), JournalError> {
        let mut change = self.change().await?;
        let Some(standing) = self.standing(&mut change, reference).await? else {
            return Err(JournalError::Unknown { reference: reference.clone() });
        };
        if standing.closed {
            return Ok(());
        }
        let owner: Option<String> =
            sqlx::query_scalar("SELECT reference FROM journal_pictures WHERE msn = $1 AND name = $2")
                .bind(self.msn.clone())
                .bind(name.to_owned())
                .fetch_optional(&mut *change)
                .await?;
        match owner {
            Some(owner) if owner != reference.as_str() => {
                return Err(JournalError::PictureNameUsed { name: name.to_owned() });
            }
            Some(_) => {}
            None => self.hold_pictures(&mut change, reference).await?,
        }
        sqlx::query(
            "INSERT INTO journal_pictures (msn, name, reference, bytes) VALUES ($1, $2, $3, $4)
             ON CONFLICT (msn, name) DO UPDATE SET bytes = excluded.bytes",
        )
        .bind(self.msn.clone())
        .bind(name.to_owned())
        .bind(reference.as_str().to_owned())
        .bind(bytes.to_vec())
        .execute(&mut *change)
        .await?;
        Ok(change.commit().await?)
    }

    /// Whether the payment may have one more picture.
    async fn hold_pictures(&self, change: &mut Change, reference: &Reference) -> Result<(), JournalError> {
        let there: i64 =
            sqlx::query_scalar("SELECT count(*) FROM journal_pictures WHERE msn = $1 AND reference = $2")
                .bind(self.msn.clone())
                .bind(reference.as_str().to_owned())
                .fetch_one(&mut **change)
                .await?;
        let found = usize::try_from(there).unwrap_or(usize::MAX).saturating_add(1);
        limits::hold("pictures of one payment", found, limits::PICTURES_PER_PAYMENT_MAX)
    }

    async fn standing(
        &self,
        change: &mut Change,
        reference: &Reference,
    ) -> Result<Option<Standing>, JournalError> {
        let row: Option<(i64, i64, i64)> = sqlx::query_as(
            "SELECT entries, newest_seq, closed FROM journal_stories WHERE msn = $1 AND reference = $2",
        )
        .bind(self.msn.clone())
        .bind(reference.as_str().to_owned())
        .fetch_optional(&mut **change)
        .await?;
        Ok(row.map(|(entries, newest, closed)| Standing {
            entries: u32::try_from(entries).unwrap_or(u32::MAX),
            newest: Seq(number(newest)),
            closed: closed == 1,
        }))
    }

    /// Writes entries after the `last` of the journal and the `seen` of their story.
    async fn insert(
        &self,
        change: &mut Change,
        reference: &Reference,
        last: Seq,
        seen: u32,
        entries: &[Entry],
        facts: &[String],
    ) -> Result<(), JournalError> {
        for ((nth, entry), fact) in (1..).zip(entries).zip(facts) {
            sqlx::query(
                "INSERT INTO journal_entries (msn, seq, reference, number, at, fact)
                 VALUES ($1, $2, $3, $4, $5, $6)",
            )
            .bind(self.msn.clone())
            .bind(count(last.0 + nth))
            .bind(reference.as_str().to_owned())
            .bind(count(u64::from(seen) + nth))
            .bind(entry.at.0)
            .bind(fact.clone())
            .execute(&mut **change)
            .await?;
        }
        Ok(())
    }

    /// Where the next request of the moment `at` stands among all.
    async fn next_place(&self, change: &mut Change, at: Moment) -> Result<i64, JournalError> {
        let places = places_of(at);
        let newest: Option<i64> = sqlx::query_scalar(
            "SELECT max(place) FROM journal_stories WHERE msn = $1 AND place >= $2 AND place < $3",
        )
        .bind(self.msn.clone())
        .bind(places.start)
        .bind(places.end)
        .fetch_one(&mut **change)
        .await?;
        next_place(at, newest)
    }
}
