//! The body of a creation (contract 1.4).

use std::collections::BTreeMap;

use serde::Serialize;

use crate::epayment::{Create, Customer, Flow, Interaction, LegalLinks, Method, QrFormat, Scope};
use crate::money::MoneyBody;
use crate::orders::receipt_body;

/// The body of a creation.
pub(in crate::epayment) fn create(payment: &Create) -> impl Serialize + use<'_> {
    with_receipt(payment, payment.receipt.as_ref().map(receipt_body))
}

fn with_receipt<R: Serialize>(payment: &Create, receipt: Option<R>) -> Body<'_, R> {
    let (method, flow, return_url, customer) = match &payment.flow {
        Flow::Qr { return_url, .. } => (Method::Wallet, "QR", return_url.as_deref(), None),
        Flow::PushMessage { customer } => (Method::Wallet, "PUSH_MESSAGE", None, Some(customer)),
        Flow::WebRedirect { method, return_url, customer } => {
            (*method, "WEB_REDIRECT", Some(return_url.as_str()), customer.as_ref())
        }
        Flow::NativeRedirect { return_url, customer } => {
            (Method::Wallet, "NATIVE_REDIRECT", Some(return_url.as_str()), customer.as_ref())
        }
    };
    Body {
        amount: payment.amount.into(),
        customer: customer.map(CustomerBody::from),
        customer_interaction: match payment.interaction {
            Interaction::Present => "CUSTOMER_PRESENT",
            Interaction::NotPresent => "CUSTOMER_NOT_PRESENT",
        },
        payment_method: MethodBody {
            kind: match method {
                Method::Wallet => "WALLET",
                Method::Card => "CARD",
            },
        },
        profile: scope(&payment.scope).map(|scope| ProfileBody { scope }),
        reference: &payment.reference,
        return_url,
        user_flow: flow,
        expires_at: payment.expires_at.map(|moment| moment.to_string()),
        qr_format: match payment.flow {
            Flow::Qr { format, .. } => Some(format.into()),
            _ => None,
        },
        payment_description: payment.description.as_deref(),
        receipt,
        receipt_url: payment.receipt_url.as_deref(),
        metadata: Some(&payment.metadata).filter(|pairs| !pairs.is_empty()),
        minimum_user_age: payment.minimum_user_age,
        merchant_legal_links: payment.legal_links.as_ref().map(LegalLinksBody::from),
    }
}

fn scope(scope: &[Scope]) -> Option<String> {
    let names: Vec<&str> = scope.iter().map(|scope| scope.name()).collect();
    (!names.is_empty()).then(|| names.join(" "))
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Body<'a, R> {
    amount: MoneyBody,
    #[serde(skip_serializing_if = "Option::is_none")]
    customer: Option<CustomerBody<'a>>,
    customer_interaction: &'static str,
    payment_method: MethodBody,
    #[serde(skip_serializing_if = "Option::is_none")]
    profile: Option<ProfileBody>,
    reference: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    return_url: Option<&'a str>,
    user_flow: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    expires_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    qr_format: Option<QrFormatBody>,
    #[serde(skip_serializing_if = "Option::is_none")]
    payment_description: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    receipt: Option<R>,
    #[serde(skip_serializing_if = "Option::is_none")]
    receipt_url: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    metadata: Option<&'a BTreeMap<String, String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    minimum_user_age: Option<u8>,
    #[serde(skip_serializing_if = "Option::is_none")]
    merchant_legal_links: Option<LegalLinksBody<'a>>,
}

/// Exactly one of the three, or the API refuses it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
enum CustomerBody<'a> {
    PhoneNumber(&'a str),
    PersonalQr(&'a str),
    CustomerToken(&'a str),
}

impl<'a> From<&'a Customer> for CustomerBody<'a> {
    fn from(customer: &'a Customer) -> Self {
        match customer {
            Customer::PhoneNumber(number) => Self::PhoneNumber(number.expose()),
            Customer::PersonalQr(code) => Self::PersonalQr(code.expose()),
            Customer::Token(token) => Self::CustomerToken(token.expose()),
        }
    }
}

#[derive(Serialize)]
struct MethodBody {
    #[serde(rename = "type")]
    kind: &'static str,
}

#[derive(Serialize)]
struct ProfileBody {
    scope: String,
}

#[derive(Serialize)]
struct QrFormatBody {
    format: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    size: Option<u16>,
}

impl From<QrFormat> for QrFormatBody {
    fn from(format: QrFormat) -> Self {
        let (format, size) = match format {
            QrFormat::Png { size_px } => ("IMAGE/PNG", Some(size_px)),
            QrFormat::Svg => ("IMAGE/SVG+XML", None),
            QrFormat::TargetUrl => ("TEXT/TARGETURL", None),
        };
        Self { format, size }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct LegalLinksBody<'a> {
    terms_of_sale_url: &'a str,
    privacy_policy_url: &'a str,
}

impl<'a> From<&'a LegalLinks> for LegalLinksBody<'a> {
    fn from(links: &'a LegalLinks) -> Self {
        Self { terms_of_sale_url: &links.terms_of_sale, privacy_policy_url: &links.privacy_policy }
    }
}
