//! The cash register: asks for payments, repeats itself, loses its connection, and remembers what it was told.

use contract::{Code, Currency, PaymentView, Status};
use payment::Moment;
use std::time::Duration;

use crate::breach::Law;
use crate::laws::picture;
use crate::ledger::{Key, Promise};
use crate::sale::Sale;
use crate::shop::Shop;

/// How long a register is put off, in all, before it is clear that the till does not become free.
const PATIENCE: Duration = Duration::from_mins(80);
/// How long it waits before it asks again.
const AGAIN: Duration = Duration::from_secs(3);

/// Serves the sales that are not done, then new ones, until the day's sales are done.
pub(crate) async fn keeps_selling(shop: Shop) {
    while let Some(nth) = next_sale(&shop) {
        serves(&shop, nth).await;
        let pause = shop.world.people_dice().seconds(0..=15);
        tokio::time::sleep(pause).await;
    }
}

fn next_sale(shop: &Shop) -> Option<usize> {
    let mut sales = shop.world.sales();
    let mine = |sale: &&Sale| sale.till == shop.nth;
    let undone = sales.iter().position(|sale| mine(&sale) && !sale.done);
    let begun = sales.iter().filter(mine).count();
    match undone {
        Some(nth) => Some(nth),
        None if u64::try_from(begun).unwrap_or(u64::MAX) >= shop.world.plan.tills[shop.nth].sales => None,
        None => {
            let nth = sales.len();
            let sale = Sale::drawn(shop, nth, &mut shop.world.people_dice());
            sales.push(sale);
            Some(nth)
        }
    }
}

/// Serves one sale to its end.
pub(crate) async fn serves(shop: &Shop, nth: usize) {
    loop {
        begins_attempt_if_needed(shop, nth).await;
        let Some(reference) = is_acknowledged(shop, nth).await else { return };
        let view = ends(shop, nth, &reference).await;
        if view.status == Status::Paid {
            crate::returns::gives_back(shop, nth, &reference).await;
        }
        if is_done(shop, nth, &view) {
            return;
        }
    }
}

/// Notes how the attempt ended, and whether that is the end of the sale.
fn is_done(shop: &Shop, nth: usize, view: &PaymentView) -> bool {
    let mut sales = shop.world.sales();
    let sale = &mut sales[nth];
    let tries = sale.attempts.len();
    if let Some(attempt) = sale.attempts.last_mut() {
        attempt.ended = Some(view.status);
    }
    sale.done = view.status == Status::Paid || !view.may_pay_again || tries >= sale.attempts_max;
    sale.done
}

async fn begins_attempt_if_needed(shop: &Shop, nth: usize) {
    let begun = {
        let mut sales = shop.world.sales();
        let sale = &mut sales[nth];
        let needed = sale.attempts.last().is_none_or(|attempt| attempt.ended.is_some());
        if needed {
            sale.begins_attempt(nth);
        }
        needed.then(|| (sale.clone(), sale.attempts.last().map(|attempt| attempt.reference.clone())))
    };
    if let Some((sale, Some(reference))) = begun.filter(|(_, reference)| reference.as_deref() != Some("")) {
        let payment: Key = (shop.nth, reference);
        if sale.skewed {
            shop.world.ledger().skewed.insert(payment.clone());
        }
        if sale.taken && sale.attempts.len() == 1 {
            crate::stranger::uses(shop, &payment, sale.amount).await;
        }
    }
}

/// Asks for the payment until the till acknowledges it; gives its reference.
async fn is_acknowledged(shop: &Shop, nth: usize) -> Option<String> {
    let began = shop.world.now();
    loop {
        let (sale, attempt) = {
            let sales = shop.world.sales();
            (sales[nth].clone(), sales[nth].attempts.last().cloned()?)
        };
        if attempt.acknowledged {
            return Some(attempt.reference);
        }
        let answers = asks(shop, &sale, &attempt.key).await;
        for answer in answers {
            match answer {
                Ok(view) => acknowledged(shop, nth, &view),
                // Somebody used it before, and was told: the register looks it up.
                Err(Code::ReferenceUsed) => return Some(attempt.reference),
                Err(Code::PaymentOpen | Code::JournalUnavailable | Code::Unclear) => {}
                Err(code) => {
                    shop.world.breach(Law::BecomesFree, format!("a good request was refused: {code:?}"));
                    return None;
                }
            }
        }
        if shop.world.sales()[nth].attempts.last().is_some_and(|attempt| attempt.acknowledged) {
            continue;
        }
        if is_put_off_too_long(shop, began) {
            return None;
        }
        tokio::time::sleep(AGAIN).await;
    }
}

/// Makes the same request once or more, at the same moment or one after the other. Some answers are never heard.
async fn asks(shop: &Shop, sale: &Sale, key: &str) -> Vec<Result<PaymentView, Code>> {
    let mut under_way = Vec::new();
    for _ in 0..sale.repeats {
        let (till, key) = (shop.till.clone(), key.to_owned());
        let request = sale.request(currency(shop));
        let asked = tokio::spawn(async move {
            till.start(&request, Some(&key)).await.map(|started| started.view).map_err(|refused| refused.code)
        });
        let (waits, hangs_up) = {
            let mut dice = shop.world.people_dice();
            (dice.chance(500).then(|| dice.millis(0..=400)), dice.chance(150))
        };
        if let Some(pause) = waits {
            tokio::time::sleep(pause).await;
        }
        if hangs_up {
            shop.world.tally().count("register hung up");
        } else {
            under_way.push(asked);
        }
    }
    let mut answers = Vec::new();
    for asked in under_way {
        answers.extend(asked.await);
    }
    answers
}

fn acknowledged(shop: &Shop, nth: usize, view: &PaymentView) {
    let world = &shop.world;
    let mut sales = world.sales();
    let amount = sales[nth].amount;
    let Some(attempt) = sales[nth].attempts.last_mut() else { return };
    if attempt.acknowledged && attempt.reference != view.reference {
        let what = format!("{} and {} under one key", attempt.reference, view.reference);
        drop(sales);
        world.breach(Law::KeptOnce, what);
        return;
    }
    attempt.reference.clone_from(&view.reference);
    attempt.acknowledged = true;
    drop(sales);
    world.say(format_args!("till {} acknowledges {}", shop.nth, view.reference));
    let promise = Promise { amount, sale: nth };
    world.ledger().promised.insert((shop.nth, view.reference.clone()), promise);
    picture::told(world, shop.nth, view);
}

/// Waits until the payment has ended, and cancels it when its patience does.
async fn ends(shop: &Shop, nth: usize, reference: &str) -> PaymentView {
    let began = shop.world.now();
    let patience = shop.world.sales()[nth].patience_s.map(Duration::from_secs);
    let mut cancelled = false;
    loop {
        let wait = shop.world.people_dice().millis(100..=20_000);
        let view = match shop.till.payment_after_change(reference, wait).await {
            Ok(view) => view,
            Err(refused) => {
                let what = format!("{reference} is not known any more: {refused:?}");
                shop.world.breach(Law::NothingForgotten, what);
                std::future::pending().await
            }
        };
        picture::told(&shop.world, shop.nth, &view);
        if view.is_final {
            return view;
        }
        if patience.is_some_and(|patience| began.until(shop.world.now()) > patience) && !cancelled {
            cancelled = shop.till.cancel(reference).await.is_ok();
            shop.world.tally().count("register cancels");
        }
        if is_put_off_too_long(shop, began) {
            std::future::pending::<()>().await;
        }
    }
}

/// In good weather a payment ends within its window and a few minutes, or when Vipps MobilePay knows how the approval
/// went (an hour at most, contract 7), and the till is free again.
fn is_put_off_too_long(shop: &Shop, began: Moment) -> bool {
    let since = began.max(shop.world.cleared_at());
    let too_long = shop.world.is_calm() && since.until(shop.world.now()) > PATIENCE;
    if too_long {
        shop.world.breach(Law::BecomesFree, format!("till {} is not free after {PATIENCE:?}", shop.nth));
    }
    too_long
}

pub(crate) fn currency(shop: &Shop) -> Currency {
    match shop.unit().currency.as_str() {
        "NOK" => Currency::Nok,
        "DKK" => Currency::Dkk,
        "EUR" => Currency::Eur,
        _ => Currency::Sek,
    }
}
