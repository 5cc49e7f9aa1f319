//! Law 5: every screen is a legal picture of the truth at Vipps MobilePay, at the moment it is shown.

use contract::{PaymentView, ScreenView, Status};

use crate::breach::Law;
use crate::laws::money::{is_open, outstanding};
use crate::ledger::Key;
use crate::shop::Shop;
use crate::world::World;

/// The customer screen and the cashier's window, as they are now.
pub(crate) fn shown(shop: &Shop) {
    let (screen, counter) = (shop.till.screen(), shop.till.counter());
    let world = &shop.world;
    world.say(format_args!("till {} shows {}", shop.nth, name_of(&screen.view)));
    let Some(view) = &counter.payment else { return };
    if matches!(screen.view, ScreenView::Scan { .. } | ScreenView::Sent { .. }) {
        world.becomes_visible(&(shop.nth, view.reference.clone()));
    }
    told(world, shop.nth, view);
    let says_over = matches!(
        screen.view,
        ScreenView::Cancelled { .. } | ScreenView::TimedOut | ScreenView::Declined { may_retry: false, .. }
    );
    if says_over && !view.is_final {
        let what = format!("{}: the customer reads that it is over; it is {:?}", view.reference, view.status);
        world.breach(Law::HonestScreen, what);
    }
}

/// A POS, a cashier or a screen is told this about a payment of the till `till`.
pub(crate) fn told(world: &World, till: usize, view: &PaymentView) {
    let payment: Key = (till, view.reference.clone());
    let truth = world.truth(till, &view.reference);
    let stranger = world.ledger().strangers.contains(&payment);
    if view.status == Status::Paid {
        let captured = truth.as_ref().map_or(0, |truth| truth.captured);
        let ours = !stranger && captured == view.amount.value;
        world.ledger().shown_paid.insert(payment.clone());
        if !ours {
            let what = format!("{} is called paid; {captured} of {} captured", payment.1, view.amount.value);
            world.breach(Law::HonestScreen, what);
        }
        if world.ledger().skewed.contains(&payment) {
            world.breach(Law::Compared, format!("{} is called paid although the amounts differ", payment.1));
        }
    }
    if view.status == Status::Approved && truth.as_ref().is_none_or(|truth| truth.reserved == 0) {
        let what = format!("{} is called approved; nobody has approved it", payment.1);
        world.breach(Law::TheProvidersWord, what);
    }
    let over = view.may_pay_again || (view.is_final && view.status != Status::Paid);
    let Some(truth) = truth.filter(|_| over && !stranger) else { return };
    let visible = world.ledger().visible.contains(&payment);
    let late = world.customers().approved_late(&payment);
    let may_move = is_open(&truth) && visible;
    // What another hand does to what is reserved does not free the till from seeing to the rest.
    let reserved = outstanding(&truth) > 0 && !late;
    let by_hand = world.ledger().by_hand.contains(&payment);
    let kept = truth.captured > truth.refunded && !by_hand;
    if view.may_pay_again && (may_move || reserved || kept) {
        let what = format!("{}: may be paid again, but {}", payment.1, described(&truth, visible));
        world.breach(Law::HonestScreen, what);
    }
    if may_move {
        let what = format!("{} is called {:?}, but {}", payment.1, view.status, described(&truth, visible));
        world.breach(Law::HonestScreen, what);
    }
}

fn described(truth: &simulator::Truth, visible: bool) -> String {
    let seen = if visible { "seen" } else { "not seen" };
    format!(
        "it is {:?}, {seen}; reserved {}, captured {}, refunded {}, released {}",
        truth.state, truth.reserved, truth.captured, truth.refunded, truth.cancelled
    )
}

/// What a screen shows, without what only counts down.
fn name_of(view: &ScreenView) -> String {
    match view {
        ScreenView::Scan { amount, .. } => format!("Scan {}", amount.value),
        ScreenView::Sent { amount, .. } => format!("Sent {}", amount.value),
        ScreenView::Opened { amount, .. } => format!("Opened {}", amount.value),
        other => format!("{other:?}"),
    }
}
