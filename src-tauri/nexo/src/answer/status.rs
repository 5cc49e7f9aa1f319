//! What a TransactionStatus is answered: what was said once, or would have been, or that there is no outcome.

use contract::{PaymentView, RefundView};
use serde::Serialize;

use super::outcome::{Outcome, PaymentBody};
use super::reversal::{ReversalBody, body_of};
use super::{Answer, Body, Response, Why, response};
use crate::header::{Header, MessageId};
use crate::message::Kind;

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct StatusBody {
    response: Response,
    message_reference: Reference,
    #[serde(skip_serializing_if = "Option::is_none")]
    repeated_message_response: Option<Repeated>,
}

#[derive(Debug, Serialize)]
struct Reference {
    #[serde(rename = "MessageCategory")]
    category: &'static str,
    #[serde(rename = "ServiceID")]
    service: String,
    #[serde(rename = "SaleID")]
    sale: String,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Repeated {
    message_header: Header,
    repeated_response_message_body: RepeatedBody,
}

#[derive(Debug, Serialize)]
enum RepeatedBody {
    #[serde(rename = "PaymentResponse")]
    Payment(Box<PaymentBody>),
    #[serde(rename = "ReversalResponse")]
    Reversal(ReversalBody),
}

/// The answer to a TransactionStatus about a payment that is over: what it was answered, or would have been.
pub fn repeated(header: &Header, id: &MessageId, outcome: &Outcome<'_>) -> Answer {
    let earlier = header.of_earlier(id, Kind::Payment.name());
    let body = RepeatedBody::Payment(Box::new(outcome.body(&earlier)));
    again(
        header,
        Kind::Payment,
        id,
        Repeated { message_header: earlier, repeated_response_message_body: body },
    )
}

/// The answer to a TransactionStatus about a refund that is known: what it would be answered now.
pub fn repeated_reversal(
    header: &Header,
    id: &MessageId,
    payment: &PaymentView,
    refund: &RefundView,
    why: Option<&Why>,
) -> Answer {
    let earlier = header.of_earlier(id, Kind::Reversal.name());
    let body = RepeatedBody::Reversal(body_of(payment, refund, why));
    again(
        header,
        Kind::Reversal,
        id,
        Repeated { message_header: earlier, repeated_response_message_body: body },
    )
}

/// The answer to a TransactionStatus about what is not over, or is not known.
pub fn no_outcome(header: &Header, kind: Kind, id: &MessageId, why: &Why) -> Answer {
    response(header, status(kind, id, Response::failure(why), None))
}

fn again(header: &Header, kind: Kind, id: &MessageId, repeated: Repeated) -> Answer {
    response(header, status(kind, id, Response::success(), Some(repeated)))
}

fn status(kind: Kind, id: &MessageId, response: Response, repeated: Option<Repeated>) -> Body {
    let reference = Reference { category: kind.name(), service: id.service.clone(), sale: id.sale.clone() };
    Body::Status(Box::new(StatusBody {
        response,
        message_reference: reference,
        repeated_message_response: repeated,
    }))
}
