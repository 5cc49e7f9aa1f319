//! When to ask, and when to give up: arithmetic on moments that are passed in.

use std::time::Duration;

use crate::Moment;

/// How long a customer has, from the answer to the initiate call (contract 2.4, KB/timeouts).
pub const WINDOW: Duration = Duration::from_mins(10);
/// How much longer an unanswered payment is held to be alive after its window (contract 2.2, EXPIRING).
pub const GRACE: Duration = Duration::from_mins(1);
/// How much longer a payment is held to be alive that can't be cancelled, because the customer is at the bank or Vipps
/// MobilePay does not know yet how the approval went: that may take an hour (contract 7, amount 201).
pub const GRACE_AT_THE_BANK: Duration = Duration::from_mins(65);
/// How often an open payment is read: one-time QR in a shop, every second (contract 4.1, QG 196).
pub const POLL: Duration = Duration::from_secs(1);
/// After so long without an answer the screen says that we are checking.
pub const DOUBT: Duration = Duration::from_secs(6);
/// The longest pause between two tries of the same thing.
pub const BACK_OFF_MAX: Duration = Duration::from_secs(30);
/// The longest pause between two reads while a customer is standing there.
pub const READ_BACK_OFF_MAX: Duration = Duration::from_secs(5);
/// The shortest pause between two cancels: the limit is 5 a minute (contract 1.2, EG 1220).
pub const CANCEL_PAUSE: Duration = Duration::from_secs(12);
/// How many times the release of a reservation may be refused before the till becomes free and the cashier is told; it
/// is tried on, less and less often.
pub const RELEASE_REFUSALS_MAX: u32 = 5;
/// How long a payment that ended without proof is looked at again for a late approval (contract 4.1).
pub const WATCH: Duration = Duration::from_hours(24);
/// How long such a payment is looked at every minute, before every hour.
pub const WATCH_CLOSELY: Duration = Duration::from_mins(10);

/// The longest pause between two looks at an ended payment.
pub const WATCH_PAUSE_MAX: Duration = Duration::from_hours(1);

/// How many tries of a modification are made in quick succession; after that the pauses grow to [`MODIFICATION_PAUSE_MAX`].
pub const MODIFICATION_TRIES_QUICK: u32 = 10;
/// The longest pause between two tries of a modification: nobody stands there any more.
pub const MODIFICATION_PAUSE_MAX: Duration = Duration::from_hours(1);
/// How many reads in a row may know less than we do before a modification is refused for it: a read can lag behind.
pub const MODIFICATION_READS_MAX: u32 = 6;
/// The shortest pause between two reads that hints ask for: details may be read 120 times a minute (contract 1.2).
pub const HINT_PAUSE: Duration = Duration::from_millis(200);

/// How many steps of [`SCAN_STEP`] somebody is waited for who scans the code on the counter: five minutes. Nothing exists
/// before that, so nothing is lost but the wait; a restart begins it anew.
pub const SCAN_STEPS: u32 = 10;
/// One step of that wait.
pub const SCAN_STEP: Duration = Duration::from_secs(30);
/// All of them.
pub const SCAN_PATIENCE: Duration = SCAN_STEP.saturating_mul(SCAN_STEPS);

/// How often a payment that could not be created is tried: nothing was sent, so nothing can double.
pub const CREATE_TRIES_MAX: u32 = 2;
/// How long it may stay unknown whether a payment was created. Nobody has its URL, so nobody can pay it.
pub const CREATE_PATIENCE: Duration = Duration::from_secs(15);
/// How often a payment whose answer was lost is created under the same key before it is taken back.
pub const LINK_TRIES_MAX: u32 = 5;
/// How often the code is asked for before the payment is taken back.
pub const CODE_TRIES_MAX: u32 = 6;
/// How many captures may go unanswered before the reservation is released instead (contract 8, trap 48).
pub const CAPTURE_TRIES_MAX: u32 = 10;
/// How many captures may be refused outright before the reservation is released instead.
pub const CAPTURE_REFUSALS_MAX: u32 = 3;

/// The pause before try `tries` + 1: 1 s, 2 s, 4 s … `longest`.
pub fn back_off(tries: u32, longest: Duration) -> Duration {
    let doubled =
        Duration::from_secs(1).saturating_mul(1_u32.checked_shl(tries.saturating_sub(1)).unwrap_or(u32::MAX));
    doubled.min(longest)
}

/// The pause after a modification has failed `failures` times: 2 s, 4 s … 30 s, and after a while 1 min, 2 min … an hour.
pub fn modification_pause(failures: u32) -> Duration {
    match failures.checked_sub(MODIFICATION_TRIES_QUICK) {
        None | Some(0) => back_off(failures.saturating_add(1), BACK_OFF_MAX),
        Some(more) => back_off(more, MODIFICATION_PAUSE_MAX).saturating_mul(60).min(MODIFICATION_PAUSE_MAX),
    }
}

/// The pause between two cancels, of which so many have been refused: longer and longer, up to [`WATCH_PAUSE_MAX`].
pub fn cancel_pause(refusals: u32) -> Duration {
    let doubled = CANCEL_PAUSE.saturating_mul(1_u32.checked_shl(refusals).unwrap_or(u32::MAX));
    doubled.min(WATCH_PAUSE_MAX)
}

/// When a payment that ended at `ended_at` is next looked at for a late approval; `None` when the watch is over.
pub fn next_watch(ended_at: Moment, now: Moment) -> Option<Moment> {
    let since = ended_at.until(now);
    if since >= WATCH {
        None
    } else if since < WATCH_CLOSELY {
        Some(now.plus(Duration::from_mins(1)))
    } else {
        Some(now.plus(WATCH_PAUSE_MAX))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_their_limit() {
        let seconds: Vec<u64> = (1..8).map(|tries| back_off(tries, BACK_OFF_MAX).as_secs()).collect();
        assert_eq!(seconds, [1, 2, 4, 8, 16, 30, 30]);
        assert_eq!(back_off(0, BACK_OFF_MAX).as_secs(), 1);
        assert_eq!(back_off(u32::MAX, BACK_OFF_MAX), BACK_OFF_MAX);
    }

    #[test]
    fn a_modification_is_tried_quickly_and_then_at_leisure() {
        let seconds: Vec<u64> = (1..20).map(|failures| modification_pause(failures).as_secs()).collect();
        let quick = [2, 4, 8, 16, 30, 30, 30, 30, 30, 30];
        assert_eq!(seconds[..10], quick);
        assert_eq!(seconds[10..], [60, 120, 240, 480, 960, 1_920, 3_600, 3_600, 3_600]);
        assert_eq!(modification_pause(u32::MAX), MODIFICATION_PAUSE_MAX);
    }

    #[test]
    fn a_refused_cancel_is_repeated_less_and_less_often() {
        let seconds: Vec<u64> = (0..10).map(|refusals| cancel_pause(refusals).as_secs()).collect();
        assert_eq!(seconds, [12, 24, 48, 96, 192, 384, 768, 1536, 3072, 3600]);
        assert_eq!(cancel_pause(u32::MAX), WATCH_PAUSE_MAX);
    }

    #[test]
    fn an_ended_payment_is_watched_closely_then_hourly_then_no_more() {
        let pause = |seconds: u64| {
            let now = Moment(0).plus(Duration::from_secs(seconds));
            next_watch(Moment(0), now).map(|at| now.until(at).as_secs())
        };
        assert_eq!(pause(0), Some(60));
        assert_eq!(pause(599), Some(60));
        assert_eq!(pause(600), Some(3600));
        assert_eq!(pause(24 * 3600 - 1), Some(3600));
        assert_eq!(pause(24 * 3600), None);
    }
}
