//! Writes the figures of a day into two files for a spreadsheet: what it adds up to, and every movement of money.
//!
//! In Norwegian the columns are divided by semicolons and the amounts have a comma, because that is what
//! spreadsheets there open without questions; in English by commas, with a point. Both are UTF-8 with a mark that says so.

use std::path::Path;

use contract::{Amount, Currency, Language, SavedTotals};
use till::Day;

/// The folder of these files, in the data folder.
const FOLDER: &str = "totals";

/// Tells spreadsheets that the text is UTF-8.
const MARK: &str = "\u{feff}";

/// Writes the figures of `day` under `data`, in place of those of an earlier time of that day.
///
/// # Errors
/// When the files can't be written. What was there before is still there then.
pub(crate) fn save(data: &Path, day: &Day, language: Language) -> std::io::Result<SavedTotals> {
    let folder = data.join(FOLDER);
    std::fs::create_dir_all(&folder)?;
    let name = &day.totals.day;
    let (totals, movements) = (format!("{name}.csv"), format!("{name}-movements.csv"));
    private_file::replace(&folder.join(&totals), totals_text(day, language).as_bytes())?;
    private_file::replace(&folder.join(&movements), movements_text(day, language).as_bytes())?;
    Ok(SavedTotals { folder: folder.display().to_string(), totals, movements })
}

fn totals_text(day: &Day, language: Language) -> String {
    let titles = match language {
        Language::Nb => {
            ["dato", "valuta", "betalinger", "betalt", "tilbakebetalinger", "tilbakebetalt", "netto"]
        }
        Language::En => ["date", "currency", "payments", "paid", "refunds", "refunded", "net"],
    };
    let rows = day.totals.totals.iter().map(|totals| {
        let money = |minor| decimal(minor, language);
        [
            day.totals.day.clone(),
            code(totals.currency).to_owned(),
            totals.payments.to_string(),
            money(totals.collected),
            totals.refunds.to_string(),
            money(totals.refunded),
            money(totals.net),
        ]
    });
    table(titles, rows, language)
}

fn movements_text(day: &Day, language: Language) -> String {
    let (titles, kinds) = match language {
        Language::Nb => (["dato", "tid", "referanse", "hva", "beløp", "valuta"], ["betalt", "tilbakebetalt"]),
        Language::En => (["date", "time", "reference", "what", "amount", "currency"], ["paid", "refunded"]),
    };
    let rows = day.movements.iter().map(|moved| {
        let Amount { value, currency } = moved.amount;
        [
            day.totals.day.clone(),
            moved.time.clone(),
            moved.reference.clone(),
            kinds[usize::from(moved.is_refund)].to_owned(),
            decimal(if moved.is_refund { -value } else { value }, language),
            code(currency).to_owned(),
        ]
    });
    table(titles, rows, language)
}

/// No value of ours has a divider, a quote or the end of a line in it: dates, numbers, codes and references.
fn table<const N: usize>(
    titles: [&str; N],
    rows: impl Iterator<Item = [String; N]>,
    language: Language,
) -> String {
    let divider = match language {
        Language::Nb => ";",
        Language::En => ",",
    };
    let mut text = format!("{MARK}{}\r\n", titles.join(divider));
    for row in rows {
        text.push_str(&row.join(divider));
        text.push_str("\r\n");
    }
    text
}

/// Every currency here has two decimals.
fn decimal(minor: i64, language: Language) -> String {
    let point = match language {
        Language::Nb => ',',
        Language::En => '.',
    };
    let (sign, minor) = (if minor < 0 { "-" } else { "" }, minor.unsigned_abs());
    format!("{sign}{}{point}{:02}", minor / 100, minor % 100)
}

fn code(currency: Currency) -> &'static str {
    match currency {
        Currency::Nok => "NOK",
        Currency::Dkk => "DKK",
        Currency::Eur => "EUR",
        Currency::Sek => "SEK",
    }
}

#[cfg(test)]
mod tests {
    use contract::{DayTotals, Totals};
    use till::Movement;

    use super::*;

    fn day() -> Day {
        let amount = |value| Amount { value, currency: Currency::Nok };
        let moved = |time: &str, is_refund, value| Movement {
            time: time.to_owned(),
            reference: "sale-1042-1".to_owned(),
            is_refund,
            amount: amount(value),
        };
        let totals = Totals {
            currency: Currency::Nok,
            payments: 1,
            collected: 24_900,
            refunds: 1,
            refunded: 4_905,
            net: 19_995,
        };
        let totals = DayTotals { day: "2026-11-26".to_owned(), is_today: true, totals: vec![totals] };
        let movements = vec![moved("11:42:07", false, 24_900), moved("12:01:00", true, 4_905)];
        Day { totals, movements }
    }

    #[test]
    fn both_files_are_what_a_spreadsheet_opens() {
        let folder = tempfile::tempdir().expect("there is room");
        let saved = save(folder.path(), &day(), Language::Nb).expect("there is room");
        let read =
            |name: &str| std::fs::read_to_string(Path::new(&saved.folder).join(name)).expect("it is there");
        assert_eq!(
            read(&saved.totals),
            "\u{feff}dato;valuta;betalinger;betalt;tilbakebetalinger;tilbakebetalt;netto\r\n\
             2026-11-26;NOK;1;249,00;1;49,05;199,95\r\n"
        );
        assert_eq!(
            read(&saved.movements),
            "\u{feff}dato;tid;referanse;hva;beløp;valuta\r\n\
             2026-11-26;11:42:07;sale-1042-1;betalt;249,00;NOK\r\n\
             2026-11-26;12:01:00;sale-1042-1;tilbakebetalt;-49,05;NOK\r\n"
        );
        let english = save(folder.path(), &day(), Language::En).expect("it replaces what was there");
        assert_eq!(
            read(&english.totals),
            "\u{feff}date,currency,payments,paid,refunds,refunded,net\r\n2026-11-26,NOK,1,249.00,1,49.05,199.95\r\n"
        );
    }
}
