//! What must be so of links: they go on beside the payment, and nothing of it hangs on them, the receipt neither.

use payment::{
    Amount, CancelledBy, Cause, Currency, End, Event, Fact, Flow, Line, Link, LinkEnd, LinkKind, LinkState,
    Moment, Order, Payment, Rail, ReceiptEnd, ReceiptState, Reference,
};
use proptest::prelude::*;

use crate::bench::DUE;

const NOW: Moment = Moment(1_800_000_000_000);

fn order(linked: bool) -> Order {
    let link = Link { kind: LinkKind::Ticket, url: "https://billett.example/sale-42-1".into() };
    Order {
        reference: Reference::parse("sale-42-1").expect("it is one"),
        amount: Amount::new(24_900, Currency::Nok).expect("it is one"),
        msn: "123456".into(),
        rail: Rail::Epayment,
        flow: Flow::Qr,
        description: "Billett".into(),
        key_seed: "5eed".into(),
        tagged: true,
        capture_later: false,
        distance: false,
        lines: Vec::new(),
        link: linked.then_some(link),
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

fn refused() -> LinkEnd {
    LinkEnd::Refused { cause: Cause::named("bad_request") }
}

#[test]
fn a_link_is_due_from_when_the_payment_exists_until_it_is_known() {
    let order = order(true);
    let fresh = after(&order, &[]);
    assert_eq!((fresh.link(), fresh.is_link_due()), (LinkState::Waiting, false));
    let paid = [Fact::Created { url: None }, ended(End::Paid { captured: DUE })];
    let mut payment = after(&order, &paid);
    assert!(payment.is_settled() && payment.is_link_due() && !payment.is_at_rest());

    let told = payment.on(Event::LinkEnded(LinkEnd::Stored), NOW).expect("it is taken in");
    assert_eq!(told.len(), 1, "{told:?}");
    assert_eq!(payment.link(), LinkState::Ended(LinkEnd::Stored));
    assert!(payment.is_at_rest());
    let again = payment.on(Event::LinkEnded(refused()), NOW);
    assert_eq!(again, Ok(Vec::new()), "what is known is known");
    let all = [paid.to_vec(), vec![Fact::LinkEnded { end: LinkEnd::Stored }]].concat();
    assert_eq!(after(&order, &all).link(), payment.link());
}

#[test]
fn what_has_no_link_waits_for_none() {
    let payment = after(&order(false), &[Fact::Found, ended(End::Paid { captured: DUE })]);
    assert_eq!((payment.link(), payment.is_at_rest()), (LinkState::None, true));
}

#[test]
fn what_was_not_paid_needs_none_until_it_is_paid_late() {
    let cancelled = [Fact::Found, ended(End::Cancelled { by: CancelledBy::Customer })];
    let payment = after(&order(true), &cancelled);
    assert_eq!((payment.link(), payment.is_at_rest()), (LinkState::None, true));
    let late = [cancelled.to_vec(), vec![Fact::PaidLate { captured: DUE }]].concat();
    assert!(after(&order(true), &late).is_link_due());
}

#[test]
fn what_is_reserved_for_later_has_its_link() {
    let reserved = [Fact::Found, ended(End::Reserved { reserved: DUE })];
    assert!(after(&order(true), &reserved).is_link_due());
}

#[test]
fn a_refusal_keeps_its_cause() {
    let facts = [Fact::Found, Fact::LinkEnded { end: refused() }];
    assert_eq!(after(&order(true), &facts).link(), LinkState::Ended(refused()));
}

#[test]
fn an_order_of_before_there_were_links_has_none() {
    let mut written = serde_json::to_value(order(true)).expect("it can be written");
    assert_eq!(written["link"]["kind"], "ticket");
    written.as_object_mut().expect("it is one").remove("link");
    let read: Order = serde_json::from_value(written.clone()).expect("it can be read");
    assert_eq!(read, order(false));
    assert_eq!(serde_json::to_value(read).expect("it can be written"), written);
}

fn told() -> impl Strategy<Value = Event> {
    prop_oneof![
        Just(Event::LinkEnded(LinkEnd::Stored)),
        Just(Event::LinkEnded(refused())),
        Just(Event::ReceiptEnded(ReceiptEnd::Stored)),
        Just(Event::ReceiptEnded(ReceiptEnd::Different)),
        Just(Event::Woken),
    ]
}

proptest! {
    /// Receipt and link are told of in any order and more than once: the first word on each stands, money and end are
    /// what they were, and the payment rests when both are known.
    #[test]
    fn receipt_and_link_end_by_themselves(told in prop::collection::vec(told(), 0..8)) {
        let line = Line { name: "Billett".into(), quantity: 1, unit_price: 24_900, tax_rate: Some(1_200), ..Line::default() };
        let order = Order { lines: vec![line], ..order(true) };
        let paid = [Fact::Created { url: None }, ended(End::Paid { captured: DUE })];
        let mut payment = after(&order, &paid);
        let before = (payment.money(), payment.end().cloned());
        let mut facts = paid.to_vec();
        for event in &told {
            for effect in payment.on(event.clone(), NOW).expect("it is taken in") {
                let payment::Effect::Record(fact) = effect else { continue };
                facts.push(fact);
            }
        }
        let link = told.iter().find_map(|event| match event {
            Event::LinkEnded(end) => Some(LinkState::Ended(end.clone())),
            _ => None,
        });
        let receipt = told.iter().find_map(|event| match event {
            Event::ReceiptEnded(end) => Some(ReceiptState::Ended(end.clone())),
            _ => None,
        });
        prop_assert_eq!(payment.is_at_rest(), link.is_some() && receipt.is_some());
        prop_assert_eq!(payment.link(), link.unwrap_or(LinkState::Waiting));
        prop_assert_eq!(payment.receipt(), receipt.unwrap_or(ReceiptState::Waiting));
        prop_assert_eq!((payment.money(), payment.end().cloned()), before);
        let again = after(&order, &facts);
        prop_assert_eq!((again.link(), again.receipt()), (payment.link(), payment.receipt()));
    }
}
