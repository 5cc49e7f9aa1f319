//! At a limit everything is well; above it, nothing is written.

use payment::Fact;

use super::samples::{numbered, reference, request_key, requested};
use crate::limits::{
    DIGEST_BYTES_MAX, ENTRIES_PER_CALL_MAX, ENTRIES_PER_STORY_MAX, FACT_BYTES_MAX, KEY_BYTES_MAX,
    PICTURE_BYTES_MAX, PICTURE_NAME_BYTES_MAX, PICTURES_PER_PAYMENT_MAX,
};
use crate::{Entry, Journal, JournalError, RequestKey, Seq};

fn assert_too_large<T: std::fmt::Debug>(answer: &Result<T, JournalError>, excess: usize, most: usize) {
    assert!(
        matches!(answer, Err(JournalError::TooLarge { found, limit, .. }) if (*found, *limit) == (excess, most)),
        "{answer:?}"
    );
}

/// A call with one entry too many writes none of them.
pub async fn too_many_entries_are_refused_whole(journal: &dyn Journal) -> Result<(), JournalError> {
    let reference = reference(1);
    let mut entries = vec![requested(&reference); ENTRIES_PER_CALL_MAX + 1];
    let begun = journal.begin(&reference, None, &entries).await;
    assert_too_large(&begun, ENTRIES_PER_CALL_MAX + 1, ENTRIES_PER_CALL_MAX);
    assert_eq!(journal.story(&reference).await?, None);

    journal.begin(&reference, None, &entries[1..]).await?;
    entries.fill(numbered(1));
    let seen = u32::try_from(ENTRIES_PER_CALL_MAX).unwrap_or(u32::MAX);
    let appended = journal.append(&reference, seen, &entries, false).await;
    assert_too_large(&appended, ENTRIES_PER_CALL_MAX + 1, ENTRIES_PER_CALL_MAX);
    assert_eq!(journal.last_seq().await?, Seq(u64::from(seen)));

    let full = u32::try_from(ENTRIES_PER_STORY_MAX).unwrap_or(u32::MAX);
    let appended = journal.append(&reference, full, &entries[..1], false).await;
    assert_too_large(&appended, ENTRIES_PER_STORY_MAX + 1, ENTRIES_PER_STORY_MAX);
    journal.append(&reference, seen, &entries[1..], false).await?;
    Ok(())
}

/// The limit is in bytes as written, whatever the letters.
pub async fn a_fact_is_as_large_as_it_may_be_and_no_larger(
    journal: &dyn Journal,
) -> Result<(), JournalError> {
    let reference = reference(1);
    journal.begin(&reference, None, &[requested(&reference)]).await?;
    let created = |url: String| Entry { fact: Fact::Created { url: Some(url) }, ..numbered(1) };
    let frame = r#"{"fact":"created","url":""}"#.len();
    let letters = (FACT_BYTES_MAX - frame) / 2;
    let largest = "å".repeat(letters) + &"a".repeat((FACT_BYTES_MAX - frame) % 2);
    let appended = journal.append(&reference, 1, &[created(largest.clone() + "a")], false).await;
    assert_too_large(&appended, FACT_BYTES_MAX + 1, FACT_BYTES_MAX);
    journal.append(&reference, 1, &[created(largest.clone())], false).await?;
    let told = journal.story(&reference).await?.and_then(|story| story.entries.into_iter().nth(1));
    assert_eq!(told, Some(created(largest)));
    Ok(())
}

/// A key and its digest.
pub async fn request_keys_have_a_limit(journal: &dyn Journal) -> Result<(), JournalError> {
    let reference = reference(1);
    let entries = [requested(&reference)];
    let key = RequestKey { key: "k".repeat(KEY_BYTES_MAX), digest: "d".repeat(DIGEST_BYTES_MAX) };
    let longer_key = RequestKey { key: "k".repeat(KEY_BYTES_MAX + 1), ..key.clone() };
    let begun = journal.begin(&reference, Some(&longer_key), &entries).await;
    assert_too_large(&begun, KEY_BYTES_MAX + 1, KEY_BYTES_MAX);
    let longer_digest = RequestKey { digest: "d".repeat(DIGEST_BYTES_MAX + 1), ..request_key("short") };
    let begun = journal.begin(&reference, Some(&longer_digest), &entries).await;
    assert_too_large(&begun, DIGEST_BYTES_MAX + 1, DIGEST_BYTES_MAX);
    assert_eq!(journal.last_seq().await?, Seq::NONE);
    journal.begin(&reference, Some(&key), &entries).await?;
    assert_eq!(journal.requested_as(&key.key).await?, Some((reference, key.digest)));
    Ok(())
}

/// The size of a picture, the length of its name, and how many a payment has; replacing one adds none.
pub async fn pictures_have_limits(journal: &dyn Journal) -> Result<(), JournalError> {
    let reference = reference(1);
    journal.begin(&reference, None, &[requested(&reference)]).await?;
    let largest = vec![7; PICTURE_BYTES_MAX + 1];
    let longest = "n".repeat(PICTURE_NAME_BYTES_MAX);
    let kept = journal.keep_picture(&reference, &longest, &largest).await;
    assert_too_large(&kept, PICTURE_BYTES_MAX + 1, PICTURE_BYTES_MAX);
    let kept = journal.keep_picture(&reference, &format!("{longest}n"), &[]).await;
    assert_too_large(&kept, PICTURE_NAME_BYTES_MAX + 1, PICTURE_NAME_BYTES_MAX);
    journal.keep_picture(&reference, &longest, &largest[1..]).await?;
    assert_eq!(journal.picture(&longest).await?.as_deref(), Some(&largest[1..]));

    for nth in 1..PICTURES_PER_PAYMENT_MAX {
        journal.keep_picture(&reference, &format!("code {nth}"), &[]).await?;
    }
    let kept = journal.keep_picture(&reference, "one more", &[]).await;
    assert_too_large(&kept, PICTURES_PER_PAYMENT_MAX + 1, PICTURES_PER_PAYMENT_MAX);
    assert_eq!(journal.picture("one more").await?, None);
    journal.keep_picture(&reference, "code 1", &[1]).await?;
    Ok(())
}
