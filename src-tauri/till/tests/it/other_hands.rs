//! Somebody in the portal takes a part of what a customer has approved, and leaves the rest reserved.

use std::time::Duration;

use contract::{Code, PaymentView, ScreenView, Status};
use payment::Rail;
use simulator::{Act, Call, Fault, FaultKind};

use crate::street::{DUE, Shop, Street};

const R: &str = "sale-42-1";
/// What the other hand takes.
const PART: i64 = 5_000;

on_both_rails!(
    what_was_taken_and_given_back_is_over_when_the_rest_is_let_go,
    a_rest_that_is_not_let_go_is_said_to_be_open_until_it_is,
    a_rest_that_can_not_be_collected_is_let_go,
    the_power_goes_while_the_rest_is_let_go,
    the_rest_of_a_part_that_is_kept_is_collected,
);

impl Shop {
    fn acts(&self, act: Act) {
        self.simulator.perform(R, None, act).expect("it can be done");
    }

    /// Before the till can read that the customer has approved, somebody has taken a part and given it back.
    async fn a_part_is_taken_and_given_back(&self) {
        self.shows_code(R).await;
        self.approves(R);
        self.acts(Act::PortalCapture(Some(PART)));
        self.acts(Act::PortalRefund(Some(PART)));
    }

    /// Minor units that are still reserved at Vipps MobilePay.
    fn rest(&self) -> i64 {
        let truth = self.truth(R);
        truth.reserved - truth.captured - truth.cancelled
    }

    /// Waits for `wanted`; as long as anything is reserved nobody is told that the sale may be charged again.
    async fn until_honestly(&self, wanted: impl Fn(&PaymentView) -> bool) -> PaymentView {
        self.until_view(R, |view| {
            assert!(self.rest() == 0 || !view.may_pay_again, "{} are reserved: {view:?}", self.rest());
            wanted(view)
        })
        .await
    }
}

fn code(view: &PaymentView) -> Option<Code> {
    view.problem.as_ref().map(|problem| problem.code)
}

/// It makes no sense in this state of the payment, says Vipps MobilePay (contract 1.2, 91; contract 1.4, 6200).
fn refused(rail: Rail, call: Call) -> Fault {
    let (shape, code) = if rail == Rail::Ecom { (1, "91") } else { (7, "6200") };
    let fault = Fault::new(call, FaultKind::Status).status(400);
    Fault { shape: Some(shape), code: Some(code.into()), ..fault }
}

fn what_was_taken_and_given_back_is_over_when_the_rest_is_let_go(rail: Rail) {
    Street::on(rail).day(async |shop: Shop| {
        shop.faults([Fault::new(Call::Cancel, FaultKind::Slow).delay_ms(1_000)]);
        shop.a_part_is_taken_and_given_back().await;
        let view = shop.until_honestly(|view| view.status == Status::Checking).await;
        assert_eq!((code(&view), view.is_final), (Some(Code::Mismatch), false), "{view:?}");
        let view = shop.until_honestly(|view| view.is_final).await;
        assert_eq!((view.status, view.may_pay_again), (Status::Cancelled, true));
        assert_eq!((shop.rest(), shop.truth(R).cancelled), (0, DUE - PART));
        assert_eq!((view.captured.value, view.refunded.value), (PART, PART));
    });
}

/// Vipps MobilePay refuses to let it go. The till becomes free, says that this sale must not be charged again, and goes on
/// asking.
fn a_rest_that_is_not_let_go_is_said_to_be_open_until_it_is(rail: Rail) {
    Street::on(rail).day(async |shop: Shop| {
        shop.faults([refused(rail, Call::Cancel).times(8)]);
        shop.a_part_is_taken_and_given_back().await;
        let view = shop.until_honestly(|view| view.is_final).await;
        assert_eq!((view.status, code(&view)), (Status::Failed, Some(Code::Mismatch)), "{view:?}");
        assert_eq!((view.may_pay_again, shop.rest()), (false, DUE - PART));
        shop.till.start(&crate::street::asked("sale-43-1"), None).await.expect("the till is free");
        let view = shop.until_honestly(|view| view.may_pay_again).await;
        assert_eq!((view.status, shop.rest()), (Status::Failed, 0));
        assert_eq!(code(&view), Some(Code::MismatchUndone), "the words allow what the flag allows");
    });
}

/// The customer approved, somebody took a part and kept it, and the rest can't be collected.
fn a_rest_that_can_not_be_collected_is_let_go(rail: Rail) {
    Street::on(rail).day(async |shop: Shop| {
        shop.shows_code(R).await;
        shop.faults([refused(rail, Call::Capture).times(3)]);
        shop.approves(R);
        shop.acts(Act::PortalCapture(Some(PART)));
        let view = shop.until_honestly(|view| view.is_final).await;
        assert_eq!((view.status, code(&view)), (Status::Failed, Some(Code::Mismatch)), "a part is kept");
        assert_eq!((view.may_pay_again, view.captured.value, shop.rest()), (false, PART, 0));
        let screen = shop.till.screen().view;
        assert!(matches!(screen, ScreenView::Fault { code: Code::Mismatch }), "{screen:?}");
    });
}

fn the_power_goes_while_the_rest_is_let_go(rail: Rail) {
    let street = Street::on(rail);
    street.day(async |shop: Shop| {
        shop.faults([Fault::new(Call::Cancel, FaultKind::Lost)]);
        shop.a_part_is_taken_and_given_back().await;
        let asked = || shop.calls("PUT", "/cancel") + shop.calls("POST", "/cancel");
        while asked() == 0 {
            shop.passes(Duration::from_millis(10)).await;
        }
    });
    street.day(async |shop: Shop| {
        let view = shop.until_honestly(|view| view.is_final).await;
        assert_eq!((view.status, view.may_pay_again, shop.rest()), (Status::Cancelled, true, 0));
    });
}

fn the_rest_of_a_part_that_is_kept_is_collected(rail: Rail) {
    Street::on(rail).day(async |shop: Shop| {
        shop.shows_code(R).await;
        shop.approves(R);
        shop.acts(Act::PortalCapture(Some(PART)));
        let view = shop.until_honestly(|view| view.is_final).await;
        assert_eq!((view.status, view.captured.value), (Status::Paid, DUE));
        let captures: Vec<i64> = shop.truth(R).captures.iter().map(|capture| capture.amount).collect();
        assert_eq!(captures, [PART, DUE - PART]);
    });
}
