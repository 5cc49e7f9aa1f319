//! When to ask, and when to give up: arithmetic on moments that are passed in.

use std::time::Duration;

use crate::Moment;

/// How long a customer has, from the answer to the initiate call (contract 2.4, KB/timeouts).
pub const WINDOW: Duration = Duration::from_mins(10);
/// How much longer an unanswered payment is held to be alive after its window (contract 2.2, EXPIRING).
pub const GRACE: Duration = Duration::from_mins(1);
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
/// How long a payment that ended without proof is looked at again for a late approval (contract 4.1).
pub const WATCH: Duration = Duration::from_hours(24);
/// How long such a payment is looked at every minute, before every hour.
pub const WATCH_CLOSELY: Duration = Duration::from_mins(10);

/// The longest pause between two looks at an ended payment.
pub const WATCH_PAUSE_MAX: Duration = Duration::from_hours(1);

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
