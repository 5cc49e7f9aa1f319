//! How everything must be when the weather has cleared and time has passed.

use std::time::Duration;

use contract::{LinkStatus, ReceiptStatus, ScreenView, Status};
use payment::Fact;

use crate::breach::Law;
use crate::laws::money::outstanding;
use crate::ledger::{Key, Ledger};
use crate::shop::Shop;
use crate::world::World;

/// Within this time, in good weather, every reservation is captured or released: the longest pause of the watch over
/// ended payments (`payment::deadline::WATCH_PAUSE_MAX`), and a few minutes for the asking.
pub(crate) const RELEASED_WITHIN: Duration = Duration::from_mins(65);

/// No reservation is older than it may be.
pub(crate) fn reservations(world: &World) {
    let now = world.now();
    let old: Vec<Key> = {
        let ledger = world.ledger();
        let since = |at: payment::Moment| at.max(world.cleared_at()).until(now);
        let all = ledger.reserved_since.iter().filter(|(key, _)| !ledger.strangers.contains(*key));
        all.filter(|(_, at)| since(**at) > RELEASED_WITHIN).map(|(key, _)| key.clone()).collect()
    };
    if let Some((_, reference)) = old.first() {
        let what = format!("{reference} is reserved for more than {RELEASED_WITHIN:?}");
        world.breach(Law::NoReservationLeft, what);
    }
}

/// All has come to rest: money, memory and screens agree.
pub(crate) async fn all(world: &World, shops: &[Shop]) {
    let promised: Vec<(Key, usize)> =
        world.ledger().promised.iter().map(|(key, promise)| (key.clone(), promise.sale)).collect();
    let mut kept = std::collections::BTreeMap::<usize, Vec<String>>::new();
    for (payment, sale) in promised {
        let Some(shop) = shops.get(payment.0) else { continue };
        if is_kept(shop, &payment).await {
            kept.entry(sale).or_default().push(payment.1);
        }
    }
    for (sale, payments) in kept {
        if payments.len() > 1 {
            world.breach(Law::KeptOnce, format!("sale {sale} was paid by {}", payments.join(" and ")));
        }
    }
    for truth in world.simulator.payments() {
        // Two tills may share a sales unit.
        let stranger = |ledger: &Ledger| {
            let mut tills = 0..world.plan.tills.len();
            tills.any(|till| ledger.strangers.contains(&(till, truth.reference.clone())))
        };
        if outstanding(&truth) > 0 && !stranger(&world.ledger()) {
            world.breach(Law::NoReservationLeft, format!("{} is still reserved: {truth:?}", truth.reference));
        }
    }
    for shop in shops {
        is_free(shop);
    }
}

/// Whether money of it was kept by the till; what the till says must be the truth.
async fn is_kept(shop: &Shop, payment: &Key) -> bool {
    let (world, reference) = (&shop.world, &payment.1);
    let view = match shop.till.payment(reference).await {
        Ok(view) => view,
        Err(refused) => {
            world.breach(Law::NothingForgotten, format!("{reference}: {refused:?}"));
            return false;
        }
    };
    crate::laws::picture::told(world, shop.nth, &view);
    if !view.is_final {
        world.breach(Law::BecomesFree, format!("{reference} has not ended: {:?}", view.status));
    }
    let stranger = world.ledger().strangers.contains(payment);
    let Some(truth) = world.truth(shop.nth, reference).filter(|_| !stranger) else { return false };
    let by_hand = world.ledger().by_hand.contains(payment);
    let captured = truth.captured > 0;
    if !by_hand && captured != (view.status == Status::Paid) {
        let what = format!("{reference}: {} captured, and the till says {:?}", truth.captured, view.status);
        world.breach(Law::HonestScreen, what);
    }
    if !by_hand && captured && view.refunded.value != truth.refunded {
        let what = format!("{reference}: {} refunded, the till says {}", truth.refunded, view.refunded.value);
        world.breach(Law::RefundedOnce, what);
    }
    let refused_currency = view.amount.currency == contract::Currency::Sek;
    let has_receipt = !view.lines.is_empty() && !refused_currency && view.status == Status::Paid;
    if has_receipt && view.receipt != ReceiptStatus::Stored {
        world.breach(Law::NothingForgotten, format!("the receipt of {reference} is {:?}", view.receipt));
    }
    let linked = world
        .ledger()
        .holds(payment, |fact| matches!(fact, Fact::Requested { order } if order.link.is_some()));
    if linked && view.status == Status::Paid && view.link != LinkStatus::Stored {
        world.breach(Law::NothingForgotten, format!("the link of {reference} is {:?}", view.link));
    }
    if view.refunds.iter().any(|refund| refund.status == contract::ModificationStatus::Asked) {
        world.breach(Law::BecomesFree, format!("a refund of {reference} has not ended"));
    }
    captured && !by_hand
}

fn is_free(shop: &Shop) {
    let (counter, health, screen) = (shop.till.counter(), shop.till.health(), shop.till.screen());
    if !counter.may_charge || !health.ready || screen.view != ScreenView::Idle {
        let what = format!("till {}: may charge {}, shows {:?}", shop.nth, counter.may_charge, screen.view);
        shop.world.breach(Law::BecomesFree, what);
    }
}
