//! The till itself: what can be asked of it.

use std::sync::Arc;
use std::time::Duration;

use consents::{Consents, GivenTo};
use contract::{Code, Counter, Health, PaymentView, Screen, ScreenNow, StartPayment};
use journal::{Entry, Journal, JournalError, MemoryJournal, RequestKey};
use payment::{Effect, Moment, Payment, Reference, Refusal};
use tokio::sync::{oneshot, watch};

use crate::book::RECENT_MAX;
use crate::clock::Clock;
use crate::counter_code::New;
use crate::follow::{Customer, Said};
use crate::inner::Inner;
use crate::keeping;
use crate::no_rail::NoRail;
use crate::payer::Payer;
use crate::present;
use crate::problem::Refused;
use crate::rails::Rails;
use crate::randomness::Randomness;
use crate::request::{digest_of, order_of, request_key};
use crate::settings::TillSettings;

/// One till. Clones are the same till.
#[derive(Clone)]
pub struct Till(pub(crate) Arc<Inner>);

/// What a till is made of.
pub struct Parts {
    /// The shop it stands in.
    pub settings: TillSettings,
    /// Where it remembers.
    pub journal: Arc<dyn Journal>,
    /// What its payments run on.
    pub rails: Rails,
    /// What time it is.
    pub clock: Arc<Clock>,
    /// Where its references and keys come from.
    pub randomness: Randomness,
    /// Where numbers are kept that customers allowed to be; none where there are none and the shop keeps none.
    pub consents: Option<Arc<Consents>>,
}

/// A payment that has been started.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Started {
    /// The payment.
    pub view: PaymentView,
    /// True when it had been started before, by the same request under the same key.
    pub again: bool,
}

impl Till {
    /// Opens the till: reads the journal, and carries on with every payment that was not settled when the
    /// program last ended. Must be called within a tokio runtime.
    ///
    /// # Errors
    /// When the journal can't be read. Nothing has been asked of Vipps MobilePay then.
    pub async fn open(parts: Parts) -> Result<Till, JournalError> {
        let till = Till(Arc::new(Inner::new(parts)));
        till.recover().await?;
        let rail = till.0.rails.first().clone();
        let inner = till.0.clone();
        tokio::spawn(async move {
            rail.warm_up().await;
            if let Some((server, heard)) = rail.server_time() {
                inner.clock.heard(server, heard);
                inner.announce();
            }
            // Not before the clock has been set, where it could be.
            let (consents, clock) = (inner.consents.clone(), inner.clock.clone());
            drop(inner);
            keeping::sweep(consents, clock).await;
        });
        Ok(till)
    }

    /// A till that can't be used, and says why: the settings are missing or wrong, or the journal can't be read.
    pub fn stopped(settings: TillSettings, code: Code, detail: &str) -> Till {
        let parts = Parts {
            settings,
            journal: Arc::new(MemoryJournal::new()),
            rails: Rails::of(Arc::new(NoRail)),
            clock: Arc::new(Clock::of_the_system()),
            randomness: Randomness::of_the_system(),
            consents: None,
        };
        let till = Till(Arc::new(Inner::new(parts)));
        till.0.stop(code, detail);
        till
    }

    /// Starts a payment that a POS asks for. It is on disk when this returns; its code comes a little later.
    ///
    /// `key` is the caller's idempotency key: the same request under the same key gives the same payment.
    pub async fn start(&self, request: &StartPayment, key: Option<&str>) -> Result<Started, Refused> {
        self.start_for(GivenTo::Pos, request, key).await
    }

    /// Starts a payment that a cashier asks for, as [`Till::start`] does.
    pub async fn charge(&self, request: &StartPayment) -> Result<Started, Refused> {
        self.start_for(GivenTo::Cashier, request, None).await
    }

    async fn start_for(
        &self,
        given_to: GivenTo,
        request: &StartPayment,
        key: Option<&str>,
    ) -> Result<Started, Refused> {
        let _starting = self.0.starting.lock().await;
        let key = key.map(|key| request_key(key, digest_of(request))).transpose()?;
        if let Some(key) = &key
            && let Some(started) = self.started_before(key).await?
        {
            return Ok(started);
        }
        let rail = self.0.rails.first().kind();
        let order = order_of(request, &self.0.settings, rail, &self.0.randomness)?;
        let payer = Payer::of(request, self.0.settings.currency, rail)?;
        let now = self.0.clock.now();
        self.0.book().unit.check(&order, now)?;
        let given = (&order.reference, given_to, now);
        let consent = keeping::consent_of(request, payer.as_ref(), self.0.consents.as_ref(), given)?;
        self.check_free()?;
        let New { payment, effects, payer } = self.new_payment(order, payer, now)?;
        self.begin(&payment, &effects, key.as_ref(), now).await?;
        self.0.book().at_counter.forget();
        self.0.clone().follow_new(payment.clone(), effects, Customer { payer, consent });
        Ok(Started { view: self.0.view(&payment), again: false })
    }

    /// The truth about a payment, as far as it is known now.
    pub async fn payment(&self, reference: &str) -> Result<PaymentView, Refused> {
        let payment = self.known(&parsed(reference)?).await?;
        Ok(self.0.view(&payment))
    }

    /// The truth about a payment when it has changed, or after `wait`. One that has ended is answered at once.
    pub async fn payment_after_change(
        &self,
        reference: &str,
        wait: Duration,
    ) -> Result<PaymentView, Refused> {
        let mut changes = self.0.changes.subscribe();
        let before = self.payment(reference).await?;
        if before.is_final {
            return Ok(before);
        }
        let until_changed = async {
            loop {
                match changes.recv().await {
                    Ok(change) if change.payment.reference == reference && change.payment != before => return,
                    Ok(_) => {}
                    Err(_) => return,
                }
            }
        };
        let _ = tokio::time::timeout(wait, until_changed).await;
        self.payment(reference).await
    }

    /// Asks for a payment to be cancelled. A request, not an order: whoever pays meanwhile has paid. Of one that is
    /// reserved for later, what has not been collected is let go.
    pub async fn cancel(&self, reference: &str) -> Result<PaymentView, Refused> {
        let known = self.payment(reference).await?;
        let parsed = parsed(reference)?;
        let inbox = self.0.book().inbox(&parsed);
        let ended = || Refused::new(Code::TooLateToCancel, "the payment has ended").because_of(reference);
        if known.capturable.value > 0 {
            return self.release(reference).await;
        }
        let Some(inbox) = inbox.filter(|_| !known.is_final) else { return Err(ended()) };
        if let Some(hindrance) = self.0.hindrance() {
            return Err(hindrance);
        }
        let (reply, answer) = oneshot::channel();
        inbox.send(Said::Cancel(reply)).await.map_err(|_| self.0.hindrance().unwrap_or_else(ended))?;
        let answer = tokio::select! {
            answer = answer => answer,
            hindrance = self.0.until_hindered() => return Err(hindrance),
        };
        match answer {
            Ok(Ok(())) => self.payment(reference).await,
            Ok(Err(Refusal::ApprovedAlready)) => {
                let detail = "the customer has approved already; refund it instead";
                Err(Refused::new(Code::TooLateToCancel, detail).because_of(reference))
            }
            Ok(Err(_)) | Err(_) => Err(ended()),
        }
    }

    /// Clears a payment that has ended from the customer screen.
    pub fn dismiss(&self, reference: &str) {
        if let Ok(reference) = Reference::parse(reference) {
            self.0.book().clear(&reference);
            self.0.announce();
        }
    }

    /// The customer screen, whole, as it is now.
    pub fn screen(&self) -> Screen {
        present::screen(&self.0.book(), &self.0.settings, self.0.clock.now())
    }

    /// The customer screen and how much of it the customer sees.
    pub fn screen_now(&self) -> ScreenNow {
        let book = self.0.book();
        let screen = present::screen(&book, &self.0.settings, self.0.clock.now());
        ScreenNow { screen, shown: book.shown }
    }

    /// The cashier window, whole, as it is now.
    pub fn counter(&self) -> Counter {
        self.0.counter()
    }

    /// The number of the newest customer screen, whenever there is one.
    pub fn screens(&self) -> watch::Receiver<u64> {
        self.0.screens.subscribe()
    }

    /// The number of the newest cashier window, whenever there is one.
    pub fn counters(&self) -> watch::Receiver<u64> {
        self.0.counters.subscribe()
    }

    /// A window has painted the screen `number`.
    pub fn shown(&self, number: u64) {
        let mut book = self.0.book();
        book.shown = Some(book.shown.unwrap_or(0).max(number).min(book.screen_number));
    }

    /// No window shows anything any more: the page has died or hangs, or nobody can see it. Once it paints again it
    /// says so itself.
    pub fn unseen(&self) {
        self.0.book().shown = None;
    }

    /// The picture of a code by its name.
    pub async fn picture(&self, name: &str) -> Option<Vec<u8>> {
        match self.0.pictures.get(name) {
            Some(png) => Some(png),
            None => self.0.journal.picture(name).await.ok().flatten(),
        }
    }

    /// Whether the till can be used.
    pub fn health(&self) -> Health {
        let book = self.0.book();
        Health {
            ready: book.problem.is_none(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            environment: self.0.settings.environment,
            msn: self.0.settings.msn.clone(),
            contact: book.contact,
            display: book.shown.is_some(),
            problem: book.problem.as_ref().map(|(code, _)| *code),
            warning: book.unit.warning(self.0.clock.now()),
            open: book.open().map(|payment| payment.order().reference.to_string()),
        }
    }

    /// The shop it stands in.
    pub fn settings(&self) -> &TillSettings {
        &self.0.settings
    }

    async fn recover(&self) -> Result<(), JournalError> {
        let now = self.0.clock.now();
        for story in self.0.journal.newest(RECENT_MAX).await?.into_iter().rev() {
            if let Some(payment) = replayed(&story) {
                let mut book = self.0.book();
                book.note_row(present::row(&payment, now));
                book.note_push(&payment);
            }
        }
        for story in self.0.journal.unsettled().await? {
            let Some(payment) = replayed(&story) else { continue };
            self.0.clone().carry_on(payment, story.entries.len());
        }
        self.0.announce();
        Ok(())
    }

    async fn started_before(&self, key: &RequestKey) -> Result<Option<Started>, Refused> {
        match self.0.journal.requested_as(&key.key).await.map_err(unavailable)? {
            None => Ok(None),
            Some((reference, digest)) if digest == key.digest => {
                let view = self.payment(reference.as_str()).await?;
                Ok(Some(Started { view, again: true }))
            }
            Some((reference, _)) => {
                let detail = "the idempotency key was used for another request";
                Err(Refused::new(Code::IdempotencyMismatch, detail).because_of(reference.as_str()))
            }
        }
    }

    /// Whether the till can be used at all.
    pub(crate) fn check_usable(&self) -> Result<(), Refused> {
        match &self.0.book().problem {
            Some((code, detail)) => Err(Refused::new(*code, detail.clone())),
            None => Ok(()),
        }
    }

    fn check_free(&self) -> Result<(), Refused> {
        self.check_usable()?;
        match self.0.book().open() {
            Some(open) => {
                let reference = open.order().reference.as_str();
                let detail = format!("{reference} is open; wait for its end or cancel it");
                Err(Refused::new(Code::PaymentOpen, detail).because_of(reference))
            }
            None => Ok(()),
        }
    }

    async fn begin(
        &self,
        payment: &Payment,
        effects: &[Effect],
        key: Option<&RequestKey>,
        now: Moment,
    ) -> Result<(), Refused> {
        let reference = &payment.order().reference;
        let entries: Vec<Entry> =
            recorded(effects).map(|fact| Entry { at: now, fact: fact.clone() }).collect();
        match self.0.journal.begin(reference, key, &entries).await {
            Ok(_) => Ok(()),
            Err(JournalError::ReferenceUsed { .. }) => {
                let detail =
                    format!("{reference} has been used; use the next attempt, such as {reference}-2");
                Err(Refused::new(Code::ReferenceUsed, detail).because_of(reference.as_str()))
            }
            Err(error) => {
                tracing::error!(payment.reference = %reference, %error, "a payment was not begun");
                self.0.was_begun(reference, &entries, error).await
            }
        }
    }

    /// A payment that is followed, or remembered.
    pub(crate) async fn known(&self, reference: &Reference) -> Result<Payment, Refused> {
        let followed = self.0.book().payment(reference).cloned();
        match followed {
            Some(payment) => Ok(payment),
            None => Ok(self.remembered(reference).await?.0),
        }
    }

    /// A payment as its story tells it, and how many entries that has.
    pub(crate) async fn remembered(&self, reference: &Reference) -> Result<(Payment, u32), Refused> {
        let story = self.0.journal.story(reference).await.map_err(unavailable)?;
        let told = |story: journal::Story| Some((replayed(&story)?, entries_of(&story)));
        story.and_then(told).ok_or_else(|| unknown(reference.as_str()))
    }
}

pub(crate) fn recorded(effects: &[Effect]) -> impl Iterator<Item = &payment::Fact> {
    effects.iter().filter_map(|effect| match effect {
        Effect::Record(fact) => Some(fact),
        Effect::Ask(_) | Effect::WakeAt(_) => None,
    })
}

pub(crate) fn replayed(story: &journal::Story) -> Option<Payment> {
    let facts = story.entries.iter().map(|entry| (entry.at, entry.fact.clone()));
    Payment::replay(facts)
        .inspect_err(|error| tracing::error!(payment.reference = %story.reference, %error, "left alone"))
        .ok()
}

fn entries_of(story: &journal::Story) -> u32 {
    u32::try_from(story.entries.len()).unwrap_or(u32::MAX)
}

pub(crate) fn parsed(reference: &str) -> Result<Reference, Refused> {
    Reference::parse(reference).map_err(|_| unknown(reference))
}

pub(crate) fn unknown(reference: &str) -> Refused {
    Refused::new(Code::PaymentUnknown, "there is no payment with this reference").because_of(reference)
}

#[expect(clippy::needless_pass_by_value, reason = "it ends here")]
pub(crate) fn unavailable(error: JournalError) -> Refused {
    tracing::error!(%error, "the journal refuses");
    Refused::new(Code::JournalUnavailable, error.to_string())
}
