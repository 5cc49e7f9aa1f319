//! What must be so of receipts: they go on beside the payment, and nothing of it hangs on them.

use payment::{
    Amount, CancelledBy, Cause, Currency, End, Event, Fact, Flow, Line, Moment, Order, Payment, Rail,
    ReceiptEnd, ReceiptState, Reference,
};

use crate::bench::DUE;

const NOW: Moment = Moment(1_800_000_000_000);

fn order(tax_rate: Option<u16>, currency: Currency) -> Order {
    Order {
        reference: Reference::parse("sale-42-1").expect("it is one"),
        amount: Amount::new(24_900, currency).expect("it is one"),
        msn: "123456".into(),
        rail: Rail::Ecom,
        flow: Flow::Qr,
        description: "Kaffe".into(),
        key_seed: "5eed".into(),
        tagged: true,
        capture_later: false,
        distance: false,
        lines: vec![Line {
            name: "Kaffe".into(),
            quantity: 1,
            unit_price: 24_900,
            tax_rate,
            ..Line::default()
        }],
        link: None,
    }
}

/// The payment of `order` after these facts.
fn after(order: &Order, facts: &[Fact]) -> Payment {
    let first = Fact::Requested { order: order.clone() };
    let facts = std::iter::once(first).chain(facts.iter().cloned()).map(|fact| (NOW, fact));
    Payment::replay(facts).expect("it begins with its request")
}

fn ended(end: End) -> Fact {
    Fact::Ended { end, proven: true }
}

#[test]
fn a_receipt_is_due_from_when_the_payment_exists_until_it_is_known() {
    let order = order(Some(2_500), Currency::Nok);
    let fresh = after(&order, &[]);
    assert_eq!((fresh.receipt(), fresh.is_receipt_due()), (ReceiptState::Waiting, false));
    let paid = [Fact::Created { url: None }, ended(End::Paid { captured: DUE })];
    let mut payment = after(&order, &paid);
    assert!(payment.is_settled() && payment.is_receipt_due() && !payment.is_at_rest());

    let told = payment.on(Event::ReceiptEnded(ReceiptEnd::Stored), NOW).expect("it is taken in");
    assert_eq!(told.len(), 1, "{told:?}");
    assert_eq!(payment.receipt(), ReceiptState::Ended(ReceiptEnd::Stored));
    assert!(payment.is_at_rest());
    let again = Event::ReceiptEnded(ReceiptEnd::Different);
    assert_eq!(payment.on(again, NOW), Ok(Vec::new()), "what is known is known");
    let all = [paid.to_vec(), vec![Fact::ReceiptEnded { end: ReceiptEnd::Stored }]].concat();
    assert_eq!(after(&order, &all).receipt(), payment.receipt());
}

#[test]
fn without_tax_or_in_a_currency_without_receipts_there_is_none() {
    let paid = [Fact::Found, ended(End::Paid { captured: DUE })];
    for (tax_rate, currency) in [(None, Currency::Nok), (Some(2_500), Currency::Sek)] {
        let payment = after(&order(tax_rate, currency), &paid);
        assert_eq!((payment.receipt(), payment.is_at_rest()), (ReceiptState::None, true));
    }
}

#[test]
fn what_was_not_paid_needs_none_until_it_is_paid_late() {
    let order = order(Some(0), Currency::Nok);
    let cancelled = [Fact::Found, ended(End::Cancelled { by: CancelledBy::Customer })];
    let payment = after(&order, &cancelled);
    assert_eq!((payment.receipt(), payment.is_at_rest()), (ReceiptState::None, true));
    let late = [cancelled.to_vec(), vec![Fact::PaidLate { captured: DUE }]].concat();
    assert!(after(&order, &late).is_receipt_due());
}

#[test]
fn a_refusal_keeps_its_cause() {
    let end = ReceiptEnd::Refused { cause: Cause::named("bad_request") };
    let facts = [Fact::Found, Fact::ReceiptEnded { end: end.clone() }];
    assert_eq!(after(&order(Some(2_500), Currency::Nok), &facts).receipt(), ReceiptState::Ended(end));
}
