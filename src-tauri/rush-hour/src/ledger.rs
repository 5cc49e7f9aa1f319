//! What was told to a hub and what tills heard of it: the two sides of the count.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::time::Instant;

use crate::figures::Times;
use crate::street::Street;

/// How far apart the tills of two callbacks in a row are.
const STRIDE: usize = 7_919;

/// That a callback is acknowledged and that its till is to look comes over two connections: which of the two is read first by
/// so little, in microseconds, says nothing about which was first.
const SLACK: u64 = 250_000;

/// Callbacks that were sent: when, when they were acknowledged, and when their tills heard of them. Moments are
/// microseconds since it was begun; 0 is never.
pub(crate) struct Ledger {
    begun: Instant,
    name: u64,
    tills: usize,
    sent: Vec<AtomicU64>,
    acknowledged: Vec<AtomicU64>,
    heard: Vec<AtomicU64>,
    twice: AtomicU64,
}

/// What came of them.
#[derive(Debug)]
pub(crate) struct Count {
    /// How many were sent.
    pub(crate) sent: usize,
    /// How many the hub has acknowledged.
    pub(crate) acknowledged: usize,
    /// Of those, how many their till heard of by name.
    pub(crate) heard: usize,
    /// Of those, how many of which it was only told to look, after they were acknowledged: its line had been gone.
    pub(crate) looked: usize,
    /// Of those, how many never came: must be none.
    pub(crate) lost: usize,
    /// How many came more than once.
    pub(crate) twice: u64,
}

impl Ledger {
    /// One for `callbacks` callbacks to `tills` tills.
    pub(crate) fn new(callbacks: usize, tills: usize) -> Ledger {
        let moments = || (0..callbacks).map(|_| AtomicU64::new(0)).collect();
        Ledger {
            begun: Instant::now(),
            name: fastrand::u64(..),
            tills,
            sent: moments(),
            acknowledged: moments(),
            heard: moments(),
            twice: AtomicU64::new(0),
        }
    }

    /// Now, by its clock.
    pub(crate) fn now(&self) -> u64 {
        u64::try_from(self.begun.elapsed().as_micros()).unwrap_or(u64::MAX).max(1)
    }

    /// How many it has room for.
    pub(crate) fn callbacks(&self) -> usize {
        self.sent.len()
    }

    /// The till that callback `number` is for.
    pub(crate) fn till(&self, number: usize) -> usize {
        number * STRIDE % self.tills
    }

    /// The reference that it names.
    pub(crate) fn reference(&self, number: usize) -> String {
        format!("rush-{:016x}-{number}", self.name)
    }

    /// It was due at `moment`: from then on its time counts, however late it could be sent.
    pub(crate) fn send(&self, number: usize, moment: u64) {
        self.sent[number].store(moment, Ordering::Relaxed);
    }

    /// The hub has acknowledged it.
    pub(crate) fn acknowledge(&self, number: usize) {
        self.acknowledged[number].store(self.now(), Ordering::Relaxed);
    }

    /// `till` heard the news `event`. What is of another ledger is passed over.
    pub(crate) fn hear(&self, till: usize, event: &str) {
        let ours = format!("rush-{:016x}-", self.name);
        let number = event.split_once(&ours).and_then(|(_, rest)| rest.split('"').next()?.parse().ok());
        let Some(number) = number.filter(|number| *number < self.heard.len()) else { return };
        if self.till(number) == till && self.heard[number].swap(self.now(), Ordering::Relaxed) != 0 {
            self.twice.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// What came of them until now.
    pub(crate) fn count(&self, street: &Street) -> Count {
        let mut count =
            Count { sent: 0, acknowledged: 0, heard: 0, looked: 0, lost: 0, twice: of(&self.twice) };
        for number in 0..self.sent.len() {
            count.sent += usize::from(of(&self.sent[number]) != 0);
            let acknowledged = of(&self.acknowledged[number]);
            if acknowledged == 0 {
                continue;
            }
            count.acknowledged += 1;
            if of(&self.heard[number]) != 0 {
                count.heard += 1;
            } else if street.looked(self.till(number))
                > of(&self.sent[number]).max(acknowledged.saturating_sub(SLACK))
            {
                count.looked += 1;
            } else {
                count.lost += 1;
            }
        }
        count
    }

    /// From when each was due until it was acknowledged, and until its till heard of it.
    pub(crate) fn times(&self) -> (Times, Times) {
        let between = |ends: &[AtomicU64]| {
            let mut times = Times::default();
            for (sent, end) in self.sent.iter().zip(ends) {
                if of(end) != 0 {
                    times.add(Duration::from_micros(of(end).saturating_sub(of(sent))));
                }
            }
            times
        };
        (between(&self.acknowledged), between(&self.heard))
    }
}

fn of(moment: &AtomicU64) -> u64 {
    moment.load(Ordering::Relaxed)
}
