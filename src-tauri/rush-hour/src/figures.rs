//! Figures, and the tables that they stand in.

use std::time::Duration;

/// Times of the same thing, in microseconds.
#[derive(Clone, Debug, Default)]
pub(crate) struct Times(Vec<u64>);

impl Times {
    /// One more.
    pub(crate) fn add(&mut self, time: Duration) {
        self.0.push(u64::try_from(time.as_micros()).unwrap_or(u64::MAX));
    }

    /// The same of somebody else.
    pub(crate) fn append(&mut self, mut other: Times) {
        self.0.append(&mut other.0);
    }

    /// How many there are.
    pub(crate) fn count(&self) -> usize {
        self.0.len()
    }

    /// The middle, what 95 and 99 of 100 stayed within, and the longest: cells of a table, in milliseconds.
    pub(crate) fn cells(&self) -> [String; 4] {
        let mut sorted = self.0.clone();
        sorted.sort_unstable();
        let within = |percent: usize| {
            let rank = (sorted.len() * percent).div_ceil(100).max(1);
            sorted.get(rank - 1).map_or_else(|| "–".to_owned(), |micros| milliseconds(*micros))
        };
        [within(50), within(95), within(99), within(100)]
    }
}

/// Microseconds as people read them.
fn milliseconds(micros: u64) -> String {
    if micros < 100_000 {
        format!("{}.{}", micros / 1_000, micros % 1_000 / 100)
    } else {
        format!("{}", micros / 1_000)
    }
}

/// A time in seconds, with hundredths.
pub(crate) fn seconds(time: Duration) -> String {
    format!("{}.{:02}", time.as_secs(), time.subsec_millis() / 10)
}

/// `part` of `whole` in per cent, with tenths.
pub(crate) fn per_cent(part: Duration, whole: Duration) -> String {
    let thousandths = part.as_micros() * 1_000 / whole.as_micros().max(1);
    format!("{}.{}", thousandths / 10, thousandths % 10)
}

/// A table as Markdown has it.
#[derive(Debug)]
pub(crate) struct Table(Vec<Vec<String>>);

impl Table {
    /// One with these headings.
    pub(crate) fn new(headings: &[&str]) -> Table {
        Table(vec![headings.iter().map(|text| (*text).to_owned()).collect()])
    }

    /// Another row.
    pub(crate) fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        self.0.push(cells.into_iter().collect());
    }

    /// The whole, its columns aligned.
    pub(crate) fn text(&self) -> String {
        let columns = self.0.first().map_or(0, Vec::len);
        let widths: Vec<usize> = (0..columns)
            .map(|at| self.0.iter().filter_map(|row| row.get(at)).map(|cell| cell.chars().count()).max())
            .map(Option::unwrap_or_default)
            .collect();
        let line = |row: &Vec<String>| {
            let cells = row.iter().zip(&widths).map(|(cell, width)| format!(" {cell:<width$} "));
            format!("|{}|\n", cells.collect::<Vec<_>>().join("|"))
        };
        let rules: Vec<String> = widths.iter().map(|width| "-".repeat(width + 2)).collect();
        let mut rows = self.0.iter().map(line);
        let head = rows.next().unwrap_or_default();
        format!("{head}|{}|\n{}", rules.join("|"), rows.collect::<String>())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_slow_ones_are_not_hidden() {
        let mut times = Times::default();
        for number in 1..=100 {
            times.add(Duration::from_millis(number));
        }
        assert_eq!(times.cells(), ["50.0", "95.0", "99.0", "100"]);
        assert_eq!(Times::default().cells(), ["–", "–", "–", "–"]);
    }

    #[test]
    fn a_table_is_aligned() {
        let mut table = Table::new(&["tills", "ms"]);
        table.row(["10000".to_owned(), "3.1".to_owned()]);
        assert_eq!(table.text(), "| tills | ms  |\n|-------|-----|\n| 10000 | 3.1 |\n");
        assert_eq!(per_cent(Duration::from_millis(125), Duration::from_secs(1)), "12.5");
    }
}
