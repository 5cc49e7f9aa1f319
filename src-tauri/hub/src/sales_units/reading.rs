//! Asks Vipps MobilePay what one sales unit may do, and says to whoever runs the hub what is new.

use contract::UnitSettings;
use vipps::Repeat;
use vipps::management::{CaptureType, SalesUnit};

use super::KeptUnit;
use crate::engine::Engine;
use crate::refusal::Failure;
use crate::stores;

/// What came of it.
#[derive(Debug)]
pub(super) enum Outcome {
    /// It was read.
    Read(UnitSettings),
    /// These keys may not read it, there are none, or nothing is there to be read. The name of the code.
    NotKnown(String),
    /// Nobody answered, or it is to be tried later. The name of the code.
    NotNow(String),
}

/// Reads the sales unit of the store `id`, with the keys that the hub has for it. `now` is the hub's time.
pub(super) async fn read(engine: &Engine, id: &str, now: i64) -> Result<Outcome, Failure> {
    let store = stores::one(engine.database().reader(), id).await?;
    let vipps = match engine.vipps(&store).await {
        Ok(vipps) => vipps,
        Err(Failure::Refused(refused)) => return Ok(Outcome::NotKnown(till::name_of(refused.code))),
        Err(error) => return Err(error),
    };
    Ok(match vipps.management().sales_unit(vipps.msn()).await {
        Ok(unit) => Outcome::Read(settings(&unit, now)),
        Err(error) => {
            tracing::debug!(msn = store.store.msn, %error, "a sales unit could not be read");
            let name = till::name_of(till::code_of_meaning(error.meaning()));
            if error.repeat() == Repeat::Never { Outcome::NotKnown(name) } else { Outcome::NotNow(name) }
        }
    })
}

fn settings(unit: &SalesUnit, now: i64) -> UnitSettings {
    UnitSettings {
        msn: unit.msn.as_str().to_owned(),
        read_at: now,
        payment_allowed: unit.payment_allowed,
        direct_capture: match unit.capture_type {
            Some(CaptureType::Direct) => Some(true),
            Some(CaptureType::Reserve) => Some(false),
            Some(CaptureType::Other(_)) | None => None,
        },
        skip_landing_page_allowed: unit.skip_landing_page_allowed,
        partial_capture_allowed: unit.partial_capture_allowed,
        late_capture_allowed: unit.late_capture_allowed,
    }
}

/// Says what is new: nothing when all is as it was.
pub(super) fn say(msn: &str, before: &KeptUnit, outcome: &Outcome) {
    match outcome {
        Outcome::Read(settings) => {
            let known = before.settings.as_ref();
            if let Some(known) = known {
                for (what, was, is) in changes(known, settings) {
                    tracing::info!(msn, what, was, is, "what a sales unit may do has changed");
                }
            }
            let is_new = known.is_none_or(|known| known.payment_allowed != Some(false));
            if settings.payment_allowed == Some(false) && is_new {
                tracing::warn!(msn, "a sales unit may not take payments; its owner must ask Vipps MobilePay");
            }
        }
        Outcome::NotKnown(problem) | Outcome::NotNow(problem) => {
            if before.problem.as_ref() != Some(problem) {
                tracing::info!(msn, problem, "what a sales unit may do can't be read");
            }
        }
    }
}

type Row = (&'static str, fn(&UnitSettings) -> Option<bool>);

/// What may differ, as the Management API calls it.
const ROWS: [Row; 5] = [
    ("paymentAllowed", |unit| unit.payment_allowed),
    ("directCapture", |unit| unit.direct_capture),
    ("skipLandingPageAllowed", |unit| unit.skip_landing_page_allowed),
    ("partialCaptureAllowed", |unit| unit.partial_capture_allowed),
    ("lateCaptureAllowed", |unit| unit.late_capture_allowed),
];

/// What differs, how it was, and how it is.
fn changes(before: &UnitSettings, now: &UnitSettings) -> Vec<(&'static str, &'static str, &'static str)> {
    let differs =
        |(what, of): &Row| (of(before) != of(now)).then(|| (*what, word(of(before)), word(of(now))));
    ROWS.iter().filter_map(differs).collect()
}

fn word(said: Option<bool>) -> &'static str {
    match said {
        Some(true) => "yes",
        Some(false) => "no",
        None => "not said",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_differs_is_said() {
        let before = UnitSettings { payment_allowed: Some(true), read_at: 1, ..UnitSettings::default() };
        assert!(changes(&before, &UnitSettings { read_at: 2, ..before.clone() }).is_empty());
        let now =
            UnitSettings { payment_allowed: Some(false), late_capture_allowed: Some(true), ..before.clone() };
        let expected = [("paymentAllowed", "yes", "no"), ("lateCaptureAllowed", "not said", "yes")];
        assert_eq!(changes(&before, &now), expected);
    }
}
