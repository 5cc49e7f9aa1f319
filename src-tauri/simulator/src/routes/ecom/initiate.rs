//! Starting a payment: what the live service accepts, and on what it trips (contract 1.2, "Initiate body").

use axum::body::Bytes;
use axum::extract::State;
use axum::response::Response;
use http::HeaderMap;
use serde_json::{Value, json};

use super::{INITIATE_PER_MINUTE, TEXT_MAX, check_serial_number};
use crate::routes::body::{self, Fields};
use crate::routes::caller::caller;
use crate::routes::url::{custom_scheme, loopback_http, public_https};
use crate::routes::wrong::Wrong;
use crate::routes::{answer, json as ok};
use crate::simulator::Simulator;
use crate::world::merchant::Order;
use crate::world::payment::CallbackAddress;
use crate::world::refusal::Refusal;

/// Minor units; the text says "larger than 1 NOK", the specification 100.
const AMOUNT_MIN: i64 = 100;
const ORDER_ID_MAX: usize = 50;
/// Characters of the name under which calls are counted, before the order id has been checked.
const BUCKET_NAME_MAX: usize = 80;
/// The last three mean something for express payments only.
const MERCHANT_FIELDS: [&str; 9] = [
    "authToken",
    "callbackPrefix",
    "fallBack",
    "isApp",
    "merchantSerialNumber",
    "paymentType",
    "consentRemovalPrefix",
    "shippingDetailsPrefix",
    "staticShippingDetails",
];
/// Of URLs and of `authToken`, in characters.
const URL_MAX: usize = 255;

pub(super) async fn initiate(
    State(simulator): State<Simulator>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    answer(&simulator, |world, now| {
        let msn = caller(world, &headers, now)?;
        let body = body::parse(&headers, &body)?;
        let named = body["transaction"]["orderId"].as_str().unwrap_or_default();
        let bucket: String = format!("initiate/{msn}/{named}").chars().take(BUCKET_NAME_MAX).collect();
        world.count(bucket, INITIATE_PER_MINUTE, now).map_err(Wrong::TooMany)?;
        let order = order(&body, &msn, world.rules.allow_loopback_callbacks)?;
        let reference = order.reference.clone();
        let token = world.initiate(&msn, order, now)?;
        let gateway = match body["merchantInfo"]["isApp"].as_bool() {
            Some(true) => "vipps://".to_owned(),
            _ => format!("{}/dwo-api-application/v1/deeplink/vippsgateway", world.rules.origin),
        };
        Ok(ok(&json!({ "orderId": reference, "url": format!("{gateway}?v=2&token={token}") })))
    })
}

fn order(body: &Value, msn: &str, allow_loopback: bool) -> Result<Order, Wrong> {
    let root = Fields::root(body, &["customerInfo", "merchantInfo", "transaction"])?;
    let customer = root.object("customerInfo", &["mobileNumber"])?;
    let callback = merchant(&root, msn, allow_loopback)?;
    let transaction = root.object(
        "transaction",
        &[
            "amount",
            "orderId",
            "transactionText",
            "skipLandingPage",
            "scope",
            "timeStamp",
            "additionalData",
            "useExplicitCheckoutFlow",
        ],
    )?;
    let reference = transaction.required("orderId", ORDER_ID_MAX)?;
    if !reference.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') {
        return Err(Refusal::field("orderId", "must match ^[a-zA-Z0-9-]{1,50}$").into());
    }
    let amount = transaction.amount("amount")?.filter(|amount| *amount >= AMOUNT_MIN);
    let amount = amount.ok_or_else(|| Refusal::field("amount", "must be at least 100"))?;
    let text = transaction.required("transactionText", TEXT_MAX)?;
    transaction.text("scope", URL_MAX)?;
    let number = customer.text("mobileNumber", 20)?.filter(|number| !number.is_empty());
    let push_to = match (transaction.flag("skipLandingPage")?, number) {
        (false, _) => None,
        (true, Some(number)) => Some(number.to_owned()),
        (true, None) => return Err(Refusal::field("mobileNumber", "is required with skipLandingPage").into()),
    };
    Ok(Order { reference: reference.into(), amount, text: text.into(), push_to, callback: Some(callback) })
}

fn merchant(root: &Fields<'_>, msn: &str, allow_loopback: bool) -> Result<CallbackAddress, Wrong> {
    let merchant = root.object("merchantInfo", &MERCHANT_FIELDS)?;
    for name in ["consentRemovalPrefix", "shippingDetailsPrefix"] {
        merchant.text(name, URL_MAX)?;
    }
    check_serial_number(&merchant, msn)?;
    let prefix = merchant.required("callbackPrefix", URL_MAX)?;
    let fall_back = merchant.required("fallBack", URL_MAX)?;
    let auth_token = merchant.text("authToken", URL_MAX)?;
    let kind = merchant.text("paymentType", 50)?.unwrap_or("eComm Regular Payment");
    if kind != "eComm Regular Payment" {
        return Err(Refusal::field("paymentType", "the simulator offers regular payments only").into());
    }
    // `isApp` turns the checks off (contract 1.2).
    let checked = !merchant.flag("isApp")?;
    let prefix_fits = public_https(prefix) || (allow_loopback && loopback_http(prefix));
    if checked && !(prefix_fits && (public_https(fall_back) || custom_scheme(fall_back))) {
        // This name, although no field has it: trap 5.
        return Err(Refusal::field("callbackUrl", "callbackUrl is invalid").into());
    }
    Ok(CallbackAddress { prefix: prefix.into(), auth_token: auth_token.map(Into::into) })
}
