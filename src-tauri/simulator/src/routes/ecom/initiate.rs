//! Starting a payment: what the live service accepts, and on what it trips (contract 1.2, "Initiate body").

use axum::body::Bytes;
use axum::extract::State;
use axum::response::Response;
use http::HeaderMap;
use serde_json::{Value, json};
use url::{Host, Url};

use super::{INITIATE_PER_MINUTE, TEXT_MAX, check_serial_number};
use crate::routes::body::{self, Fields};
use crate::routes::caller::caller;
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
        world.limits.take(bucket, INITIATE_PER_MINUTE, now).map_err(Wrong::TooMany)?;
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
    let merchant = root.object(
        "merchantInfo",
        &["authToken", "callbackPrefix", "fallBack", "isApp", "merchantSerialNumber", "paymentType"],
    )?;
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

/// Whether the live service could reach it: HTTPS, and a name that is not this machine's (trap 6).
fn public_https(url: &str) -> bool {
    let Ok(url) = Url::parse(url) else { return false };
    let public = match url.host() {
        Some(Host::Domain(name)) => {
            name != "localhost" && !name.ends_with(".localhost") && name.contains('.')
        }
        Some(Host::Ipv4(address)) => {
            !address.is_loopback() && !address.is_private() && !address.is_unspecified()
        }
        Some(Host::Ipv6(address)) => !address.is_loopback() && !address.is_unspecified(),
        None => false,
    };
    url.scheme() == "https" && public
}

/// Whether it leads to this machine in plain HTTP.
fn loopback_http(url: &str) -> bool {
    Url::parse(url).is_ok_and(|url| {
        let here = match url.host() {
            Some(Host::Domain(name)) => name == "localhost",
            Some(Host::Ipv4(address)) => address.is_loopback(),
            Some(Host::Ipv6(address)) => address.is_loopback(),
            None => false,
        };
        url.scheme() == "http" && here
    })
}

/// Whether it opens an app of the merchant.
fn custom_scheme(url: &str) -> bool {
    Url::parse(url).is_ok_and(|url| !["http", "https", "javascript", "data", "file"].contains(&url.scheme()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_public_https_will_do() {
        for url in ["https://example.com/vipps", "https://example.com:8080", "https://93.184.216.34/x"] {
            assert!(public_https(url), "{url}");
        }
        for url in [
            "http://example.com",
            "https://localhost/x",
            "https://127.0.0.1",
            "https://10.1.2.3",
            "https://till",
            "https://[::1]/",
            "example.com",
            "",
        ] {
            assert!(!public_https(url), "{url}");
        }
        assert!(loopback_http("http://127.0.0.1:7650/x") && !loopback_http("http://example.com"));
        assert!(custom_scheme("myapp://done") && !custom_scheme("http://example.com"));
    }
}
