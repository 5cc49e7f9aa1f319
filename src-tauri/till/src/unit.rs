//! What the sales unit may do, as the hub of the chain has read it (contract 1.8), and what the till makes of that.
//!
//! It is the word of Vipps MobilePay, but not a fresh one: the hub reads once an hour, and the owner may have ordered
//! something since. So it is believed for a [day](UNIT_BELIEVED_FOR) and no longer, what was not said is held against nobody, and
//! it decides only where little is lost if it is out of date:
//!
//! - A request to a phone that eCom would refuse isn't tried: the customer scans a code at once, and is asked nothing twice.
//! - Where eCom collects at approval, `capture: manual` is refused before anything is asked. The customer would be charged
//!   for what the shop has not handed over yet, and nobody could take that back but by a refund.
//! - A part is not collected where only the whole may be. What is reserved stays so, for the POS to collect whole.
//!
//! A sale that is neither is never held up: a sales unit that may not take payments is
//! [warned](Known::warning) of, and the sale is tried all the same, because only the answer to it is the truth of that
//! moment. That nothing may be collected after 14 days hinders nothing that is collected before, so it refuses nothing
//! either.

use std::time::Duration;

use contract::{Code, UnitSettings};
use payment::{Currency, Moment, Order, Payment, Rail};

use crate::problem::Refused;
use crate::till::Till;

/// How long what was read of a sales unit is believed: as long as a refusal of Vipps MobilePay is remembered.
pub const UNIT_BELIEVED_FOR: Duration = Duration::from_hours(24);

/// What is known of the sales unit.
#[derive(Debug, Default)]
pub(crate) struct Known(Option<UnitSettings>);

impl Known {
    /// What may be believed now.
    fn now(&self, now: Moment) -> Option<&UnitSettings> {
        self.0.as_ref().filter(|read| Moment(read.read_at).plus(UNIT_BELIEVED_FOR) > now)
    }

    /// Whether a request to a phone would be refused. It is known of eCom alone.
    pub(crate) fn refuses_push(&self, rail: Rail, now: Moment) -> bool {
        let allowed = self.now(now).and_then(|read| read.skip_landing_page_allowed);
        rail == Rail::Ecom && allowed == Some(false)
    }

    /// Whether it was read after `refused_at` that requests to phones are allowed: the owner has ordered the permission.
    pub(crate) fn allows_push_since(&self, refused_at: Moment) -> bool {
        self.0.as_ref().is_some_and(|read| {
            Moment(read.read_at) > refused_at && read.skip_landing_page_allowed == Some(true)
        })
    }

    /// What will probably hinder payments.
    pub(crate) fn warning(&self, now: Moment) -> Option<Code> {
        let allowed = self.now(now).and_then(|read| read.payment_allowed);
        (allowed == Some(false)).then_some(Code::PaymentsNotAllowed)
    }

    /// Refuses an order of which more is asked than the sales unit may do.
    pub(crate) fn check(&self, order: &Order, now: Moment) -> Result<(), Refused> {
        let direct = self.now(now).and_then(|read| read.direct_capture);
        if !(order.capture_later && order.rail == Rail::Ecom && direct == Some(true)) {
            return Ok(());
        }
        let detail = "this sales unit collects as soon as the customer approves, so capture manual can't be kept: charge \
                      with capture automatic, or let the owner ask Vipps MobilePay for reserve capture";
        Err(Refused::new(Code::CapturesAtOnce, detail).because_of(order.reference.as_str()))
    }

    /// Refuses to collect `part`, in minor units, where only the whole of what is left of `payment` may be. Vipps MobilePay
    /// says so of Denmark and Finland; elsewhere it is tried.
    pub(crate) fn check_part(&self, payment: &Payment, part: u64, now: Moment) -> Result<(), Refused> {
        let allowed = self.now(now).and_then(|read| read.partial_capture_allowed);
        let market = matches!(payment.order().amount.currency(), Currency::Dkk | Currency::Eur);
        if !market || allowed != Some(false) || part >= payment.capturable() {
            return Ok(());
        }
        let detail = "this sales unit collects all that is reserved or nothing: collect the whole, or let the owner ask Vipps \
                      MobilePay for partial capture";
        let reference = payment.order().reference.as_str();
        Err(Refused::new(Code::PartialCaptureRefused, detail).because_of(reference))
    }
}

impl Till {
    /// What the till's sales unit may do, for whoever ties it to a hub to say. What is said of another one is not heard.
    pub fn unit_may(&self, read: &UnitSettings) {
        if read.msn == self.0.settings.msn {
            self.0.book().unit = Known(Some(read.clone()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const READ_AT: Moment = Moment(1_800_000_000_000);

    fn known(read: UnitSettings) -> Known {
        Known(Some(UnitSettings { read_at: READ_AT.0, ..read }))
    }

    #[test]
    fn what_is_not_known_and_what_is_old_is_held_against_nobody() {
        let later = READ_AT.plus(UNIT_BELIEVED_FOR);
        let no = || UnitSettings {
            payment_allowed: Some(false),
            skip_landing_page_allowed: Some(false),
            ..UnitSettings::default()
        };
        for (unit, now) in
            [(Known::default(), READ_AT), (known(UnitSettings::default()), READ_AT), (known(no()), later)]
        {
            assert!(!unit.refuses_push(Rail::Ecom, now) && unit.warning(now).is_none(), "{unit:?}");
        }
        let just_before = Moment(later.0 - 1);
        assert!(known(no()).refuses_push(Rail::Ecom, just_before));
        assert!(!known(no()).refuses_push(Rail::Epayment, just_before), "it is said of eCom alone");
        assert_eq!(known(no()).warning(just_before), Some(Code::PaymentsNotAllowed));
    }

    #[test]
    fn a_permission_counts_that_was_read_after_the_refusal() {
        let yes = known(UnitSettings { skip_landing_page_allowed: Some(true), ..UnitSettings::default() });
        assert!(yes.allows_push_since(Moment(READ_AT.0 - 1)));
        assert!(!yes.allows_push_since(READ_AT) && !Known::default().allows_push_since(Moment(0)));
    }
}
