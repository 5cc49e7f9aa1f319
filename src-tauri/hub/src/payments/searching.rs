//! How payments are found among millions: by a part of the reference, an amount, a store, a time, page by page.
//!
//! What may be a part or an amount is looked for as each by itself, and the two are joined: no index leads to "one or the
//! other" in the order of time. A part is looked for among the newest first, because PostgreSQL can't know how often
//! three digits are part of a reference: what many have is there at once, and what few have is found by letters.

use std::cmp::Reverse;

use contract::{Amount, ChainFound, ChainPayment, ChainSearch, Code, Currency, Store};
use journal::Part;

use super::{read, rfc3339};
use crate::database::{Database, Kind};
use crate::refusal::Failure;
use crate::statement::Statement;

/// How many payments one answer has, unless told otherwise.
const LIMIT_DEFAULT: u32 = 20;
/// How many payments one answer may have.
const LIMIT_MAX: u32 = 100;

/// Among so many of the newest a part is looked for one by one, some fifty milliseconds at the most: if one in 5 000 has it, that
/// fills a page. Four digits are such a part, and the index would lead to thousands all over the table.
const NEWEST: i64 = 100_000;
/// The same for a long number: few have it, unless it is a date or the like, and then the newest do.
const NEWEST_OF_NUMBER: i64 = 5_000;

/// So many digits in a row are rare enough to be looked for without what stands around them.
const DIGITS_ENOUGH: usize = 5;

/// The payments of all stores that were looked for, newest request first.
pub(crate) async fn search(database: &Database, search: &ChainSearch) -> Result<ChainFound, Failure> {
    let limit = search.limit.unwrap_or(LIMIT_DEFAULT);
    if !(1..=LIMIT_MAX).contains(&limit) {
        return Err(invalid(format!("limit must be a whole number from 1 to {LIMIT_MAX}")));
    }
    let frame = Frame::of(search)?;
    // One more than is asked for tells whether there is another page.
    let wanted = i64::from(limit) + 1;
    let mut rows = match &search.query {
        None => frame.all(wanted).fetch_all(database.reader()).await?,
        Some(text) => {
            let (part, amount) = till::sought(text)?;
            let mut rows = match part {
                Some(part) => frame.with_part(database, &part, wanted).await?,
                None => Vec::new(),
            };
            if let Some(amount) = amount {
                rows.extend(frame.with_amount(amount, wanted).fetch_all(database.reader()).await?);
            }
            rows
        }
    };
    // Some are found as both.
    rows.sort_by(|one: &Row, other| Reverse(order(one)).cmp(&Reverse(order(other))));
    rows.dedup_by(|one, other| order(one) == order(other));
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let is_more = rows.len() > limit;
    rows.truncate(limit);
    let before = rows.last().filter(|_| is_more).map(|row| format!("{}.{}.{}", row.10, row.9, row.3));
    let payments: Result<Vec<ChainPayment>, Failure> = rows.into_iter().map(payment_of).collect();
    Ok(ChainFound { payments: payments?, before })
}

/// What they are ordered by: when they were requested, till, reference.
fn order(row: &Row) -> (i64, &str, &str) {
    (row.10, &row.9, &row.3)
}

/// Store id, name and msn, reference, status, currency, amount, captured, refunded with what is about to be, till, and
/// when it was requested.
type Row = (String, String, String, String, String, String, i64, i64, i64, String, i64);

const COLUMNS: &str = " SELECT s.id, s.name, s.msn, p.reference, p.status, p.currency, p.amount, p.captured,
           p.refunded + coalesce((SELECT CAST(sum(r.amount) AS BIGINT) FROM refunds r
               WHERE r.till = p.till AND r.reference = p.reference AND r.ended_at IS NULL), 0),
           p.till, p.requested_at";

const FROM: &str = " FROM payments p JOIN stores s ON s.id = p.store";
const ORDER: &str = " ORDER BY p.requested_at DESC, p.till DESC, p.reference DESC LIMIT ";

/// Where payments are looked for: of which store, from when until when, after which page.
struct Frame {
    store: Option<String>,
    since: Option<i64>,
    until: Option<i64>,
    before: Option<(i64, String, String)>,
}

impl Frame {
    fn of(search: &ChainSearch) -> Result<Frame, Failure> {
        let at = |name: &str, text: &Option<String>| text.as_ref().map(|text| moment(name, text)).transpose();
        Ok(Frame {
            store: search.store.clone(),
            since: at("since", &search.since)?,
            until: at("until", &search.until)?,
            before: search.before.as_deref().map(place).transpose()?,
        })
    }

    /// Goes on with what must be true of every payment.
    fn push<'q>(&self, query: &'q mut Statement) -> &'q mut Statement {
        query.push(" WHERE 1 = 1");
        if let Some(store) = &self.store {
            query.push(" AND p.store = ").push_bind(store.clone());
        }
        if let Some(since) = self.since {
            query.push(" AND p.requested_at >= ").push_bind(since);
        }
        if let Some(until) = self.until {
            query.push(" AND p.requested_at < ").push_bind(until);
        }
        if let Some((at, till, reference)) = &self.before {
            query.push(" AND (p.requested_at, p.till, p.reference) < (").push_bind(*at);
            query.push(", ").push_bind(till.clone()).push(", ").push_bind(reference.clone()).push(")");
        }
        query
    }

    /// The newest of all.
    fn all(&self, wanted: i64) -> Statement {
        let mut query = Statement::new(COLUMNS);
        self.push(query.push(FROM)).push(ORDER).push_bind(wanted);
        query
    }

    /// The newest of this amount.
    fn with_amount(&self, amount: u64, wanted: i64) -> Statement {
        let mut query = Statement::new(COLUMNS);
        self.push(query.push(FROM)).push(" AND p.amount = ");
        query.push_bind(i64::try_from(amount).unwrap_or(i64::MAX)).push(ORDER).push_bind(wanted);
        query
    }

    /// The newest whose reference has this part.
    async fn with_part(&self, database: &Database, part: &Part, wanted: i64) -> Result<Vec<Row>, Failure> {
        let part = part.as_str();
        if database.kind() == Kind::Sqlite {
            return Ok(self.with_part_in_a_file(part, wanted).fetch_all(database.reader()).await?);
        }
        let newest: Vec<Row> = self.with_part_among_newest(part, wanted).fetch_all(database.reader()).await?;
        if i64::try_from(newest.len()).is_ok_and(|found| found >= wanted) {
            return Ok(newest);
        }
        Ok(self.with_part_by_letters(part, wanted).fetch_all(database.reader()).await?)
    }

    /// `part` is three or more of letters, digits and hyphens, so nothing in it means anything to either database.
    fn with_part_in_a_file(&self, part: &str, wanted: i64) -> Statement {
        let mut query = Statement::new(COLUMNS);
        self.push(query.push(FROM));
        query.push(" AND p.rowid IN (SELECT rowid FROM payments_by_part WHERE sought MATCH ");
        query.push_bind(format!("\"{part}\"")).push(")").push(ORDER).push_bind(wanted);
        query
    }

    fn with_part_among_newest(&self, part: &str, wanted: i64) -> Statement {
        let mut query = Statement::new(COLUMNS);
        let newest = if is_long_number(rarest(part)) { NEWEST_OF_NUMBER } else { NEWEST };
        self.push(query.push(" FROM (SELECT * FROM payments p")).push(ORDER).push_bind(newest);
        query.push(") p JOIN stores s ON s.id = p.store WHERE p.sought LIKE ").push_bind(format!("%{part}%"));
        query.push(ORDER).push_bind(wanted);
        query
    }

    /// All that have it are collected before they are put in order: in order of time, millions would be looked at for a few.
    fn with_part_by_letters(&self, part: &str, wanted: i64) -> Statement {
        let mut query = Statement::new("WITH found AS MATERIALIZED (SELECT * FROM payments p");
        self.push(&mut query).push(" AND p.sought LIKE ").push_bind(format!("%{}%", rarest(part)));
        // No index is asked for what is put together.
        query.push(" AND p.sought || '' LIKE ").push_bind(format!("%{part}%")).push(")");
        query
            .push(COLUMNS)
            .push(" FROM found p JOIN stores s ON s.id = p.store")
            .push(ORDER)
            .push_bind(wanted);
        query
    }
}

/// What of `part` leads PostgreSQL to fewest payments. Most references of a chain have the same letters, and an index that is asked for
/// those as well takes ten times as long; a number of five digits is enough.
pub(crate) fn rarest(part: &str) -> &str {
    let numbers = part.split(|letter: char| !letter.is_ascii_digit());
    let longest = numbers.max_by_key(|number| number.len()).unwrap_or_default();
    if is_long_number(longest) { longest } else { part }
}

fn is_long_number(part: &str) -> bool {
    part.len() >= DIGITS_ENOUGH && part.bytes().all(|letter| letter.is_ascii_digit())
}

fn payment_of(row: Row) -> Result<ChainPayment, Failure> {
    let (id, name, msn, reference, status, currency, amount, captured, refunded, _, requested_at) = row;
    let currency: Currency = read(&currency)?;
    let money = |value| Amount { value, currency };
    Ok(ChainPayment {
        store: Store { id, name, msn },
        reference,
        status: read(&status)?,
        amount: money(amount),
        captured: money(captured),
        refunded: money(refunded),
        requested_at: rfc3339(requested_at),
    })
}

/// Where a page begins.
fn place(before: &str) -> Result<(i64, String, String), Failure> {
    let mut parts = before.splitn(3, '.');
    match (parts.next().and_then(|at| at.parse().ok()), parts.next(), parts.next()) {
        (Some(at), Some(till), Some(reference)) => Ok((at, till.to_owned(), reference.to_owned())),
        _ => Err(invalid("before must be the `before` of an answer".to_owned())),
    }
}

fn moment(name: &str, text: &str) -> Result<i64, Failure> {
    let parsed: Result<jiff::Timestamp, _> = text.parse();
    parsed.map(jiff::Timestamp::as_millisecond).map_err(|_| {
        invalid(format!("{name} must be a moment with its time zone, such as 2026-11-25T08:00:00+01:00"))
    })
}

fn invalid(detail: String) -> Failure {
    Failure::refused(Code::RequestInvalid, detail)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_number_is_what_is_rare() {
        for (part, rare) in [
            ("sale-1234567-1", "1234567"),
            ("s0123-4-00012345", "00012345"),
            ("sale-1234", "sale-1234"),
            ("f3a9c0d1e2b4", "f3a9c0d1e2b4"),
            ("12345", "12345"),
        ] {
            assert_eq!(rarest(part), rare, "{part}");
        }
    }
}
