//! All merchants of a table, or all that is wrong with it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use vipps::management::PricePackage;

use crate::complaint::Complaint;
use crate::merchant::{BUSINESS, COLUMNS, Merchant, NAME, PRICE};
use crate::table::{Form, Table};

/// The merchants of a table, each of which may be signed up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Merchants {
    pub(crate) all: Vec<Merchant>,
    pub(crate) table: Table,
}

impl Merchants {
    /// Reads a table and checks every row of it, with the logos that it names: their paths begin in `folder`, where the
    /// table is.
    ///
    /// # Errors
    /// Everything that is wrong with it, row by row.
    pub fn read(text: &str, form: Form, folder: &Path) -> Result<Merchants, Vec<Complaint>> {
        let table = Table::read(text, form)?;
        let mut complaints: Vec<Complaint> = table
            .columns
            .iter()
            .filter(|column| !COLUMNS.contains(&column.as_str()))
            .map(|column| stranger(column))
            .collect();
        if form == Form::Csv {
            let missing = [BUSINESS, NAME]
                .into_iter()
                .filter(|needed| !table.columns.iter().any(|column| column == needed));
            complaints
                .extend(missing.map(|needed| Complaint::new(1, needed, "the column is missing", "add it")));
        }
        if !complaints.is_empty() {
            return Err(complaints);
        }
        let mut all: Vec<Merchant> = Vec::new();
        let mut seen: BTreeMap<String, u64> = BTreeMap::new();
        for row in &table.rows {
            match Merchant::read(row, folder) {
                Ok(merchant) => {
                    if let Some(first) = seen.get(&merchant.key()) {
                        let wrong = format!(
                            "row {first} orders {} for {} too",
                            merchant.name(),
                            merchant.order.business.id
                        );
                        complaints.push(Complaint::new(
                            row.number,
                            NAME,
                            wrong,
                            "give it another name, or take one out",
                        ));
                    }
                    seen.entry(merchant.key()).or_insert(row.number);
                    all.push(merchant);
                }
                Err(wrong) => complaints.extend(wrong),
            }
        }
        if complaints.is_empty() { Ok(Merchants { all, table }) } else { Err(complaints) }
    }

    /// Each of them, in the order of the table.
    pub fn iter(&self) -> impl Iterator<Item = &Merchant> {
        self.all.iter()
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.all.len()
    }

    /// What of the price packages that they name is not among those that the partner has: such an order would be taken,
    /// and give the merchant an empty form (contract 1.8).
    pub fn not_priced(&self, packages: &[PricePackage]) -> Vec<Complaint> {
        let known: BTreeSet<&str> = packages.iter().map(|package| package.id.as_str()).collect();
        let unknown = self.all.iter().filter_map(|merchant| {
            let id = merchant.order.price_package_id.as_deref().filter(|id| !known.contains(id))?;
            let listed: Vec<&str> = known.iter().copied().collect();
            let right = format!("the partner has {}", listed.join(", "));
            Some(Complaint::new(merchant.row, PRICE, format!("there is no price package {id}"), right))
        });
        unknown.collect()
    }
}

fn stranger(column: &str) -> Complaint {
    let same = COLUMNS.iter().find(|known| known.eq_ignore_ascii_case(column));
    let right = match same {
        Some(known) => format!("write {known}"),
        None => format!("the columns are {}", COLUMNS.join(", ")),
    };
    Complaint::new(1, column, "there is no such column", right)
}

#[cfg(test)]
#[path = "merchants/tests.rs"]
mod tests;
