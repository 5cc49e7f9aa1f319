//! What time it is: the one place where the system's clock is read.
//!
//! A till measures with the steady clock and is set right by what Vipps MobilePay's servers say the time is:
//! cheap machines without a battery wake up in the wrong year, and the age of a payment that was open when the
//! power went is counted from the journal.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime};

use payment::Moment;
use tokio::sync::watch;
use tokio::time::Instant;

/// Differences up to this are the resolution of the servers' date (1 s) and the way of the answer.
const TOLERATED_MS: i64 = 3_000;

/// A steady clock that can be set right.
#[derive(Debug)]
pub struct Clock {
    began: Instant,
    offset_ms: AtomicI64,
    jumps: watch::Sender<u64>,
    /// Whether a server has said what time it is.
    told: watch::Sender<bool>,
}

impl Clock {
    /// A clock that begins with the system's time.
    pub fn of_the_system() -> Clock {
        #[expect(
            clippy::disallowed_methods,
            reason = "this is the one place where the system's clock is read"
        )]
        let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or(Duration::ZERO);
        Clock::beginning_at(Moment(0).plus(since))
    }

    /// A clock that shows `moment` now. With tokio's time paused, it stands still with it.
    pub fn beginning_at(moment: Moment) -> Clock {
        Clock {
            began: Instant::now(),
            offset_ms: AtomicI64::new(moment.0),
            jumps: watch::channel(0).0,
            told: watch::channel(false).0,
        }
    }

    /// What time it is.
    pub fn now(&self) -> Moment {
        self.at(Instant::now())
    }

    /// Sets the clock right when it differs noticeably from what a server said when it was heard.
    pub fn heard(&self, server: Moment, heard: Instant) {
        let since = heard.saturating_duration_since(self.began);
        let difference = |offset| server.0.saturating_sub(Moment(offset).plus(since).0);
        // Of two answers that come at once, one sets it: both would set it twice as far.
        let set = self.offset_ms.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |offset| {
            let difference: i64 = difference(offset);
            (difference.saturating_abs() > TOLERATED_MS).then(|| offset.saturating_add(difference))
        });
        if let Ok(offset) = set {
            let difference_ms = difference(offset);
            tracing::info!(difference_ms, "the clock is set to the time of Vipps MobilePay");
            self.jumps.send_modify(|jumps| *jumps = jumps.wrapping_add(1));
        }
        self.told.send_if_modified(|told| !std::mem::replace(told, true));
    }

    /// Whether a server has said what time it is. Before that it is what the machine believes.
    pub(crate) fn is_told(&self) -> bool {
        *self.told.borrow()
    }

    /// Waits until a server has said what time it is. Before that it is what the machine believes.
    pub(crate) async fn until_told(&self) {
        // The sender lives as long as the clock does.
        let _ = self.told.subscribe().wait_for(|told| *told).await;
    }

    /// Changes whenever the clock has been set, so that whoever waits for a moment can reckon anew.
    pub fn jumps(&self) -> watch::Receiver<u64> {
        self.jumps.subscribe()
    }

    /// How often the clock has been set.
    pub(crate) fn jumped(&self) -> u64 {
        *self.jumps.borrow()
    }

    fn at(&self, instant: Instant) -> Moment {
        let since = instant.saturating_duration_since(self.began);
        Moment(self.offset_ms.load(Ordering::Relaxed)).plus(since)
    }
}

/// Waits until `clock` shows `moment`, however often it is set meanwhile.
pub(crate) async fn wait_until(clock: &Clock, moment: Moment) {
    let mut jumps = clock.jumps();
    loop {
        let left = clock.now().until(moment);
        if left.is_zero() {
            return;
        }
        tokio::select! {
            biased;
            () = tokio::time::sleep(left) => {}
            _ = jumps.changed() => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn it_goes_with_time_and_is_set_by_a_server() {
        let clock = Clock::beginning_at(Moment(1_000_000));
        tokio::time::advance(Duration::from_secs(5)).await;
        assert_eq!(clock.now(), Moment(1_005_000));
        clock.heard(Moment(1_006_500), Instant::now());
        assert_eq!(clock.now(), Moment(1_005_000), "a second or two is no difference");
        clock.heard(Moment(1_605_000), Instant::now());
        assert_eq!(clock.now(), Moment(1_605_000));
        clock.heard(Moment(5_000), Instant::now());
        assert_eq!(clock.now(), Moment(5_000), "a clock that ran ahead is set back");
    }

    #[test]
    fn answers_that_come_at_once_set_it_once() {
        const TOGETHER: usize = 4;
        for _ in 0..500 {
            let clock = Clock::beginning_at(Moment(0));
            let gate = std::sync::Barrier::new(TOGETHER);
            let heard = Instant::now();
            std::thread::scope(|scope| {
                for _ in 0..TOGETHER {
                    scope.spawn(|| {
                        gate.wait();
                        clock.heard(Moment(150_000), heard);
                    });
                }
            });
            assert!((clock.at(heard).0 - 150_000).abs() <= TOLERATED_MS, "{:?}", clock.at(heard));
            assert_eq!(clock.jumped(), 1);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn whoever_waits_wakes_when_the_clock_is_set_past_the_moment() {
        let clock = std::sync::Arc::new(Clock::beginning_at(Moment(0)));
        let waiting = tokio::spawn({
            let clock = clock.clone();
            async move { wait_until(&clock, Moment(3_600_000)).await }
        });
        tokio::task::yield_now().await;
        clock.heard(Moment(3_600_000), Instant::now());
        let began = Instant::now();
        waiting.await.expect("it does not panic");
        assert_eq!(Instant::now(), began, "no time had to pass");
    }
}
