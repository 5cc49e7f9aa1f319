//! The checklists as data, and the checks behind them.

mod ecom;
mod epayment;
mod money;
mod orders;
mod refusals;
mod sent;
mod told;
mod waiting;

use crate::item::{Item, Rail};

/// The checklist of a rail, in the order in which it is done.
pub fn items(rail: Rail) -> &'static [Item] {
    rail.either(&ecom::ITEMS, &epayment::ITEMS)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_item_has_a_name_of_its_own_and_says_where_it_is_asked_for() {
        let mut names = BTreeSet::new();
        for rail in [Rail::Ecom, Rail::Epayment] {
            for item in items(rail) {
                assert_eq!(item.rail, rail, "{}", item.id);
                assert!(item.id.starts_with(&format!("{}.", rail.name())), "{}", item.id);
                assert!(names.insert(item.id), "{} is there twice", item.id);
                assert!(item.source.starts_with("contract ") && !item.title.is_empty(), "{}", item.id);
            }
        }
    }
}
