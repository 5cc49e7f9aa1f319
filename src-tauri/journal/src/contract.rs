//! The promises of a journal, put to the test: every store must keep every one of them.
//!
//! A store's tests say `journal_contract!(…)` with an expression that makes an empty journal, and get one test
//! for each promise. A promise is a function that takes an empty journal, and panics when it is broken.

#![expect(clippy::missing_panics_doc, reason = "a broken promise panics; that is what these are for")]

mod finding;
mod keeping;
mod limits;
pub mod samples;
mod searching;
mod telling;

pub use finding::*;
pub use keeping::*;
pub use limits::*;
pub use searching::*;
pub use telling::*;

/// One test for each promise. `$fresh` makes, in async code, an empty journal and whatever must outlive it.
#[macro_export]
macro_rules! journal_contract {
    ($fresh:expr) => {
        $crate::journal_contract! {
            $fresh;
            an_empty_journal_has_nothing
            a_story_is_told_as_it_was_written
            every_fact_comes_back_as_it_was
            entries_are_numbered_without_gaps
            a_reference_is_used_once
            a_story_begins_with_its_request
            a_writer_that_has_not_seen_everything_is_refused
            nobody_writes_to_a_story_that_does_not_exist
            of_writers_at_the_same_time_one_wins
            of_beginnings_at_the_same_time_one_wins
            a_request_key_is_used_once
            a_request_is_found_by_its_key
            unsettled_stories_are_found_oldest_first
            a_settled_story_can_be_taken_up_again
            the_newest_requests_come_first
            requests_are_found_newest_first_by_their_moment
            a_part_of_the_reference_is_enough
            an_amount_is_enough
            a_part_or_an_amount_will_do
            requests_are_found_by_when_they_came
            page_by_page_each_is_found_once
            changes_are_told_once_each_in_order
            entries_are_copied_in_their_order
            nobody_who_follows_the_changes_misses_one
            pictures_are_kept_while_their_payment_is_open
            a_picture_is_replaced_by_its_owner_alone
            pictures_need_an_open_payment
            too_many_entries_are_refused_whole
            a_fact_is_as_large_as_it_may_be_and_no_larger
            request_keys_have_a_limit
            pictures_have_limits
        }
    };
    ($fresh:expr; $($promise:ident)*) => {$(
        #[tokio::test]
        async fn $promise() {
            let (journal, _kept) = $fresh;
            $crate::contract::$promise(&journal).await.unwrap();
        }
    )*};
}
