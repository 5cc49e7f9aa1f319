//! What a day has brought: money that has moved, by the clock of the shop.
//!
//! A payment counts on the day on which it was collected, a refund on the day on which it was made, whenever they were
//! asked for. The stories that can have moved then are those that have changed since; where the day begins in the
//! journal is found by halving, so that a long journal is not read from end to end.

use std::collections::{BTreeMap, BTreeSet};

use contract::{Amount, Code, Currency, DayTotals, Totals};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use journal::{Seq, Story};
use payment::{End, Fact, Moment, Reference};

use crate::present::currency;
use crate::problem::Refused;
use crate::till::{Till, unavailable};

/// The most stories that are read for one day. A day of long ago has all that changed since.
const STORIES_MAX: usize = 20_000;
/// How many changes are asked for at once.
const PAGE: u32 = 1_000;
/// How many characters a day has: `2026-11-26`. A date is also read from a longer text, whose time would be lost.
const DAY_LENGTH: usize = 10;
/// Halving ends when the beginning of the day is known as exactly as this, in entries of the journal.
const NEAR_ENOUGH: u64 = 64;
/// So many payments are looked at to know where in time a place of the journal is: one alone may have been written before
/// the till's clock was set.
const WITNESSES: u32 = 16;

/// A day of the shop: what it adds up to, and every movement of money that it is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Day {
    /// What it adds up to.
    pub totals: DayTotals,
    /// What has moved, in the order of time.
    pub movements: Vec<Movement>,
}

/// Money of one payment has moved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Movement {
    /// When, by the clock of the shop: `11:42:07`.
    pub time: String,
    /// The payment.
    pub reference: String,
    /// Whether it went back to the customer.
    pub is_refund: bool,
    /// How much.
    pub amount: Amount,
}

impl Till {
    /// What `day` (`2026-11-26`) has brought; today if absent.
    ///
    /// # Errors
    /// `request_invalid` when that is no day, or one of so long ago that too much has happened since.
    pub async fn day(&self, day: Option<&str>) -> Result<Day, Refused> {
        let bounds = Bounds::of(day, self.0.clock.now(), TimeZone::system())?;
        let mut found: BTreeMap<Reference, Vec<Moved>> = BTreeMap::new();
        let mut after = self.beginning_of(&bounds).await?;
        loop {
            let changed = self.0.journal.changed_since(after, PAGE).await.map_err(unavailable)?;
            let Some((last, _)) = changed.last() else { break };
            after = *last;
            for (_, reference) in changed {
                let story = self.0.journal.story(&reference).await.map_err(unavailable)?;
                // What changes while we read is met again.
                found.insert(reference, story.map(|story| moved(&story, &bounds)).unwrap_or_default());
            }
            if found.len() > STORIES_MAX {
                let detail = format!("more than {STORIES_MAX} payments have changed since {}", bounds.date);
                return Err(Refused::new(Code::RequestInvalid, detail));
            }
        }
        Ok(bounds.told(found.into_values().flatten().collect()))
    }

    /// A place in the journal before which nothing is of the day.
    async fn beginning_of(&self, bounds: &Bounds) -> Result<Seq, Refused> {
        let (mut low, mut high) = (0, self.0.journal.last_seq().await.map_err(unavailable)?.0);
        while high.saturating_sub(low) > NEAR_ENOUGH {
            let middle = low + (high - low) / 2;
            if self.is_before(Seq(middle), bounds.from).await? {
                low = middle;
            } else {
                high = middle;
            }
        }
        Ok(Seq(low))
    }

    /// Whether what changed next after `seq` still changed before `moment`.
    async fn is_before(&self, seq: Seq, moment: Moment) -> Result<bool, Refused> {
        let next = self.0.journal.changed_since(seq, WITNESSES).await.map_err(unavailable)?;
        let mut latest = None;
        for (_, reference) in next {
            let story = self.0.journal.story(&reference).await.map_err(unavailable)?;
            latest = latest.max(story.and_then(|story| story.entries.last().map(|entry| entry.at)));
        }
        Ok(latest.is_some_and(|latest| latest < moment))
    }
}

/// From when until when a day is.
#[derive(Debug)]
struct Bounds {
    date: Date,
    is_today: bool,
    from: Moment,
    until: Moment,
    zone: TimeZone,
}

/// Money of one payment has moved, as the journal tells it.
#[derive(Debug)]
struct Moved {
    at: Moment,
    reference: Reference,
    currency: Currency,
    is_refund: bool,
    minor: u64,
}

impl Bounds {
    fn of(day: Option<&str>, now: Moment, zone: TimeZone) -> Result<Bounds, Refused> {
        let today = local(now, &zone).date();
        let invalid = || Refused::new(Code::RequestInvalid, "the day must be written like 2026-11-26");
        let read = |day: &str| day.parse::<Date>().ok().filter(|_| day.len() == DAY_LENGTH);
        let date = day.map_or(Ok(today), |day| read(day).ok_or_else(invalid))?;
        let midnight = |date: Date| date.to_zoned(zone.clone()).map_err(|_| invalid());
        let from = midnight(date)?;
        let until = midnight(date.tomorrow().map_err(|_| invalid())?)?;
        let moment = |at: &jiff::Zoned| Moment(at.timestamp().as_millisecond());
        Ok(Bounds { date, is_today: date == today, from: moment(&from), until: moment(&until), zone })
    }

    fn has(&self, at: Moment) -> bool {
        self.from <= at && at < self.until
    }

    fn told(&self, mut moved: Vec<Moved>) -> Day {
        moved.sort_by(|one, other| (one.at, &one.reference).cmp(&(other.at, &other.reference)));
        let totals = totals(&moved);
        let told = moved.into_iter().map(|moved| Movement {
            time: local(moved.at, &self.zone).strftime("%H:%M:%S").to_string(),
            reference: moved.reference.to_string(),
            is_refund: moved.is_refund,
            amount: Amount { value: signed(moved.minor), currency: moved.currency },
        });
        let movements = told.collect();
        let totals = DayTotals { day: self.date.to_string(), is_today: self.is_today, totals };
        Day { totals, movements }
    }
}

/// The movements of one story that are of the day.
fn moved(story: &Story, bounds: &Bounds) -> Vec<Moved> {
    let Some(Fact::Requested { order }) = story.entries.first().map(|entry| &entry.fact) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    let (mut captured, mut refunded) = (0, 0);
    for entry in &story.entries {
        let now = match &entry.fact {
            Fact::Moved { money } => (money.captured, money.refunded),
            Fact::Ended { end: End::Paid { captured }, .. }
            | Fact::PaidLate { captured }
            | Fact::CaptureMade { captured, .. } => (*captured, refunded),
            Fact::RefundMade { refunded, .. } => (captured, *refunded),
            _ => continue,
        };
        for (is_refund, before, now) in [(false, captured, now.0), (true, refunded, now.1)] {
            if now > before && bounds.has(entry.at) {
                found.push(Moved {
                    at: entry.at,
                    reference: story.reference.clone(),
                    currency: currency(order.amount.currency()),
                    is_refund,
                    minor: now - before,
                });
            }
        }
        (captured, refunded) = now;
    }
    found
}

/// What movements add up to, currency by currency.
fn totals(moved: &[Moved]) -> Vec<Totals> {
    let all = [Currency::Nok, Currency::Dkk, Currency::Eur, Currency::Sek];
    let of = |currency: Currency| {
        let ours = || moved.iter().filter(move |moved| moved.currency == currency);
        let sum = |refunds: bool| {
            ours()
                .filter(move |moved| moved.is_refund == refunds)
                .fold(0_i64, |sum, moved| sum.saturating_add(signed(moved.minor)))
        };
        let payments: BTreeSet<&Reference> =
            ours().filter(|moved| !moved.is_refund).map(|moved| &moved.reference).collect();
        let (collected, refunded) = (sum(false), sum(true));
        ours().next()?;
        Some(Totals {
            currency,
            payments: counted(payments.len()),
            collected,
            refunds: counted(ours().filter(|moved| moved.is_refund).count()),
            refunded,
            net: collected.saturating_sub(refunded),
        })
    };
    all.into_iter().filter_map(of).collect()
}

fn local(at: Moment, zone: &TimeZone) -> jiff::Zoned {
    Timestamp::from_millisecond(at.0).unwrap_or(Timestamp::UNIX_EPOCH).to_zoned(zone.clone())
}

fn signed(minor: u64) -> i64 {
    i64::try_from(minor).unwrap_or(i64::MAX)
}

fn counted(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_the_shops_own_and_has_not_always_24_hours() {
        let oslo = TimeZone::get("Europe/Oslo").expect("the zone is known");
        // 2026-10-25, when summer time ends there, 00:30.
        let now = Moment(1_792_881_000_000);
        let bounds = Bounds::of(None, now, oslo.clone()).expect("it is a day");
        assert_eq!((bounds.date.to_string().as_str(), bounds.is_today), ("2026-10-25", true));
        assert_eq!(bounds.until.0 - bounds.from.0, 25 * 3_600_000);
        assert!(bounds.has(now) && bounds.has(bounds.from) && !bounds.has(bounds.until));
        let before = Bounds::of(Some("2026-10-24"), now, oslo.clone()).expect("it is a day");
        assert_eq!((before.until, before.is_today), (bounds.from, false));
        for wrong in ["", "today", "2026-13-01", "26.10.2026", "2026-10-26T10:00", "20261026", "9999-12-31"] {
            assert!(Bounds::of(Some(wrong), now, oslo.clone()).is_err(), "{wrong}");
        }
    }
}
