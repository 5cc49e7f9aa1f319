//! `POST /nexo`: the till for a POS that speaks nexo, as it would to a payment terminal.
//!
//! What the messages mean is the business of the crate `nexo`; here they are brought to the till, and answers are held
//! until there is one. A Payment is answered when it is over. Nobody is ever told that a payment failed while money of
//! it may move: if the answer can't be held that long there is none (504), and the register asks for the
//! TransactionStatus, as it does when a line breaks.

mod desk;
mod payment;
mod reversal;

use ::nexo::answer::{self, Answer, Why};
use ::nexo::{Ask, Header, Output, Show, condition_of};
use axum::Json;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use contract::{ApiProblem, Code, Language, words};
use serde_json::value::RawValue;
use till::Refused;

use crate::PosApi;
use crate::body;
use crate::problem::Refusal;

pub(crate) use desk::Desk;

/// Where nexo is spoken: the libraries of the Terminal API put a slash or `sync` behind what they are told.
pub(crate) const PATHS: [&str; 3] = ["/nexo", "/nexo/", "/nexo/sync"];

/// Takes a nexo message.
///
/// For a POS that speaks to payment terminals already: `SaleToPOIRequest` with Payment, Display, Abort,
/// TransactionStatus, Reversal, Diagnosis, Login or Logout, as JSON and not encrypted. The answer to a Payment comes when
/// the payment is over. The token may also be sent as `x-api-key`. `docs/nexo.md` says what becomes of every part.
#[utoipa::path(
    post,
    path = "/nexo",
    tag = "nexo",
    request_body(content = serde_json::Value, description = "A `SaleToPOIRequest` of nexo, protocol 3.0.",
        example = json!({ "SaleToPOIRequest": {
            "MessageHeader": { "ProtocolVersion": "3.0", "MessageClass": "Service", "MessageCategory": "Diagnosis",
                "MessageType": "Request", "ServiceID": "0001", "SaleID": "POS-1", "POIID": "Kvitt-1" },
            "DiagnosisRequest": { "HostDiagnosisFlag": true }
        } })),
    responses(
        (status = 200, description = "`SaleToPOIResponse`, whose `Response` says how it went; or `SaleToPOIRequest` with \
            an event, where there is no answer; or nothing, when an Abort was passed on.", body = serde_json::Value),
        (status = 400, description = "`request_invalid`: not JSON, or no nexo message.",
            body = ApiProblem, content_type = "application/problem+json"),
        (status = 504, description = "`unclear`: the payment is not over, and the answer can't be held any longer. Ask \
            with TransactionStatus before you charge again.",
            body = ApiProblem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn message(State(api): State<PosApi>, request: Request) -> Result<Response, Refusal> {
    let sent: Box<RawValue> = body::read(request).await?;
    let message = ::nexo::read(sent.get()).map_err(|_| {
        let detail =
            "this is no nexo message: it must be an object with a SaleToPOIRequest that has a MessageHeader";
        Refusal::new(Code::RequestInvalid, detail)
    })?;
    let header = message.header;
    let till = &api.0.till;
    let answer = match message.ask {
        Err(fault) => answer::refused(&header, &Why::from(fault), &till.time()),
        Ok(Ask::Payment(ask)) => payment::pay(&api, &header, *ask).await?,
        Ok(Ask::Abort(id)) => match payment::abort(&api, &header, &id).await {
            Some(answer) => answer,
            // An Abort that is passed on has no answer; the Payment has.
            None => return Ok(StatusCode::OK.into_response()),
        },
        Ok(Ask::PaymentStatus(id)) => payment::status(&api, &header, &id).await,
        Ok(Ask::ReversalStatus(id)) => reversal::status(&api, &header, &id).await,
        Ok(Ask::Reversal(ask)) => reversal::give_back(&api, &header, ask).await?,
        Ok(Ask::Display(outputs)) => show(&api, &header, outputs),
        Ok(Ask::Diagnosis) => answer::diagnosis(&header, &till.health(), api.0.nexo.logged_in()),
        Ok(Ask::Login(sale)) => {
            api.0.nexo.log_in(sale);
            answer::login(&header, &till.health(), &till.time())
        }
        Ok(Ask::Logout(sale)) => {
            api.0.nexo.log_out(&sale);
            answer::done(&header)
        }
    };
    Ok(Json(answer).into_response())
}

fn show(api: &PosApi, header: &Header, outputs: Vec<Output>) -> Answer {
    let till = &api.0.till;
    let language = till.settings().language;
    let shown = outputs.into_iter().map(|output| {
        let shown = match output.show {
            Ok(Show::Text(rows)) => till.show_text(&rows).map_err(|refused| why(refused, language)),
            Ok(Show::Idle) => {
                till.clear_cart();
                Ok(())
            }
            Err(fault) => Err(Why::from(fault)),
        };
        (output.device, output.info_qualify, shown)
    });
    answer::display(header, shown.collect())
}

/// A refusal of the till in nexo's word, with what the cashier is told.
fn why(refused: Refused, language: Language) -> Why {
    Why {
        condition: condition_of(refused.code),
        cashier: Some(words::words(refused.code, language).cashier.clone()),
        detail: Some(refused.detail),
    }
}

/// Nothing can be said that is true: as if the line had broken.
fn no_word(reference: &str) -> Refusal {
    let detail = "the payment is not over; ask for its TransactionStatus before you charge again";
    let refusal = Refusal { status: StatusCode::GATEWAY_TIMEOUT, ..Refusal::new(Code::Unclear, detail) };
    if reference.is_empty() { refusal } else { refusal.because_of(reference) }
}
