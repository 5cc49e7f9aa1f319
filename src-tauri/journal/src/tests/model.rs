//! Several callers, each of whom knows only what it has seen, write to a few stories in any order. A journal
//! must answer, and remember, exactly like a plain list of everything written.

use payment::Reference;
use proptest::collection::vec;
use proptest::prelude::*;
use tempfile::TempDir;

use crate::contract::samples::{numbered, reference, request_key, requested};
use crate::{Entry, Journal, JournalError, MemoryJournal, Part, Query, Seq, SqliteJournal, Story};

const STORIES: u32 = 4;
const KEYS: u32 = 3;
const CALLERS: usize = 3;

#[derive(Clone, Debug)]
enum Act {
    Begin { story: u32, key: Option<u32>, more: u32 },
    Append { caller: usize, story: u32, count: u32, settled: bool },
    Look { caller: usize, story: u32 },
    Ask { since: u64, limit: u32 },
    Reopen,
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let begin = (0..STORIES, prop::option::of(0..KEYS), 0..3_u32);
    let append = (0..CALLERS, 0..STORIES, 0..4_u32, prop::bool::weighted(0.2));
    let act = prop_oneof![
        2 => begin.prop_map(|(story, key, more)| Act::Begin { story, key, more }),
        6 => append.prop_map(|(caller, story, count, settled)| Act::Append { caller, story, count, settled }),
        4 => (0..CALLERS, 0..STORIES).prop_map(|(caller, story)| Act::Look { caller, story }),
        2 => (0..40_u64, 0..6_u32).prop_map(|(since, limit)| Act::Ask { since, limit }),
        1 => Just(Act::Reopen),
    ];
    vec(act, 1..40)
}

/// A list of everything written, and nothing clever.
#[derive(Default)]
struct Model {
    log: Vec<(Reference, Entry)>,
    keys: Vec<(u32, Reference)>,
    settled: Vec<Reference>,
}

#[derive(Debug, PartialEq)]
enum Answer {
    Written(Seq),
    ReferenceUsed,
    KeyUsed(Reference),
    Conflict(usize),
    Unknown,
}

impl Model {
    fn begin(&mut self, reference: &Reference, key: Option<u32>, entries: &[Entry]) -> Answer {
        if let Some((_, by)) = self.keys.iter().find(|(used, _)| key == Some(*used)) {
            return Answer::KeyUsed(by.clone());
        }
        if self.length(reference) > 0 {
            return Answer::ReferenceUsed;
        }
        self.keys.extend(key.map(|key| (key, reference.clone())));
        self.write(reference, entries)
    }

    fn append(&mut self, reference: &Reference, seen: u32, entries: &[Entry], settled: bool) -> Answer {
        match self.length(reference) {
            0 => Answer::Unknown,
            found if found != seen as usize => Answer::Conflict(found),
            _ => {
                self.settled.retain(|one| one != reference);
                if settled {
                    self.settled.push(reference.clone());
                }
                self.write(reference, entries)
            }
        }
    }

    fn write(&mut self, reference: &Reference, entries: &[Entry]) -> Answer {
        self.log.extend(entries.iter().map(|entry| (reference.clone(), entry.clone())));
        Answer::Written(self.newest(reference))
    }

    fn length(&self, reference: &Reference) -> usize {
        self.log.iter().filter(|(of, _)| of == reference).count()
    }

    fn newest(&self, reference: &Reference) -> Seq {
        Seq(self.log.iter().rposition(|(of, _)| of == reference).map_or(0, |at| at as u64 + 1))
    }

    fn story(&self, reference: &Reference) -> Option<Story> {
        let entries: Vec<Entry> =
            self.log.iter().filter(|(of, _)| of == reference).map(|(_, entry)| entry.clone()).collect();
        let settled = self.settled.contains(reference);
        let seq = self.newest(reference);
        (seq > Seq::NONE).then(|| Story { reference: reference.clone(), entries, seq, settled })
    }

    /// In the order of their beginnings.
    fn stories(&self) -> Vec<Story> {
        let beginnings = self
            .log
            .iter()
            .enumerate()
            .filter(|(at, (of, _))| self.log.iter().position(|(other, _)| other == of) == Some(*at));
        beginnings.filter_map(|(_, (reference, _))| self.story(reference)).collect()
    }

    fn changed_since(&self, since: u64, limit: u32) -> Vec<(Seq, Reference)> {
        let mut changes: Vec<_> =
            self.stories().into_iter().map(|story| (story.seq, story.reference)).collect();
        changes.sort();
        changes.retain(|(seq, _)| seq.0 > since);
        changes.truncate(limit as usize);
        changes
    }
}

fn answer(written: Result<Seq, JournalError>) -> Answer {
    match written {
        Ok(seq) => Answer::Written(seq),
        Err(JournalError::ReferenceUsed { .. }) => Answer::ReferenceUsed,
        Err(JournalError::RequestKeyUsed { by }) => Answer::KeyUsed(by),
        Err(JournalError::Conflict { found, .. }) => Answer::Conflict(found as usize),
        Err(JournalError::Unknown { .. }) => Answer::Unknown,
        Err(other) => panic!("{other:?}"),
    }
}

/// The journal that is compared with the model.
enum Subject {
    Memory(Box<MemoryJournal>),
    Sqlite(SqliteJournal, TempDir),
}

impl Subject {
    fn journal(&self) -> &dyn Journal {
        match self {
            Subject::Memory(journal) => &**journal,
            Subject::Sqlite(journal, _) => journal,
        }
    }

    /// Ends the program and starts it again, for those whom that concerns.
    async fn reopened(self) -> Subject {
        match self {
            Subject::Memory(journal) => Subject::Memory(journal),
            Subject::Sqlite(journal, folder) => {
                journal.close().await;
                let path = folder.path().join("journal.sqlite");
                Subject::Sqlite(SqliteJournal::open(&path).await.unwrap(), folder)
            }
        }
    }
}

async fn compare(mut subject: Subject, acts: Vec<Act>) {
    let mut model = Model::default();
    let mut seen = [[0_u32; STORIES as usize]; CALLERS];
    let mut number = 0;
    let mut entries = |count: u32| -> Vec<Entry> {
        number += count;
        (number - count..number).map(numbered).collect()
    };
    for act in acts {
        let journal = subject.journal();
        match act {
            Act::Begin { story, key, more } => {
                let reference = reference(story);
                let entries = [vec![requested(&reference)], entries(more)].concat();
                let request = key.map(|key| request_key(&key.to_string()));
                let begun = journal.begin(&reference, request.as_ref(), &entries).await;
                assert_eq!(answer(begun), model.begin(&reference, key, &entries));
            }
            Act::Append { caller, story, count, settled } => {
                let (reference, entries) = (reference(story), entries(count));
                let seen = &mut seen[caller][story as usize];
                let appended = journal.append(&reference, *seen, &entries, settled).await;
                let expected = model.append(&reference, *seen, &entries, settled);
                assert_eq!(answer(appended), expected);
                if let Answer::Written(_) = expected {
                    *seen += count;
                }
            }
            Act::Look { caller, story } => {
                let told = journal.story(&reference(story)).await.unwrap();
                assert_eq!(told, model.story(&reference(story)));
                seen[caller][story as usize] =
                    told.map_or(0, |story| story.entries.len().try_into().unwrap());
            }
            Act::Ask { since, limit } => {
                let changes = journal.changed_since(Seq(since), limit).await.unwrap();
                assert_eq!(changes, model.changed_since(since, limit));
                let told = journal.entries_after(Seq(since), limit).await.unwrap();
                let told: Vec<_> = told.into_iter().map(|told| (told.reference, told.entry)).collect();
                let since = usize::try_from(since).unwrap().min(model.log.len());
                let until = since.saturating_add(limit as usize).min(model.log.len());
                assert_eq!(told, model.log[since..until]);
                let mut newest = model.stories();
                newest.reverse();
                newest.truncate(limit as usize);
                assert_eq!(journal.newest(limit).await.unwrap(), newest);
            }
            Act::Reopen => subject = subject.reopened().await,
        }
        compare_all(subject.journal(), &model).await;
    }
}

async fn compare_all(journal: &dyn Journal, model: &Model) {
    assert_eq!(journal.last_seq().await.unwrap(), Seq(model.log.len() as u64));
    let mut stories = model.stories();
    stories.reverse();
    assert_eq!(journal.newest(u32::MAX).await.unwrap(), stories);
    // All of them are requested at the same moment.
    for part in [None, Part::parse("SAMPLE"), Part::parse("ple-1")] {
        let query = Query { part: part.clone(), limit: u32::MAX, ..Query::default() };
        let mut sought = stories.clone();
        sought.retain(|story| part.as_ref().is_none_or(|part| part.is_in(&story.reference)));
        assert_eq!(journal.search(&query).await.unwrap(), sought);
    }
    stories.reverse();
    stories.retain(|story| !story.settled);
    assert_eq!(journal.unsettled().await.unwrap(), stories);
    for key in 0..KEYS {
        let request = request_key(&key.to_string());
        let found = model.keys.iter().find(|(used, _)| *used == key);
        let expected = found.map(|(_, reference)| (reference.clone(), request.digest));
        assert_eq!(journal.requested_as(&request.key).await.unwrap(), expected);
    }
}

fn block_on(future: impl Future<Output = ()>) {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn memory_behaves_like_a_plain_list(acts in acts()) {
        block_on(compare(Subject::Memory(Box::default()), acts));
    }
}

proptest! {
    // Each case has a file of its own, and every write of it reaches the disk.
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn sqlite_behaves_like_a_plain_list(acts in acts()) {
        block_on(async {
            let (journal, folder) = super::sqlite().await;
            compare(Subject::Sqlite(journal, folder), acts).await;
        });
    }
}
