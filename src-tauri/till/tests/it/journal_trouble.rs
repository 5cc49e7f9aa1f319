//! The journal refuses, for a while or for good. The till stops with a clear word, does nothing that it could not
//! remember, and loses nothing.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use contract::{Code, ScreenView, StartRefund, Status};
use journal::{Journal, JournalError, Trouble as Storage};
use payment::{Rail, Reference};

use crate::refusing::{Refusing, Why, storage};
use crate::street::{DUE, Shop, Street, asked};

const R: &str = "sale-42-1";

fn street(rail: Rail) -> (Street, Arc<Refusing>) {
    let journal = Arc::new(Refusing::default());
    let mut street = Street::on(rail);
    street.journal = journal.clone();
    (street, journal)
}

/// The cashier is told, everybody is told that it is being checked, and nothing is begun or cancelled.
async fn is_stopped(shop: &Shop, words: &str) {
    let counter = shop.till.counter();
    assert_eq!(counter.problem.expect("the cashier is told").code, Code::JournalUnavailable);
    let detail = counter.detail.expect("and why");
    assert!(detail.contains(words), "{words} is not in: {detail}");
    assert!(!counter.may_charge && !counter.may_cancel);
    assert_eq!(shop.till.health().problem, Some(Code::JournalUnavailable));
    assert!(matches!(shop.till.screen().view, ScreenView::Checking { amount } if amount.value == DUE));
    let view = shop.till.payment(R).await.expect("it exists");
    assert_eq!((view.status, view.is_final, view.may_pay_again), (Status::Checking, false, false));
    // Not that of the till, which tells new customers to pay another way.
    assert_eq!(view.problem.expect("the POS is told").code, Code::Unclear);
    let refused = shop.till.start(&asked("sale-43-1"), None).await.expect_err("it can't be remembered");
    assert_eq!(refused.code, Code::JournalUnavailable);
    let refused = shop.till.cancel(R).await.expect_err("it can't be remembered");
    assert_eq!(refused.code, Code::JournalUnavailable);
}

on_both_rails!(
    a_full_disk_in_mid_payment_holds_the_till_up_until_there_is_room,
    what_can_not_get_better_stops_the_till_for_good_and_the_next_start_carries_on,
    what_was_written_although_the_disk_said_otherwise_is_not_written_again,
    a_cancel_that_can_not_be_written_down_is_refused_and_not_held,
);

fn a_full_disk_in_mid_payment_holds_the_till_up_until_there_is_room(rail: Rail) {
    for trouble in [
        Storage::Full,
        Storage::ReadOnly,
        Storage::Unreachable,
        Storage::Busy,
        Storage::Failing,
        Storage::Other,
    ] {
        let (street, journal) = street(rail);
        street.day(async |shop: Shop| {
            shop.shows_code(R).await;
            let mut changes = shop.till.listen().await.expect("it can be heard").1;
            journal.refuse(move || storage(trouble));
            shop.approves(R);
            shop.until(R, Status::Checking).await;
            shop.passes(Duration::from_mins(3)).await;
            is_stopped(&shop, &trouble.to_string()).await;
            assert!((80..=92).contains(&journal.tries()), "{} tries in three minutes", journal.tries());
            assert_eq!(shop.truth(R).captured, 0, "it was collected before it was written down");
            let mut heard = Vec::new();
            while let Ok(change) = changes.try_recv() {
                heard.push(change.payment.status);
            }
            assert_eq!(heard.iter().filter(|status| **status == Status::Checking).count(), 1, "{heard:?}");

            journal.work();
            assert_eq!(shop.until_end(R).await.status, Status::Paid, "{trouble:?}");
            shop.paid_once(R);
            let counter = shop.till.counter();
            assert!(counter.problem.is_none() && counter.may_charge, "{counter:?}");
            shop.shows_code("sale-43-1").await;
        });
    }
}

fn what_can_not_get_better_stops_the_till_for_good_and_the_next_start_carries_on(rail: Rail) {
    let reference = || Reference::parse(R).expect("it is one");
    let corrupt =
        move || JournalError::Corrupt { reference: R.to_owned(), entry: 3, source: "rubbish".into() };
    let causes: [(Why, &str); 7] = [
        (
            Arc::new(move || JournalError::Conflict { reference: reference(), seen: 4, found: 5 }),
            "has 5 entries",
        ),
        (
            Arc::new(|| JournalError::TooLarge { what: "entries in one story", found: 2, limit: 1 }),
            "too many",
        ),
        (Arc::new(move || JournalError::Unknown { reference: reference() }), "knows no payment"),
        (Arc::new(corrupt), "entry 3 of the payment sale-42-1"),
        (Arc::new(|| storage(Storage::Damaged)), "damaged"),
        (Arc::new(|| storage(Storage::NotAJournal)), "not a journal"),
        (Arc::new(|| storage(Storage::Closed)), "closed"),
    ];
    for (why, words) in causes {
        let (street, journal) = street(rail);
        street.day(async |shop: Shop| {
            shop.shows_code(R).await;
            journal.refuse(move || why());
            shop.approves(R);
            shop.until(R, Status::Checking).await;
            let asked_until_then = shop.simulator.requests().len();
            shop.passes(Duration::from_hours(1)).await;
            assert_eq!(journal.tries(), 1, "it does not get better: {words}");
            journal.work();
            is_stopped(&shop, words).await;
            assert_eq!(shop.simulator.requests().len(), asked_until_then, "it went on: {words}");
            assert_eq!(shop.truth(R).captured, 0);
        });
        street.day(async |shop: Shop| {
            assert_eq!(shop.until_end(R).await.status, Status::Paid, "{words}");
            shop.paid_once(R);
        });
    }
}

/// Also while the story can't be read, so that nobody can know.
fn what_was_written_although_the_disk_said_otherwise_is_not_written_again(rail: Rail) {
    for unreadable in [false, true] {
        let (street, journal) = street(rail);
        street.day(async |shop: Shop| {
            shop.shows_code(R).await;
            journal.refuse(|| storage(Storage::Failing));
            journal.lies.store(true, Ordering::Relaxed);
            journal.unreadable.store(unreadable, Ordering::Relaxed);
            shop.approves(R);
            if unreadable {
                shop.until(R, Status::Checking).await;
                assert_eq!(shop.truth(R).captured, 0);
                journal.work();
            }
            assert_eq!(shop.until_end(R).await.status, Status::Paid);
            shop.paid_once(R);
            assert!(shop.till.counter().problem.is_none());
        });
        let reference = Reference::parse(R).expect("it is one");
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("there is a runtime");
        let story = runtime.block_on(journal.inner.story(&reference)).expect("it can be read");
        let story = story.expect("it is there");
        let captures =
            story.entries.iter().filter(|entry| matches!(entry.fact, payment::Fact::CaptureIntended { .. }));
        assert_eq!(captures.count(), 1, "{story:#?}");
    }
}

/// Whoever asks gets an answer now, not when there is room; the wish is carried out then.
fn a_cancel_that_can_not_be_written_down_is_refused_and_not_held(rail: Rail) {
    let (street, journal) = street(rail);
    street.day(async |shop: Shop| {
        shop.shows_code(R).await;
        journal.refuse(|| storage(Storage::Full));
        let began = tokio::time::Instant::now();
        let refused = shop.till.cancel(R).await.expect_err("it can't be written down");
        assert_eq!(refused.code, Code::JournalUnavailable);
        assert!(began.elapsed() < Duration::from_secs(1), "it took {:?}", began.elapsed());
        is_stopped(&shop, "the disk is full").await;
        journal.work();
        assert_eq!(shop.until_end(R).await.status, Status::Cancelled);
        shop.kept_nothing(R);
    });
}

/// The customer who has paid is still standing there.
#[test]
fn what_has_been_paid_stays_paid_on_the_screen_while_nothing_can_be_written() {
    let (street, journal) = street(Rail::Epayment);
    street.day(async |shop: Shop| {
        shop.is_paid(R).await;
        journal.refuse(|| storage(Storage::Full));
        let till = shop.till.clone();
        let asking = tokio::spawn(async move { till.refund(R, &StartRefund::default(), None).await });
        shop.passes(Duration::from_secs(1)).await;
        let problem = shop.till.counter().problem.expect("the cashier is told");
        assert_eq!(problem.code, Code::JournalUnavailable);
        let screen = shop.till.screen().view;
        assert!(matches!(screen, ScreenView::Paid { .. }), "{screen:?}");
        journal.work();
        asking.await.expect("nobody panics").expect("it is written down when there is room");
        shop.until_view(R, |view| view.refunded.value == DUE).await;
    });
}

/// Two stories can't be written: that one of them can again does not help the other.
#[test]
fn the_till_stays_held_up_until_the_last_story_can_be_written() {
    let (street, journal) = street(Rail::Epayment);
    street.day(async |shop: Shop| {
        shop.is_paid("sale-41-1").await;
        shop.shows_code(R).await;
        journal.refuse(|| storage(Storage::Full));
        let till = shop.till.clone();
        let asking =
            tokio::spawn(async move { till.refund("sale-41-1", &StartRefund::default(), None).await });
        shop.approves(R);
        shop.until(R, Status::Checking).await;
        *journal.only.lock().expect("nobody panics") = Some(Reference::parse(R).expect("it is one"));
        asking.await.expect("nobody panics").expect("it is written down");
        shop.until_view("sale-41-1", |view| view.refunded.value == DUE).await;
        is_stopped(&shop, "the disk is full").await;
        journal.work();
        assert_eq!(shop.until_end(R).await.status, Status::Paid);
        assert!(shop.till.counter().problem.is_none());
    });
}

/// The picture is of use for ten minutes, and only after a restart it is needed again.
#[test]
fn a_picture_that_can_not_be_kept_is_shown_all_the_same() {
    let (street, journal) = street(Rail::Epayment);
    street.day(async |shop: Shop| {
        journal.no_pictures.store(true, Ordering::Relaxed);
        shop.shows_code(R).await;
        let ScreenView::Scan { qr, .. } = shop.till.screen().view else { panic!("no code is shown") };
        assert!(shop.till.picture(&qr).await.is_some_and(|png| png.starts_with(b"\x89PNG")));
        assert_eq!(journal.inner.picture(&qr).await.expect("memory does not fail"), None);
    });
}

#[test]
fn a_payment_that_could_not_be_begun_leaves_nothing() {
    let (street, journal) = street(Rail::Epayment);
    street.day(async |shop: Shop| {
        journal.refuse(|| storage(Storage::Full));
        let refused = shop.till.start(&asked(R), Some("key-1")).await.expect_err("there is no room");
        assert_eq!(refused.code, Code::JournalUnavailable);
        assert!(refused.detail.contains("the disk is full"), "{refused}");
        journal.work();
        assert_eq!(shop.till.payment(R).await.expect_err("it was not begun").code, Code::PaymentUnknown);
        shop.shows_code(R).await;
    });
}

#[test]
fn a_payment_that_was_begun_although_the_disk_said_otherwise_is_begun() {
    let (street, journal) = street(Rail::Epayment);
    street.day(async |shop: Shop| {
        journal.refuse(|| storage(Storage::Failing));
        journal.lies.store(true, Ordering::Relaxed);
        shop.till.start(&asked(R), None).await.expect("the story says so");
        journal.work();
        shop.until(R, Status::Waiting).await;
    });
}

/// The answer says that nobody knows; as soon as somebody can, the payment is followed like any other.
#[test]
fn a_payment_of_which_nobody_knows_whether_it_was_begun_is_looked_for_until_it_is_known() {
    for written in [true, false] {
        let (street, journal) = street(Rail::Epayment);
        street.day(async |shop: Shop| {
            journal.refuse(|| storage(Storage::Failing));
            journal.lies.store(written, Ordering::Relaxed);
            journal.unreadable.store(true, Ordering::Relaxed);
            let refused = shop.till.start(&asked(R), Some("key-1")).await.expect_err("nobody knows");
            assert_eq!((refused.code, refused.reference.as_deref()), (Code::Unclear, Some(R)));
            assert_eq!(shop.till.screen().view, ScreenView::Fault { code: Code::JournalUnavailable });
            shop.till.start(&asked("sale-43-1"), None).await.expect_err("not before it is known");
            shop.passes(Duration::from_secs(30)).await;
            assert_eq!(shop.creations(), 0);
            journal.work();
            shop.passes(Duration::from_secs(5)).await;
            assert!(shop.till.counter().problem.is_none());
            let again = shop.till.start(&asked(R), Some("key-1")).await.expect("it is known now");
            assert_eq!(again.again, written);
            shop.until(R, Status::Waiting).await;
            assert_eq!(shop.creations(), 1);
        });
    }
}

#[test]
fn if_it_will_never_be_known_whether_one_was_begun_the_till_stops_for_good() {
    let (street, journal) = street(Rail::Epayment);
    street.day(async |shop: Shop| {
        journal.refuse(|| storage(Storage::Failing));
        journal.unreadable.store(true, Ordering::Relaxed);
        shop.till.start(&asked(R), None).await.expect_err("nobody knows");
        journal.damaged.store(true, Ordering::Relaxed);
        shop.passes(Duration::from_secs(10)).await;
        journal.work();
        shop.passes(Duration::from_mins(1)).await;
        let detail = shop.till.counter().detail.expect("the cashier is told");
        assert!(detail.contains("damaged"), "{detail}");
    });
}
