//! From the lines of an order to the receipt that the customer's app shows (contract 1.5). Pure: the same order gives the
//! same receipt for ever, which is what lets it be sent once and compared afterwards (contract 8, trap 53).

use contract::{ReceiptLine, ReceiptStatus, ReceiptTax, ReceiptView};
use payment::{Line, Order, Payment, ReceiptEnd, ReceiptState};
use vipps::Currency;
use vipps::orders::{OrderLine, Quantity, QuantityUnit, Receipt, Role, TaxRate, Unit};

use crate::present::amount_of;

/// The receipt of `order`; none if it has none, or none that comes to its amount.
///
/// The tax is reckoned line by line and rounded to the nearest minor unit there, since the API adds up what the lines
/// say. A discount has no line of its own on a receipt, so it is taken off the lines of its rate: the nearest before it
/// first, then those after it. What no such line can bear counts against the sum, as a return does.
pub(crate) fn receipt_of(order: &Order) -> Option<Receipt> {
    if !order.has_receipt() {
        return None;
    }
    let mut lines: Vec<OrderLine> = Vec::with_capacity(order.lines.len());
    for (at, line) in order.lines.iter().enumerate() {
        lines.push(line_of(line, at)?);
    }
    for at in 0..lines.len() {
        if is_discount(&order.lines[at]) {
            take_off(&mut lines, &order.lines, at);
        }
    }
    // A discount that other lines bear is on them, and stands nowhere else.
    let stands = |(line, sold): &(OrderLine, &Line)| !is_discount(sold) || line.total > 0;
    let lines = lines.into_iter().zip(&order.lines).filter(stands);
    let taxed = |(line, _): (OrderLine, &Line)| OrderLine { tax: line.tax_rate.of(line.total), ..line };
    let lines = lines.map(taxed).collect();
    let receipt = Receipt {
        lines,
        currency: currency_of(order.amount.currency()),
        tip: None,
        pos_id: None,
        number: None,
        sources: None,
        barcode: None,
    };
    (receipt.total() == Some(order.amount.minor())).then_some(receipt)
}

/// A line by itself. What has no number of its own is named by its place in the sale.
fn line_of(line: &Line, at: usize) -> Option<OrderLine> {
    let price = line.unit_price.unsigned_abs();
    let total = price.checked_mul(u64::from(line.quantity))?;
    let number = || at.saturating_add(1).to_string();
    Some(OrderLine {
        name: line.name.clone(),
        id: line.article.clone().unwrap_or_else(number),
        total,
        tax: 0,
        tax_rate: TaxRate::of_hundredths(line.tax_rate?).ok()?,
        unit: Some(Unit { price, quantity: Quantity::from(line.quantity), of: QuantityUnit::Pieces }),
        discount: 0,
        product_url: None,
        role: if line.unit_price < 0 { Role::Return } else { Role::Goods },
    })
}

fn is_discount(line: &Line) -> bool {
    line.unit_price < 0 && !line.returned
}

/// Takes the discount in line `at` off the goods of its rate.
fn take_off(lines: &mut [OrderLine], sold: &[Line], at: usize) {
    let mut left = lines[at].total;
    let nearest_first = (0..at).rev().chain(at.saturating_add(1)..lines.len());
    for other in nearest_first {
        if sold[other].unit_price >= 0 && sold[other].tax_rate == sold[at].tax_rate {
            let part = left.min(lines[other].total);
            lines[other].total = lines[other].total.saturating_sub(part);
            lines[other].discount = lines[other].discount.saturating_add(part);
            left = left.saturating_sub(part);
        }
    }
    if left < lines[at].total {
        // Its price and number do not tell of the part that is left.
        lines[at].unit = None;
    }
    lines[at].total = left;
}

pub(crate) fn currency_of(currency: payment::Currency) -> Currency {
    match currency {
        payment::Currency::Nok => Currency::Nok,
        payment::Currency::Dkk => Currency::Dkk,
        payment::Currency::Eur => Currency::Eur,
        payment::Currency::Sek => Currency::Sek,
    }
}

/// Whether `stored` says what `sent` says. How many of what is only shown, and may come back written in another way.
pub(crate) fn is_same(sent: &Receipt, stored: &Receipt) -> bool {
    let same = |(sent, stored): (&OrderLine, &OrderLine)| {
        OrderLine { unit: None, product_url: None, ..sent.clone() }
            == OrderLine { unit: None, product_url: None, ..stored.clone() }
    };
    let all = sent.lines.len() == stored.lines.len() && sent.lines.iter().zip(&stored.lines).all(same);
    all && sent.currency == stored.currency && sent.tip == stored.tip && sent.sources == stored.sources
}

/// How the receipt of a payment stands, in the words of the contract.
pub(crate) fn status_of(payment: &Payment) -> ReceiptStatus {
    match payment.receipt() {
        ReceiptState::None => ReceiptStatus::None,
        ReceiptState::Waiting => ReceiptStatus::Waiting,
        ReceiptState::Ended(ReceiptEnd::Stored) => ReceiptStatus::Stored,
        ReceiptState::Ended(ReceiptEnd::Refused { .. }) => ReceiptStatus::Refused,
        ReceiptState::Ended(ReceiptEnd::Different) => ReceiptStatus::Different,
    }
}

/// The receipt of a payment for whoever looks at it, with the tax added up rate by rate.
pub(crate) fn receipt_view(payment: &Payment) -> ReceiptView {
    let sold = receipt_of(payment.order()).map(|receipt| receipt.lines).unwrap_or_default();
    let lines: Vec<ReceiptLine> = sold.iter().map(line_view).collect();
    let total =
        contract::Amount { value: lines.iter().fold(0, |sum, line| sum + line.total), ..amount_of(payment) };
    ReceiptView {
        reference: payment.order().reference.to_string(),
        status: status_of(payment),
        total,
        taxes: taxes_of(&lines),
        lines,
    }
}

fn line_view(line: &OrderLine) -> ReceiptLine {
    let counted = |minor: u64| {
        // The limit of a payment is far below what an i64 holds, and so is that of a line.
        let minor = i64::try_from(minor).unwrap_or(i64::MAX);
        if line.role == Role::Return { -minor } else { minor }
    };
    let pieces = line.unit.as_ref().and_then(|unit| unit.quantity.as_str().parse().ok());
    ReceiptLine {
        name: line.name.clone(),
        article_id: line.id.clone(),
        quantity: pieces.unwrap_or(1),
        total: counted(line.total),
        tax: counted(line.tax),
        tax_rate: line.tax_rate.hundredths(),
        discount: counted(line.discount),
        is_return: line.role == Role::Return,
    }
}

fn taxes_of(lines: &[ReceiptLine]) -> Vec<ReceiptTax> {
    let mut rates: Vec<u16> = lines.iter().map(|line| line.tax_rate).collect();
    rates.sort_unstable_by(|one, other| other.cmp(one));
    rates.dedup();
    let of_rate = |tax_rate: u16| {
        let (mut total, mut tax) = (0, 0);
        for line in lines.iter().filter(|line| line.tax_rate == tax_rate) {
            total += line.total;
            tax += line.tax;
        }
        ReceiptTax { tax_rate, net: total - tax, tax, total }
    };
    rates.into_iter().map(of_rate).collect()
}

#[cfg(test)]
mod tests;
