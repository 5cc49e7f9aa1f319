//! Whose number is kept: of whoever agreed and has paid on that phone, for as long as was said, and of nobody else.

use std::sync::Arc;
use std::time::Duration;

use consents::{Consent, Consents, DAY_MS, GivenTo, Rule};
use contract::{Code, Flow, KeepNumber, Private, StartPayment, Status};
use payment::Rail;
use simulator::{Call, Fault, FaultKind};

use crate::street::{Shop, Street, asked, asked_by_phone};

const R: &str = "sale-42-1";
const NUMBER: &str = "912 34 567";
/// A number that Vipps MobilePay never sends anything to.
const REFUSED: &str = "40000001";
/// For how many days this shop keeps numbers.
const DAYS: u16 = 30;

on_both_rails!(
    whoever_agreed_and_pays_is_remembered_until_the_day_that_was_said,
    whoever_walks_away_or_refuses_is_not,
    a_number_that_was_refused_is_not_kept_although_the_payment_is_paid,
    it_is_remembered_when_they_agreed_and_not_when_they_paid,
    a_clock_that_was_ahead_keeps_a_number_no_longer_than_was_agreed,
    a_restart_forgets_what_was_agreed,
    a_shop_that_keeps_nothing_says_so_and_starts_nothing,
    what_is_kept_is_masked_found_and_erased_with_all_of_its_customer,
);

/// A street whose shop keeps numbers, in memory that outlives a power cut, as a file does.
fn that_keeps(rail: Rail) -> (Street, Kept) {
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("there is a runtime");
    let rule = Rule::new("kvitteringer", DAYS).expect("it is good");
    let consents = Arc::new(runtime.block_on(Consents::in_memory(Some(rule))).expect("there is room"));
    let mut street = Street::with_push(rail);
    street.consents = Some(consents.clone());
    (street, Kept(consents))
}

struct Kept(Arc<Consents>);

impl Kept {
    async fn all(&self) -> Vec<Consent> {
        self.0.kept(None).await.expect("it can be read")
    }

    /// Waits until so many are kept. The file has a thread of its own, which the paused clock does not wait for.
    async fn are(&self, many: usize) -> Vec<Consent> {
        for _ in 0..10_000 {
            let all = self.all().await;
            if all.len() == many {
                return all;
            }
            tokio::task::yield_now().await;
        }
        panic!("{:?} are kept, not {many}", self.all().await);
    }
}

fn agreed(reference: &str, number: &str) -> StartPayment {
    StartPayment { keep_phone_number: true, ..asked_by_phone(reference, number) }
}

fn whoever_agreed_and_pays_is_remembered_until_the_day_that_was_said(rail: Rail) {
    let (street, kept) = that_keeps(rail);
    street.day(async |shop: Shop| {
        let offer = shop.till.counter().keep_number.expect("the cashier may ask");
        let KeepNumber { purpose, until } = offer;
        assert_eq!((purpose.as_str(), until.len()), ("kvitteringer", "2027-11-26".len()));
        shop.till.charge(&agreed(R, NUMBER)).await.expect("it can be started");
        shop.until(R, Status::Waiting).await;
        assert!(kept.all().await.is_empty(), "nothing is kept before it is paid");
        shop.approves(R);
        shop.until_end(R).await;
        let all = kept.are(1).await;
        let of = &all[0];
        assert_eq!((of.number.reveal(), of.payment.as_str()), ("4791234567", R));
        assert_eq!((of.given_to, of.purpose.as_str()), (GivenTo::Cashier, "kvitteringer"));
        assert_eq!(of.erase_at - of.given_at, i64::from(DAYS) * DAY_MS);
        // The next customer was not asked.
        shop.till.start(&asked_by_phone("sale-43-1", "98765432"), None).await.expect("it can be started");
        shop.until("sale-43-1", Status::Waiting).await;
        shop.approves("sale-43-1");
        shop.until_end("sale-43-1").await;
        shop.passes(Duration::from_hours(24 * 29)).await;
        assert_eq!(kept.are(1).await[0].payment, R);
        shop.passes(Duration::from_hours(25)).await;
        kept.are(0).await;
    });
}

fn whoever_walks_away_or_refuses_is_not(rail: Rail) {
    let (street, kept) = that_keeps(rail);
    street.day(async |shop: Shop| {
        shop.till.start(&agreed(R, NUMBER), None).await.expect("it can be started");
        assert_eq!(shop.until_end(R).await.status, Status::Expired);
        shop.till.start(&agreed("sale-42-2", NUMBER), None).await.expect("it can be started");
        shop.until("sale-42-2", Status::Waiting).await;
        shop.simulator.cancel("sale-42-2").expect("it can be refused");
        assert_eq!(shop.until_end("sale-42-2").await.status, Status::Cancelled);
        // Who has paid after them is the first.
        shop.till.start(&agreed("sale-42-3", NUMBER), None).await.expect("it can be started");
        shop.until("sale-42-3", Status::Waiting).await;
        shop.approves("sale-42-3");
        shop.until_end("sale-42-3").await;
        let all = kept.are(1).await;
        assert_eq!((all[0].payment.as_str(), all[0].given_to), ("sale-42-3", GivenTo::Pos));
    });
}

fn a_number_that_was_refused_is_not_kept_although_the_payment_is_paid(rail: Rail) {
    let (street, kept) = that_keeps(rail);
    street.day(async |shop: Shop| {
        shop.till.start(&agreed(R, REFUSED), None).await.expect("it can be started");
        assert_eq!(shop.until(R, Status::Waiting).await.flow, Flow::Qr);
        shop.approves(R);
        assert_eq!(shop.until_end(R).await.status, Status::Paid);
        shop.till.start(&agreed("sale-42-2", NUMBER), None).await.expect("it can be started");
        shop.until("sale-42-2", Status::Waiting).await;
        shop.approves("sale-42-2");
        shop.until_end("sale-42-2").await;
        assert_eq!(kept.are(1).await[0].payment, "sale-42-2");
    });
}

fn it_is_remembered_when_they_agreed_and_not_when_they_paid(rail: Rail) {
    let (street, kept) = that_keeps(rail);
    street.day(async |shop: Shop| {
        // The first answer sets the clock right.
        shop.is_paid("sale-41-1").await;
        let asked_at = shop.till.time_ms();
        shop.till.start(&agreed(R, NUMBER), None).await.expect("it can be started");
        shop.until(R, Status::Waiting).await;
        shop.passes(Duration::from_mins(2)).await;
        shop.approves(R);
        shop.until_end(R).await;
        let given_at = kept.are(1).await[0].given_at;
        assert!((asked_at..asked_at + 1_000).contains(&given_at), "{asked_at}, {given_at}");
    });
}

fn a_clock_that_was_ahead_keeps_a_number_no_longer_than_was_agreed(rail: Rail) {
    let (mut street, kept) = that_keeps(rail);
    street.clock_ahead_ms = 40 * DAY_MS;
    // Nobody says what time it is before somebody has agreed.
    street.simulator.set_faults(vec![Fault::new(Call::Any, FaultKind::Refused).times(1)]);
    street.day(async |shop: Shop| {
        shop.passes(Duration::from_secs(1)).await;
        shop.till.start(&agreed(R, NUMBER), None).await.expect("it can be started");
        shop.until(R, Status::Waiting).await;
        shop.approves(R);
        shop.until_end(R).await;
        let of = &kept.are(1).await[0];
        assert!(of.given_at <= shop.till.time_ms(), "they will agree {} ms from now", of.given_at);
        assert_eq!(of.erase_at - of.given_at, i64::from(DAYS) * DAY_MS);
    });
}

fn what_is_kept_is_masked_found_and_erased_with_all_of_its_customer(rail: Rail) {
    let (street, kept) = that_keeps(rail);
    street.day(async |shop: Shop| {
        for (reference, number) in [(R, NUMBER), ("sale-43-1", "98765432"), ("sale-44-1", NUMBER)] {
            shop.till.start(&agreed(reference, number), None).await.expect("it can be started");
            shop.until(reference, Status::Waiting).await;
            shop.approves(reference);
            shop.until_end(reference).await;
            shop.passes(Duration::from_mins(1)).await;
        }
        kept.are(3).await;
        let found = async |sought: &str, open: bool| {
            let (found, more) =
                shop.till.kept_numbers(&Private::new(sought), open).await.expect("it is read");
            assert!(!more);
            found.into_iter().map(|kept| (kept.payment, kept.number)).collect::<Vec<_>>()
        };
        let row = |payment: &str, number: &str| (payment.to_owned(), number.to_owned());
        let masked = [row("sale-44-1", "••••• 567"), row("sale-43-1", "••••• 432"), row(R, "••••• 567")];
        assert_eq!(found("", false).await, masked, "newest first");
        assert_eq!(found("SALE-43", false).await, masked[1..2]);
        assert_eq!(found(NUMBER, false).await, [], "nobody may ask whether a number is there");
        let of_one = [row("sale-44-1", "+4791234567"), row(R, "+4791234567")];
        assert_eq!(found("+47 912 34 567", true).await, of_one);
        assert_eq!(found("sale-43", true).await, [row("sale-43-1", "+4798765432")]);

        let all = shop.till.kept_of_customer("sale-44-1").await.expect("it is read");
        assert_eq!(all.iter().map(|kept| kept.payment.as_str()).collect::<Vec<_>>(), [R, "sale-44-1"]);
        assert_eq!(shop.till.erase_customer("sale-45-1").await, Ok(0), "nobody agreed there");
        assert_eq!(shop.till.erase_customer(R).await, Ok(2));
        assert_eq!(kept.are(1).await[0].payment, "sale-43-1");
    });
}

fn a_restart_forgets_what_was_agreed(rail: Rail) {
    let (street, kept) = that_keeps(rail);
    street.day(async |shop: Shop| {
        shop.till.start(&agreed(R, NUMBER), None).await.expect("it can be started");
        shop.until(R, Status::Waiting).await;
    });
    street.day(async |shop: Shop| {
        shop.approves(R);
        assert_eq!(shop.until_end(R).await.status, Status::Paid);
        shop.passes(Duration::from_mins(1)).await;
        assert!(kept.all().await.is_empty());
    });
}

fn a_shop_that_keeps_nothing_says_so_and_starts_nothing(rail: Rail) {
    Street::with_push(rail).day(async |shop: Shop| {
        assert_eq!(shop.till.counter().keep_number, None);
        let refused = shop.till.start(&agreed(R, NUMBER), None).await.expect_err("nothing is kept");
        assert_eq!(refused.code, Code::KeepingOff);
        assert!(refused.detail.contains("phoneNumbers.keep") && !refused.detail.contains("34"));
        assert_eq!(shop.creations(), 0);
    });
    let (street, _) = that_keeps(rail);
    street.day(async |shop: Shop| {
        let by_code = StartPayment { keep_phone_number: true, ..asked(R) };
        let refused = shop.till.start(&by_code, None).await.expect_err("there is no number");
        assert_eq!(refused.code, Code::RequestInvalid);
    });
}
