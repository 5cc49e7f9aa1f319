//! What is to be done so that there is one registration whose secret is known. It asks nobody: it compares.

use vipps::Url;
use vipps::webhooks::{Registration, Topic};

/// A registration as it is kept here.
#[derive(Debug)]
pub(super) struct Known {
    pub(super) id: String,
    pub(super) url: String,
}

/// Whether the hub has made it: it is known here, or has the hub's address.
pub(super) fn is_ours(registration: &Registration, known: Option<&Known>, url: &Url) -> bool {
    registration.url == url.as_str() || known.is_some_and(|known| known.id == registration.id)
}

/// What is to be done so that there is one registration and its secret is known.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Plan {
    /// The one that is known here is there, and is as it should be.
    pub(super) is_kept: bool,
    /// The hub has made them, and they are of no use any more.
    pub(super) stale: Vec<String>,
    /// What there is to be told about.
    pub(super) topics: Vec<Topic>,
    /// Scans of codes on counters are among it. Only one may be told of them (contract 0.8).
    pub(super) hears_scans: bool,
}

impl Plan {
    pub(super) fn of(known: Option<&Known>, there: &[Registration], url: &Url) -> Plan {
        let is_taken = there.iter().any(|registration| {
            !is_ours(registration, known, url) && registration.topics.contains(&Topic::CheckedIn)
        });
        let mut topics = Topic::all();
        topics.retain(|topic| !is_taken || *topic != Topic::CheckedIn);
        let hears = |registration: &Registration| registration.topics.contains(&Topic::CheckedIn);
        let is_good = |registration: &Registration| {
            let is_known =
                known.is_some_and(|known| known.id == registration.id && known.url == url.as_str());
            is_known && (is_taken || hears(registration))
        };
        let ours = there.iter().filter(|registration| is_ours(registration, known, url));
        let (kept, stale): (Vec<_>, Vec<_>) = ours.partition(|registration| is_good(registration));
        Plan {
            is_kept: !kept.is_empty(),
            stale: stale.into_iter().map(|registration| registration.id.clone()).collect(),
            topics,
            hears_scans: !is_taken || kept.into_iter().any(hears),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: &str = "https://hub.example.com/partner/webhooks";
    const ELSEWHERE: &str = "https://pos.example.com/hooks";

    fn there(id: &str, url: &str, topics: &[Topic]) -> Registration {
        Registration { id: id.to_owned(), url: url.to_owned(), topics: topics.to_vec() }
    }

    fn plan(known: Option<(&str, &str)>, there: &[Registration]) -> Plan {
        let known = known.map(|(id, url)| Known { id: id.to_owned(), url: url.to_owned() });
        Plan::of(known.as_ref(), there, &Url::parse(HERE).expect("it is one"))
    }

    #[test]
    fn one_that_is_known_and_there_is_kept_and_others_are_left_alone() {
        let all = Topic::all();
        let payments: Vec<Topic> = all.iter().filter(|topic| **topic != Topic::CheckedIn).cloned().collect();
        let plan = plan(Some(("w-1", HERE)), &[there("w-1", HERE, &all), there("w-2", ELSEWHERE, &payments)]);
        assert_eq!(plan, Plan { is_kept: true, stale: Vec::new(), topics: all, hears_scans: true });
    }

    #[test]
    fn whose_secret_is_lost_or_whose_address_is_an_old_one_is_deleted() {
        let (all, old) = (Topic::all(), "https://old.example.com/partner/webhooks");
        let lost = plan(None, &[there("w-1", HERE, &all)]);
        assert_eq!((lost.is_kept, lost.stale), (false, vec!["w-1".to_owned()]));
        let moved = plan(Some(("w-1", old)), &[there("w-1", old, &all)]);
        assert_eq!((moved.is_kept, moved.stale), (false, vec!["w-1".to_owned()]));
        let doubled = plan(Some(("w-1", HERE)), &[there("w-1", HERE, &all), there("w-2", HERE, &all)]);
        assert_eq!((doubled.is_kept, doubled.stale), (true, vec!["w-2".to_owned()]));
        let gone = plan(Some(("w-1", HERE)), &[]);
        assert_eq!((gone.is_kept, gone.stale), (false, Vec::new()));
    }

    /// Only one may be told of scans: asked for a second time, the whole registration would be refused.
    #[test]
    fn where_somebody_else_is_told_of_scans_the_rest_is_asked_for() {
        let (all, scans) = (Topic::all(), [Topic::CheckedIn]);
        let first = plan(None, &[there("w-9", ELSEWHERE, &scans)]);
        assert!(!first.is_kept && !first.hears_scans && !first.topics.contains(&Topic::CheckedIn));
        assert_eq!(first.topics.len(), all.len() - 1);
        // As long as that lasts it is left as it is; then it is made anew.
        let ours = there("w-1", HERE, &first.topics);
        let kept = plan(Some(("w-1", HERE)), &[ours.clone(), there("w-9", ELSEWHERE, &scans)]);
        assert!(kept.is_kept && !kept.hears_scans && kept.stale.is_empty());
        let freed = plan(Some(("w-1", HERE)), &[ours]);
        assert!(!freed.is_kept && freed.hears_scans && freed.topics == all);
        assert_eq!(freed.stale, ["w-1"]);
    }
}
