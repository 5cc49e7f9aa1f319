use std::collections::BTreeMap;

use jiff::Timestamp;

use super::*;
use crate::epayment::{Interaction, LegalLinks, Method};
use crate::orders::{OrderLine, Receipt, Role, TaxRate};

fn qr() -> Create {
    Create {
        reference: "store1-till2-000017-1".into(),
        amount: Money { value: 24_900, currency: Currency::Nok },
        flow: Flow::Qr { format: QrFormat::Png { size_px: 800 }, return_url: None },
        interaction: Interaction::Present,
        description: None,
        receipt: None,
        receipt_url: None,
        metadata: BTreeMap::new(),
        expires_at: None,
        minimum_user_age: None,
        scope: Vec::new(),
        legal_links: None,
    }
}

fn push(customer: Customer) -> Create {
    Create { flow: Flow::PushMessage { customer }, ..qr() }
}

fn web(return_url: &str) -> Create {
    let return_url = return_url.to_owned();
    Create { flow: Flow::WebRedirect { method: Method::Card, return_url, customer: None }, ..qr() }
}

fn receipt(total: u64) -> Receipt {
    let line = OrderLine {
        name: "Socks".into(),
        id: "socks-1".into(),
        total,
        tax: 0,
        tax_rate: TaxRate::NONE,
        unit: None,
        discount: 0,
        product_url: None,
        role: Role::Goods,
    };
    let (currency, lines) = (Currency::Nok, vec![line]);
    Receipt { lines, currency, tip: None, pos_id: None, number: None, sources: None, barcode: None }
}

fn at(seconds: i64) -> Option<Timestamp> {
    Timestamp::from_second(seconds).ok()
}

#[test]
fn a_payment_at_the_limits_is_let_through() {
    let money = |value, currency| Money { value, currency };
    let pairs = |count| (0..count).map(|n| (format!("{n}{}", "k".repeat(99)), "v".repeat(500))).collect();
    for payment in [
        qr(),
        Create { reference: "a".repeat(64), amount: money(AMOUNT_MAX, Currency::Nok), ..qr() },
        Create { reference: "a-b-c-d8".into(), amount: money(100, Currency::Nok), ..qr() },
        Create { amount: money(1, Currency::Dkk), ..qr() },
        Create { amount: money(1, Currency::Sek), ..qr() },
        Create { description: Some("å".repeat(100)), ..qr() },
        Create { metadata: pairs(5), receipt_url: Some("acme://receipt/7".into()), ..qr() },
        push(Customer::PhoneNumber("4791234567".into())),
        push(Customer::PhoneNumber("358401234567890".into())),
        push(Customer::PersonalQr("https://qr.vipps.no/p/x".into())),
        push(Customer::Token("ey%382jf8+qk3".into())),
        web("https://example.com/done?id=7"),
        web("acme://done"),
        Create { receipt: Some(receipt(24_900)), expires_at: at(1_600), ..qr() },
    ] {
        assert_eq!(of_create(&payment, Some(1_000_000)), Ok(()), "{payment:?}");
    }
}

#[test]
fn what_breaks_a_rule_is_refused() {
    let money = |value| Money { value, currency: Currency::Nok };
    let pair = |key: usize, value: usize| BTreeMap::from([("k".repeat(key), "v".repeat(value))]);
    let six = (0..6).map(|n| (n.to_string(), String::new())).collect();
    let links = |url: &str| LegalLinks { terms_of_sale: url.into(), privacy_policy: "https://x.no".into() };
    let sized = |size_px| Flow::Qr { format: QrFormat::Png { size_px }, return_url: None };
    for payment in [
        Create { reference: "a".repeat(7), ..qr() },
        Create { reference: "a".repeat(65), ..qr() },
        Create { reference: "store/till".into(), ..qr() },
        Create { amount: money(AMOUNT_MAX + 1), ..qr() },
        Create { flow: sized(99), ..qr() },
        Create { flow: sized(2001), ..qr() },
        Create { description: Some("ab".into()), ..qr() },
        Create { description: Some("å".repeat(101)), ..qr() },
        Create { receipt_url: Some("http://example.com".into()), ..qr() },
        Create { receipt_url: Some("receipt".into()), ..qr() },
        Create { metadata: six, ..qr() },
        Create { metadata: pair(101, 1), ..qr() },
        Create { metadata: pair(0, 1), ..qr() },
        Create { metadata: pair(1, 501), ..qr() },
        Create { legal_links: Some(links("http://example.com")), ..qr() },
        Create { legal_links: Some(links("acme://terms")), ..qr() },
        Create { receipt: Some(receipt(24_899)), ..qr() },
        Create { expires_at: at(90_000), ..qr() },
        Create { receipt: Some(receipt(24_900)), expires_at: at(1_599), ..qr() },
        Create { receipt: Some(receipt(24_900)), expires_at: at(1_000 + 60 * 86_400 + 1), ..qr() },
        Create { receipt: Some(receipt(24_900)), expires_at: at(90_000), ..web("https://example.com") },
        web(""),
        web("http://example.com"),
    ] {
        let (meaning, detail) =
            of_create(&payment, Some(1_000_000)).expect_err(&format!("let through: {payment:?}"));
        assert_eq!(meaning, Meaning::BadRequest, "{detail}");
    }
    let small = Create { amount: money(99), ..qr() };
    assert_eq!(of_create(&small, None).unwrap_err().0, Meaning::AmountTooSmall);
}

#[test]
fn what_is_wrong_with_a_customer_is_said_by_name() {
    for number in ["", "91234567", "+4791234567", "0047 91234567", "4791234567890123", "abcdefghij"] {
        let payment = push(Customer::PhoneNumber(number.into()));
        assert_eq!(of_create(&payment, None).unwrap_err().0, Meaning::NumberRefused, "{number}");
    }
    for code in [String::new(), "1234".into(), "x".repeat(256)] {
        let payment = push(Customer::PersonalQr(code.into()));
        assert_eq!(of_create(&payment, None).unwrap_err().0, Meaning::PersonalQrRefused);
    }
    let payment = push(Customer::Token("".into()));
    assert_eq!(of_create(&payment, None).unwrap_err().0, Meaning::PersonalQrRefused);
}

#[test]
fn an_existing_payment_may_have_been_made_through_ecom() {
    assert_eq!(of_reference("7"), Ok(()));
    for reference in ["", "a/b", "../x", "a b", &"a".repeat(65)] {
        assert!(of_reference(reference).is_err(), "{reference}");
    }
    for value in [0, AMOUNT_MAX + 1] {
        assert!(of_modification(Money { value, currency: Currency::Nok }).is_err(), "{value}");
    }
}
