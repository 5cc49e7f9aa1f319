//! The tax in what was sold, rate by rate. Prices include it.

use std::collections::BTreeMap;

use payment::Line;

/// A rate is a part of this: hundredths of a percent.
const WHOLE: i128 = 10_000;

/// What was sold at one rate, in minor units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Rated {
    /// Hundredths of a percent.
    pub(crate) rate: u16,
    /// Tax included.
    pub(crate) total: i64,
    /// The tax in it, of all lines together, rounded to the nearest.
    pub(crate) tax: i64,
}

/// What a line adds up to, in minor units.
pub(crate) fn total_of(line: &Line) -> i64 {
    i64::from(line.quantity).saturating_mul(line.unit_price)
}

/// Each rate that the till was told, the lowest first.
pub(crate) fn by_rate(lines: &[Line]) -> Vec<Rated> {
    let mut totals: BTreeMap<u16, i64> = BTreeMap::new();
    for line in lines {
        if let Some(rate) = line.tax_rate {
            let total = totals.entry(rate).or_default();
            *total = total.saturating_add(total_of(line));
        }
    }
    totals.into_iter().map(|(rate, total)| Rated { rate, total, tax: tax_in(total, rate) }).collect()
}

/// A rate as people and programs read it: `25`, `15`, `2.5`.
pub(crate) fn percent(rate: u16) -> String {
    let (whole, hundredths) = (rate / 100, rate % 100);
    let decimals = if hundredths == 0 { String::new() } else { format!(".{hundredths:02}") };
    format!("{whole}{}", decimals.trim_end_matches('0'))
}

fn tax_in(total: i64, rate: u16) -> i64 {
    let rate = i128::from(rate);
    let (part, whole) = (i128::from(total) * rate, WHOLE + rate);
    // To the nearest; a half goes away from zero.
    let half = if part < 0 { -(whole / 2) } else { whole / 2 };
    i64::try_from((part + half) / whole).unwrap_or(total)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(quantity: u32, unit_price: i64, tax_rate: Option<u16>) -> Line {
        Line { name: "x".to_owned(), quantity, unit_price, tax_rate, ..Line::default() }
    }

    #[test]
    fn tax_is_what_is_in_the_price() {
        let lines = [
            line(2, 12_500, Some(2_500)),
            line(1, -5_000, Some(2_500)),
            line(3, 3_333, Some(1_500)),
            line(1, 1_000, None),
            line(1, 777, Some(0)),
        ];
        let told = by_rate(&lines);
        assert_eq!(
            told,
            [
                Rated { rate: 0, total: 777, tax: 0 },
                Rated { rate: 1_500, total: 9_999, tax: 1_304 },
                Rated { rate: 2_500, total: 20_000, tax: 4_000 },
            ]
        );
        assert_eq!((tax_in(-9_999, 1_500), tax_in(i64::MAX, 10_000)), (-1_304, i64::MAX / 2 + 1));
    }

    #[test]
    fn a_rate_is_written_without_needless_noughts() {
        let written = [2_500, 1_500, 250, 1_225, 5, 0, 10_000].map(percent);
        assert_eq!(written, ["25", "15", "2.5", "12.25", "0.05", "0", "100"]);
    }
}
