//! `kvitt doctor`: what state everything is in, and what the till would do. It changes nothing, and asks nothing of
//! Vipps MobilePay.

mod calls;
mod chain;
mod finding;
mod house;
mod memory;
mod numbers;
mod sales_unit;

use std::process::ExitCode;

use serde_json::{Value, json};
use till::Clock;

use self::calls::Calls;
use self::finding::{Finding, Verdict};
use self::memory::Memory;
use crate::command::{Exit, Kvitt};

/// Looks at everything and says what it has found. Ends with 0 when nothing is wrong, with 2 when only the settings or
/// keys are, else with 1.
pub(crate) fn run(kvitt: &Kvitt) -> ExitCode {
    let (config, data) = (kvitt.config_folder(), kvitt.data_folder());
    let mut findings = vec![house::data_folder(&data)];
    let memory = memory::look(&data, Clock::of_the_system().now());
    findings.extend(memory.findings.iter().cloned());
    findings.extend(house::settings_and_keys(&config));
    findings.push(house::token(&data));
    findings.extend(numbers::look(&config, &data));
    let chain = chain::look(&config, &data, memory.journal["entries"].as_u64());
    findings.push(chain.finding.clone());
    findings.extend(sales_unit::look(&config, &data, Clock::of_the_system().now()));
    let calls = calls::look(&config, &data);
    findings.extend(calls.findings.iter().cloned());
    findings.push(house::logs(&data));
    if kvitt.json {
        say_json(&findings, &memory, &calls, &chain.figures);
    } else {
        say(&findings, &memory);
    }
    let wrong = || findings.iter().filter(|finding| finding.verdict == Verdict::Wrong);
    if wrong().next().is_none() {
        ExitCode::SUCCESS
    } else if wrong().all(Finding::is_of_setting_up) {
        ExitCode::from(Exit::Usage as u8)
    } else {
        ExitCode::from(Exit::Failed as u8)
    }
}

#[expect(clippy::print_stdout, reason = "this is what the command is for")]
fn say(findings: &[Finding], memory: &Memory) {
    for finding in findings {
        println!("{:<12} {:<6} {}", finding.about, finding.verdict.word(), finding.says);
    }
    if memory.payments.is_empty() {
        return;
    }
    println!("\nPayments that are not settled:");
    for payment in &memory.payments {
        println!("  {}  {}, requested {}", payment.reference, payment.amount, payment.requested_at);
        println!("    {}", payment.stage);
        println!("    {}", payment.next);
    }
}

#[expect(clippy::print_stdout, reason = "this is what the command is for")]
fn say_json(findings: &[Finding], memory: &Memory, calls: &Calls, chain: &Value) {
    let payments = memory.payments.iter().map(|payment| {
        json!({
            "reference": payment.reference,
            "amount": payment.amount,
            "requestedAt": payment.requested_at,
            "stage": payment.stage,
            "next": payment.next,
        })
    });
    let findings_said = findings.iter().map(
        |finding| json!({ "about": finding.about, "verdict": finding.verdict.word(), "says": finding.says }),
    );
    let said = json!({
        "well": findings.iter().all(|finding| finding.verdict != Verdict::Wrong),
        "findings": findings_said.collect::<Vec<_>>(),
        "journal": memory.journal,
        "webhooks": calls.addresses,
        "chain": chain,
        "unsettled": payments.collect::<Vec<_>>(),
    });
    println!("{said}");
}
