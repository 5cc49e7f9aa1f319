//! What Vipps MobilePay tells by itself: callbacks of eCom, webhooks of ePayment (contract 4.2, 4.4).
//!
//! What is told is a hint. Each check reads the payment afterwards, as everybody must (trap 1).

use url::Url;
use vipps::epayment::EventName;
use vipps::webhooks::{Delivery, Notice, Registered, Topic, verify};

use super::money::WHOLE;
use crate::bench::Bench;
use crate::customer::Deed;
use crate::item::Rail;
use crate::listener::Listener;
use crate::outcome::{Saw, Stopped, holds};
use crate::standing::Standing;

/// What is to be done where a simulator refuses addresses of this machine, as the live service does (trap 6).
const ALLOW: &str = "start the simulator with --allow-loopback-callbacks";

pub(super) async fn callback(bench: &mut Bench, rail: Rail) -> Result<Saw, Stopped> {
    if !bench.is_simulated() {
        let what = "Callbacks need a public https address, which this machine has not. Set ecom.callbackPrefix to that of \
                    your relay, sell once, and show that POST /v1/payments/{reference}/refresh reaches the till. A \
                    till polls in any case.";
        return Err(Stopped::ForAPerson(what.to_owned()));
    }
    let mut listener = Listener::open().await?;
    let (prefix, token) =
        (format!("{}/vipps", listener.origin), format!("callback-secret-{}", bench.parts.run));
    let reference = bench.name_of(rail, "told");
    let order = bench.order_with_callback(&reference, WHOLE, (&prefix, &token));
    bench.initiate("told", &order).await.map_err(|stopped| with_advice(stopped, ALLOW))?;
    bench.played(rail, "told", Deed::Approve, Standing::is_approved).await?;
    let path = format!("/vipps/v2/payments/{reference}");
    let heard = listener.hears("callback", |heard| heard.path == path).await?;
    let authorization = heard.headers.get("authorization").map(http::HeaderValue::as_bytes);
    holds(authorization == Some(token.as_bytes()), || "the callback lacks our authToken".to_owned())?;
    let body = heard.json();
    let status = body["transactionInfo"]["status"].as_str().unwrap_or_default().to_owned();
    let right = body["orderId"] == reference.as_str() && ["RESERVED", "SALE"].contains(&status.as_str());
    holds(right, || "the callback does not say that this order was approved".to_owned())?;
    bench.cancel(rail, &reference, false).await.map_err(|error| bench.stop(&error))?;
    Ok(Saw(format!("{reference}: {status} was told with our authToken; the details, read afterwards, agree")))
}

pub(super) async fn webhooks(bench: &mut Bench, rail: Rail) -> Result<Saw, Stopped> {
    if !bench.is_simulated() {
        let what = "Webhooks need a public https address, which this machine has not. Register that of your relay for the \
                    epayments.payment events, sell once, and show that POST /v1/payments/{reference}/refresh reaches the \
                    till. A till polls in any case.";
        return Err(Stopped::ForAPerson(what.to_owned()));
    }
    let mut listener = Listener::open().await?;
    let url = Url::parse(&format!("{}/webhooks", listener.origin));
    let url = url.map_err(|error| Stopped::failed(error.to_string(), "report this fault of Kvitt"))?;
    let topics = EventName::KNOWN.map(Topic::Payment);
    let vipps = bench.parts.vipps.clone();
    let registered = vipps.webhooks().register(&url, &topics).await;
    let registered = registered.map_err(|error| with_advice(bench.stop(&error), ALLOW))?;
    let told = told(bench, rail, &mut listener, (&url, &registered)).await;
    // A registration that nobody answers any more is a registration too many.
    let deleted = vipps.webhooks().delete(&registered.id).await;
    let saw = told?;
    deleted.map_err(|error| bench.stop(&error))?;
    Ok(saw)
}

async fn told(
    bench: &mut Bench,
    rail: Rail,
    listener: &mut Listener,
    (url, registered): (&Url, &Registered),
) -> Result<Saw, Stopped> {
    let reference = bench.paid_for(rail, "told", WHOLE).await?;
    let notice = |body: &[u8]| match Notice::read(body) {
        Ok(Notice::Payment(notice)) if notice.reference == reference => Some(notice),
        _ => None,
    };
    let authorized = |body: &[u8]| {
        notice(body).is_some_and(|notice| notice.name == EventName::Authorized && notice.success)
    };
    let heard = listener.hears("webhook", |heard| authorized(&heard.body)).await?;
    let delivery = Delivery::of(&heard.headers, &heard.body);
    let signed = delivery.is_some_and(|delivery| verify(&registered.secret, url, &delivery).is_ok());
    holds(signed, || "the webhook is not signed with the secret of its registration".to_owned())?;
    bench.cancel(rail, &reference, false).await.map_err(|error| bench.stop(&error))?;
    Ok(Saw(format!("{reference}: AUTHORIZED was told, signed; the payment, read beside it, agrees")))
}

fn with_advice(stopped: Stopped, to_do: &str) -> Stopped {
    match stopped {
        Stopped::Failed { why, .. } => Stopped::failed(why, to_do),
        stopped @ Stopped::ForAPerson(_) => stopped,
    }
}
