//! Money is reserved first, and collected or let go when the POS asks for that.

use std::time::Duration;

use contract::{Amount, CaptureMode, Code, Currency, ModificationStatus, PaymentView, ScreenView};
use contract::{StartCapture, StartPayment, StartRefund, Status};
use payment::Rail;
use simulator::{Call, Fault, FaultKind};
use till::{Modified, Refused};

use crate::street::{DUE, Shop, Street, asked};

const R: &str = "sale-42-1";

on_both_rails!(
    it_is_reserved_the_till_is_free_and_it_is_collected_later,
    parts_are_collected_and_the_rest_is_let_go,
    all_of_it_is_let_go,
    what_makes_no_sense_is_refused,
    twice_under_one_key_is_one_capture_even_after_a_restart,
    the_answer_is_lost,
    the_power_goes_between_intent_and_answer,
    the_portal_was_faster,
);

fn part(value: i64) -> StartCapture {
    StartCapture { amount: Some(Amount { value, currency: Currency::Nok }) }
}

impl Shop {
    /// The customer approves what is to be collected later.
    async fn is_reserved(&self) -> PaymentView {
        let later = StartPayment { capture: CaptureMode::Manual, ..asked(R) };
        self.till.start(&later, None).await.expect("it can be started");
        self.until(R, Status::Waiting).await;
        self.approves(R);
        self.until_end(R).await
    }

    async fn collects(&self, request: &StartCapture, key: Option<&str>) -> Modified {
        self.till.capture(R, request, key).await.expect("it can be collected")
    }

    async fn does_not_collect(&self, request: &StartCapture, key: Option<&str>) -> Refused {
        self.till.capture(R, request, key).await.expect_err("it can't be collected")
    }

    /// Waits until nothing is open that was asked for.
    async fn until_done(&self) -> PaymentView {
        let is_open = |status| status == ModificationStatus::Asked;
        self.until_view(R, |view| {
            let open = view.captures.iter().chain(&view.releases).any(|known| is_open(known.status));
            !open && !view.refunds.iter().any(|refund| is_open(refund.status))
        })
        .await
    }

    fn collected(&self) -> Vec<i64> {
        self.truth(R).captures.iter().map(|capture| capture.amount).collect()
    }

    /// Minor units that are still reserved at Vipps MobilePay.
    fn reserved(&self) -> i64 {
        let truth = self.truth(R);
        truth.reserved - truth.captured - truth.cancelled
    }
}

fn it_is_reserved_the_till_is_free_and_it_is_collected_later(rail: Rail) {
    Street::on(rail).day(async |shop: Shop| {
        let view = shop.is_reserved().await;
        assert_eq!((view.status, view.capturable.value, view.captured.value), (Status::Approved, DUE, 0));
        assert!(view.is_final && !view.may_pay_again && view.problem.is_none(), "{view:?}");
        assert!(matches!(shop.till.screen().view, ScreenView::Paid { .. }), "the customer is done");
        shop.till.start(&asked("sale-43-1"), None).await.expect("the till is free");
        shop.passes(Duration::from_hours(30)).await;
        assert_eq!((shop.collected(), shop.reserved()), (vec![], DUE), "nobody has asked for it");
        let asked = shop.collects(&StartCapture::default(), None).await;
        assert_eq!(asked.view.captures[0].status, ModificationStatus::Asked);
        let view = shop.until_done().await;
        assert_eq!((view.status, view.captured.value, view.capturable.value), (Status::Paid, DUE, 0));
        assert_eq!(shop.collected(), [DUE]);
        assert!(!matches!(shop.till.screen().view, ScreenView::Paid { .. }), "that was yesterday");
    });
}

fn parts_are_collected_and_the_rest_is_let_go(rail: Rail) {
    Street::on(rail).day(async |shop: Shop| {
        shop.is_reserved().await;
        shop.collects(&part(4_900), None).await;
        shop.collects(&part(5_000), None).await;
        let view = shop.until_done().await;
        assert_eq!((view.status, view.capturable.value), (Status::Approved, DUE - 9_900));
        shop.till.cancel(R).await.expect("the rest can be let go");
        let view = shop.until_done().await;
        assert_eq!((view.status, view.captured.value, view.capturable.value), (Status::Paid, 9_900, 0));
        assert_eq!(view.releases[0].status, ModificationStatus::Made);
        assert_eq!((shop.collected(), shop.reserved()), (vec![4_900, 5_000], 0));
        shop.till.refund(R, &StartRefund::default(), None).await.expect("it can be given back");
        assert_eq!(shop.until_done().await.refunded.value, 9_900);
        assert_eq!(shop.truth(R).refunded, 9_900);
    });
}

fn all_of_it_is_let_go(rail: Rail) {
    Street::on(rail).day(async |shop: Shop| {
        shop.is_reserved().await;
        shop.till.cancel(R).await.expect("it can be let go");
        let view = shop.until_done().await;
        assert_eq!((view.status, view.may_pay_again), (Status::Cancelled, true));
        assert_eq!((shop.collected(), shop.reserved()), (vec![], 0));
        assert_eq!(shop.till.cancel(R).await.expect_err("it is gone").code, Code::TooLateToCancel);
        assert_eq!(shop.does_not_collect(&part(100), None).await.code, Code::NothingToCapture);
    });
}

fn what_makes_no_sense_is_refused(rail: Rail) {
    Street::on(rail).day(async |shop: Shop| {
        shop.is_paid("sale-41-1").await;
        let paid = shop.till.capture("sale-41-1", &part(100), None).await.expect_err("it is paid");
        assert_eq!(paid.code, Code::NothingToCapture);
        shop.is_reserved().await;
        assert_eq!(shop.does_not_collect(&part(DUE + 1), None).await.code, Code::AboveReserved);
        assert_eq!(shop.does_not_collect(&part(0), None).await.code, Code::AmountInvalid);
        let euro = StartCapture { amount: Some(Amount { value: 100, currency: Currency::Eur }) };
        assert_eq!(shop.does_not_collect(&euro, None).await.code, Code::AmountInvalid);
        assert_eq!((shop.collected(), shop.reserved()), (vec![], DUE));
    });
}

fn twice_under_one_key_is_one_capture_even_after_a_restart(rail: Rail) {
    let street = Street::on(rail);
    street.day(async |shop: Shop| {
        shop.is_reserved().await;
        let wish = part(4_900);
        let (first, second) =
            tokio::join!(shop.collects(&wish, Some("key")), shop.collects(&wish, Some("key")));
        assert!(first.again != second.again);
        shop.until_done().await;
    });
    street.day(async |shop: Shop| {
        assert!(shop.collects(&part(4_900), Some("key")).await.again);
        assert_eq!(shop.does_not_collect(&part(100), Some("key")).await.code, Code::IdempotencyMismatch);
        assert_eq!(shop.collected(), [4_900]);
    });
}

fn the_answer_is_lost(rail: Rail) {
    Street::on(rail).day(async |shop: Shop| {
        shop.is_reserved().await;
        shop.faults([Fault::new(Call::Capture, FaultKind::Lost)]);
        shop.collects(&part(4_900), None).await;
        assert_eq!(shop.until_done().await.captured.value, 4_900);
        shop.faults([Fault::new(Call::Cancel, FaultKind::Lost)]);
        shop.till.cancel(R).await.expect("the rest can be let go");
        assert_eq!(shop.until_done().await.status, Status::Paid);
        assert_eq!((shop.collected(), shop.reserved()), (vec![4_900], 0));
    });
}

fn the_power_goes_between_intent_and_answer(rail: Rail) {
    let street = Street::on(rail);
    street.day(async |shop: Shop| {
        shop.is_reserved().await;
        shop.faults([Fault::new(Call::Capture, FaultKind::Lost)]);
        shop.collects(&StartCapture::default(), None).await;
    });
    street.day(async |shop: Shop| {
        assert_eq!(shop.until_done().await.status, Status::Paid);
        assert_eq!(shop.collected(), [DUE]);
    });
}

fn the_portal_was_faster(rail: Rail) {
    Street::on(rail).day(async |shop: Shop| {
        shop.is_reserved().await;
        shop.by_hand(R, "portal/cancel", "").await;
        assert_eq!(shop.reserved(), 0, "the portal has let it go");
        shop.collects(&StartCapture::default(), None).await;
        let view = shop.until_done().await;
        assert_eq!((view.status, view.may_pay_again), (Status::Cancelled, true));
        assert_eq!(view.captures[0].status, ModificationStatus::Refused);
        assert!(view.captures[0].problem.is_some());
    });
}
