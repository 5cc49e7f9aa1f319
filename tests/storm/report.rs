//! What is said of the storm: how far it is, and when something is wrong everything that is known about it.

use std::collections::BTreeSet;

use super::Storm;
use super::rest::stories;

/// How many payments are told whole.
const TOLD_MAX: usize = 4;

impl Storm {
    /// The figures in one line.
    pub(super) fn so_far(&self) -> String {
        let pages = self.ledger.pages();
        let paid = pages.payments.values().filter(|known| known.status == "paid").count();
        format!(
            "{} kills, {} torn writes, {} payments of {} orders ({paid} paid), {} approvals, {} refunds wished for and {} taken up, {} events, {} times resumed, {} faults",
            self.till.kills,
            self.torn,
            pages.payments.len(),
            pages.orders.len(),
            self.customers.approvals,
            pages.wishes.len(),
            pages.wishes.iter().filter(|wish| wish.taken_up.is_some()).count(),
            self.listener.events,
            self.listener.resumed,
            self.weather.struck().values().sum::<u64>(),
        )
    }

    /// The figures one by one.
    #[expect(clippy::print_stderr, reason = "this is what a long run is made for")]
    pub(super) fn tells(&self) {
        eprintln!("faults that struck: {:?}", self.weather.struck());
        eprintln!("what was answered: {:#?}", self.ledger.pages().answers);
    }

    /// Fails if anything was wrong, and tells the stories of the payments that it is about.
    #[expect(clippy::print_stderr, reason = "this is what a failed test is understood by")]
    pub(super) fn stops_if_wrong(&mut self) {
        let wrong = self.ledger.pages().wrong.clone();
        if wrong.is_empty() {
            return;
        }
        self.till.is_killed();
        eprintln!("seed {}, round {}: {} things are wrong", self.seed, self.round, wrong.len());
        for wrong in &wrong {
            eprintln!("  {}: {}", wrong.reference, wrong.what);
        }
        let about: BTreeSet<&str> = wrong.iter().map(|wrong| wrong.reference.as_str()).collect();
        let stories = stories(&self.till.journal());
        for reference in about.into_iter().filter(|reference| !reference.is_empty()).take(TOLD_MAX) {
            eprintln!("--- {reference} ---");
            eprintln!("known: {:?}", self.ledger.pages().payments.get(reference));
            let orders = self.ledger.pages().orders.clone();
            let of_it =
                |begun: &Option<(String, u64)>| begun.as_ref().is_some_and(|(name, _)| name == reference);
            for order in orders.iter().filter(|order| of_it(&order.begun)) {
                eprintln!("ordered: {order:?}");
            }
            for entry in
                stories.iter().filter(|story| story.reference.as_str() == reference).flat_map(|s| &s.entries)
            {
                eprintln!("journal: {entry:?}");
            }
            for request in self.vipps.requests_about(reference) {
                eprintln!("asked: {request}");
            }
            eprintln!("truth: {:#?}", self.vipps.truth(reference));
        }
        panic!("seed {}, round {}: {:?}", self.seed, self.round, wrong[0]);
    }
}
