//! What became of a table of merchants, as a table again: the columns that it had, and those that say how each stands.

use crate::merchant::{NAME, SCHEME, SCHEME_UNLESS_SAID};
use crate::merchants::Merchants;
use crate::orders::{Orders, Standing};
use crate::table::{Form, Table};

const ORDER: &str = "prefilledOrderId";
const URL: &str = "prefillUrl";
const STATE: &str = "state";
const MSN: &str = "msn";
const PROBLEM: &str = "problem";

/// How one merchant stands, in words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// The order, if there is one.
    pub order: Option<String>,
    /// Where the merchant signs it, if that is known.
    pub url: Option<String>,
    /// `NOT_MADE`, `UNCLEAR`, `REFUSED`, or how far it has come, as the API spells it.
    pub state: String,
    /// The number of the sales unit that came of it.
    pub msn: Option<String>,
    /// What stands in the way, if anything does.
    pub problem: Option<String>,
}

/// A merchant of such a table that has a sales unit now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finished {
    /// The row; see [`Complaint::row`](crate::Complaint::row).
    pub row: u64,
    /// What customers see.
    pub name: String,
    /// The number of the sales unit.
    pub msn: String,
    /// The country of the business, in two capital letters.
    pub country: String,
}

impl Outcome {
    /// How a merchant of this standing stands.
    pub fn of(standing: Option<&Standing>) -> Outcome {
        match standing {
            None => Outcome { state: "NOT_MADE".to_owned(), ..Outcome::default() },
            Some(Standing::Asked { .. }) => Outcome {
                state: "UNCLEAR".to_owned(),
                problem: Some(
                    "nobody knows yet whether the order was made; run prefill again in two minutes"
                        .to_owned(),
                ),
                ..Outcome::default()
            },
            Some(Standing::Refused { problem }) => {
                Outcome { state: "REFUSED".to_owned(), problem: Some(problem.clone()), ..Outcome::default() }
            }
            Some(Standing::Made { id, url, status, msn }) => Outcome {
                order: Some(id.clone()),
                url: url.clone(),
                state: status.clone(),
                msn: msn.clone(),
                problem: trouble(status, url.is_some(), msn.is_some()).map(ToOwned::to_owned),
            },
        }
    }
}

fn trouble(status: &str, has_url: bool, has_msn: bool) -> Option<&'static str> {
    match status {
        "REJECTED" => Some("Vipps MobilePay has refused it, and does not say why"),
        "EXPIRED" => Some("the merchant did not sign it within 14 days"),
        "COMPLETED" if !has_msn => Some("the number of the sales unit is not told yet"),
        "RECEIVED" | "MERCHANT_VIEWED" if !has_url => {
            Some("the order was there before, and its link is not told")
        }
        _ => None,
    }
}

/// The table as CSV, with how each merchant stands.
pub(crate) fn write(merchants: &Merchants, orders: &Orders) -> String {
    let table = &merchants.table;
    let mut lines =
        vec![line(table.columns.iter().map(String::as_str).chain([ORDER, URL, STATE, MSN, PROBLEM]))];
    for (merchant, row) in merchants.iter().zip(&table.rows) {
        let outcome = Outcome::of(orders.standing(&merchant.key()));
        let cells = table.columns.iter().map(|column| row.cell(column).unwrap_or_default());
        let text = |cell: &Option<String>| cell.clone().unwrap_or_default();
        let (order, url, msn, problem) =
            (text(&outcome.order), text(&outcome.url), text(&outcome.msn), text(&outcome.problem));
        lines.push(line(cells.chain([order.as_str(), &url, &outcome.state, &msn, &problem])));
    }
    lines.concat()
}

/// The merchants of such a table that have a sales unit.
///
/// # Errors
/// When it is no such table, in words.
pub fn finished(text: &str) -> Result<Vec<Finished>, String> {
    let table = Table::read(text, Form::Csv)
        .map_err(|complaints| complaints.first().map_or_else(String::new, ToString::to_string))?;
    for needed in [NAME, MSN] {
        if !table.columns.iter().any(|column| column == needed) {
            return Err(format!("there is no column {needed}; is it what `kvitt merchants` wrote?"));
        }
    }
    let mut all = Vec::new();
    for row in &table.rows {
        let Some(msn) = row.cell(MSN) else { continue };
        let scheme = row.cell(SCHEME).unwrap_or(SCHEME_UNLESS_SAID);
        let name = row.cell(NAME).ok_or_else(|| format!("row {} has no {NAME}", row.number))?;
        let country = scheme.split(':').nth(1).unwrap_or_default().to_ascii_uppercase();
        all.push(Finished { row: row.number, name: name.to_owned(), msn: msn.to_owned(), country });
    }
    Ok(all)
}

fn line<'a>(cells: impl Iterator<Item = &'a str>) -> String {
    let quoted = cells.map(|cell| {
        let plain = !cell.is_empty() && !cell.contains(['"', ',', ';', '\n', '\r']);
        if plain || cell.is_empty() { cell.to_owned() } else { format!("\"{}\"", cell.replace('"', "\"\"")) }
    });
    let mut line = quoted.collect::<Vec<_>>().join(",");
    line.push('\n');
    line
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn what_is_written_is_read_again() {
        let folder = tempfile::tempdir().expect("there is room");
        let text = "businessScheme;businessId;salesUnitName\n;974760673;Kaffe, \"brød\"\nbusiness:DK:CVR;13585628;Kaffe\n\
            ;974760673;Third\n;974760673;Fourth\n";
        let merchants = Merchants::read(text, Form::Csv, Path::new(".")).expect("nothing is wrong");
        let mut orders =
            Orders::open(&folder.path().join("orders"), "http://127.0.0.1").expect("there is none");
        let keys: Vec<String> = merchants.iter().map(crate::Merchant::key).collect();
        let made = |status: &str, msn: Option<&str>| Standing::Made {
            id: "o-1".to_owned(),
            url: Some("https://example.com/a,b".to_owned()),
            status: status.to_owned(),
            msn: msn.map(ToOwned::to_owned),
        };
        orders.note(&keys[0], Some(made("COMPLETED", Some("700001")))).expect("there is room");
        orders.note(&keys[1], Some(made("COMPLETED", Some("700002")))).expect("there is room");
        orders.note(&keys[2], Some(Standing::Asked { at: 0 })).expect("there is room");
        let written = write(&merchants, &orders);
        assert!(
            written.contains("Third,,,UNCLEAR,,\"nobody") && written.contains("Fourth,,,NOT_MADE,,\n"),
            "{written}"
        );
        let finished = finished(&written).expect("it is one");
        let said: Vec<_> = finished
            .iter()
            .map(|one| (one.row, one.name.as_str(), one.msn.as_str(), one.country.as_str()))
            .collect();
        assert_eq!(said, [(2, "Kaffe, \"brød\"", "700001", "NO"), (3, "Kaffe", "700002", "DK")]);
    }

    #[test]
    fn a_table_without_sales_units_is_none() {
        assert!(
            finished("businessId,salesUnitName\n974760673,Kaffe\n").is_err_and(|why| why.contains("msn"))
        );
        assert!(finished("").is_err());
    }
}
