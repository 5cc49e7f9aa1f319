//! What is so on ePayment alone.

use std::collections::BTreeSet;
use std::time::Duration;

use contract::{Amount, Code, Currency, Flow, Private, ScreenView, StartPayment, Status};
use journal::Entry;
use payment::{Fact, Order, Rail, Reference};
use simulator::{Call, Fault, FaultKind, QrLife};

use crate::street::{DUE, Shop, Street, asked, asked_by_phone};
use crate::torn::now;

const R: &str = "sale-42-1";

fn by_code(reference: &str, code: &str) -> StartPayment {
    StartPayment { flow: Flow::PersonalQr, personal_qr: Some(Private::new(code)), ..asked(reference) }
}

#[test]
fn a_lost_answer_comes_back_under_the_same_key_and_the_code_is_shown() {
    for kind in [FaultKind::Lost, FaultKind::Cut, FaultKind::Nonsense, FaultKind::Html, FaultKind::Azure500] {
        Street::on(Rail::Epayment).day(async |shop: Shop| {
            shop.faults([Fault::new(Call::Initiate, kind).times(1)]);
            shop.shows_code(R).await;
            shop.approves(R);
            assert_eq!(shop.until_end(R).await.status, Status::Paid, "{kind:?}");
            shop.paid_once(R);
            assert_eq!(shop.creations(), 2, "{kind:?}");
            assert_eq!(creation_keys(&shop).len(), 1, "{kind:?}");
        });
    }
}

fn creation_keys(shop: &Shop) -> BTreeSet<String> {
    keys_of_posts_to(shop, "/epayment/v1/payments")
}

fn keys_of_posts_to(shop: &Shop, path: &str) -> BTreeSet<String> {
    let sent = shop
        .simulator
        .requests()
        .into_iter()
        .filter(|record| record.method == "POST" && record.path.ends_with(path));
    let headers = sent.flat_map(|record| record.headers);
    headers.filter(|(name, _)| name.eq_ignore_ascii_case("idempotency-key")).map(|(_, value)| value).collect()
}

#[test]
fn a_creation_that_was_cut_off_by_the_power_is_carried_on() {
    let street = Street::on(Rail::Epayment);
    street.day(async |shop: Shop| {
        shop.faults([Fault::new(Call::Initiate, FaultKind::Lost)]);
        shop.till.start(&asked(R), None).await.expect("it can be asked for");
        shop.until_created(R).await;
    });
    street.simulator.set_faults(Vec::new());
    street.day(async |shop: Shop| {
        shop.until(R, Status::Waiting).await;
        shop.approves(R);
        assert_eq!(shop.until_end(R).await.status, Status::Paid);
        shop.paid_once(R);
    });
}

#[test]
fn a_reference_that_was_used_elsewhere_is_not_touched() {
    let street = Street::on(Rail::Epayment);
    street.day(async |shop: Shop| {
        shop.shows_code(R).await;
        shop.approves(R);
        shop.until_end(R).await;
    });
    street.simulator.advance(Duration::from_hours(1));
    for kind in [None, Some(FaultKind::Silent)] {
        // Another till of the same sales unit: it has never heard of the payment.
        Street::beside(&street).day(async |shop: Shop| {
            shop.faults(kind.map(|kind| Fault::new(Call::Initiate, kind).times(1)));
            shop.till.start(&asked(R), None).await.expect("it can be asked for");
            let ended = shop.until_end(R).await;
            assert_eq!((ended.status, ended.may_pay_again), (Status::Failed, true), "{kind:?}");
            assert_eq!(ended.problem.expect("it says why").code, Code::DuplicateOrder, "{kind:?}");
        });
    }
    let truth = street.simulator.payment(R).expect("it is there");
    assert_eq!((truth.captured, truth.cancelled, truth.refunded), (DUE, 0, 0));
}

/// Older versions gave their payments no tag, and one of them may have gone down before its creation was answered.
#[test]
fn without_a_tag_what_was_there_before_is_not_touched() {
    let street = Street::on(Rail::Epayment);
    street.day(async |shop: Shop| {
        // The first answer sets the clock right.
        shop.is_paid("sale-41-1").await;
        shop.shows_code(R).await;
        shop.passes(Duration::from_mins(5)).await;
    });
    let other = Street::beside(&street);
    let reference = Reference::parse(R).expect("it is one");
    let begun = untagged(&street, &reference);
    now(other.journal.begin(&reference, None, &begun)).expect("it is written");
    other.day(async |shop: Shop| {
        let ended = shop.until_end(R).await;
        assert_eq!(ended.problem.expect("it says why").code, Code::DuplicateOrder);
        assert_eq!(shop.calls("POST", "/cancel"), 0);
    });
}

/// How the payment began, five minutes later and by an older version.
fn untagged(street: &Street, reference: &Reference) -> Vec<Entry> {
    let story = now(street.journal.story(reference)).expect("it can be read").expect("it is there");
    let later = |entry: Entry| {
        let fact = match entry.fact {
            Fact::Requested { order } => Fact::Requested { order: Order { tagged: false, ..order } },
            other => other,
        };
        Entry { at: entry.at.plus(Duration::from_mins(5)), fact }
    };
    let until_asked = |entry: &Entry| !matches!(entry.fact, Fact::Created { .. });
    story.entries.into_iter().take_while(until_asked).map(later).collect()
}

/// A refusal is remembered under its key (contract 1.9), so that key is of no use any more.
#[test]
fn a_cancel_that_was_refused_is_asked_for_again_under_another_key() {
    for status in [400, 404, 408, 409] {
        Street::on(Rail::Epayment).day(async |shop: Shop| {
            shop.shows_code(R).await;
            shop.faults([Fault::new(Call::Cancel, FaultKind::Status).status(status).times(1)]);
            shop.till.cancel(R).await.expect("it can be asked for");
            assert_eq!(shop.until_end(R).await.status, Status::Cancelled, "{status}");
            assert_eq!(shop.calls("POST", "/cancel"), 2, "{status}");
            assert_eq!(keys_of_posts_to(&shop, "/cancel").len(), 2, "{status}");
        });
    }
}

/// Nobody knows whether it was done, or it was too early: the same key can't do it twice.
#[test]
fn a_cancel_that_was_not_refused_is_repeated_under_its_key() {
    for status in [423, 429, 500, 503] {
        Street::on(Rail::Epayment).day(async |shop: Shop| {
            shop.shows_code(R).await;
            shop.faults([Fault::new(Call::Cancel, FaultKind::Status).status(status).times(1)]);
            shop.till.cancel(R).await.expect("it can be asked for");
            assert_eq!(shop.until_end(R).await.status, Status::Cancelled, "{status}");
            assert_eq!(shop.calls("POST", "/cancel"), 2, "{status}");
            assert_eq!(keys_of_posts_to(&shop, "/cancel").len(), 1, "{status}");
        });
    }
}

#[test]
fn whoever_has_shown_a_code_is_sent_the_request() {
    Street::with_push(Rail::Epayment).day(async |shop: Shop| {
        let code = shop.simulator.personal_code("4791234567");
        shop.till.start(&by_code(R, &code), None).await.expect("it can be started");
        assert_eq!(shop.until(R, Status::Waiting).await.flow, Flow::PersonalQr);
        assert!(matches!(shop.till.screen().view, ScreenView::Sent { .. }));
        shop.approves(R);
        assert_eq!(shop.until_end(R).await.status, Status::Paid);
        shop.paid_once(R);
    });
}

#[test]
fn a_code_that_is_too_old_must_be_scanned_again() {
    Street::with_push(Rail::Epayment).day(async |shop: Shop| {
        let code = shop.simulator.personal_code("4791234567");
        shop.passes(Duration::from_mins(6)).await;
        shop.till.start(&by_code(R, &code), None).await.expect("it can be started");
        let ended = shop.until_end(R).await;
        assert_eq!((ended.status, ended.may_pay_again), (Status::Failed, true));
        assert_eq!(ended.problem.expect("it says why").code, Code::PersonalQrRefused);
    });
}

#[test]
fn what_no_scanner_reads_is_no_personal_code() {
    Street::with_push(Rail::Epayment).day(async |shop: Shop| {
        let long = "x".repeat(10_000);
        for code in ["", "https://qr.vipps.no/p/x\ty", "https://qr.vipps.no/p/\u{7f}", long.as_str()] {
            let refused = shop.till.start(&by_code(R, code), None).await.expect_err("it is none");
            assert_eq!(refused.code, Code::RequestInvalid, "{code:?}");
        }
        assert_eq!(shop.creations(), 0);
    });
}

#[test]
fn ecom_knows_no_personal_codes() {
    Street::on(Rail::Ecom).day(async |shop: Shop| {
        let refused = shop.till.start(&by_code(R, "https://qr.vipps.no/p/x"), None).await;
        assert_eq!(refused.expect_err("it can't be started").code, Code::FlowNotOnRail);
        assert_eq!(shop.creations(), 0);
    });
}

#[test]
fn every_market_pays_in_its_own_currency() {
    for (msn, currency, number) in [
        ("754321", Currency::Dkk, "20 12 34 56"),
        ("854321", Currency::Eur, "040 1234567"),
        ("954321", Currency::Sek, "070-123 45 67"),
    ] {
        Street::at(Rail::Epayment, QrLife::default(), msn).day(async |shop: Shop| {
            let amount = Amount { value: DUE, currency };
            let scanned = StartPayment { amount, ..asked(R) };
            let sent = StartPayment { amount, ..asked_by_phone("sale-42-2", number) };
            for (asked, reference) in [(scanned, R), (sent, "sale-42-2")] {
                shop.till.start(&asked, None).await.expect("it can be started");
                assert_eq!(shop.until(reference, Status::Waiting).await.flow, asked.flow);
                shop.approves(reference);
                let paid = shop.until_end(reference).await;
                assert_eq!((paid.status, paid.captured), (Status::Paid, amount));
                shop.paid_once(reference);
            }
            let refused = shop.till.start(&asked("sale-42-3"), None).await.expect_err("it is foreign money");
            assert_eq!(refused.code, Code::AmountInvalid);
        });
    }
}

#[test]
fn a_payment_stays_on_the_rail_that_it_began_on() {
    for (before, after) in [(Rail::Ecom, Rail::Epayment), (Rail::Epayment, Rail::Ecom)] {
        let mut street = Street::on(before);
        street.day(async |shop: Shop| shop.shows_code(R).await);
        street.rail = after;
        street.day(async |shop: Shop| {
            shop.passes(Duration::from_secs(3)).await;
            shop.approves(R);
            assert_eq!(shop.until_end(R).await.status, Status::Paid, "{before:?}");
            shop.paid_once(R);
            shop.shows_code("sale-42-2").await;
            let rail = if after == Rail::Ecom { "ecom" } else { "epayment" };
            assert_eq!(shop.truth("sale-42-2").rail, rail);
        });
    }
}

#[test]
fn what_expired_is_over_at_once_and_not_watched() {
    Street::on(Rail::Epayment).day(async |shop: Shop| {
        shop.shows_code(R).await;
        assert_eq!(shop.until_end(R).await.status, Status::Expired);
        let reads = shop.calls("GET", R);
        shop.passes(Duration::from_hours(3)).await;
        assert_eq!(shop.calls("GET", R), reads);
        assert_eq!(shop.calls("POST", "/cancel"), 0);
    });
}

#[test]
fn a_reservation_that_the_bank_took_back_ends_it_with_a_warning() {
    Street::on(Rail::Epayment).day(async |shop: Shop| {
        shop.shows_code(R).await;
        shop.approves(R);
        shop.simulator.bank_releases(R).expect("it can be released");
        let ended = shop.until_end(R).await;
        assert_eq!((ended.status, ended.may_pay_again), (Status::Failed, true));
        assert_eq!(ended.problem.expect("it says why").code, Code::FundsGone);
        assert_eq!((shop.truth(R).captured, shop.calls("POST", "/capture")), (0, 1));
    });
}

#[test]
fn a_payment_that_the_customer_is_just_approving_is_not_cancelled_away() {
    Street::on(Rail::Epayment).day(async |shop: Shop| {
        shop.shows_code(R).await;
        // 423 with code 6250: the customer is authorizing.
        shop.faults([Fault::new(Call::Cancel, FaultKind::Locked).times(2)]);
        shop.till.cancel(R).await.expect("it can be asked for");
        shop.until_view(R, |_| shop.calls("POST", "/cancel") > 0).await;
        shop.approves(R);
        assert_eq!(shop.until_end(R).await.status, Status::Paid);
        shop.paid_once(R);
    });
}
