//! What can be seen of a payment, by whoever looks at it.

use crate::deadline::WINDOW;
use crate::lifecycle::Ended;
use crate::{Cause, Code, End, Flow, LinkEnd, Moment, Money, Order, Payment, ReceiptEnd, Stage, Why};

impl Payment {
    /// What it was asked for with.
    pub fn order(&self) -> &Order {
        &self.order
    }

    /// When it was asked for.
    pub fn requested_at(&self) -> Moment {
        self.requested_at
    }

    /// When its newest fact was learnt.
    pub fn changed_at(&self) -> Moment {
        self.changed_at
    }

    /// Where it is.
    pub fn stage(&self, now: Moment) -> Stage {
        if let Some(ended) = &self.end {
            return Stage::Ended(ended.end.clone());
        }
        let doubtful = self.doubt_at().is_some_and(|at| at <= now);
        if doubtful || self.ending.is_some() {
            Stage::Checking
        } else if self.approved {
            Stage::Approved
        } else if self.card_declined {
            Stage::CardDeclined
        } else if self.opened {
            Stage::Opened
        } else if self.code.is_some() || (self.exists && self.flow.reaches_phone()) || self.awaits_scan() {
            Stage::Waiting
        } else {
            Stage::Starting
        }
    }

    /// The code to scan, while there is one.
    pub fn code(&self) -> Option<&Code> {
        self.code.as_ref()
    }

    /// How the customer is reached now: as ordered, or by a code after that was refused.
    pub fn flow(&self) -> Flow {
        self.flow
    }

    /// Why the customer scans a code, if the payment was to be sent to a phone.
    pub fn fell_back(&self) -> Option<&Cause> {
        self.fell_back.as_ref()
    }

    /// When Vipps MobilePay refused to send it to a phone, if it was asked.
    pub fn push_refused_at(&self) -> Option<Moment> {
        self.push_refused_at
    }

    /// Whether a creation may yet need to say whom it is for. Nobody is known while the code on the counter waits to be
    /// scanned; whoever scans it must be kept in mind from then on.
    pub fn needs_payer(&self) -> bool {
        self.end.is_none() && !self.exists && self.flow.reaches_phone()
    }

    /// Whether a customer may have it before them: a code has been shown, or a phone may have been reached.
    pub fn may_be_seen(&self) -> bool {
        self.code.is_some() || (self.flow.reaches_phone() && self.creates > 0)
    }

    /// When the customer's time is over, once it has begun.
    pub fn window_end(&self) -> Option<Moment> {
        self.created_at.map(|at| at.plus(WINDOW))
    }

    /// When it began to exist at Vipps MobilePay, as far as we know.
    pub fn created_at(&self) -> Option<Moment> {
        self.created_at
    }

    /// When it ended.
    pub fn ended_at(&self) -> Option<Moment> {
        self.end.as_ref().map(|ended| ended.at)
    }

    /// How much money has moved.
    pub fn money(&self) -> Money {
        self.money
    }

    /// The newest trouble, while it lasts, or what it failed of.
    pub fn cause(&self) -> Option<&Cause> {
        match (&self.end, &self.ending) {
            (Some(Ended { end: End::Failed { cause }, .. }), _) | (None, Some(Why::Fault { cause })) => {
                Some(cause)
            }
            (Some(_), _) => None,
            (None, _) => self.desk.trouble.as_ref(),
        }
    }

    /// Under what id Vipps MobilePay's support finds the newest trouble.
    pub fn support_id(&self) -> Option<&str> {
        self.desk.support_id.as_deref()
    }

    /// Money came in after it had ended, and is (or was) on its way back or kept: the staff must know.
    pub fn came_late(&self) -> bool {
        self.late || self.paid_late
    }

    /// It has ended, and no money of it can move any more, so the sale may be charged again.
    pub fn may_pay_again(&self) -> bool {
        let kept = self.money.captured > self.money.refunded;
        match &self.end {
            None | Some(Ended { end: End::Paid { .. } | End::Reserved { .. }, .. }) => false,
            Some(_) => !kept && !self.late,
        }
    }

    /// What became of its receipt, once that is known.
    pub(crate) fn receipt_end(&self) -> Option<&ReceiptEnd> {
        self.receipt_end.as_ref()
    }

    /// What became of its link, once that is known.
    pub(crate) fn link_end(&self) -> Option<&LinkEnd> {
        self.link_end.as_ref()
    }

    /// Nothing will be asked about its money any more, unless somebody asks for a capture, a release or a refund.
    pub fn is_settled(&self) -> bool {
        self.settled && !self.has_open_modification()
    }

    /// Whether a cancel makes sense now.
    pub fn may_cancel(&self) -> bool {
        self.end.is_none() && !self.approved && self.ending.is_none()
    }
}
