//! Sales as one JSON object: the sales, and after them what they add up to.

use std::collections::BTreeMap;

use contract::{Amount, Currency, Store};
use serde::Serialize;

use crate::auditors::sessions::Auditor;
use crate::payments::written;
use crate::refusal::Failure;
use crate::sale_log::sale::Sale;
use crate::sale_log::tax;
use crate::sale_log::zone::Zone;

/// What the sales that have been written add up to, by currency.
#[derive(Debug, Default)]
pub(super) struct Totals(BTreeMap<String, (Currency, Total)>);

#[derive(Clone, Copy, Debug, Default)]
struct Total {
    sales: u64,
    captured: i64,
    refunded: i64,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SaleView<'a> {
    time: String,
    store: &'a Store,
    reference: &'a str,
    state: &'static str,
    description: &'a str,
    lines: Vec<LineView<'a>>,
    amount: Amount,
    captured: Amount,
    refunded: Amount,
    returns: Vec<ReturnView<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct LineView<'a> {
    name: &'a str,
    quantity: u32,
    unit_price: i64,
    total: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    tax_rate: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    article_id: Option<&'a str>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    is_return: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ReturnView<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    time: Option<String>,
    amount: Amount,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'a str>,
    place: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct TotalView {
    sales: u64,
    captured: Amount,
    refunded: Amount,
    net: Amount,
}

/// The beginning of the object.
pub(super) fn head(auditor: &Auditor) -> Vec<u8> {
    format!("{{\"zone\":\"{}\",\"sales\":[", auditor.zone.name()).into_bytes()
}

impl Totals {
    /// Some sales; a comma stands before all but the `first` ones.
    pub(super) fn sales(&mut self, zone: &Zone, sales: &[Sale], first: bool) -> Result<Vec<u8>, Failure> {
        let mut bytes = Vec::new();
        for (number, sale) in sales.iter().enumerate() {
            bytes.extend(if first && number == 0 { &b"\n"[..] } else { &b",\n"[..] });
            serde_json::to_writer(&mut bytes, &view(zone, sale))
                .map_err(|error| Failure::internal("a sale can't be written", error))?;
            let (_, total) =
                self.0.entry(written(&sale.currency)).or_insert((sale.currency, Total::default()));
            total.sales += 1;
            total.captured = total.captured.saturating_add(sale.captured);
            total.refunded = total.refunded.saturating_add(sale.refunded);
        }
        Ok(bytes)
    }

    /// The end of the object.
    pub(super) fn tail(&self) -> Vec<u8> {
        let view = |(currency, total): &(Currency, Total)| {
            let amount = |value| Amount { value, currency: *currency };
            TotalView {
                sales: total.sales,
                captured: amount(total.captured),
                refunded: amount(total.refunded),
                net: amount(total.captured.saturating_sub(total.refunded)),
            }
        };
        let totals: Vec<TotalView> = self.0.values().map(view).collect();
        let totals = serde_json::to_string(&totals).unwrap_or_default();
        format!("\n],\"totals\":{totals}}}\n").into_bytes()
    }
}

fn view<'a>(zone: &Zone, sale: &'a Sale) -> SaleView<'a> {
    let amount = |value| Amount { value, currency: sale.currency };
    let lines = sale.lines.iter().map(|line| LineView {
        name: &line.name,
        quantity: line.quantity,
        unit_price: line.unit_price,
        total: tax::total_of(line),
        tax_rate: line.tax_rate,
        article_id: line.article.as_deref(),
        is_return: line.returned,
    });
    let returns = sale.returns.iter().map(|made| ReturnView {
        time: made.at.map(|at| zone.written(at)),
        amount: amount(made.amount),
        reason: made.reason.as_deref(),
        place: made.place.name(),
    });
    SaleView {
        time: zone.written(sale.at),
        store: &sale.store,
        reference: &sale.reference,
        state: sale.standing().name(),
        description: &sale.description,
        lines: lines.collect(),
        amount: amount(sale.amount),
        captured: amount(sale.captured),
        refunded: amount(sale.refunded),
        returns: returns.collect(),
    }
}
