//! Money that goes back to a payment.

use contract::{Amount, Currency, StartRefund};
use serde::Deserialize;

use crate::amount::Decimal;
use crate::condition::Fault;
use crate::header::MessageId;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct ReversalRequest {
    #[serde(rename = "OriginalPOITransaction")]
    original: Original,
    reversed_amount: Option<Decimal>,
}

#[derive(Deserialize)]
struct Original {
    #[serde(rename = "POITransactionID")]
    transaction: PoiTransaction,
}

#[derive(Deserialize)]
struct PoiTransaction {
    #[serde(rename = "TransactionID")]
    id: String,
}

/// Money that is asked to go back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReversalAsk {
    /// The message that asks.
    pub id: MessageId,
    /// The reference of the payment: what its answer called `POITransactionID`.
    pub reference: String,
    /// How much, in minor units; all that is left if absent.
    pub amount: Option<i64>,
    /// The idempotency key: the same message never gives back more.
    pub key: String,
}

impl ReversalAsk {
    pub(crate) fn of(id: MessageId, asked: ReversalRequest) -> Result<ReversalAsk, Fault> {
        let amount = asked.reversed_amount.map(|amount| amount.minor()).transpose();
        Ok(ReversalAsk {
            reference: asked.original.transaction.id,
            amount: amount.map_err(|error| Fault::format(format!("ReversedAmount {}", error.words())))?,
            key: id.key(),
            id,
        })
    }

    /// What is asked of a till of this currency: the message names none.
    pub fn refund(&self, currency: Currency) -> StartRefund {
        StartRefund { amount: self.amount.map(|value| Amount { value, currency }), reason: None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(text: &str) -> Result<ReversalAsk, Fault> {
        let id = MessageId { sale: "POS-1".into(), service: "0001".into() };
        ReversalAsk::of(id, serde_json::from_str(text).expect("a request"))
    }

    #[test]
    fn a_part_goes_back_or_all_that_is_left() {
        let all = ask(r#"{"OriginalPOITransaction":{"POITransactionID":{"TransactionID":"sale-1042-1"}}}"#);
        let all = all.expect("it is good");
        assert_eq!((all.reference.as_str(), all.amount), ("sale-1042-1", None));
        assert_eq!(all.refund(Currency::Nok).amount, None);
        let with = |amount: &str| {
            ask(&format!(
                r#"{{"OriginalPOITransaction":{{"POITransactionID":{{"TransactionID":"sale-1042-1"}}}},
                "ReversedAmount":{amount}}}"#
            ))
        };
        let part = with("49.00").expect("it is good").refund(Currency::Dkk);
        assert_eq!(part.amount, Some(Amount { value: 4_900, currency: Currency::Dkk }));
        assert!(with("49.001").is_err() && with("-49").is_err() && with("\"49\"").is_err());
    }
}
