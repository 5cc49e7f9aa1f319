//! Sales as rows of a spreadsheet (RFC 4180). A sale is one row, each of its lines and each of its returns another, so
//! that a column can be added up.

use csv::{Terminator, Writer, WriterBuilder};

use crate::payments::written;
use crate::refusal::Failure;
use crate::sale_log::money::plain;
use crate::sale_log::sale::Sale;
use crate::sale_log::tax;
use crate::sale_log::zone::Zone;

/// Says that it is UTF-8: without it, spreadsheets take letters such as å for others.
const MARK: &[u8] = b"\xef\xbb\xbf";

const TITLES: [&str; 19] = [
    "row",
    "time",
    "store",
    "store_name",
    "msn",
    "reference",
    "state",
    "currency",
    "amount",
    "captured",
    "returned",
    "text",
    "article",
    "quantity",
    "unit_price",
    "tax_percent",
    "line_total",
    "return_amount",
    "return_place",
];

/// What stands above all rows.
pub(super) fn head() -> Result<Vec<u8>, Failure> {
    let mut rows = rows();
    rows.write_record(TITLES).map_err(garbled)?;
    let mut bytes = MARK.to_vec();
    bytes.extend(rows.into_inner().map_err(|error| garbled(error.into_error()))?);
    Ok(bytes)
}

/// The rows of `sales`.
pub(super) fn sales(zone: &Zone, sales: &[Sale]) -> Result<Vec<u8>, Failure> {
    let mut rows = rows();
    for sale in sales {
        write(&mut rows, zone, sale).map_err(garbled)?;
    }
    rows.into_inner().map_err(|error| garbled(error.into_error()))
}

fn write(rows: &mut Writer<Vec<u8>>, zone: &Zone, sale: &Sale) -> Result<(), csv::Error> {
    let (time, state, currency) = (zone.written(sale.at), sale.standing().name(), written(&sale.currency));
    let begin = |row: &str, time: String| {
        let mut cells = vec![row.to_owned(), time, text(&sale.store.id), text(&sale.store.name)];
        cells.extend([sale.store.msn.clone(), text(&sale.reference), state.to_owned(), currency.clone()]);
        cells
    };
    let empty = |count: usize| std::iter::repeat_n(String::new(), count);
    let mut cells = begin("sale", time.clone());
    cells.extend([plain(sale.amount), plain(sale.captured), plain(sale.refunded), text(&sale.description)]);
    cells.extend(empty(7));
    rows.write_record(&cells)?;
    for line in &sale.lines {
        let mut cells = begin(if line.returned { "return_line" } else { "line" }, time.clone());
        cells.extend(empty(3));
        let rate = line.tax_rate.map(tax::percent).unwrap_or_default();
        cells.extend([text(&line.name), text(line.article.as_deref().unwrap_or_default())]);
        cells.extend([line.quantity.to_string(), plain(line.unit_price), rate, plain(tax::total_of(line))]);
        cells.extend(empty(2));
        rows.write_record(&cells)?;
    }
    for made in &sale.returns {
        let mut cells = begin("return", made.at.map(|at| zone.written(at)).unwrap_or_default());
        cells.extend(empty(3));
        cells.push(text(made.reason.as_deref().unwrap_or_default()));
        cells.extend(empty(5));
        cells.extend([plain(made.amount), made.place.name().to_owned()]);
        rows.write_record(&cells)?;
    }
    Ok(())
}

/// A text of anybody. One that a spreadsheet would take for a formula gets a mark in front that makes it a text.
fn text(text: &str) -> String {
    let formula = text.trim_start().starts_with(['=', '+', '-', '@']) || text.starts_with(['\t', '\r', '\n']);
    if formula { format!("'{text}") } else { text.to_owned() }
}

fn rows() -> Writer<Vec<u8>> {
    WriterBuilder::new().terminator(Terminator::CRLF).from_writer(Vec::new())
}

fn garbled(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Failure {
    Failure::internal("a row can't be written", error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_is_a_formula() {
        for formula in ["=1+1", "+47 900", "-2", "@SUM(A1)", "\t=1", " =1", "\r=1"] {
            assert_eq!(text(formula), format!("'{formula}"));
        }
        for harmless in ["Kaffe", "2 = 2", "", "1-2"] {
            assert_eq!(text(harmless), harmless);
        }
    }
}
