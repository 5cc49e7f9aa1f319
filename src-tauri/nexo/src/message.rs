//! Reads a message: who says it, and what is asked of the till.

use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::value::RawValue;

use crate::condition::{Condition, Fault};
use crate::display::{DisplayRequest, Output};
use crate::header::{Header, MessageId};
use crate::payment::{PaymentAsk, PaymentRequest};
use crate::reversal::{ReversalAsk, ReversalRequest};

/// A message whose sender can be answered.
#[derive(Clone, Debug)]
pub struct Message {
    /// Who says it, and under what name.
    pub header: Header,
    /// What is asked, or why it can't be.
    pub ask: Result<Ask, Fault>,
}

/// What a register can ask of the till.
#[derive(Clone, Debug)]
pub enum Ask {
    /// To be paid.
    Payment(Box<PaymentAsk>),
    /// To show something.
    Display(Vec<Output>),
    /// To break off the payment that the message began.
    Abort(MessageId),
    /// What has become of the payment that the message began.
    PaymentStatus(MessageId),
    /// What has become of the money that the message asked back.
    ReversalStatus(MessageId),
    /// To give money back.
    Reversal(ReversalAsk),
    /// How the till is.
    Diagnosis,
    /// To begin a session under this `SaleID`; nothing depends on it.
    Login(String),
    /// To end it.
    Logout(String),
}

/// What a message that speaks of another one may mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// To be paid.
    Payment,
    /// To give money back.
    Reversal,
}

impl Kind {
    /// Its `MessageCategory`.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Kind::Payment => "Payment",
            Kind::Reversal => "Reversal",
        }
    }
}

/// A text that is no message: there is nobody to answer in nexo's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unreadable;

#[derive(Deserialize)]
struct Envelope<'a> {
    #[serde(rename = "SaleToPOIRequest", borrow)]
    request: &'a RawValue,
}

#[derive(Deserialize)]
struct Head {
    #[serde(rename = "MessageHeader")]
    header: Header,
    #[serde(rename = "NexoBlob")]
    blob: Option<IgnoredAny>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct WithPayment {
    payment_request: PaymentRequest,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct WithDisplay {
    display_request: DisplayRequest,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct WithReversal {
    reversal_request: ReversalRequest,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct WithReference {
    abort_request: Option<Referring>,
    transaction_status_request: Option<Referring>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Referring {
    message_reference: Option<MessageReference>,
}

#[derive(Deserialize)]
struct MessageReference {
    #[serde(rename = "MessageCategory")]
    category: Option<String>,
    #[serde(rename = "ServiceID")]
    service: Option<String>,
    #[serde(rename = "SaleID")]
    sale: Option<String>,
}

/// What the JSON `text` says.
///
/// # Errors
/// When it has no `SaleToPOIRequest`, or that has no header.
pub fn read(text: &str) -> Result<Message, Unreadable> {
    let envelope: Envelope<'_> = serde_json::from_str(text).map_err(|_| Unreadable)?;
    let body = envelope.request.get();
    let head: Head = serde_json::from_str(body).map_err(|_| Unreadable)?;
    let ask = if head.blob.is_some() {
        Err(Fault::format(
            "this message is encrypted (NexoBlob); Kvitt is reached on this machine alone and takes messages as they \
             are: switch the encryption off in the register",
        ))
    } else {
        asked(&head.header, body)
    };
    Ok(Message { header: head.header, ask })
}

fn asked(header: &Header, body: &str) -> Result<Ask, Fault> {
    if header.message_type != "Request" {
        return Err(Fault::format("MessageHeader.MessageType must be Request"));
    }
    if header.protocol_version.as_deref().is_some_and(|version| !version.starts_with("3.")) {
        return Err(Fault::format("MessageHeader.ProtocolVersion must be 3.0"));
    }
    let id = header.id()?;
    match header.message_category.as_str() {
        "Payment" => {
            let asked: WithPayment = parsed(body)?;
            PaymentAsk::of(id, asked.payment_request).map(|ask| Ask::Payment(Box::new(ask)))
        }
        "Display" => parsed(body).map(|asked: WithDisplay| Ask::Display(asked.display_request.outputs())),
        "Abort" => match referred(body, id)? {
            (Kind::Payment, id) => Ok(Ask::Abort(id)),
            (Kind::Reversal, _) => Err(Fault::new(
                Condition::UnavailableService,
                "MessageReference.MessageCategory must be Payment; a refund that is asked for can't be broken off",
            )),
        },
        "TransactionStatus" => referred(body, id).map(|(kind, id)| match kind {
            Kind::Payment => Ask::PaymentStatus(id),
            Kind::Reversal => Ask::ReversalStatus(id),
        }),
        "Reversal" => {
            let asked: WithReversal = parsed(body)?;
            ReversalAsk::of(id, asked.reversal_request).map(Ask::Reversal)
        }
        "Diagnosis" => Ok(Ask::Diagnosis),
        "Login" => Ok(Ask::Login(id.sale)),
        "Logout" => Ok(Ask::Logout(id.sale)),
        other => {
            let detail = format!(
                "Kvitt takes Payment, Display, Abort, TransactionStatus, Reversal, Diagnosis, Login and Logout, not {}",
                other.chars().take(40).collect::<String>()
            );
            Err(Fault::new(Condition::UnavailableService, detail))
        }
    }
}

/// What a message speaks of, by the message that began it.
fn referred(body: &str, id: MessageId) -> Result<(Kind, MessageId), Fault> {
    let asked: WithReference = parsed(body)?;
    let missing = || Fault::format("MessageReference.ServiceID must say which payment is meant");
    let referring = asked.abort_request.or(asked.transaction_status_request);
    let reference = referring.and_then(|asked| asked.message_reference).ok_or_else(missing)?;
    let kind = match reference.category.as_deref() {
        None | Some("Payment") => Kind::Payment,
        Some("Reversal") => Kind::Reversal,
        Some(_) => {
            let detail = "MessageReference.MessageCategory must be Payment or Reversal";
            return Err(Fault::new(Condition::UnavailableService, detail));
        }
    };
    let id = MessageId::new(reference.sale.unwrap_or(id.sale), reference.service.ok_or_else(missing)?)?;
    Ok((kind, id))
}

fn parsed<'a, T: Deserialize<'a>>(body: &'a str) -> Result<T, Fault> {
    let mut reader = serde_json::Deserializer::from_str(body);
    serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        let (place, why) = (error.path().to_string(), error.inner().to_string());
        // What else it says may be what was sent, such as a phone number in a wrong place.
        let missing = why.split(" at line").next().filter(|why| why.starts_with("missing field"));
        Fault::format(format!("{place}: {}", missing.unwrap_or("a wrong type, or a value that is not known")))
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn message(category: &str, body: &str) -> String {
        format!(
            r#"{{"SaleToPOIRequest":{{"MessageHeader":{{"ProtocolVersion":"3.0","MessageClass":"Service",
            "MessageCategory":"{category}","MessageType":"Request","ServiceID":"0001","SaleID":"POS-1",
            "POIID":"Kvitt-1"}}{body}}}}}"#
        )
    }

    fn fault(text: &str) -> (Condition, String) {
        let fault = read(text).expect("it has a header").ask.expect_err(text);
        (fault.condition, fault.detail)
    }

    #[test]
    fn what_is_referred_to_is_named_by_its_register_too() {
        let named = |reference: &str| {
            let body = format!(r#","AbortRequest":{{"AbortReason":"x","MessageReference":{reference}}}"#);
            match read(&message("Abort", &body)).expect("a header").ask {
                Ok(Ask::Abort(id)) => (id.sale, id.service),
                other => panic!("{other:?}"),
            }
        };
        let (sale, service) = named(r#"{"ServiceID":"0007","MessageCategory":"Payment"}"#);
        assert_eq!((sale.as_str(), service.as_str()), ("POS-1", "0007"));
        let (sale, _) = named(r#"{"ServiceID":"0007","SaleID":"POS-2"}"#);
        assert_eq!(sale, "POS-2");
        let of = |category: &str| {
            let reference = format!(r#"{{"ServiceID":"1","MessageCategory":"{category}"}}"#);
            format!(r#","TransactionStatusRequest":{{"MessageReference":{reference}}}"#)
        };
        let asked = read(&message("TransactionStatus", &of("Reversal"))).expect("a header").ask;
        assert!(matches!(asked, Ok(Ask::ReversalStatus(id)) if id.service == "1"));
        assert_eq!(fault(&message("TransactionStatus", &of("Login"))).0, Condition::UnavailableService);
        let abort = r#","AbortRequest":{"MessageReference":{"ServiceID":"1","MessageCategory":"Reversal"}}"#;
        assert_eq!(fault(&message("Abort", abort)).0, Condition::UnavailableService);
        let without = r#","TransactionStatusRequest":{}"#;
        assert_eq!(fault(&message("TransactionStatus", without)).0, Condition::MessageFormat);
    }

    #[test]
    fn what_kvitt_does_not_do_is_named() {
        let (condition, detail) = fault(&message("CardAcquisition", ""));
        assert_eq!(condition, Condition::UnavailableService);
        assert!(detail.contains("CardAcquisition"), "{detail}");
        let (condition, detail) = fault(&message("Payment", r#","NexoBlob":"AAAA","SecurityTrailer":{}"#));
        assert_eq!(condition, Condition::MessageFormat);
        assert!(detail.contains("encrypted"), "{detail}");
        let (condition, detail) = fault(&message("Payment", ""));
        assert_eq!(condition, Condition::MessageFormat);
        assert!(detail.contains("PaymentRequest"), "{detail}");
        let response = message("Payment", "").replace(r#""Request""#, r#""Response""#);
        assert_eq!(fault(&response).0, Condition::MessageFormat);
        let old = message("Diagnosis", "").replace("3.0", "2.0");
        assert_eq!(fault(&old).0, Condition::MessageFormat);
        let nameless = message("Diagnosis", "").replace("ServiceID", "Service");
        assert!(fault(&nameless).1.contains("ServiceID is missing"));
    }

    #[test]
    fn what_is_wrong_is_named_and_not_repeated() {
        let amounts = |amounts: &str| {
            let sale = r#""SaleData":{"SaleTransactionID":{"TransactionID":"1","TimeStamp":"x"}}"#;
            let asked = format!(r#"{{{sale},"PaymentTransaction":{{"AmountsReq":{amounts}}}}}"#);
            fault(&message("Payment", &format!(r#","PaymentRequest":{asked}"#))).1
        };
        let place = "PaymentRequest.PaymentTransaction.AmountsReq";
        let missing = amounts(r#"{"Currency":"NOK"}"#);
        assert!(missing.starts_with(place) && missing.contains("RequestedAmount"), "{missing}");
        let wrong = amounts(r#"{"Currency":"91234567","RequestedAmount":1}"#);
        assert!(wrong.starts_with(place) && !wrong.contains("91234567"), "{wrong}");
    }

    #[test]
    fn what_is_no_message_is_unreadable() {
        for text in ["", "null", "[]", "{}", r#"{"SaleToPOIRequest":7}"#, r#"{"SaleToPOIRequest":{}}"#] {
            assert!(read(text).is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in ".{0,400}") {
            let _ = read(&text);
        }

        #[test]
        fn any_body_is_read_or_refused(
            category in "Payment|Display|Abort|TransactionStatus|Reversal|Diagnosis|Login|Logout|X",
            body in r#"[\[\]{}":,A-Za-z0-9.\-]{0,200}"#,
        ) {
            let _ = read(&message(&category, &format!(r#","{category}Request":{body}"#)));
        }
    }
}
