//! The chain that the till belongs to: when its hub was last heard, and how much of the journal it has. The hub is not
//! asked.

use std::path::Path;

use contract::Code;
use link::{Membership, Note};
use serde_json::{Value, json};

use super::finding::Finding;
use crate::phone_numbers::written;

const ABOUT: &str = "chain";

/// How the till stands with its chain.
pub(crate) struct Chain {
    pub(crate) finding: Finding,
    /// The figures; null where the till belongs to no chain.
    pub(crate) figures: Value,
}

/// Looks at the membership in the folder `config` and at what was heard in `data`; the journal has `entries`, if it can be
/// read.
pub(crate) fn look(config: &Path, data: &Path, entries: Option<u64>) -> Chain {
    let membership = match Membership::read(config) {
        Ok(Some(membership)) => membership,
        Ok(None) => {
            let finding = Finding::good(ABOUT, "this till belongs to none");
            return Chain { finding, figures: Value::Null };
        }
        Err(error) => {
            return Chain { finding: Finding::wrong(ABOUT, error.to_string()), figures: Value::Null };
        }
    };
    let note = Note::read(data);
    let who = format!(
        "this till is {} of {} (sales unit {})",
        membership.till, membership.store.name, membership.store.msn
    );
    let finding = match &note {
        None => Finding::note(
            ABOUT,
            format!("{who}; nothing has been heard from the hub: it is told from the next start on"),
        ),
        Some(note) => judged(&who, note, entries),
    };
    let note = note.unwrap_or_default();
    let figures = json!({
        "till": membership.till,
        "store": membership.store,
        "heardAt": note.heard_at.map(written),
        "told": note.told,
        "problem": note.problem,
        "salesUnit": note.unit,
    });
    Chain { finding, figures }
}

fn judged(who: &str, note: &Note, entries: Option<u64>) -> Finding {
    let heard = note.heard_at.map_or("the hub has never answered".to_owned(), |at| {
        format!("the hub was last heard at {}", written(at))
    });
    let told = match entries {
        Some(entries) if note.told >= entries => format!("it has all {entries} entries of the journal"),
        Some(entries) => format!("it has {} of the {entries} entries of the journal", note.told),
        None => format!("it has {} entries", note.told),
    };
    let says = format!("{who}; {heard}; {told}");
    match note.problem {
        None if entries.is_some_and(|entries| note.told < entries) => Finding::note(
            ABOUT,
            format!("{says}; the rest is told as soon as the till runs and the hub answers"),
        ),
        None => Finding::good(ABOUT, says),
        Some(Code::HubUnreachable) => {
            let what_to_do = "it can't be reached; the till sells on, and tells the rest by itself";
            Finding::note(ABOUT, format!("{says}; {what_to_do}"))
        }
        Some(Code::TillRevoked) => {
            let what_to_do = "it lets this till in no more: `kvitt leave`, then join with a new code";
            Finding::wrong(ABOUT, format!("{says}; {what_to_do}"))
        }
        Some(Code::Mismatch) => {
            let what_to_do =
                "it knows another journal of this till: `kvitt leave`, then join with a new code";
            Finding::wrong(ABOUT, format!("{says}; {what_to_do}"))
        }
        Some(other) => {
            Finding::wrong(ABOUT, format!("{says}; it is not told: {}, see the log", till::name_of(other)))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::finding::Verdict;
    use super::*;

    const AT: i64 = 1_795_690_000_000;

    fn note(told: u64, problem: Option<Code>) -> Note {
        Note { heard_at: Some(AT), told, problem, ..Note::default() }
    }

    #[test]
    fn what_has_to_be_done_is_said_and_nothing_else_is_called_wrong() {
        for (problem, told, verdict, word) in [
            (None, 43, Verdict::Good, "all 43 entries"),
            (None, 40, Verdict::Note, "40 of the 43 entries"),
            (Some(Code::HubUnreachable), 40, Verdict::Note, "sells on"),
            (Some(Code::TillRevoked), 40, Verdict::Wrong, "kvitt leave"),
            (Some(Code::Mismatch), 43, Verdict::Wrong, "another journal"),
            (Some(Code::Busy), 43, Verdict::Wrong, "busy"),
        ] {
            let finding = judged("this till is kasse-1 of Oslo", &note(told, problem), Some(43));
            assert_eq!(finding.verdict, verdict, "{}", finding.says);
            assert!(finding.says.contains(word), "{}", finding.says);
            assert!(finding.says.contains("last heard at 2026-11-26T"), "{}", finding.says);
        }
        let never =
            judged("this till", &Note { problem: Some(Code::HubUnreachable), ..Note::default() }, None);
        assert!(never.says.contains("never answered"), "{}", never.says);
    }
}
