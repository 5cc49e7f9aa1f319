//! Money that goes back at the word of those who speak nexo.

use ::nexo::answer::{self, Answer, Why};
use ::nexo::{Condition, Fault, Header, Kind, MessageId, ReversalAsk, condition_of};
use contract::{ModificationStatus, PaymentView, RefundView};

use super::desk::Reversed;
use super::payment::settled;
use super::{no_word, why};
use crate::PosApi;
use crate::limits::NEXO_REVERSAL_TIME;
use crate::problem::Refusal;

/// Asks for the refund, once for each message, and answers when it is made or refused; or, when that takes long, that
/// it is on disk.
pub(super) async fn give_back(api: &PosApi, header: &Header, ask: ReversalAsk) -> Result<Answer, Refusal> {
    let till = api.0.till.clone();
    let language = till.settings().language;
    let wish = ask.refund(till.counter().currency);
    let (reference, key) = (ask.reference.clone(), ask.key.clone());
    // On its own, because a register that hangs up must not leave a wish behind that is on disk and yet not followed.
    let refunding = tokio::spawn(async move { till.refund(&reference, &wish, Some(&key)).await });
    let asked = refunding.await.map_err(|error| {
        tracing::error!(%error, "asking for a refund failed half-way");
        no_word(&ask.reference)
    })?;
    let payment = match asked {
        Ok(asked) => asked.view,
        Err(refused) => return Ok(answer::refused(header, &why(refused, language), &api.0.till.time())),
    };
    let Some(number) = number_of(api, &payment, &ask) else {
        return Err(no_word(&ask.reference));
    };
    let is_done = |payment: &PaymentView| {
        numbered(payment, number).is_some_and(|refund| refund.status != ModificationStatus::Asked)
    };
    let payment = settled(api, &ask.reference, NEXO_REVERSAL_TIME, is_done).await.unwrap_or(payment);
    match numbered(&payment, number) {
        Some(refund) => Ok(answer::reversal(header, &payment, refund, why_of(refund).as_ref())),
        None => Err(no_word(&ask.reference)),
    }
}

/// How the refund has gone that the message `id` asked for. One that is not known may have been asked for before the program
/// was started, so nobody is told that there is none: a register that believed that would ask for another.
pub(super) async fn status(api: &PosApi, header: &Header, id: &MessageId) -> Answer {
    let Some(Reversed { reference, number }) = api.0.nexo.reversal(id) else {
        let detail = "no refund is remembered by this ServiceID and SaleID: send the Reversal again under its own \
                      ServiceID to hear how it went, nothing is given back twice";
        let why = Why::from(Fault::new(Condition::UnavailableService, detail));
        return answer::no_outcome(header, Kind::Reversal, id, &why);
    };
    match api.0.till.payment(&reference).await {
        Ok(payment) => match numbered(&payment, number) {
            Some(refund) if refund.status == ModificationStatus::Asked => {
                let why = why_of(refund).map(|why| Why { condition: Condition::InProgress, ..why });
                answer::no_outcome(header, Kind::Reversal, id, &why.unwrap_or_else(unsaid))
            }
            Some(refund) => answer::repeated_reversal(header, id, &payment, refund, why_of(refund).as_ref()),
            None => answer::no_outcome(header, Kind::Reversal, id, &unsaid()),
        },
        // What became of it can't be said now.
        Err(refused) => {
            let why = why(refused, api.0.till.settings().language);
            answer::no_outcome(header, Kind::Reversal, id, &Why { condition: Condition::InProgress, ..why })
        }
    }
}

fn unsaid() -> Why {
    Why::from(Fault::new(Condition::InProgress, "what became of the refund can't be said now; ask again"))
}

/// The number of the refund that the message asked for, remembered for whoever asks after it.
fn number_of(api: &PosApi, payment: &PaymentView, ask: &ReversalAsk) -> Option<u32> {
    let known = api.0.nexo.reversal(&ask.id).filter(|known| known.reference == payment.reference);
    let number =
        known.map(|known| known.number).or_else(|| meant(payment, ask).map(|refund| refund.number))?;
    api.0.nexo.note_reversal(&ask.id, Reversed { reference: payment.reference.clone(), number });
    Some(number)
}

/// The refund that the message asked for: the newest of its amount, or the newest of all.
fn meant<'a>(payment: &'a PaymentView, ask: &ReversalAsk) -> Option<&'a RefundView> {
    let fits = |refund: &&RefundView| ask.amount.is_none_or(|amount| refund.amount.value == amount);
    payment.refunds.iter().rev().find(fits)
}

fn numbered(payment: &PaymentView, number: u32) -> Option<&RefundView> {
    payment.refunds.iter().find(|refund| refund.number == number)
}

fn why_of(refund: &RefundView) -> Option<Why> {
    let problem = refund.problem.as_ref();
    let detail = match refund.status {
        ModificationStatus::Made => return None,
        ModificationStatus::Asked => {
            "the refund is on disk and will be made as soon as Vipps MobilePay can be asked"
        }
        ModificationStatus::Refused => "the refund was refused and will not be made",
    };
    Some(Why {
        condition: problem.map_or(Condition::UnavailableService, |problem| condition_of(problem.code)),
        cashier: problem.map(|problem| problem.cashier.clone()),
        detail: Some(detail.to_owned()),
    })
}
