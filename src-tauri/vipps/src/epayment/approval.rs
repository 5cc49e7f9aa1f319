//! Who approves a payment in the test environment (contract 7).

use std::fmt;

use serde::Serialize;

use crate::personal::Personal;

/// Who approves a payment, or the token that stands for it.
#[derive(Clone, PartialEq, Eq)]
pub enum Approval {
    /// The test user with this number: 9 to 15 digits, country code first.
    PhoneNumber(Personal),
    /// The value of `token` in the URL that the creation of the payment answered with.
    Token(String),
}

impl Approval {
    pub(super) fn body(&self) -> impl Serialize + use<'_> {
        match self {
            Approval::PhoneNumber(number) => {
                Body { customer: Some(CustomerBody { phone_number: number.expose() }), token: None }
            }
            Approval::Token(token) => Body { customer: None, token: Some(token) },
        }
    }
}

impl fmt::Debug for Approval {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Approval::PhoneNumber(_) => "PhoneNumber(…)",
            Approval::Token(_) => "Token(…)",
        })
    }
}

#[derive(Serialize)]
struct Body<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    customer: Option<CustomerBody<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    token: Option<&'a str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct CustomerBody<'a> {
    phone_number: &'a str,
}
