//! Payments that have been are found by what is on a receipt.

use std::time::Duration;

use contract::{Code, Found, Search, Status};
use journal::Entry;
use payment::{Amount, CancelledBy, Currency, End, Fact, Flow, Moment, Order, Rail, Reference};

use crate::street::{Shop, Street, asked};
use crate::torn::now;

fn words(query: &str) -> Search {
    Search { query: Some(query.to_owned()), ..Search::default() }
}

fn references(found: &Found) -> Vec<&str> {
    found.payments.iter().map(|payment| payment.reference.as_str()).collect()
}

/// Five payments, each ended in its own way, but for the last.
async fn busy_morning(shop: &Shop) {
    for (number, minor) in [(1, 24_900), (2, 12_900), (3, 24_900), (4, 4_900)] {
        let reference = format!("sale-104{number}-1");
        let mut request = asked(&reference);
        request.amount.value = minor;
        shop.till.start(&request, None).await.expect("it can be started");
        shop.until(&reference, Status::Waiting).await;
        if number % 2 == 0 {
            shop.simulator.cancel(&reference).expect("it can be cancelled");
        } else {
            shop.approves(&reference);
        }
        shop.until_end(&reference).await;
        shop.passes(Duration::from_mins(10)).await;
    }
    shop.shows_code("Kasse-2-000017").await;
}

#[test]
fn payments_are_found_as_they_are_now() {
    Street::on(Rail::Epayment).day(async |shop: Shop| {
        busy_morning(&shop).await;
        let find = async |search: Search| shop.till.search(&search).await.expect("it is understood");
        let all = find(Search::default()).await;
        let newest_first = ["Kasse-2-000017", "sale-1044-1", "sale-1043-1", "sale-1042-1", "sale-1041-1"];
        assert_eq!((references(&all), all.before.as_deref()), (newest_first.to_vec(), None));
        for view in &all.payments {
            assert_eq!(*view, shop.till.payment(&view.reference).await.expect("it is remembered"));
        }
        assert_eq!(references(&find(words("1042")).await), ["sale-1042-1"]);
        assert_eq!(references(&find(words("49.00")).await), ["sale-1044-1"]);
        let of_status = |status| Search { status: Some(status), ..Search::default() };
        assert_eq!(references(&find(of_status(Status::Paid)).await), ["sale-1043-1", "sale-1041-1"]);
        assert_eq!(references(&find(of_status(Status::Waiting)).await), ["Kasse-2-000017"]);
        assert_eq!(find(of_status(Status::Failed)).await, Found { payments: vec![], before: None });
        let third = &all.payments[2].created_at;
        let since = Search { since: Some(third.clone()), ..Search::default() };
        assert_eq!(references(&find(since).await), newest_first[..3]);
        let until = Search { until: Some(third.clone()), ..words("24900") };
        assert_eq!(references(&find(until).await), ["sale-1041-1"]);
        let here = Search { store: Some("654321".to_owned()), ..words("kasse") };
        assert_eq!(references(&find(here).await), ["Kasse-2-000017"]);
    });
}

#[test]
fn page_by_page_each_is_found_once_whatever_its_status() {
    Street::on(Rail::Epayment).day(async |shop: Shop| {
        busy_morning(&shop).await;
        for (status, expected) in [(None, 5), (Some(Status::Cancelled), 2)] {
            let mut search = Search { status, limit: Some(1), ..Search::default() };
            let mut seen = Vec::new();
            loop {
                let page = shop.till.search(&search).await.expect("it is understood");
                assert!(page.payments.len() <= 1, "{page:?}");
                seen.extend(page.payments.into_iter().map(|payment| payment.reference));
                search.before = page.before;
                if search.before.is_none() {
                    break;
                }
            }
            assert_eq!(seen.len(), expected, "{seen:?}");
            seen.dedup();
            assert_eq!(seen.len(), expected, "{seen:?}");
        }
    });
}

/// So many have been cancelled since that one expired that several pages have to be looked at, and more than are looked at
/// for one answer.
#[test]
fn one_of_its_kind_among_thousands_is_found_and_no_answer_takes_for_ever() {
    for (others, pages) in [(250, 1), (1_200, 2)] {
        let street = Street::on(Rail::Epayment);
        now(async {
            put(&street, "sale-0000-1", End::Expired).await;
            for number in 1..=others {
                let by = CancelledBy::Shop;
                put(&street, &format!("sale-{number:04}-1"), End::Cancelled { by }).await;
            }
        });
        street.day(async |shop: Shop| {
            let mut search = Search { status: Some(Status::Expired), ..Search::default() };
            let (mut found, mut answers) = (Vec::new(), 0);
            loop {
                let page = shop.till.search(&search).await.expect("it is understood");
                answers += 1;
                found.extend(page.payments.into_iter().map(|payment| payment.reference));
                search.before = page.before;
                if search.before.is_none() {
                    break;
                }
            }
            assert_eq!((found, answers), (vec!["sale-0000-1".to_owned()], pages));
        });
    }
}

/// Puts a payment into the journal that has ended like this.
async fn put(street: &Street, reference: &str, end: End) {
    let reference = Reference::parse(reference).expect("it is one");
    let order = Order {
        reference: reference.clone(),
        amount: Amount::new(24_900, Currency::Nok).expect("it is one"),
        msn: "654321".into(),
        rail: Rail::Epayment,
        flow: Flow::Qr,
        description: "Kaffe".into(),
        key_seed: format!("seed-{reference}"),
        tagged: true,
        capture_later: false,
        lines: Vec::new(),
        distance: false,
        link: None,
    };
    let facts = [Fact::Requested { order }, Fact::Ended { end, proven: true }, Fact::Settled];
    let entries = facts.map(|fact| Entry { at: Moment(1_790_000_000_000), fact });
    let journal = &street.journal;
    journal.begin(&reference, None, &entries[..1]).await.expect("memory takes it");
    journal.append(&reference, 1, &entries[1..], true).await.expect("memory takes it");
}

#[test]
fn what_can_not_be_meant_is_refused_in_words() {
    Street::on(Rail::Epayment).day(async |shop: Shop| {
        let some = |text: &str| Some(text.to_owned());
        let wrong = [
            (words("ab"), "query"),
            (words("50 kr"), "query"),
            (Search { limit: Some(0), ..Search::default() }, "limit"),
            (Search { limit: Some(101), ..Search::default() }, "limit"),
            (Search { since: some("2026-11-25"), ..Search::default() }, "since"),
            (Search { until: some("yesterday"), ..Search::default() }, "until"),
            (Search { before: some("x"), ..Search::default() }, "before"),
            (Search { store: some("654322"), ..Search::default() }, "654321"),
        ];
        for (search, named) in wrong {
            let refused = shop.till.search(&search).await.expect_err(named);
            assert_eq!(refused.code, Code::RequestInvalid, "{search:?}");
            assert!(refused.detail.contains(named), "{}", refused.detail);
        }
        let from_nowhere = Search { before: some("sale-9999-1"), ..Search::default() };
        let refused = shop.till.search(&from_nowhere).await.expect_err("there is none");
        assert_eq!(refused.code, Code::PaymentUnknown);
    });
}
