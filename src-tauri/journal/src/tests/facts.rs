use std::collections::BTreeSet;

use payment::Fact;

use crate::contract::samples::{
    every_fact, facts_of_version_1, facts_of_version_2, facts_of_version_3, facts_of_version_4,
    facts_of_version_5, name,
};

/// Version 1 of the facts, as it has been written to disk. Never edited: what changes goes into another file,
/// beside this one.
const VERSION_1: &str = include_str!("../../samples/facts-1.json");
/// What version 2 has beside that: refunds. Never edited either.
const VERSION_2: &str = include_str!("../../samples/facts-2.json");
/// What version 3 has beside that: captures that are asked for. Never edited either.
const VERSION_3: &str = include_str!("../../samples/facts-3.json");
/// What version 4 has beside that: payments by a code on the counter, receipts and what they need. Never edited either.
const VERSION_4: &str = include_str!("../../samples/facts-4.json");
/// What version 5 has beside that: links from the customer's app. Never edited either.
const VERSION_5: &str = include_str!("../../samples/facts-5.json");

fn versions() -> [(&'static str, Vec<Fact>); 5] {
    [
        (VERSION_1, facts_of_version_1()),
        (VERSION_2, facts_of_version_2()),
        (VERSION_3, facts_of_version_3()),
        (VERSION_4, facts_of_version_4()),
        (VERSION_5, facts_of_version_5()),
    ]
}

#[test]
fn facts_of_every_version_are_read_for_ever() {
    for (text, facts) in versions() {
        let read: Vec<Fact> = serde_json::from_str(text).unwrap();
        assert_eq!(read, facts);
    }
}

#[test]
fn facts_are_still_written_as_they_were_in_their_version() {
    for (text, facts) in versions() {
        let written = serde_json::to_value(facts).unwrap();
        let before: serde_json::Value = serde_json::from_str(text).unwrap();
        assert_eq!(written, before);
    }
}

#[test]
fn there_is_a_sample_of_every_fact() {
    let facts = every_fact();
    let names: BTreeSet<&str> = facts.iter().map(name).collect();
    assert_eq!(names.len(), 35, "{names:?}");
    for fact in &facts {
        assert_eq!(serde_json::to_value(fact).unwrap()["fact"], name(fact));
    }
}
