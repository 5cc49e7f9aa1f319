//! Payments of those who speak nexo: begun once for each message, held until they are over, found again, broken off.

use std::time::Duration;

use ::nexo::answer::{self, Answer, Outcome, Why, standing};
use ::nexo::{Condition, Fault, Header, Kind, MessageId, PaymentAsk, is_over};
use contract::{Code, PaymentView};
use till::Refused;
use tokio::sync::broadcast::error::RecvError;
use tokio::time::timeout;

use super::{no_word, why};
use crate::PosApi;
use crate::limits::{NEXO_NAMES_KEPT, NEXO_PAYMENT_TIME};
use crate::problem::Refusal;

/// A day, in milliseconds.
const DAY_MS: i64 = 24 * 60 * 60 * 1_000;
/// On how many days before today a message that is still known can have come.
const DAYS_BACK: i64 = 2;

/// Begins the payment, or takes up the one that the same message has begun, and answers when it is over.
pub(super) async fn pay(api: &PosApi, header: &Header, ask: PaymentAsk) -> Result<Answer, Refusal> {
    let sale = ask.sale.clone();
    let Ok(_seat) = api.0.waits.try_acquire() else {
        let why = Why::from(Fault::new(Condition::Busy, "too many messages wait for an answer"));
        return Ok(answer::payment_refused(header, &sale, &why));
    };
    // On its own, because a register that hangs up must not leave a payment behind that is on disk and yet not followed.
    let beginning = tokio::spawn(begun(api.clone(), ask));
    let begun = beginning.await.map_err(|error| {
        tracing::error!(%error, "starting a payment failed half-way");
        no_word("")
    })?;
    let reference = match begun {
        Ok(reference) => reference,
        Err(why) => return Ok(answer::payment_refused(header, &sale, &why)),
    };
    let payment = settled(api, &reference, NEXO_PAYMENT_TIME, is_over).await;
    match payment {
        Some(payment) if is_over(&payment) => Ok(answer::payment(header, &outcome(api, &payment))),
        _ => Err(no_word(&reference)),
    }
}

/// The reference of the payment that `ask` is about.
async fn begun(api: PosApi, ask: PaymentAsk) -> Result<String, Why> {
    let till = &api.0.till;
    let language = till.settings().language;
    let _beginning = api.0.nexo.beginning.lock().await;
    let earlier = found(&api, &ask.id).await.map_err(|refused| why(refused, language))?;
    let started = match earlier {
        Some((key, payment)) if ask.references().any(|name| name == payment.reference) => {
            // The till compares what was asked then with what is asked now.
            till.start(&ask.under(&payment.reference), Some(&key)).await
        }
        Some(_) => return Err(used()),
        None => start_anew(&api, &ask).await,
    };
    let payment = match started {
        Ok(started) => started.view,
        Err(refused) if refused.code == Code::IdempotencyMismatch => return Err(used()),
        Err(refused) => return Err(why(refused, language)),
    };
    api.0.nexo.remember(&payment.reference, ask.sale);
    Ok(payment.reference)
}

/// A register may need several payments for one sale: each gets the next reference.
async fn start_anew(api: &PosApi, ask: &PaymentAsk) -> Result<till::Started, Refused> {
    let key = ask.id.key_of_day(today(api));
    let mut names = ask.references().peekable();
    loop {
        let name = names.next().unwrap_or_default();
        match api.0.till.start(&ask.under(&name), Some(&key)).await {
            Err(refused) if refused.code == Code::ReferenceUsed && names.peek().is_some() => {}
            outcome => return outcome,
        }
    }
}

fn used() -> Why {
    let detail =
        "this ServiceID has named another message of this SaleID within 48 hours; give the new one its own";
    Why::from(Fault::new(Condition::NotAllowed, detail))
}

/// How the payment has gone that the message `id` began.
pub(super) async fn status(api: &PosApi, header: &Header, id: &MessageId) -> Answer {
    match known(api, id).await {
        Ok(Some((_, payment))) if is_over(&payment) => answer::repeated(header, id, &outcome(api, &payment)),
        Ok(Some((_, payment))) => answer::no_outcome(header, Kind::Payment, id, &standing(&payment)),
        Ok(None) => answer::no_outcome(header, Kind::Payment, id, &unknown()),
        // Whether there is one can't be said now.
        Err(refused) => {
            let why = why(refused, api.0.till.settings().language);
            answer::no_outcome(header, Kind::Payment, id, &Why { condition: Condition::InProgress, ..why })
        }
    }
}

/// Asks for the end of the payment that the message `id` began. Nothing is to be said when that was passed on.
pub(super) async fn abort(api: &PosApi, header: &Header, id: &MessageId) -> Option<Answer> {
    let till = &api.0.till;
    let refused = match known(api, id).await {
        Ok(Some((_, payment))) => {
            let reference = &payment.reference;
            api.0.nexo.note_aborted(reference);
            match till.cancel(reference).await {
                Ok(_) => return None,
                Err(refused) => {
                    api.0.nexo.was_not_aborted(reference);
                    refused
                }
            }
        }
        Ok(None) => return Some(answer::refused(header, &unknown(), &till.time())),
        Err(refused) => refused,
    };
    let late = refused.code == Code::TooLateToCancel;
    let why = why(refused, till.settings().language);
    let answered = if late { answer::too_late } else { answer::refused };
    Some(answered(header, &why, &till.time()))
}

fn unknown() -> Why {
    let detail = "no payment was begun by a message of this ServiceID and SaleID within 48 hours";
    Why::from(Fault::new(Condition::NotFound, detail))
}

fn outcome<'a>(api: &'a PosApi, payment: &'a PaymentView) -> Outcome<'a> {
    Outcome {
        payment,
        sale: api.0.nexo.sale(&payment.reference),
        msn: &api.0.till.settings().msn,
        aborted: api.0.nexo.is_aborted(&payment.reference),
    }
}

/// The same as [`found`], after what is being begun.
async fn known(api: &PosApi, id: &MessageId) -> Result<Option<(String, PaymentView)>, Refused> {
    let _after = api.0.nexo.beginning.lock().await;
    found(api, id).await
}

/// The payment that the message `id` began within 48 hours, and the key under which it did.
async fn found(api: &PosApi, id: &MessageId) -> Result<Option<(String, PaymentView)>, Refused> {
    let today = today(api);
    for day in (today.saturating_sub(DAYS_BACK)..=today).rev() {
        let key = id.key_of_day(day);
        if let Some(payment) = api.0.till.started_under(&key, NEXO_NAMES_KEPT).await? {
            return Ok(Some((key, payment)));
        }
    }
    Ok(None)
}

fn today(api: &PosApi) -> i64 {
    api.0.till.time_ms().div_euclid(DAY_MS)
}

/// The payment when `done` is true of it, or after `limit`, or when the API stops, as it is then. None when that can't
/// be said.
pub(super) async fn settled(
    api: &PosApi,
    reference: &str,
    limit: Duration,
    done: impl Fn(&PaymentView) -> bool,
) -> Option<PaymentView> {
    let till = &api.0.till;
    let mut changes = till.changes();
    let until_done = async {
        loop {
            if till.payment(reference).await.is_ok_and(|payment| done(&payment)) {
                return;
            }
            loop {
                match changes.recv().await {
                    Ok(change) if change.payment.reference != reference => {}
                    // Who has missed something looks.
                    Ok(_) | Err(RecvError::Lagged(_)) => break,
                    Err(RecvError::Closed) => return,
                }
            }
        }
    };
    tokio::select! {
        _ = timeout(limit, until_done) => {}
        () = api.stopped() => {}
    }
    till.payment(reference).await.ok()
}
