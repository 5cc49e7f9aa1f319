//! Whose a code is that the customer shows (contract 3.4).

use http::Method;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Qr;
use crate::answer::{nonsense, read, refuse};
use crate::personal::Personal;
use crate::plain::is_digits;
use crate::question::Question;
use crate::{Call, Error, lenient};

/// Who a customer is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exchanged {
    /// The number: digits, country code first.
    pub msisdn: Personal,
    /// When the code was made, if that was said.
    pub at: Option<Timestamp>,
    /// Which version of the customer's codes it is, if that was said.
    pub version: Option<String>,
}

impl Qr<'_> {
    /// Asks whose a scanned code is. Not needed to be paid: ePayment takes the code itself
    /// ([`Customer::PersonalQr`](crate::epayment::Customer::PersonalQr)).
    ///
    /// # Errors
    /// [`Meaning::PersonalQrRefused`](crate::Meaning::PersonalQrRefused) if the code is not valid (any more).
    pub async fn exchange_code(&self, code: &Personal) -> Result<Exchanged, Error> {
        let call = Call::ExchangeCode;
        if code.expose().is_empty() {
            return Err(refuse(call)("the customer's code is empty"));
        }
        let body = CodeBody { qr_code: code.expose(), requested_data: REQUESTED };
        self.exchange(&Question::with_body(call, Method::POST, "/qr/v1/exchange".to_owned(), &body)?).await
    }

    /// Asks whom the token of a scan stands for, within 15 minutes of the scan (contract 2.4).
    ///
    /// # Errors
    /// [`Meaning::PersonalQrRefused`](crate::Meaning::PersonalQrRefused) if the token is not valid (any more).
    pub async fn exchange_customer(&self, token: &Personal) -> Result<Exchanged, Error> {
        let call = Call::ExchangeCustomer;
        if token.expose().is_empty() {
            return Err(refuse(call)("the customer's token is empty"));
        }
        let body = CustomerBody {
            customer: TokenBody { customer_token: token.expose() },
            requested_data: REQUESTED,
        };
        let path = "/qr/v1/exchange/customer".to_owned();
        self.exchange(&Question::with_body(call, Method::POST, path, &body)?).await
    }

    async fn exchange(&self, question: &Question) -> Result<Exchanged, Error> {
        let call = question.call;
        let answer = self.vipps.ask(question).await?;
        let exchanged: ExchangedAnswer = read(call, &answer, "the answer holds no number")?;
        let msisdn = exchanged.msisdn.filter(|number| is_digits(number, 8..=15));
        let msisdn = msisdn.ok_or_else(|| nonsense(call, &answer)("the number is not 8 to 15 digits"))?;
        let seconds = exchanged.timestamp.and_then(|seconds| i64::try_from(seconds).ok());
        Ok(Exchanged {
            msisdn: Personal::new(msisdn),
            at: seconds.and_then(|seconds| Timestamp::from_second(seconds).ok()),
            version: exchanged.version,
        })
    }
}

/// All that can be asked for.
const REQUESTED: [&str; 1] = ["MSISDN"];

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct CodeBody<'a> {
    qr_code: &'a str,
    requested_data: [&'static str; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct CustomerBody<'a> {
    customer: TokenBody<'a>,
    requested_data: [&'static str; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct TokenBody<'a> {
    customer_token: &'a str,
}

#[derive(Deserialize)]
struct ExchangedAnswer {
    #[serde(default, deserialize_with = "lenient::text")]
    msisdn: Option<String>,
    #[serde(default, deserialize_with = "lenient::maybe_whole")]
    timestamp: Option<u64>,
    #[serde(default, deserialize_with = "lenient::text")]
    version: Option<String>,
}
