//! The hub's own story of a payment that it gives money back of.
//!
//! A till goes on writing its story while the hub writes too, so the hub does not write into what it was told: it begins
//! a story of its own with what was told in short. Its keys begin with a seed of their own. Under the till's, the hub's
//! first refund would be taken for the till's first refund, and not be made.

use journal::{Entry, Journal, JournalError, Story};
use payment::{End, Fact, Moment, Money, Order, Payment, Reference};

use crate::random;
use crate::refusal::Failure;

/// The story that `facts`, as a till told them, are begun anew with. `None` when nothing of the payment is kept.
fn in_short(facts: Vec<(Moment, Fact)>) -> Result<Option<Vec<Entry>>, Failure> {
    let told = Payment::replay(facts).map_err(|error| Failure::internal("a story can't be read", error))?;
    let money = told.money();
    if !told.is_settled() || money.captured == 0 {
        return Ok(None);
    }
    // The till sees to the receipt and to the link: without lines there is no receipt.
    let order = Order {
        key_seed: random::text(Order::KEY_SEED_CHARS_MAX)?,
        tagged: false,
        lines: Vec::new(),
        link: None,
        ..told.order().clone()
    };
    let at = told.changed_at();
    let facts = [
        Fact::Requested { order },
        Fact::Found,
        Fact::Approved { reserved: money.reserved },
        Fact::Moved { money },
        Fact::Ended { end: End::Paid { captured: money.captured }, proven: true },
        Fact::Settled,
    ];
    Ok(Some(facts.map(|fact| Entry { at, fact }).into()))
}

/// Makes sure that `journal` has a story of `reference` that knows of what `facts` tell. Nobody else writes to it
/// meanwhile.
///
/// False when nothing of the payment is kept, so that nothing can be given back.
pub(crate) async fn adopt(
    journal: &dyn Journal,
    reference: &Reference,
    facts: Vec<(Moment, Fact)>,
) -> Result<bool, Failure> {
    let unavailable = |error: JournalError| Failure::internal("the journal can't be used", error);
    if let Some(story) = journal.story(reference).await.map_err(unavailable)? {
        catch_up(journal, &story, facts).await.map_err(unavailable)?;
        return Ok(true);
    }
    let Some(entries) = in_short(facts)? else { return Ok(false) };
    journal.begin(reference, None, &entries).await.map_err(unavailable)?;
    let seen = u32::try_from(entries.len()).unwrap_or(u32::MAX);
    journal.append(reference, seen, &[], true).await.map_err(unavailable)?;
    Ok(true)
}

/// Notes what has been moved since the story was begun. While a refund of it is open, the next read finds it out.
async fn catch_up(
    journal: &dyn Journal,
    story: &Story,
    facts: Vec<(Moment, Fact)>,
) -> Result<(), JournalError> {
    let entries = story.entries.iter().map(|entry| (entry.at, entry.fact.clone()));
    let (Ok(ours), Ok(told)) = (Payment::replay(entries), Payment::replay(facts)) else { return Ok(()) };
    let (known, news) = (ours.money(), told.money());
    let money = Money {
        reserved: known.reserved.max(news.reserved),
        captured: known.captured.max(news.captured),
        refunded: known.refunded.max(news.refunded),
    };
    if money == known || ours.has_open_modification() {
        return Ok(());
    }
    let seen = u32::try_from(story.entries.len()).unwrap_or(u32::MAX);
    let entry = Entry { at: told.changed_at(), fact: Fact::Moved { money } };
    journal.append(&story.reference, seen, &[entry], true).await?;
    Ok(())
}
