//! The laws of money, for any order of acts and calls.

use proptest::prelude::*;
use serde_json::json;

use super::epayment::{Flow, Wish};
use super::events::EventName;
use super::merchant::{Charge, Order};
use super::payment::{Key, Operation, Phase, Sums};
use super::refusal::Refusal;
use super::*;

const MSN: &str = "654321";

fn world() -> World {
    World::new(Rules {
        origin: "http://simulator.invalid".into(),
        sales_units: SalesUnit::ready(),
        seed: 1,
        ..Rules::default()
    })
}

fn key(msn: &str) -> Key {
    Key { msn: msn.into(), reference: "coffee-1".into() }
}

fn start(world: &mut World, msn: &str, amount: i64, now: i64) -> Key {
    let order =
        Order { reference: "coffee-1".into(), amount, text: "Coffee".into(), push_to: None, callback: None };
    world.initiate(msn, order, now).expect("starts");
    key(msn)
}

fn wish(amount: i64) -> Wish {
    Wish {
        reference: "coffee-1".into(),
        amount,
        currency: "NOK".into(),
        text: "Coffee".into(),
        flow: Flow::Qr,
        method: "WALLET".into(),
        customer: None,
        minimum_age: None,
        metadata: None,
        scope: None,
        expires_at: None,
        receipt: None,
    }
}

fn charge(amount: Option<i64>, request_id: &str) -> Charge {
    Charge {
        amount,
        text: "Coffee".into(),
        request_id: request_id.into(),
        body: json!({ "transaction": { "amount": amount } }),
    }
}

/// Anything that can happen to a payment.
#[derive(Clone, Debug)]
enum Step {
    Scan,
    Approve {
        late: bool,
    },
    Decline,
    CancelInApp,
    Capture(Option<i64>, u8),
    Refund(Option<i64>, u8),
    Cancel {
        release_rest: bool,
    },
    Authorize,
    BankReleases,
    /// The same through ePayment.
    CapturePart(i64),
    RefundPart(i64),
    GiveUp {
        only_unapproved: bool,
    },
    Wait {
        seconds: i64,
    },
}

fn step() -> impl Strategy<Value = Step> {
    let amount = || prop_oneof![Just(None), (1_i64..2_000).prop_map(Some)];
    prop_oneof![
        Just(Step::Scan),
        any::<bool>().prop_map(|late| Step::Approve { late }),
        Just(Step::Approve { late: false }),
        Just(Step::Decline),
        Just(Step::CancelInApp),
        (amount(), 0_u8..4).prop_map(|(amount, id)| Step::Capture(amount, id)),
        (amount(), 0_u8..4).prop_map(|(amount, id)| Step::Capture(amount, id)),
        (amount(), 0_u8..4).prop_map(|(amount, id)| Step::Refund(amount, id)),
        any::<bool>().prop_map(|release_rest| Step::Cancel { release_rest }),
        Just(Step::Authorize),
        Just(Step::BankReleases),
        (1_i64..2_000).prop_map(Step::CapturePart),
        (1_i64..2_000).prop_map(Step::RefundPart),
        any::<bool>().prop_map(|only_unapproved| Step::GiveUp { only_unapproved }),
        (1_i64..400).prop_map(|seconds| Step::Wait { seconds }),
    ]
}

/// An amount whose refund goes through: 123 and 124 are test amounts (contract 7).
fn an_amount() -> impl Strategy<Value = i64> {
    (1_i64..1_000).prop_filter("refunds of these are refused", |amount| ![123, 124].contains(amount))
}

/// Does it, and says whether it was let through.
fn take(world: &mut World, key: &Key, step: &Step, now: &mut i64) -> bool {
    match step {
        Step::Scan => world.scan(key, *now).is_ok(),
        Step::Approve { late } => world.approve(key, *late, *now).is_ok(),
        Step::Decline => world.decline(key, *now).is_ok(),
        Step::CancelInApp => world.cancel_in_app(key, *now).is_ok(),
        Step::Capture(amount, id) => world.capture(key, charge(*amount, &id.to_string()), *now).is_ok(),
        Step::Refund(amount, id) => world.refund(key, charge(*amount, &id.to_string()), *now).is_ok(),
        Step::Authorize => world.authorize(key, *now).is_ok(),
        Step::BankReleases => world.bank_releases(key, *now).is_ok(),
        Step::CapturePart(amount) => world.capture_part(key, *amount, "", *now).is_ok(),
        Step::RefundPart(amount) => world.refund_part(key, *amount, "", *now).is_ok(),
        Step::GiveUp { only_unapproved } => world.give_up(key, *only_unapproved, "", *now).is_ok(),
        Step::Cancel { release_rest } => world.cancel(key, "Coffee", *release_rest, *now).is_ok(),
        Step::Wait { seconds } => {
            *now += seconds * 1000;
            world.settle(*now);
            true
        }
    }
}

fn sum(payment: &Payment, operation: Operation) -> i64 {
    payment
        .log
        .iter()
        .filter(|entry| entry.success && entry.operation == operation)
        .map(|entry| entry.amount)
        .sum()
}

proptest! {
    #[test]
    fn money_is_conserved(
        steps in prop::collection::vec(step(), 1..40),
        msn in prop_oneof![Just("654321"), Just("654323")],
        amount in prop_oneof![100_i64..1_500, Just(151), Just(201)],
        by_epayment in any::<bool>(),
    ) {
        let (mut world, mut now) = (world(), 1_000_000);
        let key = if by_epayment {
            world.create(msn, wish(amount), "key", now).expect("is made")
        } else {
            start(&mut world, msn, amount, now)
        };
        for step in &steps {
            let before = world.payment(&key).expect("is there").log.clone();
            let passed = take(&mut world, &key, step, &mut now);
            let payment = world.payment(&key).expect("is there");

            prop_assert!(payment.captured + payment.released <= payment.reserved);
            prop_assert!(payment.refunded <= payment.captured);
            prop_assert!(payment.reserved == 0 || payment.reserved == amount);
            prop_assert!(payment.reserved == 0 || payment.phase == Phase::Approved);

            // As ePayment tells it: nothing is ever taken back, and the amounts add up.
            let events = payment.events();
            let told = |name: EventName| -> i64 {
                events.iter().filter(|event| event.success && event.name == name).map(|event| event.amount).sum()
            };
            prop_assert_eq!(told(EventName::Authorized), payment.reserved);
            prop_assert_eq!(told(EventName::Captured), payment.captured);
            prop_assert_eq!(told(EventName::Refunded), payment.refunded);
            prop_assert_eq!(told(EventName::Cancelled), payment.released);
            prop_assert_eq!(payment.told, if by_epayment { events.len() } else { 0 });

            // The history tells the same story as the sums, is never rewritten, and grows only by what was let through.
            prop_assert_eq!(sum(payment, Operation::Reserve) + sum(payment, Operation::Sale), payment.reserved);
            prop_assert_eq!(sum(payment, Operation::Capture) + sum(payment, Operation::Sale), payment.captured);
            prop_assert_eq!(sum(payment, Operation::Refund), payment.refunded);
            prop_assert_eq!(sum(payment, Operation::Void), payment.released);
            prop_assert_eq!(&payment.log[..before.len()], &before[..]);
            prop_assert!(passed || payment.log.len() == before.len());
        }
    }

    #[test]
    fn a_repeated_capture_or_refund_changes_nothing(
        first in an_amount(), second in 1_i64..1_000, again in 1_usize..4,
    ) {
        let mut world = world();
        let key = start(&mut world, MSN, 1_000, 0);
        world.approve(&key, false, 1).expect("approves");
        let capture = world.capture(&key, charge(Some(first), "c"), 2).expect("captures");
        let refund = world.refund(&key, charge(Some(first), "r"), 3).expect("refunds");
        let log = world.payment(&key).expect("is there").log.clone();
        for later in 0..again {
            let now = 10 + i64::try_from(later).expect("is small");
            prop_assert_eq!(world.capture(&key, charge(Some(first), "c"), now), Ok(capture.clone()));
            prop_assert_eq!(world.refund(&key, charge(Some(first), "r"), now), Ok(refund.clone()));
            if second != first {
                prop_assert_eq!(world.capture(&key, charge(Some(second), "c"), now), Err(Refusal::BodyChanged));
                prop_assert_eq!(world.refund(&key, charge(Some(second), "r"), now), Err(Refusal::BodyChanged));
            }
        }
        prop_assert_eq!(&world.payment(&key).expect("is there").log, &log);
    }
}

#[test]
fn ten_minutes_are_ten_minutes_however_they_are_spent() {
    let mut world = world();
    let key = start(&mut world, MSN, 1_000, 0);
    assert_eq!(world.scan(&key, 599_998), Ok(()));
    assert_eq!(world.approve(&key, false, 599_999), Ok(()));

    let mut world = self::world();
    let key = start(&mut world, MSN, 1_000, 0);
    assert_eq!(world.scan(&key, 1), Ok(()));
    assert_eq!(world.approve(&key, false, 600_000), Err(ActRefused::NotNow("its time is over")));
    assert_eq!(world.payment(&key).map(|payment| payment.log.len()), Some(1), "the log stays INITIATE only");
}

#[test]
fn five_and_five_counts_from_the_scan() {
    let five = || World::new(Rules { qr_life: QrLife::FiveAndFive, ..world().rules });
    let mut world = five();
    let key = start(&mut world, MSN, 1_000, 0);
    assert_eq!(world.scan(&key, 300_000), Err(ActRefused::NotNow("its time is over")));

    let mut world = five();
    let key = start(&mut world, MSN, 1_000, 0);
    assert_eq!(world.scan(&key, 299_999), Ok(()));
    assert_eq!(world.scan(&key, 400_000), Ok(()), "a second look does not begin anew");
    assert_eq!(world.approve(&key, false, 599_998), Ok(()));
}

#[test]
fn amount_201_is_unknown_for_an_hour_and_then_reserved() {
    let mut world = world();
    let key = start(&mut world, MSN, 201, 0);
    assert_eq!(world.approve(&key, false, 1_000), Ok(()));
    assert_eq!(world.cancel(&key, "Coffee", false, 2_000), Err(Refusal::Locked));
    world.settle(3_600_999);
    assert_eq!(world.payment(&key).map(|payment| payment.log.len()), Some(1));
    world.settle(3_601_000);
    let payment = world.payment(&key).expect("is there");
    assert_eq!((payment.reserved, payment.phase), (201, Phase::Approved));
    assert_eq!(payment.log[1].at, 3_601_000);
}

#[test]
fn what_is_too_old_is_refused() {
    const DAY: i64 = 86_400_000;
    let mut world = world();
    let key = start(&mut world, MSN, 1_000, 0);
    world.approve(&key, false, 0).expect("approves");
    assert!(world.capture(&key, charge(Some(600), "1"), 180 * DAY).is_ok());
    assert_eq!(world.capture(&key, charge(None, "2"), 180 * DAY + 1), Err(Refusal::CaptureTooLate));
    assert_eq!(world.cancel(&key, "Coffee", true, 180 * DAY + 1), Err(Refusal::CaptureTooLate));
    assert!(world.refund(&key, charge(Some(100), "3"), 365 * DAY).is_ok());
    assert_eq!(world.refund(&key, charge(None, "4"), 365 * DAY + 1), Err(Refusal::RefundTooLate));
}

#[test]
fn the_rest_is_released_only_on_request() {
    let mut world = world();
    let key = start(&mut world, MSN, 1_000, 0);
    world.approve(&key, false, 0).expect("approves");
    world.capture(&key, charge(Some(600), "1"), 1).expect("captures");
    assert_eq!(world.cancel(&key, "Coffee", false, 2), Err(Refusal::AlreadyCaptured));
    let receipt = world.cancel(&key, "Coffee", true, 3).expect("releases");
    assert_eq!(receipt.amount, 400);
    assert_eq!(receipt.sums, Sums { captured: 600, refunded: 0, left_to_capture: 0, left_to_refund: 600 });
    assert_eq!(world.cancel(&key, "Coffee", true, 4).map(|receipt| receipt.amount), Ok(400), "and again");
    assert_eq!(world.payment(&key).map(|payment| payment.log.len()), Some(4));
}

#[test]
fn a_reference_belongs_to_its_sales_unit() {
    let mut world = world();
    let here = start(&mut world, "654321", 1_000, 0);
    let there = start(&mut world, "654322", 2_000, 1);
    world.approve(&there, false, 2).expect("approves");
    assert_eq!(world.find("coffee-1", None), Some(there.clone()), "the newest");
    assert_eq!(world.find("coffee-1", Some("654321")), Some(here.clone()));
    assert_eq!(world.capture(&here, charge(None, "1"), 3), Err(Refusal::NotReserved));
    assert_eq!(world.capture(&key("654323"), charge(None, "1"), 3), Err(Refusal::UnknownOrder));
}

#[test]
fn a_reset_forgets_and_old_names_do_not_come_back() {
    let mut world = world();
    let old = start(&mut world, MSN, 1_000, 0);
    let code = world.payment(&old).expect("is there").short_code.clone();
    let token = world.issue_token(Bearer::SalesUnit(MSN.into()), 0);
    world.reset();
    assert!(world.payment(&old).is_none() && world.bearer(&token, 1).is_none());
    let new = start(&mut world, MSN, 1_000, 0);
    assert_ne!(world.payment(&new).expect("is there").short_code, code);
}
