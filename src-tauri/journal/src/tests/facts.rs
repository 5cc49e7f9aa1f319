use std::collections::BTreeSet;

use payment::Fact;

use crate::contract::samples::{every_fact, name};

/// Version 1 of the facts, as it has been written to disk. Never edited: what changes goes into another file,
/// beside this one.
const VERSION_1: &str = include_str!("../../samples/facts-1.json");

#[test]
fn facts_of_version_1_are_read_for_ever() {
    let read: Vec<Fact> = serde_json::from_str(VERSION_1).unwrap();
    assert_eq!(read, every_fact());
}

#[test]
fn facts_are_still_written_as_version_1() {
    let written = serde_json::to_value(every_fact()).unwrap();
    let version_1: serde_json::Value = serde_json::from_str(VERSION_1).unwrap();
    assert_eq!(written, version_1);
}

#[test]
fn there_is_a_sample_of_every_fact() {
    let facts = every_fact();
    let names: BTreeSet<&str> = facts.iter().map(name).collect();
    assert_eq!(names.len(), 23, "{names:?}");
    for fact in &facts {
        assert_eq!(serde_json::to_value(fact).unwrap()["fact"], name(fact));
    }
}
