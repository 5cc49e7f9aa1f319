//! Amounts as people and as programs read them. Every currency here has two decimals.

use contract::Language;

/// Between the thousands: a space that breaks no line.
const THIN: char = '\u{a0}';

/// For people: `1 249,00`.
pub(crate) fn shown(minor: i64, language: Language) -> String {
    let (sign, whole, hundredths) = parts(minor);
    let digits = whole.to_string();
    let (comma, group) = match language {
        Language::Nb => (',', THIN),
        Language::En => ('.', ','),
    };
    let mut text = String::from(sign);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(group);
        }
        text.push(digit);
    }
    format!("{text}{comma}{hundredths:02}")
}

/// For programs: `1249.00`.
pub(crate) fn plain(minor: i64) -> String {
    let (sign, whole, hundredths) = parts(minor);
    format!("{sign}{whole}.{hundredths:02}")
}

fn parts(minor: i64) -> (&'static str, u64, u64) {
    let sign = if minor < 0 { "-" } else { "" };
    (sign, minor.unsigned_abs() / 100, minor.unsigned_abs() % 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_have_two_decimals_and_their_thousands_apart() {
        assert_eq!(shown(124_905, Language::Nb), "1\u{a0}249,05");
        assert_eq!(shown(-123_456_789, Language::En), "-1,234,567.89");
        assert_eq!(
            (shown(0, Language::Nb), shown(-5, Language::En)),
            ("0,00".to_owned(), "-0.05".to_owned())
        );
        assert_eq!((plain(124_905), plain(-5)), ("1249.05".to_owned(), "-0.05".to_owned()));
        assert_eq!(plain(i64::MIN), "-92233720368547758.08");
    }
}
