//! Reads a table of merchants from CSV or JSON, as text by the names of its columns.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::complaint::Complaint;

/// The most merchants of one table.
pub const ROWS_MAX: usize = 1_000;
/// The largest file of a table, in bytes.
pub const FILE_BYTES_MAX: u64 = 4 * 1024 * 1024;

/// How a table is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Divided by commas or semicolons, whichever the first line has more of; the first line names the columns.
    Csv,
    /// A list of objects.
    Json,
}

/// A row as it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Row {
    /// See [`Complaint::row`].
    pub(crate) number: u64,
    /// What is in it, without the white space around it; what is empty is left out.
    cells: BTreeMap<String, String>,
}

/// A table as it is written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Table {
    /// The names of its columns, in their order.
    pub(crate) columns: Vec<String>,
    /// Its rows; those that are empty are left out.
    pub(crate) rows: Vec<Row>,
}

impl Row {
    /// What is in this column, if anything.
    pub(crate) fn cell(&self, column: &str) -> Option<&str> {
        self.cells.get(column).map(String::as_str)
    }
}

impl Table {
    /// Reads one.
    pub(crate) fn read(text: &str, form: Form) -> Result<Table, Vec<Complaint>> {
        let table = match form {
            Form::Csv => of_csv(text.trim_start_matches('\u{feff}')),
            Form::Json => of_json(text),
        }?;
        let whole = |wrong: &str, right: String| Err(vec![Complaint::new(1, "(all)", wrong, right)]);
        match table.rows.len() {
            0 => whole("there is no merchant in it", "write one row for each".to_owned()),
            1..=ROWS_MAX => Ok(table),
            count => {
                whole("there are too many rows", format!("{count} are more than {ROWS_MAX}; divide the file"))
            }
        }
    }
}

fn of_csv(text: &str) -> Result<Table, Vec<Complaint>> {
    let first = text.lines().next().unwrap_or_default();
    let divider = if first.matches(';').count() > first.matches(',').count() { b';' } else { b',' };
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(divider)
        .trim(csv::Trim::All)
        .flexible(true)
        .from_reader(text.as_bytes());
    let unread = |error: &csv::Error| {
        let row = error.position().map_or(1, csv::Position::record);
        vec![Complaint::new(row + 1, "(all)", error.to_string(), "save the file as CSV in UTF-8")]
    };
    let columns: Vec<String> =
        reader.headers().map_err(|error| unread(&error))?.iter().map(ToOwned::to_owned).collect();
    let mut complaints = Vec::new();
    for (place, column) in columns.iter().enumerate() {
        if columns[..place].contains(column) {
            complaints.push(Complaint::new(1, column, "the column is there twice", "keep one of them"));
        }
    }
    let mut rows = Vec::new();
    for (record, number) in reader.records().zip(2..) {
        let record = record.map_err(|error| unread(&error))?;
        if record.iter().all(str::is_empty) {
            continue;
        }
        if record.len() != columns.len() {
            let wrong = format!("it has {} cells and the first row {}", record.len(), columns.len());
            complaints.push(Complaint::new(
                number,
                "(all)",
                wrong,
                "put quotation marks around what holds a comma",
            ));
            continue;
        }
        let named = columns.iter().cloned().zip(record.iter().map(ToOwned::to_owned));
        rows.push(Row { number, cells: named.filter(|(_, cell)| !cell.is_empty()).collect() });
    }
    if complaints.is_empty() { Ok(Table { columns, rows }) } else { Err(complaints) }
}

fn of_json(text: &str) -> Result<Table, Vec<Complaint>> {
    let whole = |wrong: String| vec![Complaint::new(1, "(all)", wrong, "write a list of objects")];
    let value: Value = serde_json::from_str(text).map_err(|error| whole(error.to_string()))?;
    let Value::Array(entries) = value else { return Err(whole("it is no list".to_owned())) };
    let (mut table, mut complaints) = (Table::default(), Vec::new());
    for (entry, number) in entries.into_iter().zip(1..) {
        let Value::Object(members) = entry else {
            complaints.push(Complaint::new(number, "(all)", "it is no object", "write {\"businessId\": …}"));
            continue;
        };
        let mut cells = BTreeMap::new();
        for (name, value) in members {
            let cell = match value {
                Value::String(text) => text.trim().to_owned(),
                Value::Number(number) => number.to_string(),
                Value::Bool(truth) => truth.to_string(),
                Value::Null => String::new(),
                Value::Array(_) | Value::Object(_) => {
                    complaints.push(Complaint::new(
                        number,
                        &name,
                        "it is no single value",
                        "write text or a number",
                    ));
                    continue;
                }
            };
            if !table.columns.contains(&name) {
                table.columns.push(name.clone());
            }
            if !cell.is_empty() {
                cells.insert(name, cell);
            }
        }
        table.rows.push(Row { number, cells });
    }
    if complaints.is_empty() { Ok(table) } else { Err(complaints) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &str, form: Form) -> Vec<(u64, Option<String>)> {
        let table = Table::read(text, form).expect("it is a table");
        table.rows.iter().map(|row| (row.number, row.cell("salesUnitName").map(ToOwned::to_owned))).collect()
    }

    #[test]
    fn spreadsheets_of_all_countries_are_read() {
        let expected = [(2, Some("Kaffe, brød & bøker".to_owned())), (4, None)];
        for text in [
            "businessId,salesUnitName\n1,\"Kaffe, brød & bøker\"\n,\n2,\n",
            "\u{feff}businessId;salesUnitName\r\n1; Kaffe, brød & bøker \r\n;\r\n2;\r\n",
        ] {
            assert_eq!(rows(text, Form::Csv), expected, "{text}");
        }
        let json = r#"[{"businessId": 974760673, "salesUnitName": " Bok "}, {"salesUnitName": null}]"#;
        assert_eq!(rows(json, Form::Json), [(1, Some("Bok".to_owned())), (2, None)]);
    }

    #[test]
    fn what_is_no_table_is_named_by_its_row() {
        let many = format!("businessId\n{}", "1\n".repeat(ROWS_MAX + 1));
        let cases = [
            ("", Form::Csv, 1, "no merchant"),
            ("businessId,businessId\n1,2\n", Form::Csv, 1, "twice"),
            ("businessId,salesUnitName\n1,a\n2\n", Form::Csv, 3, "1 cells"),
            (&many, Form::Csv, 1, "too many"),
            ("{}", Form::Json, 1, "no list"),
            ("[{\"a\": 1}, 5]", Form::Json, 2, "no object"),
            ("[{\"website\": {}}]", Form::Json, 1, "single value"),
            ("[", Form::Json, 1, "EOF"),
        ];
        for (text, form, row, words) in cases {
            let complaints = Table::read(text, form).expect_err("it is none");
            assert!(complaints[0].row == row && complaints[0].wrong.contains(words), "{complaints:?}");
        }
    }
}
