//! What is sent.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;

use crate::orders::{Barcode, Link, OrderLine, PaymentSources, PaymentType, Receipt, Role, Unit};

/// A receipt, alone or in the creation of a payment.
pub(crate) fn receipt(receipt: &Receipt) -> impl Serialize + use<'_> {
    ReceiptBody {
        order_lines: receipt.lines.iter().map(LineBody::from).collect(),
        bottom_line: BottomBody {
            currency: receipt.currency.code(),
            tip_amount: receipt.tip,
            pos_id: receipt.pos_id.as_deref(),
            receipt_number: receipt.number.as_deref(),
            payment_sources: receipt.sources.map(SourcesBody::from),
            barcode: receipt.barcode.as_ref().map(BarcodeBody::from),
        },
    }
}

/// Version 2 of a link.
pub(in crate::orders) fn link(link: &Link) -> impl Serialize + use<'_> {
    LinkBody { category: link.kind.name(), order_details_url: &link.url, image_id: link.image_id.as_deref() }
}

/// Version 3 of a link.
pub(in crate::orders) fn category<'a>(
    kind: PaymentType,
    reference: &'a str,
    link: &'a Link,
) -> impl Serialize + use<'a> {
    CategoryBody {
        order_id: reference,
        payment_type: kind.name(),
        kind: link.kind.name(),
        url: &link.url,
        image_id: link.image_id.as_deref(),
    }
}

/// A picture.
pub(in crate::orders) fn image<'a>(id: &'a str, picture: &[u8]) -> impl Serialize + use<'a> {
    ImageBody { image_id: id, src: STANDARD.encode(picture), kind: "base64" }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ReceiptBody<'a> {
    order_lines: Vec<LineBody<'a>>,
    bottom_line: BottomBody<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct LineBody<'a> {
    name: &'a str,
    id: &'a str,
    total_amount: u64,
    total_amount_excluding_tax: u64,
    total_tax_amount: u64,
    tax_rate: u16,
    #[serde(skip_serializing_if = "Option::is_none")]
    unit_info: Option<UnitBody<'a>>,
    discount: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    product_url: Option<&'a str>,
    is_return: bool,
    is_shipping: bool,
}

impl<'a> From<&'a OrderLine> for LineBody<'a> {
    fn from(line: &'a OrderLine) -> Self {
        Self {
            name: &line.name,
            id: &line.id,
            total_amount: line.total,
            total_amount_excluding_tax: line.total.saturating_sub(line.tax),
            total_tax_amount: line.tax,
            tax_rate: line.tax_rate.hundredths(),
            unit_info: line.unit.as_ref().map(UnitBody::from),
            discount: line.discount,
            product_url: line.product_url.as_deref(),
            is_return: line.role == Role::Return,
            is_shipping: line.role == Role::Shipping,
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct UnitBody<'a> {
    unit_price: u64,
    quantity: &'a str,
    quantity_unit: &'static str,
}

impl<'a> From<&'a Unit> for UnitBody<'a> {
    fn from(unit: &'a Unit) -> Self {
        Self { unit_price: unit.price, quantity: unit.quantity.as_str(), quantity_unit: unit.of.name() }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct BottomBody<'a> {
    currency: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    tip_amount: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pos_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    receipt_number: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    payment_sources: Option<SourcesBody>,
    #[serde(skip_serializing_if = "Option::is_none")]
    barcode: Option<BarcodeBody<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SourcesBody {
    gift_card: u64,
    card: u64,
    voucher: u64,
    cash: u64,
}

impl From<PaymentSources> for SourcesBody {
    fn from(sources: PaymentSources) -> Self {
        let PaymentSources { gift_card, card, voucher, cash } = sources;
        Self { gift_card, card, voucher, cash }
    }
}

#[derive(Serialize)]
struct BarcodeBody<'a> {
    format: &'static str,
    data: &'a str,
}

impl<'a> From<&'a Barcode> for BarcodeBody<'a> {
    fn from(barcode: &'a Barcode) -> Self {
        Self { format: barcode.format.name(), data: &barcode.data }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct LinkBody<'a> {
    category: &'a str,
    order_details_url: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    image_id: Option<&'a str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct CategoryBody<'a> {
    order_id: &'a str,
    payment_type: &'static str,
    #[serde(rename = "type")]
    kind: &'a str,
    url: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    image_id: Option<&'a str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ImageBody<'a> {
    image_id: &'a str,
    src: String,
    #[serde(rename = "type")]
    kind: &'static str,
}
