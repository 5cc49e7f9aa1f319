//! In what time a sale log tells the time.
//!
//! A hub does not know in what zone a store is, but each currency belongs to one. Norway, Denmark and Sweden have the same
//! time; where an auditor sees stores of different times, it is UTC, and the log says which it is.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use payment::Currency;

use crate::stores::KeptStore;

/// The time that is told.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Zone {
    name: &'static str,
    zone: TimeZone,
}

impl Zone {
    /// That of all these stores.
    pub(crate) fn of(stores: &[KeptStore]) -> Zone {
        let mut names = stores.iter().map(|store| name_of(store.currency));
        match names.next() {
            Some(name) if names.all(|other| other == name) => Zone::named(name),
            _ => Zone::utc(),
        }
    }

    fn named(name: &'static str) -> Zone {
        // A machine without the table of zones tells UTC.
        TimeZone::get(name).map_or_else(|_| Zone::utc(), |zone| Zone { name, zone })
    }

    fn utc() -> Zone {
        Zone { name: "UTC", zone: TimeZone::UTC }
    }

    /// What it is called, as the table of zones has it.
    pub(crate) fn name(&self) -> &'static str {
        self.name
    }

    /// The first millisecond of a day.
    pub(crate) fn begin(&self, day: Date) -> Option<i64> {
        Some(day.to_zoned(self.zone.clone()).ok()?.timestamp().as_millisecond())
    }

    /// The first millisecond after a day.
    pub(crate) fn end(&self, day: Date) -> Option<i64> {
        self.begin(day.tomorrow().ok()?)
    }

    /// What day it is.
    pub(crate) fn day(&self, at: i64) -> Option<Date> {
        Some(Timestamp::from_millisecond(at).ok()?.to_zoned(self.zone.clone()).date())
    }

    /// For people: `2026-11-26 15:04:05`.
    pub(crate) fn shown(&self, at: i64) -> String {
        let zoned = Timestamp::from_millisecond(at).map(|at| at.to_zoned(self.zone.clone()));
        zoned.map(|at| at.strftime("%Y-%m-%d %H:%M:%S").to_string()).unwrap_or_default()
    }

    /// For programs: `2026-11-26T15:04:05+01:00`.
    pub(crate) fn written(&self, at: i64) -> String {
        let zoned = Timestamp::from_millisecond(at).map(|at| at.to_zoned(self.zone.clone()));
        zoned.map(|at| at.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()).unwrap_or_default()
    }
}

fn name_of(currency: Currency) -> &'static str {
    match currency {
        Currency::Nok | Currency::Dkk | Currency::Sek => "Europe/Oslo",
        Currency::Eur => "Europe/Helsinki",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stores(currencies: &[Currency]) -> Vec<KeptStore> {
        let store = contract::Store { id: "a".to_owned(), name: "A".to_owned(), msn: "123456".to_owned() };
        let kept = |currency: &Currency| KeptStore {
            store: store.clone(),
            currency: *currency,
            prefix: None,
            has_keys: false,
        };
        currencies.iter().map(kept).collect()
    }

    #[test]
    fn stores_of_one_time_tell_it_and_others_tell_utc() {
        let name = |currencies: &[Currency]| Zone::of(&stores(currencies)).name();
        assert_eq!(name(&[Currency::Nok, Currency::Dkk]), "Europe/Oslo");
        assert_eq!(name(&[Currency::Eur]), "Europe/Helsinki");
        assert_eq!(name(&[Currency::Nok, Currency::Eur]), "UTC");
        assert_eq!(name(&[]), "UTC");
    }

    /// The night in which the clock is put forward has 23 hours.
    #[test]
    fn a_day_begins_and_ends_by_the_clock_on_the_wall() {
        let zone = Zone::of(&stores(&[Currency::Nok]));
        let day: Date = "2026-03-29".parse().expect("it is a day");
        let (begin, end) = (zone.begin(day).expect("it begins"), zone.end(day).expect("it ends"));
        assert_eq!(end - begin, 23 * 3_600_000);
        assert_eq!((zone.day(begin), zone.day(end - 1)), (Some(day), Some(day)));
        assert_eq!(zone.shown(begin), "2026-03-29 00:00:00");
        assert_eq!(zone.written(begin), "2026-03-29T00:00:00+01:00");
        assert_eq!(zone.written(end), "2026-03-30T00:00:00+02:00");
    }
}
