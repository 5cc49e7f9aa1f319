//! Everything that was measured as tables, for the terminal and for `docs/performance.md`, and as JSON.

use std::fmt::Write as _;
use std::time::Duration;

use anyhow::{Context, Result};
use serde_json::{Value, json};

use super::measured::{Rest, Results, What, Who};
use crate::times::Times;

/// Memory of the program, at most so many per cent of Chromium's.
const MEMORY_PERCENT: u64 = 65;
/// Time on processors while nothing happens, below so many per cent of a core.
const BUSY_PERCENT: f64 = 0.5;
/// What is between these lines of the document is written by `--write`.
const BEGIN: &str = "<!-- measured: begin -->";
const END: &str = "<!-- measured: end -->";

impl What {
    /// What others take for it, as far as that has been measured.
    fn elsewhere(self) -> &'static str {
        match self {
            What::Cart => "Odoo 18.0: p50 21.8, p95 25.5, same browser; p50 91.3, p95 111.9, by its server",
            What::Code => "Odoo 18.0: 132 to 251; LNbits TPoS: p50 882",
            What::Outcome => "–",
            What::ApprovalPolled | What::ApprovalHinted => "Odoo 18.0: 852 to 1478; LNbits TPoS: p50 803",
            What::Killed => "Odoo 18.0: reloaded, the order is gone; LNbits TPoS: the payment is gone",
            What::FirstPaint => "Odoo 18.0: 1170, in a running browser",
        }
    }
}

/// The two tables, as Markdown that can be read as it is.
pub(crate) fn tables(results: &Results) -> String {
    let mut rows = vec![columns(&[
        "in ms",
        "n",
        "p50",
        "p95",
        "p99",
        "max",
        "target, p95",
        "",
        "Chromium kiosk",
        "bare WebKitGTK",
        "elsewhere",
    ])];
    rows.extend(What::ALL.into_iter().filter_map(|what| time_row(results, what)));
    let mut text = aligned(&rows);
    let mut rows = vec![columns(&["at rest", "memory", "processor", "processes"])];
    let named = [
        (Who::Kvitt, "Kvitt: both windows, till, journal, POS API"),
        (Who::ChromiumBoth, "Chromium: both pages"),
        (Who::Chromium, "Chromium kiosk: the customer's page"),
        (Who::BareWebKit, "bare WebKitGTK: the customer's page"),
    ];
    for (who, name) in named {
        if let Some(rest) = results.rests.get(&who) {
            rows.push(rest_row(name, rest));
        }
    }
    text.push('\n');
    text += &aligned(&rows);
    text.push('\n');
    for line in verdicts(results) {
        let _ = writeln!(text, "- {line}");
    }
    text
}

/// What was aimed at for all together, and whether it was reached.
fn verdicts(results: &Results) -> Vec<String> {
    let mut lines = Vec::new();
    let first = |who| results.times.get(&(What::FirstPaint, who)).and_then(Times::p95);
    if let (Some(ours), Some(theirs)) = (first(Who::Kvitt), first(Who::Chromium)) {
        let times = ours.as_secs_f64() / theirs.as_secs_f64().max(f64::EPSILON);
        lines.push(format!(
            "{} first paint is {times:.2} × Chromium's (p95; target 1.00)",
            mark(ours <= theirs)
        ));
    }
    let Some(ours) = results.rests.get(&Who::Kvitt) else { return lines };
    for (who, name) in
        [(Who::Chromium, "with the customer's page alone"), (Who::ChromiumBoth, "with both pages")]
    {
        if let Some(theirs) = results.rests.get(&who) {
            let good = ours.kib * 100 <= theirs.kib * MEMORY_PERCENT;
            let percent = ours.kib * 100 / theirs.kib.max(1);
            let times = format!("{}.{:02}", percent / 100, percent % 100);
            lines.push(format!("{} memory is {times} × that of Chromium {name} (target 0.65)", mark(good)));
        }
    }
    let busy = ours.busy_percent();
    lines.push(format!(
        "{} at rest it takes {busy:.2} % of a core (target below 0.5)",
        mark(busy < BUSY_PERCENT)
    ));
    lines
}

fn time_row(results: &Results, what: What) -> Option<Vec<String>> {
    let ours = results.times.get(&(what, Who::Kvitt))?;
    let target = what.target();
    let good = target.zip(ours.p95()).map_or("", |(target, p95)| mark(p95 <= target));
    let theirs = |who| match results.times.get(&(what, who)) {
        Some(times) => format!("p50 {}, p95 {}", millis(times.median()), millis(times.p95())),
        None if what == What::Killed && results.stay_dead.contains(&who) => "stays dead".to_owned(),
        None => "n/a".to_owned(),
    };
    Some(vec![
        what.name().to_owned(),
        ours.count().to_string(),
        millis(ours.median()),
        millis(ours.p95()),
        millis(ours.p99()),
        millis(ours.worst()),
        target.map_or_else(String::new, |target| target.as_millis().to_string()),
        good.to_owned(),
        theirs(Who::Chromium),
        theirs(Who::BareWebKit),
        what.elsewhere().to_owned(),
    ])
}

fn rest_row(name: &str, rest: &Rest) -> Vec<String> {
    vec![
        name.to_owned(),
        format!("{} MiB", rest.kib / 1024),
        format!("{:.2} %", rest.busy_percent()),
        rest.processes.to_string(),
    ]
}

fn mark(good: bool) -> &'static str {
    if good { "✓" } else { "✗" }
}

fn millis(time: Option<Duration>) -> String {
    time.map_or_else(|| "–".to_owned(), |time| format!("{:.1}", time.as_secs_f64() * 1e3))
}

fn columns(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

/// A Markdown table whose columns stand below each other.
fn aligned(rows: &[Vec<String>]) -> String {
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..rows.first().map_or(0, Vec::len)).map(width).collect();
    let mut text = String::new();
    for (number, row) in rows.iter().enumerate() {
        for (cell, width) in row.iter().zip(&widths) {
            let _ = write!(text, "| {cell:width$} ");
        }
        text += "|\n";
        if number == 0 {
            for width in &widths {
                let _ = write!(text, "|{:-<1$}", "", width + 2);
            }
            text += "|\n";
        }
    }
    text
}

/// Every single time, in milliseconds.
pub(crate) fn json(results: &Results, circumstances: &str) -> Value {
    let mut times = json!({});
    for ((what, who), all) in &results.times {
        let all: Vec<f64> = all.all().iter().map(|time| time.as_secs_f64() * 1e3).collect();
        times[what.name()][who.name()] = json!(all);
    }
    let mut rests = json!({});
    for (who, rest) in &results.rests {
        rests[who.name()] = json!({
            "memoryKib": rest.kib,
            "pagesKib": rest.pages_kib,
            "processes": rest.processes,
            "busyPercent": rest.busy_percent(),
            "seconds": rest.passed.as_secs_f64(),
        });
    }
    let stay_dead: Vec<&str> = results.stay_dead.iter().map(|who| who.name()).collect();
    json!({ "circumstances": circumstances, "milliseconds": times, "atRest": rests, "staysDead": stay_dead })
}

/// The document with the measured part in place of the one that it had.
pub(crate) fn rewritten(document: &str, measured: &str) -> Result<String> {
    let (before, rest) = document.split_once(BEGIN).with_context(|| format!("it has no line `{BEGIN}`"))?;
    let (_, after) = rest.split_once(END).with_context(|| format!("it has no line `{END}`"))?;
    Ok(format!("{before}{BEGIN}\n\n{}\n\n{END}{after}", measured.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn results() -> Results {
        let mut results = Results::default();
        for millis in 1..=20 {
            results.add(What::Cart, Who::Kvitt, Duration::from_millis(millis));
            results.add(What::Cart, Who::Chromium, Duration::from_micros(500 * millis));
            results.add(What::Killed, Who::Kvitt, Duration::from_millis(300));
            results.add(What::FirstPaint, Who::Kvitt, Duration::from_millis(300));
            results.add(What::FirstPaint, Who::Chromium, Duration::from_millis(400));
        }
        results.stay_dead.push(Who::Chromium);
        let rest = |kib, busy| Rest {
            kib,
            pages_kib: 0,
            processes: 4,
            busy: Duration::from_millis(busy),
            passed: Duration::from_secs(40),
        };
        results.rests.insert(Who::Kvitt, rest(260 * 1024, 100));
        results.rests.insert(Who::Chromium, rest(380 * 1024, 20));
        results.rests.insert(Who::ChromiumBoth, rest(400 * 1024, 20));
        results
    }

    #[test]
    fn the_tables_say_what_was_measured_and_what_was_aimed_at() {
        let text = tables(&results());
        let row = |name: &str| {
            let line = text.lines().find(|line| line.contains(name)).unwrap();
            line.split('|').map(|cell| cell.trim().to_owned()).collect::<Vec<_>>()
        };
        let cart = row(What::Cart.name());
        assert_eq!(
            cart[2..=10],
            ["20", "10.0", "19.0", "20.0", "20.0", "16", "✗", "p50 5.0, p95 9.5", "n/a"]
        );
        assert_eq!(row(What::Killed.name())[8..=9], ["✓", "stays dead"]);
        assert_eq!(row("Kvitt: both")[2..=4], ["260 MiB", "0.25 %", "4"]);
        for line in [
            "✓ first paint is 0.75 × Chromium's",
            "✗ memory is 0.68 × that of Chromium with the customer's page alone",
            "✓ memory is 0.65 × that of Chromium with both pages",
            "✓ at rest it takes 0.25 % of a core",
        ] {
            assert!(text.contains(line), "{line} is not in\n{text}");
        }
        let widths: Vec<usize> = text.lines().take(3).map(|line| line.chars().count()).collect();
        assert_eq!(widths, [widths[0]; 3]);
    }

    #[test]
    fn every_time_is_in_the_json() {
        let all = json(&results(), "two cores");
        let carts = all["milliseconds"][What::Cart.name()]["kvitt"].as_array().unwrap();
        assert_eq!((carts.len(), &carts[19]), (20, &json!(20.0)));
        assert_eq!(all["atRest"]["kvitt"]["memoryKib"], 260 * 1024);
    }

    #[test]
    fn only_the_measured_part_of_the_document_is_rewritten() {
        let document = format!("# Title\n\n{BEGIN}\nold\n{END}\n\nWhy.\n");
        let new = rewritten(&document, "new\n").unwrap();
        assert_eq!(new, format!("# Title\n\n{BEGIN}\n\nnew\n\n{END}\n\nWhy.\n"));
        assert_eq!(rewritten(&new, "new").unwrap(), new);
        assert!(rewritten("# Title\n", "new").is_err());
    }
}
