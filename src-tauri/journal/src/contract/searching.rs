//! Requests are found: by a part of their reference, by amount and by when they came.

use payment::{Moment, Reference};

use super::samples::{numbered, reference, requested, requested_later};
use crate::{Journal, JournalError, Part, Query, Story};

/// Of every sample's request, when no time is added.
fn first_moment() -> Moment {
    requested(&reference(1)).at
}

async fn begin(journal: &dyn Journal, text: &str, minor: i64, later: i64) -> Result<(), JournalError> {
    let Ok(reference) = Reference::parse(text) else { unreachable!("{text} is a reference") };
    journal.begin(&reference, None, &[requested_later(&reference, minor, later)]).await?;
    Ok(())
}

/// A few payments, in the order of their moments, and in another one.
async fn begin_some(journal: &dyn Journal) -> Result<(), JournalError> {
    begin(journal, "sale-1041-1", 24_900, 1_000).await?;
    begin(journal, "Kasse-2-000017", 1_041, 5_000).await?;
    // The clock had been wrong, and was set back.
    begin(journal, "sale-1042-1", 24_900, 3_000).await?;
    begin(journal, "sale-1042-2", 12_900, 4_000).await
}

fn all() -> Query {
    Query { limit: u32::MAX, ..Query::default() }
}

fn with_part(part: &str) -> Query {
    let part = Part::parse(part);
    assert!(part.is_some());
    Query { part, ..all() }
}

async fn found(journal: &dyn Journal, query: &Query) -> Result<Vec<String>, JournalError> {
    let stories = journal.search(query).await?;
    Ok(stories.into_iter().map(|story| story.reference.to_string()).collect())
}

/// By the moment of the request, not by the order of arrival or of the newest change; whole, and no more than asked
/// for.
pub async fn requests_are_found_newest_first_by_their_moment(
    journal: &dyn Journal,
) -> Result<(), JournalError> {
    assert_eq!(journal.search(&all()).await?, []);
    begin_some(journal).await?;
    let Ok(oldest) = Reference::parse("sale-1041-1") else { unreachable!() };
    journal.append(&oldest, 1, &[numbered(1), numbered(2)], true).await?;
    let newest_first = ["Kasse-2-000017", "sale-1042-2", "sale-1042-1", "sale-1041-1"];
    assert_eq!(found(journal, &all()).await?, newest_first);
    assert_eq!(found(journal, &Query { limit: 2, ..all() }).await?, newest_first[..2]);
    assert_eq!(found(journal, &Query { limit: 0, ..all() }).await?, newest_first[..0]);
    let last = journal.search(&all()).await?.pop();
    assert_eq!(last, journal.story(&oldest).await?);
    Ok(())
}

/// Anywhere in it, in large or small letters, and the whole of it.
pub async fn a_part_of_the_reference_is_enough(journal: &dyn Journal) -> Result<(), JournalError> {
    begin_some(journal).await?;
    let of_sale = ["sale-1042-2", "sale-1042-1"];
    for part in ["1042", "sale-1042-", "E-1042", "e-1042"] {
        assert_eq!(found(journal, &with_part(part)).await?, of_sale, "{part}");
    }
    assert_eq!(found(journal, &with_part("sale-1041-1")).await?, ["sale-1041-1"]);
    assert_eq!(found(journal, &with_part("KASSE")).await?, ["Kasse-2-000017"]);
    assert_eq!(found(journal, &with_part("017")).await?, ["Kasse-2-000017"]);
    assert!(found(journal, &with_part("1042-3")).await?.is_empty());
    assert!(found(journal, &with_part("elas")).await?.is_empty());
    let newest = Query { limit: 1, ..with_part("sale") };
    assert_eq!(found(journal, &newest).await?, ["sale-1042-2"]);
    Ok(())
}

/// Exactly that much.
pub async fn an_amount_is_enough(journal: &dyn Journal) -> Result<(), JournalError> {
    begin_some(journal).await?;
    let of = |minor| Query { amount: Some(minor), ..all() };
    assert_eq!(found(journal, &of(24_900)).await?, ["sale-1042-1", "sale-1041-1"]);
    assert_eq!(found(journal, &of(1_041)).await?, ["Kasse-2-000017"]);
    for none in [0, 249, 2_490, u64::MAX] {
        assert!(found(journal, &of(none)).await?.is_empty(), "{none}");
    }
    Ok(())
}

/// What has both is found once.
pub async fn a_part_or_an_amount_will_do(journal: &dyn Journal) -> Result<(), JournalError> {
    begin_some(journal).await?;
    let either = Query { amount: Some(1_041), ..with_part("1041") };
    assert_eq!(found(journal, &either).await?, ["Kasse-2-000017", "sale-1041-1"]);
    let both = Query { amount: Some(24_900), ..with_part("1042") };
    assert_eq!(found(journal, &both).await?, ["sale-1042-2", "sale-1042-1", "sale-1041-1"]);
    assert_eq!(found(journal, &Query { limit: 1, ..both }).await?, ["sale-1042-2"]);
    Ok(())
}

/// From the first moment on, and not at the last.
pub async fn requests_are_found_by_when_they_came(journal: &dyn Journal) -> Result<(), JournalError> {
    begin_some(journal).await?;
    let at = |later: i64| Some(Moment(first_moment().0 + later));
    let between = |since, until| Query { since, until, ..all() };
    let middle = ["sale-1042-2", "sale-1042-1"];
    assert_eq!(found(journal, &between(at(3_000), at(5_000))).await?, middle);
    assert_eq!(found(journal, &between(at(5_000), None)).await?, ["Kasse-2-000017"]);
    assert_eq!(found(journal, &between(None, at(3_000))).await?, ["sale-1041-1"]);
    assert!(found(journal, &between(at(5_001), None)).await?.is_empty());
    assert!(found(journal, &between(at(5_000), at(3_000))).await?.is_empty());
    assert!(found(journal, &between(None, Some(Moment(i64::MIN)))).await?.is_empty());
    assert_eq!(found(journal, &between(Some(Moment(i64::MIN)), Some(Moment(i64::MAX)))).await?.len(), 4);
    let of_sale = Query { part: Part::parse("sale"), amount: Some(24_900), ..between(at(2_000), at(4_000)) };
    assert_eq!(found(journal, &of_sale).await?, ["sale-1042-1"]);
    Ok(())
}

/// Also requests of the same moment, and while others come.
pub async fn page_by_page_each_is_found_once(journal: &dyn Journal) -> Result<(), JournalError> {
    for number in 1..=7 {
        begin(journal, &format!("sample-{number}"), 24_900, 0).await?;
    }
    for query in [all(), with_part("SAMPLE"), Query { amount: Some(24_900), ..all() }] {
        let mut page = Query { limit: 3, ..query };
        let mut seen: Vec<String> = Vec::new();
        loop {
            let stories = journal.search(&page).await?;
            let Some(Story { reference: last, .. }) = stories.last() else { break };
            page.before = Some(last.clone());
            seen.extend(stories.into_iter().map(|story| story.reference.to_string()));
            let newer = 100 + seen.len();
            // What is newer than the first page is not on the next.
            let _ = begin(journal, &format!("sample-{newer}"), 24_900, 1).await;
        }
        let old: Vec<_> = seen.into_iter().filter(|reference| reference.len() == "sample-1".len()).collect();
        let expected: Vec<String> = (1..=7).rev().map(|number| format!("sample-{number}")).collect();
        assert_eq!(old, expected);
    }
    let from_nowhere = Query { before: Some(reference(999)), ..all() };
    let answer = journal.search(&from_nowhere).await;
    assert!(matches!(answer, Err(JournalError::Unknown { .. })), "{answer:?}");
    Ok(())
}
