//! The simulation itself: that a seed is a seed, and that what it looks at is really there.

use payment::Rail;
use simulation::{Choice, Plant, Store, play};

/// Seeds that are played in the tests of this crate; `cargo xtask simulate` plays more.
const SEEDS: std::ops::Range<u64> = 1..6;

fn on(rail: Rail, store: Store) -> Choice {
    Choice { rail: Some(rail), store: Some(store), ..Choice::DRAWN }
}

#[test]
fn the_same_seed_gives_the_same_trace_byte_for_byte() {
    for seed in SEEDS {
        let choice = Choice { trace: true, ..Choice::DRAWN };
        let (once, again) = (play(seed, &choice), play(seed, &choice));
        assert!(once.trace.lines().count() > 20, "seed {seed}: {}", once.trace);
        let differs = once.trace.lines().zip(again.trace.lines()).find(|(one, other)| one != other);
        assert_eq!(differs, None, "seed {seed}");
        assert_eq!((once.trace.len(), once.tally), (again.trace.len(), again.tally), "seed {seed}");
    }
}

#[test]
fn what_is_kept_in_memory_and_on_disk_is_the_same_story() {
    for seed in SEEDS {
        let lasted = |store| {
            let choice = on(Rail::Epayment, store);
            let outcome = play(seed, &choice);
            assert_eq!(outcome.breach, None, "seed {seed} on {store:?}");
            outcome.lasted
        };
        assert!(lasted(Store::Memory).as_secs() > 26 * 3600);
        assert!(lasted(Store::Sqlite).as_secs() > 26 * 3600);
    }
}

#[test]
fn a_world_of_another_seed_is_another_world() {
    let traced = Choice { trace: true, ..Choice::DRAWN };
    assert_ne!(play(1, &traced).trace, play(2, &traced).trace);
}

#[test]
fn a_till_that_calls_approved_paid_is_caught() {
    let choice = Choice { plant: Some(Plant::PaidOnApproval), ..Choice::DRAWN };
    let breach = (1..60).find_map(|seed| play(seed, &choice).breach).expect("it is caught");
    assert_eq!(breach.law, simulation::Law::HonestScreen, "{}", breach.what);
}
