//! `kvitt totals`: what a day has brought.

use std::time::Duration;

use contract::{Amount, DayTotals};

use crate::amount::{code, number, written};
use crate::arguments::Totals;
use crate::ending::{Ending, Failure};
use crate::register::Register;
use crate::voice::Voice;

/// The titles of the columns for a spreadsheet.
const TITLES: &str = "date,currency,payments,paid,refunds,refunded,net";

/// Says what was collected and given back, a line for each currency.
pub(crate) async fn run(register: &Register, totals: &Totals, voice: Voice) -> Result<Ending, Failure> {
    if totals.csv && voice.is_for_programs() {
        return Err(Failure::of_usage("--csv and --json are two ways to say it; choose one"));
    }
    let path = match &totals.day {
        Some(day) => format!("/v1/totals?day={day}"),
        None => "/v1/totals".to_owned(),
    };
    let day: Result<DayTotals, _> = register.get(&path, Duration::ZERO).await;
    let day = day.map_err(|trouble| register.told(trouble))?;
    voice.answer(&day, &if totals.csv { csv(&day) } else { words(&day) });
    Ok(Ending::Done)
}

/// No value of ours has a comma, a quote or the end of a line in it: dates, numbers and codes.
fn csv(day: &DayTotals) -> String {
    let rows = day.totals.iter().map(|totals| {
        let money = |value| number(Amount { value, currency: totals.currency });
        format!(
            "{},{},{},{},{},{},{}",
            day.day,
            code(totals.currency),
            totals.payments,
            money(totals.collected),
            totals.refunds,
            money(totals.refunded),
            money(totals.net)
        )
    });
    std::iter::once(TITLES.to_owned()).chain(rows).collect::<Vec<_>>().join("\n")
}

fn words(day: &DayTotals) -> String {
    let title = if day.is_today { format!("{}, so far", day.day) } else { day.day.clone() };
    if day.totals.is_empty() {
        return format!("{title}: no money has moved.");
    }
    let rows = day.totals.iter().map(|totals| {
        let money = |value| written(Amount { value, currency: totals.currency });
        format!(
            "  {} collected ({}), {} given back ({}), {} left",
            money(totals.collected),
            counted(totals.payments, "payment"),
            money(totals.refunded),
            counted(totals.refunds, "refund"),
            money(totals.net)
        )
    });
    std::iter::once(title).chain(rows).collect::<Vec<_>>().join("\n")
}

fn counted(number: u32, what: &str) -> String {
    if number == 1 { format!("1 {what}") } else { format!("{number} {what}s") }
}
