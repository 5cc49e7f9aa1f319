//! Does the items one after the other.

use crate::bench::Bench;
use crate::item::{Check, Item};
use crate::outcome::{Exchange, Outcome, Saw, Stopped};
use crate::recorder::Recorder;
use crate::report::Checked;

/// Checks the items one after the other, and says to `done` how each ended. Gives the references of payments that could
/// not be brought to an end, if there are any.
pub async fn run(bench: &mut Bench, items: &[Item], mut done: impl FnMut(Checked)) -> Vec<String> {
    for item in items {
        let outcome = match item.check {
            Check::ByHand(what) => Outcome::ForAPerson { what: what.to_owned() },
            Check::Look(look) => outcome(look(bench, item.rail), Vec::new()),
            Check::Run(check) => {
                let before = bench.parts.recorder.count();
                let ended = check(bench, item.rail).await;
                let evidence = evidence(&bench.parts.recorder, before);
                outcome(ended, evidence)
            }
        };
        done(Checked { item: *item, outcome });
    }
    bench.tidy_up().await
}

fn outcome(ended: Result<Saw, Stopped>, evidence: Vec<Exchange>) -> Outcome {
    match ended {
        Ok(Saw(saw)) => Outcome::Passed { saw, evidence },
        Err(Stopped::Failed { why, to_do }) => Outcome::Failed { why, to_do, evidence },
        Err(Stopped::ForAPerson(what)) => Outcome::ForAPerson { what },
    }
}

/// What was asked since then; of reads of the same thing that follow each other the last, and no tokens.
fn evidence(recorder: &Recorder, since: usize) -> Vec<Exchange> {
    let mut evidence: Vec<Exchange> = Vec::new();
    for sent in recorder.since(since) {
        let exchange = sent.exchange;
        if exchange.call.ends_with("/accesstoken/get") {
            continue;
        }
        let again = exchange.call.starts_with("GET ")
            && evidence.last().is_some_and(|last| last.call == exchange.call);
        if again {
            evidence.pop();
        }
        evidence.push(exchange);
    }
    evidence
}
