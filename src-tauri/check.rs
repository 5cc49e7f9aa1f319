//! `kvitt check`: the go-live checklists, run for real, with a report. Never where money is real.

mod desk;

use std::path::Path;
use std::process::ExitCode;

use checklist::{Bench, Checked, Environment, Item, Outcome, Rail, Report};
use jiff::Timestamp;
use till::Clock;

use self::desk::Desk;
use crate::command::{Check, CheckedRail, Exit, Kvitt, Stop};

/// Checks every item, says how it went, and writes the report. Ends with 0 only when nothing failed.
pub(crate) fn run(kvitt: &Kvitt, check: &Check) -> ExitCode {
    match checked(kvitt, check) {
        Ok(report) if report.counts().1 == 0 => ExitCode::SUCCESS,
        Ok(_) => ExitCode::from(Exit::Failed as u8),
        Err(stop) => stop.report(kvitt.json),
    }
}

fn checked(kvitt: &Kvitt, check: &Check) -> Result<Report, Stop> {
    crate::logs::begin(None);
    if let Some(file) = &check.report {
        may_be_written(file)?;
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    let report = runtime.map_err(Stop::failed)?.block_on(all(kvitt, check))?;
    if let Some(file) = &check.report {
        std::fs::write(file, report.markdown()).map_err(|error| unwritable(file, &error))?;
    }
    say_all(kvitt, check, &report);
    Ok(report)
}

async fn all(kvitt: &Kvitt, check: &Check) -> Result<Report, Stop> {
    let desk = match &check.simulator {
        Some(address) => desk::on_simulator(address).await?,
        None => desk::in_test_environment(&kvitt.config_folder(), check.test_user.as_deref())?,
    };
    let Desk { parts, who, rail } = desk;
    sign_in(&parts.vipps).await?;
    let items: Vec<Item> = match check.rail.unwrap_or(rail) {
        CheckedRail::Ecom => checklist::items(Rail::Ecom).to_vec(),
        CheckedRail::Epayment => checklist::items(Rail::Epayment).to_vec(),
        CheckedRail::Both => [Rail::Ecom, Rail::Epayment].map(checklist::items).concat(),
    };
    let mut checked = Vec::with_capacity(items.len());
    let mut bench = Bench::new(parts);
    let done = |one: Checked| {
        if !kvitt.json {
            say(&one);
        }
        checked.push(one);
    };
    let left_open = checklist::run(&mut bench, &items, done).await;
    Ok(Report { who, checked, left_open })
}

/// Whether there is anybody, and whether the keys are good: else every item would fail for the same reason.
async fn sign_in(vipps: &vipps::Vipps) -> Result<(), Stop> {
    vipps.sign_in().await.map_err(|error| {
        let words = contract::words::words(till::code_of_meaning(error.meaning()), contract::Language::En);
        let exit = if error.status().is_none() { Exit::Unreachable } else { Exit::Failed };
        Stop::new(exit, format!("{error}. {}", words.cashier))
    })
}

/// Found out before twenty minutes have been spent. What is there already stays as it is until then.
fn may_be_written(file: &Path) -> Result<(), Stop> {
    let opened = std::fs::OpenOptions::new().create(true).append(true).open(file);
    opened.map(drop).map_err(|error| unwritable(file, &error))
}

fn unwritable(file: &Path, error: &std::io::Error) -> Stop {
    Stop::failed(format!("the report {} can't be written: {error}", file.display()))
}

/// What time it is.
fn now(clock: &Clock) -> Timestamp {
    Timestamp::from_millisecond(clock.now().0).unwrap_or_default()
}

#[expect(clippy::print_stdout, reason = "this is what the command is for")]
fn say(one: &Checked) {
    let Checked { item, outcome } = one;
    println!("{:<12}  {:<26}  {}", outcome.word(), item.id, item.title);
    match outcome {
        Outcome::Passed { saw, evidence } => {
            println!("{:14}{saw}", "");
            if let Some(last) = evidence.last() {
                println!("{:14}{:.0}  {}  {}", "", last.at, last.call, last.status.unwrap_or_default());
            }
        }
        Outcome::Failed { why, to_do, .. } => println!("{:14}{why}\n{:14}To do: {to_do}", "", ""),
        Outcome::ForAPerson { what } => println!("{:14}{what}", ""),
    }
}

#[expect(clippy::print_stdout, reason = "this is what the command is for")]
fn say_all(kvitt: &Kvitt, check: &Check, report: &Report) {
    if kvitt.json {
        let mut said = report.json();
        if let Some(file) = &check.report {
            said["report"] = file.display().to_string().into();
        }
        println!("{said}");
        return;
    }
    let (passed, failed, for_a_person) = report.counts();
    println!(
        "\n{passed} passed, {failed} failed, {for_a_person} for a person (sales unit {}).",
        report.who.msn
    );
    for reference in &report.left_open {
        println!("The payment {reference} may still be open: look at it in the portal.");
    }
    if report.who.environment == Environment::Simulator {
        println!("This was a rehearsal: Vipps MobilePay does not know a simulator's payments.");
    }
    if let Some(file) = &check.report {
        println!("The report is in {}.", file.display());
    }
}
