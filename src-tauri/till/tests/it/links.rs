//! The customer's app leads to the shop: with its picture, and never in the way of the payment.

use std::time::Duration;

use contract::{Code, Line, LinkKind, LinkStatus, OrderLink, ReceiptStatus, StartPayment, Status};
use payment::Rail;
use simulator::{Call, Fault, FaultKind};
use till::LinkPicture;
use vipps::orders::{Kind, Link, PaymentType};

use crate::street::{DUE, Shop, Street, asked};

const R: &str = "sale-42-1";

on_both_rails!(
    what_the_shop_has_set_is_in_the_app,
    what_the_pos_gives_goes_before_it,
    without_one_nothing_is_asked,
    a_link_that_leads_nowhere_is_refused_at_once,
    neither_the_code_nor_the_result_waits_for_it,
    it_goes_beside_the_receipt,
    an_answer_that_is_lost_is_asked_for_again,
    it_is_tried_until_it_is_stored,
    after_a_power_cut_it_goes_on_where_it_was,
    a_refusal_is_told_and_the_payment_is_paid,
    it_is_given_up_after_a_day,
    what_is_not_paid_needs_none,
    the_picture_is_stored_once_and_shown_on_every_link,
    a_picture_that_is_there_already_is_ours,
    another_picture_has_another_name,
    a_refused_picture_does_not_cost_the_link,
    a_picture_that_was_there_all_along_is_shown,
    a_picture_that_cannot_be_stored_now_keeps_no_link_waiting_long,
    a_picture_whose_answer_is_lost_is_shown,
);

fn of_the_shop() -> OrderLink {
    OrderLink { kind: LinkKind::OrderConfirmation, url: "https://kaffe.example/orders/{reference}".into() }
}

fn of_the_pos() -> OrderLink {
    OrderLink { kind: LinkKind::Ticket, url: "https://billett.example/t?n={reference}&k=7".into() }
}

fn asked_with(link: OrderLink) -> StartPayment {
    StartPayment { link: Some(link), ..asked(R) }
}

/// The head of a picture of that height, in pixels.
fn png(height: u32) -> Vec<u8> {
    let head = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\x02\0".as_slice();
    [head, &height.to_be_bytes(), &[8, 2, 0, 0, 0]].concat()
}

/// A shop that gives every payment a link.
fn with_link(rail: Rail) -> Street {
    let mut street = Street::on(rail);
    street.link = Some(of_the_shop());
    street
}

/// A shop that gives every payment a link with a picture.
fn with_picture(rail: Rail) -> Street {
    let mut street = with_link(rail);
    street.picture = Some(png(200));
    street
}

/// The id of the picture on the links of that street.
fn picture_id(street: &Street) -> String {
    let file = street.picture.clone().expect("there is one");
    LinkPicture::of(file).expect("it is good").id("654321")
}

/// What Vipps MobilePay has stored.
async fn stored(street: &Street, reference: &str) -> Option<Link> {
    let told = street.vipps().orders().get(PaymentType::Single, reference).await;
    told.ok().and_then(|order| order.link)
}

/// The next call of Order Management meets this status.
fn next_status(status: u16) -> Fault {
    Fault::new(Call::Orders, FaultKind::Status).status(status).times(1)
}

/// How often the link of `reference` was sent.
fn sent(shop: &Shop, reference: &str) -> usize {
    shop.calls("PUT", &format!("/categories/{reference}"))
}

fn pictures_sent(shop: &Shop) -> usize {
    shop.calls("POST", "/order-management/v1/images")
}

fn asked_of_orders(shop: &Shop) -> usize {
    shop.simulator.requests().iter().filter(|record| record.path.starts_with("/order-management/")).count()
}

impl Shop {
    async fn until_link(&self, reference: &str, wanted: LinkStatus) -> contract::PaymentView {
        self.until_view(reference, |view| view.link == wanted).await
    }

    /// Charges for `reference` and waits until its link is stored; the customer walks away.
    async fn links(&self, reference: &str) {
        self.till.start(&asked(reference), None).await.expect("it can be started");
        self.until_link(reference, LinkStatus::Stored).await;
        self.until(reference, Status::Waiting).await;
        self.till.cancel(reference).await.expect("it can be cancelled");
        self.until_end(reference).await;
    }
}

fn what_the_shop_has_set_is_in_the_app(rail: Rail) {
    let street = with_link(rail);
    street.day(async |shop: Shop| {
        shop.till.start(&asked(R), None).await.expect("it can be started");
        shop.until_link(R, LinkStatus::Stored).await;
        shop.until(R, Status::Waiting).await;
        shop.approves(R);
        let paid = shop.until_end(R).await;
        assert_eq!((paid.status, paid.link, paid.note), (Status::Paid, LinkStatus::Stored, None));
        let url = format!("https://kaffe.example/orders/{R}");
        let link = Link { kind: Kind::OrderConfirmation, url, image_id: None };
        assert_eq!(stored(&street, R).await, Some(link));
        assert_eq!((sent(&shop, R), pictures_sent(&shop)), (1, 0));
    });
}

fn what_the_pos_gives_goes_before_it(rail: Rail) {
    let street = with_link(rail);
    street.day(async |shop: Shop| {
        shop.till.start(&asked_with(of_the_pos()), None).await.expect("it can be started");
        shop.until_link(R, LinkStatus::Stored).await;
        let link = stored(&street, R).await.expect("it is there");
        let url = format!("https://billett.example/t?n={R}&k=7");
        assert_eq!((link.kind, link.url), (Kind::Ticket, url));
    });
}

fn without_one_nothing_is_asked(rail: Rail) {
    let mut street = with_picture(rail);
    street.link = None;
    street.day(async |shop: Shop| {
        shop.is_paid(R).await;
        shop.passes(Duration::from_mins(1)).await;
        assert_eq!(asked_of_orders(&shop), 0);
        assert_eq!(shop.till.payment(R).await.expect("it exists").link, LinkStatus::None);
    });
}

fn a_link_that_leads_nowhere_is_refused_at_once(rail: Rail) {
    Street::on(rail).day(async |shop: Shop| {
        for url in ["http://billett.example/7", "https://localhost/7", "https://billett.example/å"] {
            let asked = asked_with(OrderLink { url: url.into(), ..of_the_pos() });
            let refused = shop.till.start(&asked, None).await.expect_err("it is refused");
            assert_eq!(refused.code, Code::RequestInvalid, "{url}");
        }
        assert_eq!(shop.creations(), 0);
    });
}

fn neither_the_code_nor_the_result_waits_for_it(rail: Rail) {
    with_picture(rail).day(async |shop: Shop| {
        shop.faults([Fault::new(Call::Orders, FaultKind::Silent)]);
        shop.shows_code(R).await;
        shop.approves(R);
        let began = tokio::time::Instant::now();
        let paid = shop.until_end(R).await;
        assert!(began.elapsed() < Duration::from_secs(3), "it took {:?}", began.elapsed());
        assert_eq!((paid.status, paid.link), (Status::Paid, LinkStatus::Waiting));
        // The next customer does not wait for it either.
        shop.shows_code("sale-43-1").await;
        shop.faults([]);
        shop.until_link(R, LinkStatus::Stored).await;
        shop.until_link("sale-43-1", LinkStatus::Stored).await;
    });
}

fn it_goes_beside_the_receipt(rail: Rail) {
    let street = Street::on(rail);
    street.day(async |shop: Shop| {
        let line = Line { name: "Billett".into(), quantity: 1, unit_price: DUE, ..Line::default() };
        let lines = vec![Line { tax_rate: Some(1_200), ..line }];
        let asked = StartPayment { lines, ..asked_with(of_the_pos()) };
        shop.till.start(&asked, None).await.expect("it can be started");
        shop.until_link(R, LinkStatus::Stored).await;
        shop.until_view(R, |view| view.receipt == ReceiptStatus::Stored).await;
        let told = street.vipps().orders().get(PaymentType::Single, R).await.expect("it is there");
        assert!(told.link.is_some() && told.receipt.is_some(), "{told:?}");
    });
}

fn an_answer_that_is_lost_is_asked_for_again(rail: Rail) {
    let street = with_link(rail);
    street.day(async |shop: Shop| {
        shop.faults([Fault::new(Call::Orders, FaultKind::Lost).times(1)]);
        shop.till.start(&asked(R), None).await.expect("it can be started");
        shop.until_link(R, LinkStatus::Stored).await;
        assert_eq!(sent(&shop, R), 2, "to store it twice is to store it once");
    });
}

fn it_is_tried_until_it_is_stored(rail: Rail) {
    let street = with_link(rail);
    street.day(async |shop: Shop| {
        shop.faults([
            Fault::new(Call::Orders, FaultKind::Refused).times(1),
            Fault::new(Call::Orders, FaultKind::Status).status(503).times(3),
            Fault::new(Call::Orders, FaultKind::TooMany).delay_ms(20_000).times(1),
            next_status(401),
            Fault::new(Call::Orders, FaultKind::Html).times(1),
        ]);
        let began = tokio::time::Instant::now();
        shop.till.start(&asked(R), None).await.expect("it can be started");
        shop.until_link(R, LinkStatus::Stored).await;
        assert!(began.elapsed() >= Duration::from_secs(20), "it was asked to wait longer");
        assert!(shop.simulator.faults().is_empty(), "{:?}", shop.simulator.faults());
        assert!(stored(&street, R).await.is_some());
    });
}

fn after_a_power_cut_it_goes_on_where_it_was(rail: Rail) {
    let mut street = with_picture(rail);
    street.simulator.set_faults(vec![Fault::new(Call::Orders, FaultKind::Silent)]);
    street.day(async |shop: Shop| {
        shop.is_paid(R).await;
        assert_eq!(shop.till.payment(R).await.expect("it exists").link, LinkStatus::Waiting);
    });
    street.simulator.set_faults(Vec::new());
    // What is set meanwhile is for other payments: the link is that of the order.
    street.link = Some(of_the_pos());
    street.day(async |shop: Shop| {
        let known = shop.until_link(R, LinkStatus::Stored).await;
        assert_eq!(known.status, Status::Paid);
        shop.paid_once(R);
        let link = stored(&street, R).await.expect("it is there");
        assert_eq!((link.kind, link.image_id), (Kind::OrderConfirmation, Some(picture_id(&street))));
    });
    street.day(async |shop: Shop| {
        let before = asked_of_orders(&shop);
        shop.passes(Duration::from_hours(1)).await;
        assert_eq!(asked_of_orders(&shop), before, "it is known, and nothing is asked any more");
        assert_eq!(shop.till.payment(R).await.expect("it exists").link, LinkStatus::Stored);
    });
}

fn a_refusal_is_told_and_the_payment_is_paid(rail: Rail) {
    let street = with_link(rail);
    street.day(async |shop: Shop| {
        shop.faults([Fault::new(Call::Orders, FaultKind::Status).status(400)]);
        shop.is_paid(R).await;
        let paid = shop.until_link(R, LinkStatus::Refused).await;
        assert_eq!(paid.status, Status::Paid);
        assert_eq!(paid.note.expect("the cashier is told").code, Code::LinkRefused);
        let before = asked_of_orders(&shop);
        shop.passes(Duration::from_hours(1)).await;
        assert_eq!(asked_of_orders(&shop), before, "what is refused is not repeated");
    });
}

fn it_is_given_up_after_a_day(rail: Rail) {
    with_picture(rail).day(async |shop: Shop| {
        shop.faults([Fault::new(Call::Orders, FaultKind::Refused)]);
        shop.is_paid(R).await;
        // The clock was an hour slow when it was asked for.
        shop.passes(Duration::from_hours(22)).await;
        assert_eq!(shop.till.payment(R).await.expect("it exists").link, LinkStatus::Waiting);
        shop.passes(Duration::from_hours(2)).await;
        let known = shop.till.payment(R).await.expect("it exists");
        assert_eq!((known.status, known.link), (Status::Paid, LinkStatus::Refused));
        assert!(asked_of_orders(&shop) < 120, "{} asks in a day", asked_of_orders(&shop));
    });
}

fn what_is_not_paid_needs_none(rail: Rail) {
    with_picture(rail).day(async |shop: Shop| {
        shop.faults([Fault::new(Call::Orders, FaultKind::Refused)]);
        shop.shows_code(R).await;
        shop.till.cancel(R).await.expect("it can be cancelled");
        assert_eq!(shop.until_end(R).await.link, LinkStatus::None);
        shop.passes(Duration::from_mins(2)).await;
        let before = asked_of_orders(&shop);
        shop.passes(Duration::from_hours(1)).await;
        assert_eq!(asked_of_orders(&shop), before);
    });
}

fn the_picture_is_stored_once_and_shown_on_every_link(rail: Rail) {
    let street = with_picture(rail);
    street.day(async |shop: Shop| {
        for reference in [R, "sale-43-1", "sale-44-1"] {
            shop.links(reference).await;
            let link = stored(&street, reference).await.expect("it is there");
            assert_eq!(link.image_id, Some(picture_id(&street)), "{reference}");
        }
        assert_eq!(pictures_sent(&shop), 1);
    });
}

fn a_picture_that_is_there_already_is_ours(rail: Rail) {
    let street = with_picture(rail);
    street.day(async |shop: Shop| shop.links(R).await);
    // The till forgets, Vipps MobilePay does not.
    street.day(async |shop: Shop| {
        let before = pictures_sent(&shop);
        for reference in ["sale-43-1", "sale-44-1"] {
            shop.links(reference).await;
            let link = stored(&street, reference).await.expect("it is there");
            assert_eq!(link.image_id, Some(picture_id(&street)), "{reference}");
        }
        assert_eq!(
            pictures_sent(&shop),
            before + 1,
            "it is sent once more, and known to be there from then on"
        );
    });
}

fn another_picture_has_another_name(rail: Rail) {
    let mut street = with_picture(rail);
    let first = picture_id(&street);
    street.day(async |shop: Shop| shop.links(R).await);
    street.picture = Some(png(300));
    street.day(async |shop: Shop| {
        shop.links("sale-43-1").await;
        let second = picture_id(&street);
        assert_ne!(first, second);
        assert_eq!(stored(&street, R).await.and_then(|link| link.image_id), Some(first));
        assert_eq!(stored(&street, "sale-43-1").await.and_then(|link| link.image_id), Some(second));
    });
}

fn a_refused_picture_does_not_cost_the_link(rail: Rail) {
    let street = with_picture(rail);
    street.day(async |shop: Shop| {
        shop.faults([next_status(400)]);
        shop.links(R).await;
        assert_eq!(stored(&street, R).await.expect("it is there").image_id, None);
        // It is not sent again and again.
        shop.links("sale-43-1").await;
        assert_eq!((pictures_sent(&shop), sent(&shop, "sale-43-1")), (1, 1));
    });
    // Another start, another try.
    street.day(async |shop: Shop| {
        shop.links("sale-44-1").await;
        let link = stored(&street, "sale-44-1").await.expect("it is there");
        assert_eq!(link.image_id, Some(picture_id(&street)));
    });
}

/// It is not documented how an id is refused that is taken: it may be in words that say nothing of it.
fn a_picture_that_was_there_all_along_is_shown(rail: Rail) {
    let street = with_picture(rail);
    street.day(async |shop: Shop| shop.links(R).await);
    street.day(async |shop: Shop| {
        shop.faults([next_status(400)]);
        shop.links("sale-43-1").await;
        let link = stored(&street, "sale-43-1").await.expect("it is there");
        assert_eq!(link.image_id, Some(picture_id(&street)), "it was there all along");
    });
}

fn a_picture_that_cannot_be_stored_now_keeps_no_link_waiting_long(rail: Rail) {
    let street = with_picture(rail);
    street.day(async |shop: Shop| {
        shop.faults([Fault::new(Call::Orders, FaultKind::Status).status(503).times(4)]);
        shop.is_paid(R).await;
        let began = tokio::time::Instant::now();
        shop.until_link(R, LinkStatus::Stored).await;
        assert!(began.elapsed() < Duration::from_mins(1), "it took {:?}", began.elapsed());
        assert_eq!(stored(&street, R).await.expect("it is there").image_id, None);
        shop.links("sale-43-1").await;
        let link = stored(&street, "sale-43-1").await.expect("it is there");
        assert_eq!(link.image_id, Some(picture_id(&street)), "the next one has it");
    });
}

fn a_picture_whose_answer_is_lost_is_shown(rail: Rail) {
    let street = with_picture(rail);
    street.day(async |shop: Shop| {
        shop.faults([Fault::new(Call::Orders, FaultKind::Lost).times(1)]);
        shop.links(R).await;
        let link = stored(&street, R).await.expect("it is there");
        assert_eq!((link.image_id, pictures_sent(&shop)), (Some(picture_id(&street)), 2));
    });
}
