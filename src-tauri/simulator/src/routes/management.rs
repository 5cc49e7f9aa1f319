//! Management (contract 1.8): what a merchant or partner can know of its sales units, and orders of new ones.
//!
//! Its specification is not among the published files that are kept here; the shapes follow its guide.

use std::io::Cursor;
use std::ops::RangeInclusive;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::{delete, get, post};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderMap, StatusCode, Uri};
use image::codecs::png::PngDecoder;
use image::{DynamicImage, ImageDecoder};
use serde_json::{Value, json};

use super::caller::whoever;
use super::form::{self, Form};
use super::wrong::{Dress, Wrong, json as answer_with, of_type};
use super::{answer_in, json as ok};
use crate::sales_unit::SalesUnit;
use crate::simulator::Simulator;
use crate::time::rfc3339;
use crate::world::problem::Problem;
use crate::world::product_orders::{NotRemoved, ProductOrder};
use crate::world::{Bearer, World};

/// The prices that the ready partner can offer.
const PRICES: [(&str, &str); 2] =
    [("8a11afb7-c223-48ed-8ca6-4722b97261aa", "2.99"), ("b1a7cb27-4b1c-4d1a-9f5b-1d2c7a3f0e11", "1.75")];
const ORDER: [&str; 15] = [
    "businessIdentifier",
    "salesUnitName?",
    "salesUnitLogo?",
    "settlementBankAccount?",
    "pricePackageId?",
    "productType",
    "productUseCase?",
    "annualTurnover?",
    "annualTurnoverPercentage?",
    "intendedPurpose?",
    "website?",
    "hasRecurring?",
    "merchantCategoryCode?",
    "complianceData?",
    "settlementAccountNumber?",
];
/// Characters of texts that are left open.
const TEXT_MAX: usize = 2_000;
/// Characters of a logo in base64: 2 MiB.
const LOGO_CHARS_MAX: usize = 2_796_204;
/// How long a side of a logo may be.
const LOGO_PIXELS: RangeInclusive<u32> = 100..=1_000;

pub(crate) fn routes() -> Router<Simulator> {
    Router::new()
        .route("/management/v1/sales-units", get(sales_units))
        .route("/management/v1/sales-units/{msn}", get(sales_unit))
        .route("/management/v1/merchants/{scheme}/{id}", get(merchant))
        .route("/management/v1/merchants/{scheme}/{id}/sales-units", get(sales_units_of))
        .route("/management/v1/product-orders", post(order))
        .route("/management/v1/product-orders/{id}", delete(take_back))
        .route("/management/v2/product-orders", get(orders))
        .route("/management/v2/product-orders/{id}/details", get(order_details))
        .route("/management/v1/partners/price-packages", get(prices))
}

async fn sales_units(State(simulator): State<Simulator>, uri: Uri, headers: HeaderMap) -> Response {
    answer_in(Dress::TraceId, &simulator, &uri, |world, now| {
        let caller = whoever(world, &headers, now)?;
        Ok(ok(&visible(world, &caller).map(short).collect()))
    })
}

async fn sales_unit(
    State(simulator): State<Simulator>,
    Path(msn): Path<String>,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    answer_in(Dress::TraceId, &simulator, &uri, |world, now| {
        let caller = whoever(world, &headers, now)?;
        let unit = visible(world, &caller).find(|unit| unit.msn == msn).ok_or_else(unknown)?;
        Ok(ok(&whole(unit)))
    })
}

async fn merchant(
    State(simulator): State<Simulator>,
    Path((scheme, id)): Path<(String, String)>,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    answer_in(Dress::TraceId, &simulator, &uri, |world, now| {
        let caller = whoever(world, &headers, now)?;
        let mut units = visible(world, &caller);
        let unit = units.find(|unit| unit.business() == (&scheme, &id)).ok_or_else(unknown)?;
        Ok(ok(&json!({
            "businessIdentifier": { "scheme": scheme, "id": id },
            "name": "Kaffebaren",
            "status": "ACTIVE",
            "countryCode": unit.market.to_uppercase(),
        })))
    })
}

async fn sales_units_of(
    State(simulator): State<Simulator>,
    Path((scheme, id)): Path<(String, String)>,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    answer_in(Dress::TraceId, &simulator, &uri, |world, now| {
        let caller = whoever(world, &headers, now)?;
        let theirs = visible(world, &caller).filter(|unit| unit.business() == (&scheme, &id));
        let found: Vec<Value> = theirs.map(short).collect();
        if found.is_empty() { Err(unknown()) } else { Ok(ok(&found.into())) }
    })
}

async fn order(State(simulator): State<Simulator>, uri: Uri, headers: HeaderMap, body: Bytes) -> Response {
    answer_in(Dress::TraceId, &simulator, &uri, |world, now| {
        let caller = whoever(world, &headers, now)?;
        let body = form::parse(&headers, &body)?;
        check_order(&Form::root(&body, &ORDER)?)?;
        let id = world.add_product_order(caller, body, now);
        let id = id.ok_or_else(|| Problem::plain(400, "There are too many orders"))?;
        let url = format!("https://portal.vippsmobilepay.com/register/{id}");
        Ok(answer_with(StatusCode::OK, &json!({ "prefilledOrderId": id, "prefillUrl": url })))
    })
}

fn check_order(root: &Form<'_>) -> Result<(), Problem> {
    let business = root.needed_object("businessIdentifier", &["scheme", "id"])?;
    business.needed_text("scheme", 1..=100)?;
    business.needed_text("id", 1..=100)?;
    root.needed_text("productType", 1..=100)?;
    root.text("salesUnitName", 1..=30)?;
    check_logo(root)?;
    root.text("intendedPurpose", 0..=TEXT_MAX)?;
    root.text("pricePackageId", 1..=100)?;
    root.text("productUseCase", 0..=TEXT_MAX)?;
    root.number("annualTurnover", 0..=i64::MAX)?;
    root.number("annualTurnoverPercentage", 0..=100)?;
    root.flag("hasRecurring")?;
    if let Some(account) = root.object("settlementBankAccount", &["scheme", "id"])? {
        account.needed_text("scheme", 1..=100)?;
        account.needed_text("id", 1..=100)?;
    }
    Ok(())
}

/// A PNG of 100 to 1000 pixels a side, in base64.
fn check_logo(root: &Form<'_>) -> Result<(), Problem> {
    let Some(text) = root.text("salesUnitLogo", 1..=LOGO_CHARS_MAX)? else { return Ok(()) };
    let wrong = |why: &str| Problem::field("salesUnitLogo", why);
    let bytes = STANDARD.decode(text).map_err(|_| wrong("The field is not base64"))?;
    let picture = PngDecoder::new(Cursor::new(bytes)).map_err(|_| wrong("The logo is no PNG"))?;
    let (width, height) = picture.dimensions();
    if ![width, height].iter().all(|side| LOGO_PIXELS.contains(side)) {
        return Err(wrong("The logo has a side that is not 100 to 1000 pixels"));
    }
    DynamicImage::from_decoder(picture).map(drop).map_err(|_| wrong("The logo is a broken PNG"))
}

async fn orders(State(simulator): State<Simulator>, uri: Uri, headers: HeaderMap) -> Response {
    answer_in(Dress::TraceId, &simulator, &uri, |world, now| {
        let caller = whoever(world, &headers, now)?;
        Ok(ok(&world.product_orders_of(&caller).map(|(id, order)| told(id, order, now)).collect()))
    })
}

async fn order_details(
    State(simulator): State<Simulator>,
    Path(id): Path<String>,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    answer_in(Dress::TraceId, &simulator, &uri, |world, now| {
        let caller = whoever(world, &headers, now)?;
        let order = world.product_order(&caller, &id).ok_or_else(unknown)?;
        Ok(ok(&told(&id, order, now)))
    })
}

async fn take_back(
    State(simulator): State<Simulator>,
    Path(id): Path<String>,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    answer_in(Dress::TraceId, &simulator, &uri, |world, now| {
        let caller = whoever(world, &headers, now)?;
        match world.remove_product_order(&caller, &id) {
            Ok(()) => Ok(of_type(StatusCode::NO_CONTENT, "application/json", Body::empty())),
            Err(NotRemoved::Unknown) => Err(unknown()),
            Err(NotRemoved::TooLate) => {
                Err(Problem::plain(409, "The merchant has submitted the order").into())
            }
        }
    })
}

async fn prices(State(simulator): State<Simulator>, uri: Uri, headers: HeaderMap) -> Response {
    answer_in(Dress::TraceId, &simulator, &uri, |world, now| match whoever(world, &headers, now)? {
        Bearer::Partner => {
            let price = |(id, fee): &(&str, &str)| {
                json!({
                    "id": id, "key": "ABC", "variableFeePercentage": fee, "type": "PAYMENT_INTEGRATION",
                })
            };
            Ok(ok(&PRICES.iter().map(price).collect()))
        }
        Bearer::SalesUnit(_) => Err(Problem::plain(403, "Only partners have price packages").into()),
    })
}

/// What is inactive or somebody else's looks as if it were not there (contract 1.8).
fn visible<'a>(world: &'a World, caller: &'a Bearer) -> impl Iterator<Item = &'a SalesUnit> {
    world.rules.sales_units.iter().filter(move |unit| match caller {
        Bearer::SalesUnit(msn) => unit.msn == *msn,
        Bearer::Partner => world.rules.partner.msns.contains(&unit.msn),
    })
}

fn short(unit: &SalesUnit) -> Value {
    json!({ "msn": unit.msn, "name": unit.name })
}

fn whole(unit: &SalesUnit) -> Value {
    let (scheme, id) = unit.business();
    json!({
        "msn": unit.msn,
        "name": unit.name,
        "businessIdentifier": { "scheme": scheme, "id": id },
        "configuration": {
            "paymentAllowed": unit.may_take_payments,
            "captureType": if unit.direct_capture { "DirectCapture" } else { "ReserveCapture" },
            "skipLandingPageAllowed": unit.may_skip_landing_page,
            "recurringAllowed": false,
            "partialCaptureAllowed": unit.may_capture_partly,
            "lateCaptureAllowed": unit.may_capture_late,
            "landingPagePhoneNumberLocked": false,
            "longLivingPaymentAllowed": unit.may_live_long,
            "creditCardPaymentAllowed": true,
        },
    })
}

fn told(id: &str, order: &ProductOrder, now: i64) -> Value {
    let mut told = json!({
        "prefilledOrderId": id,
        "status": order.status(now),
        "productType": order.body["productType"],
        "businessIdentifier": order.body["businessIdentifier"],
        "salesUnitName": order.body["salesUnitName"],
        "createdAt": rfc3339(order.received_at),
        "updatedAt": rfc3339(order.updated_at),
    });
    if let Some(msn) = &order.msn {
        told["salesUnit"] = json!({ "msn": msn, "name": order.body["salesUnitName"] });
    }
    told
}

fn unknown() -> Wrong {
    Problem::plain(404, "There is no such thing, or it is not yours").into()
}
