//! How a command can end, and what is said when it did not do what it was asked for.

use contract::{ApiProblem, Code};

/// How a command can end: the number that it gives to whoever started it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// It is done; a payment is paid.
    Done = 0,
    /// It was not done: the payment was not paid, or this machine could not ask. No money of it can move any more.
    NotDone = 1,
    /// It was asked for in a wrong way.
    Usage = 2,
    /// No till answers; nothing was asked.
    Unreachable = 3,
    /// The till has refused it, and no money has moved.
    Refused = 4,
    /// It is not known, or not yet: money may still move.
    Unclear = 5,
}

/// Why something was not done: what happened, and what to do next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Failure {
    pub(crate) ending: Ending,
    /// What happened and why, in a sentence without its point.
    pub(crate) what: String,
    /// What to do next, in sentences.
    pub(crate) next: String,
    /// The failure by name, when the till has refused.
    pub(crate) code: Option<Code>,
    /// The payment that it is about, or that stands in the way.
    pub(crate) reference: Option<String>,
}

impl Failure {
    pub(crate) fn new(ending: Ending, what: impl Into<String>, next: impl Into<String>) -> Failure {
        Failure { ending, what: what.into(), next: next.into(), code: None, reference: None }
    }

    /// Asked for in a wrong way.
    pub(crate) fn of_usage(what: impl Into<String>) -> Failure {
        Failure::new(Ending::Usage, what, "Nothing was asked of the till.")
    }

    /// This machine does not give what every program needs.
    pub(crate) fn of_this_machine(error: &dyn std::error::Error) -> Failure {
        let what = format!("this machine does not play along: {error}");
        Failure::new(Ending::NotDone, what, "Nothing was asked of the till. Try again.")
    }

    /// The till has refused.
    pub(crate) fn refused(problem: ApiProblem) -> Failure {
        let what = format!("the till refused: {}: {}", problem.title, problem.detail);
        let next = next_after(problem.code, problem.reference.as_deref());
        let ending = if problem.code == Code::Unclear { Ending::Unclear } else { Ending::Refused };
        Failure { ending, what, next, code: Some(problem.code), reference: problem.reference }
    }

    /// The same, about this payment, unless another one stands in the way.
    pub(crate) fn about(mut self, reference: &str) -> Failure {
        self.reference.get_or_insert_with(|| reference.to_owned());
        self
    }

    /// The payment has been started, and it is not known how it ended, for that reason.
    pub(crate) fn unclear(self, reference: &str) -> Failure {
        let what = format!("it is not known how {reference} ended: {}", self.what);
        let next = format!(
            "Do not charge the sale again yet. `kvitt status {reference}` says how it is, and whether the sale may be \
             charged again. {}",
            self.next
        );
        Failure {
            ending: Ending::Unclear,
            what,
            next,
            code: self.code,
            reference: Some(reference.to_owned()),
        }
    }
}

/// What to do after a refusal.
fn next_after(code: Code, reference: Option<&str>) -> String {
    let other = reference.unwrap_or("REF");
    match code {
        Code::TokenInvalid => {
            "Is --data the folder of the till that runs? `kvitt token show` says which token is \
             used; the till prints where its own is when it starts."
                .to_owned()
        }
        Code::PaymentOpen => {
            format!("Follow it with `kvitt watch {other}`, or take it back with `kvitt cancel {other}`.")
        }
        Code::ReferenceUsed => {
            "Ask for that payment with `kvitt status`; for a new attempt, take the next reference.".to_owned()
        }
        Code::PaymentUnknown => {
            "Check the reference (`kvitt search` finds payments), and that this is the right till.".to_owned()
        }
        Code::TooLateToCancel => {
            "`kvitt status` says how it is. What has been paid is given back with `kvitt refund`.".to_owned()
        }
        Code::NothingToRefund => {
            "`kvitt status` says what was paid; an open payment is taken back with `kvitt cancel`.".to_owned()
        }
        Code::NothingToCapture => {
            "`kvitt status` says how it is; only what was started with `kvitt pay --capture manual` is collected by you."
                .to_owned()
        }
        Code::OtherSalesUnit => "Do it at a till of that sales unit, or in the portal.".to_owned(),
        Code::IdempotencyMismatch => "Take another --key for another capture or refund.".to_owned(),
        Code::NumberInvalid => {
            "Check the number, or leave --phone out: the customer scans a code then.".to_owned()
        }
        Code::NotSetUp => "Ask `kvitt doctor` what is missing.".to_owned(),
        Code::JournalUnavailable => {
            "Nothing was started. Ask `kvitt doctor`; take payment another way meanwhile.".to_owned()
        }
        Code::Busy => "Try again in a moment.".to_owned(),
        Code::Unclear => "Ask with `kvitt status` before you charge or give back again.".to_owned(),
        _ => "Nothing was changed. Correct it, and try again.".to_owned(),
    }
}
