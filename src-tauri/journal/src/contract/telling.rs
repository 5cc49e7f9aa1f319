//! What is written is told, whole and in order, and never twice.

use payment::Moment;

use super::samples::{every_fact, numbered, reference, requested};
use crate::{Entry, Journal, JournalError, Seq, Story};

/// Nothing is there before something is written.
pub async fn an_empty_journal_has_nothing(journal: &dyn Journal) -> Result<(), JournalError> {
    assert_eq!(journal.last_seq().await?, Seq::NONE);
    assert_eq!(journal.story(&reference(1)).await?, None);
    assert_eq!(journal.unsettled().await?, []);
    assert_eq!(journal.newest(10).await?, []);
    assert_eq!(journal.changed_since(Seq::NONE, 10).await?, []);
    assert_eq!(journal.entries_after(Seq::NONE, 10).await?, []);
    assert_eq!(journal.requested_as("till-1").await?, None);
    assert_eq!(journal.picture("code").await?, None);
    Ok(())
}

/// Entries come back as they were given, moments at the ends of time included.
pub async fn a_story_is_told_as_it_was_written(journal: &dyn Journal) -> Result<(), JournalError> {
    let reference = reference(1);
    let mut entries = vec![requested(&reference), numbered(1), numbered(2), numbered(3)];
    entries[1].at = Moment(i64::MAX);
    entries[2].at = Moment(i64::MIN);
    journal.begin(&reference, None, &entries[..2]).await?;
    journal.append(&reference, 2, &entries[2..], false).await?;
    let story = journal.story(&reference).await?;
    assert_eq!(story, Some(Story { reference, entries, seq: Seq(4), settled: false }));
    Ok(())
}

/// No fact changes by being written down.
pub async fn every_fact_comes_back_as_it_was(journal: &dyn Journal) -> Result<(), JournalError> {
    let reference = reference(1);
    let entries: Vec<Entry> = every_fact().into_iter().map(|fact| Entry { at: Moment(7), fact }).collect();
    journal.begin(&reference, None, &entries).await?;
    let told = journal.story(&reference).await?.map(|story| story.entries);
    assert_eq!(told, Some(entries));
    Ok(())
}

/// Numbers grow by one with every entry, whatever story it belongs to; a refusal uses none up.
pub async fn entries_are_numbered_without_gaps(journal: &dyn Journal) -> Result<(), JournalError> {
    let (one, other) = (reference(1), reference(2));
    assert_eq!(journal.begin(&one, None, &[requested(&one)]).await?, Seq(1));
    assert_eq!(journal.begin(&other, None, &[requested(&other), numbered(1)]).await?, Seq(3));
    assert!(journal.begin(&other, None, &[requested(&other)]).await.is_err());
    assert!(journal.append(&one, 9, &[numbered(1)], false).await.is_err());
    assert_eq!(journal.append(&one, 1, &[numbered(1), numbered(2)], false).await?, Seq(5));
    assert_eq!(journal.append(&other, 2, &[], true).await?, Seq(3));
    assert_eq!(journal.append(&other, 2, &[numbered(2)], true).await?, Seq(6));
    assert_eq!(journal.last_seq().await?, Seq(6));
    Ok(())
}

/// A second story of the same reference is refused, and the first is as it was.
pub async fn a_reference_is_used_once(journal: &dyn Journal) -> Result<(), JournalError> {
    let reference = reference(1);
    journal.begin(&reference, None, &[requested(&reference)]).await?;
    let first = journal.story(&reference).await?;
    let second = journal.begin(&reference, None, &[requested(&reference), numbered(1)]).await;
    assert!(
        matches!(&second, Err(JournalError::ReferenceUsed { reference: used }) if *used == reference),
        "{second:?}"
    );
    assert_eq!(journal.story(&reference).await?, first);
    Ok(())
}

/// Nothing, something else, and the request of another payment are no beginning.
pub async fn a_story_begins_with_its_request(journal: &dyn Journal) -> Result<(), JournalError> {
    let own = reference(1);
    for entries in [vec![], vec![numbered(1), requested(&own)], vec![requested(&reference(2))]] {
        let begun = journal.begin(&own, None, &entries).await;
        assert!(matches!(begun, Err(JournalError::NoBeginning { .. })), "{begun:?}");
    }
    assert_eq!(journal.last_seq().await?, Seq::NONE);
    assert_eq!(journal.story(&own).await?, None);
    Ok(())
}

/// Having seen too little or too much, even with nothing to write, is a conflict that says how long it is.
pub async fn a_writer_that_has_not_seen_everything_is_refused(
    journal: &dyn Journal,
) -> Result<(), JournalError> {
    let reference = reference(1);
    journal.begin(&reference, None, &[requested(&reference), numbered(1)]).await?;
    let before = journal.story(&reference).await?;
    for wrong in [0, 1, 3, 4] {
        for entries in [vec![numbered(2)], vec![]] {
            let written = journal.append(&reference, wrong, &entries, true).await;
            assert!(
                matches!(&written, Err(JournalError::Conflict { reference: of, seen, found: 2 })
                    if *of == reference && *seen == wrong),
                "{written:?}"
            );
        }
    }
    assert_eq!(journal.story(&reference).await?, before);
    assert_eq!(journal.last_seq().await?, Seq(2));
    Ok(())
}

/// A story must have begun.
pub async fn nobody_writes_to_a_story_that_does_not_exist(journal: &dyn Journal) -> Result<(), JournalError> {
    let stranger = reference(1);
    let written = journal.append(&stranger, 0, &[requested(&stranger)], false).await;
    assert!(
        matches!(&written, Err(JournalError::Unknown { reference }) if *reference == stranger),
        "{written:?}"
    );
    assert_eq!(journal.story(&stranger).await?, None);
    Ok(())
}

/// Four who have seen the same write at once: one is heard, three are told.
pub async fn of_writers_at_the_same_time_one_wins(journal: &dyn Journal) -> Result<(), JournalError> {
    let reference = reference(1);
    journal.begin(&reference, None, &[requested(&reference)]).await?;
    let entries = [[numbered(1)], [numbered(2)], [numbered(3)], [numbered(4)]];
    let write = |nth: usize| journal.append(&reference, 1, &entries[nth], false);
    let written = tokio::join!(write(0), write(1), write(2), write(3));
    let written = [written.0, written.1, written.2, written.3];
    let heard: Vec<usize> = (0..4).filter(|nth| written[*nth].is_ok()).collect();
    assert_eq!(heard.len(), 1, "{written:?}");
    let told = written.iter().filter(|one| matches!(one, Err(JournalError::Conflict { found: 2, .. })));
    assert_eq!(told.count(), 3, "{written:?}");
    let story = journal.story(&reference).await?.map(|story| story.entries);
    assert_eq!(story, Some(vec![requested(&reference), entries[heard[0]][0].clone()]));
    Ok(())
}

/// Two begin the same story at once: one does, and the other is told.
pub async fn of_beginnings_at_the_same_time_one_wins(journal: &dyn Journal) -> Result<(), JournalError> {
    let reference = reference(1);
    let entries = [requested(&reference)];
    let begin = || journal.begin(&reference, None, &entries);
    let (one, other) = tokio::join!(begin(), begin());
    let refused = match (one, other) {
        (Ok(Seq(1)), Err(refused)) | (Err(refused), Ok(Seq(1))) => refused,
        both => panic!("{both:?}"),
    };
    assert!(matches!(refused, JournalError::ReferenceUsed { .. }), "{refused:?}");
    assert_eq!(journal.last_seq().await?, Seq(1));
    Ok(())
}
