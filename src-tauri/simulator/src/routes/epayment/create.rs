//! Making a payment: what ePayment accepts, and with which code it refuses the rest (contract 1.4).

use axum::body::Bytes;
use axum::extract::State;
use axum::response::Response;
use http::{HeaderMap, StatusCode, Uri};
use serde_json::{Value, json};

use super::metadata::{has_duplicates, metadata};
use super::{CHANGE_PER_MINUTE, bucket, idempotency_key};
use crate::routes::answer_in;
use crate::routes::caller::named_caller;
use crate::routes::form::{self, Form};
use crate::routes::receipt;
use crate::routes::url::{custom_scheme, https};
use crate::routes::wrong::{Dress, Wrong, of_type};
use crate::simulator::Simulator;
use crate::time::from_rfc3339;
use crate::world::World;
use crate::world::epayment::{Flow, Wish};
use crate::world::once::Call;
use crate::world::payment::Key;
use crate::world::people::{Customer, is_msisdn};
use crate::world::problem::{Code, Problem};
use crate::world::qr::{Format, Image};

const FIELDS: [&str; 17] = [
    "amount",
    "customer",
    "customerInteraction",
    "industryData",
    "paymentMethod",
    "profile",
    "reference",
    "returnUrl",
    "userFlow",
    "expiresAt?",
    "qrFormat?",
    "paymentDescription",
    "receipt",
    "metadata?",
    "receiptUrl?",
    "minimumUserAge?",
    "merchantLegalLinks",
];
/// What can be asked of a customer, if the sales unit may.
const SCOPES: [&str; 5] = ["name", "address", "email", "phoneNumber", "birthDate"];
/// Only for those who have a reason that the law accepts.
const SCOPE_NIN: &str = "nin";
/// Characters of a `reference`; the specification still says 50 at most (contract 0.6).
const REFERENCE: std::ops::RangeInclusive<usize> = 8..=64;
/// Of URLs; the specification names no limit.
const URL_MAX: usize = 2_000;
const MINUTE_MS: i64 = 60_000;
/// White on each side of a code, in pixels (contract 3.1).
const WHITE_BORDER: u32 = 8;
/// Width and height of a PNG unless given, in pixels.
const SIZE_UNLESS_GIVEN: u32 = 1024;

pub(super) async fn create(
    State(simulator): State<Simulator>,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    answer_in(Dress::TraceId, &simulator, &uri, |world, now| {
        let msn = named_caller(world, &headers, now)?;
        let idempotency_key = idempotency_key(&headers)?;
        let twice = has_duplicates(&body);
        let body = form::parse(&headers, &body)?;
        let reference = body["reference"].as_str().unwrap_or_default();
        world.count(bucket("create", &msn, reference), CHANGE_PER_MINUTE, now).map_err(Wrong::TooMany)?;
        let call = Call { msn: msn.clone(), what: "create".into(), key: idempotency_key.clone() };
        let outcome = world.answer_once(call, &body, Code::KeyExists, |world| {
            if twice {
                return Err(Code::MetadataKeyTwice.into());
            }
            let (wish, code) = wish(&body, now)?;
            let key = world.create(&msn, wish, &idempotency_key, now)?;
            Ok(made(world, &key, code, now))
        });
        let (status, body) = outcome?;
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::CREATED);
        Ok(of_type(status, "application/json", body.to_string()))
    })
}

/// How the code is wanted.
#[derive(Clone, Copy)]
enum Wanted {
    Picture(Format, u32),
    Content,
}

fn wish(body: &Value, now: i64) -> Result<(Wish, Wanted), Problem> {
    let root = Form::root(body, &FIELDS)?;
    let (amount, currency) = root.needed_amount("amount")?;
    let reference = root.needed_text("reference", REFERENCE)?;
    if !is_reference(reference) {
        return Err(root.wrong("reference", "The field must match ^[a-zA-Z0-9-]{8,64}$"));
    }
    let flows = ["QR", "PUSH_MESSAGE", "WEB_REDIRECT", "NATIVE_REDIRECT"];
    let flow = Flow::named(root.needed_choice("userFlow", &flows)?).ok_or(Code::MissingForFlow)?;
    let method = method(&root, flow)?;
    let customer = customer(&root)?;
    if flow == Flow::PushMessage && customer.is_none() {
        return Err(Code::MissingForFlow.into());
    }
    check_urls(&root, flow)?;
    root.choice("customerInteraction", &["CUSTOMER_PRESENT", "CUSTOMER_NOT_PRESENT"])?;
    check_industry_data(&root)?;
    if let Some(receipt) = root.object("receipt", &receipt::FIELDS)? {
        receipt::check(&receipt)?;
    }
    let wish = Wish {
        reference: reference.into(),
        amount,
        currency: currency.into(),
        text: root.text("paymentDescription", 3..=100)?.unwrap_or_default().into(),
        flow,
        method: method.into(),
        customer,
        minimum_age: root.number("minimumUserAge", 0..=120)?.and_then(|age| u32::try_from(age).ok()),
        metadata: metadata(&root, body)?,
        scope: scope(&root)?,
        receipt: root.has("receipt").then(|| body["receipt"].clone()),
        expires_at: expires_at(&root, flow, now)?,
    };
    Ok((wish, picture(&root)?))
}

/// 8 to 64 letters, digits and hyphens.
pub(super) fn is_reference(text: &str) -> bool {
    REFERENCE.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

fn method<'a>(root: &Form<'a>, flow: Flow) -> Result<&'a str, Problem> {
    let method =
        root.needed_object("paymentMethod", &["type"])?.needed_choice("type", &["WALLET", "CARD"])?;
    if method == "CARD" && flow != Flow::WebRedirect {
        return Err(root.wrong("userFlow", "CARD must be combined with WEB_REDIRECT"));
    }
    Ok(method)
}

/// Exactly one of the ways to name a customer, if there is one.
pub(super) fn customer(root: &Form<'_>) -> Result<Option<Customer>, Problem> {
    let Some(customer) = root.object("customer", &["phoneNumber", "personalQr", "customerToken"])? else {
        return Ok(None);
    };
    let number = customer.text("phoneNumber", 0..=usize::MAX)?;
    let personal = customer.text("personalQr", 5..=255)?;
    let token = customer.text("customerToken", 1..=4_096)?;
    match (number, personal, token) {
        (Some(number), None, None) if is_msisdn(number) => Ok(Some(Customer::Number(number.into()))),
        (Some(_), None, None) => Err(Code::NotMsisdn.into()),
        (None, Some(code), None) => Ok(Some(Customer::PersonalCode(code.into()))),
        (None, None, Some(token)) => Ok(Some(Customer::Token(token.into()))),
        _ => {
            Err(root
                .wrong("customer", "Exactly one of phoneNumber, personalQr and customerToken is required."))
        }
    }
}

fn check_urls(root: &Form<'_>, flow: Flow) -> Result<(), Problem> {
    let return_url = root.text("returnUrl", 0..=URL_MAX)?;
    let receipt_url = root.text("receiptUrl", 0..=URL_MAX)?;
    let links = root.object("merchantLegalLinks", &["termsOfSaleUrl", "privacyPolicyUrl"])?;
    let terms = links.as_ref().map(|links| links.text("termsOfSaleUrl", 0..=URL_MAX)).transpose()?.flatten();
    let privacy =
        links.as_ref().map(|links| links.text("privacyPolicyUrl", 0..=URL_MAX)).transpose()?.flatten();
    if flow == Flow::WebRedirect && return_url.is_none() {
        return Err(Code::MissingForFlow.into());
    }
    let wrong = |url: &str| !https(url) && !custom_scheme(url);
    if [return_url, receipt_url, terms, privacy].into_iter().flatten().any(wrong) {
        return Err(Code::UrlInvalid.into());
    }
    Ok(())
}

fn check_industry_data(root: &Form<'_>) -> Result<(), Problem> {
    let Some(data) = root.object("industryData", &["airlineData"])? else { return Ok(()) };
    let names =
        ["agencyInvoiceNumber", "airlineCode", "airlineDesignatorCode", "passengerName", "ticketNumber"];
    let Some(airline) = data.object("airlineData", &names)? else { return Ok(()) };
    airline.needed_text("agencyInvoiceNumber", 1..=6)?;
    airline.needed_text("airlineCode", 3..=3)?;
    airline.needed_text("airlineDesignatorCode", 2..=2)?;
    airline.needed_text("passengerName", 1..=49)?;
    airline.text("ticketNumber", 1..=150)?;
    Ok(())
}

fn scope(root: &Form<'_>) -> Result<Option<String>, Problem> {
    let Some(profile) = root.object("profile", &["scope"])? else { return Ok(None) };
    let Some(scope) = profile.text("scope", 0..=255)? else { return Ok(None) };
    for word in scope.split_whitespace() {
        match word {
            SCOPE_NIN => return Err(Code::ScopeNotPermitted.into()),
            _ if !SCOPES.contains(&word) => return Err(Code::ScopeUnknown.into()),
            _ => {}
        }
    }
    Ok(Some(scope.to_owned()).filter(|scope| !scope.trim().is_empty()))
}

fn expires_at(root: &Form<'_>, flow: Flow, now: i64) -> Result<Option<i64>, Problem> {
    let Some(text) = root.text("expiresAt", 0..=100)? else { return Ok(None) };
    let at = from_rfc3339(text).ok_or_else(|| root.wrong("expiresAt", "The field must be as in RFC 3339"))?;
    if ![Flow::Qr, Flow::PushMessage].contains(&flow) {
        return Err(root.wrong("expiresAt", "The field goes with QR and PUSH_MESSAGE only"));
    }
    match at - now {
        ahead if ahead <= 10 * MINUTE_MS => Err(Code::ExpiresTooSoon.into()),
        ahead if ahead > 60 * 24 * 60 * MINUTE_MS => Err(Code::ExpiresTooLate.into()),
        _ if !root.has("receipt") => Err(Code::ExpiresNeedsReceipt.into()),
        _ => Ok(Some(at)),
    }
}

fn picture(root: &Form<'_>) -> Result<Wanted, Problem> {
    let Some(wanted) = root.object("qrFormat", &["format", "size?"])? else {
        return Ok(Wanted::Picture(Format::Svg, SIZE_UNLESS_GIVEN));
    };
    let formats = ["IMAGE/SVG+XML", "IMAGE/PNG", "TEXT/TARGETURL"];
    let format = wanted.needed_choice("format", &formats)?;
    let size = wanted.number("size", 100..=2000)?.and_then(|size| u32::try_from(size).ok());
    let size = size.unwrap_or(SIZE_UNLESS_GIVEN);
    Ok(match format {
        "IMAGE/PNG" => Wanted::Picture(Format::Png, size),
        "TEXT/TARGETURL" => Wanted::Content,
        _ => Wanted::Picture(Format::Svg, size),
    })
}

/// The answer: where the customer is to be sent, unless the phone has been told already.
fn made(world: &mut World, key: &Key, code: Wanted, now: i64) -> (u16, Value) {
    let mut body = json!({ "reference": key.reference });
    if let Some(url) = url_for_customer(world, key, code, now) {
        body["redirectUrl"] = url.clone().into();
        world.redirect(key, url);
    }
    (201, body)
}

fn url_for_customer(world: &mut World, key: &Key, code: Wanted, now: i64) -> Option<String> {
    let origin = world.rules.origin.clone();
    let payment = world.payment(key)?;
    let (token, content) = (payment.landing_token.clone(), world.qr_content(payment));
    match payment.flow() {
        Flow::PushMessage => None,
        Flow::WebRedirect => {
            Some(format!("{origin}/dwo-api-application/v1/deeplink/vippsgateway?v=2&token={token}"))
        }
        Flow::NativeRedirect => Some(format!("vipps://?token={token}")),
        Flow::Qr => match code {
            Wanted::Content => Some(content),
            Wanted::Picture(format, size) => {
                let (reference, expires_at) = (key.reference.clone(), world.deadline(payment));
                let white_border = WHITE_BORDER;
                let image = Image { reference, content, format, size, white_border, expires_at };
                let token = world.publish(image, now);
                Some(format!("{origin}/qr-image/v1?token={token}"))
            }
        },
    }
}
