//! The sale log over HTTP: pages for an auditor who is logged in, and files for their programs.

use axum::Form;
use axum::extract::rejection::{FormRejection, QueryRejection};
use axum::extract::{Path, Query, State};
use axum::http::header::{
    CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, CONTENT_TYPE, COOKIE, HOST, LOCATION, ORIGIN,
    REFERRER_POLICY, SET_COOKIE, VARY, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{Html, IntoResponse, Response};
use contract::{Code, Private};
use serde::Deserialize;
use subtle::ConstantTimeEq;

use super::{Answer, bad_query, key_in};
use crate::Hub;
use crate::auditors::sessions::{self, Auditor};
use crate::refusal::Failure;
use crate::sale_log::course::course;
use crate::sale_log::files::{self, Form as FileForm};
use crate::sale_log::finding::Found;
use crate::sale_log::pages::{self, Listed};
use crate::sale_log::selection::{Asked, Selection};
use crate::sale_log::words::Words;
use crate::sale_log::{SALES_PER_PAGE, finding};

/// What the session is kept under. A browser takes one of such a name from this host alone, and over TLS or on this machine.
const SESSION: &str = "__Host-kvitt-log";
/// What a page may load: its style.
const CONTENT: &str =
    "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
const FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");
const ACCEPT_LANGUAGE: HeaderName = HeaderName::from_static("accept-language");

/// What somebody types who wants to log in.
#[derive(Deserialize)]
pub(super) struct Typed {
    name: String,
    password: Private,
}

/// What comes with the button that logs out.
#[derive(Deserialize)]
pub(super) struct Leaving {
    token: String,
}

/// `GET /log`.
pub(super) async fn list(
    State(hub): State<Hub>,
    headers: HeaderMap,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Response {
    let words = words(&hub, &headers);
    shown(words, listed(&hub, words, &headers, asked.map(|Query(asked)| asked).ok()).await)
}

async fn listed(
    hub: &Hub,
    words: &Words,
    headers: &HeaderMap,
    asked: Option<Asked>,
) -> Result<Response, Failure> {
    let Some(auditor) = who(hub, headers).await? else { return Ok(to("/log/in")) };
    let Some(asked) = asked else { return Ok(to("/log")) };
    let selection = match Selection::of(&asked, &auditor) {
        Ok(selection) => selection,
        Err(wrong) => {
            let page = pages::list(words, &auditor, &asked, &Listed::Wrong(wrong.0));
            return Ok((StatusCode::BAD_REQUEST, Html(page)).into_response());
        }
    };
    let database = &hub.0.database;
    sessions::looks(database, &auditor, "looked at the sale log", &asked.told(), hub.now()).await?;
    let page = finding::page(database, &auditor, &selection, SALES_PER_PAGE).await?;
    let sums = finding::sums(database, &selection, asked.sum.trim() == "all").await?;
    Ok(Html(pages::list(words, &auditor, &asked, &Listed::Found { page, sums })).into_response())
}

/// `GET /log/sales/{till}/{reference}`.
pub(super) async fn sale(
    State(hub): State<Hub>,
    headers: HeaderMap,
    Path((till, reference)): Path<(String, String)>,
) -> Response {
    let words = words(&hub, &headers);
    shown(words, one(&hub, words, &headers, &till, &reference).await)
}

async fn one(
    hub: &Hub,
    words: &Words,
    headers: &HeaderMap,
    till: &str,
    reference: &str,
) -> Result<Response, Failure> {
    let Some(auditor) = who(hub, headers).await? else { return Ok(to("/log/in")) };
    let database = &hub.0.database;
    let Some(Found { sale, facts, made_here }) = finding::one(database, &auditor, till, reference).await?
    else {
        let page = pages::refusal(words, words.not_there);
        return Ok((StatusCode::NOT_FOUND, Html(page)).into_response());
    };
    let what = format!("{} of {}", sale.reference, sale.store.id);
    sessions::looks(database, &auditor, "looked at a sale", &what, hub.now()).await?;
    Ok(Html(pages::sale(words, &auditor, &sale, &course(&facts, &made_here))).into_response())
}

/// `GET /log/in`.
pub(super) async fn door(State(hub): State<Hub>, headers: HeaderMap) -> Response {
    let words = words(&hub, &headers);
    shown(words, Ok(Html(pages::log_in(words, None)).into_response()))
}

/// `POST /log/in`.
pub(super) async fn log_in(
    State(hub): State<Hub>,
    headers: HeaderMap,
    typed: Result<Form<Typed>, FormRejection>,
) -> Response {
    let words = words(&hub, &headers);
    let refused =
        |status: StatusCode, why| Ok((status, Html(pages::log_in(words, Some(why)))).into_response());
    let Ok(Form(typed)) = typed else { return shown(words, refused(StatusCode::BAD_REQUEST, words.refused)) };
    if !is_from_here(&headers) {
        return shown(words, refused(StatusCode::FORBIDDEN, words.refused));
    }
    if !hub.0.entrance.guesses.may_guess() {
        return shown(words, refused(StatusCode::TOO_MANY_REQUESTS, words.too_many));
    }
    let (id, now) = (typed.name.trim(), hub.now());
    let entered = sessions::log_in(&hub.0.database, &hub.0.entrance.door, id, &typed.password, now).await;
    shown(
        words,
        match entered {
            Ok(Some(session)) => Ok(keeping(&format!("{SESSION}={}", session.reveal()))),
            Ok(None) => refused(StatusCode::FORBIDDEN, words.refused),
            Err(failure) => Err(failure),
        },
    )
}

/// `POST /log/out`.
pub(super) async fn log_out(
    State(hub): State<Hub>,
    headers: HeaderMap,
    leaving: Result<Form<Leaving>, FormRejection>,
) -> Response {
    let words = words(&hub, &headers);
    shown(words, left(&hub, &headers, leaving.ok().map(|Form(leaving)| leaving)).await)
}

async fn left(hub: &Hub, headers: &HeaderMap, leaving: Option<Leaving>) -> Result<Response, Failure> {
    let Some(auditor) = who(hub, headers).await? else { return Ok(to("/log/in")) };
    let token = leaving.map(|leaving| leaving.token).unwrap_or_default();
    let is_ours: bool = token.as_bytes().ct_eq(auditor.form_token().as_bytes()).into();
    if !is_ours || !is_from_here(headers) {
        return Ok(to("/log"));
    }
    sessions::log_out(&hub.0.database, &auditor, hub.now()).await?;
    Ok(leaving_cookie())
}

/// `GET /log/style.css`.
pub(super) async fn style() -> Response {
    let mut answer = pages::STYLE.into_response();
    answer.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/css; charset=utf-8"));
    guarded(answer)
}

/// `GET /log.csv`.
pub(super) async fn csv(
    State(hub): State<Hub>,
    headers: HeaderMap,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Result<Response, Answer> {
    file(&hub, &headers, asked, FileForm::Csv).await
}

/// `GET /log.json`.
pub(super) async fn json(
    State(hub): State<Hub>,
    headers: HeaderMap,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Result<Response, Answer> {
    file(&hub, &headers, asked, FileForm::Json).await
}

async fn file(
    hub: &Hub,
    headers: &HeaderMap,
    asked: Result<Query<Asked>, QueryRejection>,
    form: FileForm,
) -> Result<Response, Answer> {
    let refused = |failure: Failure| Answer::of(hub, failure);
    let auditor = who(hub, headers).await.map_err(refused)?;
    let nobody = || Failure::refused(Code::TokenInvalid, "an auditor's token or session is needed");
    let auditor = auditor.ok_or_else(|| refused(nobody()))?;
    let Query(asked) = asked.map_err(|rejection| bad_query(hub, &rejection))?;
    let selection = Selection::of(&asked, &auditor).map_err(|wrong| refused(wrong.into()))?;
    let did = format!("took the sale log as {}", form.name());
    sessions::looks(&hub.0.database, &auditor, &did, &asked.told(), hub.now()).await.map_err(refused)?;
    let day = auditor.zone.day(hub.now()).map(|day| day.to_string()).unwrap_or_default();
    let name = format!("attachment; filename=\"sale-log-{day}.{}\"", form.extension());
    let mut answer = files::whole(hub.clone(), auditor, selection, form).into_response();
    let head = answer.headers_mut();
    head.insert(CONTENT_TYPE, HeaderValue::from_static(form.content_type()));
    if let Ok(name) = HeaderValue::from_str(&name) {
        head.insert(CONTENT_DISPOSITION, name);
    }
    Ok(guarded(answer))
}

/// Who asks, if they are let in: with a token, or with a session.
async fn who(hub: &Hub, headers: &HeaderMap) -> Result<Option<Auditor>, Failure> {
    let token = key_in(headers);
    if !token.is_empty() {
        return sessions::by_token(&hub.0.database, token, hub.now()).await;
    }
    match session_in(headers) {
        Some(session) => sessions::by_session(&hub.0.database, session, hub.now()).await,
        None => Ok(None),
    }
}

fn session_in(headers: &HeaderMap) -> Option<&str> {
    let cookies = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut each = cookies.flat_map(|cookies| cookies.split(';'));
    each.find_map(|cookie| cookie.trim().strip_prefix(SESSION)?.strip_prefix('='))
}

/// Whether no page of somebody else has sent this. A browser says where a form comes from; a program does not.
fn is_from_here(headers: &HeaderMap) -> bool {
    let said = |name: &HeaderName| headers.get(name).map(|value| value.to_str().unwrap_or_default());
    let site_is_ours = said(&FETCH_SITE).is_none_or(|site| site == "same-origin");
    let host = said(&HOST).unwrap_or_default();
    let origin_is_ours = said(&ORIGIN)
        .is_none_or(|origin| origin.split_once("://").is_some_and(|(_, authority)| authority == host));
    site_is_ours && origin_is_ours
}

fn words(hub: &Hub, headers: &HeaderMap) -> &'static Words {
    let accepted = headers.get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    Words::preferred(accepted, hub.language())
}

fn shown(words: &Words, answer: Result<Response, Failure>) -> Response {
    let answer = answer.unwrap_or_else(|failure| {
        tracing::error!(%failure, "a page of the sale log could not be shown");
        let page = pages::refusal(words, words.not_now);
        (StatusCode::SERVICE_UNAVAILABLE, Html(page)).into_response()
    });
    guarded(answer)
}

/// A page loads nothing but its style, stands in no frame and sends nothing elsewhere.
fn guarded(mut answer: Response) -> Response {
    let head = answer.headers_mut();
    head.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(CONTENT));
    head.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    head.insert(REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    head.insert(VARY, HeaderValue::from_static("accept-language, cookie"));
    answer
}

fn to(place: &'static str) -> Response {
    (StatusCode::SEE_OTHER, [(LOCATION, place)]).into_response()
}

/// To the log, with this cookie.
fn keeping(cookie: &str) -> Response {
    let mut answer = to("/log");
    let cookie = format!("{cookie}; Path=/; Secure; HttpOnly; SameSite=Strict");
    if let Ok(cookie) = HeaderValue::from_str(&cookie) {
        answer.headers_mut().insert(SET_COOKIE, cookie);
    }
    answer
}

/// To the door, without the cookie.
fn leaving_cookie() -> Response {
    let mut answer = keeping(&format!("{SESSION}=; Max-Age=0"));
    answer.headers_mut().insert(LOCATION, HeaderValue::from_static("/log/in"));
    answer
}
