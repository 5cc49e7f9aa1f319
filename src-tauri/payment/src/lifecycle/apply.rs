//! What a fact changes. The only place where the recorded half of a payment changes.

use crate::deadline::next_watch;
use crate::lifecycle::Ended;
use crate::lifecycle::creation::PUSH_NOT_ALLOWED;
use crate::{Cause, Code, Effect, End, Fact, Flow, Moment, Money, Payment};

impl Payment {
    /// Applies `facts` and hands them out to be recorded.
    pub(super) fn take(&mut self, facts: Vec<Fact>, now: Moment) -> Vec<Effect> {
        for fact in &facts {
            self.apply(fact, now);
        }
        facts.into_iter().map(Effect::Record).collect()
    }

    /// The only place where the recorded half changes.
    pub(super) fn apply(&mut self, fact: &Fact, at: Moment) {
        self.changed_at = at;
        match fact {
            Fact::Requested { .. } => {}
            Fact::CreateIntended { key } => self.now_creating(key, at),
            Fact::NotCreated { strayed } => {
                self.create_open = false;
                self.strayed |= strayed;
            }
            Fact::FellBack { cause } => self.now_falls_back(cause, at),
            Fact::Created { url } => {
                self.url.clone_from(url);
                self.now_exists(at);
            }
            Fact::Found => self.now_exists(at),
            Fact::CodeShown { content, picture, until } => {
                let code =
                    Code { content: content.clone(), picture: picture.clone(), since: at, until: *until };
                self.code = Some(code);
            }
            Fact::Opened => self.opened = true,
            Fact::CardDeclined => self.card_declined = true,
            Fact::Approved { reserved } => {
                self.approved = true;
                self.money.reserved = *reserved;
            }
            Fact::Moved { money } => self.now_moved(money),
            Fact::CaptureIntended { .. } if self.end.is_some() => self.apply_modification(fact, at),
            Fact::CaptureIntended { key, amount } => self.now_capturing(key, *amount),
            Fact::CaptureRefused => {
                self.capture_refusals = self.capture_refusals.saturating_add(1);
                self.capture_open = None;
            }
            Fact::EndingBegun { why } => self.ending = Some(why.clone()),
            Fact::EndingDropped => {
                self.ending = None;
                self.cancel_acknowledged = false;
            }
            Fact::CancelIntended { .. } if self.release_to_make().is_some() => {
                self.apply_modification(fact, at);
            }
            Fact::CancelIntended { key, unapproved_only } => {
                self.now_cancelling((key.clone(), *unapproved_only), at);
            }
            Fact::CancelAcknowledged => {
                self.cancel_acknowledged = true;
                self.cancel_open = None;
            }
            Fact::CancelRefused => {
                self.cancel_refusals = self.cancel_refusals.saturating_add(1);
                self.cancel_open = None;
            }
            Fact::Ended { end, proven } => self.now_ended(end, *proven, at),
            Fact::ApprovedLate { reserved } => self.now_approved_late(*reserved),
            Fact::ReleasedLate => self.late = false,
            Fact::PaidLate { captured } => self.now_paid_late(*captured, at),
            Fact::Settled => self.settled = true,
            Fact::ReceiptEnded { end } => self.receipt_end = Some(end.clone()),
            Fact::LinkEnded { end } => self.link_end = Some(end.clone()),
            Fact::CaptureAsked { .. }
            | Fact::CaptureMade { .. }
            | Fact::CaptureDenied { .. }
            | Fact::ReleaseAsked { .. }
            | Fact::ReleaseMade { .. }
            | Fact::ReleaseDenied { .. }
            | Fact::RefundAsked { .. }
            | Fact::RefundIntended { .. }
            | Fact::RefundMade { .. }
            | Fact::RefundRefused { .. } => self.apply_modification(fact, at),
        }
    }

    fn now_capturing(&mut self, key: &str, amount: u64) {
        self.captures = self.captures.saturating_add(1);
        self.capture_open = Some((key.to_owned(), amount));
    }

    fn now_approved_late(&mut self, reserved: u64) {
        self.late = true;
        self.money.reserved = reserved;
    }

    fn now_paid_late(&mut self, captured: u64, at: Moment) {
        self.late = false;
        self.paid_late = true;
        self.money.captured = captured;
        self.end = Some(Ended { end: End::Paid { captured }, at });
    }

    fn now_creating(&mut self, key: &str, at: Moment) {
        if self.create_key.as_deref() != Some(key) {
            self.creates = self.creates.saturating_add(1);
            self.create_key = Some(key.to_owned());
        }
        self.create_tries = self.create_tries.saturating_add(1);
        self.first_create_at.get_or_insert(at);
        self.last_create_at = Some(at);
        self.create_open = !self.exists;
    }

    fn now_falls_back(&mut self, cause: &Cause, at: Moment) {
        let asked = self.create_key.take().is_some();
        self.push_refused_at = Some(at).filter(|_| asked && cause.name() == PUSH_NOT_ALLOWED);
        self.fell_back = Some(cause.clone());
        self.flow = Flow::Qr;
        self.create_tries = 0;
        self.create_open = false;
    }

    fn now_exists(&mut self, at: Moment) {
        self.create_open = false;
        self.exists = true;
        self.created_at.get_or_insert(at);
    }

    fn now_cancelling(&mut self, cancel: (String, bool), at: Moment) {
        if self.cancel_open.as_ref() != Some(&cancel) {
            self.cancels = self.cancels.saturating_add(1);
            self.cancel_open = Some(cancel);
        }
        self.cancelled_at = Some(at);
    }

    fn now_moved(&mut self, money: &Money) {
        // A capture by another hand spends the key of ours: what is left is another capture.
        if money.captured > self.money.captured {
            self.capture_open = None;
        }
        self.money = *money;
    }

    fn now_ended(&mut self, end: &End, proven: bool, at: Moment) {
        if let End::Paid { captured } = end {
            self.money.captured = *captured;
        }
        self.settled = proven;
        if let Some(ended) = &mut self.end {
            // What was reserved for later has found its end. For the customer it had ended long ago.
            ended.end = end.clone();
            return;
        }
        self.end = Some(Ended { end: end.clone(), at });
        self.desk.must_read = false;
        self.desk.not_before = next_watch(at, at);
    }
}
