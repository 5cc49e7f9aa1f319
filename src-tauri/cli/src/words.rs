//! A payment in plain words.

use contract::{
    CaptureView, Flow, Language, LinkStatus, ModificationStatus, PaymentView, Problem, ReceiptStatus,
    RefundView, Status,
};

use crate::amount::written;
use crate::ending::Ending;

/// One line: which payment, how much, how it is.
pub(crate) fn line(payment: &PaymentView) -> String {
    format!("{}  {}  {}", payment.reference, written(payment.amount), standing(payment))
}

/// All that a person at a till wants to know of it.
pub(crate) fn whole(payment: &PaymentView) -> String {
    let mut lines = vec![line(payment)];
    if let Some(problem) = &payment.problem {
        lines.push(format!("  {}", contract::words::words(problem.code, Language::En).cashier));
    } else if let Some(note) = &payment.note {
        lines.push(format!("  {}", contract::words::words(note.code, Language::En).cashier));
    }
    if payment.receipt == ReceiptStatus::Waiting && payment.is_final {
        lines.push("  Its receipt is not in the customer's app yet; that is tried on by itself.".to_owned());
    }
    if payment.link == LinkStatus::Waiting && payment.is_final {
        lines.push("  Its link is not in the customer's app yet; that is tried on by itself.".to_owned());
    }
    if payment.refunded.value > 0 {
        lines.push(format!("  {} of it has been given back.", written(payment.refunded)));
    }
    lines.extend(payment.captures.iter().map(|capture| format!("  {}", one_capture(capture))));
    lines.extend(payment.releases.iter().map(|release| format!("  {}", of_release(release))));
    lines.extend(payment.refunds.iter().map(|refund| format!("  {}", of_refund(refund))));
    if payment.capturable.value > 0 {
        lines.push(format!("  {}", still_reserved(payment)));
    } else if !is_reserved(payment) && payment.status != Status::Paid {
        lines.push(format!("  {}", advice(payment)));
    }
    lines.join("\n")
}

/// A refund in one line.
pub(crate) fn of_refund(refund: &RefundView) -> String {
    let what = format!("Refund {} of {}", refund.number, written(refund.amount));
    of_modification(&what, "is on its way to the customer", refund.status, refund.problem.as_ref())
}

/// A capture in one line, and what is left to collect in another.
pub(crate) fn of_capture(payment: &PaymentView, capture: &CaptureView) -> String {
    let said = one_capture(capture);
    if payment.capturable.value == 0 || capture.status != ModificationStatus::Made {
        return said;
    }
    format!("{said}\n  {}", still_reserved(payment))
}

/// What is let go, in one line.
pub(crate) fn of_release(release: &CaptureView) -> String {
    let what = format!("The letting go of {}", written(release.amount));
    of_modification(&what, "is done: nothing more is taken of it", release.status, release.problem.as_ref())
}

fn one_capture(capture: &CaptureView) -> String {
    let what = format!("Capture {} of {}", capture.number, written(capture.amount));
    of_modification(&what, "is made: the money is collected", capture.status, capture.problem.as_ref())
}

fn of_modification(what: &str, made: &str, status: ModificationStatus, problem: Option<&Problem>) -> String {
    let how = match status {
        ModificationStatus::Asked => "will be made as soon as Vipps MobilePay can be asked",
        ModificationStatus::Made => made,
        ModificationStatus::Refused => "was refused",
    };
    let why = problem.map(|problem| contract::words::words(problem.code, Language::En));
    let why = why.map(|why| format!(". {}", why.cashier)).unwrap_or_default();
    format!("{what} {how}{why}")
}

fn still_reserved(payment: &PaymentView) -> String {
    format!("{} of it can be collected, or let go with a cancel.", written(payment.capturable))
}

/// How `payment` is, as the number that a command ends with.
pub(crate) fn ending(payment: &PaymentView) -> Ending {
    match payment.status {
        Status::Paid => Ending::Done,
        // For the customer it is over, and the goods may go.
        Status::Approved if payment.is_final => Ending::Done,
        _ if !payment.is_final || !payment.may_pay_again => Ending::Unclear,
        _ => Ending::NotDone,
    }
}

/// All of it is reserved for the POS to collect.
fn is_reserved(payment: &PaymentView) -> bool {
    payment.status == Status::Approved && payment.is_final
}

fn standing(payment: &PaymentView) -> &'static str {
    match (payment.status, payment.flow) {
        (Status::Starting, _) => "is being started",
        (Status::Waiting, Flow::Qr) => "waits: the code is on the customer screen",
        (Status::Waiting, _) => "waits: the request has been sent to the phone",
        (Status::Opened, _) => "waits: the customer has it on the phone",
        (Status::Approved, _) if is_reserved(payment) => "is reserved",
        (Status::Approved, _) => "is approved; the money is being collected",
        (Status::Paid, _) => "is paid",
        (Status::Cancelled, _) => "was cancelled",
        (Status::Declined, _) if payment.is_final => "was declined",
        (Status::Declined, _) => "waits: a card was declined, the customer may try another",
        (Status::Expired, _) => "was not paid in time",
        (Status::Failed, _) => "failed",
        (Status::Checking, _) => "is being checked: nobody knows yet",
    }
}

fn advice(payment: &PaymentView) -> &'static str {
    if payment.may_pay_again {
        "No money of it can move any more: the sale may be charged again."
    } else {
        "Do not charge the sale again yet: money of this payment may still move, or is kept."
    }
}
