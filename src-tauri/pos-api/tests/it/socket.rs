//! The same over real sockets: whole payments, large bodies, and how it all ends.

use std::time::Duration;

use pos_api::bind;
use reqwest::{Client, Response, StatusCode};
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::{Instant, timeout};

use crate::support::{Shop, asked};

/// Far longer than anything here takes.
const LONG: Duration = Duration::from_mins(1);

/// A shop whose API is served on a socket.
pub(crate) struct Served {
    pub(crate) shop: Shop,
    pub(crate) at: String,
    client: Client,
    end: oneshot::Sender<()>,
    serving: JoinHandle<()>,
}

impl Served {
    pub(crate) async fn open() -> Served {
        Served::of(Shop::in_real_time().await).await
    }

    async fn of(shop: Shop) -> Served {
        let listener = bind(0).await.expect("a port");
        let address = listener.local_addr().expect("an address");
        assert!(address.ip().is_loopback());
        let (end, ended) = oneshot::channel();
        let serving = tokio::spawn(shop.api.clone().serve(listener, async {
            let _ = ended.await;
        }));
        let client = Client::builder().timeout(LONG).no_proxy().build().expect("a client");
        Served { shop, at: format!("http://{address}"), client, end, serving }
    }

    async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.at.trim_start_matches("http://")).await.expect("a connection")
    }

    async fn get(&self, path: &str) -> Response {
        let request = self.client.get(format!("{}{path}", self.at)).bearer_auth(&self.shop.token);
        request.send().await.expect("an answer")
    }

    /// Waits until somebody else has begun the payment.
    pub(crate) async fn until_begun(&self, reference: &str) {
        let (_, mut changes) = self.shop.till.listen().await.expect("the journal works");
        while self.get(&format!("/v1/payments/{reference}")).await.status() != StatusCode::OK {
            timeout(LONG, changes.recv()).await.expect("something happens").expect("the till goes on");
        }
    }

    async fn start(&self, body: impl Into<reqwest::Body>) -> Response {
        let request = self.client.post(format!("{}/v1/payments", self.at)).bearer_auth(&self.shop.token);
        request.header("content-type", "application/json").body(body).send().await.expect("an answer")
    }

    async fn wait_for(&self, reference: &str, status: &str) -> Value {
        for wait in [0].into_iter().chain(std::iter::repeat_n(1, 60)) {
            let payment = json(self.get(&format!("/v1/payments/{reference}?wait={wait}")).await).await;
            if payment["status"] == status {
                return payment;
            }
        }
        panic!("{reference} did not become {status}");
    }
}

async fn json(answer: Response) -> Value {
    serde_json::from_slice(&answer.bytes().await.expect("a body")).expect("JSON")
}

#[tokio::test]
async fn a_whole_payment() {
    let served = Served::open().await;
    let started = served.start(asked("sale-42-1").to_string()).await;
    assert_eq!(started.status(), StatusCode::CREATED);
    let location = started.headers()["location"].to_str().expect("text").to_owned();
    assert_eq!(json(served.get(&location).await).await["reference"], "sale-42-1");
    served.wait_for("sale-42-1", "waiting").await;
    served.shop.simulator.approve("sale-42-1").expect("it can be approved");
    let paid = served.wait_for("sale-42-1", "paid").await;
    assert_eq!(paid["captured"]["value"], 24_900);
}

/// Who sends everything before it reads must not lose the answer because the connection has closed meanwhile.
#[tokio::test]
async fn large_bodies_are_answered_all_the_same() {
    let served = Served::open().await;
    let mut socket = served.connect().await;
    let length = 10_000_000;
    let request = format!(
        "POST /v1/payments HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {}\r\n\
         content-type: application/json\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n",
        served.shop.token
    );
    socket.write_all(request.as_bytes()).await.expect("it is taken");
    socket.write_all(&vec![b' '; length]).await.expect("it is taken to the end");
    let mut answer = String::new();
    timeout(LONG, socket.read_to_string(&mut answer)).await.expect("it is closed").expect("it is whole");
    assert!(answer.starts_with("HTTP/1.1 413 Payload Too Large\r\n"), "{answer}");
    assert!(answer.contains("content-type: application/problem+json\r\n"), "{answer}");
    assert!(answer.contains(r#""code":"request_too_large""#), "{answer}");
    assert_eq!(served.get("/v1/health").await.status(), StatusCode::OK, "nothing else suffers");
}

#[tokio::test]
async fn headers_that_are_too_large_end_the_connection() {
    let served = Served::open().await;
    let mut socket = served.connect().await;
    let request =
        format!("GET /v1/health HTTP/1.1\r\nhost: localhost\r\nx-long: {}\r\n\r\n", "x".repeat(20_000));
    // It may be cut off while it is still sending.
    let _ = socket.write_all(request.as_bytes()).await;
    let mut answer = Vec::new();
    let _ = timeout(LONG, socket.read_to_end(&mut answer)).await.expect("it is closed");
    let answer = String::from_utf8_lossy(&answer);
    assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 431"), "{answer}");
}

/// Time is paused, so it passes as soon as nobody has anything to do.
#[tokio::test(start_paused = true)]
async fn who_does_not_finish_a_request_is_cut_off() {
    let served = Served::of(Shop::open().await).await;
    let mut socket = served.connect().await;
    let request = "GET /v1/openapi.json HTTP/1.1\r\nhost: localhost\r\n\r\n";
    socket.write_all(request.as_bytes()).await.expect("it is taken");
    let mut first = [0; 12];
    socket.read_exact(&mut first).await.expect("an answer");
    assert_eq!(&first, b"HTTP/1.1 200");
    let began = Instant::now();
    socket.write_all(&request.as_bytes()[..20]).await.expect("it is taken");
    let mut rest = Vec::new();
    let closed = timeout(LONG, socket.read_to_end(&mut rest)).await;
    closed.expect("it is closed").expect("it is closed in order");
    assert!((29..=31).contains(&began.elapsed().as_secs()), "{:?}", began.elapsed());
}

#[tokio::test]
async fn stopping_answers_who_waits_and_ends_the_streams() {
    let served = Served::open().await;
    served.start(asked("sale-42-1").to_string()).await;
    served.wait_for("sale-42-1", "waiting").await;
    let mut stream = served.get("/v1/events").await;
    let first = stream.chunk().await.expect("it works").expect("it has begun");
    assert!(first.starts_with(b"event: snapshot\n"), "{first:?}");
    let mut waiting = Box::pin(served.shop.get("/v1/payments/sale-42-1?wait=60"));
    assert!(futures_util::poll!(waiting.as_mut()).is_pending());

    served.end.send(()).expect("it is serving");
    timeout(LONG / 2, served.serving).await.expect("it ends").expect("it does not panic");
    while stream.chunk().await.expect("it ends well").is_some() {}
    let waited = timeout(LONG / 2, waiting).await.expect("it is answered");
    assert_eq!(waited.status_of_payment(), "waiting");
    assert!(
        TcpStream::connect(served.at.trim_start_matches("http://")).await.is_err(),
        "nobody answers any more"
    );
}
