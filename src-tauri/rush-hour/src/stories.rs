//! What tills write down, told to a hub: one whole payment after the other.

use std::time::Duration;

use anyhow::{Context, Result};
use serde_json::{Value, json};
use tokio::time::{Instant, sleep};

use crate::chain;
use crate::figures::Times;
use crate::street::Street;
use crate::wire::{Pool, request};

/// The pause after a hub did not take what it was told.
const PAUSE: Duration = Duration::from_millis(200);
/// How many entries a paid payment has.
pub(crate) const ENTRIES: u64 = 9;

/// A till that tells what it writes down.
pub(crate) struct Teller {
    street: Street,
    till: usize,
    /// How many tills the chain has.
    tills: usize,
    pool: Pool,
    /// The newest entry that a hub has said it has.
    pub(crate) acknowledged: u64,
    /// How long each telling took that was taken.
    pub(crate) times: Times,
    /// How often it was not taken, and had to be told again.
    pub(crate) again: u64,
}

impl Teller {
    /// The till `till` of a chain of `tills`, which has told nothing yet, and tells the hubs of `street`.
    pub(crate) fn new(street: &Street, till: usize, tills: usize) -> Teller {
        let (street, pool) = (street.clone(), Pool::default());
        Teller { street, till, tills, pool, acknowledged: 0, times: Times::default(), again: 0 }
    }

    /// Tells one payment after the other until `end`.
    pub(crate) async fn tell_until(mut self, end: Instant) -> Teller {
        let mut attempt = self.till;
        while Instant::now() < end {
            let begun = Instant::now();
            if let Ok(seq) = self.tell(attempt).await {
                self.acknowledged = seq;
                self.times.add(begun.elapsed());
            } else {
                (self.again, attempt) = (self.again + 1, attempt + 1);
                sleep(PAUSE).await;
            }
        }
        self
    }

    /// Whether all that was acknowledged is in the database at `address`, and folded into payments.
    pub(crate) async fn is_all_there(&self, address: &str) -> Result<bool> {
        let [entries, newest, paid] = chain::told(address, &chain::till(self.till)).await?;
        Ok(entries == newest && newest >= self.acknowledged && paid == newest / ENTRIES)
    }

    /// Tells the payment after the newest that a hub is known to have. Gives what it has then.
    async fn tell(&self, attempt: usize) -> Result<u64> {
        let number = self.acknowledged / ENTRIES;
        let reference = format!("story-{}-{number}", self.till);
        let at = chain::NOW + i64::try_from(number).unwrap_or(0);
        let entries: Vec<Value> = (1_u64..)
            .zip(facts(&reference, &chain::msn(self.till, self.tills)))
            .map(|(place, fact)| {
                let seq = number * ENTRIES + place;
                json!({ "seq": seq, "reference": reference, "number": place, "at": at, "fact": fact })
            })
            .collect();
        let body = json!({ "entries": entries, "version": "0.1.0" }).to_string();
        let key = format!("Bearer {}", chain::key(self.till));
        let ask = request("POST", "/v1/entries", &key, &body);
        let (status, answer) = self.pool.ask(self.street.hub(attempt), self.till, &ask).await?;
        anyhow::ensure!(status == 200, "the hub answered with {status}");
        let heard: Value = serde_json::from_slice(&answer)?;
        heard["seq"].as_u64().context("the hub does not say what it has")
    }
}

/// The facts of a payment that was scanned and paid, as journals have them.
fn facts(reference: &str, msn: &str) -> [Value; 9] {
    let order = json!({
        "reference": reference, "amount": { "minor": 24_900, "currency": "NOK" }, "msn": msn, "rail": "epayment",
        "flow": "qr", "description": "Kaffe og bolle", "key_seed": "seed",
    });
    let money = json!({ "reserved": 24_900, "captured": 24_900, "refunded": 0 });
    [
        json!({ "fact": "requested", "order": order }),
        json!({ "fact": "create_intended", "key": "seed-n1" }),
        json!({ "fact": "created", "url": "https://landing.example/v2/payment?token=a.b" }),
        json!({ "fact": "code_shown", "content": "https://qr.example/28/1/01/031/0wR", "picture": "code-1",
                "until": chain::NOW + 600_000 }),
        json!({ "fact": "approved", "reserved": 24_900 }),
        json!({ "fact": "capture_intended", "key": "seed-c1", "amount": 24_900 }),
        json!({ "fact": "moved", "money": money }),
        json!({ "fact": "ended", "end": { "end": "paid", "captured": 24_900 }, "proven": true }),
        json!({ "fact": "settled" }),
    ]
}
