//! Cashiers: they press twice, cancel, start again, and clear the screen too early.

use std::time::Duration;

use contract::Status;

use crate::breach::Law;
use crate::laws::picture;
use crate::ledger::Promise;
use crate::sale::{Attempt, Sale};
use crate::shop::Shop;

/// Does something at the till now and then, until the weather clears.
pub(crate) async fn works(shop: Shop) {
    loop {
        let pause = shop.world.people_dice().seconds(2..=90);
        tokio::time::sleep(pause).await;
        if shop.world.is_calm() {
            return;
        }
        let what = shop.world.people_dice().number(0..=5);
        match what {
            0 | 1 => cancels(&shop).await,
            2 => dismisses(&shop),
            3 => presses_twice(&shop).await,
            4 => shop.world.jumps(Duration::from_secs(shop.world.people_dice().number(1..=700))),
            _ => {}
        }
    }
}

async fn cancels(shop: &Shop) {
    let Some(payment) = shop.till.counter().payment else { return };
    if let Ok(view) = shop.till.cancel(&payment.reference).await {
        shop.world.tally().count("cashier cancels");
        picture::told(&shop.world, shop.nth, &view);
    }
}

fn dismisses(shop: &Shop) {
    if let Some(payment) = shop.till.counter().payment {
        shop.till.dismiss(&payment.reference);
    }
}

/// Two hands on the same button: of two requests without a key, one makes a payment at most.
async fn presses_twice(shop: &Shop) {
    let nth = shop.world.sales().len();
    let mut sale = Sale::drawn(shop, nth, &mut shop.world.people_dice());
    sale.names = crate::sale::Names::Till;
    (sale.taken, sale.skewed) = (false, false);
    sale.begins_attempt(nth);
    let press = || {
        let (till, request) = (shop.till.clone(), sale.request(crate::register::currency(shop)));
        tokio::spawn(async move { till.start(&request, None).await })
    };
    let (first, second) = (press(), press());
    let mut begun = Vec::new();
    for pressed in [first, second] {
        if let Ok(Ok(started)) = pressed.await {
            begun.push(started.view);
        }
    }
    shop.world.tally().count("cashier presses twice");
    if begun.len() > 1 && begun[0].status != Status::Failed {
        shop.world.breach(Law::KeptOnce, "two presses made two payments");
    }
    for view in begun {
        sale.attempts.pop();
        sale.attempts_max = 1;
        let reference = view.reference.clone();
        let key = String::new();
        sale.attempts.push(Attempt { reference, key, acknowledged: true, ended: None });
        let nth = {
            let mut sales = shop.world.sales();
            sales.push(sale.clone());
            sales.len() - 1
        };
        let promise = Promise { amount: sale.amount, sale: nth };
        shop.world.ledger().promised.insert((shop.nth, view.reference.clone()), promise);
        picture::told(&shop.world, shop.nth, &view);
    }
}
