//! `kvitt receipt`: what stands on the receipt of a payment, and whether the customer's app has it.

use std::time::Duration;

use contract::{Amount, ReceiptLine, ReceiptStatus, ReceiptTax, ReceiptView};

use crate::amount::{number, written};
use crate::arguments::Status;
use crate::ending::{Ending, Failure};
use crate::register::Register;
use crate::voice::Voice;

/// Says what stands on it, rate by rate what tax is in it, and how it stands.
pub(crate) async fn run(register: &Register, asked: &Status, voice: Voice) -> Result<Ending, Failure> {
    let path = format!("/v1/payments/{}/receipt", asked.reference);
    let receipt: Result<ReceiptView, _> = register.get(&path, Duration::ZERO).await;
    let receipt = receipt.map_err(|trouble| register.told(trouble).about(&asked.reference))?;
    voice.answer(&receipt, &words(&receipt));
    Ok(match receipt.status {
        ReceiptStatus::Stored => Ending::Done,
        ReceiptStatus::Waiting => Ending::Unclear,
        ReceiptStatus::None | ReceiptStatus::Refused | ReceiptStatus::Different => Ending::NotDone,
    })
}

fn words(receipt: &ReceiptView) -> String {
    let money = |value| number(Amount { value, ..receipt.total });
    let mut said = vec![format!("{}  {}", receipt.reference, standing(receipt.status))];
    said.extend(receipt.lines.iter().map(|line| of_line(line, money)));
    if !receipt.lines.is_empty() {
        said.push(format!("  {}", written(receipt.total)));
    }
    said.extend(receipt.taxes.iter().map(|tax| of_tax(tax, money)));
    said.join("\n")
}

fn of_line(line: &ReceiptLine, money: impl Fn(i64) -> String) -> String {
    let pieces = if line.quantity == 1 { String::new() } else { format!("{} x ", line.quantity) };
    let back = if line.is_return { ", taken off" } else { "" };
    let off = if line.discount == 0 { String::new() } else { format!(", {} off", money(line.discount)) };
    let (total, rate) = (money(line.total), percent(line.tax_rate));
    format!("  {pieces}{}  {total}  ({rate} tax{off}{back})", line.name)
}

fn of_tax(tax: &ReceiptTax, money: impl Fn(i64) -> String) -> String {
    format!("  {} tax of {} without it: {}", percent(tax.tax_rate), money(tax.net), money(tax.tax))
}

/// `25%`, `11.11%`.
fn percent(hundredths: u16) -> String {
    match hundredths % 100 {
        0 => format!("{}%", hundredths / 100),
        rest => format!("{}.{rest:02}%", hundredths / 100),
    }
}

fn standing(status: ReceiptStatus) -> &'static str {
    match status {
        ReceiptStatus::None => "has no receipt: not every line had a tax, or it was not paid",
        ReceiptStatus::Waiting => "waits for its receipt to be stored; that is tried on by itself",
        ReceiptStatus::Stored => "has its receipt in the customer's app",
        ReceiptStatus::Refused => "has no receipt in the customer's app: it could not be stored",
        ReceiptStatus::Different => "has another receipt in the customer's app than was sent",
    }
}

#[cfg(test)]
mod tests {
    use contract::Currency;

    use super::*;

    #[test]
    fn it_reads_as_a_receipt_does() {
        let coffee = ReceiptLine {
            name: "Coffee".into(),
            article_id: "1".into(),
            quantity: 2,
            total: 8_000,
            tax: 1_043,
            tax_rate: 1_500,
            discount: 1_000,
            is_return: false,
        };
        let cup = ReceiptLine {
            name: "Cup".into(),
            quantity: 1,
            total: -1_000,
            tax: -100,
            tax_rate: 1_111,
            discount: 0,
            is_return: true,
            ..coffee.clone()
        };
        let receipt = ReceiptView {
            reference: "sale-1042-1".into(),
            status: ReceiptStatus::Stored,
            total: Amount { value: 7_000, currency: Currency::Nok },
            taxes: vec![ReceiptTax { tax_rate: 1_500, net: 6_957, tax: 1_043, total: 8_000 }],
            lines: vec![coffee, cup],
        };
        let said = "sale-1042-1  has its receipt in the customer's app\n  \
                    2 x Coffee  80.00  (15% tax, 10.00 off)\n  Cup  -10.00  (11.11% tax, taken off)\n  70.00 NOK\n  \
                    15% tax of 69.57 without it: 10.43";
        assert_eq!(words(&receipt), said);
    }
}
