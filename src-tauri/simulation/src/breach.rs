//! A law that is broken.

use std::fmt;

/// The laws, by the numbers that ARCHITECTURE.md gives them, and what follows from them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Law {
    /// 1: before any call that can move money, the journal holds what will be asked and its key.
    IntentFirst,
    /// 2: a refused request is never repeated under the same key, and no answer is no failure.
    NoAnswerIsNoAnswer,
    /// 3: only a fresh read decides.
    TheProvidersWord,
    /// 5: never "paid" unless the full amount is captured; never "pay again" while money can still move.
    HonestScreen,
    /// 6: no reservation is left behind, and each is captured or released within a bound.
    NoReservationLeft,
    /// 7: what came back is compared; what is not ours is not touched.
    Compared,
    /// 8: refunds never above what was captured, and never twice for one request.
    RefundedOnce,
    /// 10: nothing private is written down.
    Private,
    /// From 1 and 4: one payment is captured once, and of one sale at most one payment is kept.
    KeptOnce,
    /// From 1: what was acknowledged is never forgotten.
    NothingForgotten,
    /// From 12: the till becomes free again, and everybody learns how it ended.
    BecomesFree,
    /// The program itself fell over.
    NoPanic,
}

impl fmt::Display for Law {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Law::IntentFirst => "law 1, intent first",
            Law::NoAnswerIsNoAnswer => "law 2, no answer is no answer",
            Law::TheProvidersWord => "law 3, the provider's word decides",
            Law::HonestScreen => "law 5, the honest screen",
            Law::NoReservationLeft => "law 6, no reservation left behind",
            Law::Compared => "law 7, compare what came back",
            Law::RefundedOnce => "law 8, refunded once",
            Law::Private => "law 10, private",
            Law::KeptOnce => "laws 1 and 4, kept once",
            Law::NothingForgotten => "law 1, nothing acknowledged is forgotten",
            Law::BecomesFree => "law 12, the till becomes free again",
            Law::NoPanic => "no panic",
        })
    }
}

/// What was broken, and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Breach {
    /// Which law.
    pub law: Law,
    /// What was seen.
    pub what: String,
}
