//! The customer's side as web pages: where a QR code leads, with buttons in place of the app.

use axum::Router;
use axum::body::Body;
use axum::extract::{Path, Query, State};
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use http::StatusCode;
use serde::Deserialize;

use crate::simulator::Simulator;
use crate::world::codes::Scanned;
use crate::world::people::ANYBODY;
use crate::world::truth::Truth;
use crate::world::{ActRefused, World};

/// Payments on the front page, at most.
const LISTED_MAX: usize = 50;
const STYLE: &str = "body{font:18px/1.5 system-ui,sans-serif;max-width:44rem;margin:2rem auto;padding:0 1rem;\
    color:#1b1b1f;background:#fff}h1{font-size:1.4rem}.sum{font-size:2.4rem;font-weight:600;margin:.2em 0}\
    form{display:inline}button{font:inherit;padding:.6em 1.2em;margin:.2em .2em .2em 0;border:1px solid #555;\
    border-radius:.5em;background:#f2f2f5;cursor:pointer}button.go{background:#1b5e20;color:#fff;\
    border-color:#1b5e20}td,th{padding:.2em 1em .2em 0;text-align:left}small{color:#55555c}";

pub(crate) fn routes() -> Router<Simulator> {
    Router::new()
        .route("/", get(front))
        .route("/r/{code}", get(open))
        .route("/r/{code}/{act}", post(act))
        .route("/c/{code}", get(lasting).post(check_in))
        .route("/dwo-api-application/v1/deeplink/vippsgateway", get(landing))
}

/// What people can do here, newest payment first.
async fn front(State(simulator): State<Simulator>) -> Html<String> {
    let payments = simulator.payments();
    let rows: Vec<String> = payments
        .iter()
        .rev()
        .take(LISTED_MAX)
        .map(|truth| {
            let (path, reference) = (path_of(&truth.qr_content), escape(&truth.reference));
            let (sum, state, msn) = (sum(truth), word(truth), escape(&truth.msn));
            let (rail, flow) = (escape(&truth.rail), escape(&truth.flow));
            format!(
                "<tr><td><a href=\"{path}\">{reference}</a></td><td>{sum}</td><td>{state}</td><td>{msn}</td>\
                 <td>{rail} {flow}</td></tr>"
            )
        })
        .collect();
    let head = "<tr><th>Reference</th><th>Amount</th><th>State</th><th>Sales unit</th><th>Made by</th></tr>";
    let table = if rows.is_empty() {
        "<p>No payments yet.</p>".into()
    } else {
        format!("<table>{head}{}</table>", rows.concat())
    };
    let intro = "<p>Pretends to be Vipps MobilePay. Open a payment to be its customer.</p>";
    page("Kvitt simulator", &format!("{intro}{table}{}", counters(&simulator)))
}

/// The codes on counters, for checking in.
fn counters(simulator: &Simulator) -> String {
    let codes = simulator.0.within(|world, _| {
        let units = world.rules.sales_units.iter();
        units.flat_map(|unit| world.callbacks(&unit.msn)).collect::<Vec<_>>()
    });
    let rows = codes.iter().take(LISTED_MAX).map(|(key, code)| {
        let (content, location) = (escape(&code.content), escape(&code.location));
        format!("<li><a href=\"{content}\">{location}</a>, sales unit {}</li>", escape(&key.msn))
    });
    let rows: String = rows.collect();
    if rows.is_empty() { rows } else { format!("<h2>Codes on counters</h2><ul>{rows}</ul>") }
}

/// Opening the page is the scan.
async fn open(State(simulator): State<Simulator>, Path(code): Path<String>) -> Response {
    let seen = simulator.0.within(|world, now| {
        let key = world.by_short_code(&code).map(|payment| payment.key.clone())?;
        // What has ended can still be looked at.
        let _ = world.scan(&key, now);
        world.payment(&key).map(|payment| world.truth(payment))
    });
    match seen {
        Some(truth) => phone(&truth, &code).into_response(),
        None => {
            (StatusCode::NOT_FOUND, page("Not found", "<p>No payment has this code.</p>")).into_response()
        }
    }
}

async fn act(State(simulator): State<Simulator>, Path((code, act)): Path<(String, String)>) -> Response {
    let outcome = simulator.0.within(|world, now| {
        let key = world.by_short_code(&code).ok_or(ActRefused::Unknown)?.key.clone();
        match act.as_str() {
            "approve" => world.approve(&key, false, now),
            "decline" => World::decline(world, &key, now),
            "cancel" => world.cancel_in_app(&key, now),
            _ => Err(ActRefused::Unknown),
        }
    });
    match outcome {
        Ok(()) => Redirect::to(&format!("/r/{code}")).into_response(),
        Err(why) => {
            let back = format!("<p>{why}.</p><p><a href=\"/r/{}\">Back</a></p>", escape(&code));
            (StatusCode::CONFLICT, page("Not possible", &back)).into_response()
        }
    }
}

/// A code that stays: leads to the merchant's page, or to a button that announces the customer.
async fn lasting(State(simulator): State<Simulator>, Path(code): Path<String>) -> Response {
    match scanned(&simulator, &code) {
        Some(Scanned::Page(url)) => Redirect::temporary(&url).into_response(),
        Some(Scanned::CheckIn { key, location }) => {
            let text = format!(
                "<p>{}, sales unit {}</p><form method=\"post\"><button class=\"go\">Check in</button></form>",
                escape(&location),
                escape(&key.msn)
            );
            page("A customer's phone", &text).into_response()
        }
        None => (StatusCode::NOT_FOUND, page("Not found", "<p>No such code.</p>")).into_response(),
    }
}

async fn check_in(State(simulator): State<Simulator>, Path(code): Path<String>) -> Response {
    let Some(Scanned::CheckIn { key, .. }) = scanned(&simulator, &code) else {
        return (StatusCode::NOT_FOUND, page("Not found", "<p>No such code.</p>")).into_response();
    };
    let outcome =
        simulator.0.within(|world, now| world.check_in(&key.reference, Some(&key.msn), ANYBODY, now));
    if outcome.is_ok() {
        return page("A customer's phone", "<p>The store knows that you are here.</p>").into_response();
    }
    (StatusCode::CONFLICT, page("A customer's phone", "<p>Can't connect to store.</p>")).into_response()
}

fn scanned(simulator: &Simulator, code: &str) -> Option<Scanned> {
    simulator.0.within(|world, now| {
        let content = format!("{}/c/{code}", world.rules.origin);
        world.lasting_code(&content, now)
    })
}

#[derive(Deserialize)]
struct Landing {
    #[serde(default)]
    token: String,
}

/// The URL that initiate gives, opened in a browser.
async fn landing(State(simulator): State<Simulator>, Query(landing): Query<Landing>) -> Response {
    let code =
        simulator.0.within(|world, _| Some(world.by_landing_token(&landing.token)?.short_code.clone()));
    match code {
        Some(code) => Redirect::to(&format!("/r/{code}")).into_response(),
        None => Response::builder()
            .status(StatusCode::NOT_FOUND)
            .body(Body::from("not found"))
            .unwrap_or_else(|_| StatusCode::NOT_FOUND.into_response()),
    }
}

fn phone(truth: &Truth, code: &str) -> Html<String> {
    use crate::world::payment::State::{Declined, Opened, Waiting};
    let buttons = if matches!(truth.state, Waiting | Opened | Declined) {
        let button = |act: &str, class: &str, label: &str| {
            format!(
                "<form method=\"post\" action=\"/r/{}/{act}\"><button class=\"{class}\">{label}</button></form>",
                escape(code)
            )
        };
        [
            button("approve", "go", "Approve"),
            button("decline", "", "Approve with a card that is declined"),
            button("cancel", "", "Cancel"),
        ]
        .concat()
    } else {
        String::new()
    };
    let (text, reference, msn) = (escape(&truth.text), escape(&truth.reference), escape(&truth.msn));
    page(
        "A customer's phone",
        &format!(
            "<p>{text}</p><p class=\"sum\">{}</p><p>{buttons}</p>\
             <p>State: <strong>{}</strong></p><p><small>{reference}, sales unit {msn}. <a href=\"/\">All payments</a>\
             </small></p>",
            sum(truth),
            word(truth),
        ),
    )
}

fn page(title: &str, content: &str) -> Html<String> {
    Html(format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"viewport\" \
         content=\"width=device-width\"><title>{title}</title><style>{STYLE}</style><h1>{title}</h1>{content}</html>"
    ))
}

fn word(truth: &Truth) -> String {
    serde_json::to_value(truth.state)
        .ok()
        .and_then(|word| Some(word.as_str()?.to_owned()))
        .unwrap_or_default()
}

fn sum(truth: &Truth) -> String {
    format!("{}.{:02} {}", truth.amount / 100, truth.amount % 100, escape(&truth.currency))
}

/// The path of a link that the simulator made.
fn path_of(link: &str) -> String {
    let code = link.rsplit('/').next().unwrap_or_default();
    format!("/r/{}", escape(code))
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
