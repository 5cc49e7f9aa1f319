//! Tells merchants about their payments: one attempt, three seconds, no redirects (contract 4.2).
//!
//! A callback that does not lead to this machine is written down as not sent.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::{Value, json};

use crate::outgoing::post;
use crate::simulator::{Shared, Simulator};
use crate::time::rfc3339;
use crate::world::News;
use crate::world::record::{Direction, Record, shorten};

/// A merchant must answer within this time.
const ANSWER_WITHIN: Duration = Duration::from_secs(3);

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
    let headers: Vec<(&str, String)> =
        authorization.map(|token| ("Authorization", token)).into_iter().collect();
    let attempt = tokio::time::timeout(ANSWER_WITHIN, post(&url, &headers, &body.to_string())).await;
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
