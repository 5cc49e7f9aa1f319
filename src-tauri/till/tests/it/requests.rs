//! What a POS may and may not ask for.

use std::time::Duration;

use contract::{Code, StartRefund, Status};
use journal::{Journal, Seq};
use payment::{Fact, Rail, Reference};
use simulator::{Call, Fault, FaultKind};
use tokio::time::Instant;

use crate::street::{DUE, Shop, Street, asked};
use crate::torn::{Cut, Torn};

const R: &str = "sale-42-1";
/// More entries than a payment has.
const ENTRIES_MAX: usize = 40;

on_both_rails!(
    a_second_start_is_refused_with_the_one_that_is_open,
    of_many_starts_at_once_one_is_begun,
    a_repeated_request_under_the_same_key_is_the_same_payment,
    a_reference_is_used_once_even_over_a_restart,
    changes_are_numbered_and_none_is_missed,
    what_is_on_disk_is_told_although_its_writer_has_not_heard,
    a_request_is_known_again_for_as_long_as_is_asked_for_and_no_longer,
    the_cashier_is_offered_the_customers_own_code_where_it_can_be_paid_by,
    whoever_waits_for_a_change_hears_of_it_at_once_and_of_no_other,
    windows_are_numbered_anew_when_there_is_news_and_not_whenever_it_is_read,
    who_listens_is_not_told_what_they_know,
    every_entry_is_told_in_its_order_from_wherever_one_was,
    whoever_listens_hears_that_we_are_checking_although_nothing_is_written,
);

fn a_second_start_is_refused_with_the_one_that_is_open(rail: Rail) {
    Street::on(rail).day(async |shop: Shop| {
        assert!(shop.till.counter().may_charge);
        shop.shows_code(R).await;
        assert!(!shop.till.counter().may_charge);
        let refused = shop.till.start(&asked("sale-43-1"), None).await.expect_err("one is open");
        assert_eq!((refused.code, refused.reference.as_deref()), (Code::PaymentOpen, Some(R)));
        shop.till.payment("sale-43-1").await.expect_err("nothing was begun");
    });
}

fn of_many_starts_at_once_one_is_begun(rail: Rail) {
    Street::on(rail).day(async |shop: Shop| {
        let starts = (0..20).map(|number| {
            let till = shop.till.clone();
            tokio::spawn(
                async move { till.start(&asked(&format!("sale-{number:03}-1")), None).await.is_ok() },
            )
        });
        let mut begun = 0;
        for start in starts.collect::<Vec<_>>() {
            begun += u32::from(start.await.expect("it does not panic"));
        }
        assert_eq!(begun, 1);
    });
}

fn a_repeated_request_under_the_same_key_is_the_same_payment(rail: Rail) {
    Street::on(rail).day(async |shop: Shop| {
        let first = shop.till.start(&asked(R), Some("key-1")).await.expect("it can be started");
        let again = shop.till.start(&asked(R), Some("key-1")).await.expect("it is the same");
        assert!(!first.again && again.again);
        assert_eq!(again.view.reference, R);
        let other =
            shop.till.start(&asked("sale-43-1"), Some("key-1")).await.expect_err("it is another request");
        assert_eq!(other.code, Code::IdempotencyMismatch);
    });
}

fn a_reference_is_used_once_even_over_a_restart(rail: Rail) {
    let street = Street::on(rail);
    street.day(async |shop: Shop| {
        shop.shows_code(R).await;
        shop.approves(R);
        shop.until_end(R).await;
    });
    street.day(async |shop: Shop| {
        let refused = shop.till.start(&asked(R), None).await.expect_err("it was used");
        assert_eq!(refused.code, Code::ReferenceUsed);
        assert_eq!(shop.till.payment(R).await.expect("it is remembered").captured.value, DUE);
    });
}

fn changes_are_numbered_and_none_is_missed(rail: Rail) {
    let street = Street::on(rail);
    let mut seen = 0;
    street.day(async |shop: Shop| {
        let (snapshot, mut changes) = shop.till.listen().await.expect("the journal can be read");
        assert_eq!(snapshot.number, 0);
        shop.shows_code(R).await;
        shop.approves(R);
        shop.until_end(R).await;
        let mut last = None;
        while let Ok(change) = changes.try_recv() {
            if let Some(number) = change.number {
                assert!(number > seen, "{number} after {seen}");
                seen = number;
            }
            last = Some(change.payment.status);
        }
        assert_eq!(last, Some(Status::Paid));
    });
    street.day(async |shop: Shop| {
        assert_eq!(shop.till.changed_since(seen).await.expect("it can be read"), []);
        let missed = shop.till.changed_since(seen - 1).await.expect("it can be read");
        assert_eq!(missed.len(), 1);
        assert_eq!((missed[0].number, missed[0].payment.status), (Some(seen), Status::Paid));
    });
}

/// A number must not come with a payment that is older than it.
fn what_is_on_disk_is_told_although_its_writer_has_not_heard(rail: Rail) {
    let mut ends = 0;
    for entries in 1..ENTRIES_MAX {
        let journal = Torn::after(entries, Cut::Unheard);
        let mut street = Street::on(rail);
        street.journal = journal.clone();
        street.day(async |shop: Shop| {
            tokio::select! {
                () = shop.is_paid(R) => return,
                () = journal.goes_dark() => {}
            }
            let last = journal.last_seq().await.expect("memory does not fail").0;
            let changes = shop.till.changed_since(0).await.expect("it can be read");
            let written = journal.story(&Reference::parse(R).expect("it is one")).await;
            let story = written.expect("memory does not fail").expect("it was begun");
            let ended = story.entries.iter().any(|entry| matches!(entry.fact, Fact::Ended { .. }));
            let told = changes.first().map(|change| (change.number, change.payment.is_final));
            assert_eq!(told, Some((Some(last), ended)), "after {entries} entries");
            ends += u32::from(ended);
        });
    }
    assert_eq!(ends, 1, "the entry with which it ends is one");
}

fn a_request_is_known_again_for_as_long_as_is_asked_for_and_no_longer(rail: Rail) {
    Street::on(rail).day(async |shop: Shop| {
        let (key, age) = ("a-key", Duration::from_hours(1));
        let known = async || shop.till.started_under(key, age).await.expect("it can be read");
        // The first answer sets the clock right.
        shop.is_paid("sale-41-1").await;
        assert_eq!(known().await, None);
        shop.till.start(&asked(R), Some(key)).await.expect("it can be started");
        assert_eq!(known().await.map(|payment| payment.reference).as_deref(), Some(R));
        shop.passes(Duration::from_mins(59)).await;
        assert_eq!(known().await.map(|payment| payment.reference).as_deref(), Some(R));
        shop.passes(Duration::from_mins(2)).await;
        assert_eq!(known().await, None);
    });
}

fn the_cashier_is_offered_the_customers_own_code_where_it_can_be_paid_by(rail: Rail) {
    Street::on(rail).day(async |shop: Shop| {
        assert_eq!(shop.till.counter().takes_own_code, rail == Rail::Epayment);
    });
}

fn whoever_waits_for_a_change_hears_of_it_at_once_and_of_no_other(rail: Rail) {
    Street::on(rail).day(async |shop: Shop| {
        shop.is_paid("sale-41-1").await;
        shop.shows_code(R).await;
        let wait = Duration::from_secs(20);
        // What is given back of another one is no news of this one.
        let began = Instant::now();
        let (same, ()) = tokio::join!(shop.till.payment_after_change(R, wait), async {
            shop.till.refund("sale-41-1", &StartRefund::default(), None).await.expect("it can be given back");
        });
        assert_eq!(same.expect("it exists").status, Status::Waiting);
        assert!(began.elapsed() >= wait, "after {:?}", began.elapsed());
        shop.approves(R);
        let began = Instant::now();
        let changed = shop.till.payment_after_change(R, wait).await.expect("it exists");
        assert_ne!(changed.status, Status::Waiting);
        assert!(began.elapsed() < Duration::from_secs(3), "after {:?}", began.elapsed());
        let ended = shop.until_end(R).await;
        let began = Instant::now();
        assert_eq!(shop.till.payment_after_change(R, wait).await.expect("it exists"), ended);
        assert!(began.elapsed().is_zero(), "nothing more comes");
    });
}

/// A window that is told of something draws it, and asks for what it has missed.
fn windows_are_numbered_anew_when_there_is_news_and_not_whenever_it_is_read(rail: Rail) {
    Street::on(rail).day(async |shop: Shop| {
        shop.shows_code(R).await;
        shop.passes(Duration::from_secs(2)).await;
        let numbers = |shop: &Shop| (shop.till.screen().number, shop.till.counter().number);
        let (before, reads) = (numbers(&shop), shop.reads(R));
        shop.passes(Duration::from_secs(10)).await;
        assert!(shop.reads(R) > reads + 5, "nothing was read");
        assert_eq!(numbers(&shop), before);
        shop.approves(R);
        shop.until_end(R).await;
        let after = numbers(&shop);
        assert!(after.0 > before.0 && after.1 > before.1, "{before:?}, {after:?}");
    });
}

/// As a number for the registers that count the days, and as a text for those that read it.
#[test]
fn the_time_is_told_in_two_ways() {
    Street::on(Rail::Epayment).day(async |shop: Shop| {
        shop.shows_code(R).await;
        let told: jiff::Timestamp = shop.till.time().parse().expect("it is a time");
        assert_eq!(told.as_second(), shop.till.time_ms() / 1_000);
    });
}

fn who_listens_is_not_told_what_they_know(rail: Rail) {
    Street::on(rail).day(async |shop: Shop| {
        shop.shows_code(R).await;
        shop.passes(Duration::from_secs(2)).await;
        let (_, mut changes) = shop.till.listen().await.expect("the journal can be read");
        let reads = shop.reads(R);
        shop.passes(Duration::from_secs(10)).await;
        assert!(shop.reads(R) > reads + 5, "nothing was read");
        assert!(changes.is_empty(), "{:?}", changes.try_recv());
        shop.approves(R);
        shop.until_end(R).await;
        assert!(!changes.is_empty(), "it was not told the end");
    });
}

/// Somebody far away reads along: the hub.
fn every_entry_is_told_in_its_order_from_wherever_one_was(rail: Rail) {
    Street::on(rail).day(async |shop: Shop| {
        shop.is_paid(R).await;
        let after = async |seq, limit| {
            let told = shop.till.entries_after(Seq(seq), limit).await.expect("it can be read");
            told.iter().map(|told| told.seq.0).collect::<Vec<_>>()
        };
        let all = after(0, 1_000).await;
        assert!(all.len() > 5, "{all:?}");
        assert_eq!(all, (1..=all.len() as u64).collect::<Vec<_>>());
        assert_eq!(after(2, 3).await, [3, 4, 5]);
    });
}

fn whoever_listens_hears_that_we_are_checking_although_nothing_is_written(rail: Rail) {
    Street::on(rail).day(async |shop: Shop| {
        shop.shows_code(R).await;
        let (_, mut changes) = shop.till.listen().await.expect("the journal can be read");
        shop.faults([Fault::new(Call::Any, FaultKind::Silent)]);
        shop.until(R, Status::Checking).await;
        shop.passes(Duration::from_secs(1)).await;
        let mut heard = Vec::new();
        while let Ok(change) = changes.try_recv() {
            heard.push((change.number, change.payment.status));
        }
        assert!(heard.contains(&(None, Status::Checking)), "{heard:?}");
    });
}
