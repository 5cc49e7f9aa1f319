//! What has become of money that is to go back.

use contract::{ModificationStatus, PaymentView, RefundView};
use serde::Serialize;

use super::outcome::PoiData;
use super::{Answer, Body, Response, Why, response, words};
use crate::amount::Decimal;
use crate::header::Header;

#[derive(Debug, Serialize)]
pub(super) struct ReversalBody {
    #[serde(rename = "Response")]
    response: Response,
    #[serde(rename = "POIData", skip_serializing_if = "Option::is_none")]
    poi: Option<PoiData>,
    #[serde(rename = "ReversedAmount", skip_serializing_if = "Option::is_none")]
    amount: Option<Decimal>,
}

/// The answer to a Reversal: made, or on disk and made as soon as it can be, or refused for good.
pub fn reversal(header: &Header, payment: &PaymentView, refund: &RefundView, why: Option<&Why>) -> Answer {
    response(header, Body::Reversal(body_of(payment, refund, why)))
}

pub(super) fn body_of(payment: &PaymentView, refund: &RefundView, why: Option<&Why>) -> ReversalBody {
    let answered = match (refund.status, why) {
        (ModificationStatus::Refused, Some(why)) => Response::failure(why),
        (ModificationStatus::Asked, Some(why)) => {
            Response { told: words(why.cashier.as_deref(), why.detail.as_deref()), ..Response::success() }
        }
        _ => Response::success(),
    };
    let amount =
        (refund.status != ModificationStatus::Refused).then(|| Decimal::of_minor(refund.amount.value));
    ReversalBody { response: answered, poi: Some(PoiData::of(payment)), amount }
}
