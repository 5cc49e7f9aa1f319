//! Tells merchants about their payments: one attempt, three seconds, no redirects (contract 4.2).
//!
//! The simulator never leaves this machine. A callback goes out over plain HTTP to a loopback address; any other is
//! written down as not sent.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use url::{Host, Url};

use crate::simulator::{Shared, Simulator};
use crate::time::rfc3339;
use crate::world::News;
use crate::world::record::{Direction, Record, shorten};

/// A merchant must answer within this time.
const ANSWER_WITHIN: Duration = Duration::from_secs(3);
/// How much of the answer is read to find its status, in bytes.
const ANSWER_BYTES_MAX: usize = 4 * 1024;

impl Shared {
    /// What merchants have not been told yet. Does not ring the bell, or it would ring for ever.
    pub(crate) fn take_news(&self) -> Vec<News> {
        self.quietly(|world, _| world.take_news())
    }
}

/// Makes the one attempt and writes down how it went.
pub(crate) async fn deliver(simulator: Simulator, news: News) {
    let url = format!("{}/v2/payments/{}", news.to.prefix, news.key.reference);
    let body = body(&news);
    let authorization = news.to.auth_token.clone();
    let number = simulator.0.within(|world, now| {
        let mut headers = BTreeMap::from([("content-type".to_owned(), "application/json".to_owned())]);
        headers.extend(authorization.iter().map(|token| ("authorization".to_owned(), shorten(token))));
        world.records.add(Record {
            number: 0,
            direction: Direction::Callback,
            at: rfc3339(now),
            method: "POST".into(),
            path: url.clone(),
            headers,
            body: body.clone(),
            reference: Some(news.key.reference.clone()),
            status: None,
            note: None,
        })
    });
    let attempt = tokio::time::timeout(ANSWER_WITHIN, post(&url, authorization.as_deref(), &body)).await;
    let (status, note) = match attempt {
        Ok(Ok(status)) => (Some(status), None),
        Ok(Err(why)) => (None, Some(format!("not sent: {why}"))),
        Err(_) => (None, Some("no answer within 3 s".to_owned())),
    };
    simulator.0.within(|world, _| world.records.answered(number, status, note));
}

/// What live callbacks look like: `errorInfo` only where nobody acted in time.
fn body(news: &News) -> Value {
    let mut info = json!({ "amount": news.amount, "status": news.status, "timeStamp": rfc3339(news.at) });
    if let Some(id) = &news.transaction_id {
        info["transactionId"] = id.clone().into();
    }
    let mut body = json!({
        "merchantSerialNumber": news.key.msn, "orderId": news.key.reference, "transactionInfo": info,
    });
    if news.status == "REJECTED" {
        body["errorInfo"] = json!({
            "errorGroup": "PAYMENTS",
            "errorCode": "45",
            "errorMessage": "User has not acted upon the payment",
        });
    }
    body
}

/// One request, by hand: plain HTTP/1.1 to this machine needs no client.
async fn post(url: &str, authorization: Option<&str>, body: &Value) -> Result<u16, String> {
    let url = Url::parse(url).map_err(|why| why.to_string())?;
    let address = loopback(&url).ok_or("the simulator reaches this machine only, over plain http")?;
    let body = body.to_string();
    let authorization = match authorization {
        Some(token) if token.bytes().any(|byte| byte.is_ascii_control()) => {
            return Err("authToken is no header value".into());
        }
        Some(token) => format!("Authorization: {token}\r\n"),
        None => String::new(),
    };
    let query = url.query().map(|query| format!("?{query}")).unwrap_or_default();
    let request = format!(
        "POST {}{query} HTTP/1.1\r\nHost: {address}\r\nContent-Type: application/json\r\n{authorization}\
         Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
        url.path(),
        body.len(),
    );
    exchange(&address, request.as_bytes())
        .await
        .map_err(|why| why.to_string())?
        .ok_or_else(|| "not HTTP".into())
}

async fn exchange(address: &str, request: &[u8]) -> std::io::Result<Option<u16>> {
    let mut stream = TcpStream::connect(address).await?;
    stream.write_all(request).await?;
    let mut answer = Vec::new();
    let mut piece = [0; 512];
    while answer.len() < ANSWER_BYTES_MAX && !answer.contains(&b'\n') {
        match stream.read(&mut piece).await? {
            0 => break,
            length => answer.extend_from_slice(&piece[..length]),
        }
    }
    let line = String::from_utf8_lossy(&answer);
    Ok(line.strip_prefix("HTTP/1.").and_then(|rest| rest.split(' ').nth(1)?.parse().ok()))
}

/// `host:port` of an address on this machine.
fn loopback(url: &Url) -> Option<String> {
    let here = match url.host()? {
        Host::Domain(name) => name == "localhost",
        Host::Ipv4(address) => address.is_loopback(),
        Host::Ipv6(address) => address.is_loopback(),
    };
    let port = url.port_or_known_default()?;
    (here && url.scheme() == "http").then(|| format!("{}:{port}", url.host_str().unwrap_or_default()))
}
