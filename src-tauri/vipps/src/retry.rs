//! When a failed call may be made again (contract 1.9). Pure: nothing is repeated in here.

use std::time::Duration;

use crate::verdict::WAIT;
use crate::{Call, Certainty, Error, Meaning, Repeat};

/// What to do after a call has failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Next {
    /// Make the same call again after this time: same body, same key if it has one.
    Again(Duration),
    /// Read what the call was about, for it may have been done.
    ReadBack {
        /// Not before this time has gone by.
        after: Duration,
        /// Whether the same call may be made again if the reading shows that it was not done; that counts as
        /// one more try.
        then_again: bool,
    },
    /// Make it no more. The failure decides.
    Stop,
}

/// How often a call is made at most that meets too many requests or a locked payment (contract 8, trap 48).
pub const BUSY_TRIES_MAX: u32 = 10;

/// How often a call is made at most that meets a fault of Vipps MobilePay or no answer (contract 1.9).
pub const FAULT_TRIES_MAX: u32 = 3;

/// The longest wait between two tries, unless the answer asks for more (contract 1.9).
pub const WAIT_MAX: Duration = Duration::from_secs(30);

/// What to do after the `tries`th try of a call has failed with `error`; `tries` counts from 1.
///
/// Waits double from two seconds to [`WAIT_MAX`]; `Retry-After` is honoured. A change that has no key and may
/// have been done is never repeated unread; what is refused is never repeated.
pub fn next(error: &Error, tries: u32) -> Next {
    let wait = wait(tries).max(error.retry_after().unwrap_or_default());
    decide(error.call(), error.meaning(), (error.repeat(), error.certainty()), tries, wait)
}

fn decide(
    call: Call,
    meaning: Meaning,
    (repeat, certainty): (Repeat, Certainty),
    tries: u32,
    wait: Duration,
) -> Next {
    let tries_max = match meaning {
        Meaning::TooManyRequests | Meaning::OrderLocked => BUSY_TRIES_MAX,
        _ => FAULT_TRIES_MAX,
    };
    let unknown = call.is_change() && certainty == Certainty::Unknown;
    if tries >= tries_max || repeat == Repeat::Never {
        // What may have been done has to be looked up even then.
        return if unknown { Next::ReadBack { after: wait, then_again: false } } else { Next::Stop };
    }
    match repeat {
        Repeat::Later(_) | Repeat::Now if !unknown || call.has_key() => Next::Again(wait),
        _ => Next::ReadBack { after: wait, then_again: true },
    }
}

/// Two seconds, four, eight and so on.
fn wait(tries: u32) -> Duration {
    let doublings = tries.saturating_sub(1).min(8);
    (WAIT * 2_u32.pow(doublings)).min(WAIT_MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::verdict;

    const TWO: Duration = Duration::from_secs(2);

    fn after(call: Call, meaning: Meaning, tries: u32) -> Next {
        let status = match meaning {
            Meaning::NoAnswer | Meaning::Unreachable => None,
            Meaning::VippsFault => Some(500),
            Meaning::TooManyRequests => Some(429),
            _ => Some(400),
        };
        let repeat = verdict::repeat(call, meaning, None);
        let certainty = verdict::certainty(call, meaning, status, true);
        decide(call, meaning, (repeat, certainty), tries, wait(tries))
    }

    #[test]
    fn every_rule_of_the_contract_is_kept() {
        let again = Next::Again(TWO);
        let read_back = Next::ReadBack { after: TWO, then_again: true };
        let read_only = Next::ReadBack { after: TWO, then_again: false };
        let cases = [
            (Call::Initiate, Meaning::NoAnswer, read_back),
            (Call::Initiate, Meaning::VippsFault, read_back),
            (Call::Initiate, Meaning::DuplicateOrder, read_only),
            (Call::Initiate, Meaning::TooManyRequests, again),
            (Call::Capture, Meaning::NoAnswer, read_back),
            (Call::Capture, Meaning::OrderLocked, again),
            (Call::Capture, Meaning::RepeatDiffers, Next::Stop),
            (Call::Cancel, Meaning::NoAnswer, read_back),
            (Call::Cancel, Meaning::OrderLocked, read_back),
            (Call::EpaymentCreate, Meaning::NoAnswer, read_back),
            (Call::EpaymentCreate, Meaning::DuplicateOrder, read_only),
            (Call::EpaymentCapture, Meaning::VippsFault, read_back),
            (Call::EpaymentCapture, Meaning::OrderLocked, again),
            (Call::EpaymentCapture, Meaning::CaptureRefused, read_back),
            (Call::EpaymentCapture, Meaning::AlreadyProcessed, read_back),
            (Call::EpaymentCapture, Meaning::AboveReserved, Next::Stop),
            (Call::EpaymentCancel, Meaning::AlreadyApproved, Next::Stop),
            (Call::EpaymentGet, Meaning::NoAnswer, again),
            (Call::EpaymentGet, Meaning::UnknownOrder, Next::Stop),
            (Call::Details, Meaning::VippsFault, again),
            (Call::Token, Meaning::KeysRefused, Next::Stop),
            (Call::Token, Meaning::NoAnswer, again),
            (Call::EpaymentRefund, Meaning::Unreachable, again),
        ];
        for (call, meaning, expected) in cases {
            assert_eq!(after(call, meaning, 1), expected, "{call} {meaning}");
        }
    }

    #[test]
    fn tries_come_to_an_end() {
        assert_eq!(after(Call::EpaymentGet, Meaning::VippsFault, FAULT_TRIES_MAX), Next::Stop);
        let end = Next::ReadBack { after: wait(FAULT_TRIES_MAX), then_again: false };
        assert_eq!(after(Call::EpaymentCapture, Meaning::VippsFault, FAULT_TRIES_MAX), end);
        let busy = |tries| after(Call::EpaymentCapture, Meaning::TooManyRequests, tries);
        assert!(matches!(busy(BUSY_TRIES_MAX - 1), Next::Again(_)));
        assert_eq!(busy(BUSY_TRIES_MAX), Next::Stop);
        for &call in Call::ALL {
            for &meaning in Meaning::ALL {
                let next = after(call, meaning, u32::MAX);
                assert!(
                    matches!(next, Next::Stop | Next::ReadBack { then_again: false, .. }),
                    "{call} {meaning}"
                );
            }
        }
    }

    #[test]
    fn a_change_without_a_key_is_never_repeated_unread() {
        for &call in Call::ALL.iter().filter(|call| call.is_change() && !call.has_key()) {
            for &meaning in Meaning::ALL {
                let certainty = verdict::certainty(call, meaning, Some(500), true);
                let next = decide(call, meaning, (verdict::repeat(call, meaning, None), certainty), 1, TWO);
                assert!(
                    certainty == Certainty::NotDone || !matches!(next, Next::Again(_)),
                    "{call} {meaning}"
                );
            }
        }
    }

    #[test]
    fn waits_double_to_half_a_minute() {
        let waits: Vec<u64> = (1..=7).map(|tries| wait(tries).as_secs()).collect();
        assert_eq!(waits, [2, 4, 8, 16, 30, 30, 30]);
        assert_eq!(wait(u32::MAX), WAIT_MAX);
    }
}
