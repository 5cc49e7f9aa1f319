//! The journal: what is in it, what can't be read, and what the till would do about each unsettled payment.

use std::path::Path;

use journal::{Inspection, Story};
use payment::{Ask, Effect, End, Event, Moment, Payment, Stage};
use serde_json::{Value, json};

use super::finding::{Finding, size};
use crate::backup::JOURNAL;

const ABOUT: &str = "journal";

/// What the journal tells.
pub(crate) struct Memory {
    pub(crate) findings: Vec<Finding>,
    /// The figures; null when there are none.
    pub(crate) journal: Value,
    /// The payments that are not settled, oldest first.
    pub(crate) payments: Vec<Unsettled>,
}

/// A payment that is not settled, in words.
pub(crate) struct Unsettled {
    pub(crate) reference: String,
    pub(crate) amount: String,
    /// RFC 3339 in UTC.
    pub(crate) requested_at: String,
    pub(crate) stage: String,
    /// What the till would do next.
    pub(crate) next: String,
}

/// Looks at the journal in the folder `data`; `now` is the time by this machine.
pub(crate) fn look(data: &Path, now: Moment) -> Memory {
    let path = data.join(JOURNAL);
    let nothing = |finding| Memory { findings: vec![finding], journal: Value::Null, payments: Vec::new() };
    if !path.exists() {
        return nothing(Finding::note(
            ABOUT,
            format!("{} is not there yet; the first start makes it", path.display()),
        ));
    }
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return nothing(Finding::wrong(ABOUT, error.to_string())),
    };
    match runtime.block_on(journal::inspect(&path)) {
        Ok(mut found) => told(&path, &mut found, now),
        Err(error) => {
            let cause =
                std::error::Error::source(&error).map(|cause| format!(" ({cause})")).unwrap_or_default();
            nothing(Finding::wrong(ABOUT, format!("{}: {error}{cause}", path.display())))
        }
    }
}

fn told(path: &Path, found: &mut Inspection, now: Moment) -> Memory {
    let figures = format!(
        "{}: version {}, {}, {} payments, {} entries",
        path.display(),
        found.version,
        size(found.bytes),
        found.payments,
        found.entries
    );
    let is_newer = found.version > found.known_version;
    let mut findings = vec![if is_newer {
        let what_to_do =
            format!("this Kvitt knows up to version {}; install the newer Kvitt", found.known_version);
        Finding::wrong(ABOUT, format!("{figures}; {what_to_do}"))
    } else if found.faults.is_empty() {
        Finding::good(ABOUT, format!("{figures}; all of it can be read"))
    } else {
        let what_to_do = "keep it as it is, make a copy, and see docs/when-something-is-wrong.md";
        Finding::wrong(ABOUT, format!("{figures}; {} payments can't be read: {what_to_do}", found.unreadable))
    }];
    for fault in &found.faults {
        let cause = std::error::Error::source(fault).map(|cause| format!(" ({cause})")).unwrap_or_default();
        findings.push(Finding::wrong(ABOUT, format!("{fault}{cause}")));
    }
    if found.version < found.known_version {
        let next = format!("the next start brings it to version {}", found.known_version);
        findings.push(Finding::note(ABOUT, next));
    }
    if found.in_use {
        findings.push(Finding::note(ABOUT, "a Kvitt has it open now"));
    }
    found.unsettled.sort_by_key(|story| story.entries.first().map(|entry| entry.at));
    let payments = found.unsettled.iter().filter_map(|story| unsettled(story, found.in_use, now)).collect();
    let journal = json!({
        "inUse": found.in_use,
        "version": found.version,
        "knownVersion": found.known_version,
        "bytes": found.bytes,
        "payments": found.payments,
        "entries": found.entries,
        "unreadable": found.unreadable,
    });
    Memory { findings, journal, payments }
}

fn unsettled(story: &Story, in_use: bool, now: Moment) -> Option<Unsettled> {
    let facts = story.entries.iter().map(|entry| (entry.at, entry.fact.clone()));
    let mut payment = Payment::replay(facts).ok()?;
    let amount = payment.order().amount;
    let stage = stage(&payment, now);
    let requested_at = written(payment.requested_at());
    let next = if in_use {
        "The Kvitt that has the journal open looks after it.".to_owned()
    } else {
        format!("The next start will {}.", next(&mut payment, now))
    };
    Some(Unsettled {
        reference: story.reference.to_string(),
        amount: format!(
            "{}.{:02} {}",
            amount.minor() / 100,
            amount.minor() % 100,
            format!("{:?}", amount.currency()).to_uppercase()
        ),
        requested_at,
        stage,
        next,
    })
}

fn stage(payment: &Payment, now: Moment) -> String {
    let words = match payment.stage(now) {
        Stage::Starting => "It was being created.",
        Stage::Waiting if payment.awaits_scan() => "It waits for somebody to scan the code on the counter.",
        Stage::Waiting if payment.flow().reaches_phone() => "The request is on the customer's phone.",
        Stage::Waiting => "Its code can be scanned.",
        Stage::Opened => "The customer has it on the phone.",
        Stage::CardDeclined => "A card was declined; the customer may try another.",
        Stage::Approved => "The customer has approved; the money is being collected.",
        Stage::Checking => "It was being checked or ended: its money may still move.",
        Stage::Ended(end) => {
            return format!("It ended ({}), and is watched for a day for a late approval.", ended(&end));
        }
    };
    words.to_owned()
}

fn ended(end: &End) -> &'static str {
    match end {
        End::Paid { .. } => "paid",
        End::Reserved { .. } => "reserved for later",
        End::Cancelled { .. } => "cancelled",
        End::Declined => "declined",
        End::Expired => "not paid in time",
        End::Failed { .. } => "failed",
    }
}

/// What the payment itself wants, when the program starts.
fn next(payment: &mut Payment, now: Moment) -> String {
    let effects = payment.on(Event::Woken, now).unwrap_or_default();
    let ask = effects.iter().find_map(|effect| match effect {
        Effect::Ask(ask) => Some(ask),
        Effect::Record(_) | Effect::WakeAt(_) => None,
    });
    let wake = effects.iter().find_map(|effect| match effect {
        Effect::WakeAt(at) => Some(*at),
        Effect::Record(_) | Effect::Ask(_) => None,
    });
    match (ask, wake) {
        (Some(Ask::Read { .. }), _) => "ask Vipps MobilePay how it stands, and go on from there".to_owned(),
        (Some(Ask::Create { .. }), _) => "create it at Vipps MobilePay: nothing had been sent".to_owned(),
        (Some(Ask::Code { .. }), _) => "fetch its code".to_owned(),
        (Some(Ask::Capture { .. }), _) => "collect what is reserved".to_owned(),
        (Some(Ask::Cancel { .. }), _) => "cancel it, and release what is reserved".to_owned(),
        (Some(Ask::Release { .. }), _) => "let go what is reserved, as was asked for".to_owned(),
        (Some(Ask::Refund { .. }), _) => "give money back, as was asked for".to_owned(),
        (None, Some(at)) => format!("ask Vipps MobilePay how it stands, at {}", written(at)),
        (None, None) => "ask nothing more".to_owned(),
    }
}

/// RFC 3339 in UTC.
fn written(moment: Moment) -> String {
    jiff::Timestamp::from_millisecond(moment.0).unwrap_or(jiff::Timestamp::UNIX_EPOCH).to_string()
}
