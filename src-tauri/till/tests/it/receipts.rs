//! What was sold stands in the customer's app: once, right, and never in the way of the payment.

use std::time::Duration;

use contract::{Code, Line, Private, ReceiptStatus, ScreenView, StartPayment, Status};
use payment::Rail;
use simulator::{Call, Fault, FaultKind};
use vipps::orders::{OrderLine, PaymentType, Receipt, Role, TaxRate};

use crate::street::{DUE, Shop, Street, asked, asked_by_phone};

const R: &str = "sale-42-1";
const NUMBER: &str = "912 34 567";

on_both_rails!(
    the_customer_finds_it_in_the_app,
    what_comes_back_and_what_is_taken_off_stands_on_it,
    without_every_tax_there_is_none,
    neither_the_code_nor_the_result_waits_for_it,
    answers_that_are_lost_do_not_store_it_twice,
    it_is_tried_until_it_is_stored,
    after_a_power_cut_it_goes_on_where_it_was,
    what_somebody_else_has_stored_is_told,
    a_refusal_is_told_and_the_payment_is_paid,
    it_is_given_up_after_a_day,
    what_is_not_paid_needs_none,
    what_is_sold_at_a_distance_goes_to_a_phone_with_its_receipt,
    what_is_sold_at_a_distance_is_never_a_code,
    a_sale_at_a_distance_without_a_receipt_is_refused,
);

fn line(name: &str, quantity: u32, unit_price: i64, rate: u16) -> Line {
    Line { name: name.into(), quantity, unit_price, tax_rate: Some(rate), ..Line::default() }
}

/// Lines that come to what is due.
fn sold() -> Vec<Line> {
    vec![line("Kaffe", 2, 4_500, 1_500), line("Krus", 1, 15_900, 2_500)]
}

fn asked_with(lines: Vec<Line>) -> StartPayment {
    StartPayment { lines, ..asked(R) }
}

fn asked_at_a_distance() -> StartPayment {
    StartPayment { lines: sold(), customer_present: false, ..asked_by_phone(R, NUMBER) }
}

/// What Vipps MobilePay has stored.
async fn stored(street: &Street) -> Option<Receipt> {
    let told = street.vipps().orders().get(PaymentType::Single, R).await;
    told.ok().and_then(|order| order.receipt)
}

/// How many receipts were sent by themselves.
fn sent(shop: &Shop) -> usize {
    shop.calls("POST", &format!("/receipts/{R}"))
}

/// How many times anything was asked of Order Management.
fn asked_of_orders(shop: &Shop) -> usize {
    shop.simulator.requests().iter().filter(|record| record.path.starts_with("/order-management/")).count()
}

impl Shop {
    async fn until_receipt(&self, wanted: ReceiptStatus) -> contract::PaymentView {
        self.until_view(R, |view| view.receipt == wanted).await
    }
}

fn the_customer_finds_it_in_the_app(rail: Rail) {
    let street = Street::on(rail);
    street.day(async |shop: Shop| {
        shop.till.start(&asked_with(sold()), None).await.expect("it can be started");
        shop.until(R, Status::Waiting).await;
        shop.until_receipt(ReceiptStatus::Stored).await;
        shop.approves(R);
        let paid = shop.until_end(R).await;
        assert_eq!((paid.status, paid.receipt, paid.note), (Status::Paid, ReceiptStatus::Stored, None));
        let receipt = stored(&street).await.expect("it is there");
        let taxes: Vec<(u64, u64)> = receipt.lines.iter().map(|line| (line.total, line.tax)).collect();
        assert_eq!(taxes, [(9_000, 1_174), (15_900, 3_180)]);
        assert_eq!(receipt.total(), Some(DUE.unsigned_abs()));
        assert_eq!(sent(&shop), usize::from(rail == Rail::Ecom), "ePayment takes it with the creation");
        let view = shop.till.receipt(R).await.expect("it can be looked at");
        let rates: Vec<_> = view.taxes.iter().map(|tax| (tax.tax_rate, tax.net, tax.tax)).collect();
        assert_eq!(rates, [(2_500, 12_720, 3_180), (1_500, 7_826, 1_174)]);
        assert_eq!((view.status, view.total.value), (ReceiptStatus::Stored, DUE));
    });
}

fn what_comes_back_and_what_is_taken_off_stands_on_it(rail: Rail) {
    let street = Street::on(rail);
    street.day(async |shop: Shop| {
        let back = Line { is_return: true, ..line("Krus", 1, -5_000, 2_500) };
        let lines = vec![line("Kanne", 1, 30_900, 2_500), line("Rabatt", 1, -1_000, 2_500), back];
        shop.till.start(&asked_with(lines), None).await.expect("it can be started");
        shop.until_receipt(ReceiptStatus::Stored).await;
        let receipt = stored(&street).await.expect("it is there");
        let told: Vec<_> = receipt
            .lines
            .iter()
            .map(|line| (line.name.as_str(), line.total, line.discount, line.role))
            .collect();
        assert_eq!(told, [("Kanne", 29_900, 1_000, Role::Goods), ("Krus", 5_000, 0, Role::Return)]);
    });
}

fn without_every_tax_there_is_none(rail: Rail) {
    Street::on(rail).day(async |shop: Shop| {
        let untaxed = Line { tax_rate: None, ..line("Krus", 1, 15_900, 0) };
        let lines = vec![line("Kaffe", 2, 4_500, 1_500), untaxed];
        shop.till.start(&asked_with(lines), None).await.expect("it can be started");
        shop.until(R, Status::Waiting).await;
        shop.approves(R);
        assert_eq!(shop.until_end(R).await.receipt, ReceiptStatus::None);
        shop.passes(Duration::from_mins(1)).await;
        assert_eq!(asked_of_orders(&shop), 0);
    });
}

fn neither_the_code_nor_the_result_waits_for_it(rail: Rail) {
    Street::on(rail).day(async |shop: Shop| {
        shop.faults([Fault::new(Call::Orders, FaultKind::Silent)]);
        shop.till.start(&asked_with(sold()), None).await.expect("it can be started");
        shop.until(R, Status::Waiting).await;
        assert!(matches!(shop.till.screen().view, ScreenView::Scan { .. }));
        shop.approves(R);
        let began = tokio::time::Instant::now();
        let paid = shop.until_end(R).await;
        assert!(began.elapsed() < Duration::from_secs(3), "it took {:?}", began.elapsed());
        assert_eq!((paid.status, paid.receipt), (Status::Paid, ReceiptStatus::Waiting));
        // The next customer does not wait for it either.
        shop.shows_code("sale-43-1").await;
        shop.faults([]);
        shop.until_receipt(ReceiptStatus::Stored).await;
    });
}

fn answers_that_are_lost_do_not_store_it_twice(rail: Rail) {
    let street = Street::on(rail);
    street.day(async |shop: Shop| {
        // It is looked for first, in vain on eCom; then it is sent, and stored, and nobody hears so.
        let looked = Fault::new(Call::Orders, FaultKind::Slow).delay_ms(1).times(1);
        shop.faults([looked, Fault::new(Call::Orders, FaultKind::Lost).times(1)]);
        shop.till.start(&asked_with(sold()), None).await.expect("it can be started");
        shop.until_receipt(ReceiptStatus::Stored).await;
        assert_eq!(sent(&shop), usize::from(rail == Rail::Ecom));
        shop.faults([]);
        assert!(stored(&street).await.is_some());
    });
}

fn it_is_tried_until_it_is_stored(rail: Rail) {
    Street::on(rail).day(async |shop: Shop| {
        shop.faults([
            Fault::new(Call::Orders, FaultKind::Refused).times(1),
            Fault::new(Call::Orders, FaultKind::Status).status(503).times(2),
            Fault::new(Call::Orders, FaultKind::TooMany).delay_ms(20_000).times(1),
            Fault::new(Call::Orders, FaultKind::Status).status(401).times(1),
            Fault::new(Call::Orders, FaultKind::Html).times(1),
            Fault::new(Call::Orders, FaultKind::Nonsense).times(1),
        ]);
        let began = tokio::time::Instant::now();
        shop.till.start(&asked_with(sold()), None).await.expect("it can be started");
        shop.until_receipt(ReceiptStatus::Stored).await;
        assert!(began.elapsed() >= Duration::from_secs(20), "it was asked to wait longer");
        assert!(shop.simulator.faults().is_empty(), "{:?}", shop.simulator.faults());
        assert!(sent(&shop) <= 1, "{} sent", sent(&shop));
    });
}

fn after_a_power_cut_it_goes_on_where_it_was(rail: Rail) {
    let street = Street::on(rail);
    street.simulator.set_faults(vec![Fault::new(Call::Orders, FaultKind::Silent)]);
    street.day(async |shop: Shop| {
        shop.till.start(&asked_with(sold()), None).await.expect("it can be started");
        shop.until(R, Status::Waiting).await;
        shop.approves(R);
        assert_eq!(shop.until_end(R).await.receipt, ReceiptStatus::Waiting);
    });
    street.simulator.set_faults(Vec::new());
    street.day(async |shop: Shop| {
        let known = shop.until_receipt(ReceiptStatus::Stored).await;
        assert_eq!(known.status, Status::Paid);
        shop.paid_once(R);
    });
    street.day(async |shop: Shop| {
        let before = asked_of_orders(&shop);
        shop.passes(Duration::from_hours(1)).await;
        assert_eq!(asked_of_orders(&shop), before, "it is known, and nothing is asked any more");
        let known = shop.till.payment(R).await.expect("it exists");
        assert_eq!(known.receipt, ReceiptStatus::Stored);
    });
}

fn what_somebody_else_has_stored_is_told(rail: Rail) {
    let street = Street::on(rail);
    street.day(async |shop: Shop| {
        let tax_rate = TaxRate::of_percent(25).expect("it is one");
        let other = OrderLine {
            name: "Krus".into(),
            id: "1".into(),
            total: 100,
            tax: tax_rate.of(100),
            tax_rate,
            unit: None,
            discount: 0,
            product_url: None,
            role: Role::Goods,
        };
        let currency = vipps::Currency::Nok;
        let (lines, tip, pos_id) = (vec![other], None, None);
        let receipt = Receipt { lines, currency, tip, pos_id, number: None, sources: None, barcode: None };
        let vipps = street.vipps();
        vipps.orders().add_receipt(PaymentType::Single, R, &receipt).await.expect("it is stored");

        shop.till.start(&asked_with(sold()), None).await.expect("it can be started");
        shop.until(R, Status::Waiting).await;
        shop.until_receipt(ReceiptStatus::Different).await;
        shop.approves(R);
        let paid = shop.until_end(R).await;
        assert_eq!((paid.status, paid.receipt), (Status::Paid, ReceiptStatus::Different));
        assert_eq!(paid.note.expect("the cashier is told").code, Code::ReceiptDiffers);
        assert_eq!(stored(&street).await, Some(receipt));
    });
}

fn a_refusal_is_told_and_the_payment_is_paid(rail: Rail) {
    Street::on(rail).day(async |shop: Shop| {
        shop.faults([Fault::new(Call::Orders, FaultKind::Status).status(400)]);
        shop.till.start(&asked_with(sold()), None).await.expect("it can be started");
        shop.until(R, Status::Waiting).await;
        shop.approves(R);
        shop.until(R, Status::Paid).await;
        let paid = shop.until_receipt(ReceiptStatus::Refused).await;
        assert_eq!(paid.note.expect("the cashier is told").code, Code::ReceiptRefused);
        let before = asked_of_orders(&shop);
        shop.passes(Duration::from_hours(1)).await;
        assert_eq!(asked_of_orders(&shop), before, "what is refused is not repeated");
    });
}

fn it_is_given_up_after_a_day(rail: Rail) {
    let street = Street::on(rail);
    street.day(async |shop: Shop| {
        shop.faults([Fault::new(Call::Orders, FaultKind::Refused)]);
        shop.till.start(&asked_with(sold()), None).await.expect("it can be started");
        shop.until(R, Status::Waiting).await;
        shop.approves(R);
        shop.until(R, Status::Paid).await;
        // The clock was an hour slow when it was asked for.
        shop.passes(Duration::from_hours(22)).await;
        let known = shop.till.payment(R).await.expect("it exists");
        assert_eq!(known.receipt, ReceiptStatus::Waiting);
        shop.passes(Duration::from_hours(2)).await;
        let known = shop.till.payment(R).await.expect("it exists");
        assert_eq!((known.status, known.receipt), (Status::Paid, ReceiptStatus::Refused));
        assert!(asked_of_orders(&shop) < 60, "{} asks in a day", asked_of_orders(&shop));
    });
}

fn what_is_not_paid_needs_none(rail: Rail) {
    Street::on(rail).day(async |shop: Shop| {
        shop.faults([Fault::new(Call::Orders, FaultKind::Refused)]);
        shop.till.start(&asked_with(sold()), None).await.expect("it can be started");
        shop.until(R, Status::Waiting).await;
        shop.till.cancel(R).await.expect("it can be cancelled");
        assert_eq!(shop.until_end(R).await.receipt, ReceiptStatus::None);
        shop.passes(Duration::from_mins(2)).await;
        let before = asked_of_orders(&shop);
        shop.passes(Duration::from_hours(1)).await;
        assert_eq!(asked_of_orders(&shop), before);
    });
}

fn what_is_sold_at_a_distance_goes_to_a_phone_with_its_receipt(rail: Rail) {
    Street::with_push(rail).day(async |shop: Shop| {
        shop.till.start(&asked_at_a_distance(), None).await.expect("it can be started");
        shop.until(R, Status::Waiting).await;
        assert_eq!(shop.till.screen().view, ScreenView::Idle, "whoever stands here has not bought it");
        shop.approves(R);
        let paid = shop.until_end(R).await;
        assert_eq!(paid.status, Status::Paid);
        shop.until_receipt(ReceiptStatus::Stored).await;
        let created = shop.simulator.requests();
        let said =
            created.iter().map(|record| &record.body["customerInteraction"]).find(|said| !said.is_null());
        match rail {
            Rail::Epayment => assert_eq!(said.expect("it is said"), "CUSTOMER_NOT_PRESENT"),
            Rail::Ecom => assert_eq!(said, None, "eCom has no word for it"),
        }
    });
}

fn what_is_sold_at_a_distance_is_never_a_code(rail: Rail) {
    // This sales unit may not send requests to phones.
    Street::on(rail).day(async |shop: Shop| {
        for number in 1..=2 {
            let reference = format!("sale-42-{number}");
            let asked = StartPayment { reference: Some(reference.clone()), ..asked_at_a_distance() };
            shop.till.start(&asked, None).await.expect("it can be asked for");
            let ended = shop.until_end(&reference).await;
            assert_eq!((ended.status, ended.may_pay_again), (Status::Failed, true));
            assert_eq!(ended.problem.expect("it says why").code, Code::PushNotAllowed);
        }
        assert_eq!(shop.calls("POST", "/qr/v1"), 0, "no code was made");
    });
}

fn a_sale_at_a_distance_without_a_receipt_is_refused(rail: Rail) {
    Street::with_push(rail).day(async |shop: Shop| {
        let good = asked_at_a_distance();
        let untaxed = Line { tax_rate: None, ..line("Krus", 1, DUE, 0) };
        for bad in [
            StartPayment { lines: Vec::new(), ..good.clone() },
            StartPayment { lines: vec![untaxed], ..good.clone() },
            StartPayment { flow: contract::Flow::Qr, phone_number: None, ..good.clone() },
        ] {
            let refused = shop.till.start(&bad, None).await.expect_err("it is refused");
            assert_eq!(refused.code, Code::DistanceIncomplete, "{bad:?}");
        }
        let nowhere = StartPayment { phone_number: Some(Private::new("12")), ..good };
        let refused = shop.till.start(&nowhere, None).await.expect_err("it is refused");
        assert_eq!(refused.code, Code::NumberInvalid);
        assert_eq!(shop.creations(), 0);
    });
}
