//! How a payment has gone: told at once, again, or not yet.

use contract::{PaymentView, Status};
use serde::Serialize;

use super::{Answer, Body, HOST, Response, Why, response};
use crate::amount::Decimal;
use crate::condition::Condition;
use crate::header::Header;
use crate::payment::{SaleTransaction, why_not};

#[derive(Debug, Serialize)]
pub(super) struct Named {
    #[serde(rename = "TransactionID")]
    id: String,
    #[serde(rename = "TimeStamp")]
    at: String,
}

#[derive(Debug, Serialize)]
pub(super) struct PoiData {
    #[serde(rename = "POITransactionID")]
    transaction: Named,
}

impl PoiData {
    pub(super) fn of(payment: &PaymentView) -> PoiData {
        let transaction = Named { id: payment.reference.clone(), at: payment.changed_at.clone() };
        PoiData { transaction }
    }
}

#[derive(Debug, Serialize)]
pub(super) struct SaleData {
    #[serde(rename = "SaleTransactionID")]
    sale: SaleTransaction,
}

#[derive(Debug, Serialize)]
pub(super) struct PaymentBody {
    #[serde(rename = "Response")]
    response: Response,
    #[serde(rename = "SaleData", skip_serializing_if = "Option::is_none")]
    sale: Option<SaleData>,
    #[serde(rename = "POIData", skip_serializing_if = "Option::is_none")]
    poi: Option<PoiData>,
    #[serde(rename = "PaymentResult", skip_serializing_if = "Option::is_none")]
    result: Option<PaymentResult>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct PaymentResult {
    #[serde(rename = "PaymentType")]
    kind: &'static str,
    online_flag: bool,
    amounts_resp: AmountsResp,
    #[serde(rename = "PaymentInstrumentData")]
    instrument: Instrument,
    #[serde(rename = "PaymentAcquirerData")]
    acquirer: Acquirer,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct AmountsResp {
    currency: contract::Currency,
    authorized_amount: Decimal,
}

#[derive(Debug, Serialize)]
pub(super) struct Instrument {
    #[serde(rename = "PaymentInstrumentType")]
    kind: &'static str,
}

#[derive(Debug, Serialize)]
pub(super) struct Acquirer {
    #[serde(rename = "AcquirerID")]
    host: &'static str,
    #[serde(rename = "MerchantID")]
    merchant: String,
    #[serde(rename = "AcquirerPOIID")]
    till: String,
    #[serde(rename = "AcquirerTransactionID")]
    transaction: Named,
}

/// How a payment that is over has gone, and what is said with it.
#[derive(Clone, Debug)]
pub struct Outcome<'a> {
    /// The payment. [`crate::is_over`] must hold.
    pub payment: &'a PaymentView,
    /// What the register calls its sale, where that is known.
    pub sale: Option<SaleTransaction>,
    /// The sales unit that took it.
    pub msn: &'a str,
    /// Whether the register has asked for its end.
    pub aborted: bool,
}

impl Outcome<'_> {
    pub(super) fn body(&self, header: &Header) -> PaymentBody {
        let payment = self.payment;
        let paid = payment.status == Status::Paid;
        let sale = self.sale.clone().unwrap_or_else(|| SaleTransaction {
            id: payment.reference.clone(),
            at: payment.created_at.clone(),
        });
        PaymentBody {
            response: if paid { Response::success() } else { Response::failure(&self.why()) },
            sale: Some(SaleData { sale }),
            poi: Some(PoiData::of(payment)),
            result: paid.then(|| PaymentResult {
                kind: "Normal",
                online_flag: true,
                amounts_resp: AmountsResp {
                    currency: payment.captured.currency,
                    authorized_amount: Decimal::of_minor(payment.captured.value),
                },
                instrument: Instrument { kind: "Mobile" },
                acquirer: Acquirer {
                    host: HOST,
                    merchant: self.msn.to_owned(),
                    till: header.poi_id.clone().unwrap_or_default(),
                    transaction: Named { id: payment.reference.clone(), at: payment.changed_at.clone() },
                },
            }),
        }
    }

    fn why(&self) -> Why {
        let condition = match (why_not(self.payment), self.aborted) {
            (Condition::Cancel, true) => Condition::Aborted,
            (condition, _) => condition,
        };
        Why { condition, ..standing(self.payment) }
    }
}

/// A payment that is not over: nobody knows yet, and nobody may charge again.
pub fn standing(payment: &PaymentView) -> Why {
    let problem = payment.problem.as_ref();
    let status = format!("{:?}", payment.status).to_lowercase();
    Why {
        condition: Condition::InProgress,
        cashier: problem.map(|problem| problem.cashier.clone()),
        detail: Some(format!("{} is {status}", payment.reference)),
    }
}

/// The answer to a Payment that is over.
pub fn payment(header: &Header, outcome: &Outcome<'_>) -> Answer {
    response(header, Body::Payment(outcome.body(header)))
}

/// The answer to a Payment that was not begun. No money of it can ever move.
pub fn payment_refused(header: &Header, sale: &SaleTransaction, why: &Why) -> Answer {
    let sale = Some(SaleData { sale: sale.clone() });
    response(
        header,
        Body::Payment(PaymentBody { response: Response::failure(why), sale, poi: None, result: None }),
    )
}
