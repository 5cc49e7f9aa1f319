//! The receipt of Order Management, which ePayment takes too (contract 1.5).

use super::form::Form;
use crate::world::problem::Problem;

/// Of texts that the specification leaves open.
const TEXT_MAX: usize = 1_000;
/// Order lines at most; the specification names no limit.
const LINES_MAX: usize = 1_000;
const LINE: [&str; 12] = [
    "name",
    "id",
    "totalAmount",
    "totalAmountExcludingTax",
    "totalTaxAmount",
    "taxPercentage?",
    "taxRate?",
    "unitInfo",
    "discount?",
    "productUrl?",
    "isReturn?",
    "isShipping?",
];
const BOTTOM: [&str; 13] = [
    "currency",
    "tipAmount?",
    "giftCardAmount?",
    "posId?",
    "totalAmount?",
    "totalTax?",
    "totalDiscount?",
    "shippingAmount?",
    "shippingInfo",
    "paymentSources",
    "barcode",
    "receiptNumber?",
    "terminalId?",
];
const UNITS: [&str; 6] = ["PCS", "KG", "KM", "MINUTE", "LITRE", "KWH"];
const BARCODES: [&str; 3] = ["EAN-13", "CODE 39", "CODE 128"];
const CURRENCIES: [&str; 4] = ["NOK", "DKK", "EUR", "SEK"];

/// The fields of a receipt.
pub(super) const FIELDS: [&str; 2] = ["orderLines", "bottomLine"];

/// Checks a receipt whose fields are [`FIELDS`].
pub(super) fn check(receipt: &Form<'_>) -> Result<(), Problem> {
    let lines = receipt.objects("orderLines", &LINE)?.unwrap_or_default();
    if lines.is_empty() || lines.len() > LINES_MAX {
        return Err(receipt.wrong("orderLines", format!("There must be 1 to {LINES_MAX} order lines.")));
    }
    for line in &lines {
        check_line(line)?;
    }
    check_bottom(&receipt.needed_object("bottomLine", &BOTTOM)?)
}

fn check_line(line: &Form<'_>) -> Result<(), Problem> {
    line.needed_text("name", 0..=TEXT_MAX)?;
    line.needed_text("id", 0..=TEXT_MAX)?;
    for name in ["totalAmount", "totalAmountExcludingTax", "totalTaxAmount"] {
        line.needed_number(name, i64::MIN..=i64::MAX)?;
    }
    let percentage = line.number("taxPercentage", 0..=100)?;
    let rate = line.number("taxRate", 0..=10_000)?;
    // Trap 54: 25 in the one is 2500 in the other.
    if percentage.is_none() && rate.is_none() {
        return Err(line.wrong("taxRate", "Either taxRate or taxPercentage must be set."));
    }
    if let Some(unit) = line.object("unitInfo", &["unitPrice?", "quantity", "quantityUnit?"])? {
        unit.present("unitPrice")?;
        unit.number("unitPrice", 0..=i64::MAX)?;
        let quantity = unit.needed_text("quantity", 1..=10)?;
        if !is_quantity(quantity) {
            return Err(unit.wrong("quantity", r"The field must match ^\d+([\.]\d{1,8})?$"));
        }
        unit.choice("quantityUnit", &UNITS)?;
    }
    line.number("discount", 0..=i64::MAX)?;
    line.text("productUrl", 0..=TEXT_MAX)?;
    line.flag("isReturn")?;
    line.flag("isShipping")?;
    Ok(())
}

fn check_bottom(bottom: &Form<'_>) -> Result<(), Problem> {
    bottom.needed_choice("currency", &CURRENCIES)?;
    for name in ["tipAmount", "giftCardAmount", "totalTax", "totalDiscount", "shippingAmount"] {
        bottom.number(name, 0..=i64::MAX)?;
    }
    bottom.number("totalAmount", i64::MIN..=i64::MAX)?;
    for name in ["posId", "receiptNumber", "terminalId"] {
        bottom.text(name, 0..=TEXT_MAX)?;
    }
    let shipping = ["amount?", "amountExcludingTax?", "taxAmount?", "taxPercentage?"];
    if let Some(shipping) = bottom.object("shippingInfo", &shipping)? {
        for name in ["amount", "amountExcludingTax", "taxAmount"] {
            shipping.present(name)?;
            shipping.number(name, 0..=i64::MAX)?;
        }
        shipping.present("taxPercentage")?;
        shipping.number("taxPercentage", 0..=100)?;
    }
    if let Some(sources) = bottom.object("paymentSources", &["giftCard?", "card?", "voucher?", "cash?"])? {
        for name in ["giftCard", "card", "voucher", "cash"] {
            sources.number(name, i64::MIN..=i64::MAX)?;
        }
    }
    if let Some(barcode) = bottom.object("barcode", &["format?", "data?"])? {
        barcode.present("format")?;
        barcode.choice("format", &BARCODES)?;
        barcode.present("data")?;
        barcode.text("data", 0..=TEXT_MAX)?;
    }
    Ok(())
}

/// Digits, and at most eight decimals.
fn is_quantity(text: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    match text.split_once('.') {
        Some((whole, decimals)) => digits(whole) && digits(decimals) && decimals.len() <= 8,
        None => digits(text),
    }
}
