//! What people do with a phone in their hand.

use super::payment::{Key, Payment, Phase};
use super::{UNKNOWN_MS, World};

/// Why a person could not do that.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ActRefused {
    /// No payment has that reference, or no code says that.
    #[error("no such payment")]
    Unknown,
    /// The payment is not in a state in which this is possible; the text says why.
    #[error("not possible: {0}")]
    NotNow(&'static str),
    /// The merchant may not do that; the text says why.
    #[error("refused: {0}")]
    Refused(String),
}

/// What a person does to a payment: the customer on a phone, the bank, or the merchant by hand in the portal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// The customer opens it.
    Scan,
    /// The customer has confirmed and proves to the bank who it is.
    Authorize,
    /// The customer approves.
    Approve,
    /// The customer approves after the time-out, and Vipps MobilePay lets it through (trap 20).
    ApproveLate,
    /// The bank declines the card.
    Decline,
    /// The customer says no in the app.
    Cancel,
    /// The bank lets go of what it had reserved.
    BankReleases,
    /// Taken by hand in the portal: so many minor units, or all that is left (trap 52).
    PortalCapture(Option<i64>),
    /// Given back by hand in the portal: so many minor units, or all that is left.
    PortalRefund(Option<i64>),
    /// Cancelled by hand in the portal.
    PortalCancel,
}

impl World {
    /// Does what a person does.
    pub(crate) fn perform(&mut self, key: &Key, act: Act, now: i64) -> Result<(), ActRefused> {
        match act {
            Act::Scan => self.scan(key, now),
            Act::Authorize => self.authorize(key, now),
            Act::Approve => self.approve(key, false, now),
            Act::ApproveLate => self.approve(key, true, now),
            Act::Decline => self.decline(key, now),
            Act::Cancel => self.cancel_in_app(key, now),
            Act::BankReleases => self.bank_releases(key, now),
            Act::PortalCapture(_) | Act::PortalRefund(_) | Act::PortalCancel => self.by_hand(key, act, now),
        }
    }

    /// The merchant does it in the portal, behind the till's back.
    fn by_hand(&mut self, key: &Key, act: Act, now: i64) -> Result<(), ActRefused> {
        let sums = self.payment(key).map(Payment::sums).ok_or(ActRefused::Unknown)?;
        let outcome = match act {
            Act::PortalCapture(amount) => {
                self.capture_part(key, amount.unwrap_or(sums.left_to_capture), "", now)
            }
            Act::PortalRefund(amount) => {
                self.refund_part(key, amount.unwrap_or(sums.left_to_refund), "", now)
            }
            _ => self.give_up(key, false, "", now),
        };
        outcome.map_err(|problem| ActRefused::Refused(problem.detail))
    }

    /// The customer opens the payment. Opening it twice changes nothing.
    pub(crate) fn scan(&mut self, key: &Key, now: i64) -> Result<(), ActRefused> {
        self.settle(now);
        let payment = self.at_hand(key)?;
        if payment.phase == Phase::Waiting {
            payment.phase = Phase::Opened;
            payment.scanned_at = Some(now);
        }
        Ok(())
    }

    /// The customer has confirmed and proves to the bank who it is; to be followed by an approval or a decline.
    ///
    /// A merchant who cancels now is refused (contract 2.1 and 2.3).
    pub(crate) fn authorize(&mut self, key: &Key, now: i64) -> Result<(), ActRefused> {
        self.scan(key, now)?;
        self.at_hand(key)?.phase = Phase::Authorizing;
        Ok(())
    }

    /// The bank lets go of what it had reserved, as banks do after some days (contract 5.6).
    pub(crate) fn bank_releases(&mut self, key: &Key, now: i64) -> Result<(), ActRefused> {
        self.settle(now);
        let payment = self.payments.get_mut(key).ok_or(ActRefused::Unknown)?;
        if payment.phase != Phase::Approved || payment.sums().left_to_capture == 0 {
            return Err(ActRefused::NotNow("nothing is reserved"));
        }
        payment.funds_gone = true;
        Ok(())
    }

    /// The customer approves, with a card that works unless the amount is one of the test amounts (contract 7).
    ///
    /// `late` lets it through after the time-out, which Vipps MobilePay does not promise never to do (trap 20).
    pub(crate) fn approve(&mut self, key: &Key, late: bool, now: i64) -> Result<(), ActRefused> {
        self.settle(now);
        let reopened = late && self.reopen(key, now)?;
        self.scan(key, now)?;
        let payment = self.at_hand(key)?;
        match payment.amount {
            151 | 182 | 183 | 184 | 186 | 187 | 197 | 202 => {
                self.decline(key, now)?;
                if reopened {
                    self.at_hand(key)?.phase = Phase::TimedOut;
                }
            }
            201 => {
                payment.phase = Phase::Unknown { until: now + UNKNOWN_MS };
                self.open.insert(key.clone());
            }
            _ => self.approved(key, now),
        }
        Ok(())
    }

    /// The customer approves, but the bank declines the card. Another card may still work (trap 23).
    pub(crate) fn decline(&mut self, key: &Key, now: i64) -> Result<(), ActRefused> {
        self.scan(key, now)?;
        let payment = self.at_hand(key)?;
        let status = if payment.direct_capture { "SALE_FAILED" } else { "RESERVE_FAILED" };
        payment.phase = Phase::Opened;
        payment.note(payment.approval(), false, payment.amount, now);
        self.tell(key, status, now);
        Ok(())
    }

    /// The customer says no in the app.
    pub(crate) fn cancel_in_app(&mut self, key: &Key, now: i64) -> Result<(), ActRefused> {
        self.scan(key, now)?;
        let payment = self.at_hand(key)?;
        payment.note(super::payment::Operation::Cancel, true, payment.amount, now);
        payment.phase = Phase::Aborted;
        self.open.remove(key);
        self.tell(key, "CANCELLED", now);
        Ok(())
    }

    /// Reserves the money, or takes it at once where the sales unit does so.
    pub(super) fn approved(&mut self, key: &Key, now: i64) {
        let Some(payment) = self.payments.get_mut(key) else { return };
        payment.note(payment.approval(), true, payment.amount, now);
        payment.phase = Phase::Approved;
        payment.reserved = payment.amount;
        payment.reserved_at = Some(now);
        payment.captured = if payment.direct_capture { payment.amount } else { 0 };
        let status = if payment.direct_capture { "SALE" } else { "RESERVED" };
        self.open.remove(key);
        self.share(key, now);
        self.tell(key, status, now);
    }

    /// Says whether its time was over.
    fn reopen(&mut self, key: &Key, now: i64) -> Result<bool, ActRefused> {
        let payment = self.payments.get_mut(key).ok_or(ActRefused::Unknown)?;
        let over = payment.phase == Phase::TimedOut;
        if over {
            payment.phase = Phase::Opened;
            // In the 5 + 5 mode the five minutes begin anew; in the other the approval follows at once.
            payment.scanned_at = Some(now);
        }
        Ok(over)
    }

    /// The payment, if the customer can still act upon it.
    fn at_hand(&mut self, key: &Key) -> Result<&mut Payment, ActRefused> {
        let payment = self.payments.get_mut(key).ok_or(ActRefused::Unknown)?;
        match payment.phase {
            Phase::Waiting | Phase::Opened | Phase::Authorizing => Ok(payment),
            Phase::Unknown { .. } => {
                Err(ActRefused::NotNow("the customer has approved; the outcome is not known yet"))
            }
            Phase::Approved => Err(ActRefused::NotNow("the customer has approved it already")),
            Phase::Aborted | Phase::Terminated => Err(ActRefused::NotNow("it has been cancelled")),
            Phase::TimedOut => Err(ActRefused::NotNow("its time is over")),
        }
    }
}
