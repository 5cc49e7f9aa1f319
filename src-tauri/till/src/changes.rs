//! What happens, for whoever listens.

use contract::{Change, Snapshot};
use journal::{Seq, Told};
use payment::{Payment, Reference};
use tokio::sync::broadcast;

use crate::present;
use crate::problem::Refused;
use crate::till::{Till, unavailable};

/// How many changes are handed to a listener that has been away.
const MISSED_MAX: u32 = 1_000;

impl Till {
    /// How everything is now, and everything that changes from then on.
    pub async fn listen(&self) -> Result<(Snapshot, broadcast::Receiver<Change>), Refused> {
        let changes = self.0.changes.subscribe();
        let number = self.0.journal.last_seq().await.map_err(unavailable)?.0;
        let book = self.0.book();
        let now = self.0.clock.now();
        let payment = book.on_screen().cloned();
        let screen = present::screen(&book, &self.0.settings, now);
        drop(book);
        let payment = payment.map(|payment| self.0.view(&payment));
        Ok((Snapshot { number, screen, payment }, changes))
    }

    /// The payments that have changed since the event `number`, each once, as they are now: never older than the number
    /// that they are given with.
    pub async fn changed_since(&self, number: u64) -> Result<Vec<Change>, Refused> {
        let missed = self.0.journal.changed_since(Seq(number), MISSED_MAX).await.map_err(unavailable)?;
        let mut changes = Vec::with_capacity(missed.len());
        for (seq, reference) in missed {
            // A story that can't be read must not hide the others.
            if let Ok(payment) = self.no_older_than(seq, &reference).await {
                changes.push(Change { number: Some(seq.0), payment: self.0.view(&payment) });
            }
        }
        Ok(changes)
    }

    /// What was written down after the entry `seq`, in its order, at most `limit` entries.
    pub async fn entries_after(&self, seq: Seq, limit: usize) -> Result<Vec<Told>, Refused> {
        let limit = u32::try_from(limit).unwrap_or(u32::MAX);
        self.0.journal.entries_after(seq, limit).await.map_err(unavailable)
    }

    /// What is on disk may not have been told yet: then the story tells it.
    async fn no_older_than(&self, seq: Seq, reference: &Reference) -> Result<Payment, Refused> {
        let followed = self.0.book().payment_told_at(reference, seq).cloned();
        match followed {
            Some(payment) => Ok(payment),
            None => Ok(self.remembered(reference).await?.0),
        }
    }
}
