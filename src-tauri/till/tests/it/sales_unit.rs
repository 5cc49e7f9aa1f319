//! What the hub has read of the sales unit is used, and never held against a sale that might be paid.

use std::time::Duration;

use contract::{
    Amount, CaptureMode, Code, Currency, Flow, PaymentView, StartCapture, StartPayment, Status, UnitSettings,
};
use payment::Rail;
use simulator::QrLife;

use crate::street::{DUE, Shop, Street, asked, asked_by_phone};

const R: &str = "sale-42-1";
const NUMBER: &str = "912 34 567";
/// The usual sales unit, and one in Denmark.
const OSLO: &str = "654321";
const COPENHAGEN: &str = "754321";

on_both_rails!(a_sales_unit_that_may_not_take_payments_is_warned_of_and_tried,);

impl Shop {
    /// What a hub has just read of the sales unit `msn`.
    fn just_read(&self, msn: &str) -> UnitSettings {
        UnitSettings { msn: msn.to_owned(), read_at: self.simulator.now(), ..UnitSettings::default() }
    }

    /// The hub has just read whether requests may go to phones.
    fn may_push(&self, allowed: bool) {
        let read = self.just_read(OSLO);
        self.till.unit_may(&UnitSettings { skip_landing_page_allowed: Some(allowed), ..read });
    }

    /// A request to a phone ends as a code, after so many creations.
    async fn falls_back(&self, reference: &str, creations: usize) {
        let before = self.creations();
        self.till.start(&asked_by_phone(reference, NUMBER), None).await.expect("it can be started");
        let waiting = self.until(reference, Status::Waiting).await;
        assert_eq!((waiting.flow, waiting.problem), (Flow::Qr, None));
        assert_eq!(waiting.note.expect("the cashier is told").code, Code::PushNotAllowed);
        assert_eq!(self.creations() - before, creations, "{reference}");
        self.approves(reference);
        assert_eq!(self.until_end(reference).await.status, Status::Paid);
    }

    /// What is asked for with `capture: manual`, and what comes of it when the customer approves.
    async fn is_held(&self, request: &StartPayment) -> PaymentView {
        self.till.start(request, None).await.expect("it can be started");
        self.until(R, Status::Waiting).await;
        self.approves(R);
        self.until_end(R).await
    }
}

#[test]
fn a_request_that_would_be_refused_is_not_tried() {
    Street::on(Rail::Ecom).day(async |shop: Shop| {
        shop.may_push(false);
        shop.falls_back(R, 1).await;
    });
}

#[test]
fn what_is_not_known_or_old_or_of_another_sales_unit_is_tried() {
    type What = fn(&Shop) -> UnitSettings;
    let old: What = |shop| {
        let day = i64::try_from(Duration::from_hours(24).as_millis()).expect("it fits");
        let read = shop.just_read(OSLO);
        UnitSettings { read_at: read.read_at - day - 1, skip_landing_page_allowed: Some(false), ..read }
    };
    let strange: What =
        |shop| UnitSettings { skip_landing_page_allowed: Some(false), ..shop.just_read("654322") };
    let silent: What = |shop| shop.just_read(OSLO);
    for what in [old, strange, silent] {
        Street::on(Rail::Ecom).day(async |shop: Shop| {
            // A till whose clock has not been set yet does not know how old it is.
            shop.is_paid("sale-41-1").await;
            shop.till.unit_may(&what(&shop));
            shop.falls_back(R, 2).await;
        });
    }
}

#[test]
fn epayment_is_asked_because_nothing_is_said_of_it() {
    Street::with_push(Rail::Epayment).day(async |shop: Shop| {
        let read = shop.just_read("654322");
        shop.till.unit_may(&UnitSettings { skip_landing_page_allowed: Some(false), ..read });
        shop.till.start(&asked_by_phone(R, NUMBER), None).await.expect("it can be started");
        assert_eq!(shop.until(R, Status::Waiting).await.flow, Flow::Push);
    });
}

/// The owner has ordered the permission: nobody waits for the end of the day.
#[test]
fn a_permission_that_was_read_after_the_refusal_counts() {
    Street::on(Rail::Ecom).day(async |shop: Shop| {
        shop.falls_back(R, 2).await;
        shop.falls_back("sale-42-2", 1).await;
        shop.passes(Duration::from_mins(30)).await;
        shop.may_push(true);
        shop.falls_back("sale-42-3", 2).await;
        shop.falls_back("sale-42-4", 1).await;
    });
}

#[test]
fn what_is_sold_at_a_distance_is_tried_because_nobody_could_scan() {
    Street::with_push(Rail::Ecom).day(async |shop: Shop| {
        let read = shop.just_read("654322");
        shop.till.unit_may(&UnitSettings { skip_landing_page_allowed: Some(false), ..read });
        let line = contract::Line {
            name: "Kaffe".into(),
            quantity: 1,
            unit_price: DUE,
            tax_rate: Some(1_500),
            ..contract::Line::default()
        };
        let away = StartPayment { customer_present: false, lines: vec![line], ..asked_by_phone(R, NUMBER) };
        shop.till.start(&away, None).await.expect("it can be started");
        assert_eq!(shop.until(R, Status::Waiting).await.flow, Flow::Push);
    });
}

fn a_sales_unit_that_may_not_take_payments_is_warned_of_and_tried(rail: Rail) {
    Street::on(rail).day(async |shop: Shop| {
        assert_eq!(shop.till.health().warning, None);
        let read = shop.just_read(OSLO);
        shop.till.unit_may(&UnitSettings { payment_allowed: Some(false), ..read });
        let health = shop.till.health();
        assert_eq!((health.ready, health.warning), (true, Some(Code::PaymentsNotAllowed)));
        shop.is_paid(R).await;
        shop.paid_once(R);
    });
}

#[test]
fn where_ecom_collects_at_approval_nothing_is_reserved_for_later() {
    Street::on(Rail::Ecom).day(async |shop: Shop| {
        let later = StartPayment { capture: CaptureMode::Manual, ..asked(R) };
        let first = shop.till.start(&later, Some("k1")).await.expect("nothing is known yet");
        shop.until(R, Status::Waiting).await;
        shop.till.cancel(R).await.expect("it can be asked for");
        shop.until_end(R).await;
        let read = shop.just_read(OSLO);
        shop.till.unit_may(&UnitSettings { direct_capture: Some(true), ..read });
        let again = shop.till.start(&later, Some("k1")).await.expect("it was started before");
        assert!(again.again && again.view.reference == first.view.reference);
        let before = shop.creations();
        let new = StartPayment { reference: Some("sale-42-2".into()), ..later };
        let refused = shop.till.start(&new, Some("k2")).await.expect_err("it can't be kept");
        assert_eq!((refused.code, refused.reference.as_deref()), (Code::CapturesAtOnce, Some("sale-42-2")));
        assert_eq!(shop.creations(), before, "nothing was asked");
        shop.is_paid("sale-42-2").await;
    });
}

#[test]
fn epayment_always_reserves() {
    Street::on(Rail::Epayment).day(async |shop: Shop| {
        let read = shop.just_read(OSLO);
        shop.till.unit_may(&UnitSettings { direct_capture: Some(true), ..read });
        let reserved = shop.is_held(&StartPayment { capture: CaptureMode::Manual, ..asked(R) }).await;
        assert_eq!((reserved.status, reserved.capturable.value), (Status::Approved, DUE));
    });
}

#[test]
fn no_part_is_collected_where_only_the_whole_may_be() {
    Street::at(Rail::Epayment, QrLife::default(), COPENHAGEN).day(async |shop: Shop| {
        let kroner = |value| Amount { value, currency: Currency::Dkk };
        let part = StartCapture { amount: Some(kroner(4_900)) };
        let later = StartPayment { amount: kroner(DUE), capture: CaptureMode::Manual, ..asked(R) };
        shop.is_held(&later).await;
        shop.till.capture(R, &part, Some("k1")).await.expect("nothing is known yet");
        let collected = |view: &PaymentView| view.captured.value == 4_900;
        shop.until_view(R, collected).await;
        let read = shop.just_read(COPENHAGEN);
        shop.till.unit_may(&UnitSettings { partial_capture_allowed: Some(false), ..read });
        assert!(shop.till.capture(R, &part, Some("k1")).await.expect("it was asked for before").again);
        let calls = || shop.calls("POST", "/capture");
        let before = calls();
        let refused = shop.till.capture(R, &part, Some("k2")).await.expect_err("it is a part");
        assert_eq!((refused.code, refused.reference.as_deref()), (Code::PartialCaptureRefused, Some(R)));
        assert_eq!((calls(), shop.till.payment(R).await.expect("it exists").captures.len()), (before, 1));
        let rest = StartCapture { amount: Some(kroner(DUE - 4_900)) };
        shop.till.capture(R, &rest, Some("k3")).await.expect("it is all that is left");
        assert_eq!(shop.until(R, Status::Paid).await.captured.value, DUE);
    });
}

/// All sales units in Norway may collect in parts, whatever is said of them.
#[test]
fn a_part_is_tried_in_norway() {
    Street::on(Rail::Ecom).day(async |shop: Shop| {
        let read = shop.just_read(OSLO);
        shop.till.unit_may(&UnitSettings {
            partial_capture_allowed: Some(false),
            late_capture_allowed: Some(false),
            ..read
        });
        shop.is_held(&StartPayment { capture: CaptureMode::Manual, ..asked(R) }).await;
        let part = StartCapture { amount: Some(Amount { value: 4_900, currency: Currency::Nok }) };
        shop.till.capture(R, &part, None).await.expect("it is tried");
        shop.until_view(R, |view| view.captured.value == 4_900).await;
    });
}
