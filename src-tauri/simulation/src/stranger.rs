//! A till by another maker at the same sales unit. It speaks to Vipps MobilePay by itself, and uses references that ours
//! may want to use too.

use bytes::Bytes;
use http::{Method, Request};
use serde_json::{Value, json};
use vipps::Transport;

use crate::ledger::Key;
use crate::shop::Shop;
use crate::world::ORIGIN;

/// The other till makes a payment of that name and, now and then, has it approved.
pub(crate) async fn uses(shop: &Shop, payment: &Key, amount: i64) {
    let created = creates(shop, &payment.1, amount).await;
    shop.world.say(format_args!("a stranger uses {}: {created:?}", payment.1));
    if created.is_some() {
        shop.world.ledger().strangers.insert(payment.clone());
        shop.world.tally().count("stranger's payment");
        if shop.world.people_dice().chance(500) {
            shop.world.perform(payment.0, &payment.1, simulator::Act::Approve);
        }
        // An order of another day, as far as clocks can tell.
        shop.world.jumps(std::time::Duration::from_mins(5));
    }
}

async fn creates(shop: &Shop, reference: &str, amount: i64) -> Option<()> {
    let unit = shop.unit();
    let vipps = shop.world.vipps.clone();
    let post = |path: &str| {
        Request::builder()
            .method(Method::POST)
            .uri(format!("{ORIGIN}{path}"))
            .header("ocp-apim-subscription-key", &unit.subscription_key)
            .header("merchant-serial-number", &unit.msn)
            .header("content-type", "application/json")
    };
    let token = post("/accesstoken/get")
        .header("client_id", &unit.client_id)
        .header("client_secret", &unit.client_secret)
        .body(Bytes::new())
        .ok()?;
    let token: Value = serde_json::from_slice(vipps.send(token).await.ok()?.body()).ok()?;
    let token = token.get("access_token")?.as_str()?.to_owned();
    let body = json!({
        "reference": reference,
        "amount": { "value": amount, "currency": unit.currency },
        "paymentMethod": { "type": "WALLET" },
        "userFlow": "WEB_REDIRECT",
        "returnUrl": "https://example.com/done",
        "paymentDescription": "Somebody else's",
    });
    let create = post("/epayment/v1/payments")
        .header("authorization", format!("Bearer {token}"))
        .header("idempotency-key", format!("stranger-{reference}"))
        .body(Bytes::from(body.to_string()))
        .ok()?;
    let answer = vipps.send(create).await.ok()?;
    answer.status().is_success().then_some(())
}
