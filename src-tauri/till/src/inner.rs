//! What every clone of a till shares, and what the followers of its payments tell it.

use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use consents::Consents;
use contract::{Change, Counter, PaymentView};
use journal::{Journal, Seq};
use payment::{Effect, End, Payment, Reference};
use tokio::sync::{Mutex as AsyncMutex, broadcast, mpsc, watch};

use crate::book::Book;
use crate::clock::{Clock, wait_until};
use crate::follow::{Customer, Follow, INBOX_MAX, Said};
use crate::keeping;
use crate::pictures::Pictures;
use crate::present;
use crate::rails::Rails;
use crate::randomness::Randomness;
use crate::settings::TillSettings;
use crate::till::{Parts, recorded};

/// How many changes a slow listener may be behind before it must take a new snapshot.
const CHANGES_MAX: usize = 256;

/// What every clone of a till shares.
pub(crate) struct Inner {
    pub(crate) settings: TillSettings,
    pub(crate) journal: Arc<dyn Journal>,
    pub(crate) rails: Rails,
    pub(crate) clock: Arc<Clock>,
    pub(crate) randomness: Randomness,
    pub(crate) consents: Option<Arc<Consents>>,
    pub(crate) pictures: Pictures,
    book: Mutex<Book>,
    /// Held from the check that no payment is open until the new one is.
    pub(crate) starting: AsyncMutex<()>,
    /// Held while a payment that nobody follows any more is taken up again, so that nobody else does it too.
    pub(crate) taking_up: AsyncMutex<()>,
    /// Whether somebody tells the till when something happens to its payments.
    pub(crate) is_told: AtomicBool,
    pub(crate) screens: watch::Sender<u64>,
    pub(crate) counters: watch::Sender<u64>,
    pub(crate) changes: broadcast::Sender<Change>,
}

impl Inner {
    pub(crate) fn new(parts: Parts) -> Inner {
        let book = Book::of_till_on(parts.rails.first().kind());
        Inner {
            settings: parts.settings,
            journal: parts.journal,
            rails: parts.rails,
            clock: parts.clock,
            randomness: parts.randomness,
            consents: parts.consents,
            pictures: Pictures::default(),
            book: Mutex::new(book),
            starting: AsyncMutex::default(),
            taking_up: AsyncMutex::default(),
            is_told: AtomicBool::new(false),
            screens: watch::channel(0).0,
            counters: watch::channel(0).0,
            changes: broadcast::channel(CHANGES_MAX).0,
        }
    }

    /// The facts of the first effects are on disk already; what is left of them is done by the follower.
    pub(crate) fn follow_new(self: Arc<Inner>, payment: Payment, effects: Vec<Effect>, customer: Customer) {
        let seen = u32::try_from(recorded(&effects).count()).unwrap_or(u32::MAX);
        let rest = effects.into_iter().filter(|effect| !matches!(effect, Effect::Record(_))).collect();
        self.follow(payment, seen, rest, customer);
    }

    /// Follows a payment again whose story may just have grown up to `seq`.
    pub(crate) fn follow_again(
        self: Arc<Inner>,
        payment: Payment,
        seen: u32,
        effects: Vec<Effect>,
        seq: Option<Seq>,
    ) {
        let inbox = self.register(&payment);
        self.publish(&payment, seq);
        tokio::spawn(Follow::new(self, payment, seen, Customer::default()).run(effects, inbox));
    }

    pub(crate) fn follow(
        self: Arc<Inner>,
        payment: Payment,
        seen: u32,
        effects: Vec<Effect>,
        customer: Customer,
    ) {
        let inbox = self.register(&payment);
        tokio::spawn(Follow::new(self, payment, seen, customer).run(effects, inbox));
    }

    fn register(&self, payment: &Payment) -> mpsc::Receiver<Said> {
        let (sender, inbox) = mpsc::channel(INBOX_MAX);
        let mut book = self.book();
        book.follow(payment.clone(), sender);
        if payment.end().is_none() {
            book.put_on_screen(&payment.order().reference);
        }
        inbox
    }

    /// Tells everybody what has become of a payment.
    pub(crate) fn publish(self: &Arc<Inner>, payment: &Payment, seq: Option<Seq>) {
        let now = self.clock.now();
        let reference = &payment.order().reference;
        let view = self.view(payment);
        let mut book = self.book();
        let had_ended = book.payment(reference).is_some_and(|before| before.end().is_some());
        let on_screen = book.on_screen().is_some_and(|shown| shown.order().reference == *reference);
        book.update(payment.clone(), seq, now);
        let news = book.note_view(&view);
        if matches!(payment.end(), Some(End::Paid { .. } | End::Reserved { .. })) && !had_ended {
            book.sold(payment.requested_at());
        }
        drop(book);
        if payment.end().is_some() && !had_ended && on_screen {
            self.clear_later(reference.clone());
        }
        if news || seq.is_some() {
            // Nobody may be listening.
            let _ = self.changes.send(Change { number: seq.map(|seq| seq.0), payment: view });
        }
        self.announce();
    }

    /// The cashier window, whole, as it is now.
    pub(crate) fn counter(&self) -> Counter {
        let now = self.clock.now();
        let keep_number = keeping::offer(self.consents.as_ref(), now);
        Counter { keep_number, ..present::counter(&self.book(), &self.settings, now) }
    }

    /// Numbers the screens and wakes whoever shows them.
    pub(crate) fn announce(&self) {
        let (jumped, now) = (self.clock.jumped(), self.clock.now());
        let offer = keeping::offer(self.consents.as_ref(), now);
        let mut book = self.book();
        let news = book.renumber(&self.settings, offer, (now, jumped));
        if news.screen {
            self.screens.send_replace(book.screen_number);
        }
        if news.counter {
            self.counters.send_replace(book.counter_number);
        }
    }

    fn clear_later(self: &Arc<Inner>, reference: Reference) {
        let till = self.clone();
        tokio::spawn(async move {
            let at = till.clock.now().plus(till.settings.result_stays);
            wait_until(&till.clock, at).await;
            till.book().clear(&reference);
            till.announce();
        });
    }

    pub(crate) fn note_contact(&self, answered: bool) {
        self.book().note_contact(answered, self.clock.now());
    }

    pub(crate) fn view(&self, payment: &Payment) -> PaymentView {
        present::view(payment, self.hindrance().is_some(), self.settings.language, self.clock.now())
    }

    pub(crate) fn book(&self) -> MutexGuard<'_, Book> {
        // A book is whole between any two calls on it, so one that was held in a panic is whole too.
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
