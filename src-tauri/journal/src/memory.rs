//! A journal in memory, for the demo and for tests. It never waits, so that it cannot race with paused time.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use payment::{Moment, Reference};

use crate::query::{next_place, places_of};
use crate::{Entry, Journal, JournalError, Query, RequestKey, Seq, Story, Told, limits};

/// Remembers as long as the process lives.
#[derive(Debug, Default)]
pub struct MemoryJournal {
    pages: Mutex<Pages>,
}

impl MemoryJournal {
    /// An empty journal.
    pub fn new() -> MemoryJournal {
        MemoryJournal::default()
    }

    /// The pages, even if somebody panicked beside it: no change of it can panic half-way.
    fn pages(&self) -> MutexGuard<'_, Pages> {
        self.pages.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[derive(Debug, Default)]
struct Pages {
    last: u64,
    /// Whose each entry is, and which of its story, from the first.
    log: Vec<(Reference, u32)>,
    stories: HashMap<Reference, Kept>,
    by_beginning: BTreeMap<Seq, Reference>,
    by_change: BTreeMap<Seq, Reference>,
    by_place: BTreeMap<i64, Reference>,
    by_key: HashMap<String, (Reference, String)>,
    pictures: HashMap<String, (Reference, Vec<u8>)>,
}

#[derive(Debug)]
struct Kept {
    story: Story,
    /// Where its request stands among all.
    place: i64,
    /// It has ended or is settled: no pictures any more.
    closed: bool,
}

#[async_trait]
impl Journal for MemoryJournal {
    async fn begin(
        &self,
        reference: &Reference,
        request: Option<&RequestKey>,
        entries: &[Entry],
    ) -> Result<Seq, JournalError> {
        limits::written_beginning(reference, request, entries)?;
        let mut pages = self.pages();
        if let Some((by, _)) = request.and_then(|request| pages.by_key.get(&request.key)) {
            return Err(JournalError::RequestKeyUsed { by: by.clone() });
        }
        if pages.stories.contains_key(reference) {
            return Err(JournalError::ReferenceUsed { reference: reference.clone() });
        }
        let at = entries.first().map_or(Moment(0), |entry| entry.at);
        let newest = pages.by_place.range(places_of(at)).next_back().map(|(place, _)| *place);
        let place = next_place(at, newest)?;
        Ok(pages.begin(reference, request, entries, place))
    }

    async fn append(
        &self,
        reference: &Reference,
        seen: u32,
        entries: &[Entry],
        settled: bool,
    ) -> Result<Seq, JournalError> {
        limits::written(seen, entries)?;
        let mut pages = self.pages();
        let Some(kept) = pages.stories.get(reference) else {
            return Err(JournalError::Unknown { reference: reference.clone() });
        };
        if kept.story.entries.len() != limits::length(seen) {
            let found = u32::try_from(kept.story.entries.len()).unwrap_or(u32::MAX);
            return Err(JournalError::Conflict { reference: reference.clone(), seen, found });
        }
        Ok(pages.append(reference, entries, settled))
    }

    async fn story(&self, reference: &Reference) -> Result<Option<Story>, JournalError> {
        Ok(self.pages().stories.get(reference).map(|kept| kept.story.clone()))
    }

    async fn unsettled(&self) -> Result<Vec<Story>, JournalError> {
        let pages = self.pages();
        let stories: Vec<Story> = pages
            .in_order()
            .filter(|story| !story.settled)
            .take(limits::UNSETTLED_MAX + 1)
            .cloned()
            .collect();
        limits::hold("unsettled payments", stories.len(), limits::UNSETTLED_MAX)?;
        Ok(stories)
    }

    async fn newest(&self, limit: u32) -> Result<Vec<Story>, JournalError> {
        Ok(self.pages().in_order().rev().take(at_most(limit)).cloned().collect())
    }

    async fn search(&self, query: &Query) -> Result<Vec<Story>, JournalError> {
        let pages = self.pages();
        let before = match &query.before {
            None => None,
            Some(before) => {
                let unknown = || JournalError::Unknown { reference: before.clone() };
                Some(pages.stories.get(before).ok_or_else(unknown)?.place)
            }
        };
        let places = query.places(before);
        if places.is_empty() {
            return Ok(Vec::new());
        }
        let newest_first = pages.by_place.range(places).rev();
        let stories = newest_first.filter_map(|(_, reference)| Some(&pages.stories.get(reference)?.story));
        Ok(stories.filter(|story| is_sought(story, query)).take(at_most(query.limit)).cloned().collect())
    }

    async fn changed_since(&self, seq: Seq, limit: u32) -> Result<Vec<(Seq, Reference)>, JournalError> {
        let pages = self.pages();
        let changes = pages.by_change.range(Seq(seq.0.saturating_add(1))..).take(at_most(limit));
        Ok(changes.map(|(seq, reference)| (*seq, reference.clone())).collect())
    }

    async fn entries_after(&self, seq: Seq, limit: u32) -> Result<Vec<Told>, JournalError> {
        let pages = self.pages();
        let skipped = usize::try_from(seq.0).unwrap_or(usize::MAX);
        let places = (1_u64..).zip(&pages.log).skip(skipped);
        let told = places.filter_map(|(seq, (reference, number))| {
            let story = &pages.stories.get(reference)?.story;
            let entry = story.entries.get(limits::length(*number).checked_sub(1)?)?.clone();
            Some(Told { seq: Seq(seq), reference: reference.clone(), number: *number, entry })
        });
        Ok(told.take(limits::length(limit.min(limits::TOLD_MAX))).collect())
    }

    async fn last_seq(&self) -> Result<Seq, JournalError> {
        Ok(Seq(self.pages().last))
    }

    async fn requested_as(&self, key: &str) -> Result<Option<(Reference, String)>, JournalError> {
        Ok(self.pages().by_key.get(key).cloned())
    }

    async fn keep_picture(
        &self,
        reference: &Reference,
        name: &str,
        bytes: &[u8],
    ) -> Result<(), JournalError> {
        limits::picture(name, bytes)?;
        let mut pages = self.pages();
        let Some(kept) = pages.stories.get(reference) else {
            return Err(JournalError::Unknown { reference: reference.clone() });
        };
        if kept.closed {
            return Ok(());
        }
        match pages.pictures.get(name) {
            Some((owner, _)) if owner != reference => {
                return Err(JournalError::PictureNameUsed { name: name.to_owned() });
            }
            Some(_) => {}
            None => {
                let count = pages.pictures.values().filter(|(owner, _)| owner == reference).count();
                limits::hold("pictures of one payment", count + 1, limits::PICTURES_PER_PAYMENT_MAX)?;
            }
        }
        pages.pictures.insert(name.to_owned(), (reference.clone(), bytes.to_owned()));
        Ok(())
    }

    async fn picture(&self, name: &str) -> Result<Option<Vec<u8>>, JournalError> {
        Ok(self.pages().pictures.get(name).map(|(_, bytes)| bytes.clone()))
    }
}

impl Pages {
    /// Begins a story that has been found to be new.
    fn begin(
        &mut self,
        reference: &Reference,
        request: Option<&RequestKey>,
        entries: &[Entry],
        place: i64,
    ) -> Seq {
        let story =
            Story { reference: reference.clone(), entries: Vec::new(), seq: Seq::NONE, settled: false };
        self.stories.insert(reference.clone(), Kept { story, place, closed: false });
        self.by_place.insert(place, reference.clone());
        self.by_beginning.insert(Seq(self.last + 1), reference.clone());
        if let Some(RequestKey { key, digest }) = request {
            self.by_key.insert(key.clone(), (reference.clone(), digest.clone()));
        }
        self.append(reference, entries, false)
    }

    /// Appends to a story that has been found to have the right length.
    fn append(&mut self, reference: &Reference, entries: &[Entry], settled: bool) -> Seq {
        let Some(kept) = self.stories.get_mut(reference) else { return Seq::NONE };
        kept.story.settled = settled;
        kept.closed |= limits::closes(entries, settled);
        if kept.closed {
            self.pictures.retain(|_, (owner, _)| owner != reference);
        }
        if !entries.is_empty() {
            self.last += entries.len() as u64;
            self.by_change.remove(&kept.story.seq);
            self.by_change.insert(Seq(self.last), reference.clone());
            for entry in entries {
                kept.story.entries.push(entry.clone());
                let number = u32::try_from(kept.story.entries.len()).unwrap_or(u32::MAX);
                self.log.push((reference.clone(), number));
            }
            kept.story.seq = Seq(self.last);
        }
        kept.story.seq
    }

    /// All stories, oldest request first.
    fn in_order(&self) -> impl DoubleEndedIterator<Item = &Story> {
        self.by_beginning.values().filter_map(|reference| Some(&self.stories.get(reference)?.story))
    }
}

fn at_most(limit: u32) -> usize {
    limits::length(limit.min(limits::STORIES_MAX))
}

/// Whether a story has what is looked for; its time has been seen to.
fn is_sought(story: &Story, query: &Query) -> bool {
    let of_amount = query.amount.map(|amount| limits::amount_of(&story.entries) == Some(amount));
    let with_part = query.part.as_ref().map(|part| part.is_in(&story.reference));
    match (of_amount, with_part) {
        (None, None) => true,
        (Some(is), None) | (None, Some(is)) => is,
        (Some(one), Some(other)) => one || other,
    }
}
