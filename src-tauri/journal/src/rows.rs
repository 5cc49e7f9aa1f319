//! How stories are put together from the rows that a database keeps of them, and what is wrong with those that can't be.

use payment::{Fact, Moment, Reference};

use crate::{Entry, JournalError, Seq, Source, Story, Told, limits};

/// One entry beside the standing of its story. Without an entry, what belongs to one is `None`.
#[derive(Clone, Debug)]
pub struct Row {
    /// Whose story.
    pub reference: String,
    /// How many entries it should have.
    pub entries: i64,
    /// Whether nothing will be asked about it any more.
    pub settled: bool,
    /// The number of its newest entry in the whole journal.
    pub newest: u64,
    /// Which entry of its story it is, from 1.
    pub number: Option<i64>,
    /// Its number in the whole journal.
    pub seq: Option<u64>,
    /// When it was written: milliseconds since 1970-01-01 UTC.
    pub at: Option<i64>,
    /// What it tells, as JSON.
    pub fact: Option<String>,
}

/// The stories that these rows tell, in their order.
pub fn stories(rows: &[Row]) -> Result<Vec<Story>, JournalError> {
    rows.chunk_by(|one, next| one.reference == next.reference).map(story_of).collect()
}

/// The story that the rows of one payment tell, if it is whole.
pub fn story_of(rows: &[Row]) -> Result<Story, JournalError> {
    let [first, ..] = rows else { return Err(corrupt("", 0, "it is empty")) };
    let mut entries = Vec::with_capacity(rows.len());
    for (number, row) in (1_u32..).zip(rows) {
        entries.push(entry_of(number, row)?);
    }
    let found = u32::try_from(entries.len()).unwrap_or(u32::MAX);
    if i64::from(found) != first.entries {
        return Err(corrupt(&first.reference, found + 1, "entries are missing, or there are too many"));
    }
    if rows.last().and_then(|row| row.seq) != Some(first.newest) {
        return Err(corrupt(&first.reference, found, "it is not the newest entry of its story"));
    }
    let reference = reference(&first.reference)?;
    if !limits::begins(&reference, &entries) {
        return Err(corrupt(&first.reference, 1, "it is not the request of this payment"));
    }
    Ok(Story { reference, entries, seq: Seq(first.newest), settled: first.settled })
}

fn entry_of(number: u32, row: &Row) -> Result<Entry, JournalError> {
    let (Some(found), Some(at), Some(text)) = (row.number, row.at, &row.fact) else {
        return Err(corrupt(&row.reference, number, "it is missing"));
    };
    if found != i64::from(number) {
        return Err(corrupt(&row.reference, number, "it is missing"));
    }
    let fact: Fact = serde_json::from_str(text).map_err(|source| corrupt(&row.reference, number, source))?;
    Ok(Entry { at: Moment(at), fact })
}

/// One entry as it is copied: the `number`-th of the story `text`.
pub fn told(text: &str, seq: u64, number: u32, at: i64, fact: &str) -> Result<Told, JournalError> {
    let fact = serde_json::from_str(fact).map_err(|source| corrupt(text, number, source))?;
    Ok(Told { seq: Seq(seq), reference: reference(text)?, number, entry: Entry { at: Moment(at), fact } })
}

/// The reference that a row names.
pub fn reference(text: &str) -> Result<Reference, JournalError> {
    Reference::parse(text).map_err(|source| corrupt(text, 0, source))
}

fn corrupt(reference: &str, entry: u32, source: impl Into<Source>) -> JournalError {
    JournalError::Corrupt { reference: reference.to_owned(), entry, source: source.into() }
}
