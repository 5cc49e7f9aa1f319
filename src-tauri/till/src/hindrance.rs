//! What stops the till, and what comes of a payment that it can't write down.

use std::sync::Arc;

use contract::{Change, Code};
use journal::{Entry, JournalError};
use payment::{Event, Payment, Reference};

use crate::follow::Customer;
use crate::inner::Inner;
use crate::problem::Refused;
use crate::record::JOURNAL_PAUSE;
use crate::till::replayed;

impl Inner {
    /// The till can't be used, and says why, until it is started again.
    pub(crate) fn stop(&self, code: Code, detail: &str) {
        let mut book = self.book();
        book.problem = Some((code, detail.to_owned()));
        book.stopped = true;
        drop(book);
        self.announce_hindrance();
    }

    /// The till can't be used, and says why, until `reference` is [let go](Inner::let_go).
    pub(crate) fn hold_up(&self, reference: &Reference, code: Code, detail: &str) {
        let mut book = self.book();
        book.held_up.insert(reference.clone());
        let problem = Some((code, detail.to_owned()));
        if book.stopped || book.problem == problem {
            return;
        }
        book.problem = problem;
        drop(book);
        self.announce_hindrance();
    }

    /// Nothing holds `reference` up any more. The till can be used again when that is so of all.
    pub(crate) fn let_go(&self, reference: &Reference) {
        let mut book = self.book();
        if book.held_up.remove(reference) && book.held_up.is_empty() && !book.stopped {
            book.problem = None;
            drop(book);
            self.announce();
        }
    }

    /// What stops the till now.
    pub(crate) fn hindrance(&self) -> Option<Refused> {
        let book = self.book();
        book.problem.as_ref().map(|(code, detail)| Refused::new(*code, detail.clone()))
    }

    /// Comes back when something stops the till.
    pub(crate) async fn until_hindered(&self) -> Refused {
        let mut counters = self.counters.subscribe();
        loop {
            if let Some(hindrance) = self.hindrance() {
                return hindrance;
            }
            if counters.changed().await.is_err() {
                return std::future::pending().await;
            }
        }
    }

    /// Everybody hears it, also those who follow the open payment.
    fn announce_hindrance(&self) {
        let open = self.book().open().cloned();
        if let Some(payment) = open {
            // Nobody may be listening.
            let _ = self.changes.send(Change { number: None, payment: self.view(&payment) });
        }
        self.announce();
    }

    /// Whether a payment was begun although the journal says that it failed. While nobody can know, the till is held
    /// up; if it turns out that it was, it is followed as after a restart.
    pub(crate) async fn was_begun(
        self: &Arc<Inner>,
        reference: &Reference,
        entries: &[Entry],
        error: JournalError,
    ) -> Result<(), Refused> {
        let refused = |error: &JournalError| Refused::new(Code::JournalUnavailable, error.to_string());
        if !matches!(error, JournalError::Storage { .. }) {
            return Err(refused(&error));
        }
        match self.journal.story(reference).await {
            Ok(Some(story)) if story.entries == entries => Ok(()),
            Ok(_) => Err(refused(&error)),
            Err(unread) => {
                self.hold_up(reference, Code::JournalUnavailable, &unread.to_string());
                tokio::spawn(self.clone().find_out(reference.clone()));
                let detail = format!("{unread}; ask for {reference} before you charge again");
                Err(Refused::new(Code::Unclear, detail).because_of(reference.as_str()))
            }
        }
    }

    async fn find_out(self: Arc<Inner>, reference: Reference) {
        let story = loop {
            match self.journal.story(&reference).await {
                Ok(story) => break story,
                Err(error) if error.may_pass() => tokio::time::sleep(JOURNAL_PAUSE).await,
                Err(error) => return self.stop(Code::JournalUnavailable, &error.to_string()),
            }
        };
        if let Some(story) = &story
            && let Some(payment) = replayed(story)
        {
            self.clone().carry_on(payment, story.entries.len());
        }
        self.let_go(&reference);
    }

    /// Follows a payment from where its story of so many entries leaves it.
    pub(crate) fn carry_on(self: Arc<Inner>, mut payment: Payment, entries: usize) {
        let now = self.clock.now();
        tracing::info!(
            payment.reference = %payment.order().reference, stage = ?payment.stage(now), "carried on"
        );
        let seen = u32::try_from(entries).unwrap_or(u32::MAX);
        let effects = payment.on(Event::Woken, now).unwrap_or_default();
        self.follow(payment, seen, effects, Customer::default());
    }
}
