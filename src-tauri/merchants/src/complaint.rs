//! What is wrong where in a table, and what would be right.

use std::fmt;

use serde::Serialize;

/// Something that is wrong in a table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Complaint {
    /// The row as a spreadsheet counts: the names of the columns are row 1. In JSON the first merchant is row 1.
    pub row: u64,
    /// The column, by its name.
    pub column: String,
    /// What is wrong.
    pub wrong: String,
    /// What would be right.
    pub right: String,
}

impl Complaint {
    pub(crate) fn new(
        row: u64,
        column: &str,
        wrong: impl Into<String>,
        right: impl Into<String>,
    ) -> Complaint {
        Complaint { row, column: column.to_owned(), wrong: wrong.into(), right: right.into() }
    }
}

impl fmt::Display for Complaint {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Complaint { row, column, wrong, right } = self;
        write!(formatter, "row {row}, {column}: {wrong}; {right}")
    }
}
