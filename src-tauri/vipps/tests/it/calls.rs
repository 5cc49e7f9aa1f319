//! Every call that the client can make, with good arguments. Some of them are secret.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::pin::Pin;
use std::time::Duration;

use vipps::epayment::{self, Approval, Create, Customer, Extent, Flow, Interaction, QrFormat};
use vipps::management::{BankAccount, BusinessId, ProductOrder, ProductType, Website};
use vipps::orders::{
    Barcode, BarcodeFormat, Kind, Link, OrderLine, PaymentSources, PaymentType, Quantity, QuantityUnit,
    Receipt, Role, TaxRate, Unit,
};
use vipps::qr::{Format, Place, Redirect};
use vipps::webhooks::Topic;
use vipps::{Call, Currency, Error, IdempotencyKey, Initiate, Money, Personal, Url, Vipps};

use crate::support::{cancellation, modification, order};

pub(crate) const PAYMENT_TOKEN: &str = "eyJraWQiOiJqd3RrZXki";
pub(crate) const CALLBACK_TOKEN: &str = "iOiJKV1QiLCJhbGciOiJSUzI1NiIsIng1dCI6";
pub(crate) const MOBILE_NUMBER: &str = "91234567";
pub(crate) const MSISDN: &str = "4791234567";
pub(crate) const CUSTOMER_TOKEN: &str = "ey382jf8qk3nnfdsao0i5jlalidugujnakgo9t8ghn";
pub(crate) const IMAGE_URL: &str = "https://qr.vipps.no/generate/qr.png?token=eyJraWQiOiJqd3RrZXki";

pub(crate) const SUB: &str = "c06c4afe-d9e1-4c5d-939a-177d752a0944";
pub(crate) const ACCOUNT: &str = "86011117947";
pub(crate) const UUID: &str = "497f6eca-6276-4993-bfeb-53cbbbba6f08";

/// What a call gave, as it prints.
pub(crate) type Asked<'a> = Pin<Box<dyn Future<Output = Result<String, Error>> + 'a>>;

/// A call with good arguments.
pub(crate) struct Good {
    pub(crate) call: Call,
    ask: for<'a> fn(&'a Vipps, &'a str) -> Asked<'a>,
}

impl Good {
    pub(crate) fn ask<'a>(&self, vipps: &'a Vipps) -> Asked<'a> {
        (self.ask)(vipps, IMAGE_URL)
    }

    /// Asks for pictures at `image_url`, so that a test over sockets stays on this machine.
    pub(crate) fn ask_here<'a>(&self, vipps: &'a Vipps, image_url: &'a str) -> Asked<'a> {
        (self.ask)(vipps, image_url)
    }
}

macro_rules! good {
    ($($call:ident: $vipps:ident $(, $image:ident)? => $asked:expr;)+) => {
        &[$(Good {
            call: Call::$call,
            ask: |$vipps, image_url| Box::pin(async move {
                let _ = image_url;
                $(let $image = image_url;)?
                shown($asked.await)
            }),
        }),+]
    };
}

fn shown<T: Debug>(result: Result<T, Error>) -> Result<String, Error> {
    result.map(|answer| format!("{answer:?} {answer:#?}"))
}

/// All of them but the request for a token, which goes before the first.
pub(crate) const EVERY_CALL: &[Good] = good! {
    Initiate: vipps => vipps.ecom().initiate(&secret_order());
    Details: vipps => vipps.ecom().details("order-1");
    Capture: vipps => vipps.ecom().capture("order-1", &modification());
    Refund: vipps => vipps.ecom().refund("order-1", &modification());
    Cancel: vipps => vipps.ecom().cancel("order-1", &cancellation());
    ForceApprove: vipps => vipps.ecom().force_approve("order-1", &MOBILE_NUMBER.into(), &payment_url());

    EpaymentCreate: vipps => vipps.epayment().create(&pushed(), &key());
    EpaymentGet: vipps => vipps.epayment().get("order-0001");
    EpaymentEvents: vipps => vipps.epayment().events("order-0001");
    EpaymentCapture: vipps => vipps.epayment().capture("order-0001", nok(24_900), &key());
    EpaymentRefund: vipps => vipps.epayment().refund("order-0001", nok(24_900), &key());
    EpaymentCancel: vipps => vipps.epayment().cancel("order-0001", Extent::Everything, &key());
    EpaymentForceApprove: vipps => vipps.epayment().force_approve("order-0001", &approval());

    OneTimeQr: vipps => vipps.qr().one_time(&payment_url(), 800);
    QrImage: vipps, image_url => vipps.qr().image(image_url);
    RedirectCreate: vipps => vipps.qr().create_redirect(&redirect(), PNG);
    RedirectList: vipps => vipps.qr().redirects(PNG);
    RedirectGet: vipps => vipps.qr().redirect("Blåbær 1", PNG);
    RedirectUpdate: vipps => vipps.qr().retarget_redirect("Blåbær 1", "https://example.com/b", PNG);
    RedirectDelete: vipps => vipps.qr().delete_redirect("Blåbær 1");
    CallbackPut: vipps => vipps.qr().put_callback("till-2", "Kasse 1", Some(Place::InStore));
    CallbackPutMobilePay: vipps => vipps.qr().put_mobile_pay_callback("beacon-2", "Kasse 1");
    CallbackList: vipps => vipps.qr().callbacks(PNG);
    CallbackGet: vipps => vipps.qr().callback("till-2", PNG);
    CallbackDelete: vipps => vipps.qr().delete_callback("till-2");
    ExchangeCode: vipps => vipps.qr().exchange_code(&personal_qr());
    ExchangeCustomer: vipps => vipps.qr().exchange_customer(&CUSTOMER_TOKEN.into());

    ReceiptAdd: vipps => vipps.orders().add_receipt(PaymentType::Single, "order-0001", &receipt());
    CategorySet: vipps => vipps.orders().set_link(PaymentType::Single, "order-0001", &link());
    OrderGet: vipps => vipps.orders().get(PaymentType::Single, "order-0001");
    ImageAdd: vipps => vipps.orders().add_image("socks-orange-123", &picture());
    CategoryAdd: vipps => vipps.orders().add_link(PaymentType::Single, "order-0001", &link());
    CategoryList: vipps => vipps.orders().links("order-0001");
    CategoryGet: vipps => vipps.orders().link(UUID);
    CategoryDelete: vipps => vipps.orders().delete_link(UUID);

    WebhookRegister: vipps => vipps.webhooks().register(&webhook_url(), &Topic::all());
    WebhookList: vipps => vipps.webhooks().list();
    WebhookDelete: vipps => vipps.webhooks().delete(UUID);

    SalesUnitList: vipps => vipps.management().sales_units();
    SalesUnitGet: vipps => vipps.management().sales_unit(vipps.msn());
    MerchantGet: vipps => vipps.management().merchant(&business());
    MerchantSalesUnits: vipps => vipps.management().sales_units_of(&business());
    ProductOrderCreate: vipps => vipps.management().create_product_order(&product_order());
    ProductOrderList: vipps => vipps.management().product_orders();
    ProductOrderGet: vipps => vipps.management().product_order(UUID);
    ProductOrderDelete: vipps => vipps.management().delete_product_order(UUID);
    PricePackageList: vipps => vipps.management().price_packages();

    Userinfo: vipps => vipps.userinfo(&SUB.into());
};

/// The call of that name.
pub(crate) fn good(call: Call) -> &'static Good {
    EVERY_CALL.iter().find(|good| good.call == call).expect("every call is in the list")
}

pub(crate) fn payment_url() -> String {
    format!("https://api.vipps.no/dwo-api-application/v1/deeplink/vippsgateway?v=2&token={PAYMENT_TOKEN}")
}

pub(crate) fn secret_order() -> Initiate {
    Initiate {
        auth_token: Some(CALLBACK_TOKEN.into()),
        mobile_number: Some(MOBILE_NUMBER.into()),
        fall_back: format!("https://example.com/done?token={PAYMENT_TOKEN}"),
        ..order()
    }
}

pub(crate) fn nok(value: u64) -> Money {
    Money { value, currency: Currency::Nok }
}

pub(crate) fn key() -> IdempotencyKey {
    IdempotencyKey::parse("order-0001-k1").unwrap()
}

pub(crate) fn approval() -> Approval {
    Approval::PhoneNumber(MSISDN.into())
}

/// The payment of a customer who scans a code.
pub(crate) fn scanned() -> Create {
    Create {
        reference: "order-0001".into(),
        amount: nok(24_900),
        flow: Flow::Qr { format: QrFormat::Png { size_px: 800 }, return_url: None },
        interaction: Interaction::Present,
        description: Some("One pair of Vipps socks".into()),
        receipt: None,
        receipt_url: None,
        metadata: BTreeMap::new(),
        expires_at: None,
        minimum_user_age: None,
        scope: vec![epayment::Scope::Name, epayment::Scope::PhoneNumber],
        legal_links: None,
    }
}

/// The payment of a customer whose number the cashier keyed in.
pub(crate) fn pushed() -> Create {
    Create { flow: Flow::PushMessage { customer: Customer::PhoneNumber(MSISDN.into()) }, ..scanned() }
}

pub(crate) const PNG: Format = Format::Png { size_px: 800 };

pub(crate) fn redirect() -> Redirect {
    let life = Some(Duration::from_mins(10));
    Redirect { id: "Blåbær 1".into(), target_url: "https://example.com/a?b=1".into(), life }
}

pub(crate) fn personal_qr() -> Personal {
    format!("https://qr.vipps.no/28/2/01/031/{MSISDN}?v=1").into()
}

/// What is sold.
pub(crate) fn receipt() -> Receipt {
    let tax_rate = TaxRate::of_percent(25).unwrap();
    let line = OrderLine {
        name: "Socks".into(),
        id: "socks-1".into(),
        total: 24_900,
        tax: tax_rate.of(24_900),
        tax_rate,
        unit: Some(Unit { price: 12_450, quantity: Quantity::from(2), of: QuantityUnit::Pieces }),
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
        sources: Some(PaymentSources::default()),
        barcode: Some(Barcode { format: BarcodeFormat::Ean13, data: "7038010000126".into() }),
    }
}

pub(crate) fn link() -> Link {
    let image_id = Some("socks-orange-123".into());
    Link { kind: Kind::Receipt, url: "https://example.com/receipt/7".into(), image_id }
}

/// As much of a PNG as the client looks at.
pub(crate) fn picture() -> Vec<u8> {
    b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\x01\0\0\0\x01\0\x08\x02\0\0\0".to_vec()
}

pub(crate) fn webhook_url() -> Url {
    "https://example.com/vipps/webhooks?shop=7".parse().unwrap()
}

pub(crate) fn business() -> BusinessId {
    BusinessId { scheme: "business:NO:ORG".into(), id: "987654321".into() }
}

pub(crate) fn product_order() -> ProductOrder {
    ProductOrder {
        business: business(),
        product: ProductType::PaymentIntegration,
        sales_unit_name: Some("Acme Fantastic Fitness".into()),
        logo: Some(picture()),
        account: Some(BankAccount { scheme: "BBAN:NO".into(), id: ACCOUNT.into() }),
        price_package_id: Some(UUID.into()),
        use_case: None,
        annual_turnover: Some(100_000),
        intended_purpose: Some("POS integration".into()),
        website: Some(Website {
            url: "https://example.com".into(),
            terms_url: "https://example.com/terms".into(),
        }),
        has_recurring: Some(false),
        merchant_category_code: Some("7997".into()),
    }
}

#[test]
fn every_call_is_in_the_list() {
    let listed: Vec<Call> = EVERY_CALL.iter().map(|good| good.call).collect();
    let all: Vec<Call> = Call::ALL.iter().copied().filter(|call| *call != Call::Token).collect();
    assert!(all.iter().all(|call| listed.contains(call)) && listed.len() == all.len(), "{listed:?}");
}
