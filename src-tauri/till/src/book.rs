//! What the till has in its head: the payments that it follows, which of them is on the screen, and how it goes.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::Duration;

use contract::{Code, Contact, Counter, KeepNumber, PaymentView, RecentPayment, ScreenView};
use journal::Seq;
use payment::{Moment, Payment, Reference};
use tokio::sync::mpsc;

use crate::cart::Shown;
use crate::counter_code::AtCounter;
use crate::follow::Said;
use crate::presence::Presence;
use crate::present;
use crate::settings::TillSettings;
use crate::unit;

/// How many of the last payments the cashier sees.
pub(crate) const RECENT_MAX: u32 = 20;
/// So many calls in a row without an answer, and contact is lost.
const UNANSWERED_MAX: u32 = 2;

/// How long it is remembered that the sales unit may not send requests to phones. Then it is tried again: the owner
/// may have ordered the permission.
const PUSH_REFUSED_FOR: Duration = Duration::from_hours(24);

/// What the till has in its head.
#[derive(Default)]
pub(crate) struct Book {
    followed: BTreeMap<Reference, Followed>,
    on_screen: Option<Reference>,
    /// The sale that is being rung up.
    pub(crate) cart: Option<Shown>,
    pub(crate) recent: VecDeque<RecentPayment>,
    pub(crate) contact: Contact,
    /// Whether the rail of new payments reaches a customer by their own code; it stays as it was when the till opened.
    pub(crate) takes_own_code: bool,
    /// The code on the counter, and who has scanned it.
    pub(crate) at_counter: AtCounter,
    unanswered: u32,
    /// Since when nothing is answered.
    unanswered_since: Option<Moment>,
    pub(crate) presence: Presence,
    /// When Vipps MobilePay last said that the sales unit may not send requests to phones.
    push_refused_at: Option<Moment>,
    /// What the hub has read of the sales unit.
    pub(crate) unit: unit::Known,
    /// What stops the till, and in exact words why.
    pub(crate) problem: Option<(Code, String)>,
    /// It stops the till until it is started again.
    pub(crate) stopped: bool,
    /// The payments that wait for the journal, and stop the till meanwhile.
    pub(crate) held_up: BTreeSet<Reference>,
    pub(crate) screen_number: u64,
    pub(crate) counter_number: u64,
    /// The newest screen that a window has painted; none while there is no window that paints.
    pub(crate) shown: Option<u64>,
    /// The newest screen, and how often the clock had been set when it said what time is left, if it does.
    screen_before: Option<(ScreenView, Option<u64>)>,
    counter_before: Option<Counter>,
}

struct Followed {
    payment: Payment,
    inbox: mpsc::Sender<Said>,
    /// The newest entry of its story that `payment` knows of, if one was written since it is followed.
    seq: Option<Seq>,
    /// How it was last told to whoever listens.
    told: Option<PaymentView>,
}

/// What has changed since it was last looked at.
pub(crate) struct News {
    pub(crate) screen: bool,
    pub(crate) counter: bool,
}

impl Book {
    /// The book of a till whose new payments run on `rail`.
    pub(crate) fn of_till_on(rail: payment::Rail) -> Book {
        Book {
            takes_own_code: rail.has(payment::Flow::PersonalQr),
            at_counter: AtCounter::on(rail),
            ..Book::default()
        }
    }

    pub(crate) fn payment(&self, reference: &Reference) -> Option<&Payment> {
        self.followed.get(reference).map(|followed| &followed.payment)
    }

    /// A payment that knows of the entry `seq`, or of a later one of its own.
    pub(crate) fn payment_told_at(&self, reference: &Reference, seq: Seq) -> Option<&Payment> {
        let followed = self.followed.get(reference)?;
        (followed.seq >= Some(seq)).then_some(&followed.payment)
    }

    pub(crate) fn inbox(&self, reference: &Reference) -> Option<mpsc::Sender<Said>> {
        self.followed.get(reference).map(|followed| followed.inbox.clone())
    }

    /// The payment that has not ended. There is at most one.
    pub(crate) fn open(&self) -> Option<&Payment> {
        self.followed.values().map(|followed| &followed.payment).find(|payment| payment.end().is_none())
    }

    pub(crate) fn on_screen(&self) -> Option<&Payment> {
        self.on_screen.as_ref().and_then(|reference| self.payment(reference))
    }

    pub(crate) fn follow(&mut self, payment: Payment, inbox: mpsc::Sender<Said>) {
        self.followed
            .insert(payment.order().reference.clone(), Followed { payment, inbox, seq: None, told: None });
    }

    pub(crate) fn put_on_screen(&mut self, reference: &Reference) {
        if let Some(before) = self.on_screen.replace(reference.clone()) {
            self.forget_if_done(&before);
        }
    }

    /// Clears `reference` from the screen, if it is there and has ended.
    pub(crate) fn clear(&mut self, reference: &Reference) {
        let ended = self.on_screen().is_some_and(|payment| payment.end().is_some());
        if ended && self.on_screen.as_ref() == Some(reference) {
            self.on_screen = None;
            self.forget_if_done(reference);
        }
    }

    pub(crate) fn update(&mut self, payment: Payment, seq: Option<Seq>, now: Moment) {
        let reference = payment.order().reference.clone();
        let row = present::row(&payment, now);
        // One of long ago, of which money is given back, does not come among the last.
        if payment.end().is_none() || self.recent.iter().any(|known| known.reference == row.reference) {
            self.note_row(row);
        }
        self.note_push(&payment);
        if let Some(followed) = self.followed.get_mut(&reference) {
            followed.payment = payment;
            followed.seq = followed.seq.max(seq);
        }
        if self.on_screen.as_ref() != Some(&reference) {
            self.forget_if_done(&reference);
        }
    }

    /// A payment that was asked for at `requested_at` is paid: what was rung up until then has been sold. The register's
    /// own text is about this sale whenever it was written: many write how it is paid.
    pub(crate) fn sold(&mut self, requested_at: Moment) {
        self.cart.take_if(|cart| cart.is_text() || cart.at <= requested_at);
    }

    /// Whether `view` is news to whoever listens.
    pub(crate) fn note_view(&mut self, view: &PaymentView) -> bool {
        let known = self
            .followed
            .values_mut()
            .find(|known| known.payment.order().reference.as_str() == view.reference);
        match known {
            Some(followed) if followed.told.as_ref() == Some(view) => false,
            Some(followed) => {
                followed.told = Some(view.clone());
                true
            }
            None => true,
        }
    }

    pub(crate) fn note_row(&mut self, row: RecentPayment) {
        match self.recent.iter_mut().find(|known| known.reference == row.reference) {
            Some(known) => *known = row,
            None => self.recent.push_front(row),
        }
        self.recent.truncate(RECENT_MAX as usize);
    }

    /// Remembers whether Vipps MobilePay has refused to send `payment` to a phone.
    pub(crate) fn note_push(&mut self, payment: &Payment) {
        self.push_refused_at = self.push_refused_at.max(payment.push_refused_at());
    }

    /// Whether a request to a phone need not be tried on `rail`.
    pub(crate) fn is_push_refused(&self, rail: payment::Rail, now: Moment) -> bool {
        let remembered = |at: Moment| at.plus(PUSH_REFUSED_FOR) > now && !self.unit.allows_push_since(at);
        self.unit.refuses_push(rail, now) || self.push_refused_at.is_some_and(remembered)
    }

    /// Since when contact is lost, if it is.
    pub(crate) fn contact_lost_at(&self) -> Option<Moment> {
        self.unanswered_since.filter(|_| self.contact == Contact::Lost)
    }

    /// One call was answered, or not.
    pub(crate) fn note_contact(&mut self, answered: bool, now: Moment) {
        self.unanswered = if answered { 0 } else { self.unanswered.saturating_add(1) };
        self.unanswered_since = if answered { None } else { self.unanswered_since.or(Some(now)) };
        if answered {
            self.contact = Contact::Good;
        } else if self.unanswered >= UNANSWERED_MAX {
            self.contact = Contact::Lost;
        }
    }

    /// Numbers the screens anew where they differ from what they were, at this time by a clock that was set so often.
    pub(crate) fn renumber(
        &mut self,
        settings: &TillSettings,
        keep_number: Option<KeepNumber>,
        (now, jumped): (Moment, u64),
    ) -> News {
        let screen_view = present::screen_view(self, now);
        let timeless = without_time(screen_view.clone());
        let set = (timeless != screen_view).then_some(jumped);
        let screen_now = Some((timeless, set));
        let counter = Counter { number: 0, keep_number, ..present::counter(self, settings, now) };
        let news = News {
            screen: self.screen_before != screen_now,
            counter: self.counter_before.as_ref() != Some(&counter),
        };
        self.screen_number = self.screen_number.saturating_add(u64::from(news.screen));
        self.counter_number = self.counter_number.saturating_add(u64::from(news.counter));
        self.screen_before = screen_now;
        self.counter_before = Some(counter);
        news
    }

    fn forget_if_done(&mut self, reference: &Reference) {
        if self.payment(reference).is_some_and(Payment::is_at_rest) {
            self.followed.remove(reference);
        }
    }
}

/// That time passes is not news; that it had been told wrong is.
fn without_time(view: ScreenView) -> ScreenView {
    match view {
        ScreenView::CounterCode { amount, of_ms, .. } => {
            ScreenView::CounterCode { amount, left_ms: 0, of_ms }
        }
        ScreenView::Scan { amount, qr, of_ms, .. } => ScreenView::Scan { amount, qr, left_ms: 0, of_ms },
        ScreenView::Sent { amount, of_ms, .. } => ScreenView::Sent { amount, left_ms: 0, of_ms },
        ScreenView::Opened { amount, of_ms, .. } => ScreenView::Opened { amount, left_ms: 0, of_ms },
        ScreenView::Declined { amount, may_retry, .. } => {
            ScreenView::Declined { amount, may_retry, left_ms: 0 }
        }
        other => other,
    }
}
