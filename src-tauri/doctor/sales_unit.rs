//! What the sales unit may do, as the till has heard it from its hub. Nobody is asked.

use std::path::Path;

use contract::UnitSettings;
use link::{Membership, Note};
use payment::Moment;
use till::UNIT_BELIEVED_FOR;

use super::finding::Finding;
use crate::phone_numbers::written;

const ABOUT: &str = "sales unit";

/// What is known of the sales unit of the till that belongs to a chain, by the membership in the folder `config` and what
/// was heard in `data`. Nothing where the till belongs to none, or its hub has said nothing of it.
pub(crate) fn look(config: &Path, data: &Path, now: Moment) -> Option<Finding> {
    let membership = Membership::read(config).ok().flatten()?;
    let unit = Note::read(data)?.unit.filter(|unit| unit.msn == membership.store.msn)?;
    Some(judged(&unit, now))
}

fn judged(unit: &UnitSettings, now: Moment) -> Finding {
    let read = format!("{} as read at {}", unit.msn, written(unit.read_at));
    if Moment(unit.read_at).plus(UNIT_BELIEVED_FOR) <= now {
        let says =
            format!("{read}: too long ago to be used; the hub has read nothing since, or is not heard");
        return Finding::note(ABOUT, says);
    }
    if unit.payment_allowed == Some(false) {
        let says =
            format!("{read}: it may not take payments; its owner must order that from Vipps MobilePay");
        return Finding::wrong(ABOUT, says);
    }
    let limits: Vec<&str> = [
        (unit.skip_landing_page_allowed == Some(false))
            .then_some("no requests to phones on eCom, so a code is shown instead"),
        (unit.direct_capture == Some(true))
            .then_some("eCom collects at approval and reserves nothing for later"),
        (unit.partial_capture_allowed == Some(false))
            .then_some("in Denmark and Finland no part is collected, only the whole"),
        (unit.late_capture_allowed == Some(false))
            .then_some("in Denmark and Finland nothing is collected after 14 days"),
    ]
    .into_iter()
    .flatten()
    .collect();
    if limits.is_empty() {
        Finding::good(ABOUT, read)
    } else {
        Finding::note(ABOUT, format!("{read}: {}", limits.join("; ")))
    }
}

#[cfg(test)]
mod tests {
    use super::super::finding::Verdict;
    use super::*;

    const READ_AT: i64 = 1_795_690_000_000;

    #[test]
    fn what_hinders_payments_is_wrong_and_what_limits_them_is_a_note() {
        let unit = UnitSettings { msn: "654321".to_owned(), read_at: READ_AT, ..UnitSettings::default() };
        let no = Some(false);
        let old = READ_AT - i64::try_from(UNIT_BELIEVED_FOR.as_millis()).expect("a day fits");
        for (unit, verdict, word) in [
            (unit.clone(), Verdict::Good, "654321 as read at 2026-11-26T"),
            (UnitSettings { payment_allowed: no, ..unit.clone() }, Verdict::Wrong, "order that"),
            (
                UnitSettings { skip_landing_page_allowed: no, ..unit.clone() },
                Verdict::Note,
                "a code is shown",
            ),
            (UnitSettings { direct_capture: Some(true), ..unit.clone() }, Verdict::Note, "at approval"),
            (UnitSettings { partial_capture_allowed: no, ..unit.clone() }, Verdict::Note, "only the whole"),
            (UnitSettings { late_capture_allowed: no, ..unit.clone() }, Verdict::Note, "14 days"),
            (UnitSettings { read_at: old, payment_allowed: no, ..unit }, Verdict::Note, "too long"),
        ] {
            let finding = judged(&unit, Moment(READ_AT));
            assert_eq!(finding.verdict, verdict, "{}", finding.says);
            assert!(finding.says.contains(word), "{}", finding.says);
        }
    }
}
