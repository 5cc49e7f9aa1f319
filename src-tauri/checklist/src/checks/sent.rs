//! What the client really sent (contract 1.0, 1.4, 1.9).

use vipps::SYSTEM_CHARS_MAX;

use crate::bench::Bench;
use crate::item::Rail;
use crate::outcome::{Saw, Stopped};
use crate::recorder::{SYSTEM, Sent};

/// What is to be done about a call that lacks something: it is a fault of this program.
const REPORT_IT: &str = "report this fault of Kvitt, with this report";

/// Every call had the headers that belong to it.
pub(super) fn headers(bench: &Bench, rail: Rail) -> Result<Saw, Stopped> {
    let sent = bench.parts.recorder.since(0);
    let start = rail.either("/ecomm/", "/epayment/");
    let of_rail: Vec<&Sent> = sent.iter().filter(|sent| sent.exchange.call.contains(start)).collect();
    let msn = bench.parts.vipps.msn().as_str().to_owned();
    for sent in &of_rail {
        if let Some(missing) = missing(sent, &msn) {
            let why = format!("{} was sent without {missing}", sent.exchange.call);
            return Err(Stopped::failed(why, REPORT_IT));
        }
    }
    let Some(one) = of_rail.first() else {
        return Err(Stopped::failed("nothing was sent", "look at the items above"));
    };
    let named = SYSTEM.iter().zip(&one.headers.system);
    let named: Vec<String> =
        named.map(|(name, value)| format!("{name}: {}", value.as_deref().unwrap_or_default())).collect();
    Ok(Saw(format!("on all {} calls {}, merchant-serial-number: {msn}", of_rail.len(), named.join(", "))))
}

/// The first thing that a call lacks.
fn missing(sent: &Sent, msn: &str) -> Option<String> {
    let headers = &sent.headers;
    for (name, value) in SYSTEM.iter().zip(&headers.system) {
        let good = value.as_ref().is_some_and(|value| (1..=SYSTEM_CHARS_MAX).contains(&value.len()));
        if !good {
            return Some(format!("a {name} of 1 to {SYSTEM_CHARS_MAX} characters"));
        }
    }
    let call = &sent.exchange.call;
    // Not the cancels of eCom: they are repeatable by themselves (contract 1.9).
    let moves = ["/capture", "/refund"].iter().any(|end| call.ends_with(end));
    let keyed = moves || call.starts_with("POST /epayment/v1/payments");
    if headers.msn.as_deref() != Some(msn) {
        Some(format!("merchant-serial-number {msn}"))
    } else if !headers.subscription_key {
        Some("ocp-apim-subscription-key".to_owned())
    } else if !headers.bearer {
        Some("a token after the word Bearer".to_owned())
    } else if !headers.json {
        Some("content-type application/json".to_owned())
    } else if keyed && sent.exchange.key.is_none() {
        Some("a key to repeat it by".to_owned())
    } else {
        None
    }
}

pub(super) fn customer_present(bench: &Bench, _: Rail) -> Result<Saw, Stopped> {
    let sent = bench.parts.recorder.since(0);
    let creations = sent.iter().filter(|sent| sent.exchange.call == "POST /epayment/v1/payments");
    let mut count = 0_usize;
    for sent in creations {
        count += 1;
        if sent.interaction.as_deref() != Some("CUSTOMER_PRESENT") {
            return Err(Stopped::failed("a payment was made without CUSTOMER_PRESENT", REPORT_IT));
        }
    }
    if count == 0 {
        return Err(Stopped::failed("no payment was made", "look at the items above"));
    }
    Ok(Saw(format!("customerInteraction: CUSTOMER_PRESENT in all {count} creations")))
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::outcome::Exchange;
    use crate::recorder::Headers;

    fn sent(call: &str) -> Sent {
        let exchange = Exchange {
            at: Timestamp::UNIX_EPOCH,
            call: call.to_owned(),
            status: Some(200),
            key: Some("key-1".to_owned()),
            id: None,
        };
        let headers = Headers {
            system: SYSTEM.map(|_| Some("Kvitt".to_owned())),
            msn: Some("123456".to_owned()),
            subscription_key: true,
            bearer: true,
            json: true,
        };
        Sent { exchange, headers, interaction: None }
    }

    #[test]
    fn what_a_call_lacks_is_named() {
        let whole = sent("POST /epayment/v1/payments/order-0001/capture");
        assert_eq!(missing(&whole, "123456"), None);
        let lacks = |change: fn(&mut Sent), word: &str| {
            let mut sent = whole.clone();
            change(&mut sent);
            let missing = missing(&sent, "123456").unwrap_or_default();
            assert!(missing.contains(word), "{missing:?} does not name {word}");
        };
        lacks(|sent| sent.headers.system[0] = None, "vipps-system-name");
        lacks(|sent| sent.headers.system[3] = Some("x".repeat(31)), "vipps-system-plugin-version");
        lacks(|sent| sent.headers.msn = Some("654321".to_owned()), "merchant-serial-number");
        lacks(|sent| sent.headers.subscription_key = false, "ocp-apim-subscription-key");
        lacks(|sent| sent.headers.bearer = false, "Bearer");
        lacks(|sent| sent.headers.json = false, "content-type");
        lacks(|sent| sent.exchange.key = None, "key");
    }

    #[test]
    fn reads_and_cancels_of_ecom_need_no_key() {
        for call in ["GET /ecomm/v2/payments/a/details", "PUT /ecomm/v2/payments/a/cancel"] {
            let mut sent = sent(call);
            sent.exchange.key = None;
            assert_eq!(missing(&sent, "123456"), None, "{call}");
        }
    }
}
