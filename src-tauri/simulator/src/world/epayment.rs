//! What a merchant asks for through ePayment (contract 1.4, 2.3 and 5.6), without a word about HTTP.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::merchant::{CAPTURE_WITHIN_MS, DAY_MS, REFUND_WITHIN_MS};
use super::orders::OrderKey;
use super::payment::{Key, Operation, Payment, Phase, Rail};
use super::people::{Customer, may_pay};
use super::problem::{Code, Problem};
use super::{PAYMENTS_MAX, World};

/// In Denmark and Finland a reservation can be captured for 14 days (contract 0.12).
const CAPTURE_WITHIN_SHORT_MS: i64 = 14 * DAY_MS;
/// A card's guarantee: Visa's (contract 5.6).
const GUARANTEED_MS: i64 = 7 * DAY_MS;

/// How the customer is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Flow {
    Qr,
    PushMessage,
    WebRedirect,
    NativeRedirect,
}

impl Flow {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Qr => "QR",
            Self::PushMessage => "PUSH_MESSAGE",
            Self::WebRedirect => "WEB_REDIRECT",
            Self::NativeRedirect => "NATIVE_REDIRECT",
        }
    }

    pub(crate) fn named(name: &str) -> Option<Self> {
        [Self::Qr, Self::PushMessage, Self::WebRedirect, Self::NativeRedirect]
            .into_iter()
            .find(|flow| flow.name() == name)
    }
}

/// What was agreed on when ePayment made a payment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Particulars {
    pub(crate) flow: Flow,
    /// `WALLET` or `CARD`.
    pub(crate) method: String,
    pub(crate) metadata: Option<Value>,
    /// What the customer is asked to share, as words with spaces between.
    pub(crate) scope: Option<String>,
    /// Names the customer towards this merchant, once there is something to share.
    pub(crate) sub: Option<String>,
    /// Whom the merchant asked: country code and number.
    pub(crate) msisdn: Option<String>,
    /// The first instant at which it can't be paid any more, if the merchant chose it.
    pub(crate) expires_at: Option<i64>,
    /// Link to the QR code's picture, or where the customer's browser is sent.
    pub(crate) redirect_url: Option<String>,
}

/// A payment that a merchant wants to make.
#[derive(Clone, Debug)]
pub(crate) struct Wish {
    pub(crate) reference: String,
    /// Minor units.
    pub(crate) amount: i64,
    pub(crate) currency: String,
    pub(crate) text: String,
    pub(crate) flow: Flow,
    pub(crate) method: String,
    pub(crate) customer: Option<Customer>,
    pub(crate) minimum_age: Option<u32>,
    pub(crate) metadata: Option<Value>,
    pub(crate) scope: Option<String>,
    pub(crate) expires_at: Option<i64>,
    /// For Order Management, where it can be read back (contract 1.5).
    pub(crate) receipt: Option<Value>,
}

impl World {
    /// Makes a payment. Its `redirect_url` is for the caller to set, by [`World::redirect`].
    pub(crate) fn create(
        &mut self,
        msn: &str,
        wish: Wish,
        idempotency_key: &str,
        now: i64,
    ) -> Result<Key, Problem> {
        let unit = self.sales_unit(msn).ok_or(Code::CannotBeCreated)?.clone();
        if !unit.may_take_payments {
            return Err(Code::CannotBeCreated.into());
        }
        let key = Key { msn: msn.into(), reference: wish.reference };
        if wish.currency != unit.currency {
            return Err(Code::CurrencyNotOfMarket.into());
        }
        if wish.amount < minimum(&unit.currency) {
            return Err(Code::BelowMinimum.into());
        }
        if wish.flow == Flow::PushMessage && !unit.may_skip_landing_page {
            return Err(Code::PushNotAllowed.into());
        }
        if wish.expires_at.is_some() && !unit.may_live_long {
            return Err(Code::LongLivingNotAllowed.into());
        }
        let msisdn = self.customer(wish.customer.as_ref(), wish.minimum_age, now)?;
        if self.payments.contains_key(&key) {
            return Err(Code::ReferenceTaken.into());
        }
        if self.payments.len() >= PAYMENTS_MAX {
            return Err(Code::CannotBeCreated.into());
        }
        let mut payment = self.new_payment(key.clone(), wish.amount, wish.text, now);
        payment.pushed = wish.flow == Flow::PushMessage;
        payment.rail = Rail::Epayment(Box::new(Particulars {
            flow: wish.flow,
            method: wish.method,
            metadata: wish.metadata,
            scope: wish.scope,
            sub: None,
            msisdn,
            expires_at: wish.expires_at,
            redirect_url: None,
        }));
        payment.note_for(idempotency_key, Operation::Initiate, true, wish.amount, now);
        self.keep(payment);
        if let Some(receipt) = wish.receipt {
            let order = OrderKey { msn: msn.into(), kind: "ECOM".into(), order_id: key.reference.clone() };
            // One that was sent before stays (trap 53).
            let _ = self.add_receipt(order, receipt);
        }
        self.announce(&key, now);
        Ok(key)
    }

    fn customer(
        &self,
        customer: Option<&Customer>,
        minimum_age: Option<u32>,
        now: i64,
    ) -> Result<Option<String>, Problem> {
        let Some(customer) = customer else { return Ok(None) };
        let msisdn = self.who(customer, now).map(|found| found.msisdn).ok_or(match customer {
            Customer::Number(_) => Code::CustomerNotFound,
            Customer::PersonalCode(_) => Code::PersonalQrInvalid,
            Customer::Token(_) => Code::CustomerTokenInvalid,
        })?;
        if may_pay(&msisdn, minimum_age) { Ok(Some(msisdn)) } else { Err(Code::CustomerNotFound.into()) }
    }

    /// Sets where the merchant sends the customer.
    pub(crate) fn redirect(&mut self, key: &Key, url: String) {
        if let Some(Rail::Epayment(particulars)) = self.payments.get_mut(key).map(|payment| &mut payment.rail)
        {
            particulars.redirect_url = Some(url);
        }
    }

    /// Whether a token of a link that was given out is this payment's: the landing page's or a QR picture's.
    pub(crate) fn token_leads_to(&self, token: &str, key: &Key) -> bool {
        let content = self.payment(key).map(|payment| self.qr_content(payment));
        self.by_landing_token(token).is_some_and(|payment| payment.key == *key)
            || self.image_content(token) == content && content.is_some()
    }

    /// Takes money that was reserved. `amount` is in minor units.
    pub(crate) fn capture_part(
        &mut self,
        key: &Key,
        amount: i64,
        idempotency_key: &str,
        now: i64,
    ) -> Result<(), Problem> {
        self.settle(now);
        let unit = self.sales_unit(&key.msn).cloned();
        let payment = self.payments.get_mut(key).ok_or(Code::ReferenceNotFound)?;
        let left = payment.sums().left_to_capture;
        let within = capture_within(payment);
        match payment.phase {
            Phase::Approved => {}
            Phase::Waiting | Phase::Opened => return Err(Code::NotApprovedYet.into()),
            Phase::Authorizing | Phase::Unknown { .. } => return Err(Code::Authorizing.into()),
            Phase::Terminated => return Err(Code::CancelledNotCapturable.into()),
            Phase::Aborted | Phase::TimedOut => return Err(Code::WrongStateForCapture.into()),
        }
        let code = match payment {
            _ if payment.captured == payment.reserved => Code::AlreadyCaptured,
            _ if left == 0 => Code::CancelledNotCapturable,
            _ if payment.funds_gone => Code::FundsGone,
            _ if payment.reserved_at.is_some_and(|at| now - at > within) => Code::CaptureTooLate,
            _ if amount > left => Code::CaptureAboveAuthorized,
            _ if amount < left && unit.is_some_and(|unit| !unit.may_capture_partly) => {
                Code::PartialCaptureRefused
            }
            _ => {
                payment.captured += amount;
                payment.note_for(idempotency_key, Operation::Capture, true, amount, now);
                self.announce(key, now);
                return Ok(());
            }
        };
        Err(code.into())
    }

    /// Pays captured money back. `amount` is in minor units.
    pub(crate) fn refund_part(
        &mut self,
        key: &Key,
        amount: i64,
        idempotency_key: &str,
        now: i64,
    ) -> Result<(), Problem> {
        self.settle(now);
        let payment = self.payments.get_mut(key).ok_or(Code::ReferenceNotFound)?;
        let left = payment.sums().left_to_refund;
        let code = match payment.phase {
            Phase::Waiting | Phase::Opened => Code::RefundBeforeReservation,
            Phase::Authorizing | Phase::Unknown { .. } => Code::Authorizing,
            Phase::Aborted | Phase::Terminated | Phase::TimedOut => Code::WrongStateForRefund,
            Phase::Approved if payment.captured > 0 && left == 0 => Code::AlreadyRefunded,
            Phase::Approved if amount > left => Code::RefundAboveRefundable,
            Phase::Approved if payment.reserved_at.is_some_and(|at| now - at > REFUND_WITHIN_MS) => {
                Code::RefundTooLate
            }
            // Test amounts (contract 7).
            Phase::Approved if amount == 123 => Code::RefundNotPossible,
            Phase::Approved if amount == 124 => Code::RefundTooLate,
            Phase::Approved => {
                payment.refunded += amount;
                payment.note_for(idempotency_key, Operation::Refund, true, amount, now);
                self.announce(key, now);
                return Ok(());
            }
        };
        Err(code.into())
    }

    /// Ends a payment that has not been approved, or releases all that was not captured.
    ///
    /// `only_unapproved` leaves an approved one alone (`cancelTransactionOnly`).
    pub(crate) fn give_up(
        &mut self,
        key: &Key,
        only_unapproved: bool,
        idempotency_key: &str,
        now: i64,
    ) -> Result<(), Problem> {
        self.settle(now);
        let payment = self.payments.get_mut(key).ok_or(Code::ReferenceNotFound)?;
        let left = payment.sums().left_to_capture;
        let within = capture_within(payment);
        let code = match payment.phase {
            Phase::Authorizing | Phase::Unknown { .. } => Code::Authorizing,
            Phase::Aborted | Phase::Terminated | Phase::TimedOut => Code::NotCancellable,
            Phase::Approved if only_unapproved => Code::AuthorizedNotCancelled,
            Phase::Approved if left == 0 && payment.released > 0 => Code::AlreadyCancelled,
            Phase::Approved if left == 0 => Code::CapturedNotCancellable,
            Phase::Approved if payment.reserved_at.is_some_and(|at| now - at > within) => Code::CancelTooLate,
            Phase::Approved => {
                payment.released += left;
                payment.note_for(idempotency_key, Operation::Void, true, left, now);
                self.announce(key, now);
                return Ok(());
            }
            Phase::Waiting | Phase::Opened => {
                payment.phase = Phase::Terminated;
                payment.note_for(idempotency_key, Operation::Cancel, true, payment.amount, now);
                self.open.remove(key);
                self.announce(key, now);
                return Ok(());
            }
        };
        Err(code.into())
    }

    /// Approves without a phone, as only the test environment allows. Test amounts are not honoured (contract 7).
    pub(crate) fn approve_by_force(&mut self, key: &Key, now: i64) -> Result<(), Problem> {
        self.settle(now);
        if self.payment(key).is_none() {
            return Err(Code::ReferenceNotFound.into());
        }
        self.scan(key, now).map_err(|_| Code::ApproveNotAllowed)?;
        self.approved(key, now);
        Ok(())
    }
}

/// The smallest amount of a market, in minor units. That of SEK is not known (contract 0.21).
fn minimum(currency: &str) -> i64 {
    if currency == "NOK" { 100 } else { 1 }
}

/// How long after the reservation it can be captured or cancelled.
fn capture_within(payment: &Payment) -> i64 {
    match payment.currency.as_str() {
        "DKK" | "EUR" => CAPTURE_WITHIN_SHORT_MS,
        _ => CAPTURE_WITHIN_MS,
    }
}

/// Until when a capture of what was reserved is certain to work; `None` if nothing is reserved.
pub(crate) fn guaranteed_until(payment: &Payment) -> Option<i64> {
    let reserved_at = payment.reserved_at.filter(|_| payment.sums().left_to_capture > 0)?;
    Some(reserved_at + GUARANTEED_MS)
}
