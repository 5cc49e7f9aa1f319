//! A payment: what the register asks for, and how it has gone.

use contract::{Amount, Code, Currency, Flow, Line, PaymentView, Private, StartPayment, Status};
use serde::{Deserialize, Serialize};

use crate::amount::Decimal;
use crate::condition::{Condition, Fault, condition_of};
use crate::header::MessageId;

/// The longest `TransactionID` of a register, in characters.
const TRANSACTION_CHARS_MAX: usize = 100;
/// The longest part of it that goes into a reference, in characters; what is put behind it fits too.
const NAME_CHARS_MAX: usize = 45;
/// The shortest reference, in characters.
const REFERENCE_CHARS_MIN: usize = 8;
/// How many payments a sale may need before its register must give it another name.
const ATTEMPTS_MAX: u32 = 99;
/// The most lines that are passed on.
const LINES_MAX: usize = 200;

/// What the register calls its sale.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SaleTransaction {
    /// The register's own reference.
    #[serde(rename = "TransactionID")]
    pub id: String,
    /// When, as the register has written it.
    #[serde(rename = "TimeStamp")]
    pub at: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct PaymentRequest {
    sale_data: SaleData,
    payment_transaction: PaymentTransaction,
    payment_data: Option<PaymentData>,
}

#[derive(Deserialize)]
struct SaleData {
    #[serde(rename = "SaleTransactionID")]
    sale: SaleTransaction,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct PaymentTransaction {
    amounts_req: AmountsReq,
    transaction_conditions: Option<Conditions>,
    #[serde(default)]
    sale_item: Option<Vec<SaleItem>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct AmountsReq {
    currency: Currency,
    requested_amount: Decimal,
    cash_back_amount: Option<Decimal>,
    tip_amount: Option<Decimal>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Conditions {
    allowed_payment_brand: Option<Vec<String>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct SaleItem {
    product_label: Option<String>,
    product_code: Option<String>,
    quantity: Option<Decimal>,
    unit_price: Option<Decimal>,
    item_amount: Option<Decimal>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct PaymentData {
    payment_type: Option<String>,
    payment_instrument_data: Option<Instrument>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Instrument {
    mobile_data: Option<MobileData>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct MobileData {
    sensitive_mobile_data: Option<SensitiveMobileData>,
}

#[derive(Deserialize)]
struct SensitiveMobileData {
    #[serde(rename = "MSISDN")]
    number: Private,
}

/// A payment that is asked for.
#[derive(Clone, Debug)]
pub struct PaymentAsk {
    /// The message that asks for it.
    pub id: MessageId,
    /// What the register calls the sale.
    pub sale: SaleTransaction,
    start: StartPayment,
    /// The reference of the sale's first payment.
    name: String,
}

impl PaymentAsk {
    pub(crate) fn of(id: MessageId, asked: PaymentRequest) -> Result<PaymentAsk, Fault> {
        let PaymentRequest { sale_data: SaleData { sale }, payment_transaction, payment_data } = asked;
        if !(1..=TRANSACTION_CHARS_MAX).contains(&sale.id.chars().count()) {
            let detail =
                format!("SaleTransactionID.TransactionID must be 1 to {TRANSACTION_CHARS_MAX} characters");
            return Err(Fault::format(detail));
        }
        check_kind(payment_data.as_ref())?;
        check_brands(payment_transaction.transaction_conditions.as_ref())?;
        let amount = payment_transaction.amounts_req.amount()?;
        let phone_number = payment_data.and_then(PaymentData::number);
        let start = StartPayment {
            amount,
            reference: None,
            description: None,
            lines: lines_of(payment_transaction.sale_item.unwrap_or_default(), amount.value),
            flow: if phone_number.is_some() { Flow::Push } else { Flow::Qr },
            capture: contract::CaptureMode::Automatic,
            phone_number,
            personal_qr: None,
            keep_phone_number: false,
            customer_present: true,
            link: None,
        };
        Ok(PaymentAsk { name: name_of(&sale.id), id, sale, start })
    }

    /// What is asked of the till, under that reference.
    #[must_use]
    pub fn under(&self, reference: &str) -> StartPayment {
        StartPayment { reference: Some(reference.to_owned()), ..self.start.clone() }
    }

    /// The references that payments of this sale have, in the order in which they are used: the register's own name
    /// for the sale as far as it can be, then the same with `-2`, `-3` and so on.
    pub fn references(&self) -> impl Iterator<Item = String> {
        let first = std::iter::once(self.name.clone());
        first.chain((2..=ATTEMPTS_MAX).map(|attempt| format!("{}-{attempt}", self.name)))
    }
}

impl AmountsReq {
    fn amount(&self) -> Result<Amount, Fault> {
        for (name, more) in [("CashBackAmount", &self.cash_back_amount), ("TipAmount", &self.tip_amount)] {
            if more.as_ref().is_some_and(|more| more.minor() != Ok(0)) {
                let detail =
                    format!("{name}: Vipps MobilePay takes the amount that is due and nothing beside it");
                return Err(Fault::new(Condition::NotAllowed, detail));
            }
        }
        let value = self.requested_amount.minor();
        let value = value.map_err(|error| Fault::format(format!("RequestedAmount {}", error.words())))?;
        Ok(Amount { value, currency: self.currency })
    }
}

impl PaymentData {
    fn number(self) -> Option<Private> {
        let mobile = self.payment_instrument_data?.mobile_data?;
        Some(mobile.sensitive_mobile_data?.number)
    }
}

fn check_kind(data: Option<&PaymentData>) -> Result<(), Fault> {
    match data.and_then(|data| data.payment_type.as_deref()) {
        None | Some("Normal") => Ok(()),
        Some("Refund") => {
            let detail = "money goes back to a payment, with Reversal, and to nothing else";
            Err(Fault::new(Condition::NotAllowed, detail))
        }
        Some(_) => Err(Fault::new(Condition::NotAllowed, "PaymentData.PaymentType must be Normal")),
    }
}

/// A register that allows brands allows ours, or does not want this payment.
fn check_brands(conditions: Option<&Conditions>) -> Result<(), Fault> {
    let allowed = conditions.and_then(|conditions| conditions.allowed_payment_brand.as_deref());
    let is_ours = |brand: &String| ["vipps", "mobilepay"].iter().any(|ours| brand.eq_ignore_ascii_case(ours));
    match allowed {
        Some(brands) if !brands.is_empty() && !brands.iter().any(is_ours) => {
            let detail = "AllowedPaymentBrand names neither vipps nor mobilepay";
            Err(Fault::new(Condition::PaymentRestriction, detail))
        }
        _ => Ok(()),
    }
}

/// What is bought, where it can be told: whole pieces whose prices make up what is due. A register that weighs or
/// rounds is paid all the same, without lines.
fn lines_of(items: Vec<SaleItem>, due: i64) -> Vec<Line> {
    if items.len() > LINES_MAX {
        return Vec::new();
    }
    let lines: Option<Vec<Line>> = items.into_iter().map(line_of).collect();
    let lines = lines.unwrap_or_default();
    let sum = lines.iter().try_fold(0_i64, |sum, line| {
        line.unit_price.checked_mul(i64::from(line.quantity)).and_then(|price| sum.checked_add(price))
    });
    if sum == Some(due) { lines } else { Vec::new() }
}

fn line_of(item: SaleItem) -> Option<Line> {
    let name = item.product_label.or(item.product_code)?.trim().to_owned();
    let readable = (1..=100).contains(&name.chars().count()) && !name.chars().any(char::is_control);
    let hundredths = item.quantity.as_ref().map_or(Ok(100), Decimal::minor).ok()?;
    let pieces = u32::try_from(hundredths / 100).ok()?;
    let whole = hundredths % 100 == 0 && (1..=9_999).contains(&pieces);
    let price = item.item_amount.as_ref().and_then(|amount| amount.minor().ok());
    let unit_price = match &item.unit_price {
        Some(unit) => unit.minor().ok()?,
        None => price? / i64::from(pieces.max(1)),
    };
    let adds_up = price.is_none_or(|price| unit_price.checked_mul(i64::from(pieces)) == Some(price));
    (readable && whole && adds_up).then_some(Line { name, quantity: pieces, unit_price, ..Line::default() })
}

/// A register's name for its sale as a reference of ours: what is no letter, digit or `-` becomes `-`, and one that is
/// too short or only digits gets `sale-` in front.
fn name_of(transaction: &str) -> String {
    let kept = transaction.trim().chars().take(NAME_CHARS_MAX);
    let name: String = kept.map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
    if name.len() >= REFERENCE_CHARS_MIN && name.bytes().any(|byte| !byte.is_ascii_digit()) {
        return name;
    }
    format!("sale-{name:0>3}")
}

/// Whether it is known for ever how `payment` has gone: paid, or ended with no money of it left to move. Before that
/// nobody may be told that it failed.
pub fn is_over(payment: &PaymentView) -> bool {
    payment.status == Status::Paid || (payment.is_final && payment.may_pay_again)
}

/// Why a payment that is over was not paid.
pub(crate) fn why_not(payment: &PaymentView) -> Condition {
    let code = payment.problem.as_ref().map_or(Code::Cancelled, |problem| problem.code);
    match condition_of(code) {
        // It is over, so whatever was unclear is so no more.
        Condition::InProgress => Condition::UnavailableService,
        condition => condition,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;

    fn ask(change: impl FnOnce(&mut Value)) -> Result<PaymentAsk, Fault> {
        let mut asked = json!({
            "SaleData": { "SaleTransactionID": { "TransactionID": "27908", "TimeStamp": "2026-11-26T08:00:00Z" } },
            "PaymentTransaction": { "AmountsReq": { "Currency": "NOK", "RequestedAmount": 10.99 } },
        });
        change(&mut asked);
        let asked: PaymentRequest = serde_json::from_str(&asked.to_string()).expect("a request");
        PaymentAsk::of(MessageId { sale: "POS-1".into(), service: "0001".into() }, asked)
    }

    fn start(change: impl FnOnce(&mut Value)) -> StartPayment {
        ask(change).expect("it is good").under("sale-27908")
    }

    fn refused(change: impl FnOnce(&mut Value)) -> Condition {
        ask(change).expect_err("it is refused").condition
    }

    #[test]
    fn the_amount_is_in_minor_units_and_the_sale_has_a_reference() {
        let ask = ask(|_| {}).expect("it is good");
        let start = ask.under("sale-27908");
        assert_eq!((start.amount.value, start.amount.currency, start.flow), (1_099, Currency::Nok, Flow::Qr));
        let first: Vec<String> = ask.references().take(3).collect();
        assert_eq!(first, ["sale-27908", "sale-27908-2", "sale-27908-3"]);
        assert_eq!(ask.references().count(), 99);
    }

    #[test]
    fn what_the_till_can_not_keep_is_refused() {
        let amounts = |name: &'static str, value: Value| {
            move |asked: &mut Value| asked["PaymentTransaction"]["AmountsReq"][name] = value
        };
        assert_eq!(refused(amounts("RequestedAmount", json!(10.991))), Condition::MessageFormat);
        assert_eq!(refused(amounts("RequestedAmount", json!("10.99"))), Condition::MessageFormat);
        assert_eq!(refused(amounts("RequestedAmount", json!(-1))), Condition::MessageFormat);
        assert_eq!(refused(amounts("CashBackAmount", json!(100))), Condition::NotAllowed);
        assert_eq!(refused(amounts("TipAmount", json!(5.5))), Condition::NotAllowed);
        assert!(ask(amounts("TipAmount", json!(0))).is_ok());
        let kind = |kind: &'static str| {
            move |asked: &mut Value| asked["PaymentData"] = json!({ "PaymentType": kind })
        };
        assert_eq!(refused(kind("Refund")), Condition::NotAllowed);
        assert_eq!(refused(kind("CashAdvance")), Condition::NotAllowed);
        assert!(ask(kind("Normal")).is_ok());
        let brands = |brands: Value| {
            move |asked: &mut Value| {
                asked["PaymentTransaction"]["TransactionConditions"] =
                    json!({ "AllowedPaymentBrand": brands });
            }
        };
        assert_eq!(refused(brands(json!(["visa", "mc"]))), Condition::PaymentRestriction);
        assert!(ask(brands(json!(["visa", "Vipps"]))).is_ok() && ask(brands(json!([]))).is_ok());
    }

    #[test]
    fn a_phone_number_is_passed_on_and_never_printed() {
        let with_number = |asked: &mut Value| {
            asked["PaymentData"] = json!({ "PaymentInstrumentData": {
                "PaymentInstrumentType": "Mobile",
                "MobileData": { "SensitiveMobileData": { "MSISDN": "+4791234567" } },
            } });
        };
        let start = start(with_number);
        assert_eq!(start.flow, Flow::Push);
        assert_eq!(start.phone_number.as_ref().map(Private::reveal), Some("+4791234567"));
        assert!(!format!("{:?}", ask(with_number)).contains("91234567"));
    }

    #[test]
    fn lines_are_passed_on_where_they_make_up_the_amount() {
        let items = |items: Value| start(|asked| asked["PaymentTransaction"]["SaleItem"] = items).lines;
        let item = |label: &str, quantity: Value, unit: Value, amount: Value| {
            json!({ "ItemID": 1, "ProductCode": "1", "ProductLabel": label, "Quantity": quantity,
                    "UnitPrice": unit, "ItemAmount": amount })
        };
        let lines = items(json!([
            item("Coffee", json!(2), json!(4.5), json!(9.0)),
            item("Bun", json!(null), json!(null), json!(1.99)),
        ]));
        let told: Vec<_> =
            lines.iter().map(|line| (line.name.as_str(), line.quantity, line.unit_price)).collect();
        assert_eq!(told, [("Coffee", 2, 450), ("Bun", 1, 199)]);
        assert!(items(json!([item("Coffee", json!(2), json!(4.5), json!(9))])).is_empty(), "too little");
        let weighed = item("Cheese", json!(0.372), json!(29.54), json!(10.99));
        assert!(items(json!([weighed])).is_empty(), "a part of a piece");
        let rounded = item("Nuts", json!(3), json!(3.66), json!(10.99));
        assert!(items(json!([rounded])).is_empty(), "a price that was rounded");
    }

    proptest! {
        #[test]
        fn every_sale_has_references_that_the_till_takes(id in ".{1,100}") {
            let changed = ask(|asked| asked["SaleData"]["SaleTransactionID"]["TransactionID"] = json!(id));
            for reference in changed.expect("it is good").references() {
                let bytes = reference.as_bytes();
                prop_assert!((8..=50).contains(&bytes.len()), "{}", reference);
                prop_assert!(bytes.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'-'));
                prop_assert!(bytes.iter().any(|byte| !byte.is_ascii_digit()));
            }
        }
    }
}
