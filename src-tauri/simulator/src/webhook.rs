//! Tells webhooks what has happened: signed, in order, again and again (contract 4.4).

use std::collections::BTreeMap;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};
use url::Url;

use crate::outgoing::{host, path_and_query, post};
use crate::simulator::{Shared, Simulator};
use crate::time::{http_date, rfc3339};
use crate::world::World;
use crate::world::fault::{Call, FaultKind};
use crate::world::record::{Direction, Record, shorten};
use crate::world::webhooks::Delivery;

/// A merchant must answer within this time.
const ANSWER_WITHIN: Duration = Duration::from_secs(10);

impl Shared {
    /// What is due now. Does not ring the bell, or it would ring for ever.
    pub(crate) fn take_deliveries(&self) -> Vec<Delivery> {
        self.quietly(World::take_deliveries)
    }
}

/// Makes one attempt, or what a fault makes of it, and writes down how it went.
pub(crate) async fn deliver(simulator: Simulator, delivery: Delivery) {
    let fault = simulator.0.quietly(|world, _| world.faults.take(Call::Delivery, Some(&delivery.about)));
    let kind = fault.as_ref().map(|fault| fault.kind);
    if kind == Some(FaultKind::OutOfOrder) {
        simulator.0.within(|world, _| world.postpone(&delivery));
        return;
    }
    if let Some(fault) = &fault {
        tokio::time::sleep(fault.delay()).await;
    }
    let taken = match kind {
        Some(FaultKind::Refused | FaultKind::Silent) => false,
        Some(FaultKind::Lost) => {
            attempt(&simulator, &delivery).await;
            false
        }
        Some(FaultKind::Twice) => {
            attempt(&simulator, &delivery).await;
            attempt(&simulator, &delivery).await
        }
        _ => attempt(&simulator, &delivery).await,
    };
    simulator.0.within(|world, now| world.delivered(&delivery, taken, now));
}

/// Whether it was taken: answered with 2xx in time.
async fn attempt(simulator: &Simulator, delivery: &Delivery) -> bool {
    let body = delivery.body.to_string();
    let (number, headers) = simulator.0.quietly(|world, now| {
        let headers = signed(&delivery.url, &delivery.secret, &http_date(now), body.as_bytes());
        let shown = headers.iter().map(|(name, value)| (name.to_lowercase(), shorten(value)));
        let number = world.records.add(Record {
            number: 0,
            direction: Direction::Webhook,
            at: rfc3339(now),
            method: "POST".into(),
            path: delivery.url.clone(),
            headers: shown.collect::<BTreeMap<_, _>>(),
            body: delivery.body.clone(),
            reference: Some(delivery.about.clone()),
            status: None,
            note: None,
        });
        (number, headers)
    });
    let attempt = tokio::time::timeout(ANSWER_WITHIN, post(&delivery.url, &headers, &body)).await;
    let (status, note) = match attempt {
        Ok(Ok(status)) => (Some(status), None),
        Ok(Err(why)) => (None, Some(format!("not sent: {why}"))),
        Err(_) => (None, Some("no answer within 10 s".to_owned())),
    };
    simulator.0.quietly(|world, _| world.records.answered(number, status, note));
    status.is_some_and(|status| (200..300).contains(&status))
}

/// The headers that let the merchant know who sent it.
fn signed(url: &str, secret: &str, date: &str, body: &[u8]) -> Vec<(&'static str, String)> {
    let content = STANDARD.encode(Sha256::digest(body));
    let (path, host) = Url::parse(url).map(|url| (path_and_query(&url), host(&url))).unwrap_or_default();
    let text = format!("POST\n{path}\n{date};{host};{content}");
    let signature = STANDARD.encode(hmac_sha256(secret.as_bytes(), text.as_bytes()));
    let authorization =
        format!("HMAC-SHA256 SignedHeaders=x-ms-date;host;x-ms-content-sha256&Signature={signature}");
    vec![("x-ms-date", date.into()), ("x-ms-content-sha256", content), ("Authorization", authorization)]
}

/// RFC 2104 over SHA-256.
fn hmac_sha256(key: &[u8], message: &[u8]) -> [u8; 32] {
    const BLOCK: usize = 64;
    let mut block = [0_u8; BLOCK];
    if key.len() > BLOCK {
        block[..32].copy_from_slice(&Sha256::digest(key));
    } else {
        block[..key.len()].copy_from_slice(key);
    }
    let inner = Sha256::new().chain_update(block.map(|byte| byte ^ 0x36)).chain_update(message).finalize();
    Sha256::new().chain_update(block.map(|byte| byte ^ 0x5c)).chain_update(inner).finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_published_example_is_signed_as_published() {
        let headers = signed(
            "https://webhook.site/e2cee29b-012e-4f1d-8ef4-e95fd74a7a63",
            "A0+AeKBRG2KRGvnNwJpQlb6IJFk48CKXCIcrLoHncVJKDILsQSxS6NWCccwWm6r6FhGKhiHTBsG2wo/xU6FY/A==",
            "Thu, 30 Mar 2023 08:38:32 GMT",
            br#"{"some-unique-content":"ee6e441b-cc4a-46f8-895d-a5af79bcc233/hello-world"}"#,
        );
        assert_eq!(headers[1].1, "lNlsp1XA03N34HrQsVzPgJKtC+r7l/RBF4V3JQUWMj4=");
        assert_eq!(
            headers[2].1,
            "HMAC-SHA256 SignedHeaders=x-ms-date;host;x-ms-content-sha256\
             &Signature=agAiSyogQbDHpeucoNwYz+yAr5nJ+v+zasdkSbqzv+U="
        );
    }
}
