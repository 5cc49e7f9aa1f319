//! Every call of the client, in an order in which each of them has something to do.

use std::collections::BTreeMap;
use std::io::Cursor;
use std::pin::Pin;

use http::Request;
use simulator::{InMemory, Simulator};
use vipps::epayment::EventName;
use vipps::epayment::{Approval, Create, Customer, Extent, Flow, Interaction, QrFormat, Scope};
use vipps::orders::{
    Kind, Link, OrderLine, PaymentType, Quantity, QuantityUnit, Receipt, Role, TaxRate, Unit,
};
use vipps::qr::{Format, Redirect};
use vipps::webhooks::Topic;
use vipps::{
    Call, Cancellation, Currency, Error, IdempotencyKey, Initiate, Modification, Money, RequestId, Transport,
    Url, Vipps,
};

/// What the client is asked for.
pub(crate) type Asked<'a> = Pin<Box<dyn Future<Output = Result<(), Error>> + 'a>>;

/// How the client is asked.
pub(crate) type Ask = for<'a> fn(&'a Vipps, &'a InMemory) -> Asked<'a>;

/// Something that happens.
pub(crate) enum Step {
    /// The client asks.
    Ask(Call, Ask),
    /// A customer does something.
    People(fn(&Simulator)),
}

macro_rules! ask {
    ($call:ident, $vipps:ident $(, $people:ident)? => $asked:expr) => {
        Step::Ask(Call::$call, |$vipps, people| {
            Box::pin(async move {
                let _ = people;
                $(let $people = people;)?
                $asked.await.map(drop)
            })
        })
    };
}

/// A payment that is captured and refunded, one that is cancelled, one that is approved by force, on each rail.
pub(crate) const PAYMENTS: &[Step] = &[
    ask!(Initiate, vipps => vipps.ecom().initiate(&order("ecom-cover-1"))),
    ask!(OneTimeQr, vipps => one_time_qr(vipps)),
    ask!(Details, vipps => vipps.ecom().details("ecom-cover-1")),
    Step::People(|simulator| approve(simulator, "ecom-cover-1")),
    ask!(Details, vipps => vipps.ecom().details("ecom-cover-1")),
    ask!(Capture, vipps => vipps.ecom().capture("ecom-cover-1", &change("c1"))),
    ask!(Refund, vipps => vipps.ecom().refund("ecom-cover-1", &change("r1"))),
    ask!(Details, vipps => vipps.ecom().details("ecom-cover-1")),
    ask!(Initiate, vipps => vipps.ecom().initiate(&order("ecom-cover-2"))),
    ask!(Cancel, vipps => vipps.ecom().cancel("ecom-cover-2", &Cancellation { text: "No".into(), release_remaining: false })),
    ask!(ForceApprove, vipps => async {
        let initiated = vipps.ecom().initiate(&order("ecom-cover-3")).await?;
        vipps.ecom().force_approve("ecom-cover-3", &"91234567".into(), &initiated.url).await
    }),
    ask!(EpaymentCreate, vipps => vipps.epayment().create(&by_code("epay-cover-1"), &key("create-1"))),
    ask!(EpaymentGet, vipps => vipps.epayment().get("epay-cover-1")),
    Step::People(|simulator| approve(simulator, "epay-cover-1")),
    ask!(EpaymentCapture, vipps => vipps.epayment().capture("epay-cover-1", nok(20_000), &key("capture-1"))),
    ask!(EpaymentRefund, vipps => vipps.epayment().refund("epay-cover-1", nok(10_000), &key("refund-1"))),
    ask!(EpaymentGet, vipps => vipps.epayment().get("epay-cover-1")),
    ask!(EpaymentEvents, vipps => vipps.epayment().events("epay-cover-1")),
    ask!(EpaymentCreate, vipps => vipps.epayment().create(&by_number("epay-cover-2"), &key("create-2"))),
    ask!(EpaymentCancel, vipps => vipps.epayment().cancel("epay-cover-2", Extent::Unapproved, &key("cancel-2"))),
    ask!(EpaymentCreate, vipps => vipps.epayment().create(&by_code("epay-cover-3"), &key("create-3"))),
    ask!(EpaymentForceApprove, vipps => vipps.epayment().force_approve("epay-cover-3", &Approval::PhoneNumber("4791234567".into()))),
];

/// Codes that are made once and used many times.
pub(crate) const CODES: &[Step] = &[
    ask!(RedirectCreate, vipps => vipps.qr().create_redirect(&redirect("cover-1"), PNG)),
    ask!(RedirectList, vipps => vipps.qr().redirects(PNG)),
    ask!(RedirectGet, vipps => vipps.qr().redirect("cover-1", PNG)),
    ask!(RedirectUpdate, vipps => vipps.qr().retarget_redirect("cover-1", "https://example.com/b", PNG)),
    ask!(CallbackPut, vipps => vipps.qr().put_callback("cover-till-1", "Kasse 1", None)),
    ask!(CallbackPutMobilePay, vipps => vipps.qr().put_mobile_pay_callback("1234567890", "Kasse 2")),
    ask!(CallbackList, vipps => vipps.qr().callbacks(PNG)),
    ask!(CallbackGet, vipps => vipps.qr().callback("cover-till-1", PNG)),
    ask!(ExchangeCode, vipps => vipps.qr().exchange_code(&"https://qr.vipps.no/28/2/01/031/4791234567?v=1".into())),
    ask!(ExchangeCustomer, vipps, people => async {
        let token = scan_callback(people, "cover-till-1").await;
        vipps.qr().exchange_customer(&token.into()).await
    }),
    ask!(RedirectDelete, vipps => async {
        // One for each try.
        let _ = vipps.qr().create_redirect(&redirect("cover-2"), PNG).await?;
        vipps.qr().delete_redirect("cover-2").await
    }),
    ask!(CallbackDelete, vipps => async {
        vipps.qr().put_callback("cover-till-2", "Kasse 2", None).await?;
        vipps.qr().delete_callback("cover-till-2").await
    }),
];

const PNG: Format = Format::Png { size_px: 400 };

fn redirect(id: &str) -> Redirect {
    Redirect { id: id.to_owned(), target_url: "https://example.com/a?b=1".into(), life: None }
}

/// A customer scans the code on the counter. Gives what the webhook would be told.
async fn scan_callback(people: &InMemory, id: &str) -> String {
    let uri = format!("http://127.0.0.1/simulator/merchant-callback/{id}/scan");
    let request = Request::post(uri)
        .header("content-type", "application/json")
        .body(r#"{"phoneNumber":"4791234567"}"#.into())
        .unwrap();
    let answer = people.send(request).await.expect("the simulator answers");
    let answer: serde_json::Value = serde_json::from_slice(answer.body()).unwrap();
    answer["customerToken"].as_str().unwrap_or_else(|| panic!("no token in {answer}")).to_owned()
}

/// What an order was about, and who wants to hear of payments.
pub(crate) const ORDERS: &[Step] = &[
    ask!(ReceiptAdd, vipps => vipps.orders().add_receipt(PaymentType::Single, "order-cover-1", &receipt())),
    ask!(ImageAdd, vipps => vipps.orders().add_image("socks-1", &picture())),
    ask!(CategorySet, vipps => vipps.orders().set_link(PaymentType::Single, "order-cover-1", &link())),
    ask!(OrderGet, vipps => vipps.orders().get(PaymentType::Single, "order-cover-1")),
    ask!(CategoryAdd, vipps => vipps.orders().add_link(PaymentType::Single, "order-cover-2", &link())),
    ask!(CategoryList, vipps => vipps.orders().links("order-cover-2")),
    ask!(CategoryGet, vipps => async {
        let id = vipps.orders().add_link(PaymentType::Single, "order-cover-3", &link()).await?;
        vipps.orders().link(&id).await
    }),
    ask!(CategoryDelete, vipps => async {
        let id = vipps.orders().add_link(PaymentType::Single, "order-cover-4", &link()).await?;
        vipps.orders().delete_link(&id).await
    }),
    ask!(WebhookRegister, vipps => vipps.webhooks().register(&webhook(), &Topic::all())),
    ask!(WebhookList, vipps => vipps.webhooks().list()),
    ask!(WebhookDelete, vipps => async {
        let topic = Topic::Payment(EventName::Captured);
        let registered = vipps.webhooks().register(&webhook(), &[topic]).await?;
        vipps.webhooks().delete(&registered.id).await
    }),
];

fn receipt() -> Receipt {
    let tax_rate = TaxRate::of_percent(25).unwrap();
    let line = OrderLine {
        name: "Socks".into(),
        id: "socks-1".into(),
        total: 20_000,
        tax: tax_rate.of(20_000),
        tax_rate,
        unit: Some(Unit { price: 10_000, quantity: Quantity::from(2), of: QuantityUnit::Pieces }),
        discount: 0,
        product_url: Some("https://example.com/store/socks".into()),
        role: Role::Goods,
    };
    Receipt {
        lines: vec![line],
        currency: Currency::Nok,
        tip: None,
        pos_id: Some("till-2".into()),
        number: Some("0527013501".into()),
        sources: None,
        barcode: None,
    }
}

fn link() -> Link {
    Link { kind: Kind::Receipt, url: "https://example.com/receipt/7".into(), image_id: None }
}

fn picture() -> Vec<u8> {
    let mut png = Cursor::new(Vec::new());
    image::GrayImage::new(200, 200).write_to(&mut png, image::ImageFormat::Png).unwrap();
    png.into_inner()
}

fn webhook() -> Url {
    "https://example.com/vipps/webhooks?shop=7".parse().unwrap()
}

fn approve(simulator: &Simulator, reference: &str) {
    simulator.scan(reference).unwrap();
    simulator.approve(reference).unwrap();
}

async fn one_time_qr(vipps: &Vipps) -> Result<(), Error> {
    let initiated = vipps.ecom().initiate(&order("ecom-cover-qr")).await?;
    vipps.qr().one_time(&initiated.url, 800).await.map(drop)
}

fn order(order_id: &str) -> Initiate {
    Initiate {
        order_id: order_id.to_owned(),
        amount: 20_000,
        text: "One pair of Vipps socks".into(),
        fall_back: "https://example.com/done".into(),
        callback_prefix: "https://example.com/vipps".into(),
        auth_token: Some("a-token-of-our-own".into()),
        mobile_number: None,
        skip_landing_page: false,
    }
}

fn change(id: &str) -> Modification {
    Modification { amount: 20_000, text: "Socks".into(), request_id: RequestId::parse(id).unwrap() }
}

pub(crate) fn nok(value: u64) -> Money {
    Money { value, currency: Currency::Nok }
}

pub(crate) fn key(text: &str) -> IdempotencyKey {
    IdempotencyKey::parse(text).unwrap()
}

fn by_code(reference: &str) -> Create {
    Create {
        reference: reference.to_owned(),
        amount: nok(20_000),
        flow: Flow::Qr {
            format: QrFormat::Png { size_px: 800 },
            return_url: Some("https://example.com/done".into()),
        },
        interaction: Interaction::Present,
        description: Some("One pair of Vipps socks".into()),
        receipt: Some(receipt()),
        receipt_url: None,
        metadata: BTreeMap::from([("till".to_owned(), "2".to_owned())]),
        expires_at: None,
        minimum_user_age: None,
        scope: Vec::new(),
        legal_links: None,
    }
}

/// Starts a payment in which the customer is asked for a name.
pub(crate) async fn shared(vipps: &Vipps, reference: &str) {
    let payment = Create { scope: vec![Scope::Name], receipt: None, ..by_code(reference) };
    vipps.epayment().create(&payment, &key(reference)).await.unwrap();
}

fn by_number(reference: &str) -> Create {
    let customer = Customer::PhoneNumber("4791234567".into());
    Create { flow: Flow::PushMessage { customer }, ..by_code(reference) }
}
