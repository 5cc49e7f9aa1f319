//! The power goes after every single entry of every kind of payment, and the next start carries it on to a right end.
//!
//! A story is told again and again. Each time the journal takes one entry more, and then the power goes: before the
//! writer has heard that it is on disk, or, after whatever was asked then, before the next entry is. The entries of
//! one call are torn apart too, which no store does. Vipps MobilePay stays as it was at that moment; while it is
//! dark, the customer may do something, or a day may pass.

use std::time::Duration;

use contract::{Flow, Private, StartPayment, Status};
use journal::Journal;
use payment::Rail;
use simulator::{Call, Fault, FaultKind, QrLife};
use tokio::time::Instant;

use crate::street::{DUE, Shop, Street, asked, asked_by_phone};
use crate::torn::{Cut, Torn};

const R: &str = "sale-42-1";
const USUAL: &str = "654321";
const WITH_PUSH: &str = "654322";
const CAPTURES_AT_ONCE: &str = "654323";
/// More entries than any story here has.
const ENTRIES_MAX: usize = 40;
/// The entry with which a code is on the screen: until then all payments by code are the same.
const SHOWN: usize = 4;

/// What happens while it is dark.
#[derive(Clone, Copy, Debug)]
enum Dark {
    Nothing,
    Approves,
    Cancels,
    ADay,
}

/// What is tried after each entry. What has not been asked yet, time alone or a customer alone can't spoil in more ways
/// than these.
const CUTS: [(Cut, Dark); 6] = [
    (Cut::Unheard, Dark::Nothing),
    (Cut::Unheard, Dark::Approves),
    (Cut::BeforeNext, Dark::Nothing),
    (Cut::BeforeNext, Dark::Approves),
    (Cut::BeforeNext, Dark::Cancels),
    (Cut::BeforeNext, Dark::ADay),
];

/// Tells `story` with the power going after each of its entries from number `from` on, and holds every end to the laws.
/// What comes before is the same as in another story.
fn after_each_entry(rail: Rail, msn: &str, from: usize, story: &impl AsyncFn(&Shop)) {
    let (mut cuts, mut length) = (0, 0);
    for entries in from..=ENTRIES_MAX {
        let mut was_cut = false;
        for (cut, dark) in CUTS {
            let name = format!("{entries} entries, {cut:?}, {dark:?}");
            let journal = Torn::after(entries, cut);
            let mut street = Street::at(rail, QrLife::default(), msn);
            street.journal = journal.clone();
            street.day(async |shop: Shop| {
                tokio::select! {
                    () = story(&shop) => {}
                    () = journal.goes_dark() => {}
                }
            });
            if !journal.is_dark() {
                // The story has no more entries. After its last there was nothing to cut.
                continue;
            }
            was_cut = true;
            cuts += 1;
            length = entries;
            journal.mend();
            street.simulator.set_faults(Vec::new());
            in_the_dark(&street, &journal, dark);
            street.day(async |shop: Shop| {
                if matches!(dark, Dark::Nothing) {
                    // Nobody comes any more. The code, if there is one, was up before.
                    shop.passes(Duration::from_secs(20)).await;
                    shop.simulator.advance(Duration::from_mins(11));
                }
                is_carried_on(&shop, &journal, &name).await;
            });
        }
        if !was_cut {
            break;
        }
    }
    assert!((4..ENTRIES_MAX).contains(&length), "{cuts} power cuts in a story of {length} entries");
}

/// A customer can do something only with a payment that has been shown, or sent to a phone.
fn in_the_dark(street: &Street, journal: &Torn, dark: Dark) {
    let may_be_seen = journal.payment(R).is_some_and(|payment| payment.may_be_seen());
    // It may be over already: then nothing comes of it.
    match dark {
        Dark::Approves if may_be_seen => drop(street.simulator.approve(R)),
        Dark::Cancels if may_be_seen => drop(street.simulator.cancel(R)),
        Dark::Nothing | Dark::Approves | Dark::Cancels => {}
        Dark::ADay => street.simulator.advance(Duration::from_hours(25)),
    }
}

/// The payment ends and is settled; what is shown is what is true; and the till is free.
async fn is_carried_on(shop: &Shop, journal: &Torn, name: &str) {
    let began = Instant::now();
    while !journal.unsettled().await.expect("it can be read").is_empty() {
        let view = shop.till.payment(R).await.expect("it is remembered");
        assert!(began.elapsed() < Duration::from_hours(26), "{name}: it is never settled: {view:?}");
        holds_now(shop, view.status, name);
        // What is watched for a late approval is looked at every hour.
        let is_watched = began.elapsed() > Duration::from_mins(15);
        shop.passes(Duration::from_secs(if is_watched { 600 } else { 10 })).await;
    }
    let view = shop.till.payment(R).await.expect("it is remembered");
    assert!(view.is_final, "{name}: {view:?}");
    let truth = shop.simulator.payment(R);
    let (captured, times, refunded, reserved) = truth.as_ref().map_or((0, 0, 0, 0), |truth| {
        (truth.captured, truth.captures.len(), truth.refunded, truth.reserved - truth.cancelled)
    });
    assert!(times <= 1, "{name}: captured twice: {truth:?}");
    assert_eq!(refunded, 0, "{name}: {truth:?}");
    let shown_paid = view.status == Status::Paid;
    assert_eq!(captured == DUE, shown_paid, "{name}: {:?} is shown, and the truth is {truth:?}", view.status);
    assert_eq!(view.captured.value, captured, "{name}");
    assert_eq!(view.may_pay_again, captured == 0, "{name}: {view:?}");
    assert!(captured == DUE || reserved <= 0, "{name}: something is left behind: {view:?} {truth:?}");
    let counter = shop.till.counter();
    assert!(counter.may_charge && counter.problem.is_none(), "{name}: {counter:?}");
}

/// At every moment: nothing is shown as paid before it is, and nothing that is paid as over.
fn holds_now(shop: &Shop, status: Status, name: &str) {
    let captured = shop.simulator.payment(R).map_or(0, |truth| truth.captured);
    assert!(status != Status::Paid || captured == DUE, "{name}: paid is shown too early");
}

on_both_rails!(
    of_a_payment_by_code,
    of_a_payment_by_phone,
    of_a_payment_by_phone_that_falls_back_to_a_code,
    of_a_payment_that_the_customer_cancels,
    of_a_payment_that_the_cashier_cancels,
    of_a_payment_that_nobody_pays,
    of_a_payment_whose_creation_was_not_answered,
    of_a_payment_whose_capture_was_not_answered,
    of_a_payment_that_can_not_be_collected,
    of_a_payment_that_is_collected_at_once,
);

async fn start(shop: &Shop, request: &StartPayment) {
    shop.till.start(request, Some("key-1")).await.expect("it can be started");
    shop.until(R, Status::Waiting).await;
}

fn of_a_payment_by_code(rail: Rail) {
    after_each_entry(rail, USUAL, 1, &async |shop: &Shop| {
        start(shop, &asked(R)).await;
        shop.approves(R);
        shop.until_end(R).await;
    });
}

fn of_a_payment_by_phone(rail: Rail) {
    after_each_entry(rail, WITH_PUSH, 1, &async |shop: &Shop| {
        start(shop, &asked_by_phone(R, "912 34 567")).await;
        shop.approves(R);
        shop.until_end(R).await;
    });
}

fn of_a_payment_by_phone_that_falls_back_to_a_code(rail: Rail) {
    after_each_entry(rail, WITH_PUSH, 2, &async |shop: &Shop| {
        start(shop, &asked_by_phone(R, "40000001")).await;
        shop.approves(R);
        shop.until_end(R).await;
    });
}

#[test]
fn of_a_payment_by_the_customers_own_code() {
    after_each_entry(Rail::Epayment, WITH_PUSH, 1, &async |shop: &Shop| {
        let code = shop.simulator.personal_code("4791234567");
        let request =
            StartPayment { flow: Flow::PersonalQr, personal_qr: Some(Private::new(code)), ..asked(R) };
        start(shop, &request).await;
        shop.approves(R);
        shop.until_end(R).await;
    });
}

fn of_a_payment_that_the_customer_cancels(rail: Rail) {
    after_each_entry(rail, USUAL, SHOWN, &async |shop: &Shop| {
        start(shop, &asked(R)).await;
        shop.scans(R);
        shop.passes(Duration::from_secs(3)).await;
        shop.simulator.cancel(R).expect("it can be cancelled");
        shop.until_end(R).await;
    });
}

fn of_a_payment_that_the_cashier_cancels(rail: Rail) {
    after_each_entry(rail, USUAL, SHOWN, &async |shop: &Shop| {
        start(shop, &asked(R)).await;
        shop.till.cancel(R).await.expect("it can be asked for");
        shop.until_end(R).await;
    });
}

fn of_a_payment_that_nobody_pays(rail: Rail) {
    after_each_entry(rail, USUAL, SHOWN, &async |shop: &Shop| {
        start(shop, &asked(R)).await;
        shop.simulator.advance(Duration::from_mins(10));
        shop.until_end(R).await;
    });
}

#[test]
fn of_a_payment_that_is_declined_and_then_paid() {
    after_each_entry(Rail::Ecom, USUAL, SHOWN, &async |shop: &Shop| {
        start(shop, &asked(R)).await;
        shop.declines(R);
        shop.until(R, Status::Declined).await;
        shop.approves(R);
        shop.until_end(R).await;
    });
}

#[test]
fn of_a_payment_that_stays_declined() {
    after_each_entry(Rail::Ecom, USUAL, SHOWN, &async |shop: &Shop| {
        start(shop, &asked(R)).await;
        shop.declines(R);
        shop.until(R, Status::Declined).await;
        shop.simulator.advance(Duration::from_mins(10));
        shop.until_end(R).await;
    });
}

fn of_a_payment_whose_creation_was_not_answered(rail: Rail) {
    after_each_entry(rail, USUAL, 2, &async |shop: &Shop| {
        shop.faults([Fault::new(Call::Initiate, FaultKind::Lost).times(1)]);
        shop.till.start(&asked(R), None).await.expect("it can be started");
        shop.until_created(R).await;
        // On eCom there is no code then, and it is taken back.
        let settled = |status| matches!(status, Status::Waiting | Status::Failed);
        shop.until_view(R, |view| settled(view.status)).await;
        let _ = shop.simulator.approve(R);
        shop.until_end(R).await;
    });
}

fn of_a_payment_whose_capture_was_not_answered(rail: Rail) {
    after_each_entry(rail, USUAL, SHOWN, &async |shop: &Shop| {
        start(shop, &asked(R)).await;
        shop.faults([Fault::new(Call::Capture, FaultKind::Lost).times(2)]);
        shop.approves(R);
        shop.until_end(R).await;
    });
}

fn of_a_payment_that_can_not_be_collected(rail: Rail) {
    after_each_entry(rail, USUAL, SHOWN, &async |shop: &Shop| {
        start(shop, &asked(R)).await;
        shop.faults([Fault::new(Call::Capture, FaultKind::Status).status(400)]);
        shop.approves(R);
        shop.until_end(R).await;
    });
}

fn of_a_payment_that_is_collected_at_once(rail: Rail) {
    after_each_entry(rail, CAPTURES_AT_ONCE, SHOWN, &async |shop: &Shop| {
        start(shop, &asked(R)).await;
        shop.approves(R);
        shop.until_end(R).await;
    });
}
