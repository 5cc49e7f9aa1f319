//! How a command can end, and what is said when it did not do what it was asked for.

use crate::orders::OrdersError;
use crate::sign_up::Stopped;

/// How a command can end: the number that it gives to whoever started it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// It is done.
    Done = 0,
    /// Some of it was not done, and will not be by itself.
    NotDone = 1,
    /// It was asked for in a wrong way, or the table is wrong; nothing was sent.
    Usage = 2,
    /// Vipps MobilePay can't be asked.
    Unreachable = 3,
    /// It may not be done.
    Refused = 4,
    /// It is not known, or not yet.
    Unclear = 5,
}

/// Why something was not done, and what to do next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Failure {
    pub(crate) ending: Ending,
    /// What happened, in a sentence without its point.
    pub(crate) what: String,
    /// What to do next, in sentences.
    pub(crate) next: String,
}

impl Failure {
    #[expect(clippy::needless_pass_by_value, reason = "errors end here")]
    pub(crate) fn new(ending: Ending, what: impl ToString, next: impl Into<String>) -> Failure {
        Failure { ending, what: what.to_string(), next: next.into() }
    }
}

impl From<OrdersError> for Failure {
    fn from(error: OrdersError) -> Failure {
        let cause = std::error::Error::source(&error).map(|cause| format!(": {cause}")).unwrap_or_default();
        let (ending, next) = match &error {
            OrdersError::Disk(..) => {
                (Ending::NotDone, "What was noted before is still there. Make room or rights, and try again.")
            }
            OrdersError::Strange(_) => {
                (Ending::Refused, "Put back the file as it was. Without it, orders could be made twice.")
            }
            OrdersError::Elsewhere { .. } => {
                (Ending::Refused, "Copy the table to another folder to use it elsewhere.")
            }
            OrdersError::InUse => (Ending::Refused, "Wait until it has ended."),
        };
        Failure::new(ending, format!("{error}{cause}"), next)
    }
}

impl From<Stopped> for Failure {
    fn from(stopped: Stopped) -> Failure {
        let what = stopped.to_string();
        match stopped {
            Stopped::Unreachable(_) => Failure::new(
                Ending::Unreachable,
                what,
                "Try again: what was made is noted, and nothing is made twice.",
            ),
            Stopped::Keys(_) => Failure::new(
                Ending::Refused,
                what,
                "They must be a partner's keys, or those of the sales unit --msn, and all three must belong together.",
            ),
            Stopped::Memory(error) => error.into(),
        }
    }
}
