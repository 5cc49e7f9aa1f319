//! Customers scan the code on the counter.

use std::time::Duration;

use contract::{Code, CounterCode, Flow, Private, ScreenView, StartPayment, Status};
use payment::Rail;
use simulator::{Call, Fault, FaultKind};
use till::{CodeAtCounter, Scan};

use crate::street::{DUE, Shop, Street, asked};

const R: &str = "sale-42-1";
const KARI: &str = "4791234567";
const OLA: &str = "4798765432";
/// A customer whom Vipps MobilePay never sends anything.
const REFUSED: &str = "4740000001";

fn at_counter(reference: &str) -> StartPayment {
    StartPayment { flow: Flow::CallbackQr, ..asked(reference) }
}

/// A shop whose hub hears who scans.
async fn heard(shop: &Shop) {
    // The clock is set by the first answer.
    shop.passes(Duration::from_secs(1)).await;
    shop.till.code_at_counter(CodeAtCounter::Here);
}

/// The customer `number` scans the code, as the hub tells it.
async fn scans(shop: &Shop, number: &str) -> bool {
    let token = shop.simulator.customer_token(number);
    shop.till.scanned(&Scan { token: Private::new(token), at: String::new() }).await
}

async fn waits(shop: &Shop, reference: &str) {
    shop.till.start(&at_counter(reference), None).await.expect("it can be started");
    let view = shop.until(reference, Status::Waiting).await;
    assert!(view.awaits_scan && view.flow == Flow::CallbackQr, "{view:?}");
}

#[test]
fn whoever_scans_is_sent_the_request_and_pays() {
    Street::with_push(Rail::Epayment).day(async |shop: Shop| {
        heard(&shop).await;
        waits(&shop, R).await;
        let ScreenView::CounterCode { amount, left_ms, of_ms } = shop.till.screen().view else {
            panic!("{:?}", shop.till.screen().view);
        };
        assert_eq!((amount.value, of_ms), (DUE, 300_000));
        assert!((290_000..=300_000).contains(&left_ms), "{left_ms}");
        assert_eq!(shop.creations(), 0, "nothing is there before somebody scans");
        assert!(scans(&shop, KARI).await);
        let sent = shop.until_view(R, |view| !view.awaits_scan && view.status == Status::Waiting).await;
        assert_eq!((sent.flow, sent.note), (Flow::CallbackQr, None));
        assert!(matches!(shop.till.screen().view, ScreenView::Sent { .. }));
        shop.approves(R);
        assert_eq!(shop.until_end(R).await.status, Status::Paid);
        shop.paid_once(R);
        let sent = shop.simulator.requests();
        let created = sent.iter().find(|record| record.path.ends_with("/epayment/v1/payments"));
        let body = created.expect("it was asked for").body.to_string();
        for word in ["PUSH_MESSAGE", "customerToken", "CUSTOMER_PRESENT"] {
            assert!(body.contains(word), "{word} is not in the request");
        }
        assert!(!body.contains("phoneNumber"));
    });
}

#[test]
fn who_scanned_before_the_cashier_began_is_sent_the_request_at_once() {
    Street::with_push(Rail::Epayment).day(async |shop: Shop| {
        heard(&shop).await;
        assert_eq!(shop.till.counter().counter_code, CounterCode::Ready);
        // Ola walks away again; Kari stands at the counter.
        assert!(scans(&shop, OLA).await && scans(&shop, KARI).await);
        assert_eq!(shop.till.counter().counter_code, CounterCode::Scanned);
        shop.passes(Duration::from_secs(170)).await;
        shop.till.start(&at_counter(R), None).await.expect("it can be started");
        assert!(!shop.until(R, Status::Waiting).await.awaits_scan);
        assert_eq!(shop.till.counter().counter_code, CounterCode::Ready, "nobody is kept in mind any more");
        shop.approves(R);
        assert_eq!(shop.until_end(R).await.status, Status::Paid);
        shop.paid_once(R);
    });
}

#[test]
fn who_scanned_too_long_ago_or_for_another_sale_is_not_sent_anything() {
    Street::with_push(Rail::Epayment).day(async |shop: Shop| {
        heard(&shop).await;
        assert!(scans(&shop, KARI).await);
        shop.passes(Duration::from_secs(181)).await;
        assert_eq!(shop.till.counter().counter_code, CounterCode::Ready);
        waits(&shop, R).await;
        shop.till.cancel(R).await.expect("it can be cancelled");
        // Told late: it was scanned long ago.
        let token = Private::new(shop.simulator.customer_token(KARI));
        let at = "2027-01-15T07:00:00Z".to_owned();
        assert!(!shop.till.scanned(&Scan { token, at }).await);
        // What is paid otherwise serves whoever stands there; the next customer has to scan.
        assert!(scans(&shop, KARI).await);
        shop.is_paid("sale-42-2").await;
        waits(&shop, "sale-42-3").await;
    });
}

#[test]
fn the_second_who_scans_is_not_sent_anything() {
    Street::with_push(Rail::Epayment).day(async |shop: Shop| {
        heard(&shop).await;
        waits(&shop, R).await;
        assert!(scans(&shop, KARI).await);
        assert!(!scans(&shop, OLA).await, "the payment is Kari's");
        shop.until_view(R, |view| !view.awaits_scan && view.status == Status::Waiting).await;
        assert!(!scans(&shop, OLA).await);
        shop.approves(R);
        shop.until_end(R).await;
        shop.paid_once(R);
        assert_eq!(shop.creations(), 1);
        // Nor is the next sale Ola's: what was scanned during another's is let go.
        waits(&shop, "sale-42-2").await;
    });
}

#[test]
fn while_a_code_is_on_the_screen_a_scan_at_the_counter_changes_nothing() {
    Street::with_push(Rail::Epayment).day(async |shop: Shop| {
        heard(&shop).await;
        shop.shows_code(R).await;
        assert!(!scans(&shop, KARI).await);
        assert_eq!(shop.creations(), 1);
        assert!(matches!(shop.till.screen().view, ScreenView::Scan { .. }));
    });
}

#[test]
fn nobody_scans_and_the_till_is_free_again() {
    Street::with_push(Rail::Epayment).day(async |shop: Shop| {
        heard(&shop).await;
        waits(&shop, R).await;
        let ended = shop.until_end(R).await;
        assert_eq!((ended.status, ended.may_pay_again), (Status::Expired, true));
        waits(&shop, "sale-42-2").await;
        let cancelled = shop.till.cancel("sale-42-2").await.expect("it can be cancelled");
        assert_eq!((cancelled.status, cancelled.may_pay_again), (Status::Cancelled, true));
        assert!(shop.simulator.payments().is_empty(), "nothing was ever created");
        shop.is_paid("sale-42-3").await;
    });
}

#[test]
fn the_power_went_while_nobody_had_scanned() {
    let street = Street::with_push(Rail::Epayment);
    street.day(async |shop: Shop| {
        heard(&shop).await;
        waits(&shop, R).await;
    });
    street.day(async |shop: Shop| {
        heard(&shop).await;
        assert!(shop.till.payment(R).await.expect("it is known").awaits_scan);
        assert!(scans(&shop, KARI).await);
        shop.until_created(R).await;
        shop.approves(R);
        assert_eq!(shop.until_end(R).await.status, Status::Paid);
        shop.paid_once(R);
    });
}

/// The token is nowhere but in memory: a restart forgets who it was, and a code on the screen takes its place.
#[test]
fn the_power_went_between_the_scan_and_the_request() {
    let street = Street::with_push(Rail::Epayment);
    let token = street.simulator.customer_token(KARI);
    street.day(async |shop: Shop| {
        heard(&shop).await;
        shop.faults([Fault::new(Call::Initiate, FaultKind::Silent)]);
        waits(&shop, R).await;
        let scan = Scan { token: Private::new(token.clone()), at: String::new() };
        assert!(!format!("{scan:?}").contains(&token));
        assert!(shop.till.scanned(&scan).await);
        let story = shop.till.entries_after(journal::Seq::NONE, 100).await.expect("it can be read");
        assert!(
            !serde_json::to_string(&story.iter().map(|told| &told.entry.fact).collect::<Vec<_>>())
                .expect("facts are JSON")
                .contains(&token)
        );
    });
    street.simulator.set_faults(Vec::new());
    street.day(async |shop: Shop| {
        let waiting =
            shop.until_view(R, |view| view.status == Status::Waiting && view.flow == Flow::Qr).await;
        assert_eq!(waiting.note.expect("the cashier is told").code, Code::CheckInRefused);
        shop.approves(R);
        assert_eq!(shop.until_end(R).await.status, Status::Paid);
        shop.paid_once(R);
    });
}

#[test]
fn the_power_went_while_the_request_was_on_its_way() {
    let street = Street::with_push(Rail::Epayment);
    street.day(async |shop: Shop| {
        heard(&shop).await;
        shop.faults([Fault::new(Call::Initiate, FaultKind::Lost)]);
        waits(&shop, R).await;
        assert!(scans(&shop, KARI).await);
        shop.until_created(R).await;
    });
    street.simulator.set_faults(Vec::new());
    street.simulator.approve(R).expect("it can be approved");
    street.day(async |shop: Shop| {
        assert_eq!(shop.until_end(R).await.status, Status::Paid);
        shop.paid_once(R);
    });
}

#[test]
fn a_scan_that_is_good_no_longer_leads_to_the_code_on_the_screen() {
    Street::with_push(Rail::Epayment).day(async |shop: Shop| {
        heard(&shop).await;
        for (reference, token) in [
            (R, "a-token-that-nobody-knows".to_owned()),
            ("sale-42-2", shop.simulator.customer_token(REFUSED)),
        ] {
            waits(&shop, reference).await;
            assert!(shop.till.scanned(&Scan { token: Private::new(token), at: String::new() }).await);
            let waiting =
                shop.until_view(reference, |view| view.flow == Flow::Qr && view.status == Status::Waiting);
            assert_eq!(waiting.await.note.expect("the cashier is told").code, Code::CheckInRefused);
            assert!(matches!(shop.till.screen().view, ScreenView::Scan { .. }));
            shop.approves(reference);
            assert_eq!(shop.until_end(reference).await.status, Status::Paid);
            shop.paid_once(reference);
        }
    });
}

#[test]
fn a_unit_that_may_not_send_requests_shows_the_code_on_the_screen() {
    Street::on(Rail::Epayment).day(async |shop: Shop| {
        heard(&shop).await;
        waits(&shop, R).await;
        assert!(scans(&shop, KARI).await);
        let waiting =
            shop.until_view(R, |view| view.flow == Flow::Qr && view.status == Status::Waiting).await;
        assert_eq!(waiting.note.expect("the cashier is told").code, Code::PushNotAllowed);
        shop.till.cancel(R).await.expect("it can be asked for");
        shop.until_end(R).await;
        // For a day that is known beforehand.
        shop.till.start(&at_counter("sale-42-2"), None).await.expect("it can be started");
        assert_eq!(shop.until("sale-42-2", Status::Waiting).await.flow, Flow::Qr);
    });
}

#[test]
fn without_a_code_that_somebody_hears_of_it_is_refused_in_words() {
    Street::with_push(Rail::Epayment).day(async |shop: Shop| {
        shop.passes(Duration::from_secs(1)).await;
        let refusal =
            async || shop.till.start(&at_counter(R), None).await.expect_err("it can't be started").code;
        assert_eq!(refusal().await, Code::NoHub);
        for (code, expected) in
            [(CodeAtCounter::Unheard, Code::HubUnreachable), (CodeAtCounter::None, Code::NoCounterCode)]
        {
            shop.till.code_at_counter(code);
            assert_eq!(refusal().await, expected);
            assert_eq!(shop.till.counter().counter_code, CounterCode::None);
        }
        shop.till.code_at_counter(CodeAtCounter::Here);
        let named = StartPayment { phone_number: Some(Private::new("91234567")), ..at_counter(R) };
        let refused = shop.till.start(&named, None).await.expect_err("it can't be started");
        assert_eq!(refused.code, Code::RequestInvalid);
        shop.till.payment(R).await.expect_err("nothing was begun");
    });
    Street::with_push(Rail::Ecom).day(async |shop: Shop| {
        heard(&shop).await;
        let refused = shop.till.start(&at_counter(R), None).await.expect_err("it can't be started");
        assert_eq!(refused.code, Code::FlowNotOnRail);
        assert_eq!(shop.till.counter().counter_code, CounterCode::None);
    });
}

/// Two hands at once: the register starts while somebody scans. Whichever comes first, there is one payment and one request.
#[test]
fn a_scan_and_a_start_at_the_same_moment_make_one_payment() {
    Street::with_push(Rail::Epayment).day(async |shop: Shop| {
        heard(&shop).await;
        let request = at_counter(R);
        let (started, served) = tokio::join!(shop.till.start(&request, None), scans(&shop, KARI));
        assert!(started.is_ok() && served);
        shop.until_created(R).await;
        shop.approves(R);
        assert_eq!(shop.until_end(R).await.status, Status::Paid);
        shop.paid_once(R);
        assert_eq!(shop.creations(), 1);
    });
}
