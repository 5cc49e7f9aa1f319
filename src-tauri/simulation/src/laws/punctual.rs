//! Law 5, in time: once the weather is good, no screen stays behind the truth at Vipps MobilePay for longer than it may.

use std::time::Duration;

use contract::{PaymentView, ScreenView};
use payment::Rail;
use simulator::{State, Truth};
use tokio::time::Instant;

use crate::breach::Law;
use crate::laws::money::{is_open, outstanding};
use crate::shop::Shop;

/// How long the till may show what is no longer so, in good weather. A customer's deed is seen at the next read: a
/// second as a rule, ten at the most (`payment::deadline`), and a slow call takes up to eighteen there and back; to end
/// a payment takes a second call, and a read of what came of it.
pub(crate) const BEHIND_MAX: Duration = Duration::from_mins(1);
/// How often it is looked at.
const LOOK: Duration = Duration::from_secs(2);

/// How what is shown can differ from what is so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Gap {
    /// Money is reserved, and the customer is still asked to pay.
    AsksForPaidMoney,
    /// The payment has come to its end, and the till still follows it.
    FollowsWhatHasEnded,
}

/// Compares what the till shows with what is so, for ever.
pub(crate) async fn watches(shop: Shop) {
    let mut counters = shop.till.counters();
    let mut behind: Option<(String, Gap, Instant)> = None;
    loop {
        let shown = shop.till.counter().payment.filter(|view| !view.is_final);
        let Some(view) = shown else {
            behind = None;
            // The till is closed: there is nothing more to look at.
            if counters.changed().await.is_err() {
                return;
            }
            continue;
        };
        behind = match (gap(&shop, &view), behind.take()) {
            (None, _) => None,
            (Some(gap), Some((of, before, since))) if of == view.reference && before == gap => {
                if since.elapsed() > BEHIND_MAX {
                    let what = format!("{}: {gap:?} for more than {BEHIND_MAX:?}", view.reference);
                    shop.world.breach(Law::HonestScreen, what);
                }
                Some((of, before, since))
            }
            (Some(gap), _) => Some((view.reference.clone(), gap, Instant::now())),
        };
        tokio::time::sleep(LOOK).await;
    }
}

fn gap(shop: &Shop, view: &PaymentView) -> Option<Gap> {
    let payment = (shop.nth, view.reference.clone());
    let ledger = shop.world.ledger();
    // What is read as more than was ordered, and was collected by somebody else, has a rest that is none: nobody can let it
    // go, and the till asks five times before it says so (`payment::other_hands`).
    let unreal_rest = ledger.skewed.contains(&payment) && ledger.by_hand.contains(&payment);
    let is_watched = !unreal_rest && !ledger.strangers.contains(&payment);
    drop(ledger);
    if !is_watched {
        return None;
    }
    let truth: Truth = shop.world.truth(shop.nth, &view.reference)?;
    let asks = matches!(
        shop.till.screen().view,
        ScreenView::Scan { .. } | ScreenView::Sent { .. } | ScreenView::Opened { .. }
    );
    if outstanding(&truth) > 0 {
        asks.then_some(Gap::AsksForPaidMoney)
    } else {
        // That nobody can pay any more is not said on eCom (contract 2.2): the till waits until it may be sure.
        let untold = truth.state == State::TimedOut && shop.world.plan.tills[shop.nth].rail == Rail::Ecom;
        (!is_open(&truth) && !untold).then_some(Gap::FollowsWhatHasEnded)
    }
}
