//! Stories are found: by their key, by what is left to do, by age and by change.

use payment::Reference;

use super::samples::{numbered, reference, request_key, requested};
use crate::{Journal, JournalError, Seq, Story, Told};

async fn begin(journal: &dyn Journal, numbers: &[u32]) -> Result<(), JournalError> {
    for number in numbers {
        let reference = reference(*number);
        journal.begin(&reference, None, &[requested(&reference)]).await?;
    }
    Ok(())
}

fn names(stories: &[Story]) -> Vec<&str> {
    stories.iter().map(|story| story.reference.as_str()).collect()
}

/// The same key for another payment, or for the same, is refused with the name of the first.
pub async fn a_request_key_is_used_once(journal: &dyn Journal) -> Result<(), JournalError> {
    let (one, other) = (reference(1), reference(2));
    let key = request_key("till-1");
    journal.begin(&one, Some(&key), &[requested(&one)]).await?;
    for reference in [&one, &other] {
        let begun = journal.begin(reference, Some(&key), &[requested(reference)]).await;
        assert!(matches!(&begun, Err(JournalError::RequestKeyUsed { by }) if *by == one), "{begun:?}");
    }
    assert_eq!(journal.story(&other).await?, None);
    assert_eq!(journal.last_seq().await?, Seq(1));
    // A refused beginning has not used up its key.
    let begun = journal.begin(&one, Some(&request_key("till-2")), &[requested(&one)]).await;
    assert!(matches!(begun, Err(JournalError::ReferenceUsed { .. })), "{begun:?}");
    journal.begin(&other, Some(&request_key("till-2")), &[requested(&other)]).await?;
    Ok(())
}

/// Exactly that key finds it, with what was asked then; stories without a key do not mind each other.
pub async fn a_request_is_found_by_its_key(journal: &dyn Journal) -> Result<(), JournalError> {
    begin(journal, &[1, 2]).await?;
    let third = reference(3);
    journal.begin(&third, Some(&request_key("Kasse 1/æ")), &[requested(&third)]).await?;
    let found = journal.requested_as("Kasse 1/æ").await?;
    assert_eq!(found, Some((third, "digest of Kasse 1/æ".to_owned())));
    for other in ["kasse 1/æ", "Kasse 1/æ ", "Kasse 1/Æ", ""] {
        assert_eq!(journal.requested_as(other).await?, None, "{other:?}");
    }
    Ok(())
}

/// Oldest request first, whichever changed last; what is settled is not among them.
pub async fn unsettled_stories_are_found_oldest_first(journal: &dyn Journal) -> Result<(), JournalError> {
    begin(journal, &[3, 1, 2]).await?;
    journal.append(&reference(3), 1, &[numbered(1)], false).await?;
    assert_eq!(names(&journal.unsettled().await?), ["sample-3", "sample-1", "sample-2"]);
    journal.append(&reference(1), 1, &[numbered(1)], true).await?;
    let unsettled = journal.unsettled().await?;
    assert_eq!(names(&unsettled), ["sample-3", "sample-2"]);
    assert_eq!(journal.story(&reference(3)).await?.as_ref(), unsettled.first());
    assert_eq!(journal.story(&reference(1)).await?.map(|story| story.settled), Some(true));
    Ok(())
}

/// Settled is what the newest writer says.
pub async fn a_settled_story_can_be_taken_up_again(journal: &dyn Journal) -> Result<(), JournalError> {
    begin(journal, &[1]).await?;
    journal.append(&reference(1), 1, &[], true).await?;
    assert_eq!(journal.unsettled().await?, []);
    journal.append(&reference(1), 1, &[numbered(1)], false).await?;
    assert_eq!(names(&journal.unsettled().await?), ["sample-1"]);
    Ok(())
}

/// Newest request first, settled or not, whichever changed last, and no more than asked for.
pub async fn the_newest_requests_come_first(journal: &dyn Journal) -> Result<(), JournalError> {
    begin(journal, &[2, 3, 1]).await?;
    journal.append(&reference(2), 1, &[numbered(1), numbered(2)], true).await?;
    let newest = journal.newest(u32::MAX).await?;
    assert_eq!(names(&newest), ["sample-1", "sample-3", "sample-2"]);
    assert_eq!(journal.story(&reference(2)).await?.as_ref(), newest.last());
    assert_eq!(journal.newest(2).await?, newest[..2]);
    assert_eq!(journal.newest(0).await?, []);
    Ok(())
}

/// Each story once, at its newest entry.
pub async fn changes_are_told_once_each_in_order(journal: &dyn Journal) -> Result<(), JournalError> {
    begin(journal, &[1, 2, 3]).await?;
    journal.append(&reference(1), 1, &[numbered(1), numbered(2)], false).await?;
    let all = vec![(Seq(2), reference(2)), (Seq(3), reference(3)), (Seq(5), reference(1))];
    assert_eq!(journal.changed_since(Seq::NONE, u32::MAX).await?, all);
    assert_eq!(journal.changed_since(Seq(2), 10).await?, all[1..]);
    assert_eq!(journal.changed_since(Seq(4), 10).await?, all[2..]);
    assert_eq!(journal.changed_since(Seq(1), 2).await?, all[..2]);
    assert_eq!(journal.changed_since(Seq(1), 0).await?, []);
    for nothing_newer in [Seq(5), Seq(6), Seq(u64::MAX)] {
        assert_eq!(journal.changed_since(nothing_newer, 10).await?, []);
    }
    Ok(())
}

/// Whoever copies the journal in small steps gets every entry once, with its place, as it was written.
pub async fn entries_are_copied_in_their_order(journal: &dyn Journal) -> Result<(), JournalError> {
    begin(journal, &[1, 2]).await?;
    journal.append(&reference(1), 1, &[numbered(1), numbered(2)], false).await?;
    journal.append(&reference(2), 1, &[numbered(3)], true).await?;
    let mut copied = Vec::new();
    loop {
        let seen = copied.last().map_or(Seq::NONE, |told: &Told| told.seq);
        let page = journal.entries_after(seen, 2).await?;
        assert!(page.len() <= 2, "{page:?}");
        if page.is_empty() {
            break;
        }
        copied.extend(page);
    }
    let places: Vec<_> =
        copied.iter().map(|told| (told.seq.0, told.reference.clone(), told.number)).collect();
    let (one, two) = (reference(1), reference(2));
    assert_eq!(
        places,
        [(1, one.clone(), 1), (2, two.clone(), 1), (3, one.clone(), 2), (4, one, 3), (5, two.clone(), 2)]
    );
    assert_eq!(copied[2].entry, numbered(1));
    assert_eq!(copied[4].entry, numbered(3));
    assert_eq!(journal.entries_after(Seq(4), u32::MAX).await?, copied[4..]);
    assert_eq!(journal.entries_after(Seq::NONE, 0).await?, []);
    for nothing_newer in [Seq(5), Seq(6), Seq(u64::MAX)] {
        assert_eq!(journal.entries_after(nothing_newer, 10).await?, []);
    }
    Ok(())
}

/// One who asks in small steps, while others write, sees every story's newest entry.
pub async fn nobody_who_follows_the_changes_misses_one(journal: &dyn Journal) -> Result<(), JournalError> {
    let all: Vec<u32> = (1..=9).collect();
    begin(journal, &all).await?;
    let (mut seen, mut heard): (Seq, Vec<Reference>) = (Seq::NONE, Vec::new());
    let mut written = 0;
    loop {
        let changes = journal.changed_since(seen, 2).await?;
        let Some((newest, _)) = changes.last() else { break };
        seen = *newest;
        heard.extend(changes.into_iter().map(|(_, reference)| reference));
        if written < 3 {
            written += 1;
            journal.append(&reference(written), 1, &[numbered(1)], false).await?;
        }
    }
    assert_eq!(seen, journal.last_seq().await?);
    let expected = [1, 2, 3, 4, 5, 6, 7, 8, 9, 1, 2, 3].map(reference);
    assert_eq!(heard, expected);
    Ok(())
}
