//! Money goes back to the customer: once for each request, and never more than was taken.

use std::collections::BTreeSet;
use std::time::Duration;

use contract::{Amount, Code, Currency, ModificationStatus, PaymentView, ScreenView, StartRefund, Status};
use payment::Rail;
use simulator::{Call, Fault, FaultKind};
use till::{Modified, Refused};

use crate::street::{DUE, Shop, Street};

const R: &str = "sale-42-1";

on_both_rails!(
    all_of_it,
    a_part_and_then_the_rest,
    two_parts_at_the_same_moment_one_after_the_other,
    what_makes_no_sense_is_refused,
    twice_under_one_key_is_one_refund_even_after_a_restart,
    twice_at_the_same_moment_under_one_key_is_one_refund,
    whenever_it_is_asked_for_it_has_one_follower,
    no_less_than_the_rail_gives_back,
    the_answer_is_lost,
    it_fails_in_every_way_and_is_repeated_under_its_key,
    the_power_goes_between_intent_and_answer,
    refused_by_vipps,
    the_portal_was_faster,
    only_the_sales_unit_that_took_the_payment_gives_it_back,
    nothing_is_asked_of_another_sales_unit_after_the_settings_were_changed,
    the_screen_of_a_paid_payment_stays_as_it_is,
    it_works_long_after_and_does_not_come_among_the_last,
);

fn part(value: i64) -> StartRefund {
    StartRefund { amount: Some(Amount { value, currency: Currency::Nok }), reason: None }
}

fn rest() -> StartRefund {
    StartRefund::default()
}

impl Shop {
    async fn refunds(&self, request: &StartRefund, key: Option<&str>) -> Modified {
        self.till.refund(R, request, key).await.expect("it can be given back")
    }

    async fn refuses(&self, request: &StartRefund, key: Option<&str>) -> Refused {
        self.till.refund(R, request, key).await.expect_err("it can't be given back")
    }

    /// Waits until no refund is open, and says how they ended.
    async fn until_refunded(&self) -> PaymentView {
        self.until_view(R, |view| {
            view.refunds.iter().all(|refund| refund.status != ModificationStatus::Asked)
        })
        .await
    }

    /// Vipps MobilePay gave back so much, in these parts, and the till knows it.
    async fn gave_back(&self, parts: &[i64]) {
        let view = self.until_refunded().await;
        let mut made: Vec<i64> = self.truth(R).refunds.iter().map(|refund| refund.amount).collect();
        made.sort_unstable();
        assert_eq!(made, parts, "{view:?}");
        assert_eq!(self.truth(R).refunded, parts.iter().sum::<i64>());
        assert_eq!(view.refunded.value, self.truth(R).refunded);
        assert!(!view.may_pay_again && view.status == Status::Paid, "{view:?}");
    }

    /// The keys of all refunds that were ever sent.
    fn refund_keys(&self) -> BTreeSet<String> {
        let records = self.simulator.requests();
        let refunds = records.iter().filter(|record| record.path.ends_with("/refund"));
        let is_key = |name: &str| ["x-request-id", "idempotency-key"].contains(&name.to_lowercase().as_str());
        let headers = refunds.flat_map(|record| record.headers.clone());
        headers.filter(|(name, _)| is_key(name)).map(|(_, value)| value).collect()
    }
}

fn all_of_it(rail: Rail) {
    Street::on(rail).day(async |shop: Shop| {
        shop.is_paid(R).await;
        let reason = Some("Kald kaffe".to_owned());
        let asked = shop.refunds(&StartRefund { reason: reason.clone(), ..rest() }, None).await;
        assert_eq!(asked.view.refunds[0].status, ModificationStatus::Asked);
        shop.gave_back(&[DUE]).await;
        let refund = shop.until_refunded().await.refunds.remove(0);
        assert_eq!((refund.number, refund.status, refund.reason), (1, ModificationStatus::Made, reason));
        assert_eq!(shop.refuses(&rest(), None).await.code, Code::NothingToRefund);
    });
}

fn a_part_and_then_the_rest(rail: Rail) {
    Street::on(rail).day(async |shop: Shop| {
        shop.is_paid(R).await;
        shop.refunds(&part(4_900), None).await;
        shop.gave_back(&[4_900]).await;
        assert_eq!(shop.refuses(&part(20_001), None).await.code, Code::RefundAboveCaptured);
        shop.refunds(&rest(), None).await;
        shop.gave_back(&[4_900, 20_000]).await;
    });
}

fn two_parts_at_the_same_moment_one_after_the_other(rail: Rail) {
    Street::on(rail).day(async |shop: Shop| {
        shop.is_paid(R).await;
        let (small, large) = (part(1_000), part(2_000));
        let (first, second) = tokio::join!(shop.refunds(&small, None), shop.refunds(&large, None));
        assert!(!first.again && !second.again);
        shop.gave_back(&[1_000, 2_000]).await;
        assert_eq!(shop.refund_keys().len(), 2);
    });
}

fn what_makes_no_sense_is_refused(rail: Rail) {
    Street::on(rail).day(async |shop: Shop| {
        let unknown = shop.till.refund(R, &rest(), None).await.expect_err("there is none");
        assert_eq!(unknown.code, Code::PaymentUnknown);
        shop.shows_code(R).await;
        assert_eq!(shop.refuses(&rest(), None).await.code, Code::NothingToRefund);
        shop.approves(R);
        shop.until_end(R).await;
        for value in [i64::MIN, -1, 0] {
            assert_eq!(shop.refuses(&part(value), None).await.code, Code::AmountInvalid, "{value}");
        }
        let above = shop.refuses(&part(DUE + 1), None).await;
        assert_eq!((above.code, above.reference.as_deref()), (Code::RefundAboveCaptured, Some(R)));
        let euro = StartRefund { amount: Some(Amount { value: 500, currency: Currency::Eur }), reason: None };
        assert_eq!(shop.refuses(&euro, None).await.code, Code::AmountInvalid);
        for reason in ["", " ", "to\nlinjer", &"x".repeat(101)] {
            let request = StartRefund { reason: Some(reason.to_owned()), ..rest() };
            assert_eq!(shop.refuses(&request, None).await.code, Code::RequestInvalid, "{reason:?}");
        }
        assert_eq!(shop.refuses(&rest(), Some("")).await.code, Code::RequestInvalid);
        shop.gave_back(&[]).await;
        assert_eq!(shop.calls("POST", "/refund"), 0);
    });
}

fn twice_under_one_key_is_one_refund_even_after_a_restart(rail: Rail) {
    let street = Street::on(rail);
    street.day(async |shop: Shop| {
        shop.is_paid(R).await;
        assert!(!shop.refunds(&part(4_900), Some("pos-1")).await.again);
        assert!(shop.refunds(&part(4_900), Some("pos-1")).await.again);
        shop.gave_back(&[4_900]).await;
        assert!(shop.refunds(&part(4_900), Some("pos-1")).await.again);
    });
    street.day(async |shop: Shop| {
        let again = shop.refunds(&part(4_900), Some("pos-1")).await;
        assert!(again.again && again.view.refunds.len() == 1);
        assert_eq!(shop.refuses(&part(5_000), Some("pos-1")).await.code, Code::IdempotencyMismatch);
        shop.gave_back(&[4_900]).await;
        assert!(!shop.refunds(&part(4_900), Some("pos-2")).await.again);
        shop.gave_back(&[4_900, 4_900]).await;
    });
}

fn twice_at_the_same_moment_under_one_key_is_one_refund(rail: Rail) {
    Street::on(rail).day(async |shop: Shop| {
        shop.is_paid(R).await;
        let asking = (0..20).map(|_| {
            let till = shop.till.clone();
            tokio::spawn(async move { till.refund(R, &part(4_900), Some("pos-1")).await })
        });
        let mut begun = 0;
        for asked in asking.collect::<Vec<_>>() {
            let asked = asked.await.expect("it does not panic").expect("it can be given back");
            begun += usize::from(!asked.again);
        }
        assert_eq!(begun, 1);
        shop.gave_back(&[4_900]).await;
    });
}

/// Each is asked for in the very moment in which the follower of the one before ends.
fn whenever_it_is_asked_for_it_has_one_follower(rail: Rail) {
    Street::on(rail).day(async |shop: Shop| {
        shop.is_paid(R).await;
        let (_, mut changes) = shop.till.listen().await.expect("the journal can be read");
        for number in 1..=8 {
            let (mine, other) = (part(1_000 + number), part(2_000 + number));
            let (first, second) = tokio::join!(shop.refunds(&mine, None), shop.refunds(&other, None));
            assert!(!first.again && !second.again);
            let all = usize::try_from(2 * number).expect("it is small");
            loop {
                let change = changes.recv().await.expect("the till goes on");
                let made = |refund: &contract::RefundView| refund.status == ModificationStatus::Made;
                if change.payment.refunds.iter().filter(|refund| made(refund)).count() == all {
                    break;
                }
            }
        }
        assert_eq!(shop.refund_keys().len(), 16);
        let parts: Vec<i64> = (1_001..=1_008).chain(2_001..=2_008).collect();
        shop.gave_back(&parts).await;
    });
}

/// On eCom it is 1.00 (contract 1.2), on ePayment the smallest coin.
fn no_less_than_the_rail_gives_back(rail: Rail) {
    let least = if rail == Rail::Ecom { 100 } else { 1 };
    Street::on(rail).day(async |shop: Shop| {
        shop.is_paid(R).await;
        assert_eq!(shop.refuses(&part(least - 1), None).await.code, Code::AmountInvalid);
        shop.refunds(&part(least), None).await;
        shop.gave_back(&[least]).await;
    });
}

fn the_answer_is_lost(rail: Rail) {
    Street::on(rail).day(async |shop: Shop| {
        shop.is_paid(R).await;
        shop.faults([Fault::new(Call::Refund, FaultKind::Lost)]);
        shop.refunds(&part(4_900), None).await;
        shop.gave_back(&[4_900]).await;
        assert_eq!(shop.calls("POST", "/refund"), 1, "what a read proves is not sent again");
    });
}

fn it_fails_in_every_way_and_is_repeated_under_its_key(rail: Rail) {
    for kind in [
        FaultKind::Silent,
        FaultKind::Html,
        FaultKind::Nonsense,
        FaultKind::Cut,
        FaultKind::Azure500,
        FaultKind::Locked,
        FaultKind::TooMany,
        FaultKind::Refused,
        FaultKind::Twice,
    ] {
        Street::on(rail).day(async |shop: Shop| {
            shop.is_paid(R).await;
            shop.faults([Fault::new(Call::Refund, kind).times(3)]);
            shop.refunds(&part(4_900), None).await;
            let view = shop.until_refunded().await;
            assert_eq!(view.refunds[0].status, ModificationStatus::Made, "{kind:?}");
            shop.gave_back(&[4_900]).await;
            assert_eq!(shop.refund_keys().len(), 1, "{kind:?}");
        });
    }
}

fn the_power_goes_between_intent_and_answer(rail: Rail) {
    for kind in [FaultKind::Silent, FaultKind::Lost, FaultKind::Slow] {
        let street = Street::on(rail);
        street.day(async |shop: Shop| {
            shop.is_paid(R).await;
            shop.faults([Fault::new(Call::Refund, kind).delay_ms(60_000)]);
            shop.refunds(&part(4_900), Some("pos-1")).await;
            while shop.calls("POST", "/refund") == 0 {
                shop.passes(Duration::from_millis(10)).await;
            }
        });
        street.simulator.set_faults(Vec::new());
        street.day(async |shop: Shop| {
            assert!(shop.refunds(&part(4_900), Some("pos-1")).await.again);
            shop.gave_back(&[4_900]).await;
            assert_eq!(shop.refund_keys().len(), 1, "{kind:?}");
        });
    }
}

fn refused_by_vipps(rail: Rail) {
    Street::on(rail).day(async |shop: Shop| {
        shop.is_paid(R).await;
        // The test environment refuses this amount (contract 7).
        shop.refunds(&part(123), None).await;
        let refund = shop.until_refunded().await.refunds.remove(0);
        assert_eq!(refund.status, ModificationStatus::Refused);
        let expected = if rail == Rail::Ecom { Code::RefundWithoutFunds } else { Code::RefundNotAllowed };
        assert_eq!(refund.problem.expect("it says why").code, expected);
        shop.passes(Duration::from_hours(3)).await;
        assert_eq!(shop.calls("POST", "/refund"), 1, "a refused key was sent again");
        shop.refunds(&part(4_900), None).await;
        shop.gave_back(&[4_900]).await;
    });
}

fn the_portal_was_faster(rail: Rail) {
    Street::on(rail).day(async |shop: Shop| {
        shop.is_paid(R).await;
        shop.by_hand(R, "portal/refund", r#"{"amount":20000}"#).await;
        shop.refunds(&part(5_000), None).await;
        let view = shop.until_refunded().await;
        assert_eq!(view.refunds[0].status, ModificationStatus::Refused);
        let problem = view.refunds[0].problem.as_ref().expect("it says why");
        assert_eq!((problem.code, view.refunded.value), (Code::RefundAboveCaptured, 20_000));
        assert_eq!(shop.calls("POST", "/refund"), 0);
        shop.refunds(&rest(), None).await;
        shop.gave_back(&[4_900, 20_000]).await;
    });
}

fn only_the_sales_unit_that_took_the_payment_gives_it_back(rail: Rail) {
    let street = Street::on(rail);
    street.day(async |shop: Shop| shop.is_paid(R).await);
    Street::moved_to(&street, "654322").day(async |shop: Shop| {
        let refused = shop.refuses(&rest(), None).await;
        assert_eq!((refused.code, refused.reference.as_deref()), (Code::OtherSalesUnit, Some(R)));
    });
    street.day(async |shop: Shop| {
        shop.refunds(&rest(), None).await;
        shop.gave_back(&[DUE]).await;
    });
}

fn nothing_is_asked_of_another_sales_unit_after_the_settings_were_changed(rail: Rail) {
    let street = Street::on(rail);
    street.day(async |shop: Shop| {
        shop.is_paid(R).await;
        shop.faults([Fault::new(Call::Refund, FaultKind::Silent)]);
        shop.refunds(&part(4_900), None).await;
    });
    street.simulator.set_faults(Vec::new());
    Street::moved_to(&street, "654322").day(async |shop: Shop| {
        let before = shop.calls("POST", "/refund") + shop.reads(R);
        shop.passes(Duration::from_hours(5)).await;
        assert_eq!(shop.calls("POST", "/refund") + shop.reads(R), before);
    });
    street.day(async |shop: Shop| shop.gave_back(&[4_900]).await);
}

fn the_screen_of_a_paid_payment_stays_as_it_is(rail: Rail) {
    Street::on(rail).day(async |shop: Shop| {
        shop.is_paid(R).await;
        let before = shop.till.screen();
        assert!(matches!(before.view, ScreenView::Paid { .. }));
        shop.refunds(&part(4_900), None).await;
        shop.gave_back(&[4_900]).await;
        assert_eq!(shop.till.screen(), before);
        shop.passes(Duration::from_mins(1)).await;
        assert_eq!(shop.till.screen().view, ScreenView::Idle);
        shop.refunds(&rest(), None).await;
        shop.gave_back(&[4_900, 20_000]).await;
        assert_eq!(shop.till.screen().view, ScreenView::Idle);
        shop.shows_code("sale-42-2").await;
    });
}

fn it_works_long_after_and_does_not_come_among_the_last(rail: Rail) {
    let street = Street::on(rail);
    street.day(async |shop: Shop| {
        shop.is_paid(R).await;
        for number in 0..21 {
            let next = format!("sale-{number:03}-1");
            shop.is_paid(&next).await;
            shop.till.dismiss(&next);
        }
    });
    street.simulator.advance(Duration::from_hours(24 * 30));
    street.day(async |shop: Shop| {
        let recent = shop.till.counter().recent;
        shop.refunds(&rest(), None).await;
        shop.gave_back(&[DUE]).await;
        assert_eq!(shop.till.counter().recent, recent);
    });
}
