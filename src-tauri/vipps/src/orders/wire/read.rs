//! What is read back.

use serde::Deserialize;
use serde_json::Value;

use crate::lenient;
use crate::money::Currency;
use crate::orders::{
    Barcode, BarcodeFormat, Kind, Link, Order, OrderLine, PaymentSources, Quantity, QuantityUnit, Receipt,
    Role, TaxRate, Unit,
};

/// Link and receipt of a payment, of which either may be missing.
pub(in crate::orders) fn order(body: &[u8]) -> Result<Order, &'static str> {
    // A list would be taken for an object whose members have lost their names.
    let value = serde_json::from_slice(body).ok().filter(Value::is_object);
    let answer: OrderAnswer = value
        .and_then(|value| serde_json::from_value(value).ok())
        .ok_or("the answer can't be read as what a payment was given")?;
    let link = answer.category.and_then(|link| {
        let (kind, url) = link.category.zip(link.order_details_url)?;
        Some(Link { kind: Kind::read(&kind), url, image_id: link.image_id })
    });
    let receipt = answer.receipt.map(Receipt::try_from).transpose()?;
    Ok(Order { link, receipt })
}

#[derive(Deserialize)]
struct OrderAnswer {
    #[serde(default)]
    category: Option<LinkAnswer>,
    #[serde(default)]
    receipt: Option<ReceiptAnswer>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct LinkAnswer {
    #[serde(default, deserialize_with = "lenient::text")]
    category: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    order_details_url: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    image_id: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ReceiptAnswer {
    order_lines: Vec<LineAnswer>,
    bottom_line: BottomAnswer,
}

impl TryFrom<ReceiptAnswer> for Receipt {
    type Error = &'static str;

    fn try_from(answer: ReceiptAnswer) -> Result<Self, Self::Error> {
        let bottom = answer.bottom_line;
        let currency = bottom.currency.as_deref().and_then(Currency::of_code);
        Ok(Receipt {
            lines: answer.order_lines.into_iter().map(OrderLine::try_from).collect::<Result<_, _>>()?,
            currency: currency.ok_or("the currency is none that a sales unit can be paid in")?,
            tip: bottom.tip_amount,
            pos_id: bottom.pos_id,
            number: bottom.receipt_number,
            sources: bottom.payment_sources.map(PaymentSources::from),
            barcode: bottom.barcode.and_then(BarcodeAnswer::read),
        })
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct LineAnswer {
    #[serde(default, deserialize_with = "lenient::text")]
    name: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    id: Option<String>,
    #[serde(deserialize_with = "lenient::whole")]
    total_amount: u64,
    #[serde(deserialize_with = "lenient::whole")]
    total_amount_excluding_tax: u64,
    #[serde(deserialize_with = "lenient::whole")]
    total_tax_amount: u64,
    #[serde(default, deserialize_with = "lenient::maybe_whole")]
    tax_rate: Option<u64>,
    #[serde(default, deserialize_with = "lenient::maybe_whole")]
    tax_percentage: Option<u64>,
    #[serde(default)]
    unit_info: Option<UnitAnswer>,
    #[serde(default, deserialize_with = "lenient::maybe_whole")]
    discount: Option<u64>,
    #[serde(default, deserialize_with = "lenient::text")]
    product_url: Option<String>,
    #[serde(default, deserialize_with = "lenient::maybe_truth")]
    is_return: Option<bool>,
    #[serde(default, deserialize_with = "lenient::maybe_truth")]
    is_shipping: Option<bool>,
}

impl TryFrom<LineAnswer> for OrderLine {
    type Error = &'static str;

    fn try_from(answer: LineAnswer) -> Result<Self, Self::Error> {
        if answer.total_amount_excluding_tax.checked_add(answer.total_tax_amount) != Some(answer.total_amount)
        {
            return Err("a line of the receipt does not add up");
        }
        // In whole percent in receipts of older senders.
        let hundredths =
            answer.tax_rate.or(answer.tax_percentage.and_then(|percent| percent.checked_mul(100)));
        let tax_rate = u16::try_from(hundredths.unwrap_or_default())
            .ok()
            .and_then(|hundredths| TaxRate::of_hundredths(hundredths).ok());
        Ok(OrderLine {
            name: answer.name.unwrap_or_default(),
            id: answer.id.unwrap_or_default(),
            total: answer.total_amount,
            tax: answer.total_tax_amount,
            tax_rate: tax_rate.ok_or("a line of the receipt has no rate of tax that could be")?,
            unit: answer.unit_info.and_then(UnitAnswer::read),
            discount: answer.discount.unwrap_or_default(),
            product_url: answer.product_url,
            role: match (answer.is_return, answer.is_shipping) {
                (Some(true), _) => Role::Return,
                (_, Some(true)) => Role::Shipping,
                _ => Role::Goods,
            },
        })
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct UnitAnswer {
    #[serde(default, deserialize_with = "lenient::maybe_whole")]
    unit_price: Option<u64>,
    #[serde(default, deserialize_with = "lenient::text")]
    quantity: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    quantity_unit: Option<String>,
}

impl UnitAnswer {
    /// Only shown, so what can't be read is left out.
    fn read(self) -> Option<Unit> {
        let quantity = Quantity::parse(self.quantity?.trim()).ok()?;
        let of = self.quantity_unit.as_deref().map(QuantityUnit::of_name).unwrap_or_default();
        Some(Unit { price: self.unit_price.unwrap_or_default(), quantity, of })
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct BottomAnswer {
    #[serde(default, deserialize_with = "lenient::text")]
    currency: Option<String>,
    #[serde(default, deserialize_with = "lenient::maybe_whole")]
    tip_amount: Option<u64>,
    #[serde(default, deserialize_with = "lenient::text")]
    pos_id: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    receipt_number: Option<String>,
    #[serde(default)]
    payment_sources: Option<SourcesAnswer>,
    #[serde(default)]
    barcode: Option<BarcodeAnswer>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct SourcesAnswer {
    #[serde(default, deserialize_with = "lenient::maybe_whole")]
    gift_card: Option<u64>,
    #[serde(default, deserialize_with = "lenient::maybe_whole")]
    card: Option<u64>,
    #[serde(default, deserialize_with = "lenient::maybe_whole")]
    voucher: Option<u64>,
    #[serde(default, deserialize_with = "lenient::maybe_whole")]
    cash: Option<u64>,
}

impl From<SourcesAnswer> for PaymentSources {
    fn from(answer: SourcesAnswer) -> Self {
        Self {
            gift_card: answer.gift_card.unwrap_or_default(),
            card: answer.card.unwrap_or_default(),
            voucher: answer.voucher.unwrap_or_default(),
            cash: answer.cash.unwrap_or_default(),
        }
    }
}

#[derive(Deserialize)]
struct BarcodeAnswer {
    #[serde(default, deserialize_with = "lenient::text")]
    format: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    data: Option<String>,
}

impl BarcodeAnswer {
    fn read(self) -> Option<Barcode> {
        let format = self.format?;
        let format =
            BarcodeFormat::ALL.into_iter().find(|known| known.name().eq_ignore_ascii_case(&format))?;
        Some(Barcode { format, data: self.data? })
    }
}
