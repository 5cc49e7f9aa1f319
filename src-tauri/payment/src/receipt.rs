//! How the receipt of a payment stands: what the customer's app shows of what was bought (contract 1.5).
//!
//! A receipt never decides about money. It is seen to beside the payment, as long as the payment may be paid or is.

use serde::{Deserialize, Serialize};

use crate::lifecycle::Payment;
use crate::{Cause, Currency, End, Fact, Order};

/// How the receipt of a payment stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReceiptState {
    /// There is none, and there will be none.
    None,
    /// It is not known to be stored yet.
    Waiting,
    /// It has ended.
    Ended(ReceiptEnd),
}

/// What became of the receipt of a payment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "receipt", rename_all = "snake_case")]
pub enum ReceiptEnd {
    /// It was read back, and is what was sent.
    Stored,
    /// It was refused, or could not be stored for a day.
    Refused {
        /// Why.
        cause: Cause,
    },
    /// What is stored is not what was sent, and can't be changed any more (contract 8, trap 53).
    Different,
}

impl Order {
    /// Whether a receipt goes with it: the tax of every line is known, and the currency is one that receipts can be in
    /// (contract 1.5 names no SEK).
    pub fn has_receipt(&self) -> bool {
        let taxed = !self.lines.is_empty() && self.lines.iter().all(|line| line.tax_rate.is_some());
        taxed && self.amount.currency() != Currency::Sek
    }
}

impl Payment {
    /// How its receipt stands.
    pub fn receipt(&self) -> ReceiptState {
        match self.receipt_end() {
            Some(end) => ReceiptState::Ended(end.clone()),
            None if self.order().has_receipt() && self.may_have_customer() => ReceiptState::Waiting,
            None => ReceiptState::None,
        }
    }

    /// Whether its receipt is to be seen to now: it exists at Vipps MobilePay, and may be paid or is.
    pub fn is_receipt_due(&self) -> bool {
        self.created_at().is_some() && self.receipt() == ReceiptState::Waiting
    }

    /// Nothing will be asked about it any more, about its receipt and its link neither, unless somebody asks for a
    /// capture, a release or a refund.
    pub fn is_at_rest(&self) -> bool {
        self.is_settled() && !self.is_receipt_due() && !self.is_link_due()
    }

    /// What is told twice is no news.
    pub(crate) fn receipt_ended(&self, end: ReceiptEnd) -> Vec<Fact> {
        if self.receipt_end().is_some() { Vec::new() } else { vec![Fact::ReceiptEnded { end }] }
    }

    /// It may be paid, or is.
    pub(crate) fn may_have_customer(&self) -> bool {
        self.end().is_none_or(|end| matches!(end, End::Paid { .. } | End::Reserved { .. }))
    }
}
