//! A customer of the simulator, played over its control API (`/simulator`).
//!
//! Names nothing of the simulator's crate: it is asked over HTTP, wherever it runs.

use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use http::{Method, Request};
use serde_json::{Value, json};
use url::Url;
use vipps::{Keys, Msn, Transport};

use crate::customer::{Customer, Deed, Shown};
use crate::outcome::Stopped;

/// Ten minutes to pay, and a second more (contract 2.4).
const TOO_LATE_S: u64 = 601;

/// A customer of the simulator.
pub struct Simulated {
    transport: Arc<dyn Transport>,
    origin: Url,
}

impl Simulated {
    /// A customer of the simulator at `origin`.
    pub fn at(origin: Url, transport: Arc<dyn Transport>) -> Simulated {
        Simulated { transport, origin }
    }
}

#[async_trait]
impl Customer for Simulated {
    async fn does(&self, deed: Deed, payment: Shown<'_>) -> Result<(), Stopped> {
        let (path, body) = match deed {
            Deed::Approve => (format!("payments/{}/approve", payment.reference), Value::Null),
            Deed::Refuse => (format!("payments/{}/cancel", payment.reference), Value::Null),
            Deed::WalkAway => ("clock".to_owned(), json!({ "advanceSeconds": TOO_LATE_S })),
        };
        let asked = ask(self.transport.as_ref(), &self.origin, Method::POST, &path, &body).await;
        asked.map(drop).map_err(|why| Stopped::failed(why, "start the simulator anew, and try again"))
    }
}

/// A sales unit that the simulator offers.
pub struct Unit {
    /// What it is called.
    pub name: String,
    /// Its number.
    pub msn: Msn,
    /// Its keys, which are no secrets.
    pub keys: Keys,
}

/// The usual Norwegian sales unit of the simulator at `origin`, which is its first one.
///
/// # Errors
/// Nobody answers there, or it is no simulator.
pub async fn sales_unit(origin: &Url, transport: &dyn Transport) -> Result<Unit, String> {
    let units = ask(transport, origin, Method::GET, "sales-units", &Value::Null).await?;
    let text =
        |name: &str| units[0][name].as_str().ok_or(format!("the simulator's sales unit has no {name}"));
    Ok(Unit {
        name: text("name")?.to_owned(),
        msn: Msn::parse(text("msn")?).map_err(|error| error.to_string())?,
        keys: Keys::new(text("clientId")?, text("clientSecret")?, text("subscriptionKey")?)
            .map_err(|error| error.to_string())?,
    })
}

async fn ask(
    transport: &dyn Transport,
    origin: &Url,
    method: Method,
    path: &str,
    body: &Value,
) -> Result<Value, String> {
    let url = format!("{}/simulator/{path}", origin.as_str().trim_end_matches('/'));
    let request = Request::builder().method(method).uri(url).header("content-type", "application/json");
    let sent = if body.is_null() { Bytes::new() } else { Bytes::from(body.to_string()) };
    let request = request.body(sent).map_err(|error| error.to_string())?;
    let answer =
        transport.send(request).await.map_err(|error| format!("the simulator does not answer: {error}"))?;
    let said: Value = serde_json::from_slice(answer.body()).unwrap_or_default();
    if answer.status().is_success() {
        Ok(said)
    } else {
        let why = said["error"].as_str().unwrap_or("it is no simulator of Kvitt");
        Err(format!("the simulator refused {path} (HTTP {}): {why}", answer.status().as_u16()))
    }
}
