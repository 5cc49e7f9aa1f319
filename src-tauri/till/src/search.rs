//! Finds payments that have been, by what is on a receipt.

use contract::{Code, Found, PaymentView, Search};
use journal::{JournalError, Part, Query, Story};
use payment::{Moment, Reference};

use crate::problem::Refused;
use crate::till::{Till, replayed, unavailable};

/// How many payments one answer has, unless told otherwise.
const LIMIT_DEFAULT: u32 = 20;
/// How many payments one answer may have.
const LIMIT_MAX: u32 = 100;
/// The most characters of what is looked for: those of a reference.
const SOUGHT_CHARS_MAX: usize = 50;
/// How many payments are looked at for one answer. How a payment stands is known only when its story has been read,
/// so a search for a rare status goes through many; whoever wants to goes on with the next page.
const LOOKED_AT_MAX: usize = 1_000;

impl Till {
    /// The payments that were looked for, newest request first.
    ///
    /// # Errors
    /// `request_invalid` when nothing can be meant by what is asked, with words that say what can be;
    /// `payment_unknown` when there is no payment to go on from.
    pub async fn search(&self, search: &Search) -> Result<Found, Refused> {
        let msn = self.settings().msn.as_str();
        if search.store.as_deref().is_some_and(|store| store != msn) {
            return Err(invalid(format!("this till knows the payments of store {msn} alone")));
        }
        let limit = search.limit.unwrap_or(LIMIT_DEFAULT);
        if !(1..=LIMIT_MAX).contains(&limit) {
            return Err(invalid(format!("limit must be a whole number from 1 to {LIMIT_MAX}")));
        }
        // One more than is asked for tells whether there is another page.
        let mut query = Query { limit: LIMIT_MAX + 1, ..query_of(search)? };
        if search.status.is_none() {
            query.limit = limit + 1;
        }
        self.find(search, query, usize::try_from(limit).unwrap_or(usize::MAX)).await
    }

    async fn find(&self, search: &Search, mut query: Query, limit: usize) -> Result<Found, Refused> {
        let mut payments = Vec::new();
        let mut looked_at = 0;
        loop {
            let stories = self.0.journal.search(&query).await.map_err(refused)?;
            let is_last = stories.len() < usize::try_from(query.limit).unwrap_or(usize::MAX);
            for story in &stories {
                if payments.len() == limit || looked_at == LOOKED_AT_MAX {
                    return Ok(Found { payments, before: query.before.map(String::from) });
                }
                looked_at += 1;
                query.before = Some(story.reference.clone());
                let wanted = |view: &PaymentView| search.status.is_none_or(|status| status == view.status);
                payments.extend(self.told(story).filter(wanted));
            }
            if is_last {
                return Ok(Found { payments, before: None });
            }
        }
    }

    /// As it is now: a payment that is followed may be further than what was read.
    fn told(&self, story: &Story) -> Option<PaymentView> {
        let followed = self.0.book().payment(&story.reference).cloned();
        followed.or_else(|| replayed(story)).map(|payment| self.0.view(&payment))
    }
}

fn query_of(search: &Search) -> Result<Query, Refused> {
    let (part, amount) = search.query.as_deref().map_or(Ok((None, None)), sought)?;
    let before = |text: &String| {
        Reference::parse(text.as_str()).map_err(|error| invalid(format!("before is no reference: {error}")))
    };
    Ok(Query {
        part,
        amount,
        since: search.since.as_deref().map(|text| moment("since", text)).transpose()?,
        until: search.until.as_deref().map(|text| moment("until", text)).transpose()?,
        before: search.before.as_ref().map(before).transpose()?,
        limit: 0,
    })
}

/// What may be meant by a word: a part of a reference, in small letters, an amount in minor units, or either.
///
/// # Errors
/// `request_invalid` when it can be neither.
pub fn sought(text: &str) -> Result<(Option<Part>, Option<u64>), Refused> {
    let short = text.chars().count() <= SOUGHT_CHARS_MAX;
    let text = text.trim();
    let sought = (Part::parse(text), amount(text));
    if sought == (None, None) || !short {
        return Err(invalid(
            "query must be an amount (249.00, or 24900 in minor units) or 3 to 50 letters, digits and hyphens \
             of a reference",
        ));
    }
    Ok(sought)
}

/// Minor units: of `24900` as it is, of `249.00` and `249,00` in hundredths. Every currency here has two decimals.
fn amount(text: &str) -> Option<u64> {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    match text.split_once(['.', ',']) {
        None if digits(text) => text.parse().ok(),
        Some((whole, hundredths)) if digits(whole) && digits(hundredths) && hundredths.len() == 2 => {
            let whole: u64 = whole.parse().ok()?;
            whole.checked_mul(100)?.checked_add(hundredths.parse().ok()?)
        }
        _ => None,
    }
}

fn moment(name: &str, text: &str) -> Result<Moment, Refused> {
    let parsed: Result<jiff::Timestamp, _> = text.parse();
    parsed.map(|at| Moment(at.as_millisecond())).map_err(|_| {
        invalid(format!("{name} must be a moment with its time zone, such as 2026-11-25T08:00:00+01:00"))
    })
}

fn invalid(detail: impl Into<String>) -> Refused {
    Refused::new(Code::RequestInvalid, detail)
}

fn refused(error: JournalError) -> Refused {
    match error {
        JournalError::Unknown { reference } => {
            Refused::new(Code::PaymentUnknown, "there is no payment to go on from; search anew")
                .because_of(reference.as_str())
        }
        error => unavailable(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_on_a_receipt_is_understood() {
        let of = |text| sought(text).map(|(part, amount)| (part.is_some(), amount));
        assert_eq!(of("249.00"), Ok((false, Some(24_900))));
        assert_eq!(of(" 249,50 "), Ok((false, Some(24_950))));
        assert_eq!(of("24900"), Ok((true, Some(24_900))));
        assert_eq!(of("99"), Ok((false, Some(99))));
        assert_eq!(of("sale-1042"), Ok((true, None)));
        assert_eq!(of("18446744073709551616"), Ok((true, None)));
        let long = "0".repeat(51);
        for nothing in [
            long.as_str(),
            "",
            "ab",
            "249.0",
            "249.000",
            ".50",
            "-249.00",
            "+249.00",
            "+24900",
            "249.+5",
            "1 249.00",
            "24,900.00",
            "søk",
            "%",
        ] {
            assert!(sought(nothing).is_err(), "{nothing}");
        }
    }
}
