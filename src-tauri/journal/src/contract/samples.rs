//! Payments to write about.

use payment::{
    Amount, CancelledBy, Cause, Currency, End, Fact, Flow, Line, Link, LinkEnd, LinkKind,
    ModificationRequest, Moment, Money, Order, Rail, ReceiptEnd, Reference, Why,
};

use crate::{Entry, RequestKey};

/// The reference of the sample payment of this number.
pub fn reference(number: u32) -> Reference {
    let Ok(reference) = Reference::parse(format!("sample-{number}")) else {
        unreachable!("a word, a hyphen and a number are a reference")
    };
    reference
}

/// The request of a payment.
pub fn requested(reference: &Reference) -> Entry {
    let Ok(amount) = Amount::new(24_900, Currency::Nok) else { unreachable!("249.00 is within the limits") };
    let order = Order {
        reference: reference.clone(),
        amount,
        msn: "123456".to_owned(),
        rail: Rail::Epayment,
        flow: Flow::Push,
        description: "Kaffe og bolle, \"for here\" \u{2615}".to_owned(),
        key_seed: "seed-7".to_owned(),
        capture_later: false,
        distance: false,
        tagged: false,
        lines: vec![
            Line { name: "Kaffe".to_owned(), quantity: 2, unit_price: 12_950, ..Line::default() },
            Line { name: "Rabatt".to_owned(), quantity: 1, unit_price: -1_000, ..Line::default() },
        ],
        link: None,
    };
    entry(0, Fact::Requested { order })
}

/// The request of a payment of `minor` units, `later` milliseconds after the first.
pub fn requested_later(reference: &Reference, minor: i64, later: i64) -> Entry {
    let mut entry = requested(reference);
    entry.at.0 += later;
    if let (Fact::Requested { order }, Ok(amount)) = (&mut entry.fact, Amount::new(minor, Currency::Nok)) {
        order.amount = amount;
    }
    entry
}

/// Something that can be told apart by its number.
pub fn numbered(number: u32) -> Entry {
    let fact = Fact::CaptureIntended { key: format!("seed-7-c{number}"), amount: u64::from(number) };
    entry(i64::from(number), fact)
}

/// How a payment may end.
pub fn ended() -> Entry {
    entry(9, Fact::Ended { end: End::Expired, proven: false })
}

/// A request key and the digest that goes with it.
pub fn request_key(key: &str) -> RequestKey {
    RequestKey { key: key.to_owned(), digest: format!("digest of {key}") }
}

fn entry(at: i64, fact: Fact) -> Entry {
    Entry { at: Moment(1_790_000_000_000 + at), fact }
}

/// Every fact there is, in every shape.
pub fn every_fact() -> Vec<Fact> {
    [
        facts_of_version_1(),
        facts_of_version_2(),
        facts_of_version_3(),
        facts_of_version_4(),
        facts_of_version_5(),
    ]
    .concat()
}

/// What came with links from the customer's app: `samples/facts-5.json` as it must be read for ever.
pub fn facts_of_version_5() -> Vec<Fact> {
    let Fact::Requested { mut order } = requested(&reference(5)).fact else {
        unreachable!("a request is a request")
    };
    let url = "https://kaffe.example/orders/sample-5".to_owned();
    order.link = Some(Link { kind: LinkKind::OrderConfirmation, url });
    let ended = |end| Fact::LinkEnded { end };
    vec![
        Fact::Requested { order },
        ended(LinkEnd::Stored),
        ended(LinkEnd::Refused { cause: Cause::named("bad_request") }),
    ]
}

/// What came with codes on counters and with receipts: `samples/facts-4.json` as it must be read for ever.
pub fn facts_of_version_4() -> Vec<Fact> {
    [facts_of_a_code_on_the_counter(), facts_of_taxed_lines()].concat()
}

fn facts_of_a_code_on_the_counter() -> Vec<Fact> {
    let mut asked = requested(&reference(4)).fact;
    if let Fact::Requested { order } = &mut asked {
        order.flow = Flow::CallbackQr;
        order.tagged = true;
    }
    vec![asked, Fact::FellBack { cause: Cause::named("check_in_refused") }]
}

fn facts_of_taxed_lines() -> Vec<Fact> {
    let Fact::Requested { mut order } = requested(&reference(4)).fact else {
        unreachable!("a request is a request")
    };
    let line = |name: &str, unit_price, rate| Line {
        name: name.to_owned(),
        quantity: 1,
        unit_price,
        tax_rate: Some(rate),
        ..Line::default()
    };
    order.lines = vec![
        Line { article: Some("4711".to_owned()), quantity: 2, ..line("Kaffe", 12_950, 1_500) },
        Line { returned: true, ..line("Krus", -1_000, 2_500) },
    ];
    order.distance = true;
    let ended = |end| Fact::ReceiptEnded { end };
    vec![
        Fact::Requested { order },
        ended(ReceiptEnd::Stored),
        ended(ReceiptEnd::Refused { cause: Cause::named("bad_request") }),
        ended(ReceiptEnd::Different),
    ]
}

/// What came with captures that are asked for: `samples/facts-3.json` as it must be read for ever.
pub fn facts_of_version_3() -> Vec<Fact> {
    let request = ModificationRequest { key: "pos-8".to_owned(), digest: "digest of pos-8".to_owned() };
    vec![
        Fact::CaptureAsked { number: 1, amount: 4_900, request: Some(request) },
        Fact::CaptureAsked { number: 2, amount: 5_000, request: None },
        Fact::CaptureMade { number: 1, captured: 4_900 },
        Fact::CaptureDenied { number: 2, cause: Cause::named("partial_capture_refused") },
        Fact::ReleaseAsked { number: 1, amount: 20_000 },
        Fact::ReleaseMade { number: 1 },
        Fact::ReleaseDenied { number: 2, cause: Cause::named("already_captured") },
        Fact::Ended { end: End::Reserved { reserved: 24_900 }, proven: true },
    ]
}

/// What came with refunds: `samples/facts-2.json` as it must be read for ever.
pub fn facts_of_version_2() -> Vec<Fact> {
    let request = || ModificationRequest { key: "pos-7".to_owned(), digest: "digest of pos-7".to_owned() };
    vec![
        Fact::RefundAsked {
            number: 1,
            amount: 4_900,
            reason: Some("Kald kaffe".to_owned()),
            request: Some(request()),
        },
        Fact::RefundAsked { number: 2, amount: 20_000, reason: None, request: None },
        Fact::RefundIntended { number: 1, key: "seed-7-r1".to_owned() },
        Fact::RefundMade { number: 1, refunded: 4_900 },
        Fact::RefundRefused { number: 2, cause: Cause::named("refund_without_funds") },
    ]
}

/// The facts of the first journals: `samples/facts-1.json` as it must be read for ever.
pub fn facts_of_version_1() -> Vec<Fact> {
    let cause = || Cause::named("vipps_unavailable");
    let ended = |end, proven| Fact::Ended { end, proven };
    vec![
        requested(&reference(1)).fact,
        Fact::CreateIntended { key: "seed-7-n1".to_owned() },
        Fact::NotCreated { strayed: true },
        Fact::FellBack { cause: Cause::named("push_not_allowed") },
        Fact::Created { url: Some("https://landing.example/v2/payment?token=a.b%20c".to_owned()) },
        Fact::Created { url: None },
        Fact::Found,
        Fact::CodeShown {
            content: "https://qr.example/28/1/01/031/0wR".to_owned(),
            picture: "sample-1-code-1".to_owned(),
            until: Moment(1_790_000_600_000),
        },
        Fact::Opened,
        Fact::CardDeclined,
        Fact::Approved { reserved: 24_900 },
        Fact::Moved { money: Money { reserved: 24_900, captured: 24_900, refunded: 100 } },
        Fact::CaptureIntended { key: "seed-7-c1".to_owned(), amount: 24_900 },
        Fact::CaptureRefused,
        Fact::EndingBegun { why: Why::Shop },
        Fact::EndingBegun { why: Why::TimedOut },
        Fact::EndingBegun { why: Why::Declined },
        Fact::EndingBegun { why: Why::Fault { cause: cause() } },
        Fact::EndingDropped,
        Fact::CancelIntended { key: "seed-7-x1".to_owned(), unapproved_only: true },
        Fact::CancelAcknowledged,
        Fact::CancelRefused,
        ended(End::Paid { captured: 24_900 }, true),
        ended(End::Cancelled { by: CancelledBy::Customer }, true),
        ended(End::Cancelled { by: CancelledBy::Shop }, true),
        ended(End::Declined, false),
        ended(End::Expired, false),
        ended(End::Failed { cause: cause() }, false),
        Fact::ApprovedLate { reserved: 24_900 },
        Fact::ReleasedLate,
        Fact::PaidLate { captured: 24_900 },
        Fact::Settled,
    ]
}

/// The name of a fact's variant. A new variant does not compile here: give it a name, and [`every_fact`] a
/// sample of it.
pub fn name(fact: &Fact) -> &'static str {
    match fact {
        Fact::Requested { .. } => "requested",
        Fact::CreateIntended { .. } => "create_intended",
        Fact::NotCreated { .. } => "not_created",
        Fact::FellBack { .. } => "fell_back",
        Fact::Created { .. } => "created",
        Fact::Found => "found",
        Fact::CodeShown { .. } => "code_shown",
        Fact::Opened => "opened",
        Fact::CardDeclined => "card_declined",
        Fact::Approved { .. } => "approved",
        Fact::Moved { .. } => "moved",
        Fact::CaptureIntended { .. } => "capture_intended",
        Fact::CaptureRefused => "capture_refused",
        Fact::EndingBegun { .. } => "ending_begun",
        Fact::EndingDropped => "ending_dropped",
        Fact::CancelIntended { .. } => "cancel_intended",
        Fact::CancelAcknowledged => "cancel_acknowledged",
        Fact::CancelRefused => "cancel_refused",
        Fact::Ended { .. } => "ended",
        Fact::ApprovedLate { .. } => "approved_late",
        Fact::ReleasedLate => "released_late",
        Fact::PaidLate { .. } => "paid_late",
        Fact::Settled => "settled",
        Fact::CaptureAsked { .. } => "capture_asked",
        Fact::CaptureMade { .. } => "capture_made",
        Fact::CaptureDenied { .. } => "capture_denied",
        Fact::ReleaseAsked { .. } => "release_asked",
        Fact::ReleaseMade { .. } => "release_made",
        Fact::ReleaseDenied { .. } => "release_denied",
        Fact::RefundAsked { .. } => "refund_asked",
        Fact::RefundIntended { .. } => "refund_intended",
        Fact::RefundMade { .. } => "refund_made",
        Fact::RefundRefused { .. } => "refund_refused",
        Fact::ReceiptEnded { .. } => "receipt_ended",
        Fact::LinkEnded { .. } => "link_ended",
    }
}
