//! Refunds at the counter: in parts, twice for one request, at the same moment, and of more than there is.

use contract::{Amount, Code, StartRefund, Status};

use crate::breach::Law;
use crate::laws::picture;
use crate::register::currency;
use crate::sale::{RefundPlan, Sale};
use crate::shop::Shop;

/// Gives back what of the sale is to be given back.
pub(crate) async fn gives_back(shop: &Shop, nth: usize, reference: &str) {
    let plans = shop.world.sales()[nth].refunds.clone();
    for (number, plan) in plans.iter().enumerate() {
        if !plan.done {
            let pause = shop.world.people_dice().seconds(0..=30);
            tokio::time::sleep(pause).await;
            asks(shop, reference, plan).await;
            shop.world.sales()[nth].refunds[number].done = true;
        }
    }
}

/// A register that sends everything once more, as after a crash of its own, is given the same refunds.
pub(crate) async fn repeats_itself(shop: &Shop) {
    let sales: Vec<Sale> = shop.world.sales().iter().filter(|sale| sale.till == shop.nth).cloned().collect();
    for sale in sales {
        let paid = sale.attempts.iter().find(|attempt| attempt.ended == Some(Status::Paid));
        for plan in sale.refunds.iter().filter(|plan| plan.done) {
            if let Some(attempt) = paid {
                asks(shop, &attempt.reference, plan).await;
            }
        }
    }
}

/// Asks for one refund, as often as the plan says and at the same moment.
async fn asks(shop: &Shop, reference: &str, plan: &RefundPlan) {
    let value = plan.amount;
    let request = StartRefund {
        amount: value.map(|value| Amount { value, currency: currency(shop) }),
        reason: Some("Angret kjøp".to_owned()),
    };
    let payment = (shop.nth, reference.to_owned());
    shop.world.ledger().refunds.insert((payment, plan.key.clone()));
    let ask = || {
        let (till, request) = (shop.till.clone(), request.clone());
        let (reference, key) = (reference.to_owned(), plan.key.clone());
        tokio::spawn(async move { till.refund(&reference, &request, Some(&key)).await })
    };
    let asked: Vec<_> = (0..plan.repeats).map(|_| ask()).collect();
    for answer in asked {
        match answer.await {
            Ok(Ok(started)) => {
                shop.world.tally().count("refund asked for");
                picture::told(&shop.world, shop.nth, &started.view);
            }
            Ok(Err(refused)) => match refused.code {
                Code::RefundAboveCaptured
                | Code::JournalUnavailable
                | Code::Unclear
                | Code::NothingToRefund => {}
                other => {
                    let what = format!("{reference}: a refund was refused: {other:?} {}", refused.detail);
                    shop.world.breach(Law::BecomesFree, what);
                }
            },
            // A task that was cut off has no answer.
            Err(_) => {}
        }
    }
}
