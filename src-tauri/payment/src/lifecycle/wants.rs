//! What a payment wants to ask next, and from when on.

use crate::deadline::cancel_pause;
use crate::{Ask, Code, End, Moment, Payment, Why};

impl Payment {
    /// The next ask and the moment from which it may be asked; `None` when there is nothing left to ask.
    pub(super) fn wants(&self, now: Moment) -> Option<(Ask, Moment)> {
        if self.is_settled() {
            return None;
        }
        if self.end.is_some() {
            return Some(self.wants_modification(now).unwrap_or_else(|| self.wants_after_end(now)));
        }
        let at = self.not_before(now);
        if self.desk.must_read {
            return Some((self.look(), at));
        }
        if !self.exists {
            return Some((self.create(), at));
        }
        if self.is_to_be_cancelled() {
            // While a cancel has to wait, the customer may pay or end it.
            let ask = if self.cancel_from(now) > at.max(now) { self.look() } else { self.cancel() };
            return Some((ask, at));
        }
        if self.approved {
            return Some((self.capture(), at));
        }
        match &self.url {
            Some(url) if self.needs_code(now) => Some((Ask::Code { url: url.clone() }, at)),
            None if self.lacks_url() && self.ending.is_none() => {
                Some((self.create(), at.max(self.create_from(now))))
            }
            _ => Some((self.look(), at)),
        }
    }

    /// A payment that ended without proof is watched for a late approval, and a late approval is released.
    fn wants_after_end(&self, now: Moment) -> (Ask, Moment) {
        let at = self.not_before(now);
        if self.late && !self.desk.must_read {
            (self.cancel(), at.max(self.cancel_from(now)))
        } else {
            (self.look(), at)
        }
    }

    /// While nobody knows whether ours was created, somebody else's must be told from it.
    pub(super) fn look(&self) -> Ask {
        Ask::Read { dated: !self.exists }
    }

    /// Before the approval only what is not approved is cancelled: a customer who was faster has paid. The same key
    /// for the same wish until it is spent.
    fn cancel(&self) -> Ask {
        let (unapproved_only, after_capture) = (!self.approved && !self.late, self.money.captured > 0);
        let key = match &self.cancel_open {
            Some((key, open)) if *open == unapproved_only => key.clone(),
            _ => self.order.cancel_key(self.cancels.saturating_add(1)),
        };
        Ask::Cancel { key, unapproved_only, after_capture }
    }

    pub(super) fn not_before(&self, now: Moment) -> Moment {
        self.desk.not_before.unwrap_or(now)
    }

    /// An ending is cancelled unless the customer has approved; a faulty one is released even then.
    pub(super) fn is_to_be_cancelled(&self) -> bool {
        match &self.ending {
            None => false,
            Some(Why::Fault { .. }) => true,
            Some(Why::Shop | Why::TimedOut | Why::Declined) => !self.approved,
        }
    }

    pub(super) fn cancel_from(&self, now: Moment) -> Moment {
        let pause = cancel_pause(self.cancel_refusals);
        self.cancelled_at.map_or(now, |at| at.plus(pause))
    }

    /// The same key until it is spent; what is left to capture when a part has been.
    fn capture(&self) -> Ask {
        match &self.capture_open {
            Some((key, amount)) => Ask::Capture { key: key.clone(), amount: *amount },
            None => Ask::Capture {
                key: self.order.capture_key(self.captures.saturating_add(1)),
                amount: self.order.amount.minor().saturating_sub(self.money.captured),
            },
        }
    }

    /// There is no code yet, or the one there is has gone stale before the customer's time is over (the older
    /// rule of 5 minutes to scan and 5 to pay, contract 0.3).
    fn needs_code(&self, now: Moment) -> bool {
        let open = self.window_end().is_none_or(|end| end > now);
        let stale = |code: &Code| code.until <= now && open;
        !self.opened && !self.card_declined && self.code.as_ref().is_none_or(stale)
    }

    /// How the payment ended, if it has.
    pub fn end(&self) -> Option<&End> {
        self.end.as_ref().map(|ended| &ended.end)
    }
}
