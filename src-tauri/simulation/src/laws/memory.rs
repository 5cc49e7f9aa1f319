//! Nothing acknowledged is ever forgotten: looked at whenever the power comes back.

use journal::Journal;
use payment::Reference;

use crate::breach::Law;
use crate::shop::Shop;

/// The most entries that one write has (`journal::limits`): what was written in the last moment and not acknowledged.
const LAST_WRITE_MAX: usize = journal::limits::ENTRIES_PER_CALL_MAX;

/// Every entry that the disk has acknowledged is still there, in its place, and every promised payment is known.
pub(crate) async fn is_whole(shop: &Shop, journal: &dyn Journal) {
    let (written, promised) = {
        let ledger = shop.world.ledger();
        let mine = |key: &&(usize, String)| key.0 == shop.nth;
        let written: Vec<_> = ledger
            .written
            .iter()
            .filter(|(key, _)| mine(key))
            .map(|(k, e)| (k.1.clone(), e.clone()))
            .collect();
        let promised: Vec<_> = ledger
            .promised
            .iter()
            .filter(|(key, _)| mine(key))
            .map(|(k, p)| (k.1.clone(), p.amount))
            .collect();
        (written, promised)
    };
    for (name, entries) in written {
        let Ok(reference) = Reference::parse(name.as_str()) else { continue };
        let story = match journal.story(&reference).await {
            Ok(story) => story.map_or_else(Vec::new, |story| story.entries),
            Err(error) => {
                shop.world.breach(Law::NothingForgotten, format!("{name} can't be read: {error}"));
                return;
            }
        };
        let whole = story.starts_with(&entries);
        if !whole || story.len() > entries.len() + LAST_WRITE_MAX {
            let what = format!("{name}: {} entries acknowledged, {} there", entries.len(), story.len());
            shop.world.breach(Law::NothingForgotten, what);
        }
    }
    // What was written in the last moment counts from now on.
    for story in journal.newest(journal::limits::STORIES_MAX).await.unwrap_or_default() {
        shop.world.ledger().written.insert((shop.nth, story.reference.to_string()), story.entries);
    }
    for (name, amount) in promised {
        match shop.till.payment(&name).await {
            Ok(view) if view.amount.value == amount => {
                crate::laws::picture::told(&shop.world, shop.nth, &view);
            }
            other => {
                let what = format!("{name} over {amount} was acknowledged; now it is {other:?}");
                shop.world.breach(Law::NothingForgotten, what);
            }
        }
    }
}
