//! The contract with the POS: OpenAPI 3.1, made from the handlers and the types, and checked in.

use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use contract::{ApiProblem, Change, Snapshot};
use utoipa::openapi::path::Operation;
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityScheme};
use utoipa::openapi::{Content, Ref, RefOr, Response, Schema};
use utoipa::{Modify, OpenApi};

use crate::PosApi;
use crate::problem::PROBLEM_JSON;
use crate::{captures, cart, chain, events, nexo, payments, receipts, refunds, screen, search, totals};

/// Where the contract is found. The one path that needs no token.
pub(crate) const PATH: &str = "/v1/openapi.json";

/// What every call can be refused for, but for the token, which [`PATH`] does not need.
const ALWAYS: [(&str, &str); 3] = [
    ("401", "`token_invalid`: the token is missing or wrong."),
    ("403", "`request_invalid`: the header `Origin` names another machine."),
    ("421", "`request_invalid`: the header `Host` names another machine."),
];

/// What every call that brings a body can be refused for.
const WITH_BODY: [(&str, &str); 3] = [
    ("408", "`request_invalid`: the body did not arrive within 10 s."),
    ("413", "`request_too_large`: the body has more than 65 536 bytes."),
    ("415", "`request_invalid`: the `Content-Type` is not `application/json` in UTF-8."),
];

/// What the calls that need more than memory can be refused for.
const NOT_NOW: (&str, &str) = (
    "503",
    "`journal_unavailable`, `not_set_up` or `too_many_requests`: not now. `Retry-After` says after how many seconds \
     to try again.",
);

/// What every call that asks the hub of the chain can be refused for, beside [`ALWAYS`].
const OF_HUB: [(&str, &str); 2] = [
    (
        "403",
        "`no_hub`: the till belongs to no chain. `till_revoked`: the hub no longer lets it in. `person_refused`, \
         `second_person_needed`, `person_limit`: who asks may not. `request_invalid`: the header `Origin` names another machine.",
    ),
    (
        "503",
        "`hub_unreachable`, `busy`: not now. Ask again under the same key after the seconds in `Retry-After`.",
    ),
];

/// The OpenAPI 3.1 document of the local API.
pub fn openapi() -> utoipa::openapi::OpenApi {
    Document::openapi()
}

/// The contract itself.
#[utoipa::path(
    get,
    path = "/v1/openapi.json",
    tag = "till",
    security(()),
    responses((status = 200, description = "This document.", content_type = "application/json")),
)]
pub(crate) async fn document(State(api): State<PosApi>) -> impl IntoResponse {
    ([(CONTENT_TYPE, "application/json")], api.0.document.clone())
}

/// The document as it is served and checked in.
pub(crate) fn text() -> String {
    // Plain data always becomes JSON.
    let mut text = serde_json::to_string_pretty(&openapi()).unwrap_or_default();
    text.push('\n');
    text
}

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Kvitt: the local API for a POS",
        description = "Drives one till: one customer screen, at most one open payment.\n\n\
            Amounts are whole numbers of minor units: 249.00 kroner is `{\"value\": 24900, \"currency\": \"NOK\"}`. \
            Every refusal is `application/problem+json` (RFC 9457); branch on its `code`, never on its texts.",
        license(name = "MIT OR Apache-2.0", identifier = "MIT OR Apache-2.0"),
    ),
    servers((url = "http://127.0.0.1:7650", description = "The till, on the same machine")),
    tags(
        (name = "payments", description = "Being paid."),
        (name = "events", description = "Hearing what happens."),
        (name = "till", description = "How the till is."),
        (name = "chain", description = "Other stores' payments, for a till that belongs to a chain."),
        (name = "nexo", description = "The same for a POS that speaks nexo."),
    ),
    paths(
        payments::start,
        search::search,
        payments::payment,
        payments::cancel,
        payments::dismiss,
        captures::capture,
        receipts::receipt,
        refunds::refund,
        refunds::refresh,
        totals::totals,
        events::events,
        chain::stores,
        chain::search,
        chain::refund,
        chain::refund_of,
        cart::show,
        cart::clear,
        screen::screen,
        screen::health,
        nexo::message,
        document,
    ),
    components(schemas(ApiProblem, Change, Snapshot)),
    security(("token" = [])),
    modifiers(&Common, &ScreenNames),
)]
struct Document;

/// What is the same for every call.
struct Common;

impl Modify for Common {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let mut bearer = Http::new(HttpAuthScheme::Bearer);
        bearer.description = Some("The text of the token file, 64 hexadecimal digits.".to_owned());
        if let Some(components) = &mut document.components {
            components.security_schemes.insert("token".to_owned(), RefOr::T(SecurityScheme::Http(bearer)));
        }
        for (path, item) in &mut document.paths.paths {
            let operations: [&mut Option<Operation>; 4] =
                [&mut item.get, &mut item.post, &mut item.put, &mut item.delete];
            for operation in operations.into_iter().flatten() {
                let works = ["/v1/payments", "/v1/totals", "/v1/events"]
                    .iter()
                    .any(|prefix| path.starts_with(prefix));
                let common = ALWAYS.into_iter().filter(|(status, _)| *status != "401" || path != PATH);
                let of_body = WITH_BODY.into_iter().filter(|_| operation.request_body.is_some());
                let of_hub = OF_HUB.into_iter().filter(|_| path.starts_with("/v1/chain/"));
                let all: Vec<_> =
                    common.chain(of_body).chain(works.then_some(NOT_NOW)).chain(of_hub).collect();
                for (status, description) in all {
                    let refused = RefOr::T(refused(description));
                    operation.responses.responses.insert(status.to_owned(), refused);
                }
            }
        }
    }
}

/// Names the members of screens as they are written: utoipa does not know serde's `rename_all_fields`.
struct ScreenNames;

impl Modify for ScreenNames {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let schemas = document.components.as_mut().map(|components| &mut components.schemas);
        let Some(RefOr::T(Schema::OneOf(views))) = schemas.and_then(|all| all.get_mut("ScreenView")) else {
            return;
        };
        for view in &mut views.items {
            let RefOr::T(Schema::Object(view)) = view else { continue };
            view.properties = std::mem::take(&mut view.properties)
                .into_iter()
                .map(|(name, of)| (camel(&name), of))
                .collect();
            view.required = view.required.iter().map(|name| camel(name)).collect();
        }
    }
}

fn camel(name: &str) -> String {
    let mut words = name.split('_');
    let first = words.next().unwrap_or_default().to_owned();
    words.fold(first, |name, word| {
        let (initial, rest) = word.split_at(word.len().min(1));
        name + &initial.to_uppercase() + rest
    })
}

fn refused(description: &str) -> Response {
    let problem = Content::new(Some(Ref::from_schema_name("ApiProblem")));
    let mut response = Response::new(description);
    response.content.insert(PROBLEM_JSON.to_owned(), RefOr::T(problem));
    response
}
