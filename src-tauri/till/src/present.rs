//! From the truth to what people see. Pure: the same payment at the same moment gives the same picture.

use std::time::Duration;

use contract::{
    Amount, CancelledBy, CaptureView, Code, Counter, Currency, Flow, Language, Line, LinkStatus,
    ModificationStatus, Note, PaymentView, Problem, ReceiptStatus, RecentPayment, RefundView, Screen,
    ScreenView, Status,
};
use payment::deadline::SCAN_PATIENCE;
use payment::{Cause, End, Modification, ModificationKind, ModificationState, Moment, Payment, Stage};

use crate::book::Book;
use crate::cart::Shown;
use crate::link::link_status;
use crate::problem::{code_of, problem};
use crate::receipt::status_of;
use crate::settings::TillSettings;

/// The customer screen.
pub(crate) fn screen(book: &Book, settings: &TillSettings, now: Moment) -> Screen {
    Screen {
        number: book.screen_number,
        language: settings.language,
        shop: settings.shop.clone(),
        currency: currency(settings.currency),
        environment: settings.environment,
        view: screen_view(book, now),
    }
}

/// What the customer screen shows.
pub(crate) fn screen_view(book: &Book, now: Moment) -> ScreenView {
    // What was sold to somebody elsewhere is nothing for whoever stands here.
    let here = book.on_screen().filter(|payment| !payment.order().distance);
    match (here, &book.problem) {
        // Whether it moves on is not known before it can be written down, and a customer may have it.
        (Some(payment), Some(_)) if payment.end().is_none() => {
            ScreenView::Checking { amount: amount_of(payment) }
        }
        (Some(payment), _) => payment_view_for_customer(payment, now),
        (None, Some((code, _))) => ScreenView::Fault { code: *code },
        (None, None) => book.cart.as_ref().map_or(ScreenView::Idle, Shown::view),
    }
}

fn payment_view_for_customer(payment: &Payment, now: Moment) -> ScreenView {
    let amount = amount_of(payment);
    let window_left = payment.window_end().map_or(0, |end| ms(now, end));
    let of_ms = payment.created_at().zip(payment.window_end()).map_or(0, |(from, to)| ms(from, to));
    if let Some(left) = payment.scan_left(now) {
        return ScreenView::CounterCode { amount, left_ms: millis(left), of_ms: millis(SCAN_PATIENCE) };
    }
    match (payment.stage(now), payment.code()) {
        (Stage::Ended(end), _) => ended_for_customer(payment, end),
        (Stage::Checking, _) if payment.may_be_seen() => ScreenView::Checking { amount },
        (Stage::Waiting, None) if payment.flow().reaches_phone() => {
            ScreenView::Sent { amount, left_ms: window_left, of_ms }
        }
        // Nothing can be paid before a customer could see it, so there is nothing to be afraid of.
        (Stage::Starting | Stage::Checking, _) | (Stage::Waiting, None) => ScreenView::Preparing { amount },
        (Stage::Waiting, Some(code)) => ScreenView::Scan {
            amount,
            qr: code.picture.clone(),
            left_ms: ms(now, code.until),
            of_ms: ms(code.since, code.until),
        },
        (Stage::Opened, _) => ScreenView::Opened { amount, left_ms: window_left, of_ms },
        (Stage::CardDeclined, _) => ScreenView::Declined { amount, may_retry: true, left_ms: window_left },
        (Stage::Approved, _) => ScreenView::OneMoment { amount },
    }
}

fn ended_for_customer(payment: &Payment, end: End) -> ScreenView {
    let amount = amount_of(payment);
    match end {
        End::Paid { .. } | End::Reserved { .. } => ScreenView::Paid {
            amount,
            reference: payment.order().reference.to_string(),
            at: written(payment.ended_at().unwrap_or(payment.changed_at())),
        },
        End::Cancelled { by } => ScreenView::Cancelled {
            by: match by {
                payment::CancelledBy::Customer => CancelledBy::Customer,
                payment::CancelledBy::Shop => CancelledBy::Shop,
            },
        },
        End::Declined => ScreenView::Declined { amount, may_retry: false, left_ms: 0 },
        End::Expired => ScreenView::TimedOut,
        End::Failed { .. } if keeps_a_part(payment) => ScreenView::Fault { code: Code::Mismatch },
        End::Failed { cause } => ScreenView::Fault { code: end_code(payment, &cause) },
    }
}

/// It has ended unpaid, and money of it is kept all the same: another hand has taken a part. Nobody may be told that no
/// money has been taken.
fn keeps_a_part(payment: &Payment) -> bool {
    let money = payment.money();
    let unpaid = payment.end().is_some_and(|end| !matches!(end, End::Paid { .. } | End::Reserved { .. }));
    unpaid && money.captured > money.refunded
}

/// Why it failed. What came back wrongly stops the sale only for as long as money of it may be kept.
fn end_code(payment: &Payment, cause: &Cause) -> Code {
    match code_of(cause) {
        Code::Mismatch if payment.may_pay_again() => Code::MismatchUndone,
        code => code,
    }
}

/// A payment as the POS and the counter see it. For as long as the till is hindered, one that has not ended is being
/// checked. What hinders is not its problem: nobody may be told to pay another way while its money may still move.
pub(crate) fn view(payment: &Payment, hindered: bool, language: Language, now: Moment) -> PaymentView {
    let view = payment_view(payment, language, now);
    if !hindered || view.is_final {
        return view;
    }
    PaymentView { status: Status::Checking, problem: Some(problem(Code::Unclear, language, None)), ..view }
}

/// A payment as whoever is told its story sees it.
pub fn payment_view(payment: &Payment, language: Language, now: Moment) -> PaymentView {
    let order = payment.order();
    let money = |value: u64| minor(value, payment);
    PaymentView {
        reference: order.reference.to_string(),
        status: status(payment, now),
        flow: flow(payment.flow()),
        awaits_scan: payment.awaits_scan(),
        is_final: payment.end().is_some(),
        may_pay_again: payment.may_pay_again(),
        amount: amount_of(payment),
        captured: money(payment.money().captured),
        refunded: money(payment.money().refunded),
        capturable: money(payment.capturable()),
        captures: captures_of(payment, ModificationKind::Capture, language),
        releases: captures_of(payment, ModificationKind::Release, language),
        refunds: payment.refunds().map(|refund| refund_view(payment, refund, language)).collect(),
        problem: problem_of(payment, language, now),
        note: note_code(payment).map(|code| note(code, language)),
        description: Some(order.description.clone()),
        lines: order.lines.iter().map(line).collect(),
        receipt: status_of(payment),
        link: link_status(payment),
        created_at: written(payment.requested_at()),
        changed_at: written(payment.changed_at()),
    }
}

fn refund_view(payment: &Payment, refund: &Modification, language: Language) -> RefundView {
    let (status, problem) = how_far(payment, refund, language);
    let amount = minor(refund.amount, payment);
    let (number, reason, at) = (refund.number, refund.reason.clone(), written(refund.at));
    RefundView { number, amount, status, reason, problem, at }
}

fn captures_of(payment: &Payment, kind: ModificationKind, language: Language) -> Vec<CaptureView> {
    let of_kind = payment.modifications().iter().filter(|known| known.kind == kind);
    let view = |known: &Modification| {
        let (status, problem) = how_far(payment, known, language);
        let amount = minor(known.amount, payment);
        CaptureView { number: known.number, amount, status, problem, at: written(known.at) }
    };
    of_kind.map(view).collect()
}

/// How far a modification has come, and what went wrong with it.
fn how_far(
    payment: &Payment,
    known: &Modification,
    language: Language,
) -> (ModificationStatus, Option<Problem>) {
    match &known.state {
        ModificationState::Asked => {
            let trouble = payment.modification_trouble();
            let problem = trouble.map(|(cause, support_id)| problem(code_of(cause), language, support_id));
            (ModificationStatus::Asked, problem)
        }
        ModificationState::Made => (ModificationStatus::Made, None),
        ModificationState::Refused(cause) => {
            (ModificationStatus::Refused, Some(problem(code_of(cause), language, None)))
        }
    }
}

fn minor(value: u64, payment: &Payment) -> Amount {
    Amount { value: i64::try_from(value).unwrap_or(i64::MAX), ..amount_of(payment) }
}

/// One row of the last payments.
pub(crate) fn row(payment: &Payment, now: Moment) -> RecentPayment {
    RecentPayment {
        reference: payment.order().reference.to_string(),
        status: status(payment, now),
        amount: amount_of(payment),
        created_at: written(payment.requested_at()),
    }
}

/// The cashier window, but for what the book does not know: whether numbers may be kept.
pub(crate) fn counter(book: &Book, settings: &TillSettings, now: Moment) -> Counter {
    let language = settings.language;
    let payment = book.on_screen();
    Counter {
        number: book.counter_number,
        language,
        shop: settings.shop.clone(),
        msn: settings.msn.clone(),
        currency: currency(settings.currency),
        environment: settings.environment,
        contact: book.contact,
        contact_lost_at: book.contact_lost_at().map(written),
        pos: book.presence.contact(),
        takes_own_code: book.takes_own_code,
        counter_code: book.at_counter.view(),
        payment: payment.map(|payment| view(payment, book.problem.is_some(), language, now)),
        may_charge: book.problem.is_none() && book.open().is_none(),
        may_cancel: book.problem.is_none() && payment.is_some_and(Payment::may_cancel),
        problem: book.problem.as_ref().map(|(code, _)| problem(*code, language, None)),
        detail: book.problem.as_ref().map(|(_, detail)| detail.clone()),
        recent: book.recent.iter().cloned().collect(),
        tax_rates: tax_rates(settings),
        keep_number: None,
    }
}

/// The rates that make a receipt (contract 1.5 names no SEK).
fn tax_rates(settings: &TillSettings) -> Vec<u16> {
    if settings.currency == payment::Currency::Sek { Vec::new() } else { settings.tax_rates.clone() }
}

fn status(payment: &Payment, now: Moment) -> Status {
    match payment.stage(now) {
        Stage::Starting => Status::Starting,
        Stage::Waiting => Status::Waiting,
        Stage::Opened => Status::Opened,
        Stage::CardDeclined | Stage::Ended(End::Declined) => Status::Declined,
        Stage::Approved | Stage::Ended(End::Reserved { .. }) => Status::Approved,
        Stage::Checking => Status::Checking,
        Stage::Ended(End::Paid { .. }) => Status::Paid,
        Stage::Ended(End::Cancelled { .. }) => Status::Cancelled,
        Stage::Ended(End::Expired) => Status::Expired,
        Stage::Ended(End::Failed { .. }) => Status::Failed,
    }
}

fn problem_of(payment: &Payment, language: Language, now: Moment) -> Option<Problem> {
    let cause = || payment.cause().map_or(Code::Unclear, code_of);
    let code = match payment.stage(now) {
        _ if keeps_a_part(payment) => Code::Mismatch,
        // What is being let go had not ended when the customer approved.
        Stage::Ended(End::Failed { cause }) if code_of(&cause) == Code::Mismatch => end_code(payment, &cause),
        _ if payment.came_late() => Code::PaidLate,
        Stage::Ended(End::Paid { .. } | End::Reserved { .. })
        | Stage::Starting
        | Stage::Waiting
        | Stage::Opened
        | Stage::Approved => {
            return None;
        }
        Stage::CardDeclined => Code::RefusedByBank,
        Stage::Checking => cause(),
        Stage::Ended(End::Cancelled { .. }) => Code::Cancelled,
        Stage::Ended(End::Declined) => Code::Declined,
        Stage::Ended(End::Expired) => Code::TimedOut,
        Stage::Ended(End::Failed { cause }) => end_code(payment, &cause),
    };
    Some(problem(code, language, payment.support_id()))
}

pub(crate) fn amount_of(payment: &Payment) -> Amount {
    let amount = payment.order().amount;
    // The limit of an amount is far below what an i64 holds.
    Amount { value: i64::try_from(amount.minor()).unwrap_or(i64::MAX), currency: currency(amount.currency()) }
}

pub(crate) fn currency(currency: payment::Currency) -> Currency {
    match currency {
        payment::Currency::Nok => Currency::Nok,
        payment::Currency::Dkk => Currency::Dkk,
        payment::Currency::Eur => Currency::Eur,
        payment::Currency::Sek => Currency::Sek,
    }
}

fn flow(flow: payment::Flow) -> Flow {
    match flow {
        payment::Flow::Qr => Flow::Qr,
        payment::Flow::Push => Flow::Push,
        payment::Flow::PersonalQr => Flow::PersonalQr,
        payment::Flow::CallbackQr => Flow::CallbackQr,
    }
}

/// What the cashier should know. Why a code is to be scanned counts while it is; that a customer has no receipt or no
/// link, from when that is known.
fn note_code(payment: &Payment) -> Option<Code> {
    let fell_back = payment.fell_back().map(code_of);
    match (status_of(payment), link_status(payment)) {
        _ if payment.end().is_none() && fell_back.is_some() => fell_back,
        (ReceiptStatus::Refused, _) => Some(Code::ReceiptRefused),
        (ReceiptStatus::Different, _) => Some(Code::ReceiptDiffers),
        (_, LinkStatus::Refused) => Some(Code::LinkRefused),
        (ReceiptStatus::None | ReceiptStatus::Waiting | ReceiptStatus::Stored, _) => fell_back,
    }
}

fn note(code: Code, language: Language) -> Note {
    Note { code, cashier: problem(code, language, None).cashier }
}

fn line(line: &payment::Line) -> Line {
    Line {
        name: line.name.clone(),
        quantity: line.quantity,
        unit_price: line.unit_price,
        tax_rate: line.tax_rate,
        article_id: line.article.clone(),
        is_return: line.returned,
    }
}

/// RFC 3339 in UTC.
pub(crate) fn written(moment: Moment) -> String {
    jiff::Timestamp::from_millisecond(moment.0).unwrap_or(jiff::Timestamp::UNIX_EPOCH).to_string()
}

fn ms(from: Moment, to: Moment) -> u64 {
    millis(from.until(to))
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}
