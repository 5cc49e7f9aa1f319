//! What follows from a failure: whose fault it is, whether the call may be repeated, what is known about it.
//!
//! The rules are pure functions of the call, its meaning and its status, so that a table can test them.

use std::time::Duration;

use crate::{Call, Meaning};

/// Whose fault a failure is, and so who can do something about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Fault {
    /// The customer's: card, app, number, or nothing was done in time.
    Customer,
    /// The merchant's: keys, agreement, settings of the sales unit.
    Merchant,
    /// Ours: a bug in the program that calls.
    Ours,
    /// That of Vipps MobilePay.
    Vipps,
    /// That of the network between.
    Network,
}

/// Whether the same call may be made again, with the same key and the same body (contract 1.9).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Repeat {
    /// Never: the answer would be the same, or worse.
    Never,
    /// Only after the details have been read and do not show that it has been done.
    AfterReading,
    /// Not before this time has gone by.
    Later(Duration),
    /// At once: it was provably not sent.
    Now,
}

/// What is known about the thing that was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Certainty {
    /// It was not done.
    NotDone,
    /// It may have been done: read the details before anything is decided.
    Unknown,
}

/// How long to wait before a repetition if the answer does not say (contract 1.9: at least two seconds).
pub(crate) const WAIT: Duration = Duration::from_secs(2);

/// Whether the call may be made again; `retry_after` is what the answer said about it.
pub(crate) fn repeat(call: Call, meaning: Meaning, retry_after: Option<Duration>) -> Repeat {
    let later = Repeat::Later(retry_after.unwrap_or(WAIT).max(WAIT));
    match meaning {
        Meaning::Unreachable => Repeat::Now,
        Meaning::TooManyRequests | Meaning::OrderLocked => later,
        Meaning::NoAnswer | Meaning::Nonsense | Meaning::VippsFault if !call.is_change() => later,
        Meaning::NoAnswer
        | Meaning::Nonsense
        | Meaning::VippsFault
        | Meaning::CancelFailed
        | Meaning::CaptureRefused
        | Meaning::AlreadyProcessed => Repeat::AfterReading,
        _ => Repeat::Never,
    }
}

/// What is known; `status` is none if there was no answer, `written` whether Vipps MobilePay itself wrote it.
pub(crate) fn certainty(call: Call, meaning: Meaning, status: Option<u16>, written: bool) -> Certainty {
    // Without a token nothing was sent, whatever became of the request for the token.
    if call == Call::Token {
        return Certainty::NotDone;
    }
    match meaning {
        Meaning::NoAnswer
        | Meaning::Nonsense
        | Meaning::VippsFault
        | Meaning::CancelFailed
        | Meaning::CaptureRefused
        | Meaning::AlreadyProcessed
        | Meaning::OrderLocked
        // The order exists. It may be the one that was asked for, by a request whose answer got lost.
        | Meaning::DuplicateOrder
        | Meaning::AlreadyThere => Certainty::Unknown,
        _ => match status {
            Some(500..) => Certainty::Unknown,
            // These come before anything is processed, whoever sends them.
            None | Some(401 | 403 | 404 | 415 | 429) => Certainty::NotDone,
            // Any other refusal of a change counts only if it is one that Vipps MobilePay itself has written.
            Some(_) if call.is_change() && !written => Certainty::Unknown,
            Some(_) => Certainty::NotDone,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_have_been_done_is_unknown() {
        let unknown = [
            (Call::Capture, Meaning::NoAnswer, None, false),
            (Call::Capture, Meaning::Nonsense, Some(200), false),
            (Call::Capture, Meaning::VippsFault, Some(502), false),
            (Call::Capture, Meaning::VippsFault, Some(400), true),
            (Call::Capture, Meaning::BadRequest, Some(402), false),
            (Call::Capture, Meaning::BadRequest, Some(400), false),
            (Call::Capture, Meaning::AboveReserved, Some(500), true),
            (Call::Capture, Meaning::CaptureRefused, Some(400), true),
            (Call::Capture, Meaning::AlreadyProcessed, Some(400), true),
            (Call::Capture, Meaning::OrderLocked, Some(400), true),
            (Call::Cancel, Meaning::CancelFailed, Some(400), true),
            (Call::Initiate, Meaning::DuplicateOrder, Some(400), true),
        ];
        for (call, meaning, status, coded) in unknown {
            assert_eq!(
                certainty(call, meaning, status, coded),
                Certainty::Unknown,
                "{call} {meaning} {status:?}"
            );
        }
    }

    #[test]
    fn what_was_refused_or_never_sent_was_not_done() {
        let not_done = [
            (Call::Capture, Meaning::Unreachable, None, false),
            (Call::Capture, Meaning::BadRequest, None, false),
            (Call::Capture, Meaning::BadRequest, Some(400), true),
            (Call::Capture, Meaning::KeysRefused, Some(401), false),
            (Call::Capture, Meaning::KeysRefused, Some(403), false),
            (Call::Capture, Meaning::UnknownOrder, Some(404), false),
            (Call::Capture, Meaning::TooManyRequests, Some(429), false),
            (Call::Capture, Meaning::AboveReserved, Some(400), true),
            (Call::Details, Meaning::UnknownOrder, Some(402), false),
            (Call::OneTimeQr, Meaning::PaymentTimedOut, Some(400), false),
            (Call::Token, Meaning::NoAnswer, None, false),
            (Call::Token, Meaning::VippsFault, Some(500), false),
        ];
        for (call, meaning, status, coded) in not_done {
            assert_eq!(
                certainty(call, meaning, status, coded),
                Certainty::NotDone,
                "{call} {meaning} {status:?}"
            );
        }
    }

    #[test]
    fn only_what_is_safe_may_be_repeated() {
        let half_a_minute = Duration::from_secs(30);
        let cases = [
            (Call::Capture, Meaning::Unreachable, None, Repeat::Now),
            (Call::Capture, Meaning::NoAnswer, None, Repeat::AfterReading),
            (Call::Capture, Meaning::VippsFault, None, Repeat::AfterReading),
            (Call::Initiate, Meaning::VippsFault, None, Repeat::AfterReading),
            (Call::Details, Meaning::VippsFault, None, Repeat::Later(WAIT)),
            (Call::Details, Meaning::NoAnswer, None, Repeat::Later(WAIT)),
            (Call::Capture, Meaning::OrderLocked, None, Repeat::Later(WAIT)),
            (Call::Capture, Meaning::TooManyRequests, Some(half_a_minute), Repeat::Later(half_a_minute)),
            (Call::Capture, Meaning::TooManyRequests, Some(Duration::ZERO), Repeat::Later(WAIT)),
            (Call::Capture, Meaning::CaptureRefused, None, Repeat::AfterReading),
            (Call::Capture, Meaning::AboveReserved, None, Repeat::Never),
            (Call::Capture, Meaning::BadRequest, None, Repeat::Never),
            (Call::Initiate, Meaning::DuplicateOrder, None, Repeat::Never),
            (Call::Token, Meaning::KeysRefused, None, Repeat::Never),
        ];
        for (call, meaning, retry_after, expected) in cases {
            assert_eq!(repeat(call, meaning, retry_after), expected, "{call} {meaning}");
        }
    }

    #[test]
    fn nothing_that_may_have_been_done_is_repeated_unread() {
        for &call in Call::ALL.iter().filter(|call| call.is_change()) {
            for &meaning in Meaning::ALL {
                let unread = repeat(call, meaning, None) == Repeat::Now;
                let known = certainty(call, meaning, None, false) == Certainty::NotDone;
                assert!(!unread || known, "{call} {meaning}");
            }
        }
    }
}
