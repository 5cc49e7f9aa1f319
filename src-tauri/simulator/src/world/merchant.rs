//! What a merchant asks for through eCom v2 (contract 1.2 and 2.1), without a word about HTTP.

use serde_json::Value;

use super::payment::{CallbackAddress, Entry, Key, Operation, Payment, Phase, Rail, Receipt};
use super::refusal::Refusal;
use super::{PAYMENTS_MAX, World, people};

pub(super) const DAY_MS: i64 = 86_400_000;
/// Capture and cancel: 180 days from the reservation (contract 0.12).
pub(super) const CAPTURE_WITHIN_MS: i64 = 180 * DAY_MS;
/// Refund: 365 days from the reservation (contract 0.11).
pub(super) const REFUND_WITHIN_MS: i64 = 365 * DAY_MS;

/// A payment that a merchant wants to start.
#[derive(Clone, Debug)]
pub(crate) struct Order {
    pub(crate) reference: String,
    /// Minor units.
    pub(crate) amount: i64,
    pub(crate) text: String,
    /// Straight to this phone, no QR code.
    pub(crate) push_to: Option<String>,
    pub(crate) callback: Option<CallbackAddress>,
}

/// A capture or a refund that a merchant wants.
#[derive(Clone, Debug)]
pub(crate) struct Charge {
    /// Minor units; `None` is all that is left.
    pub(crate) amount: Option<i64>,
    pub(crate) text: String,
    pub(crate) request_id: String,
    /// What was sent, whole, because a repetition must not differ in anything.
    pub(crate) body: Value,
}

impl World {
    /// Starts a payment and gives the token for its landing page. Not idempotent (trap 16).
    pub(crate) fn initiate(&mut self, msn: &str, order: Order, now: i64) -> Result<String, Refusal> {
        let unit = self.sales_unit(msn).ok_or(Refusal::UnknownOrder)?.clone();
        let key = Key { msn: msn.into(), reference: order.reference };
        if unit.currency != "NOK" {
            return Err(Refusal::WrongMarket);
        }
        if !unit.may_take_payments {
            return Err(Refusal::MayNotTakePayments);
        }
        if self.payments.contains_key(&key) {
            return Err(Refusal::DuplicateOrder);
        }
        if let Some(number) = &order.push_to {
            if !unit.may_skip_landing_page {
                return Err(Refusal::MayNotSkipLandingPage);
            }
            people::norwegian(number).ok_or(Refusal::NumberRefused)?;
        }
        if self.payments.len() >= PAYMENTS_MAX {
            return Err(Refusal::Full);
        }
        let mut payment = self.new_payment(key.clone(), order.amount, order.text, now);
        payment.direct_capture = unit.direct_capture;
        payment.pushed = order.push_to.is_some();
        payment.callback = order.callback;
        payment.note(Operation::Initiate, true, payment.amount, now);
        let token = payment.landing_token.clone();
        self.keep(payment);
        Ok(token)
    }

    /// A payment that nobody knows of yet, in the currency of its sales unit.
    pub(super) fn new_payment(&mut self, key: Key, amount: i64, text: String, now: i64) -> Payment {
        let claims = serde_json::json!({ "sub": key.reference, "iat": now / 1000, "exp": now / 1000 + 600 });
        let currency = self.sales_unit(&key.msn).map(|unit| unit.currency.clone()).unwrap_or_default();
        Payment {
            key,
            rail: Rail::Ecom,
            amount,
            currency,
            text,
            created_at: now,
            scanned_at: None,
            phase: Phase::Waiting,
            log: Vec::new(),
            reserved_at: None,
            reserved: 0,
            captured: 0,
            refunded: 0,
            funds_gone: false,
            released: 0,
            landing_token: self.dice.jwt(&claims),
            short_code: self.dice.code(8),
            transaction_id: self.next_transaction(),
            psp_reference: self.dice.uuid(),
            direct_capture: false,
            pushed: false,
            callback: None,
            told: 0,
            answered: std::collections::HashMap::new(),
        }
    }

    /// Makes it known.
    pub(super) fn keep(&mut self, payment: Payment) {
        let key = payment.key.clone();
        self.order.push(key.clone());
        self.open.insert(key.clone());
        self.payments.insert(key, payment);
    }

    /// The payment of that name; eCom knows nothing of those of ePayment (contract 1.4).
    pub(crate) fn ecom_order(&self, key: &Key) -> Result<&Payment, Refusal> {
        let payment = self.payments.get(key).filter(|payment| payment.rail == Rail::Ecom);
        payment.ok_or(Refusal::UnknownOrder)
    }

    fn ecom_order_mut(&mut self, key: &Key) -> Result<&mut Payment, Refusal> {
        let payment = self.payments.get_mut(key).filter(|payment| payment.rail == Rail::Ecom);
        payment.ok_or(Refusal::UnknownOrder)
    }

    /// Takes money that was reserved.
    pub(crate) fn capture(&mut self, key: &Key, charge: Charge, now: i64) -> Result<Receipt, Refusal> {
        self.once(key, Operation::Capture, charge, now, |payment, asked| {
            let left = payment.sums().left_to_capture;
            match payment.phase {
                Phase::Aborted | Phase::Terminated => return Err(Refusal::NotAllowed),
                Phase::Approved => {}
                _ => return Err(Refusal::NotReserved),
            }
            let amount = asked.unwrap_or(left);
            match payment {
                _ if payment.reserved_at.is_some_and(|at| now - at > CAPTURE_WITHIN_MS) => {
                    Err(Refusal::CaptureTooLate)
                }
                _ if payment.captured == 0 && left == 0 => Err(Refusal::NotAllowed),
                _ if payment.funds_gone => Err(Refusal::CaptureFailed),
                _ if amount == 0 => Err(Refusal::AlreadyProcessed),
                _ if amount > left => Err(Refusal::CaptureAboveReserved),
                _ => {
                    payment.captured += amount;
                    Ok(amount)
                }
            }
        })
    }

    /// Pays captured money back.
    pub(crate) fn refund(&mut self, key: &Key, charge: Charge, now: i64) -> Result<Receipt, Refusal> {
        self.once(key, Operation::Refund, charge, now, |payment, asked| {
            let left = payment.sums().left_to_refund;
            let amount = asked.unwrap_or(left);
            match payment.phase {
                Phase::Aborted | Phase::Terminated => Err(Refusal::RefundOfCancelled),
                Phase::Approved if payment.captured == 0 && payment.released > 0 => {
                    Err(Refusal::RefundOfCancelled)
                }
                _ if payment.captured == 0 => Err(Refusal::RefundOfReserved),
                _ if payment.reserved_at.is_some_and(|at| now - at > REFUND_WITHIN_MS) => {
                    Err(Refusal::RefundTooLate)
                }
                _ if left == 0 || amount > left => Err(Refusal::RefundAboveCaptured),
                _ if amount == 123 => Err(Refusal::NoReceivingAccount),
                _ if amount == 124 => Err(Refusal::RefundTooLate),
                _ => {
                    payment.refunded += amount;
                    Ok(amount)
                }
            }
        })
    }

    /// Ends a payment that has not been approved, or releases what was reserved and not captured.
    ///
    /// Repeating it is allowed (contract 1.9): what has been cancelled answers like the first time.
    pub(crate) fn cancel(
        &mut self,
        key: &Key,
        text: &str,
        release_rest: bool,
        now: i64,
    ) -> Result<Receipt, Refusal> {
        self.settle(now);
        let payment = self.ecom_order_mut(key)?;
        let left = payment.sums().left_to_capture;
        let amount = match payment.phase {
            Phase::Waiting | Phase::Opened | Phase::TimedOut => {
                payment.note(Operation::Cancel, true, payment.amount, now);
                payment.phase = Phase::Terminated;
                payment.amount
            }
            Phase::Authorizing | Phase::Unknown { .. } => return Err(Refusal::Locked),
            Phase::Aborted | Phase::Terminated => payment.amount,
            Phase::Approved if left == 0 && payment.released > 0 => payment.released,
            Phase::Approved if left == 0 || (payment.captured > 0 && !release_rest) => {
                return Err(Refusal::AlreadyCaptured);
            }
            Phase::Approved if payment.reserved_at.is_some_and(|at| now - at > CAPTURE_WITHIN_MS) => {
                return Err(Refusal::CaptureTooLate);
            }
            Phase::Approved => {
                payment.released += left;
                payment.note(Operation::Void, true, left, now);
                left
            }
        };
        let at = payment.log.last().map_or(now, |entry| entry.at);
        let receipt = Receipt {
            amount,
            text: text.into(),
            at,
            transaction_id: payment.opened().then(|| payment.transaction_id.clone()),
            sums: payment.sums(),
        };
        self.open.remove(key);
        Ok(receipt)
    }

    /// Approves without a phone, as only the test environment allows. Test amounts are not honoured (contract 7).
    pub(crate) fn force_approve(
        &mut self,
        key: &Key,
        number: Option<&str>,
        token: &str,
        now: i64,
    ) -> Result<(), Refusal> {
        self.settle(now);
        let payment = self.ecom_order(key)?;
        if payment.landing_token != token {
            return Err(Refusal::field("token", "The token is not valid for this payment"));
        }
        if let Some(number) = number {
            people::norwegian(number).ok_or(Refusal::NumberRefused)?;
        }
        if payment.pushed {
            return Err(Refusal::NotAllowed);
        }
        self.scan(key, now).map_err(|_| Refusal::NotAllowed)?;
        self.approved(key, now);
        Ok(())
    }

    /// Does something once per request id, or answers again as before.
    ///
    /// Only what succeeded is remembered: a refused capture may be tried again under the same id, say after approval.
    fn once(
        &mut self,
        key: &Key,
        operation: Operation,
        charge: Charge,
        now: i64,
        act: impl FnOnce(&mut Payment, Option<i64>) -> Result<i64, Refusal>,
    ) -> Result<Receipt, Refusal> {
        self.settle(now);
        let transaction_id = self.next_transaction();
        let payment = self.ecom_order_mut(key)?;
        let name = (operation, charge.request_id.clone());
        if let Some((body, receipt)) = payment.answered.get(&name) {
            return if *body == charge.body { Ok(receipt.clone()) } else { Err(Refusal::BodyChanged) };
        }
        let amount = act(payment, charge.amount)?;
        payment.log.push(Entry {
            operation,
            success: true,
            amount,
            text: charge.text.clone(),
            at: now,
            transaction_id: transaction_id.clone(),
            request_id: charge.request_id,
        });
        let receipt = Receipt {
            amount,
            text: charge.text,
            at: now,
            transaction_id: Some(transaction_id),
            sums: payment.sums(),
        };
        payment.answered.insert(name, (charge.body, receipt.clone()));
        Ok(receipt)
    }
}
