//! What the till says, as nexo writes it.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::condition::{Condition, Fault};
use crate::header::{Header, escaped};

mod health;
mod outcome;
mod reversal;
mod status;

pub use health::{diagnosis, login};
pub use outcome::{Outcome, payment, payment_refused, standing};
pub use reversal::reversal;
pub use status::{no_outcome, repeated, repeated_reversal};

use health::{DiagnosisBody, LoginBody};
use outcome::PaymentBody;
use reversal::ReversalBody;
use status::StatusBody;

/// What the host of the payments is called.
const HOST: &str = "Vipps MobilePay";
/// The requests of the standard that have an answer; to others the answer is an event.
const ANSWERED: [&str; 23] = [
    "Admin",
    "BalanceInquiry",
    "Batch",
    "CardAcquisition",
    "CardReaderAPDU",
    "CardReaderInit",
    "CardReaderPowerOff",
    "Diagnosis",
    "Display",
    "EnableService",
    "GetTotals",
    "Input",
    "Login",
    "Logout",
    "Loyalty",
    "PIN",
    "Payment",
    "Print",
    "Reconciliation",
    "Reversal",
    "Sound",
    "StoredValue",
    "TransactionStatus",
];

/// A message to a register.
#[derive(Debug, Serialize)]
pub enum Answer {
    /// The answer to what it asked.
    #[serde(rename = "SaleToPOIResponse")]
    Response(Said),
    /// A word that is no answer: an event.
    #[serde(rename = "SaleToPOIRequest")]
    Event(Said),
}

/// The header of a message and what it carries.
#[derive(Debug, Serialize)]
pub struct Said {
    #[serde(rename = "MessageHeader")]
    header: Header,
    #[serde(flatten)]
    body: BTreeMap<String, Body>,
}

#[derive(Debug, Serialize)]
#[serde(untagged)]
enum Body {
    Payment(PaymentBody),
    Display(DisplayBody),
    Status(Box<StatusBody>),
    Reversal(ReversalBody),
    Diagnosis(DiagnosisBody),
    Login(LoginBody),
    Bare(Bare),
    Event(EventBody),
}

/// How it went: the result, and if it did not, why.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Response {
    result: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    error_condition: Option<Condition>,
    #[serde(rename = "AdditionalResponse", skip_serializing_if = "Option::is_none")]
    told: Option<String>,
}

/// Why something was not done, and what people are told about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Why {
    /// In nexo's word.
    pub condition: Condition,
    /// For the cashier, in the till's language.
    pub cashier: Option<String>,
    /// In exact English words, for whoever looks after the register.
    pub detail: Option<String>,
}

impl From<Fault> for Why {
    fn from(fault: Fault) -> Why {
        Why { condition: fault.condition, cashier: None, detail: Some(fault.detail) }
    }
}

impl Response {
    fn success() -> Response {
        Response { result: "Success", error_condition: None, told: None }
    }

    fn failure(why: &Why) -> Response {
        let told = words(why.cashier.as_deref(), why.detail.as_deref());
        Response { result: "Failure", error_condition: Some(why.condition), told }
    }
}

/// What people are told, as form fields: registers that know the Terminal API show `message`.
fn words(cashier: Option<&str>, detail: Option<&str>) -> Option<String> {
    let message = cashier.or(detail)?;
    let detail = detail.map(|detail| format!("&detail={}", escaped(detail))).unwrap_or_default();
    Some(format!("message={}{detail}", escaped(message)))
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Bare {
    response: Response,
}

#[derive(Debug, Serialize)]
struct DisplayBody {
    #[serde(rename = "OutputResult")]
    results: Vec<OutputResult>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct OutputResult {
    device: String,
    info_qualify: String,
    response: Response,
}

/// The answer to a Display: for each device and purpose, whether it is shown.
pub fn display(header: &Header, shown: Vec<(String, String, Result<(), Why>)>) -> Answer {
    let results = shown.into_iter().map(|(device, info_qualify, shown)| {
        let response = shown.map_or_else(|why| Response::failure(&why), |()| Response::success());
        OutputResult { device, info_qualify, response }
    });
    response(header, Body::Display(DisplayBody { results: results.collect() }))
}

/// The answer to what there is nothing to say about but that it is done.
pub fn done(header: &Header) -> Answer {
    response(header, Body::Bare(Bare { response: Response::success() }))
}

/// The answer to a message that is not granted, of whatever kind; an event where the standard knows no answer.
pub fn refused(header: &Header, why: &Why, now: &str) -> Answer {
    // An Abort has no answer.
    if ANSWERED.contains(&header.message_category.as_str()) {
        return response(header, Body::Bare(Bare { response: Response::failure(why) }));
    }
    event(header, "Reject", why, now)
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct EventBody {
    time_stamp: String,
    event_to_notify: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    event_details: Option<String>,
}

/// What an Abort that comes too late is told: the payment has ended, or the customer has approved it.
pub fn too_late(header: &Header, why: &Why, now: &str) -> Answer {
    event(header, "Completed", why, now)
}

fn event(header: &Header, name: &'static str, why: &Why, now: &str) -> Answer {
    let body = EventBody {
        time_stamp: now.to_owned(),
        event_to_notify: name,
        event_details: words(why.cashier.as_deref(), why.detail.as_deref()),
    };
    Answer::Event(Said {
        header: header.of_event(),
        body: BTreeMap::from([("EventNotification".to_owned(), Body::Event(body))]),
    })
}

fn response(header: &Header, body: Body) -> Answer {
    let name = format!("{}Response", header.message_category);
    Answer::Response(Said { header: header.of_answer(), body: BTreeMap::from([(name, body)]) })
}
