//! A POS that is called: it answers as it is told to, and remembers everything.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, post};
use contract::WebhookUrl;
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::sync::watch;
use webhooks::Secret;

/// One call.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    headers: HeaderMap,
    raw: Bytes,
    pub(crate) body: Value,
    /// It was answered well.
    pub(crate) heard: bool,
}

#[derive(Default)]
struct Desk {
    answers: VecDeque<StatusCode>,
    away: bool,
    told: Vec<Call>,
    elsewhere: usize,
}

#[derive(Clone)]
pub(crate) struct Pos {
    desk: Arc<Mutex<Desk>>,
    news: watch::Sender<usize>,
    pub(crate) url: WebhookUrl,
}

impl Pos {
    pub(crate) async fn open() -> Pos {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("there is a port");
        let at = listener.local_addr().expect("it is bound");
        let url = format!("http://{at}/kvitt?till=3").parse().expect("is one");
        let pos = Pos { desk: Arc::default(), news: watch::Sender::new(0), url };
        let router = Router::new()
            .route("/kvitt", post(called))
            .route("/elsewhere", any(strayed))
            .with_state(pos.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        pos
    }

    /// How the next calls are answered; those after them with 200.
    pub(crate) fn answers_next(&self, answers: impl IntoIterator<Item = StatusCode>) {
        self.desk().answers = answers.into_iter().collect();
    }

    pub(crate) fn is_away(&self, away: bool) {
        self.desk().away = away;
    }

    pub(crate) fn told(&self) -> Vec<Call> {
        self.desk().told.clone()
    }

    /// How often somebody came where only a redirect leads.
    pub(crate) fn elsewhere(&self) -> usize {
        self.desk().elsewhere
    }

    /// Waits, at most 20 s, until it has been told what is wanted.
    pub(crate) async fn until(&self, wanted: impl Fn(&[Call]) -> bool) -> Vec<Call> {
        let mut news = self.news.subscribe();
        let coming = async {
            while !wanted(&self.told()) {
                news.changed().await.expect("the POS is open");
            }
        };
        let came = tokio::time::timeout(Duration::from_secs(20), coming).await;
        assert!(came.is_ok(), "never came: {:?}", self.told());
        self.told()
    }

    fn desk(&self) -> std::sync::MutexGuard<'_, Desk> {
        self.desk.lock().expect("nobody has panicked")
    }
}

impl Call {
    pub(crate) fn header(&self, name: &str) -> String {
        self.headers[name].to_str().expect("it is text").to_owned()
    }

    pub(crate) fn number(&self) -> u64 {
        self.body["data"]["number"].as_u64().expect("it is a number")
    }

    pub(crate) fn reference(&self) -> &str {
        self.body["data"]["payment"]["reference"].as_str().expect("it has one")
    }

    pub(crate) fn status(&self) -> &str {
        self.body["data"]["payment"]["status"].as_str().expect("it has one")
    }

    /// The payment without when it changed.
    pub(crate) fn without_time(&self) -> Value {
        let mut payment = self.body["data"]["payment"].clone();
        payment["changedAt"] = Value::Null;
        payment
    }

    pub(crate) fn is_signed_with(&self, secret: &Secret) -> bool {
        let seconds = self.header("webhook-timestamp").parse().expect("it is a number");
        secret.sign(&self.header("webhook-id"), seconds, &self.raw) == self.header("webhook-signature")
    }
}

async fn called(State(pos): State<Pos>, headers: HeaderMap, raw: Bytes) -> Response {
    let mut desk = pos.desk();
    let answer =
        if desk.away { StatusCode::BAD_GATEWAY } else { desk.answers.pop_front().unwrap_or(StatusCode::OK) };
    let body = serde_json::from_slice(&raw).expect("it is JSON");
    desk.told.push(Call { headers, raw, body, heard: answer.is_success() });
    let count = desk.told.len();
    drop(desk);
    pos.news.send_replace(count);
    (answer, [("location", "/elsewhere")]).into_response()
}

async fn strayed(State(pos): State<Pos>) -> StatusCode {
    pos.desk().elsewhere += 1;
    StatusCode::OK
}
