//! How money is given back: one refund after the other, each under one key for ever (laws 1, 2, 3 and 8).

use std::time::Duration;

use crate::deadline::{READ_BACK_OFF_MAX, REFUND_READS_MAX, back_off, refund_pause};
use crate::lifecycle::Refunding;
use crate::refund::REFUNDS_MAX;
use crate::{
    Ask, Cause, Fact, Knowledge, Moment, Payment, Reading, Refund, RefundRequest, RefundState, Refusal,
    Standing, Trouble,
};

/// More than is left.
const ABOVE: &str = "refund_above_captured";
/// It has been given back already, says Vipps MobilePay (contract 1.4, 6180): true if a read agrees.
const ALREADY: &str = "already_processed";

impl Payment {
    /// Its refunds, in the order in which they were asked for.
    pub fn refunds(&self) -> &[Refund] {
        &self.refunds
    }

    /// What may still be asked back, in minor units: what was captured without what has been given back and what is
    /// about to be. Nothing before the payment has ended.
    pub fn refundable(&self) -> u64 {
        let kept = self.money.captured.saturating_sub(self.money.refunded);
        let open = self.open_refunds().fold(0_u64, |sum, refund| sum.saturating_add(refund.amount));
        if self.end.is_some() { kept.saturating_sub(open) } else { 0 }
    }

    /// What hinders the oldest open refund, and under what id Vipps MobilePay's support finds that.
    pub fn refund_trouble(&self) -> Option<(&Cause, Option<&str>)> {
        self.desk.refunding.trouble.as_ref().map(|(cause, id)| (cause, id.as_deref()))
    }

    /// Whether money is still to be given back.
    pub fn has_open_refund(&self) -> bool {
        self.open_refunds().next().is_some()
    }

    fn open_refunds(&self) -> impl Iterator<Item = &Refund> {
        self.refunds.iter().filter(|refund| refund.state == RefundState::Asked)
    }

    /// The refund whose turn it is. A late approval is released first.
    pub(super) fn refund_to_make(&self) -> Option<&Refund> {
        let free = self.end.is_some() && (self.settled || !self.late);
        self.open_refunds().next().filter(|_| free)
    }

    /// Whether the oldest open refund may have gone out.
    pub(super) fn is_refund_intended(&self) -> bool {
        self.open_refunds().next().is_some_and(|refund| refund.intended_after.is_some())
    }

    pub(super) fn refund_asked(
        &mut self,
        amount: Option<u64>,
        reason: Option<String>,
        request: Option<RefundRequest>,
    ) -> Result<Vec<Fact>, Refusal> {
        if let Some(before) = self.asked_before(request.as_ref()) {
            let same = Some(before) == request.as_ref();
            return if same { Ok(Vec::new()) } else { Err(Refusal::RequestDiffers) };
        }
        let left = self.refundable();
        let amount = amount.unwrap_or(left);
        let number = u32::try_from(self.refunds.len()).unwrap_or(u32::MAX).saturating_add(1);
        if left == 0 {
            return Err(Refusal::NothingToRefund);
        }
        if amount == 0 || amount > left {
            return Err(Refusal::AboveRefundable);
        }
        if number > REFUNDS_MAX {
            return Err(Refusal::TooManyRefunds);
        }
        if !self.has_open_refund() {
            self.next_refund();
        }
        Ok(vec![Fact::RefundAsked { number, amount, reason, request }])
    }

    fn asked_before(&self, request: Option<&RefundRequest>) -> Option<&RefundRequest> {
        let requests = self.refunds.iter().filter_map(|refund| refund.request.as_ref());
        request.and_then(|request| requests.into_iter().find(|known| known.key == request.key))
    }

    /// Whichever refund comes next begins with a fresh read.
    fn next_refund(&mut self) {
        self.desk.refunding = Refunding::default();
        self.desk.must_read = true;
        self.desk.not_before = None;
    }

    /// Each try is made right after a fresh read: somebody in the portal may have been faster.
    pub(super) fn wants_refund(&self, now: Moment) -> Option<(Ask, Moment)> {
        let refund = self.refund_to_make()?;
        let key = || self.order.refund_key(refund.number);
        let ask =
            if self.desk.must_read { self.look() } else { Ask::Refund { key: key(), amount: refund.amount } };
        Some((ask, self.not_before(now)))
    }

    pub(super) fn refund_intent(&self, key: &str) -> Vec<Fact> {
        let first = self.refund_to_make().filter(|refund| refund.intended_after.is_none());
        first
            .map(|refund| Fact::RefundIntended { number: refund.number, key: key.to_owned() })
            .into_iter()
            .collect()
    }

    /// Acknowledged. A repeated answer may tell an older total than we know by now.
    pub(super) fn refunded(&mut self, refunded: u64) -> Vec<Fact> {
        let Some(refund) = self.refund_to_make() else { return Vec::new() };
        let least = refund.intended_after.unwrap_or(0).saturating_add(refund.amount);
        let refunded = refunded.max(least).max(self.money.refunded);
        let made = Fact::RefundMade { number: refund.number, refunded };
        self.next_refund();
        vec![made]
    }

    /// A refusal is believed at once only if no earlier try can have been made.
    pub(super) fn refund_troubled(&mut self, trouble: Trouble, now: Moment) -> Vec<Fact> {
        let refunding = &mut self.desk.refunding;
        refunding.failures = refunding.failures.saturating_add(1);
        let wait = refund_pause(refunding.failures).max(trouble.pause.unwrap_or(Duration::ZERO));
        match trouble.knowledge {
            Knowledge::NotSent | Knowledge::Later => {}
            Knowledge::Refused if !refunding.doubtful => return self.refund_refused(trouble.cause),
            Knowledge::Refused => refunding.refused = Some(trouble.cause),
            Knowledge::Unknown => {
                refunding.doubtful = true;
                refunding.refused = Some(trouble.cause).filter(|cause| cause.name() == ALREADY);
            }
        }
        self.desk.must_read = true;
        self.pause(now, wait);
        Vec::new()
    }

    fn refund_refused(&mut self, cause: Cause) -> Vec<Fact> {
        let Some(refund) = self.refund_to_make() else { return Vec::new() };
        let refused = Fact::RefundRefused { number: refund.number, cause };
        self.next_refund();
        vec![refused]
    }

    /// A read that fails is repeated for as long as it takes.
    pub(super) fn refund_read_troubled(&mut self, wait: Duration, now: Moment) -> Vec<Fact> {
        self.desk.must_read = true;
        self.pause(now, wait.max(refund_pause(self.desk.failures)));
        Vec::new()
    }

    /// The read before a try, and after one that was not answered well. What has been given back since the refund
    /// was about to be made proves that it was: then it is never sent again.
    pub(super) fn read_for_refund(&mut self, reading: &Reading, now: Moment) -> Vec<Fact> {
        let Some(refund) = self.refund_to_make().cloned() else { return Vec::new() };
        let money = reading.money;
        if money.captured < self.money.captured || money.refunded < self.money.refunded {
            return self.read_behind(reading, now);
        }
        self.desk.refunding.behind = 0;
        let mut facts = self.moved(reading);
        let Refunding { doubtful, refused, .. } = self.desk.refunding.clone();
        let since = refund.intended_after.map(|before| money.refunded.saturating_sub(before));
        if doubtful && since.is_some_and(|since| since >= refund.amount) {
            facts.push(Fact::RefundMade { number: refund.number, refunded: money.refunded });
            self.next_refund();
        } else if let Some(cause) = refused {
            facts.extend(self.refund_refused(cause));
        } else if !doubtful && money.captured.saturating_sub(money.refunded) < refund.amount {
            facts.extend(self.refund_refused(Cause::named(ABOVE)));
        }
        facts
    }

    /// The read knows less than we have been told: it lags behind, or is of another sales unit. What can't have been
    /// made is not waited for long.
    fn read_behind(&mut self, reading: &Reading, now: Moment) -> Vec<Fact> {
        let refunding = &mut self.desk.refunding;
        refunding.behind = refunding.behind.saturating_add(1);
        if refunding.behind >= REFUND_READS_MAX && !refunding.doubtful {
            let unknown = reading.standing == Standing::Unknown;
            return self.refund_refused(Cause::named(if unknown { "unknown_order" } else { ABOVE }));
        }
        let leisurely = refund_pause(refunding.behind);
        let quick = back_off(refunding.behind, READ_BACK_OFF_MAX);
        let wait = if refunding.doubtful { leisurely } else { quick };
        self.desk.must_read = true;
        self.pause(now, wait);
        Vec::new()
    }

    pub(super) fn apply_refund(&mut self, fact: &Fact, at: Moment) {
        let refunded_before = self.money.refunded;
        match fact {
            Fact::RefundAsked { number, amount, reason, request } => self.refunds.push(Refund {
                number: *number,
                amount: *amount,
                reason: reason.clone(),
                request: request.clone(),
                state: RefundState::Asked,
                at,
                intended_after: None,
            }),
            Fact::RefundIntended { number, .. } => {
                if let Some(refund) = self.refund(*number) {
                    refund.intended_after.get_or_insert(refunded_before);
                }
            }
            Fact::RefundMade { number, refunded } => {
                self.money.refunded = *refunded;
                self.now_refund_is(*number, RefundState::Made, at);
            }
            Fact::RefundRefused { number, cause } => {
                self.now_refund_is(*number, RefundState::Refused(cause.clone()), at);
            }
            _ => {}
        }
    }

    fn now_refund_is(&mut self, number: u32, state: RefundState, at: Moment) {
        if let Some(refund) = self.refund(number) {
            refund.state = state;
            refund.at = at;
        }
    }

    fn refund(&mut self, number: u32) -> Option<&mut Refund> {
        self.refunds.iter_mut().find(|refund| refund.number == number)
    }
}
