//! How much is too much. Every limit has its unit in its name, and every store holds to all of them.
//!
//! The functions are for stores, those that live elsewhere too.

use payment::{Fact, Reference};

use crate::{Entry, JournalError, RequestKey, Trouble};

/// Entries that one call may write.
pub const ENTRIES_PER_CALL_MAX: usize = 64;
/// Entries that one story may have. A payment has about ten; a day without an answer, a few thousand.
pub const ENTRIES_PER_STORY_MAX: usize = 100_000;
/// Bytes of one fact, written as JSON. The largest is a request with many lines.
pub const FACT_BYTES_MAX: usize = 64 * 1024;
/// Bytes of a request key.
pub const KEY_BYTES_MAX: usize = 128;
/// Bytes of the digest of a request: SHA-512 in hexadecimal fits.
pub const DIGEST_BYTES_MAX: usize = 128;
/// Bytes of a picture.
pub const PICTURE_BYTES_MAX: usize = 2 * 1024 * 1024;
/// Bytes of a picture's name.
pub const PICTURE_NAME_BYTES_MAX: usize = 128;
/// Pictures that one payment may have at a time.
pub const PICTURES_PER_PAYMENT_MAX: usize = 16;
/// Stories that one call reads; whoever asks for more gets so many.
pub const STORIES_MAX: u32 = 1_000;
/// Entries that one call reads in the order of the journal; whoever asks for more gets so many.
pub const TOLD_MAX: u32 = 1_000;
/// Stories that may be unsettled at a time. A till has one open, and watches a few for a day.
pub const UNSETTLED_MAX: usize = 10_000;

/// Refuses what is larger than its limit.
pub fn hold(what: &'static str, found: usize, limit: usize) -> Result<(), JournalError> {
    if found > limit { Err(JournalError::TooLarge { what, found, limit }) } else { Ok(()) }
}

/// The entries as they are written down, if they are within the limits beside the `seen` that are there.
pub fn written(seen: u32, entries: &[Entry]) -> Result<Vec<String>, JournalError> {
    hold("entries in one call", entries.len(), ENTRIES_PER_CALL_MAX)?;
    hold("entries in one story", length(seen).saturating_add(entries.len()), ENTRIES_PER_STORY_MAX)?;
    entries.iter().map(|entry| written_fact(&entry.fact)).collect()
}

fn written_fact(fact: &Fact) -> Result<String, JournalError> {
    let text = serde_json::to_string(fact)
        .map_err(|source| JournalError::Storage { trouble: Trouble::Other, source: source.into() })?;
    hold("bytes in one fact", text.len(), FACT_BYTES_MAX)?;
    Ok(text)
}

/// Like [`written`], for the entries that a story begins with.
pub fn written_beginning(
    reference: &Reference,
    request: Option<&RequestKey>,
    entries: &[Entry],
) -> Result<Vec<String>, JournalError> {
    if !begins(reference, entries) {
        return Err(JournalError::NoBeginning { reference: reference.clone() });
    }
    if let Some(RequestKey { key, digest }) = request {
        hold("bytes in a request key", key.len(), KEY_BYTES_MAX)?;
        hold("bytes in a request's digest", digest.len(), DIGEST_BYTES_MAX)?;
    }
    written(0, entries)
}

/// Whether these can be the entries of `reference`: the first is its request.
pub fn begins(reference: &Reference, entries: &[Entry]) -> bool {
    matches!(
        entries.first(),
        Some(Entry { fact: Fact::Requested { order }, .. }) if order.reference == *reference
    )
}

/// What is due, as the request that a story begins with says it.
pub fn amount_of(entries: &[Entry]) -> Option<u64> {
    match entries.first() {
        Some(Entry { fact: Fact::Requested { order }, .. }) => Some(order.amount.minor()),
        _ => None,
    }
}

/// Whether these entries, or settling, end the life of a story's pictures.
pub fn closes(entries: &[Entry], settled: bool) -> bool {
    settled || entries.iter().any(|entry| matches!(entry.fact, Fact::Ended { .. }))
}

/// The limits of a picture by itself.
pub fn picture(name: &str, bytes: &[u8]) -> Result<(), JournalError> {
    hold("bytes in a picture's name", name.len(), PICTURE_NAME_BYTES_MAX)?;
    hold("bytes in a picture", bytes.len(), PICTURE_BYTES_MAX)
}

/// A number of entries as a length.
pub fn length(entries: u32) -> usize {
    usize::try_from(entries).unwrap_or(usize::MAX)
}
