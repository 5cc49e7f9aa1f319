//! The report: a Markdown file that is ready to be sent, and the same for programs.

use std::fmt::Write;

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::bench::Environment;
use crate::item::Item;
use crate::outcome::{Exchange, Outcome};

/// How one item ended.
#[derive(Clone, Debug)]
pub struct Checked {
    /// What was checked.
    pub item: Item,
    /// How it ended.
    pub outcome: Outcome,
}

/// Who was checked, with what, and when.
#[derive(Clone, Debug)]
pub struct Who {
    /// The shop, as customers know it.
    pub shop: String,
    /// Its sales unit.
    pub msn: String,
    /// What was asked.
    pub environment: Environment,
    /// The version of the program.
    pub version: &'static str,
    /// When it began.
    pub began: Timestamp,
}

/// Everything that is told.
#[derive(Clone, Debug)]
pub struct Report {
    /// Who was checked.
    pub who: Who,
    /// All items, in their order.
    pub checked: Vec<Checked>,
    /// References of payments that could not be brought to an end.
    pub left_open: Vec<String>,
}

impl Report {
    /// How many passed, failed, and are for a person.
    pub fn counts(&self) -> (usize, usize, usize) {
        let count = |fits: fn(&Outcome) -> bool| self.checked.iter().filter(|one| fits(&one.outcome)).count();
        (
            count(|outcome| matches!(outcome, Outcome::Passed { .. })),
            count(|outcome| matches!(outcome, Outcome::Failed { .. })),
            count(|outcome| matches!(outcome, Outcome::ForAPerson { .. })),
        )
    }

    /// For people.
    pub fn markdown(&self) -> String {
        let mut text = String::new();
        // Writing to a text can't fail.
        let _ = self.write(&mut text);
        text
    }

    /// For programs.
    pub fn json(&self) -> Value {
        let (passed, failed, for_a_person) = self.counts();
        let items: Vec<Value> = self.checked.iter().map(item_json).collect();
        json!({
            "passed": passed,
            "failed": failed,
            "forAPerson": for_a_person,
            "msn": self.who.msn,
            "environment": environment(self.who.environment),
            "version": self.who.version,
            "began": self.who.began.to_string(),
            "leftOpen": self.left_open,
            "items": items,
        })
    }

    fn write(&self, text: &mut String) -> std::fmt::Result {
        let who = &self.who;
        let (passed, failed, for_a_person) = self.counts();
        writeln!(text, "# Go-live checklist: {}\n", plain(&who.shop))?;
        writeln!(text, "| | |\n|---|---|")?;
        writeln!(text, "| Sales unit (MSN) | {} |", plain(&who.msn))?;
        writeln!(text, "| Program | Kvitt {} |", who.version)?;
        writeln!(text, "| Checked at | {:.0} (UTC) |", who.began)?;
        writeln!(text, "| Checked against | {} |", environment(who.environment))?;
        writeln!(text, "| Result | {passed} passed, {failed} failed, {for_a_person} for a person |\n")?;
        if who.environment == Environment::Simulator {
            let warning = "This was a rehearsal against a simulator. Vipps MobilePay does not know these payments; \
                           run the check against the test environment before anything is sent.";
            writeln!(text, "**{warning}**\n")?;
        }
        for reference in &self.left_open {
            writeln!(text, "**The payment {reference} may still be open: look at it in the portal.**\n")?;
        }
        for rail in [crate::Rail::Ecom, crate::Rail::Epayment] {
            let of_rail: Vec<&Checked> = self.checked.iter().filter(|one| one.item.rail == rail).collect();
            if !of_rail.is_empty() {
                writeln!(text, "## {rail}\n")?;
                write_table(text, &of_rail)?;
                write_evidence(text, &of_rail)?;
                write_by_hand(text, &of_rail)?;
            }
        }
        Ok(())
    }
}

fn write_table(text: &mut String, checked: &[&Checked]) -> std::fmt::Result {
    writeln!(text, "| item | asked for in | result | what was seen |\n|---|---|---|---|")?;
    for Checked { item, outcome } in checked {
        let saw = match outcome {
            Outcome::Passed { saw, .. } => plain(saw),
            Outcome::Failed { why, to_do, .. } => format!("{} **To do:** {}", sentence(why), plain(to_do)),
            Outcome::ForAPerson { .. } => "see below".to_owned(),
        };
        writeln!(text, "| {} | {} | {} | {saw} |", plain(item.title), plain(item.source), outcome.word())?;
    }
    writeln!(text)
}

fn write_evidence(text: &mut String, checked: &[&Checked]) -> std::fmt::Result {
    writeln!(text, "### Evidence\n")?;
    writeln!(
        text,
        "| item | time (UTC) | call | HTTP | key | id in the answer |\n|---|---|---|---|---|---|"
    )?;
    for Checked { item, outcome } in checked {
        let (Outcome::Passed { evidence, .. } | Outcome::Failed { evidence, .. }) = outcome else { continue };
        for Exchange { at, call, status, key, id } in evidence {
            let status = status.map_or_else(|| "no answer".to_owned(), |status| status.to_string());
            let [key, id] = [key, id].map(|text| plain(text.as_deref().unwrap_or("")));
            writeln!(text, "| {} | {at:.0} | {} | {status} | {key} | {id} |", item.id, plain(call))?;
        }
    }
    writeln!(text)
}

fn write_by_hand(text: &mut String, checked: &[&Checked]) -> std::fmt::Result {
    writeln!(text, "### What remains for a person\n")?;
    for Checked { item, outcome } in checked {
        if let Outcome::ForAPerson { what } = outcome {
            writeln!(text, "- [ ] **{}** ({}): {}", plain(item.title), plain(item.source), plain(what))?;
        }
    }
    writeln!(text)
}

fn item_json(checked: &Checked) -> Value {
    let Checked { item, outcome } = checked;
    let (says, to_do, evidence) = match outcome {
        Outcome::Passed { saw, evidence } => (saw, None, evidence.as_slice()),
        Outcome::Failed { why, to_do, evidence } => (why, Some(to_do), evidence.as_slice()),
        Outcome::ForAPerson { what } => (what, None, [].as_slice()),
    };
    let calls = evidence.iter().map(|exchange| {
        json!({
            "at": exchange.at.to_string(),
            "call": exchange.call,
            "status": exchange.status,
            "key": exchange.key,
            "id": exchange.id,
        })
    });
    json!({
        "id": item.id,
        "rail": item.rail.name(),
        "title": item.title,
        "source": item.source,
        "result": match outcome {
            Outcome::Passed { .. } => "passed",
            Outcome::Failed { .. } => "failed",
            Outcome::ForAPerson { .. } => "forAPerson",
        },
        "says": says,
        "toDo": to_do,
        "evidence": calls.collect::<Vec<_>>(),
    })
}

fn environment(environment: Environment) -> &'static str {
    match environment {
        Environment::Test => "the test environment of Vipps MobilePay",
        Environment::Simulator => "a simulator on this machine",
    }
}

/// A text that can't break out of the cell of a table.
fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '|' => plain.push_str("\\|"),
            '<' => plain.push_str("&lt;"),
            letter if letter.is_control() => plain.push(' '),
            letter => plain.push(letter),
        }
    }
    plain
}

fn sentence(text: &str) -> String {
    let text = plain(text);
    if text.ends_with('.') { text } else { format!("{text}.") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Rail, items};

    fn exchange() -> Exchange {
        Exchange {
            at: "2026-11-25T20:41:16.25Z".parse().unwrap(),
            call: "POST /ecomm/v2/payments/check-1-e-full/capture".to_owned(),
            status: Some(200),
            key: Some("check-1-e-full-c1".to_owned()),
            id: Some("5001420062".to_owned()),
        }
    }

    fn report(environment: Environment) -> Report {
        let [first, second, third] = [0, 1, 2].map(|index| items(Rail::Ecom)[index]);
        let evidence = vec![exchange()];
        let (why, to_do) = ("it | broke\n<b>".to_owned(), "Call support.".to_owned());
        let checked = vec![
            Checked { item: first, outcome: Outcome::Passed { saw: "200 collected".to_owned(), evidence } },
            Checked { item: second, outcome: Outcome::Failed { why, to_do, evidence: Vec::new() } },
            Checked { item: third, outcome: Outcome::ForAPerson { what: "Look at it.".to_owned() } },
        ];
        let who = Who {
            shop: "Kaffe | Kake".to_owned(),
            msn: "123456".to_owned(),
            environment,
            version: "9.8.7",
            began: "2026-11-25T20:41:15Z".parse().unwrap(),
        };
        Report { who, checked, left_open: vec!["check-1-e-void".to_owned()] }
    }

    #[test]
    fn it_says_who_when_with_what_and_what_shows_it() {
        let text = report(Environment::Test).markdown();
        for line in [
            "# Go-live checklist: Kaffe \\| Kake",
            "| Sales unit (MSN) | 123456 |",
            "| Program | Kvitt 9.8.7 |",
            "| Checked at | 2026-11-25T20:41:15Z (UTC) |",
            "| Checked against | the test environment of Vipps MobilePay |",
            "| Result | 1 passed, 1 failed, 1 for a person |",
            "| Details | contract 2.1, 5.2 (EC 25-60) | FAILED | it \\| broke &lt;b>. **To do:** Call support. |",
            "| ecom.initiate | 2026-11-25T20:41:16Z | POST /ecomm/v2/payments/check-1-e-full/capture | 200 | \
             check-1-e-full-c1 | 5001420062 |",
            "- [ ] **Full capture** (contract 1.2, 5.2 (EC 25-60)): Look at it.",
            "**The payment check-1-e-void may still be open: look at it in the portal.**",
        ] {
            assert!(text.lines().any(|found| found == line), "{line}\nis not in:\n{text}");
        }
        assert!(!text.contains("rehearsal") && !text.contains("## ePayment"), "{text}");
        assert!(report(Environment::Simulator).markdown().contains("This was a rehearsal"));
    }

    #[test]
    fn programs_are_told_the_same() {
        let said = report(Environment::Test).json();
        assert_eq!(
            (&said["passed"], &said["failed"], &said["forAPerson"]),
            (&1.into(), &1.into(), &1.into())
        );
        assert_eq!(said["items"][0]["evidence"][0]["key"], "check-1-e-full-c1");
        assert_eq!(
            (&said["items"][1]["result"], &said["items"][1]["toDo"]),
            (&"failed".into(), &"Call support.".into())
        );
    }
}
